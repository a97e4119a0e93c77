//! Strategies: one rule that gives each link class its technology.

use crate::candidate::{Candidate, cheapest};
use crate::preference::{Preference, STAND_IN};
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
    /// What is usable and the buyer prefers: what costs least over the years, unless the scenario says otherwise.
    Recommended,
}

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

    /// A candidate for each class under this rule, each with a note (class, reason) when it is not the rule's own.
    ///
    /// A strategy is a what-if: dates, weights, limits and the buyer's word do not bind it, physics does. The recommended mix is bound
    /// by all of them.
    #[must_use]
    pub fn picks<'c>(
        self,
        preference: &Preference,
        classes: &[LinkClass],
        candidates: &'c [Vec<Candidate>],
    ) -> Vec<Pick<'c>> {
        let Some(light) = self.light() else {
            let chosen = preference.choose(classes, candidates).into_iter();
            let of_classes = classes.iter().zip(candidates).zip(chosen);
            let pick =
                |((class, candidates), chosen): ((&LinkClass, &'c Vec<Candidate>), _)| match chosen
                {
                    Some(best) => Pick { candidate: Some(best), note: None },
                    None => {
                        let note = format!("nothing closes, {STAND_IN} stands in");
                        let note = Some((class.name.clone(), note));
                        Pick { candidate: by_id(candidates, STAND_IN), note }
                    }
                };
            return of_classes.map(pick).collect();
        };
        let of_class = |(class, candidates)| self.of_class(light, class, Vec::as_slice(candidates));
        classes.iter().zip(candidates).map(of_class).collect()
    }

    /// The candidate of a class under a rule that is not the recommendation.
    fn of_class<'c>(self, light: &str, class: &LinkClass, candidates: &'c [Candidate]) -> Pick<'c> {
        if self != Self::CoPackagedAccelerator {
            let copper = |c: &Candidate| c.fitted.family == Family::Copper && c.usable();
            if let Some(copper) = cheapest(candidates, copper) {
                return Pick { candidate: Some(copper), note: None };
            }
        }
        let own = by_id(candidates, light);
        let (candidate, why) = match own.and_then(|c| c.unfit.as_ref()) {
            None if own.is_some() => {
                let unwanted = own.and_then(|c| c.unwanted.as_ref());
                (own, unwanted.map(|why| format!("{light}: {why}")))
            }
            Some(why) if light != STAND_IN => {
                let note = format!("{light} does not serve, {why}; {STAND_IN} stands in");
                (by_id(candidates, STAND_IN), Some(note))
            }
            why => {
                let why = why.map_or("is not in the library", String::as_str);
                (own, Some(format!("{light} does not serve, {why}")))
            }
        };
        Pick { candidate, note: why.map(|why| (class.name.clone(), why)) }
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

/// The candidate that a rule gives a class.
#[derive(Debug, Clone)]
pub struct Pick<'c> {
    /// The candidate; `None` where the library lacks even what stands in.
    pub candidate: Option<&'c Candidate>,
    /// Class and reason, when it is not the rule's own.
    pub note: Option<(String, String)>,
}

fn by_id<'c>(candidates: &'c [Candidate], id: &str) -> Option<&'c Candidate> {
    candidates.iter().find(|c| c.technology == id)
}
