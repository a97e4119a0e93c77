//! The retimers of a lane: between which sections, how they are built, and to which end they belong.

use crate::Section;
use crate::required::RequiredReceiver;

/// A retimer between two sections.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retimer {
    Analogue,
    /// It has a DSP that its channel does not need: toward the line.
    BuiltDigital,
    /// It is one chip: where one of its sides needs a DSP, so does the other.
    Digital,
}

/// The retimers between sections.
pub(crate) fn retimers(sections: &[RequiredReceiver], built_digital: bool) -> Vec<Retimer> {
    let is_digital = |s: &RequiredReceiver| s.best().is_some_and(|r| r.class.is_dsp());
    let between = |pair: &[RequiredReceiver]| {
        if pair.iter().any(is_digital) {
            Retimer::Digital
        } else if built_digital {
            Retimer::BuiltDigital
        } else {
            Retimer::Analogue
        }
    };
    sections.windows(2).map(between).collect()
}

/// What stands at an end of a section.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Host,
    Retimer(Retimer),
}

impl End {
    pub(crate) fn is_digital(self) -> bool {
        matches!(self, Self::Retimer(Retimer::BuiltDigital | Retimer::Digital))
    }
}

/// The section that crosses from one end to the other: the optical one, else the middle.
pub(crate) fn crossing(sections: &[Section]) -> usize {
    let optical = sections.iter().position(|s| matches!(s, Section::Optical { .. }));
    optical.unwrap_or(sections.len() / 2)
}
