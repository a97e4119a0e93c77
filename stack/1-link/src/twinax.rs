//! Shielded twin-axial cable, from its wire gauge.

use crate::network::LineConstants;
use crate::optics::SPEED_OF_LIGHT;
use crate::trace::DB_PER_NEPER;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{DelayPerLength, Length, Quantity, Ratio, Resistance};

/// Permeability of vacuum, H/m. 2018 CODATA.
const MU_0: f64 = 1.256_637_062_12e-6;
/// Conductivity of annealed copper at 20 °C, S/m. IEC 60028.
const COPPER_S_PER_M: f64 = 5.8e7;

/// A shielded pair of one gauge. Loss coefficients are precomputed for the hot path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Twinax {
    /// American wire gauge of the conductors.
    pub awg: u8,
    /// Propagation delay.
    pub delay: DelayPerLength,
    /// Differential characteristic impedance.
    pub impedance: Resistance,
    skin_db_per_m_sqrt_ghz: f64,
    dielectric_db_per_m_ghz: f64,
}

impl Twinax {
    /// A cable of a gauge, with the `twinax.*` facts.
    ///
    /// # Model
    /// `alpha = R / (2 Z) + pi f sqrt(er) tan(d) / c` in neper per metre, with
    /// `R = 2 Rs k_prox k_rough / (pi d)` for the pair, `Rs = sqrt(pi f mu0 / sigma)`: skin effect in round
    /// wire, raised by the proximity of the other wire and the shield and by surface roughness.
    ///
    /// # Validity
    /// Above the skin onset (a few MHz), below cut-off of the shield's higher modes; no suck-out
    /// resonances of spiral-wrapped shields.
    ///
    /// # Source
    /// Textbook skin effect; compare link_facts C16: 17.7 dB/m at 106 GHz.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one of the coefficients.
    pub fn from_facts(facts: &Facts<'_>, awg: u8) -> Result<Self, FactError> {
        let proximity = facts.get::<Ratio>("twinax.proximity")?.value();
        let roughness = facts.get::<Ratio>("twinax.roughness")?.value();
        let permittivity = facts.get::<Ratio>("twinax.permittivity")?.value();
        let loss_tangent = facts.get::<Ratio>("twinax.loss_tangent")?.value();
        let impedance: Resistance = facts.get("twinax.impedance")?;
        let delay = facts.get("twinax.delay")?;
        let d = Self::conductor(awg).as_m();
        let surface = (std::f64::consts::PI * 1e9 * MU_0 / COPPER_S_PER_M).sqrt();
        let pair = 2.0 * surface / (std::f64::consts::PI * d) * proximity * roughness;
        let ohm = impedance.si();
        let dielectric =
            std::f64::consts::PI * 1e9 * permittivity.sqrt() * loss_tangent / SPEED_OF_LIGHT;
        Ok(Self {
            awg,
            delay,
            impedance,
            skin_db_per_m_sqrt_ghz: DB_PER_NEPER * pair / (2.0 * ohm),
            dielectric_db_per_m_ghz: DB_PER_NEPER * dielectric,
        })
    }

    /// Diameter of a solid conductor: 0.127 mm x 92^((36 - n) / 39). ASTM B258.
    #[must_use]
    pub fn conductor(awg: u8) -> Length {
        Length::mm(0.127 * libm::pow(92.0, (36.0 - f64::from(awg)) / 39.0))
    }

    /// Loss in dB per metre at a frequency in GHz.
    #[must_use]
    pub fn loss_db_per_m(&self, f_ghz: f64) -> f64 {
        self.skin_db_per_m_sqrt_ghz * f_ghz.sqrt() + self.dielectric_db_per_m_ghz * f_ghz
    }

    /// Loss in dB per metre at 1 GHz that grows with the root of frequency, and that grows with frequency.
    pub(crate) fn loss_coefficients(&self) -> [f64; 2] {
        [self.skin_db_per_m_sqrt_ghz, self.dielectric_db_per_m_ghz]
    }

    /// The cable as a line in the terms of Annex 93A, whose dielectric loss is causal.
    #[must_use]
    pub fn constants(&self) -> LineConstants {
        LineConstants {
            gamma0: 0.0,
            a1: self.skin_db_per_m_sqrt_ghz / DB_PER_NEPER * 1e-3,
            a2: self.dielectric_db_per_m_ghz / DB_PER_NEPER * 1e-3,
            tau: self.delay.si() * 1e6,
        }
    }
}
