//! Why a file cannot be read, or a network not be written.

use crate::network::ShapeError;
use thiserror::Error;

/// A position in a file, both from one; column in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column of the first byte.
    pub column: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a Touchstone file cannot be read.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum TouchstoneError {
    /// Something else stands where a word or number of the format must be.
    #[error("{place}: expected {expected}, found {found:?}")]
    Unexpected {
        /// Where.
        place: Place,
        /// What the format asks for there, and how to help it.
        expected: &'static str,
        /// What stands there, shortened.
        found: String,
    },
    /// A number that is none, or beyond what a double holds.
    #[error(
        "{place}: {found:?} is not a finite number; the program that wrote the file has failed there, export it again"
    )]
    NotFinite {
        /// Where.
        place: Place,
        /// What stands there.
        found: String,
    },
    /// Data come before any option line.
    #[error(
        "line {line}: data without an option line before them; add one such as '# GHz S RI R 50', which says what the \
         numbers are"
    )]
    NoOptionLine {
        /// Line of the first data.
        line: usize,
    },
    /// Parameters that are not converted.
    #[error("{place}: {parameter}-parameters are not read; export S-, Y- or Z-parameters instead")]
    Parameter {
        /// Where.
        place: Place,
        /// The letter.
        parameter: char,
    },
    /// A keyword that must be there is not.
    #[error("line {line}: {keyword} is missing before here; {why}")]
    Missing {
        /// Line where it is missed.
        line: usize,
        /// The keyword.
        keyword: &'static str,
        /// What it is needed for.
        why: &'static str,
    },
    /// A number in a keyword's or option's argument is out of its range.
    #[error("{place}: {what} is {found}, must be {range}")]
    Range {
        /// Where.
        place: Place,
        /// What the number is.
        what: &'static str,
        /// The number.
        found: f64,
        /// What is allowed.
        range: &'static str,
    },
    /// A keyword or an option line lists more or fewer items than there are ports.
    #[error("{place}: {what} lists {found} items for {ports} ports")]
    Count {
        /// Where.
        place: Place,
        /// The keyword.
        what: &'static str,
        /// Items found.
        found: usize,
        /// Ports.
        ports: usize,
    },
    /// The number of ports is neither given nor visible in the layout.
    #[error(
        "line {line}: the number of ports is not known: the first frequency has {found} values, and a network of N \
         ports has 1 + 2 N^2; name the file .sNp or give the number"
    )]
    PortsUnknown {
        /// Line of the first data.
        line: usize,
        /// Values of the first frequency, as the lines suggest.
        found: usize,
    },
    /// The values of a frequency do not end where a line ends.
    #[error(
        "line {line}: a frequency that starts here needs {expected} values for {ports} ports, and so many end in the \
         middle of line {ends}; {hint}"
    )]
    Width {
        /// Line where the frequency starts.
        line: usize,
        /// Line in which its last value stands.
        ends: usize,
        /// Values of a frequency.
        expected: usize,
        /// Ports assumed.
        ports: usize,
        /// What the layout suggests instead.
        hint: String,
    },
    /// A line in the middle of a frequency starts like a frequency of its own.
    #[error(
        "line {line}: the frequency that starts on line {start} of {ports} ports goes on here, with {found} values where \
         pairs must be; {hint}"
    )]
    Pairs {
        /// The line.
        line: usize,
        /// Line where its frequency starts.
        start: usize,
        /// Values on the line.
        found: usize,
        /// Ports assumed.
        ports: usize,
        /// What the layout suggests instead.
        hint: String,
    },
    /// The file ends before a frequency does.
    #[error(
        "line {line}: the last frequency has {found} of {expected} values for {ports} ports; {hint}"
    )]
    Truncated {
        /// Line where that frequency starts.
        line: usize,
        /// Values there.
        found: usize,
        /// Values of a frequency.
        expected: usize,
        /// Ports assumed.
        ports: usize,
        /// What may have happened.
        hint: String,
    },
    /// A frequency below zero, or below the one before it.
    #[error(
        "line {line}: {found_hz} Hz follows {last_hz} Hz, but frequencies must ascend from zero; sort the file, or check \
         that it has {ports} ports"
    )]
    NotAscending {
        /// Line of the frequency.
        line: usize,
        /// The frequency before it, Hz; zero for the first.
        last_hz: f64,
        /// The frequency, Hz.
        found_hz: f64,
        /// Ports assumed.
        ports: usize,
    },
    /// The file says how many frequencies it has and has another number.
    #[error(
        "[Number of Frequencies] says {expected} and the data have {found}; the file was cut or edited by hand"
    )]
    Frequencies {
        /// Said.
        expected: usize,
        /// Found.
        found: usize,
    },
    /// No data at all.
    #[error("no data: the file has {lines} lines and none with numbers")]
    Empty {
        /// Lines of the file.
        lines: usize,
    },
    /// Impedances or admittances that no scattering parameters belong to.
    #[error(
        "line {line}: the matrix at {frequency_hz} Hz has no scattering parameters against these references; the \
         network is active there or the file wrong"
    )]
    Singular {
        /// Line of the frequency.
        line: usize,
        /// The frequency, Hz.
        frequency_hz: f64,
    },
}

/// Why a network cannot be written as a Touchstone file.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum WriteError {
    /// The fields do not belong together.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// No ports, or more than the format is written for.
    #[error("a Touchstone file is written for 1 to 64 ports, not for {ports}")]
    Ports {
        /// Ports.
        ports: usize,
    },
    /// References differ between ports, which version 1 has no place for.
    #[error(
        "references of {first_ohm} and {other_ohm} ohm do not fit version 1, which has one; write version 2, or \
         renormalise"
    )]
    References {
        /// Of the first port, ohm.
        first_ohm: f64,
        /// Of one that differs, ohm.
        other_ohm: f64,
    },
}
