//! What stands still now, and which nodes of which domains serve.

use super::history::{Live, Out, SLIVER, add};
use super::stops::{StopId, Stretch};

impl Live<'_> {
    pub(super) fn begin_stop(&mut self, at: Stretch) -> (StopId, f64) {
        self.count_stopped();
        let (id, anew) = self.stops.begin(at);
        self.stopped += anew;
        self.look_at_domains(at);
        (id, anew)
    }

    pub(super) fn end_stop(&mut self, id: StopId) {
        self.count_stopped();
        if let Some((at, freed)) = self.stops.end(id) {
            self.stopped -= freed;
            self.look_at_domains(at);
        }
    }

    pub(super) fn count_stopped(&mut self) {
        self.tally.stopped += self.stopped.max(0.0) * (self.now - self.stopped_since);
        self.stopped_since = self.now;
    }

    pub(super) fn domain_stretch(&self, domain: usize) -> Stretch {
        let from = domain as f64 * self.domain;
        Stretch { from, to: from + self.domain }
    }

    /// Domains that a stretch touches; accelerators beyond the last whole domain belong to none.
    pub(super) fn domains_of(&self, at: Stretch) -> std::ops::Range<usize> {
        let last = usize::try_from(self.site.domains()).unwrap_or(0);
        let first = (at.from / self.domain + SLIVER).floor() as usize;
        let end = (at.to / self.domain - SLIVER).ceil() as usize;
        first.min(last)..end.min(last)
    }

    /// Sees which nodes of the domains that a stretch touches serve now.
    pub(super) fn look_at_domains(&mut self, at: Stretch) {
        let nodes = self.site.nodes_per_domain();
        for domain in self.domains_of(at) {
            let whole = self.domain_stretch(domain);
            let out = self.stops.covered(whole) / self.node;
            let out = ((out - SLIVER).ceil().max(0.0) as u64).min(nodes);
            let Some(known) = self.domains.get_mut(domain) else { continue };
            let before = *known;
            if before.nodes == out {
                continue;
            }
            *known = Out { nodes: out, since: self.now };
            if before.nodes > 0 {
                add(&mut self.tally.nodes_out, before.nodes, self.now - before.since);
            }
            if let Some(running) = &mut self.running {
                let serves = nodes - out >= running.nodes();
                let resumes = running.domain(domain, serves, self.now);
                self.enter_resume(resumes);
            }
        }
    }
}
