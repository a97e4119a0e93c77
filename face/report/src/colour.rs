//! One colour, and one mark, for each family of technology; one colour for each part of a sum.

use lightloom_decide::plan::Part;
use maud::{Markup, html};

/// How a family is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Family {
    /// Class that sets `--f`, the family's colour.
    pub class: &'static str,
    /// Mark that tells it without colour.
    pub mark: &'static str,
    /// Name.
    pub name: &'static str,
}

/// The families that have a colour.
pub(crate) const FAMILIES: [Family; 4] = [
    Family { class: "f-copper", mark: "■", name: "copper" },
    Family { class: "f-plug", mark: "●", name: "pluggable" },
    Family { class: "f-near", mark: "◆", name: "near-package" },
    Family { class: "f-co", mark: "▲", name: "co-packaged" },
];

/// How a family of this name is drawn.
pub(crate) fn family(name: &str) -> Family {
    let known = FAMILIES.into_iter().find(|f| f.name == name);
    known.unwrap_or(Family { class: "f-none", mark: "×", name: "nothing closes" })
}

/// A technology's name with its family's mark.
pub(crate) fn technology(family_name: &str, name: &str) -> Markup {
    let f = family(family_name);
    html! { span class={ "tech " (f.class) } { i title=(f.name) { (f.mark) } " " (name) } }
}

/// The four families with their marks, as a legend.
pub(crate) fn families() -> Markup {
    html! {
        ul.legend {
            @for f in FAMILIES { li class={ "tech " (f.class) } { i { (f.mark) } " " (f.name) } }
        }
    }
}

/// Swatches in the style sheet: `.s0`, `.s1`, ...
const SWATCHES: usize = 12;

/// Components of a lane, in the order of their swatches.
const COMPONENTS: [&str; 9] = [
    "host SerDes",
    "DSP / retimer",
    "driver",
    "ring tuning",
    "amplifier",
    "laser",
    "conversion",
    "FEC",
    "flight",
];

/// A swatch for each name of a part.
#[derive(Debug, Clone)]
pub(crate) struct Palette(Vec<String>);

impl Palette {
    /// Parts of a lane's energy and latency, the same on every page; others follow as they appear.
    pub(crate) fn components<'a>(parts: impl Iterator<Item = &'a Part>) -> Self {
        Self(COMPONENTS.map(str::to_owned).to_vec()).with(parts)
    }

    /// Swatches in the order in which names appear.
    pub(crate) fn of<'a>(parts: impl Iterator<Item = &'a Part>) -> Self {
        Self(Vec::new()).with(parts)
    }

    fn with<'a>(mut self, parts: impl Iterator<Item = &'a Part>) -> Self {
        for part in parts {
            if self.index(&part.name).is_none() {
                self.0.push(part.name.clone());
            }
        }
        self
    }

    fn index(&self, name: &str) -> Option<usize> {
        // The SerDes of a latency is the SerDes of an energy.
        let name = if name == "SerDes" { "host SerDes" } else { name };
        self.0.iter().position(|n| n == name)
    }

    /// Number of the swatch of a part.
    pub(crate) fn swatch(&self, name: &str) -> usize {
        self.index(name).unwrap_or(SWATCHES - 1) % SWATCHES
    }

    /// Names in the order of their swatches.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}
