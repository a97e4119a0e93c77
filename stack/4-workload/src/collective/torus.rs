//! Collectives on a torus: rings along each dimension.

use super::cost::{Cost, Terms};
use super::{Algorithm, MAX_TIERS, Operation, WireProtocol};
use crate::WorkloadError;
use lightloom_units::{BitRate, DataSize, Time};
use serde::Serialize;

/// A torus of accelerators, each with a link either way in every dimension.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Torus {
    /// Ranks along each dimension; 1 for a dimension that is not there.
    pub lengths: [u64; MAX_TIERS],
    /// Rate of one link, one direction.
    pub link: BitRate,
    /// Time from one rank to the next, hardware and software.
    pub hop: Time,
    /// Time of a collective that does nothing.
    pub launch: Time,
}

/// In which order the dimensions work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum TorusSchedule {
    /// One after the other: at any time the links of one dimension are busy.
    DimensionByDimension,
    /// The vector is cut into as many parts as there are dimensions, each part in another order.
    AllDimensions,
}

impl Torus {
    /// Checks that lengths, rates and times are positive and finite.
    ///
    /// # Errors
    /// [`WorkloadError::Network`].
    pub fn check(&self) -> Result<(), WorkloadError> {
        let problem = if self.lengths.iter().any(|l| *l == 0 || *l > 1 << 20) {
            format!("lengths {:?} are not between 1 and 2^20", self.lengths)
        } else if !(self.link.as_gbps() > 0.0 && self.link.as_gbps().is_finite()) {
            format!("links of {}", self.link)
        } else if [self.hop, self.launch].iter().any(|t| !(t.as_s() >= 0.0 && t.as_s().is_finite()))
        {
            "a latency that is not a time".to_owned()
        } else {
            return Ok(());
        };
        Err(WorkloadError::Network(format!("torus: {problem}")))
    }

    /// Ranks.
    #[must_use]
    pub fn size(&self) -> f64 {
        self.lengths.iter().map(|l| *l as f64).product()
    }

    /// The quicker schedule's cost.
    #[must_use]
    pub fn cost(&self, operation: Operation, size: DataSize) -> Cost {
        let by_one = self.cost_of(TorusSchedule::DimensionByDimension, operation, size);
        let all = self.cost_of(TorusSchedule::AllDimensions, operation, size);
        if all.time < by_one.time { all } else { by_one }
    }

    /// The cost by one schedule; its bytes and wire times are those of each dimension, both directions.
    ///
    /// # Model
    /// A ring of k with links either way gathers S in `(k-1)/k S / 2B` and `k/2` hops. Dimension by dimension, the
    /// second works with a k-th of the vector, and so on; scattering is the same backwards, a reduction both.
    /// With all dimensions at once, each of d parts is in another dimension in each of d phases; a phase lasts as
    /// long as its slowest part. All-to-all: shortest ways have `k/4` hops in the mean in each dimension, so a
    /// link carries `k S / 8` (k even; `(k^2 - 1) S / 8 k` else). A broadcast scatters and gathers.
    ///
    /// # Validity
    /// Rings are closed. Length 2 has one link, not two.
    ///
    /// # Source
    /// Austin et al., "How to Scale Your Model" (Google DeepMind 2025), part 3, whose bounds these are; Sack, Gropp,
    /// "Collective algorithms for multiported torus networks" (2015).
    #[must_use]
    pub fn cost_of(&self, schedule: TorusSchedule, operation: Operation, size: DataSize) -> Cost {
        if self.size() <= 1.0 {
            return Cost::FREE;
        }
        let byte = 1.0 / self.link.as_bytes_per_s();
        let passes = match operation {
            Operation::AllReduce | Operation::Broadcast => 2.0,
            _ => 1.0,
        };
        let used = self.lengths.iter().filter(|l| **l > 1).count();
        let at_once = schedule == TorusSchedule::AllDimensions;
        let mut terms = Terms::new(self.launch.as_s());
        let mut algorithm = Algorithm::Ring;
        match operation {
            Operation::SendReceive => {
                algorithm = Algorithm::Direct;
                terms.latency += self.hop.as_s();
                let first = self.lengths.iter().position(|l| *l > 1).unwrap_or(0);
                terms.send(first, 1.0, byte);
            }
            Operation::AllToAll => {
                algorithm = Algorithm::Pairwise;
                terms.serial = if at_once { 0.0 } else { 1.0 };
                for (i, k) in self.lengths.iter().enumerate().filter(|(_, k)| **k > 1) {
                    let far = (k / 2) as f64;
                    terms.latency += far * self.hop.as_s();
                    let k = *k as f64;
                    // Mean distance, times the links of a rank in this dimension.
                    let mean = far * libm::ceil(k / 2.0) / k;
                    terms.send(i, mean, byte / links(k));
                }
            }
            _ => {
                terms.serial = 1.0;
                let mut phases = 0.0;
                for phase in 0..used {
                    let mut slowest = 0.0_f64;
                    for part in 0..if at_once { used } else { 1 } {
                        let (dimension, k, before) = self.turn(phase + part, phase, used);
                        let cut = if at_once { used as f64 } else { 1.0 };
                        let bytes = passes * (k - 1.0) / k / before / cut;
                        terms.send(dimension, bytes, byte / links(k));
                        slowest = slowest.max(bytes * byte / links(k));
                    }
                    phases += slowest;
                }
                for k in self.lengths.iter().filter(|k| **k > 1) {
                    terms.latency += passes * (*k / 2) as f64 * self.hop.as_s();
                }
                let mut cost = terms.cost(algorithm, WireProtocol::Simple, size.as_bytes());
                cost.time = Time::s(terms.latency + phases * size.as_bytes());
                return cost;
            }
        }
        terms.cost(algorithm, WireProtocol::Simple, size.as_bytes())
    }

    /// The dimension that stands at a place of the order, its length, and the product of lengths that a part in
    /// this phase has been through.
    fn turn(&self, place: usize, phase: usize, used: usize) -> (usize, f64, f64) {
        let at = |place: usize| {
            let mut left = place % used.max(1);
            for (i, k) in self.lengths.iter().enumerate() {
                if *k > 1 {
                    if left == 0 {
                        return (i, *k as f64);
                    }
                    left -= 1;
                }
            }
            (0, 1.0)
        };
        let (dimension, k) = at(place);
        let before = (1..=phase).map(|back| at(place + used - back).1).product();
        (dimension, k, before)
    }
}

/// Links of a rank in a ring of k, both directions.
fn links(k: f64) -> f64 {
    if k > 2.0 { 2.0 } else { 1.0 }
}
