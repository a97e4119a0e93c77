//! Everything of a file that is not data: the option line and the keywords of version 2.

use super::error::{Place, TouchstoneError};
use super::source::{Source, Start, Word};
use super::{Format, Mode, Notice, PORTS, Parameter, Unit};

/// Says to a reader what an option line may hold.
const OPTION: &str = "a frequency unit (Hz, kHz, MHz, GHz), a parameter (S, Y, Z), a format (RI, MA, DB) or R with ohms";

/// The option line, `# GHZ S MA R 50` where it leaves something out.
#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) unit: Unit,
    pub(super) parameter: Parameter,
    pub(super) format: Format,
    /// One for all ports, or one for each.
    pub(super) reference_ohm: Vec<f64>,
    pub(super) place: Place,
}

/// Which entries of a matrix a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entries {
    Full,
    Lower,
    Upper,
}

/// What was read before the data.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// Whether `[Version]` 2.0 or 2.1 was found.
    pub(super) second: bool,
    pub(super) options: Option<Options>,
    pub(super) ports: Option<usize>,
    /// Two-port columns 11 21 12 22, as version 1 has them.
    pub(super) columns_first: bool,
    pub(super) order_given: bool,
    pub(super) frequencies: Option<usize>,
    pub(super) reference_ohm: Option<Vec<f64>>,
    pub(super) entries: Entries,
    pub(super) modes: Option<(Place, Vec<Mode>)>,
}

impl Header {
    /// Reads up to the first line of data, which the source stands at afterwards.
    pub(super) fn read(
        source: &mut Source<'_>,
        notices: &mut Vec<Notice>,
    ) -> Result<Self, TouchstoneError> {
        let mut header = Self {
            second: false,
            options: None,
            ports: None,
            columns_first: true,
            order_given: false,
            frequencies: None,
            reference_ohm: None,
            entries: Entries::Full,
            modes: None,
        };
        loop {
            match source.start() {
                Start::End => return Err(TouchstoneError::Empty { lines: source.line }),
                Start::Option => {
                    let options = options(source)?;
                    if header.options.is_some() {
                        notices.push(Notice::OptionLineIgnored { line: source.line });
                    } else {
                        header.options = Some(options);
                    }
                }
                Start::Keyword => {
                    if header.keyword(source)? {
                        return Ok(header);
                    }
                }
                Start::Data if header.second => {
                    return Err(source
                        .word()
                        .unexpected("a keyword; in version 2 data come after [Network Data]"));
                }
                Start::Data => return Ok(header),
            }
        }
    }

    /// Reads one keyword with its argument; true at `[Network Data]`.
    fn keyword(&mut self, source: &mut Source<'_>) -> Result<bool, TouchstoneError> {
        let keyword = source.keyword()?;
        let name = keyword.text.to_ascii_lowercase();
        if !self.second && name != b"version" {
            return Err(keyword.unexpected("[Version] 2.0 before any other keyword"));
        }
        match name.as_slice() {
            b"version" => {
                let word = only(source, keyword, "2.0 or 2.1 after [Version]")?;
                if !(word.is("2.0") || word.is("2.1") || word.is("2")) {
                    return Err(word.unexpected("version 2.0 or 2.1"));
                }
                self.second = true;
            }
            b"number of ports" => {
                let word = only(source, keyword, "a number after [Number of Ports]")?;
                let ports = word.count("number of ports", PORTS, "1 to 64")?;
                if ports == 0 {
                    return Err(word.unexpected("1 to 64 ports"));
                }
                self.ports = Some(ports);
            }
            b"two-port data order" | b"two-port order" => {
                let word = only(source, keyword, "12_21 or 21_12 after [Two-Port Data Order]")?;
                self.columns_first = word.is("21_12");
                if !self.columns_first && !word.is("12_21") {
                    return Err(word.unexpected("12_21 or 21_12"));
                }
                self.order_given = true;
            }
            b"number of frequencies" => {
                let word = only(source, keyword, "a number after [Number of Frequencies]")?;
                self.frequencies =
                    Some(word.count("number of frequencies", 1 << 48, "a whole number")?);
            }
            b"number of noise frequencies" => {
                source.words();
            }
            b"reference" => self.reference_ohm = Some(self.references(source, keyword)?),
            b"matrix format" => {
                let word = only(source, keyword, "Full, Lower or Upper after [Matrix Format]")?;
                let formats =
                    [("full", Entries::Full), ("lower", Entries::Lower), ("upper", Entries::Upper)];
                self.entries = formats
                    .into_iter()
                    .find(|(name, _)| word.is(name))
                    .map(|(_, entries)| entries)
                    .ok_or_else(|| word.unexpected("Full, Lower or Upper"))?;
            }
            b"mixed-mode order" => {
                let modes = self.mixed_mode(source, keyword)?;
                self.modes = Some((keyword.place, modes));
            }
            b"begin information" => information(source)?,
            b"network data" => {
                if let Some(word) = source.words().first() {
                    return Err(word.unexpected("the end of the line after [Network Data]"));
                }
                self.complete(keyword.place.line)?;
                return Ok(true);
            }
            _ => {
                return Err(keyword.unexpected("a keyword of Touchstone 2.0 or 2.1"));
            }
        }
        Ok(false)
    }

    /// What version 2 requires before the data.
    fn complete(&self, line: usize) -> Result<(), TouchstoneError> {
        let missing = |keyword, why| Err(TouchstoneError::Missing { line, keyword, why });
        if self.options.is_none() {
            return missing("the option line", "it says unit, parameter and format of the data");
        }
        if self.frequencies.is_none() {
            return missing("[Number of Frequencies]", "version 2 requires it");
        }
        match self.ports {
            None => missing("[Number of Ports]", "version 2 requires it"),
            Some(2) if !self.order_given => {
                missing("[Two-Port Data Order]", "S12 and S21 cannot be told apart without it")
            }
            Some(_) => Ok(()),
        }
    }

    fn ports_before(&self, keyword: Word<'_>) -> Result<usize, TouchstoneError> {
        self.ports.ok_or(TouchstoneError::Missing {
            line: keyword.place.line,
            keyword: "[Number of Ports]",
            why: "it says how many items this keyword lists",
        })
    }

    /// References may go on over several lines.
    fn references(
        &self,
        source: &mut Source<'_>,
        keyword: Word<'_>,
    ) -> Result<Vec<f64>, TouchstoneError> {
        let ports = self.ports_before(keyword)?;
        let mut ohms = Vec::with_capacity(ports);
        loop {
            for word in source.words() {
                ohms.push(resistance(word)?);
            }
            if ohms.len() >= ports || source.start() != Start::Data {
                break;
            }
        }
        let found = ohms.len();
        if found == ports {
            return Ok(ohms);
        }
        Err(TouchstoneError::Count { place: keyword.place, what: "[Reference]", found, ports })
    }

    fn mixed_mode(
        &self,
        source: &mut Source<'_>,
        keyword: Word<'_>,
    ) -> Result<Vec<Mode>, TouchstoneError> {
        let ports = self.ports_before(keyword)?;
        let words = source.words();
        let mut modes = Vec::with_capacity(ports);
        for word in &words {
            let mode =
                mode(word.text, ports).filter(|mode| !modes.contains(mode)).ok_or_else(|| {
                    word.unexpected("D1,2, C1,2 or S1 with ports of this file, each once")
                })?;
            modes.push(mode);
        }
        if modes.len() == ports {
            return Ok(modes);
        }
        Err(TouchstoneError::Count {
            place: keyword.place,
            what: "[Mixed-Mode Order]",
            found: modes.len(),
            ports,
        })
    }
}

/// The single argument of a keyword.
fn only<'a>(
    source: &mut Source<'a>,
    keyword: Word<'_>,
    expected: &'static str,
) -> Result<Word<'a>, TouchstoneError> {
    match source.words().as_slice() {
        [word] => Ok(*word),
        [_, second, ..] => Err(second.unexpected("the end of the line after one argument")),
        [] => Err(keyword.unexpected(expected)),
    }
}

/// Passes a block that describes the file for people.
fn information(source: &mut Source<'_>) -> Result<(), TouchstoneError> {
    loop {
        match source.start() {
            Start::End => {
                return Err(TouchstoneError::Missing {
                    line: source.line,
                    keyword: "[End Information]",
                    why: "the block that starts before has no end",
                });
            }
            Start::Keyword => {
                // Inside the block keywords are free, and their brackets may be open.
                let closed = source.keyword().is_ok_and(|word| word.is("end information"));
                source.rest_of_line();
                if closed {
                    return Ok(());
                }
            }
            Start::Option | Start::Data => source.rest_of_line(),
        }
    }
}

fn mode(text: &[u8], ports: usize) -> Option<Mode> {
    let (kind, rest) = text.split_first()?;
    let mut numbers = rest.split(|&byte| byte == b',').map(|digits| {
        let number: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
        (1..=ports).contains(&number).then(|| number - 1)
    });
    let (first, second) = (numbers.next()??, numbers.next());
    if numbers.next().is_some() {
        return None;
    }
    match (kind.to_ascii_uppercase(), second) {
        (b'S', None) => Some(Mode::Single(first)),
        (b'D', Some(second)) => Some(Mode::Differential(first, second?)),
        (b'C', Some(second)) => Some(Mode::Common(first, second?)),
        _ => None,
    }
    .filter(|mode| !matches!(mode, Mode::Differential(a, b) | Mode::Common(a, b) if a == b))
}

fn resistance(word: Word<'_>) -> Result<f64, TouchstoneError> {
    let found = word.number("a reference resistance in ohm, a real number")?;
    if found > 0.0 {
        return Ok(found);
    }
    let (what, range) = ("reference resistance", "positive");
    Err(TouchstoneError::Range { place: word.place, what, found, range })
}

/// Reads an option line: words in any order and case; each may be missing.
fn options(source: &mut Source<'_>) -> Result<Options, TouchstoneError> {
    let place = source.place();
    source.at += 1;
    let mut options = Options {
        unit: Unit::GHz,
        parameter: Parameter::S,
        format: Format::MagnitudeAngle,
        reference_ohm: vec![50.0],
        place,
    };
    let words = source.words();
    let mut words = words.iter().copied().peekable();
    while let Some(word) = words.next() {
        let text = word.text.to_ascii_uppercase();
        match text.as_slice() {
            b"HZ" => options.unit = Unit::Hz,
            b"KHZ" => options.unit = Unit::KHz,
            b"MHZ" => options.unit = Unit::MHz,
            b"GHZ" => options.unit = Unit::GHz,
            b"THZ" => options.unit = Unit::THz,
            b"S" => options.parameter = Parameter::S,
            b"Y" => options.parameter = Parameter::Y,
            b"Z" => options.parameter = Parameter::Z,
            [letter @ (b'G' | b'H')] => {
                let parameter = char::from(*letter);
                return Err(TouchstoneError::Parameter { place: word.place, parameter });
            }
            b"RI" => options.format = Format::RealImaginary,
            b"MA" => options.format = Format::MagnitudeAngle,
            b"DB" => options.format = Format::DecibelAngle,
            b"R" => {
                options.reference_ohm.clear();
                // Version 1.1 lists one for each port.
                while let Some(next) = words
                    .next_if(|next| next.text.first().is_some_and(|b| !b.is_ascii_alphabetic()))
                {
                    options.reference_ohm.push(resistance(next)?);
                }
                if options.reference_ohm.is_empty() {
                    return Err(word.unexpected("a reference resistance in ohm after R"));
                }
            }
            _ => return Err(word.unexpected(OPTION)),
        }
    }
    Ok(options)
}
