//! Power and energy from the chip to the meter of the facility, and energy by token at each boundary.

use crate::energy_cost::{Cooling, Tariff};
use crate::error::{EconomicsError, at_least_one, not_negative, positive, share};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Energy, Frequency, Power, Ratio, Time};
use serde::Serialize;

/// Where a power or an energy is measured. A figure without its boundary cannot be compared.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Boundary {
    /// What the silicon draws.
    Chip,
    /// Direct current into the board: with the loss of the voltage regulators beside the chip.
    Board,
    /// Alternating current into the machine: with its power supplies. This is IT power.
    Inlet,
    /// Behind the transformers: with uninterruptible supply and distribution.
    Distribution,
    /// The meter of the facility: with cooling and all else that PUE counts.
    Meter,
}

impl Boundary {
    /// All, from the chip outwards.
    pub const ALL: [Self; 5] =
        [Self::Chip, Self::Board, Self::Inlet, Self::Distribution, Self::Meter];
}

/// The way of power from meter to chip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerChain {
    /// Out over in of the regulators beside the chip.
    pub regulator: Ratio,
    /// Out over in of the machine's power supplies.
    pub supply: Ratio,
    /// Out over in of uninterruptible supply, transformers and distribution.
    pub distribution: Ratio,
    /// Facility power over IT power; it counts the distribution's loss too.
    pub pue: Ratio,
}

/// What ought to be checked before a power chain is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, thiserror::Error)]
pub enum ChainWarning {
    /// The PUE is smaller than the distribution alone makes it.
    #[error(
        "a PUE of {pue} leaves nothing for cooling: distribution alone makes it {distribution}"
    )]
    NothingLeftForCooling {
        /// PUE.
        pue: f64,
        /// What distribution alone makes it.
        distribution: f64,
    },
}

impl PowerChain {
    /// From the catalog: `power.regulator`, `inlet.psu_efficiency`, `power.distribution` and the PUE of the cooling.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, cooling: Cooling) -> Result<Self, FactError> {
        Ok(Self {
            regulator: facts.get("power.regulator")?,
            supply: facts.get("inlet.psu_efficiency")?,
            distribution: facts.get("power.distribution")?,
            pue: Tariff::from_facts(facts, cooling)?.pue,
        })
    }

    /// Power at a boundary over the chip's.
    ///
    /// # Model
    /// Board `1/e_r`; inlet `1/(e_r e_s)`; distribution `1/(e_r e_s e_d)`; meter `PUE/(e_r e_s)`: PUE is defined at
    /// the inlet and contains the distribution.
    ///
    /// # Source
    /// ISO/IEC 30134-2:2016, power usage effectiveness.
    ///
    /// # Errors
    /// Unless every efficiency is above 0 and at most 100 % and the PUE at least 1.
    pub fn factor(&self, boundary: Boundary) -> Result<f64, EconomicsError> {
        let efficiency = |what, e| share(what, positive(what, e)?);
        let board = 1.0 / efficiency("the efficiency of the regulators", self.regulator)?;
        let inlet = board / efficiency("the efficiency of the power supplies", self.supply)?;
        let distribution = efficiency("the efficiency of the distribution", self.distribution)?;
        let pue = at_least_one("the PUE", self.pue)?;
        Ok(match boundary {
            Boundary::Chip => 1.0,
            Boundary::Board => board,
            Boundary::Inlet => inlet,
            Boundary::Distribution => inlet / distribution,
            Boundary::Meter => inlet * pue,
        })
    }

    /// A power known at one boundary, at another.
    ///
    /// # Errors
    /// As [`PowerChain::factor`]; when the power is negative.
    ///
    /// # Example
    /// ```
    /// use lightloom_economics::meter::{Boundary, PowerChain};
    /// use lightloom_units::{Power, Ratio};
    /// // 460.8 W behind supplies of 92 %, PUE 1.2: 601 W at the meter.
    /// let chain = PowerChain {
    ///     regulator: Ratio::new(1.0),
    ///     supply: Ratio::new(0.92),
    ///     distribution: Ratio::new(0.95),
    ///     pue: Ratio::new(1.2),
    /// };
    /// let meter = chain.convert(Power::w(460.8), Boundary::Board, Boundary::Meter)?;
    /// assert!((meter.as_w() - 601.04).abs() < 0.01);
    /// # Ok::<(), lightloom_economics::EconomicsError>(())
    /// ```
    pub fn convert(
        &self,
        power: Power,
        from: Boundary,
        to: Boundary,
    ) -> Result<Power, EconomicsError> {
        Ok(not_negative("the power", power)? * (self.factor(to)? / self.factor(from)?))
    }

    /// Energy of a token at every boundary.
    ///
    /// # Model
    /// `E = P factor / rate`
    ///
    /// # Validity
    /// Power and token rate are means over the same time, of the same machines: an accelerator alone leaves out
    /// its host and network.
    ///
    /// # Errors
    /// As [`PowerChain::convert`]; unless the rate is above zero.
    pub fn energy_per_token(
        &self,
        power: Power,
        measured_at: Boundary,
        tokens: Frequency,
    ) -> Result<[(Boundary, Energy); 5], EconomicsError> {
        let rate = positive("the token rate", tokens)?;
        let one = Time::s(1.0 / rate.as_hz());
        let mut out = Boundary::ALL.map(|b| (b, Energy::ZERO));
        for (boundary, energy) in &mut out {
            *energy = self.convert(power, measured_at, *boundary)? * one;
        }
        Ok(out)
    }

    /// What ought to be checked.
    #[must_use]
    pub fn warnings(&self) -> Vec<ChainWarning> {
        let least = 1.0 / self.distribution.value();
        if self.pue.value() < least {
            vec![ChainWarning::NothingLeftForCooling { pue: self.pue.value(), distribution: least }]
        } else {
            Vec::new()
        }
    }
}
