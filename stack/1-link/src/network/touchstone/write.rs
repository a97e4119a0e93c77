//! Writing Touchstone files.

use super::{Format, Network, PORTS, Unit, WriteError};
use num_complex::Complex64;
use std::fmt::Write as _;

/// Version of a written file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileVersion {
    /// 1.0, which every program reads: one reference for all ports.
    One,
    /// 2.0, with a reference for each port.
    Two,
}

/// How a network is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Version.
    pub version: FileVersion,
    /// Format of the parameters. Only real and imaginary parts come back bit for bit.
    pub format: Format,
    /// Unit of the frequencies.
    pub unit: Unit,
}

impl Default for Layout {
    /// Version 1.0, real and imaginary parts, hertz: exact, and read by every program.
    fn default() -> Self {
        Self { version: FileVersion::One, format: Format::RealImaginary, unit: Unit::Hz }
    }
}

impl Network {
    /// Writes the network as a Touchstone file.
    ///
    /// Numbers are the shortest that read back as the same double, frequencies in any unit: a file in
    /// [`Format::RealImaginary`] reads back as the same network, bit for bit. In decibels a parameter of zero becomes
    /// -400 dB, since the format knows no zero.
    ///
    /// # Errors
    /// [`WriteError`] when the network is not consistent, not finite, or does not fit the version.
    ///
    /// # Example
    /// ```
    /// use lightloom_link::network::{Layout, Network};
    /// use num_complex::Complex64;
    ///
    /// let load = Network {
    ///     frequency_hz: vec![1.3e9],
    ///     ports: 1,
    ///     s: vec![Complex64::new(0.1, -0.25)],
    ///     reference_ohm: vec![50.0],
    /// };
    /// let text = load.to_touchstone(Layout::default())?;
    /// assert_eq!(text, "# Hz S RI R 50\n1300000000 0.1 -0.25\n");
    /// # Ok::<(), lightloom_link::network::WriteError>(())
    /// ```
    pub fn to_touchstone(&self, layout: Layout) -> Result<String, WriteError> {
        self.check()?;
        let ports = self.ports;
        if !(1..=PORTS).contains(&ports) {
            return Err(WriteError::Ports { ports });
        }
        let mut text = String::with_capacity(64 + self.s.len() * 44);
        let mut put = |piece: std::fmt::Arguments<'_>| {
            // Writing to a string cannot fail.
            let _ = text.write_fmt(piece);
        };
        let first_ohm = self.reference_ohm[0];
        let (unit, format) = (layout.unit.name(), layout.format.name());
        match layout.version {
            FileVersion::One => {
                #[allow(clippy::float_cmp, reason = "one number must stand for all")]
                if let Some(&other_ohm) = self.reference_ohm.iter().find(|&&ohm| ohm != first_ohm) {
                    return Err(WriteError::References { first_ohm, other_ohm });
                }
                put(format_args!("# {unit} S {format} R {first_ohm}\n"));
            }
            FileVersion::Two => {
                put(format_args!("[Version] 2.0\n# {unit} S {format} R {first_ohm}\n"));
                put(format_args!("[Number of Ports] {ports}\n"));
                if ports == 2 {
                    put(format_args!("[Two-Port Data Order] 21_12\n"));
                }
                put(format_args!(
                    "[Number of Frequencies] {}\n[Reference]",
                    self.frequency_hz.len()
                ));
                for ohm in &self.reference_ohm {
                    put(format_args!(" {ohm}"));
                }
                put(format_args!("\n[Network Data]\n"));
            }
        }
        for (k, &hz) in self.frequency_hz.iter().enumerate() {
            put(format_args!("{}", shifted(hz, -layout.unit.power())));
            for row in 0..ports {
                for column in 0..ports {
                    // A matrix row starts a line from three ports on, and a line has four pairs at most.
                    let breaks = ports > 2 && column % 4 == 0 && row + column > 0;
                    // Two-ports are written by columns.
                    let s =
                        if ports == 2 { self.at(k, column, row) } else { self.at(k, row, column) };
                    let (first, second) = pair(layout.format, s);
                    let gap = if breaks { '\n' } else { ' ' };
                    put(format_args!("{gap}{first:?} {second:?}"));
                }
            }
            put(format_args!("\n"));
        }
        if layout.version == FileVersion::Two {
            put(format_args!("[End]\n"));
        }
        Ok(text)
    }
}

/// Decibels of a magnitude of zero.
const NOTHING_DB: f64 = -400.0;

fn pair(format: Format, s: Complex64) -> (f64, f64) {
    if format == Format::RealImaginary {
        return (s.re, s.im);
    }
    let magnitude = libm::hypot(s.re, s.im);
    let angle = libm::atan2(s.im, s.re).to_degrees();
    match format {
        Format::DecibelAngle if magnitude > 0.0 => (20.0 * libm::log10(magnitude), angle),
        Format::DecibelAngle => (NOTHING_DB, angle),
        _ => (magnitude, angle),
    }
}

/// `value * 10^power` in decimal digits: the point moves and nothing is rounded.
fn shifted(value: f64, power: i32) -> String {
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent = exponent.parse::<i32>().unwrap_or(0).saturating_add(power);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let length = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    if digits == "0" {
        return "0".to_owned();
    }
    match exponent {
        ..-6 | 20.. => format!("{sign}{mantissa}e{exponent}"),
        ..0 => format!("{sign}0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1)),
        _ if exponent + 1 >= length => {
            format!("{sign}{digits}{}", "0".repeat((exponent + 1 - length).unsigned_abs() as usize))
        }
        _ => {
            let (whole, fraction) = digits.split_at(exponent.unsigned_abs() as usize + 1);
            format!("{sign}{whole}.{fraction}")
        }
    }
}
