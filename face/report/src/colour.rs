//! One colour, and one mark, for each family of technology and for each strategy; one colour for each part of a sum.

use crate::format::capital;
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

/// A technology's name with its family's mark, which the style sheet sets: names are many.
pub(crate) fn technology(family_name: &str, name: &str) -> Markup {
    let f = family(family_name);
    html! { span class={ "t " (f.class) } { (name) } }
}

/// The four families with their marks, as a legend.
pub(crate) fn families() -> Markup {
    html! {
        ul.legend {
            @for f in FAMILIES { li { (technology(f.name, f.name)) } }
        }
    }
}

/// How a strategy is drawn wherever one is: in the hue of its light's family; the second of a family paler, its lines broken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StrategyStyle {
    /// Identifier of the strategy, and end of its classes: `of-ID` sets `--f`; `d-of-ID` fills, `d-line-of-ID` draws.
    pub id: &'static str,
    /// Whether its lines are broken.
    pub broken: bool,
}

/// The strategies that have a colour; the values are in `colours.css`.
const STRATEGIES: [StrategyStyle; 6] = [
    StrategyStyle { id: "baseline", broken: false },
    StrategyStyle { id: "lpo", broken: true },
    StrategyStyle { id: "npo", broken: false },
    StrategyStyle { id: "cpo-switch", broken: false },
    StrategyStyle { id: "cpo-accelerator", broken: true },
    StrategyStyle { id: "recommended", broken: false },
];

/// How a strategy of this identifier is drawn.
pub(crate) fn strategy(id: &str) -> StrategyStyle {
    let known = STRATEGIES.into_iter().find(|s| s.id == id);
    known.unwrap_or(StrategyStyle { id: "none", broken: false })
}

/// A strategy's name where there is little room, within a sentence; what is not known keeps its identifier.
pub(crate) fn short(id: &str) -> &str {
    match id {
        "lpo" => "linear pluggables",
        "npo" => "near-package optics",
        "cpo-switch" => "CPO at the switch",
        "cpo-accelerator" => "CPO at both ends",
        "recommended" => "recommended mix",
        other => other,
    }
}

/// The same as a label.
pub(crate) fn label(id: &str) -> String {
    capital(short(id))
}

/// A strategy's name with its mark.
pub(crate) fn strategy_name(id: &str, name: &str) -> Markup {
    let style = strategy(id);
    html! { span class={ "t of-" (style.id) } { (name) } }
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
