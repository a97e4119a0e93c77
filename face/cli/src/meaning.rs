//! What arguments mean: quantities, modulations, codes.

use crate::args::Code;
use crate::failure::Failure;
use lightloom::link::{Fec, Node, Pam};
use lightloom::units::{BitRate, Quantity};

/// A quantity behind a flag.
pub(crate) fn quantity<Q: Quantity>(flag: &str, text: &str) -> Result<Q, Failure> {
    Q::parse(text).map_err(|error| Failure::Usage {
        message: format!("{flag} `{text}`: {error}"),
        hint: error.hint(),
    })
}

/// The modulation of so many levels.
pub(crate) fn modulation(levels: u32) -> Result<Pam, Failure> {
    let all = Pam::ALL.into_iter();
    all.clone().find(|p| (p.levels() - f64::from(levels)).abs() < 0.5).ok_or_else(|| {
        Failure::Usage {
            message: format!("modulation with {levels} levels is not modelled"),
            hint: "--pam is 2, 4, 6 or 8".to_owned(),
        }
    })
}

/// A process node by its name.
pub(crate) fn node(flag: &str, name: &str) -> Result<Node, Failure> {
    let all = [Node::N7, Node::N5, Node::N3, Node::N2];
    all.into_iter().find(|n| n.name() == name).ok_or_else(|| Failure::Usage {
        message: format!("{flag} `{name}`: no process is called so"),
        hint: format!("take one of {}", all.map(Node::name).join(", ")),
    })
}

impl Code {
    /// The code.
    pub(crate) const fn fec(self) -> Fec {
        match self {
            Self::None => Fec::None,
            Self::Rs528 => Fec::Kr4,
            Self::Rs272 => Fec::LowLatencyRs272,
            Self::Kp4 => Fec::Kp4,
            Self::Kp4Hamming => Fec::Kp4Hamming,
        }
    }
}

/// What to say of a payload that is the name of a line rate: a lane that is sold as 224G carries 200 Gb/s.
pub(crate) fn line_rate_note(payload: BitRate) -> Option<String> {
    const NAMES: [(f64, f64); 4] = [(56.0, 50.0), (112.0, 100.0), (224.0, 200.0), (448.0, 400.0)];
    let is = |(line, _): &&(f64, f64)| (payload.as_gbps() - line).abs() < 0.5;
    let (line, carried) = NAMES.iter().find(is)?;
    Some(format!(
        "{line} Gb/s was taken as payload. A lane that is sold as {line}G carries {carried} Gb/s, the rest is its code: give \
         \"{carried} Gb/s\" for that."
    ))
}
