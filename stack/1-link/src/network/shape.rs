//! Whether the fields of a network belong together.

use super::Network;
use thiserror::Error;

/// A network whose fields do not belong together.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum ShapeError {
    /// The lengths differ.
    #[error(
        "{frequencies} frequencies and {ports} ports need {} parameters and {ports} references, there are {parameters} \
         and {references}",
        frequencies.saturating_mul(ports.saturating_mul(*ports))
    )]
    Lengths {
        /// Frequencies.
        frequencies: usize,
        /// Ports.
        ports: usize,
        /// Parameters.
        parameters: usize,
        /// References.
        references: usize,
    },
    /// A number is not finite.
    #[error("{what} {index} is {value}, not a finite number")]
    NotFinite {
        /// What.
        what: &'static str,
        /// Which, from zero.
        index: usize,
        /// Its value; for a parameter its squared magnitude.
        value: f64,
    },
}

impl Network {
    /// Checks that the lengths belong together and all numbers are finite.
    pub(super) fn check(&self) -> Result<(), ShapeError> {
        let (frequencies, ports) = (self.frequency_hz.len(), self.ports);
        let (parameters, references) = (self.s.len(), self.reference_ohm.len());
        let needed = ports.checked_mul(ports).and_then(|size| size.checked_mul(frequencies));
        if needed != Some(parameters) || references != ports {
            return Err(ShapeError::Lengths { frequencies, ports, parameters, references });
        }
        finite("frequency", self.frequency_hz.iter().copied())?;
        finite("reference", self.reference_ohm.iter().copied())?;
        finite("parameter", self.s.iter().map(|s| s.norm_sqr()))
    }
}

/// Refuses the first number that is not finite.
pub(super) fn finite(
    what: &'static str,
    values: impl Iterator<Item = f64>,
) -> Result<(), ShapeError> {
    match values.enumerate().find(|(_, value)| !value.is_finite()) {
        Some((index, value)) => Err(ShapeError::NotFinite { what, index, value }),
        None => Ok(()),
    }
}
