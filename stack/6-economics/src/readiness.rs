//! When a technology can be bought in volume, from how many, to which standard, and on what evidence.

use crate::distribution::Distribution;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Count, Quantity, Ratio, Time};
use serde::Serialize;

/// Readiness of one technology.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Readiness {
    /// Calendar year from which it can be bought in volume.
    pub year: f64,
    /// Vendors that offer interchangeable parts then.
    pub vendors: f64,
}

impl Readiness {
    /// From the facts `ready.NAME.year` and `ready.NAME.vendors`; at a tier that comes at another time `ready.NAME.TIER.year`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(
        facts: &Facts<'_>,
        technology: &str,
        tier: Option<Tier>,
    ) -> Result<Self, FactError> {
        Ok(Self {
            year: facts.get::<Count>(&date(facts, technology, tier))?.value(),
            vendors: facts.get::<Count>(&format!("ready.{technology}.vendors"))?.value(),
        })
    }

    /// Of what takes both: from the later year, from as many vendors as the fewer.
    #[must_use]
    pub const fn scarcer(self, other: Self) -> Self {
        Self { year: self.year.max(other.year), vendors: self.vendors.min(other.vendors) }
    }
}

/// Where in a cluster a technology is to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// Between the accelerators of a domain.
    ScaleUp,
    /// Between domains.
    ScaleOut,
}

impl Tier {
    /// Both.
    pub const ALL: [Self; 2] = [Self::ScaleUp, Self::ScaleOut];

    /// As in the ids of facts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ScaleUp => "scale-up",
            Self::ScaleOut => "scale-out",
        }
    }
}

/// The fact with the date of a technology, at a tier or whatever the tier.
fn date(facts: &Facts<'_>, technology: &str, tier: Option<Tier>) -> String {
    let own = tier.map(|tier| format!("ready.{technology}.{}.year", tier.name()));
    let own = own.filter(|own| facts.catalog().get(own).is_some());
    own.unwrap_or_else(|| format!("ready.{technology}.year"))
}

/// How far the standard of a technology has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standard {
    /// Each vendor's own.
    Proprietary,
    /// A group writes one.
    Draft,
    /// Published.
    Published,
    /// Published, and parts of several vendors have been shown to work together.
    Interoperable,
}

impl Standard {
    /// From a number of steps, 0 to 3; beyond, the nearest.
    #[must_use]
    pub fn of_steps(steps: f64) -> Self {
        match steps {
            s if s < 0.5 => Self::Proprietary,
            s if s < 1.5 => Self::Draft,
            s if s < 2.5 => Self::Published,
            _ => Self::Interoperable,
        }
    }

    /// Share of the way: 0, 1/3, 2/3, 1.
    #[must_use]
    pub fn share(self) -> Ratio {
        Ratio::new(match self {
            Self::Proprietary => 0.0,
            Self::Draft => 1.0 / 3.0,
            Self::Published => 2.0 / 3.0,
            Self::Interoperable => 1.0,
        })
    }
}

/// All that is known of the readiness of a technology at a tier.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Maturity {
    /// First year of volume, as a calendar year.
    pub date: Distribution<Count>,
    /// Vendors of interchangeable parts.
    pub vendors: Distribution<Count>,
    /// State of its standard.
    pub standard: Standard,
    /// Hours of ports in the field or in long tests whose count is public, or our guess of them.
    pub device_hours: Distribution<Time>,
}

impl Maturity {
    /// From `ready.NAME.*`; the date is `ready.NAME.TIER.year` where a tier comes at another time.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, technology: &str, tier: Tier) -> Result<Self, FactError> {
        let date = date(facts, technology, Some(tier));
        let get = |key: &str| format!("ready.{technology}.{key}");
        Ok(Self {
            date: Distribution::from_facts(facts, &date)?,
            vendors: Distribution::from_facts(facts, &get("vendors"))?,
            standard: Standard::of_steps(facts.get::<Count>(&get("standard"))?.value()),
            device_hours: Distribution::from_facts(facts, &get("device_hours"))?,
        })
    }

    /// Probability that it can be bought in volume in a calendar year.
    ///
    /// # Model
    /// The share of the date's distribution up to that year.
    ///
    /// # Validity
    /// Dates are those of announcements and forecasts; such dates have slipped more often than not, see
    /// [`Early`](crate::early_late::Early).
    #[must_use]
    pub fn probability_by(&self, year: f64) -> Ratio {
        self.date.probability_below(Count::from_si(year))
    }
}
