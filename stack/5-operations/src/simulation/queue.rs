//! What happens next.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Something that happens to the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Happening {
    /// A component of a class fails, or a link of it flaps so that the job stops.
    Failure(usize),
    /// A fault enters its next stage.
    Stage(usize),
    /// A part of a class is delivered.
    Delivery(usize),
    /// The job runs again, unless it was stopped since.
    Resume(u64),
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    at: f64,
    /// Order of entry, which decides between things at the same time.
    order: u64,
    what: Happening,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives its greatest: that is the earliest here.
        other.at.total_cmp(&self.at).then(other.order.cmp(&self.order))
    }
}

/// Things to come, the earliest first.
#[derive(Debug, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Entry>,
    entered: u64,
}

impl Queue {
    /// Enters something at a time in seconds; what never happens is left out.
    pub(super) fn enter(&mut self, at: f64, what: Happening) {
        if at.is_finite() {
            self.heap.push(Entry { at, order: self.entered, what });
            self.entered += 1;
        }
    }

    /// The earliest thing before a time.
    pub(super) fn next_before(&mut self, end: f64) -> Option<(f64, Happening)> {
        let at = self.heap.peek()?.at;
        if at >= end {
            return None;
        }
        self.heap.pop().map(|entry| (entry.at, entry.what))
    }
}
