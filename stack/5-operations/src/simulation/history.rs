//! One history of a site.

use super::numbers::Numbers;
use super::queue::{Happening, MOST, Queue};
use super::running::Running;
use super::site::Site;
use super::stops::{StopId, Stops};
use super::tally::{CauseTally, Tally};
use crate::availability::ComponentClass;
use crate::error::{OperationsError, not_negative, positive};
use crate::repair::Event;
use lightloom_num::Stream;
use lightloom_units::{Quantity, Time};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::hash::BuildHasherDefault;

/// Components out of service, by class and number. Looked up and never walked: its order is no one's.
type OutOfService = HashSet<(usize, u64), BuildHasherDefault<Numbers>>;

/// Share of a node that rounding may leave of it.
pub(super) const SLIVER: f64 = 1e-9;

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
pub(super) struct Source<'s> {
    pub(super) class: &'s ComponentClass,
    /// When and where: drawn alike whatever became of it.
    pub(super) failures: Stream,
    /// Chances: common causes, hits of the job.
    pub(super) chances: Stream,
    /// How long.
    pub(super) times: Stream,
    pub(super) items: u64,
    /// Failures in a second, all components: of those that are drawn one by one.
    pub(super) rate: f64,
    /// Parts on the shelf, and faults that wait for one.
    pub(super) shelf: u64,
    pub(super) backlog: VecDeque<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
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
pub(super) struct Fault {
    pub(super) class: usize,
    pub(super) item: u64,
    pub(super) stage: Stage,
    /// Start of the stage, or of the history where that came later.
    pub(super) since: f64,
    /// When it is noticed.
    pub(super) noticed_at: f64,
    /// When hands are there; until then, and without a part, nothing begins.
    pub(super) hands_at: f64,
    /// Takes its whole group.
    pub(super) common: bool,
    /// What stands still for it now.
    pub(super) stop: Option<StopId>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Group {
    pub(super) failed: u64,
    pub(super) common: u64,
    /// While the group is down: since when, and what stands still.
    pub(super) down: Option<(f64, Option<StopId>)>,
}

/// Nodes of a domain that do not serve.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Out {
    pub(super) nodes: u64,
    pub(super) since: f64,
}

pub(super) struct Live<'s> {
    pub(super) site: &'s Site,
    pub(super) row: f64,
    pub(super) domain: f64,
    pub(super) node: f64,
    pub(super) sigma: f64,
    pub(super) now: f64,
    pub(super) queue: Queue,
    pub(super) sources: Vec<Source<'s>>,
    pub(super) faults: Vec<Option<Fault>>,
    pub(super) free: Vec<usize>,
    pub(super) out_of_service: OutOfService,
    pub(super) groups: BTreeMap<(usize, u64), Group>,
    pub(super) technicians: u64,
    pub(super) line: VecDeque<usize>,
    pub(super) stops: Stops,
    pub(super) stopped: f64,
    pub(super) stopped_since: f64,
    pub(super) domains: Vec<Out>,
    pub(super) running: Option<Running>,
    pub(super) tally: Tally,
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
            domains: vec![Out::default(); usize::try_from(site.domains()).unwrap_or(0)],
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
                let class = number_of(live.sources.len());
                live.queue.enter(failures.exponential() / rate, Happening::Failure(class));
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
        while let Some((at, what)) = self.queue.first_before(end) {
            self.now = at;
            self.tally.events += 1;
            // A failure puts its class's next one in its own place.
            if !matches!(what, Happening::Failure(_)) {
                self.queue.drop_first();
            }
            match what {
                Happening::Failure(class) => self.failure(class as usize),
                Happening::Stage(fault) => self.advance(fault as usize),
                Happening::Delivery(class) => self.delivery(class as usize),
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
        for out in self.domains.iter_mut().filter(|out| out.nodes > 0) {
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
}

/// A number as the queue holds it: no site has so many classes, and so many faults do not stand at once.
pub(super) fn number_of(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(MOST).min(MOST)
}

/// Adds to one of a list of times.
pub(super) fn add(times: &mut [f64], index: u64, time: f64) {
    if let Some(slot) = usize::try_from(index).ok().and_then(|i| times.get_mut(i)) {
        *slot += time;
    }
}
/// The number of a stream: a class by its name, a history, a purpose.
fn entity(name: &str, number: u64, purpose: u64) -> u64 {
    // FNV-1a, 64 bits.
    let hash = |seed: u64, byte: u8| (seed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let named = name.bytes().fold(0xcbf2_9ce4_8422_2325, hash);
    number.to_le_bytes().into_iter().chain(purpose.to_le_bytes()).fold(named, hash)
}
