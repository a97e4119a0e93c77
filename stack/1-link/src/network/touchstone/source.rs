//! The bytes of a file, and where in them the reader stands.

use super::error::{Place, TouchstoneError};
use super::number::number;

/// Longest piece of a file that an error message shows.
const SHOWN: usize = 32;

/// A word of a header line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) place: Place,
    pub(super) text: &'a [u8],
}

impl Word<'_> {
    pub(super) fn is(self, other: &str) -> bool {
        self.text.eq_ignore_ascii_case(other.as_bytes())
    }

    pub(super) fn unexpected(self, expected: &'static str) -> TouchstoneError {
        TouchstoneError::Unexpected { place: self.place, expected, found: shown(self.text) }
    }

    pub(super) fn number(self, expected: &'static str) -> Result<f64, TouchstoneError> {
        match number(self.text, 0) {
            Some((value, length)) if length == self.text.len() && value.is_finite() => Ok(value),
            _ => Err(self.unexpected(expected)),
        }
    }

    /// A whole number in a range.
    pub(super) fn count(
        self,
        what: &'static str,
        most: usize,
        range: &'static str,
    ) -> Result<usize, TouchstoneError> {
        let value = self.number("a whole number")?;
        // Beyond 2^53 every double is whole, and none of them is a count.
        if value >= 0.0 && value <= most as f64 && value.fract() == 0.0 {
            return Ok(value as usize);
        }
        Err(TouchstoneError::Range { place: self.place, what, found: value, range })
    }
}

/// What a line starts with, comments and blanks passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    Option,
    Keyword,
    Data,
    End,
}

/// A position in the bytes of a file. Lines end with LF, CR LF or CR.
#[derive(Debug, Clone)]
pub(super) struct Source<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) line: usize,
    line_start: usize,
    /// Line of the first comment that gives port impedances.
    pub(super) impedance_comment: Option<usize>,
}

impl<'a> Source<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        // Windows programs write a byte order mark.
        let at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Self { bytes, at, line: 1, line_start: at, impedance_comment: None }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn place(&self) -> Place {
        Place { line: self.line, column: self.at - self.line_start + 1 }
    }

    pub(super) fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | 0x0b | 0x0c)) {
            self.at += 1;
        }
    }

    /// Passes the line end, if one stands here.
    pub(super) fn line_end(&mut self) -> bool {
        match self.peek() {
            Some(b'\n') => self.at += 1,
            Some(b'\r') => self.at += 1 + usize::from(self.bytes.get(self.at + 1) == Some(&b'\n')),
            _ => return false,
        }
        self.line += 1;
        self.line_start = self.at;
        true
    }

    /// Passes everything up to the line end.
    pub(super) fn rest_of_line(&mut self) {
        while !matches!(self.peek(), None | Some(b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Passes a comment, and keeps where HFSS wrote port impedances into one.
    pub(super) fn comment(&mut self) {
        let start = self.at;
        self.rest_of_line();
        if self.impedance_comment.is_none() {
            let text = self.bytes[start + 1..self.at].trim_ascii_start();
            if text.len() > 14 && text[..14].eq_ignore_ascii_case(b"port impedance") {
                self.impedance_comment = Some(self.line);
            }
        }
    }

    /// Passes blanks, comments and line ends up to something.
    pub(super) fn start(&mut self) -> Start {
        loop {
            self.blanks();
            match self.peek() {
                None => return Start::End,
                Some(b'!') => self.comment(),
                Some(b'#') => return Start::Option,
                Some(b'[') => return Start::Keyword,
                _ if self.line_end() => {}
                _ => return Start::Data,
            }
        }
    }

    /// The words up to the end of the line; passes its comment.
    pub(super) fn words(&mut self) -> Vec<Word<'a>> {
        let mut words = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                Some(b'!') => self.comment(),
                None | Some(b'\n' | b'\r') => return words,
                _ => words.push(self.word()),
            }
        }
    }

    /// The bytes up to the next blank, comment or line end.
    pub(super) fn word(&mut self) -> Word<'a> {
        let place = self.place();
        let start = self.at;
        while !delimits(self.peek()) {
            self.at += 1;
        }
        Word { place, text: &self.bytes[start..self.at] }
    }

    /// `[Keyword]` at this position, without the brackets.
    pub(super) fn keyword(&mut self) -> Result<Word<'a>, TouchstoneError> {
        let place = self.place();
        let start = self.at;
        while !matches!(self.peek(), None | Some(b'\n' | b'\r' | b']')) {
            self.at += 1;
        }
        let word = Word { place, text: &self.bytes[start..self.at] };
        if self.peek() != Some(b']') {
            return Err(
                word.unexpected("a keyword with its closing bracket, such as [Number of Ports]")
            );
        }
        self.at += 1;
        Ok(Word { place, text: word.text[1..].trim_ascii() })
    }
}

/// Whether a number or word ends before this byte.
pub(super) fn delimits(byte: Option<u8>) -> bool {
    matches!(byte, None | Some(b' ' | b'\t' | b'\n' | b'\r' | b'!' | 0x0b | 0x0c))
}

/// A piece of a file for a message: short, and printable whatever it holds.
pub(super) fn shown(text: &[u8]) -> String {
    let cut = &text[..text.len().min(SHOWN)];
    let mut shown = String::from_utf8_lossy(cut).into_owned();
    if cut.len() < text.len() {
        shown.push_str("...");
    }
    shown
}
