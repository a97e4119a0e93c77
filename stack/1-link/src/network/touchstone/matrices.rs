//! From the numbers of a file to scattering matrices.

use super::data::Record;
use super::error::TouchstoneError;
use super::header::{Entries, Header, Options};
use super::{Network, Notice, Parameter, immittance};
use num_complex::Complex64;

/// How the numbers of a file become matrices.
pub(super) struct Matrices<'a> {
    pub(super) header: &'a Header,
    pub(super) options: &'a Options,
    pub(super) ports: usize,
    pub(super) values: &'a [f64],
}

impl Matrices<'_> {
    /// The network of all frequencies. A frequency written twice is kept once.
    pub(super) fn network(
        &self,
        records: &[Record],
        reference_ohm: Vec<f64>,
        notices: &mut Vec<Notice>,
    ) -> Result<Network, TouchstoneError> {
        let ports = self.ports;
        let size = ports * ports;
        let mut frequency_hz: Vec<f64> = Vec::with_capacity(records.len());
        let mut s = Vec::with_capacity(records.len() * size);
        for record in records {
            self.append(record, &reference_ohm, &mut s)?;
            // A frequency from the file, not a result: equal means written twice.
            #[allow(clippy::float_cmp, reason = "equal bits are meant")]
            if frequency_hz.last() == Some(&record.frequency_hz) {
                let (before, again) = s[s.len() - 2 * size..].split_at(size);
                let apart = before.iter().zip(again).map(|(a, b)| (a - b).norm_sqr());
                notices.push(Notice::FrequencyRepeated {
                    line: record.line,
                    frequency_hz: record.frequency_hz,
                    difference: apart.fold(0.0, f64::max).sqrt(),
                });
                s.truncate(s.len() - size);
                continue;
            }
            frequency_hz.push(record.frequency_hz);
        }
        match self.options.parameter {
            Parameter::S => {}
            Parameter::Y => notices.push(Notice::Converted { from: 'Y' }),
            Parameter::Z => notices.push(Notice::Converted { from: 'Z' }),
        }
        Ok(Network { frequency_hz, ports, s, reference_ohm })
    }

    /// Appends the scattering matrix of one frequency.
    fn append(
        &self,
        record: &Record,
        reference_ohm: &[f64],
        s: &mut Vec<Complex64>,
    ) -> Result<(), TouchstoneError> {
        let n = self.ports;
        let base = s.len();
        let pair = |index: usize| {
            let at = record.first + 2 * index;
            self.options.format.complex(self.values[at], self.values[at + 1])
        };
        match self.header.entries {
            Entries::Full => s.extend((0..n * n).map(pair)),
            Entries::Lower | Entries::Upper => {
                s.resize(base + n * n, Complex64::new(0.0, 0.0));
                let lower = self.header.entries == Entries::Lower;
                let rows = (0..n).flat_map(|row| {
                    let columns = if lower { 0..row + 1 } else { row..n };
                    columns.map(move |column| (row, column))
                });
                for (index, (row, column)) in rows.enumerate() {
                    let value = pair(index);
                    s[base + row * n + column] = value;
                    s[base + column * n + row] = value;
                }
            }
        }
        if n == 2 && self.header.entries == Entries::Full && self.header.columns_first {
            s.swap(base + 1, base + 2);
        }
        let admittance = match self.options.parameter {
            Parameter::S => return Ok(()),
            Parameter::Y => true,
            Parameter::Z => false,
        };
        if self.header.second {
            for row in 0..n {
                for column in 0..n {
                    let ohm = (reference_ohm[row] * reference_ohm[column]).sqrt();
                    s[base + row * n + column] *= if admittance { ohm } else { 1.0 / ohm };
                }
            }
        }
        let (line, frequency_hz) = (record.line, record.frequency_hz);
        let converted = immittance::scattering(&s[base..], n, admittance)
            .ok_or(TouchstoneError::Singular { line, frequency_hz })?;
        s[base..].copy_from_slice(&converted);
        Ok(())
    }
}
