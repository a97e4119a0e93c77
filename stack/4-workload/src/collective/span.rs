//! What a group spans of a tier that is a torus.

use super::group::Level;
use super::{MAX_TIERS, Operation, Torus};
use lightloom_units::{BitRate, DataSize, Time};

/// Rings of a torus that a group fills, one for each dimension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    /// Members along each dimension.
    lengths: [u64; MAX_TIERS],
    /// Whether each ring is closed: the group fills its dimension.
    closed: bool,
    /// Most groups whose rings lie in one another, so that they share links.
    woven: u64,
}

impl Span {
    /// Of `members` that are `stride` apart in rank order, the first dimension fastest. What the dimensions cannot hold counts
    /// along the last one.
    pub(super) fn new(dimensions: &[u64; MAX_TIERS], members: u64, stride: u64) -> Self {
        let (mut rest, mut stride) = (members.max(1), stride.max(1));
        let mut span = Self { lengths: [1; MAX_TIERS], closed: true, woven: 1 };
        for (length, whole) in span.lengths.iter_mut().zip(dimensions) {
            let whole = (*whole).max(1);
            if stride >= whole {
                stride = stride.div_ceil(whole);
                continue;
            }
            let room = whole.div_ceil(stride);
            *length = rest.min(room);
            if *length > 1 {
                span.woven = span.woven.max(stride);
                // Two have one link, ring or not.
                span.closed &= *length == 2 || *length * stride >= whole;
            }
            (rest, stride) = (rest.div_ceil(room), 1);
        }
        if let Some(last) = span.lengths.last_mut().filter(|_| rest > 1) {
            *last *= rest;
            span.closed = false;
        }
        span
    }

    /// Seconds for a byte of a whole vector, without any latency, over links of `link` seconds a byte.
    fn byte(&self, operation: Operation, link: f64) -> f64 {
        let torus = Torus {
            lengths: self.lengths,
            link: BitRate::gbytes_per_s(1e-9 / link),
            hop: Time::ZERO,
            launch: Time::ZERO,
        };
        // A ring that is not closed sends round its open end what the other way has to take back.
        let open = if self.closed { 1.0 } else { 2.0 };
        torus.cost(operation, DataSize::bytes(1.0)).time.as_s() * open * self.woven as f64
    }

    /// Steps of a gather: half way round each ring, or to the other end.
    fn steps(&self) -> f64 {
        let of = |k: u64| if self.closed { k / 2 } else { k - 1 };
        self.lengths.iter().map(|k| of(*k) as f64).sum()
    }
}

/// Links of an accelerator in a torus: two for each ring, one where a ring is of two.
fn links(dimensions: &[u64; MAX_TIERS]) -> f64 {
    dimensions.iter().map(|k| (*k).clamp(1, 3) as f64 - 1.0).sum::<f64>().max(1.0)
}

impl Level {
    /// This level of `members`, `stride` apart, as rings of a torus in the place of a switch.
    ///
    /// # Model
    /// Gathers, scatters and exchanges take what [`Torus::cost_of`] says of the rings that the group fills, the better schedule; a
    /// neighbour is reached over one link. Rings of groups that are woven into each other share their links. A step crosses one
    /// link: the tier's latency is that of its longest path.
    pub(super) fn on_torus(
        mut self,
        dimensions: &[u64; MAX_TIERS],
        members: u64,
        stride: u64,
    ) -> Self {
        let span = Span::new(dimensions, members, stride);
        let link = self.byte * links(dimensions);
        let share = (self.joined - 1.0) / self.joined;
        let gather = span.byte(Operation::AllGather, link) / share;
        let over_line = gather / self.byte;
        self.ring = self.ring.map(|ring| ring * over_line);
        self.exchange = span.byte(Operation::AllToAll, link) / share;
        self.neighbour = link;
        self.steps = Some(span.steps());
        let diameter: u64 = dimensions.iter().map(|k| k / 2).sum();
        let hop = self.latency / diameter.max(1) as f64;
        self.step = self.step.map(|step| step - self.latency + hop);
        self
    }
}
