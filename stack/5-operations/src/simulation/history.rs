//! One history of a site.

use super::queue::{Happening, Queue};
use super::running::{Running, Stop};
use super::site::Site;
use super::stops::{StopId, Stops, Stretch};
use super::tally::{CauseTally, Tally};
use crate::availability::ComponentClass;
use crate::error::{OperationsError, not_negative, positive};
use crate::failure::Redundancy;
use crate::repair::Event;
use lightloom_num::Stream;
use lightloom_units::{Quantity, Time};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::hash::{BuildHasherDefault, DefaultHasher};

/// Components out of service, by class and number. Looked up and never walked: its order is no one's.
type OutOfService = HashSet<(usize, u64), BuildHasherDefault<DefaultHasher>>;

/// Share of a node that rounding may leave of it.
const SLIVER: f64 = 1e-9;

/// One history of a site: what happens in `length`, after a `warm_up` that is not counted.
///
/// # Model
/// Each class draws failures as a Poisson process over its components; one that falls on a component which is out
/// already is none. A fault is noticed after `detect`, then waits for hands and, where parts are stocked, for a part, which is
/// reserved as it begins; then for a technician; is worked on, tested, and over. A group fails while fewer than it needs are up, or for a common cause. Blocks of
/// accelerators stand still as [`ComponentClass`] says, counted once where blocks overlap. What lasts seconds and passes
/// by itself is drawn as a number at the end, except where it stops the job. The job loses what it did since its last
/// checkpoint when a fault stops accelerators that it uses; for repairs that stop more it writes a checkpoint first. It gives
/// up domains that have too few nodes for spare ones, or waits.
///
/// # Validity
/// Constant hazard. Blocks are stretches of the row of accelerators: those behind the leaf switch of a rail lie in
/// many domains in truth. A warm-up of some of the longest repairs and deliveries makes the start forgotten.
///
/// # Errors
/// [`OperationsError`] as [`Site::check`], or when the length is not above zero.
///
/// # Example
/// ```
/// use lightloom_operations::simulation::{Site, history};
/// use lightloom_operations::{ComponentClass, Event, Redundancy, Repair, RepairUnit};
/// use lightloom_units::{Count, FailureRate, Quantity, Ratio, Time};
///
/// let modules = ComponentClass {
///     name: "module".to_owned(),
///     count: Count::from_si(10_000.0),
///     failure_rate: FailureRate::fit(2000.0),
///     repair: Repair {
///         event: Event::Hard(RepairUnit::Module),
///         detect: Time::s(30.0),
///         wait: Time::hours(4.0),
///         hands_on: Time::s(60.0 * 2.0),
///         requalify: Time::s(60.0 * 10.0),
///     },
///     stopped_while_faulty: Count::from_si(1.0),
///     stopped_in_repair: Count::from_si(1.0),
///     job_stop_share: Ratio::new(1.0),
///     redundancy: Redundancy::NONE,
/// };
/// let one = Count::from_si(1.0);
/// let site = Site::without_queues(Count::from_si(10_000.0), one, Count::from_si(8.0), vec![modules]);
/// let year = history(&site, Time::hours(48.0), Time::years(1.0), 7, 0)?;
/// // 10,000 x 2000 FIT x 8760 h = 175 failures, give or take 13 (one standard deviation).
/// assert!((year.causes[0].failures - 175.0).abs() < 60.0);
/// # Ok::<(), lightloom_operations::OperationsError>(())
/// ```
pub fn history(
    site: &Site,
    warm_up: Time,
    length: Time,
    seed: u64,
    number: u64,
) -> Result<Tally, OperationsError> {
    site.check()?;
    let start = not_negative("the warm-up", warm_up)?.as_s();
    let watched = positive("the length of a history", length)?.as_s();
    let mut live = Live::new(site, seed, number);
    live.run_to(start);
    live.forget();
    live.run_to(start + watched);
    Ok(live.close(start, watched))
}

/// A class with its randomness.
struct Source<'s> {
    class: &'s ComponentClass,
    /// When and where: drawn alike whatever became of it.
    failures: Stream,
    /// Chances: common causes, hits of the job.
    chances: Stream,
    /// How long.
    times: Stream,
    items: u64,
    /// Failures in a second, all components: of those that are drawn one by one.
    rate: f64,
    /// Parts on the shelf, and faults that wait for one.
    shelf: u64,
    backlog: VecDeque<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Not noticed, then hands, a reset or a part on their way.
    Awaited,
    /// Ready to be worked on, in line for a technician.
    InLine,
    /// Worked on.
    HandsOn,
    /// Tested.
    Tested,
}

#[derive(Debug, Clone, Copy)]
struct Fault {
    class: usize,
    item: u64,
    stage: Stage,
    /// Start of the stage, or of the history where that came later.
    since: f64,
    /// When it is noticed.
    noticed_at: f64,
    /// When hands are there; until then, and without a part, nothing begins.
    hands_at: f64,
    /// Takes its whole group.
    common: bool,
    /// What stands still for it now.
    stop: Option<StopId>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Group {
    failed: u64,
    common: u64,
    /// While the group is down: since when, and what stands still.
    down: Option<(f64, Option<StopId>)>,
}

/// Nodes of a domain that do not serve.
#[derive(Debug, Clone, Copy)]
struct Out {
    nodes: u64,
    since: f64,
}

struct Live<'s> {
    site: &'s Site,
    row: f64,
    domain: f64,
    node: f64,
    sigma: f64,
    now: f64,
    queue: Queue,
    sources: Vec<Source<'s>>,
    faults: Vec<Option<Fault>>,
    free: Vec<usize>,
    out_of_service: OutOfService,
    groups: BTreeMap<(usize, u64), Group>,
    technicians: u64,
    line: VecDeque<usize>,
    stops: Stops,
    stopped: f64,
    stopped_since: f64,
    domains: BTreeMap<usize, Out>,
    running: Option<Running>,
    tally: Tally,
}

/// Position in the row of accelerators as a share of it, for a group.
fn place(group: u64, class: &ComponentClass) -> f64 {
    (group as f64 / class.count.value().max(1.0)).min(1.0)
}

impl<'s> Live<'s> {
    fn new(site: &'s Site, seed: u64, number: u64) -> Self {
        let mut live = Self {
            site,
            row: site.accelerators.value(),
            domain: site.domain.value(),
            node: site.node.value(),
            sigma: libm::log1p(site.spread.value() * site.spread.value()).sqrt(),
            now: 0.0,
            queue: Queue::default(),
            sources: Vec::with_capacity(site.classes.len()),
            faults: Vec::new(),
            free: Vec::new(),
            out_of_service: OutOfService::default(),
            groups: BTreeMap::new(),
            technicians: site.technicians.unwrap_or(u64::MAX),
            line: VecDeque::new(),
            stops: Stops::default(),
            stopped: 0.0,
            stopped_since: 0.0,
            domains: BTreeMap::new(),
            running: site.job.map(|job| Running::new(job, site.domains())),
            tally: Tally::default(),
        };
        live.clear_tally();
        for (class, stock) in site.classes.iter().zip(&site.stocks) {
            let stream = |purpose: u64| Stream::new(seed, entity(&class.name, number, purpose));
            let installed = class.redundancy.installed.max(1);
            let items = (class.count.value().round() as u64).saturating_mul(installed);
            let mut rate = class.failure_rate.si() * items as f64;
            if class.repair.event == Event::Flap {
                // Those that do not stop the job are counted at the end.
                rate *= class.job_stop_share.value();
            }
            let mut failures = stream(0);
            if rate > 0.0 {
                live.queue
                    .enter(failures.exponential() / rate, Happening::Failure(live.sources.len()));
            }
            live.sources.push(Source {
                class,
                failures,
                chances: stream(1),
                times: stream(2),
                items,
                rate,
                shelf: stock.map_or(u64::MAX, |stock| stock.parts),
                backlog: VecDeque::new(),
            });
        }
        live
    }

    fn clear_tally(&mut self) {
        let causes = vec![CauseTally::default(); self.site.classes.len()];
        let nodes = usize::try_from(self.site.nodes_per_domain()).unwrap_or(0);
        self.tally = Tally { causes, nodes_out: vec![0.0; nodes + 1], ..Tally::default() };
    }

    fn run_to(&mut self, end: f64) {
        while let Some((at, what)) = self.queue.next_before(end) {
            self.now = at;
            self.tally.events += 1;
            match what {
                Happening::Failure(class) => self.failure(class),
                Happening::Stage(fault) => self.advance(fault),
                Happening::Delivery(class) => self.delivery(class),
                Happening::Resume(stop) => {
                    if let Some(running) = &mut self.running {
                        running.resume(at, stop);
                    }
                }
            }
        }
        self.now = end;
        self.settle();
    }

    /// Counts everything up to now.
    fn settle(&mut self) {
        for id in 0..self.faults.len() {
            if self.faults[id].is_some() {
                self.account(id);
            }
        }
        let now = self.now;
        for ((class, _), group) in &mut self.groups {
            if let Some((since, _)) = &mut group.down {
                let stopped = self.site.classes[*class].stopped_while_faulty.value();
                self.tally.causes[*class].waiting += (now - *since) * stopped;
                *since = now;
            }
        }
        self.count_stopped();
        for out in self.domains.values_mut() {
            add(&mut self.tally.nodes_out, out.nodes, now - out.since);
            out.since = now;
        }
        if let Some(running) = &mut self.running {
            running.settle(now);
        }
    }

    /// The warm-up is over.
    fn forget(&mut self) {
        self.clear_tally();
        if let Some(running) = &mut self.running {
            running.tally = super::tally::JobTally::default();
        }
    }

    fn close(mut self, start: f64, watched: f64) -> Tally {
        for (source, cause) in self.sources.iter_mut().zip(&mut self.tally.causes) {
            let class = source.class;
            if class.repair.event == Event::Flap {
                let others = class.failure_rate.si()
                    * source.items as f64
                    * watched
                    * (1.0 - class.job_stop_share.value());
                let flaps = source.chances.poisson(others);
                cause.failures += flaps;
                cause.group_failures += flaps;
                let down = flaps * class.repair.detect.as_s();
                let stopped = down * class.stopped_while_faulty.value();
                cause.down += down;
                cause.passing += stopped;
                self.tally.stopped += stopped;
            }
        }
        debug_assert!((self.now - start - watched).abs() < 1e-3 * watched);
        let out: f64 = self.tally.nodes_out.iter().sum();
        if let Some(none) = self.tally.nodes_out.first_mut() {
            *none = (self.site.domains() as f64 * watched - out).max(0.0);
        }
        self.tally.watched = watched;
        if let Some(running) = self.running {
            self.tally.job = running.tally;
        }
        self.tally
    }

    fn failure(&mut self, class: usize) {
        let now = self.now;
        let source = &mut self.sources[class];
        let gap = source.failures.exponential() / source.rate;
        let item = source.failures.below(source.items);
        self.queue.enter(now + gap, Happening::Failure(class));
        let description = source.class;
        if description.repair.event == Event::Flap {
            let stopped = description.stopped_while_faulty.value();
            let down = description.repair.detect.as_s();
            let cause = &mut self.tally.causes[class];
            cause.failures += 1.0;
            cause.group_failures += 1.0;
            cause.down += down;
            cause.passing += down * stopped;
            self.tally.stopped += down * stopped;
            let at = Stretch::block(place(item, description), stopped.max(1.0), self.row);
            if self.hits_job(class, at, 1.0) {
                self.stop_job(class, Stop::Fault);
            }
            return;
        }
        let Redundancy { needed, installed, common_share } = description.redundancy;
        // The beta factor: of each item's rate a share is common, and the group's items have it together, once.
        let mut common = false;
        if installed > 1 {
            let of_all = source.chances.unit();
            common = of_all * (installed as f64) < common_share.value();
            if !common && of_all < common_share.value() {
                return;
            }
        }
        if !self.out_of_service.insert((class, item)) {
            return;
        }
        let noticed_at = now + description.repair.detect.as_s();
        let wait = description.repair.wait.as_s();
        let hands_at = noticed_at + spread(&mut source.times, wait, self.sigma);
        let fault = Fault {
            class,
            item,
            stage: Stage::Awaited,
            since: now,
            noticed_at,
            hands_at,
            common,
            stop: None,
        };
        let id = match self.free.pop() {
            Some(id) => {
                self.faults[id] = Some(fault);
                id
            }
            None => {
                self.faults.push(Some(fault));
                self.faults.len() - 1
            }
        };
        self.take_part(id, class, hands_at);
        self.tally.causes[class].failures += 1.0;
        if installed > 1 {
            let number = item / installed;
            let group = self.groups.entry((class, number)).or_default();
            group.failed += 1;
            group.common += u64::from(common);
            let falls = group.down.is_none()
                && (group.common > 0 || group.failed > installed.saturating_sub(needed));
            if falls {
                let stop = self.group_fails(class, number);
                if let Some(group) = self.groups.get_mut(&(class, number)) {
                    group.down = Some((now, stop));
                }
            }
        } else {
            let stop = self.group_fails(class, item);
            if let Some(Some(fault)) = self.faults.get_mut(id) {
                fault.stop = stop;
            }
        }
    }

    /// A group fails: what stands still for it, and whether the job stops.
    fn group_fails(&mut self, class: usize, group: u64) -> Option<StopId> {
        let description = self.sources[class].class;
        self.tally.causes[class].group_failures += 1.0;
        let stopped = description.stopped_while_faulty.value();
        let at = Stretch::block(place(group, description), stopped.max(1.0), self.row);
        // Asked before the block is stopped: what stands still already is not hit.
        let share = description.job_stop_share.value();
        let hits = self.hits_job(class, at, share);
        let stop = (stopped > 0.0).then(|| self.begin_stop(at).0);
        if hits {
            self.stop_job(class, Stop::Fault);
        }
        stop
    }

    /// Whether a failure with this probability to stop whom it meets meets the job.
    fn hits_job(&mut self, class: usize, at: Stretch, share: f64) -> bool {
        let Some(running) = &self.running else { return false };
        if share <= 0.0 {
            return false;
        }
        let chance = self.sources[class].chances.unit();
        if running.waits() || self.stops.covered(at) >= at.length() {
            return false;
        }
        let domains = self.domains_of(at);
        let mut missed = 1.0;
        for domain in domains {
            if !running.holds(domain) {
                continue;
            }
            let out = self.domains.get(&domain).map_or(0, |out| out.nodes);
            let up = self.site.nodes_per_domain().saturating_sub(out);
            let used = running.nodes().min(up);
            let met = self.domain_stretch(domain).within(at).length() / self.node;
            missed *= none_of(up, used, met);
        }
        chance < share * (1.0 - missed)
    }

    fn stop_job(&mut self, class: usize, how: Stop) {
        let cause = &mut self.tally.causes[class];
        match how {
            Stop::Fault => cause.interruptions += 1.0,
            Stop::Planned => cause.planned += 1.0,
        }
        let detect = match how {
            Stop::Fault => self.sources[class].class.repair.detect.as_s(),
            Stop::Planned => 0.0,
        };
        let resumes = self.running.as_mut().and_then(|job| job.stop(self.now, how, detect));
        self.enter_resume(resumes);
    }

    fn enter_resume(&mut self, resumes: Option<(f64, u64)>) {
        if let Some((at, stop)) = resumes {
            self.queue.enter(at, Happening::Resume(stop));
        }
    }

    /// Puts the time of a fault's stage, up to now, where it belongs.
    fn account(&mut self, id: usize) {
        let Some(Some(fault)) = self.faults.get_mut(id) else { return };
        let since = fault.since;
        let passed = self.now - since;
        fault.since = self.now;
        let class = &self.site.classes[fault.class];
        let cause = &mut self.tally.causes[fault.class];
        cause.down += passed;
        let behind = class.stopped_while_faulty.value();
        // Of groups, what a fault stops is counted with the group.
        let alone = if class.redundancy.installed > 1 { 0.0 } else { behind };
        match fault.stage {
            Stage::Awaited => {
                let hidden = (fault.noticed_at - since).clamp(0.0, passed);
                cause.detection += hidden * alone;
                cause.waiting += (passed - hidden) * alone;
            }
            Stage::InLine => {
                cause.waiting += passed * alone;
                cause.queued += passed;
            }
            Stage::HandsOn | Stage::Tested => {
                let stopped = class.stopped_in_repair.value();
                cause.repair += passed * stopped.min(behind);
                cause.blast += passed * (stopped - behind).max(0.0);
                if fault.stage == Stage::HandsOn {
                    cause.labour += passed;
                }
            }
        }
    }

    fn advance(&mut self, id: usize) {
        self.account(id);
        let Some(Some(fault)) = self.faults.get(id).copied() else { return };
        let now = self.now;
        match fault.stage {
            Stage::Awaited => {
                if self.site.classes[fault.class].repair.hands_on <= Time::ZERO {
                    self.begin_repair(id, Stage::Tested);
                } else if self.technicians > 0 {
                    self.technicians -= 1;
                    self.begin_repair(id, Stage::HandsOn);
                } else {
                    self.change(id, |f| f.stage = Stage::InLine);
                    self.line.push_back(id);
                }
            }
            // Left only when a technician comes.
            Stage::InLine => {}
            Stage::HandsOn => {
                self.change(id, |f| f.stage = Stage::Tested);
                let tests = self.site.classes[fault.class].repair.requalify.as_s();
                self.queue.enter(now + tests, Happening::Stage(id));
                match self.line.pop_front() {
                    Some(next) => {
                        self.account(next);
                        self.begin_repair(next, Stage::HandsOn);
                    }
                    None => self.technicians = self.technicians.saturating_add(1),
                }
            }
            Stage::Tested => self.over(id),
        }
    }

    fn change(&mut self, id: usize, how: impl FnOnce(&mut Fault)) {
        if let Some(Some(fault)) = self.faults.get_mut(id) {
            how(fault);
        }
    }

    /// Takes a part from the shelf, where parts are stocked, and orders another.
    fn take_part(&mut self, id: usize, class: usize, hands_at: f64) {
        let stock = self.site.stocks[class]
            .filter(|_| matches!(self.site.classes[class].repair.event, Event::Hard(_)));
        let Some(stock) = stock else {
            self.queue.enter(hands_at, Happening::Stage(id));
            return;
        };
        self.queue.enter(self.now + stock.resupply.as_s(), Happening::Delivery(class));
        let source = &mut self.sources[class];
        if source.shelf > 0 {
            source.shelf -= 1;
            self.queue.enter(hands_at, Happening::Stage(id));
        } else {
            self.tally.causes[class].without_part += 1.0;
            source.backlog.push_back(id);
        }
    }

    fn delivery(&mut self, class: usize) {
        let source = &mut self.sources[class];
        match source.backlog.pop_front() {
            Some(id) => {
                let hands_at =
                    self.faults.get(id).copied().flatten().map_or(self.now, |f| f.hands_at);
                self.queue.enter(self.now.max(hands_at), Happening::Stage(id));
            }
            None => source.shelf += 1,
        }
    }

    /// Work begins, or where there is none, the tests: what the repair stops stands still instead of what the fault did.
    fn begin_repair(&mut self, id: usize, stage: Stage) {
        let Some(Some(fault)) = self.faults.get(id).copied() else { return };
        let class = self.sources[fault.class].class;
        let lasts = if stage == Stage::HandsOn {
            spread(&mut self.sources[fault.class].times, class.repair.hands_on.as_s(), self.sigma)
        } else {
            class.repair.requalify.as_s()
        };
        self.queue.enter(self.now + lasts, Happening::Stage(id));
        let stopped = class.stopped_in_repair.value();
        let group = fault.item / class.redundancy.installed.max(1);
        let mut stop = None;
        if stopped > 0.0 {
            let at = Stretch::block(place(group, class), stopped, self.row);
            let holds = |running: &Running| self.domains_of(at).any(|d| running.holds(d));
            let met = self.running.as_ref().is_some_and(|job| !job.waits() && holds(job));
            let (id, anew) = self.begin_stop(at);
            stop = Some(id);
            if met && anew > 0.0 {
                self.stop_job(fault.class, Stop::Planned);
            }
        }
        if let Some(old) = fault.stop {
            self.end_stop(old);
        }
        self.change(id, |f| {
            f.stage = stage;
            f.stop = stop;
        });
    }

    /// A fault is over: its component serves again.
    fn over(&mut self, id: usize) {
        let Some(fault) = self.faults.get_mut(id).and_then(Option::take) else { return };
        self.free.push(id);
        self.out_of_service.remove(&(fault.class, fault.item));
        if let Some(stop) = fault.stop {
            self.end_stop(stop);
        }
        let class = self.sources[fault.class].class;
        let Redundancy { needed, installed, .. } = class.redundancy;
        if installed <= 1 {
            return;
        }
        let key = (fault.class, fault.item / installed);
        let Some(group) = self.groups.get_mut(&key) else { return };
        group.failed = group.failed.saturating_sub(1);
        group.common = group.common.saturating_sub(u64::from(fault.common));
        let up = group.common == 0 && group.failed <= installed.saturating_sub(needed);
        let ended = if up { group.down.take() } else { None };
        if group.failed == 0 {
            self.groups.remove(&key);
        }
        if let Some((since, stop)) = ended {
            let stopped = class.stopped_while_faulty.value();
            self.tally.causes[fault.class].waiting += (self.now - since) * stopped;
            if let Some(stop) = stop {
                self.end_stop(stop);
            }
        }
    }

    fn begin_stop(&mut self, at: Stretch) -> (StopId, f64) {
        self.count_stopped();
        let (id, anew) = self.stops.begin(at);
        self.stopped += anew;
        self.look_at_domains(at);
        (id, anew)
    }

    fn end_stop(&mut self, id: StopId) {
        self.count_stopped();
        if let Some((at, freed)) = self.stops.end(id) {
            self.stopped -= freed;
            self.look_at_domains(at);
        }
    }

    fn count_stopped(&mut self) {
        self.tally.stopped += self.stopped.max(0.0) * (self.now - self.stopped_since);
        self.stopped_since = self.now;
    }

    fn domain_stretch(&self, domain: usize) -> Stretch {
        let from = domain as f64 * self.domain;
        Stretch { from, to: from + self.domain }
    }

    /// Domains that a stretch touches; accelerators beyond the last whole domain belong to none.
    fn domains_of(&self, at: Stretch) -> std::ops::Range<usize> {
        let last = usize::try_from(self.site.domains()).unwrap_or(0);
        let first = (at.from / self.domain + SLIVER).floor() as usize;
        let end = (at.to / self.domain - SLIVER).ceil() as usize;
        first.min(last)..end.min(last)
    }

    /// Sees which nodes of the domains that a stretch touches serve now.
    fn look_at_domains(&mut self, at: Stretch) {
        let nodes = self.site.nodes_per_domain();
        for domain in self.domains_of(at) {
            let whole = self.domain_stretch(domain);
            let out = self.stops.covered(whole) / self.node;
            let out = ((out - SLIVER).ceil().max(0.0) as u64).min(nodes);
            let before = match self.domains.get(&domain) {
                Some(before) => *before,
                None => Out { nodes: 0, since: self.now },
            };
            if before.nodes == out {
                continue;
            }
            if before.nodes > 0 {
                add(&mut self.tally.nodes_out, before.nodes, self.now - before.since);
            }
            if out > 0 {
                self.domains.insert(domain, Out { nodes: out, since: self.now });
            } else {
                self.domains.remove(&domain);
            }
            if let Some(running) = &mut self.running {
                let serves = nodes - out >= running.nodes();
                let resumes = running.domain(domain, serves, self.now);
                self.enter_resume(resumes);
            }
        }
    }
}

/// Adds to one of a list of times.
fn add(times: &mut [f64], index: u64, time: f64) {
    if let Some(slot) = usize::try_from(index).ok().and_then(|i| times.get_mut(i)) {
        *slot += time;
    }
}

/// Probability that none of `met` nodes, out of those that are up, is among the used ones.
fn none_of(up: u64, used: u64, met: f64) -> f64 {
    let (up, used) = (up as f64, used as f64);
    let mut missed = 1.0;
    // A part of a node takes the whole of it.
    let mut k = 0.0;
    while k < met - SLIVER {
        if k >= up {
            break;
        }
        missed *= ((up - used - k) / (up - k)).max(0.0);
        if missed <= 0.0 {
            break;
        }
        k += 1.0;
    }
    missed
}

/// A time of this mean, log-normal with the logarithm's standard deviation `sigma`.
fn spread(stream: &mut Stream, mean: f64, sigma: f64) -> f64 {
    // Drawn in any case, so that streams stay in step when the spread changes.
    let normal = stream.normal();
    if sigma > 0.0 { mean * libm::exp(sigma * (normal - sigma / 2.0)) } else { mean }
}

/// The number of a stream: a class by its name, a history, a purpose.
fn entity(name: &str, number: u64, purpose: u64) -> u64 {
    // FNV-1a, 64 bits.
    let hash = |seed: u64, byte: u8| (seed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let named = name.bytes().fold(0xcbf2_9ce4_8422_2325, hash);
    number.to_le_bytes().into_iter().chain(purpose.to_le_bytes()).fold(named, hash)
}
