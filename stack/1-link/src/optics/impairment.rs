//! What a lane of light loses beside the losses of its parts: computed where the lane says how, allowed for elsewhere.

use lightloom_evidence::{FactError, Facts};
use lightloom_units::Decibel;
use serde::Serialize;

/// A cause of loss beside the parts' own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Impairment {
    /// Light that was reflected twice beats with the light that was not.
    Interference,
    /// The fibre's colours or modes part in time.
    Dispersion,
    /// Light of other wavelengths that the filter lets through.
    Crosstalk,
    /// Wavelength or bias that control does not follow.
    Drift,
    /// Ageing of the source, alignment of the couplers.
    Ageing,
}

impl Impairment {
    /// All of them, in the order of a table.
    pub const ALL: [Self; 5] =
        [Self::Interference, Self::Dispersion, Self::Crosstalk, Self::Drift, Self::Ageing];

    /// Name in a table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Interference => "multipath interference",
            Self::Dispersion => "dispersion",
            Self::Crosstalk => "crosstalk",
            Self::Drift => "drift",
            Self::Ageing => "ageing and alignment",
        }
    }

    /// Last part of the fact's name, below `optics.penalty`.
    const fn fact(self) -> &'static str {
        match self {
            Self::Interference => "interference",
            Self::Dispersion => "dispersion",
            Self::Crosstalk => "crosstalk",
            Self::Drift => "drift",
            Self::Ageing => "ageing",
        }
    }
}

/// Where the number of an impairment is from, and where it acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Allowed for by the catalog, as loss of modulation amplitude.
    Allowed,
    /// Part of the allowance that the lane states.
    Stated,
    /// A lane of its kind has none.
    Absent,
    /// Computed, as loss of modulation amplitude.
    Amplitude,
    /// Computed, as noise in proportion to the signal; its cost is the amplitude that would make up for it.
    Noise,
    /// Computed, as response of the lane; its cost is what the fibre takes at Nyquist.
    Response,
}

impl Basis {
    /// Name in a table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed by the catalog",
            Self::Stated => "in the lane's own allowance",
            Self::Absent => "none in such a lane",
            Self::Amplitude => "computed, as loss",
            Self::Noise => "computed, as noise",
            Self::Response => "computed, as response",
        }
    }

    /// Whether it follows from the lane.
    #[must_use]
    pub const fn is_computed(self) -> bool {
        matches!(self, Self::Amplitude | Self::Noise | Self::Response)
    }
}

/// The impairments of a lane of light, each counted once.
///
/// # Model
/// What is computed leaves the allowance: `penalty = stated or sum of the allowed + sum of the computed amplitudes`.
///
/// # Validity
/// Penalties add in decibels: their interplay is left out, which is small below some 2 dB each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Impairments {
    costs: [(Decibel, Basis); 5],
    stated: Option<Decibel>,
}

impl Impairments {
    /// Reads the allowances `optics.penalty.*`; nothing is computed yet.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        let mut costs = [(Decibel::ZERO, Basis::Allowed); 5];
        for (cost, cause) in costs.iter_mut().zip(Impairment::ALL) {
            cost.0 = facts.get(&format!("optics.penalty.{}", cause.fact()))?;
        }
        Ok(Self { costs, stated: None })
    }

    /// None at all: for tests and for light that is looked at alone.
    pub const NONE: Self = Self { costs: [(Decibel::ZERO, Basis::Allowed); 5], stated: None };

    /// One number in the place of everything that is allowed for and not computed.
    #[must_use]
    pub fn stated(mut self, allowance: Decibel) -> Self {
        for cost in self.costs.iter_mut().filter(|c| c.1 == Basis::Allowed) {
            *cost = (Decibel::ZERO, Basis::Stated);
        }
        self.stated = Some(allowance);
        self
    }

    /// Puts what was computed in the place of what was allowed.
    pub fn computed(&mut self, cause: Impairment, cost: Decibel, basis: Basis) {
        for (slot, known) in self.costs.iter_mut().zip(Impairment::ALL) {
            if known == cause {
                *slot = (cost, basis);
            }
        }
    }

    /// Leaves out what a lane of its kind cannot have.
    pub fn absent(&mut self, cause: Impairment) {
        self.computed(cause, Decibel::ZERO, Basis::Absent);
    }

    /// Loss of modulation amplitude: the allowance, and what was computed as such.
    #[must_use]
    pub fn penalty(&self) -> Decibel {
        let acts = |basis| matches!(basis, Basis::Allowed | Basis::Amplitude);
        let own = self.costs.iter().filter(|c| acts(c.1)).map(|c| c.0);
        own.fold(self.stated.unwrap_or(Decibel::ZERO), |sum, cost| sum + cost)
    }

    /// The allowance that the lane states in the place of the catalog's.
    #[must_use]
    pub const fn allowance(&self) -> Option<Decibel> {
        self.stated
    }

    /// Each with its cost and its basis.
    pub fn parts(&self) -> impl Iterator<Item = (Impairment, Decibel, Basis)> {
        Impairment::ALL
            .into_iter()
            .zip(self.costs)
            .map(|(cause, (cost, basis))| (cause, cost, basis))
    }
}
