//! A fault from failure to its end: noticed, in line, worked on, tested.

use super::history::{Fault, Live, SLIVER, Stage, number_of};
use super::queue::{Happening, MOST};
use super::running::{Running, Stop};
use super::stops::{StopId, Stretch};
use crate::availability::ComponentClass;
use crate::failure::Redundancy;
use crate::repair::Event;
use lightloom_num::Stream;
use lightloom_units::Time;

/// Position in the row of accelerators as a share of it, for a group.
fn place(group: u64, class: &ComponentClass) -> f64 {
    (group as f64 / class.count.value().max(1.0)).min(1.0)
}

impl Live<'_> {
    pub(super) fn failure(&mut self, class: usize) {
        let now = self.now;
        let source = &mut self.sources[class];
        let gap = source.failures.exponential() / source.rate;
        let item = source.failures.below(source.items);
        self.queue.enter_after_first(now + gap, Happening::Failure(number_of(class)));
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
    pub(super) fn group_fails(&mut self, class: usize, group: u64) -> Option<StopId> {
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
    pub(super) fn hits_job(&mut self, class: usize, at: Stretch, share: f64) -> bool {
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
            let out = self.domains.get(domain).map_or(0, |out| out.nodes);
            let up = self.site.nodes_per_domain().saturating_sub(out);
            let used = running.nodes().min(up);
            let met = self.domain_stretch(domain).within(at).length() / self.node;
            missed *= none_of(up, used, met);
        }
        chance < share * (1.0 - missed)
    }

    pub(super) fn stop_job(&mut self, class: usize, how: Stop) {
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

    pub(super) fn enter_resume(&mut self, resumes: Option<(f64, u64)>) {
        if let Some((at, stop)) = resumes {
            self.queue.enter(at, Happening::Resume((stop & u64::from(MOST)) as u32));
        }
    }

    /// Puts the time of a fault's stage, up to now, where it belongs.
    pub(super) fn account(&mut self, id: usize) {
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

    pub(super) fn advance(&mut self, id: usize) {
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
                self.queue.enter(now + tests, Happening::Stage(number_of(id)));
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

    pub(super) fn change(&mut self, id: usize, how: impl FnOnce(&mut Fault)) {
        if let Some(Some(fault)) = self.faults.get_mut(id) {
            how(fault);
        }
    }

    /// Takes a part from the shelf, where parts are stocked, and orders another.
    pub(super) fn take_part(&mut self, id: usize, class: usize, hands_at: f64) {
        let stock = self.site.stocks[class]
            .filter(|_| matches!(self.site.classes[class].repair.event, Event::Hard(_)));
        let Some(stock) = stock else {
            self.queue.enter(hands_at, Happening::Stage(number_of(id)));
            return;
        };
        self.queue.enter(self.now + stock.resupply.as_s(), Happening::Delivery(number_of(class)));
        let source = &mut self.sources[class];
        if source.shelf > 0 {
            source.shelf -= 1;
            self.queue.enter(hands_at, Happening::Stage(number_of(id)));
        } else {
            self.tally.causes[class].without_part += 1.0;
            source.backlog.push_back(id);
        }
    }

    pub(super) fn delivery(&mut self, class: usize) {
        let source = &mut self.sources[class];
        match source.backlog.pop_front() {
            Some(id) => {
                let hands_at =
                    self.faults.get(id).copied().flatten().map_or(self.now, |f| f.hands_at);
                self.queue.enter(self.now.max(hands_at), Happening::Stage(number_of(id)));
            }
            None => source.shelf += 1,
        }
    }

    /// Work begins, or where there is none, the tests: what the repair stops stands still instead of what the fault did.
    pub(super) fn begin_repair(&mut self, id: usize, stage: Stage) {
        let Some(Some(fault)) = self.faults.get(id).copied() else { return };
        let class = self.sources[fault.class].class;
        let lasts = if stage == Stage::HandsOn {
            spread(&mut self.sources[fault.class].times, class.repair.hands_on.as_s(), self.sigma)
        } else {
            class.repair.requalify.as_s()
        };
        self.queue.enter(self.now + lasts, Happening::Stage(number_of(id)));
        let stopped = class.stopped_in_repair.value();
        let alike = class.stopped_in_repair == class.stopped_while_faulty;
        if alike && class.redundancy.installed <= 1 {
            // The same accelerators stand still as before: for nobody does anything change.
            self.change(id, |f| f.stage = stage);
            return;
        }
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
    pub(super) fn over(&mut self, id: usize) {
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
