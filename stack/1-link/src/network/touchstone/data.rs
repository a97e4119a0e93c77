//! The numbers of a file, and which of them belong to one frequency.

use super::error::TouchstoneError;
use super::number::number;
use super::source::{Source, delimits, shown};
use super::{Notice, PORTS};

/// A line that holds numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// From one.
    pub(super) number: usize,
    /// Index of its first value.
    pub(super) first: usize,
    /// Position of its first byte that is not blank.
    offset: usize,
}

/// All numbers of the network data, line by line.
#[derive(Debug, Default)]
pub(super) struct Data {
    pub(super) values: Vec<f64>,
    pub(super) lines: Vec<Line>,
}

/// The values of one frequency.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    pub(super) line: usize,
    pub(super) frequency_hz: f64,
    /// Index of the first value after the frequency.
    pub(super) first: usize,
}

/// Two-port noise in version 1: frequency, noise figure, magnitude, angle, resistance.
const NOISE_VALUES: usize = 5;

impl Data {
    /// Reads numbers up to a keyword or the end.
    pub(super) fn read(
        source: &mut Source<'_>,
        notices: &mut Vec<Notice>,
    ) -> Result<Self, TouchstoneError> {
        let mut data = Self::default();
        // Few files have shorter numbers than sixteen bytes with their blanks; those grow the list.
        data.values.reserve((source.bytes.len() - source.at) / 16);
        let mut fresh = true;
        loop {
            source.blanks();
            match source.peek() {
                None => return Ok(data),
                Some(b'!') => source.comment(),
                Some(b'[') if fresh => return Ok(data),
                Some(b'#') if fresh => {
                    notices.push(Notice::OptionLineIgnored { line: source.line });
                    source.rest_of_line();
                }
                _ if source.line_end() => fresh = true,
                _ => {
                    if fresh {
                        let (number, first, offset) = (source.line, data.values.len(), source.at);
                        data.lines.push(Line { number, first, offset });
                        fresh = false;
                    }
                    data.values.push(value(source)?);
                }
            }
        }
    }

    fn width(&self, line: usize) -> usize {
        let end = self.lines.get(line + 1).map_or(self.values.len(), |next| next.first);
        end - self.lines[line].first
    }

    /// Values of the first frequency, and the ports that follow from it: its first line has the frequency and pairs,
    /// an odd number; lines that continue it have pairs only.
    pub(super) fn layout(&self) -> (usize, Option<usize>) {
        let more = (1..self.lines.len()).take_while(|&line| self.width(line).is_multiple_of(2));
        let found = match self.lines.get(more.last().unwrap_or(0) + 1) {
            Some(next) => next.first,
            None => self.values.len(),
        };
        let ports = (1..=PORTS).find(|ports| 1 + 2 * ports * ports == found);
        (found, ports)
    }

    /// Splits the values into frequencies of `1 + 2 entries` values; each starts a line.
    ///
    /// In version 1 the noise of a two-port follows without a keyword: it starts where the frequency does not ascend
    /// and lines have five values. It is left out with a notice.
    pub(super) fn records(
        &self,
        source: &Source<'_>,
        (ports, entries): (usize, usize),
        (scale, second): (i32, bool),
        notices: &mut Vec<Notice>,
    ) -> Result<Vec<Record>, TouchstoneError> {
        let expected = 1 + 2 * entries;
        let mut records: Vec<Record> = Vec::with_capacity(self.values.len() / expected);
        let mut at = 0;
        while at < self.lines.len() {
            let Line { number: line, first, offset } = self.lines[at];
            let frequency_hz = number(&source.bytes[offset..], scale).map_or(0.0, |n| n.0);
            let last_hz = records.last().map(|record| record.frequency_hz);
            if !second
                && ports == 2
                && last_hz.is_some_and(|last| frequency_hz <= last)
                && (at..self.lines.len()).all(|line| self.width(line) == NOISE_VALUES)
            {
                let points = self.lines.len() - at;
                notices.push(Notice::NoiseSkipped { line, points });
                break;
            }
            let end = first + expected;
            if end > self.values.len() {
                let found = self.values.len() - first;
                let hint = self.hint(ports, "the file is cut, or the number of ports is wrong");
                return Err(TouchstoneError::Truncated { line, found, expected, ports, hint });
            }
            let next = at + self.lines[at..].partition_point(|line| line.first < end);
            let follows = self.lines.get(next).map_or(self.values.len(), |line| line.first);
            if follows != end {
                let ends = self.lines[next - 1].number;
                let hint = self
                    .hint(ports, "a value is missing or too many, or the number of ports is wrong");
                return Err(TouchstoneError::Width { line, ends, expected, ports, hint });
            }
            // Version 2 lets lines break anywhere; in version 1 this is how a file of fewer ports shows.
            let odd = (at + 1..next).find(|&line| !second && !self.width(line).is_multiple_of(2));
            if let Some(odd) = odd {
                let (start, found) = (line, self.width(odd));
                let line = self.lines[odd].number;
                let hint = self
                    .hint(ports, "the number of ports is wrong, or lines are broken within a pair");
                return Err(TouchstoneError::Pairs { line, start, found, ports, hint });
            }
            if !frequency_hz.is_finite() || frequency_hz < last_hz.unwrap_or(0.0) {
                let last_hz = last_hz.unwrap_or(0.0);
                return Err(TouchstoneError::NotAscending {
                    line,
                    last_hz,
                    found_hz: frequency_hz,
                    ports,
                });
            }
            records.push(Record { line, frequency_hz, first: first + 1 });
            at = next;
        }
        Ok(records)
    }

    fn hint(&self, ports: usize, plain: &str) -> String {
        match self.layout() {
            (_, Some(other)) if other != ports => {
                format!("the first frequency is laid out as one of {other} ports")
            }
            _ => plain.to_owned(),
        }
    }
}

/// Reads one number and checks that nothing sticks to it.
fn value(source: &mut Source<'_>) -> Result<f64, TouchstoneError> {
    match number(&source.bytes[source.at..], 0) {
        Some((value, length))
            if value.is_finite() && delimits(source.bytes.get(source.at + length).copied()) =>
        {
            source.at += length;
            Ok(value)
        }
        _ => {
            let word = source.word();
            let text = word.text.to_ascii_lowercase();
            let bare = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(&text);
            // Windows programs write 1.#QNAN and 1.#INF.
            let none =
                [b"nan".as_slice(), b"inf", b"1.#"].iter().any(|start| bare.starts_with(start));
            let overflows = number(word.text, 0).is_some_and(|(_, n)| n == word.text.len());
            if overflows || none {
                return Err(TouchstoneError::NotFinite {
                    place: word.place,
                    found: shown(word.text),
                });
            }
            if text.contains(&b',') {
                return Err(
                    word.unexpected("a number with a decimal point, and blanks between numbers")
                );
            }
            Err(word.unexpected("a number"))
        }
    }
}
