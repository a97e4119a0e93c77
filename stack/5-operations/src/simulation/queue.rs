//! What happens next.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// Something that happens to the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Happening {
    /// A component of a class fails, or a link of it flaps so that the job stops.
    Failure(u32),
    /// A fault enters its next stage.
    Stage(u32),
    /// A part of a class is delivered.
    Delivery(u32),
    /// The job runs again, unless it was stopped since; the stop's number, as far as it fits.
    Resume(u32),
}

/// Largest number of something that happens.
pub(super) const MOST: u32 = (1 << 30) - 1;

impl Happening {
    fn pack(self) -> u32 {
        let (kind, number) = match self {
            Self::Failure(number) => (0, number),
            Self::Stage(number) => (1, number),
            Self::Delivery(number) => (2, number),
            Self::Resume(number) => (3, number),
        };
        (kind << 30) | (number & MOST)
    }

    fn unpack(packed: u32) -> Self {
        let number = packed & MOST;
        match packed >> 30 {
            0 => Self::Failure(number),
            1 => Self::Stage(number),
            2 => Self::Delivery(number),
            _ => Self::Resume(number),
        }
    }
}

/// Things to come, the earliest first; what comes at the same time in the order of entry.
///
/// An entry is one number, so that a comparison is one too: the time's bits, which order like the times above zero, then
/// the order of entry, then what happens.
#[derive(Debug, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Reverse<u128>>,
    entered: u32,
}

impl Queue {
    /// Enters something at a time in seconds; what never happens is left out.
    pub(super) fn enter(&mut self, at: f64, what: Happening) {
        if at.is_finite() {
            let entry = self.entry(at, what);
            self.heap.push(entry);
        }
    }

    /// Enters something in the place of what happens now, and a little quicker than [`Self::enter`].
    pub(super) fn enter_after_first(&mut self, at: f64, what: Happening) {
        let entry = self.entry(at, what);
        match self.heap.peek_mut() {
            Some(mut first) if at.is_finite() => *first = entry,
            Some(first) => {
                PeekMut::pop(first);
            }
            None => {}
        }
    }

    fn entry(&mut self, at: f64, what: Happening) -> Reverse<u128> {
        // Two things at the same time stand in the wrong order once in four thousand million.
        self.entered = self.entered.wrapping_add(1);
        let time = u128::from(at.max(0.0).to_bits()) << 64;
        Reverse(time | (u128::from(self.entered) << 32) | u128::from(what.pack()))
    }

    /// The earliest thing before a time, which stays in the queue.
    pub(super) fn first_before(&self, end: f64) -> Option<(f64, Happening)> {
        let Reverse(entry) = *self.heap.peek()?;
        let at = f64::from_bits((entry >> 64) as u64);
        (at < end).then(|| (at, Happening::unpack(entry as u32)))
    }

    /// Takes the earliest thing out.
    pub(super) fn drop_first(&mut self) {
        self.heap.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earliest_first_and_then_in_order_of_entry() {
        let mut queue = Queue::default();
        for (at, what) in [
            (3.0, Happening::Stage(7)),
            (1.0, Happening::Delivery(2)),
            (1.0, Happening::Resume(MOST)),
            (f64::INFINITY, Happening::Failure(0)),
            (0.0, Happening::Failure(1)),
        ] {
            queue.enter(at, what);
        }
        assert_eq!(queue.first_before(10.0), Some((0.0, Happening::Failure(1))));
        queue.enter_after_first(2.0, Happening::Failure(1));
        let mut seen = Vec::new();
        while let Some((_, what)) = queue.first_before(10.0) {
            seen.push(what);
            queue.drop_first();
        }
        let expected = [
            Happening::Delivery(2),
            Happening::Resume(MOST),
            Happening::Failure(1),
            Happening::Stage(7),
        ];
        assert_eq!(seen, expected);
        queue.enter(1.0, Happening::Failure(0));
        queue.enter_after_first(f64::INFINITY, Happening::Failure(0));
        assert_eq!(queue.first_before(10.0), None);
    }
}
