//! Whether a network can be a real, passive one: passivity, reciprocity, causality, and a repair of small faults.

mod causality;
mod singular;

pub use causality::Causality;

use super::{Network, ShapeError};
use thiserror::Error;

/// Why a network cannot be judged or repaired.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum QualityError {
    /// Its fields do not belong together.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// Too few frequencies.
    #[error("{found} frequencies are too few to judge causality, {needed} are needed")]
    TooFewPoints {
        /// Found.
        found: usize,
        /// Needed.
        needed: usize,
    },
    /// Frequencies that do not ascend.
    #[error("frequency {index} is {hz} Hz and not above the one before; sort the network first")]
    NotAscending {
        /// Which, from zero.
        index: usize,
        /// The frequency, Hz.
        hz: f64,
    },
    /// A network that amplifies more than rounding and calibration explain.
    #[error(
        "the network gives back up to {largest:.4} times the wave it receives, at {frequency_hz} Hz; up to {limit} is \
         repaired, more is a wrong file (references, port order, de-embedding) or an active device"
    )]
    Active {
        /// Largest singular value.
        largest: f64,
        /// Where, Hz.
        frequency_hz: f64,
        /// What would be repaired.
        limit: f64,
    },
}

/// How much of the power that enters a network it gives back.
#[derive(Debug, Clone, PartialEq)]
pub struct Passivity {
    /// Largest singular value of S at each frequency.
    pub largest: Vec<f64>,
    /// The largest of them.
    pub worst: f64,
    /// Its frequency, Hz.
    pub frequency_hz: f64,
    /// Frequencies above `1 +` [`Self::TOLERANCE`].
    pub violations: usize,
}

impl Passivity {
    /// Excess that counts as passive: five printed digits. The check of IEEE Std 370-2020, annex on file quality,
    /// starts counting at 1.00001.
    pub const TOLERANCE: f64 = 1e-5;
    /// Largest singular value that [`Network::made_passive`] repairs, 0.09 dB: what calibration of a network analyser
    /// leaves. An assumption of ours.
    pub const REPAIRED: f64 = 1.01;

    /// The verdict.
    #[must_use]
    pub fn is_passive(&self) -> bool {
        self.violations == 0
    }
}

/// What was done to make a network passive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PassivityRepair {
    /// Frequencies that were scaled down.
    pub scaled: usize,
    /// Largest singular value before.
    pub worst: f64,
    /// Its frequency, Hz.
    pub frequency_hz: f64,
    /// Largest change of a parameter, as a magnitude.
    pub largest_change: f64,
}

/// How far transmission depends on direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reciprocity {
    /// Largest `|Sij - Sji|`.
    pub worst: f64,
    /// Its frequency, Hz.
    pub frequency_hz: f64,
    /// Its ports, from one.
    pub ports: (usize, usize),
}

impl Reciprocity {
    /// Difference that counts as reciprocal: 0.01 dB at full transmission, about what a network analyser repeats. An
    /// assumption of ours.
    pub const TOLERANCE: f64 = 1e-3;

    /// The verdict.
    #[must_use]
    pub fn is_reciprocal(&self) -> bool {
        self.worst <= Self::TOLERANCE
    }
}

impl Network {
    /// The largest gain of any wave, at each frequency.
    ///
    /// # Model
    /// `sigma = max |S a| / |a|`, the largest singular value. One-sided Jacobi rotations: pairs of columns are made
    /// orthogonal until all are, to 1e-15 relative; the longest column is `sigma`.
    ///
    /// # Validity
    /// Any number of ports; the work grows with its cube. Exact to about 1e-14 relative. Real references.
    ///
    /// # Source
    /// Hestenes, J. SIAM 6 (1958) 51; convergence of the cyclic order: Forsythe and Henrici, Trans. AMS 94 (1960) 1.
    ///
    /// # Errors
    /// [`QualityError::Shape`].
    pub fn passivity(&self) -> Result<Passivity, QualityError> {
        self.check()?;
        let size = (self.ports * self.ports).max(1);
        let mut columns = Vec::with_capacity(size);
        let largest: Vec<f64> = self
            .s
            .chunks_exact(size)
            .map(|s| singular::largest(s, self.ports, &mut columns))
            .collect();
        let (mut worst, mut frequency_hz) = (0.0, 0.0);
        for (&value, &hz) in largest.iter().zip(&self.frequency_hz) {
            if value > worst {
                (worst, frequency_hz) = (value, hz);
            }
        }
        let violations =
            largest.iter().filter(|&&value| value > 1.0 + Passivity::TOLERANCE).count();
        Ok(Passivity { largest, worst, frequency_hz, violations })
    }

    /// The largest difference between two directions.
    ///
    /// # Model
    /// `max |Sij - Sji|` over frequencies and pairs of ports.
    ///
    /// # Validity
    /// Power waves against real references, where cables, boards and connectors are reciprocal.
    ///
    /// # Errors
    /// [`QualityError::Shape`].
    pub fn reciprocity(&self) -> Result<Reciprocity, QualityError> {
        self.check()?;
        let mut result = Reciprocity { worst: 0.0, frequency_hz: 0.0, ports: (1, 1) };
        for (k, &frequency_hz) in self.frequency_hz.iter().enumerate() {
            for row in 0..self.ports {
                for column in 0..row {
                    let apart =
                        (self.at(k, row, column) - self.at(k, column, row)).norm_sqr().sqrt();
                    if apart > result.worst {
                        let ports = (row + 1, column + 1);
                        result = Reciprocity { worst: apart, frequency_hz, ports };
                    }
                }
            }
        }
        Ok(result)
    }

    /// The network with what little it amplifies taken back.
    ///
    /// # Model
    /// Where `sigma > 1`, all parameters are divided by it: their ratios and phases stay.
    ///
    /// # Validity
    /// `sigma` up to [`Passivity::REPAIRED`]. A frequency is changed without its neighbours, which adds as much
    /// non-causal response as the repair is large.
    ///
    /// # Errors
    /// [`QualityError::Active`] beyond that; [`QualityError::Shape`].
    pub fn made_passive(&self) -> Result<(Self, PassivityRepair), QualityError> {
        let Passivity { largest, worst, frequency_hz, .. } = self.passivity()?;
        if worst > Passivity::REPAIRED {
            let limit = Passivity::REPAIRED;
            return Err(QualityError::Active { largest: worst, frequency_hz, limit });
        }
        let mut network = self.clone();
        let mut repair = PassivityRepair { scaled: 0, worst, frequency_hz, largest_change: 0.0 };
        let size = (self.ports * self.ports).max(1);
        // The rounding of the singular value itself must not leave it above one.
        let spare = 1.0 + 4.0 * f64::EPSILON * self.ports as f64;
        for (matrix, &sigma) in network.s.chunks_exact_mut(size).zip(&largest) {
            if sigma <= 1.0 {
                continue;
            }
            repair.scaled += 1;
            for s in matrix {
                let scaled = *s / (sigma * spare);
                repair.largest_change = repair.largest_change.max((*s - scaled).norm_sqr().sqrt());
                *s = scaled;
            }
        }
        Ok((network, repair))
    }
}
