//! Touchstone files: reading versions 1.0 to 2.1, writing 1.0 and 2.0.
//!
//! | file | what |
//! |---|---|
//! | `source`, `number` | bytes, words and numbers of a file |
//! | `header`, `data` | keywords and option line; the numbers of each frequency |
//! | `matrices`, `immittance` | numbers to matrices; Y and Z to S |
//! | `write` | the writer |
//! | `notice`, `error` | what a reader is told |

mod data;
mod error;
mod header;
mod immittance;
mod matrices;
mod notice;
mod number;
mod source;
mod write;

pub use error::{Place, TouchstoneError, WriteError};
pub use notice::Notice;
pub use write::{FileVersion, Layout};

use super::Network;
use data::Data;
use header::{Entries, Header, Options};
use matrices::Matrices;
use num_complex::Complex64;
use source::{Source, Start};

/// Most ports that are read and written.
pub const PORTS: usize = 64;

/// What a pair of numbers means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Real and imaginary part.
    RealImaginary,
    /// Magnitude, and angle in degrees.
    MagnitudeAngle,
    /// Twenty times the decadic logarithm of the magnitude, and angle in degrees.
    DecibelAngle,
}

impl Format {
    /// The word of the option line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RealImaginary => "RI",
            Self::MagnitudeAngle => "MA",
            Self::DecibelAngle => "DB",
        }
    }

    fn complex(self, first: f64, second: f64) -> Complex64 {
        let magnitude = match self {
            Self::RealImaginary => return Complex64::new(first, second),
            Self::MagnitudeAngle => first,
            Self::DecibelAngle => libm::exp10(first / 20.0),
        };
        let (sin, cos) = libm::sincos(second.to_radians());
        Complex64::new(magnitude * cos, magnitude * sin)
    }
}

/// Unit of the frequencies in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 1 Hz.
    Hz,
    /// 1e3 Hz.
    KHz,
    /// 1e6 Hz.
    MHz,
    /// 1e9 Hz.
    GHz,
    /// 1e12 Hz: not in the specification, but some programs write it and it can mean nothing else.
    THz,
}

impl Unit {
    /// The word of the option line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hz => "Hz",
            Self::KHz => "kHz",
            Self::MHz => "MHz",
            Self::GHz => "GHz",
            Self::THz => "THz",
        }
    }

    /// Power of ten in hertz.
    const fn power(self) -> i32 {
        match self {
            Self::Hz => 0,
            Self::KHz => 3,
            Self::MHz => 6,
            Self::GHz => 9,
            Self::THz => 12,
        }
    }
}

/// Which parameters a file holds. Hybrid ones (G, H) are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// Scattering.
    S,
    /// Admittance.
    Y,
    /// Impedance.
    Z,
}

/// What a row and column of a matrix in `[Mixed-Mode Order]` belongs to; ports from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A port alone.
    Single(usize),
    /// The difference of two ports, positive first. Its reference is the sum of theirs.
    Differential(usize, usize),
    /// The mean of two ports. Its reference is theirs in parallel.
    Common(usize, usize),
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Touchstone {
    /// The network. With `modes`, its ports are these modes in this order, against their own references.
    pub network: Network,
    /// The modes, if the file has a `[Mixed-Mode Order]`.
    pub modes: Option<Vec<Mode>>,
    /// Parameters as they stood in the file.
    pub parameter: Parameter,
    /// Format of the numbers in the file.
    pub format: Format,
    /// Unit of the frequencies in the file.
    pub unit: Unit,
    /// What was noticed, left out or repaired.
    pub notices: Vec<Notice>,
}

impl Network {
    /// Reads a Touchstone file of version 1.0, 1.1, 2.0 or 2.1.
    ///
    /// `ports_hint` is the number of ports that the file's name says ([`ports_of_name`]). Version 2 needs none. For
    /// version 1 without it, the number is taken from the layout of the lines, with a notice, or the file refused.
    ///
    /// # Model
    /// Y and Z become S by `S = (z + I)^-1 (z - I)`, `z = G^-1 Z G^-1`, `G = diag(sqrt(R))` in `sqrt(ohm)`, and the dual
    /// for Y. Version 1 holds them normalised to its reference, version 2 in siemens and ohm. Modes have references
    /// `2 R` (differential) and `R / 2` (common) of a pair with `R` ohm at both ports.
    ///
    /// # Validity
    /// Ports from 1 to [`PORTS`], finite numbers, frequencies that ascend from zero or above. Every number is rounded
    /// once, the frequency together with its unit. A frequency starts a line, as all versions require, and lines that
    /// continue it in version 1 hold pairs. G, H and noise parameters are not read.
    ///
    /// # Source
    /// IBIS Open Forum, Touchstone File Format Specification 2.0 (2009) and 2.1 (2024).
    ///
    /// # Errors
    /// [`TouchstoneError`] with line and column: what was expected and found.
    ///
    /// # Example
    /// ```
    /// use lightloom_link::network::{Network, Notice};
    ///
    /// let file = b"! a 6 dB attenuator\n# MHz S DB R 50\n0   -80 0  -6 0  -6 0  -80 0\n10  -80 0  -6 0  -6 0  -80 0\n";
    /// let read = Network::from_touchstone(file, None)?;
    /// assert_eq!(read.network.frequency_hz, [0.0, 10e6]);
    /// assert!((read.network.at(1, 1, 0).re - 0.5012).abs() < 1e-4);
    /// assert_eq!(read.notices, [Notice::PortsInferred { ports: 2 }]);
    ///
    /// let error = Network::from_touchstone(b"# GHz S RI R 50\n1.0 0.5 zero\n", Some(1)).unwrap_err();
    /// assert_eq!(error.to_string(), "line 2, column 9: expected a number, found \"zero\"");
    /// # Ok::<(), lightloom_link::network::TouchstoneError>(())
    /// ```
    pub fn from_touchstone(
        bytes: &[u8],
        ports_hint: Option<usize>,
    ) -> Result<Touchstone, TouchstoneError> {
        let mut source = Source::new(bytes);
        let mut notices = Vec::new();
        let mut header = Header::read(&mut source, &mut notices)?;
        let start = source.line;
        let options = header.options.take().ok_or(TouchstoneError::NoOptionLine { line: start })?;
        let data = Data::read(&mut source, &mut notices)?;
        if header.second {
            after_data(&mut source, &mut notices)?;
        } else if source.peek().is_some() {
            return Err(source.word().unexpected("a number; keywords need [Version] 2.0 first"));
        }
        let ports = ports(&header, ports_hint, &data, start, &mut notices)?;
        let entries = match header.entries {
            Entries::Full => ports * ports,
            Entries::Lower | Entries::Upper => ports * (ports + 1) / 2,
        };
        let kind = (options.unit.power(), header.second);
        let records = data.records(&source, (ports, entries), kind, &mut notices)?;
        if records.is_empty() {
            return Err(TouchstoneError::Empty { lines: source.line });
        }
        if let Some(expected) = header.frequencies.filter(|&expected| expected != records.len()) {
            return Err(TouchstoneError::Frequencies { expected, found: records.len() });
        }
        let reference_ohm = references(&header, &options, ports)?;
        if let Some(line) = source.impedance_comment {
            notices.push(Notice::ImpedanceInComments { line, used_ohm: reference_ohm[0] });
        }
        let matrices = Matrices { header: &header, options: &options, ports, values: &data.values };
        let network = matrices.network(&records, reference_ohm, &mut notices)?;
        notices.extend(grid(&network.frequency_hz));
        Ok(Touchstone {
            network,
            modes: header.modes.map(|(_, modes)| modes),
            parameter: options.parameter,
            format: options.format,
            unit: options.unit,
            notices,
        })
    }
}

/// Number of ports in a file name, `.s4p` in either case; `None` for other names.
#[must_use]
pub fn ports_of_name(name: &str) -> Option<usize> {
    let (_, extension) = name.rsplit_once('.')?;
    let digits = extension.strip_prefix(['s', 'S'])?.strip_suffix(['p', 'P'])?;
    digits.parse().ok().filter(|ports| (1..=PORTS).contains(ports))
}

/// What may follow the network data in version 2.
fn after_data(source: &mut Source<'_>, notices: &mut Vec<Notice>) -> Result<(), TouchstoneError> {
    loop {
        if source.start() == Start::End {
            notices.push(Notice::EndMissing);
            return Ok(());
        }
        let keyword = source.keyword()?;
        if keyword.is("end") {
            source.rest_of_line();
            if source.start() != Start::End {
                notices.push(Notice::TextAfterEnd { line: source.line });
            }
            return Ok(());
        }
        if !keyword.is("noise data") {
            return Err(keyword.unexpected("[Noise Data] or [End] after the network data"));
        }
        source.rest_of_line();
        let noise = Data::read(source, notices)?;
        let line = noise.lines.first().map_or(keyword.place.line, |line| line.number);
        notices.push(Notice::NoiseSkipped { line, points: noise.lines.len() });
    }
}

fn ports(
    header: &Header,
    hint: Option<usize>,
    data: &Data,
    line: usize,
    notices: &mut Vec<Notice>,
) -> Result<usize, TouchstoneError> {
    // The file itself knows better than its name.
    if let Some(ports) = header.ports {
        return Ok(ports);
    }
    if let Some(ports) = hint.filter(|ports| (1..=PORTS).contains(ports)) {
        return Ok(ports);
    }
    let (found, ports) = data.layout();
    let ports = ports.ok_or(TouchstoneError::PortsUnknown { line, found })?;
    notices.push(Notice::PortsInferred { ports });
    Ok(ports)
}

/// References of the rows and columns of the matrix: of ports, or of modes.
fn references(
    header: &Header,
    options: &Options,
    ports: usize,
) -> Result<Vec<f64>, TouchstoneError> {
    let single = match &header.reference_ohm {
        Some(reference_ohm) => reference_ohm.clone(),
        None => match options.reference_ohm.as_slice() {
            [all] => vec![*all; ports],
            each if each.len() == ports => each.to_vec(),
            each => {
                let (place, what, found) = (options.place, "the option line after R", each.len());
                return Err(TouchstoneError::Count { place, what, found, ports });
            }
        },
    };
    let Some((place, modes)) = &header.modes else { return Ok(single) };
    modes
        .iter()
        .map(|mode| match *mode {
            Mode::Single(port) => Ok(single[port]),
            Mode::Differential(a, b) | Mode::Common(a, b) => {
                if (single[a] - single[b]).abs() > 1e-9 * single[a] {
                    let (what, range) = ("reference of a pair's second port", "that of its first");
                    let (place, found) = (*place, single[b]);
                    return Err(TouchstoneError::Range { place, what, found, range });
                }
                let sum = single[a] + single[b];
                Ok(if matches!(mode, Mode::Common(..)) { sum / 4.0 } else { sum })
            }
        })
        .collect()
}

/// What a frequency grid lacks.
fn grid(frequency_hz: &[f64]) -> Vec<Notice> {
    let mut notices = Vec::new();
    if let Some(&lowest_hz) = frequency_hz.first().filter(|&&lowest| lowest > 0.0) {
        notices.push(Notice::NoZeroFrequency { lowest_hz });
    }
    let steps = frequency_hz.windows(2).map(|pair| (pair[1] - pair[0], pair[0]));
    let (mut smallest_hz, mut largest_hz, mut at_hz) = (f64::INFINITY, 0.0, 0.0);
    for (step, start) in steps {
        smallest_hz = step.min(smallest_hz);
        if step > largest_hz {
            (largest_hz, at_hz) = (step, start);
        }
    }
    if largest_hz > smallest_hz * (1.0 + Notice::STEP_TOLERANCE) {
        notices.push(Notice::UnevenStep { smallest_hz, largest_hz, at_hz });
    }
    notices
}
