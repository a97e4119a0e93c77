//! Strategies: one rule that gives each link class its technology.

use crate::candidate::{Candidate, cheapest};
use lightloom_fabric::LinkClass;
use lightloom_package::Family;
use lightloom_scenario::problem::suggestion;

/// A rule for the whole cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Copper where it closes, retimed pluggables elsewhere.
    Baseline,
    /// Copper where it closes, linear pluggables elsewhere.
    Linear,
    /// Copper where it closes, near-package optics elsewhere.
    NearPackage,
    /// Copper where it closes, co-packaged optics at the switch elsewhere.
    CoPackagedSwitch,
    /// Co-packaged optics at both ends of every link, copper nowhere.
    CoPackagedAccelerator,
    /// Whatever is usable and costs least over the years.
    Recommended,
}

/// What stands in where a rule's own technology does not serve.
const STAND_IN: &str = "retimed-pluggable";

impl Rule {
    /// All rules; the first is the baseline, the last the recommendation.
    pub const ALL: [Self; 6] = [
        Self::Baseline,
        Self::Linear,
        Self::NearPackage,
        Self::CoPackagedSwitch,
        Self::CoPackagedAccelerator,
        Self::Recommended,
    ];

    /// Identifier.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Linear => "lpo",
            Self::NearPackage => "npo",
            Self::CoPackagedSwitch => "cpo-switch",
            Self::CoPackagedAccelerator => "cpo-accelerator",
            Self::Recommended => "recommended",
        }
    }

    /// Name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Baseline => "Copper and retimed pluggables",
            Self::Linear => "Copper and linear pluggables",
            Self::NearPackage => "Copper and near-package optics",
            Self::CoPackagedSwitch => "Copper and CPO at the switch",
            Self::CoPackagedAccelerator => "CPO at switch and accelerator",
            Self::Recommended => "Recommended mix",
        }
    }

    /// What it takes where copper does not close; `None` where cost decides.
    #[must_use]
    pub const fn light(self) -> Option<&'static str> {
        match self {
            Self::Baseline => Some(STAND_IN),
            Self::Linear => Some("linear-pluggable"),
            Self::NearPackage => Some("near-package-optics"),
            Self::CoPackagedSwitch => Some("cpo-switch"),
            Self::CoPackagedAccelerator => Some("cpo-accelerator"),
            Self::Recommended => None,
        }
    }

    /// The candidate of a class under this rule, and a note (class, reason) when it is not the rule's own.
    ///
    /// A strategy is a what-if: dates and the buyer's word do not bind it, physics does.
    #[must_use]
    pub fn choose<'c>(
        self,
        class: &LinkClass,
        candidates: &'c [Candidate],
    ) -> (Option<&'c Candidate>, Option<(String, String)>) {
        let by_id = |id: &str| candidates.iter().find(|c| c.technology == id);
        let Some(light) = self.light() else {
            return match cheapest(candidates, Candidate::usable) {
                Some(best) => (Some(best), None),
                None => {
                    let note = format!("nothing closes, {STAND_IN} stands in");
                    (by_id(STAND_IN), Some((class.name.clone(), note)))
                }
            };
        };
        if self != Self::CoPackagedAccelerator {
            let copper = |c: &Candidate| c.fitted.family == Family::Copper && c.usable();
            if let Some(copper) = cheapest(candidates, copper) {
                return (Some(copper), None);
            }
        }
        let own = by_id(light);
        match own.and_then(|c| c.unfit.as_ref()) {
            None if own.is_some() => {
                let note = own.and_then(|c| c.unwanted.as_ref());
                (own, note.map(|why| (class.name.clone(), format!("{light}: {why}"))))
            }
            Some(why) if light != STAND_IN => {
                let note = format!("{light} does not serve, {why}; {STAND_IN} stands in");
                (by_id(STAND_IN), Some((class.name.clone(), note)))
            }
            why => {
                let why = why.map_or("is not in the library", String::as_str);
                (own, Some((class.name.clone(), format!("{light} does not serve, {why}"))))
            }
        }
    }

    /// By its identifier.
    ///
    /// # Errors
    /// The nearest identifiers, as a hint.
    pub fn find(id: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|rule| rule.id() == id);
        found.ok_or_else(|| suggestion(id, Self::ALL.map(Self::id)))
    }
}
