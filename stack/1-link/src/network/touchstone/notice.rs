//! What was noticed while reading: nothing is repaired or left out silently.

use lightloom_units::{Frequency, Quantity};
use std::fmt;

/// Something in a file that its user ought to know. Lines count from one.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// The number of ports was neither in the file nor given; it follows from the layout of the lines.
    PortsInferred {
        /// Ports.
        ports: usize,
    },
    /// Noise parameters were left out.
    NoiseSkipped {
        /// First line of them.
        line: usize,
        /// Noise frequencies.
        points: usize,
    },
    /// A second option line was left out, as the format asks.
    OptionLineIgnored {
        /// Its line.
        line: usize,
    },
    /// Text after `[End]` was left out.
    TextAfterEnd {
        /// Line of the first text.
        line: usize,
    },
    /// A version 2 file without `[End]`; it may be cut.
    EndMissing,
    /// Port impedances stand in comments, as HFSS writes them. Comments are not data: the reference is the option
    /// line's, and right only if the file was exported renormalised.
    ImpedanceInComments {
        /// The first such line.
        line: usize,
        /// The reference that was used, ohm.
        used_ohm: f64,
    },
    /// A frequency twice in a row; the second was left out.
    FrequencyRepeated {
        /// Line of the second.
        line: usize,
        /// The frequency, Hz.
        frequency_hz: f64,
        /// Largest difference between the two, as a magnitude.
        difference: f64,
    },
    /// The lowest frequency is above zero: a response in time needs an extension to 0 Hz.
    NoZeroFrequency {
        /// Lowest frequency, Hz.
        lowest_hz: f64,
    },
    /// Steps differ by more than [`Notice::STEP_TOLERANCE`] of the smallest.
    UnevenStep {
        /// Smallest step, Hz.
        smallest_hz: f64,
        /// Largest step, Hz.
        largest_hz: f64,
        /// Where the largest starts, Hz.
        at_hz: f64,
    },
    /// Admittances or impedances were converted to scattering parameters.
    Converted {
        /// `Y` or `Z`.
        from: char,
    },
}

impl Notice {
    /// Relative difference of steps that is still one step: frequencies are often printed to six digits.
    pub const STEP_TOLERANCE: f64 = 1e-3;
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PortsInferred { ports } => {
                write!(f, "{ports} ports, by the layout of the first frequency")
            }
            Self::NoiseSkipped { line, points } => {
                write!(f, "line {line}: noise parameters at {points} frequencies left out")
            }
            Self::OptionLineIgnored { line } => {
                write!(f, "line {line}: a further option line left out, the first counts")
            }
            Self::TextAfterEnd { line } => write!(f, "line {line}: text after [End] left out"),
            Self::EndMissing => write!(f, "no [End]: the file may be cut"),
            Self::ImpedanceInComments { line, used_ohm } => write!(
                f,
                "line {line}: a comment gives port impedances, which are not applied; {used_ohm} ohm is assumed, as the \
                 option line says"
            ),
            Self::FrequencyRepeated { line, frequency_hz, difference } => write!(
                f,
                "line {line}: {frequency_hz} Hz again, left out; the two differ by {difference:.1e} at most"
            ),
            Self::NoZeroFrequency { lowest_hz } => {
                let lowest = Frequency::from_si(*lowest_hz);
                write!(f, "lowest frequency {lowest}: below it the network is extrapolated")
            }
            Self::UnevenStep { smallest_hz, largest_hz, at_hz } => write!(
                f,
                "uneven frequency step: {smallest_hz} Hz to {largest_hz} Hz, the largest from {at_hz} Hz"
            ),
            Self::Converted { from } => write!(f, "converted from {from}-parameters"),
        }
    }
}
