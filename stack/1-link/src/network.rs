//! Linear networks over frequency: scattering parameters, their algebra, and the files that carry them.
//!
//! | file | what |
//! |---|---|
//! | [`two_port`] | two ports: cascade, ABCD, reference impedance, transfer between terminations |
//! | [`touchstone`] | Touchstone files: reader and writer |
//! | [`channel_file`] | a differential channel out of a file: order of ports, passivity |
//! | [`mixed_mode`] | four ports as differential and common waves; which ports are one line |
//! | [`quality`] | passivity, reciprocity, causality; repair of what is slight |
//! | [`resample`] | other frequencies, zero and beyond the top |

pub mod channel_file;
pub mod mixed_mode;
pub mod quality;
pub mod resample;
mod shape;
pub mod touchstone;
pub mod two_port;

pub use channel_file::{ChannelFile, ChannelFileError};
pub use mixed_mode::{Evidence, MixedMode, MixedModeError, ModeConversion, PortOrder};
pub use quality::{Causality, Passivity, PassivityRepair, QualityError, Reciprocity};
pub use resample::{Gap, ResampleError, Resampled};
pub use shape::ShapeError;
pub use touchstone::{
    FileVersion, Format, Layout, Mode, Notice, Parameter, Place, Touchstone, TouchstoneError, Unit,
    WriteError, ports_of_name,
};
pub use two_port::{LineConstants, TwoPort};

use num_complex::Complex64;

/// Scattering parameters of a network of any number of ports, over frequency.
///
/// `s[(k * ports + row) * ports + column]` is the wave out of port `row` for a unit wave into port `column` at
/// `frequency_hz[k]`, power waves against `reference_ohm[port]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// Frequencies, ascending, Hz.
    pub frequency_hz: Vec<f64>,
    /// Number of ports.
    pub ports: usize,
    /// Parameters, row by row, frequency after frequency.
    pub s: Vec<Complex64>,
    /// Reference resistance of each port, ohm.
    pub reference_ohm: Vec<f64>,
}

impl Network {
    /// One parameter at one frequency, by index from zero.
    #[must_use]
    pub fn at(&self, k: usize, row: usize, column: usize) -> Complex64 {
        self.s[(k * self.ports + row) * self.ports + column]
    }
}
