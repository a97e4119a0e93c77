//! Noise of a transimpedance amplifier from the capacitance at its input: what a bond costs in light.

use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Capacitance, CurrentNoise, Decibel, Quantity};

/// Bonds between a photonic chip and its electronics, from the most capacitance to the least.
pub const BONDS: [&str; 3] = ["c4", "pillar", "hybrid"];

/// The bond at which the catalog's noise density is stated.
const REFERENCE_BOND: &str = BONDS[0];

/// Input-referred noise of an amplifier that is designed for the capacitance before it.
///
/// # Model
/// Feedback resistor and channel of the first transistor, over a band `B`:
///
/// `i_n² = 4 k T / R_f + 4 k T gamma / g_m (2 pi C_T)² B² / 3`, `C_T = C + C_g`,
///
/// `C` photodiode and bond, `C_g` the transistor. The transimpedance limit gives `R_f = A f_A / (2 pi C_T B²)`, the process
/// `g_m = 2 pi f_T C_g`. Both terms are then `B² / f_T` times a capacitance: `C_T`, and `C_T² / C_g`. A designer sizes the
/// transistor for the capacitance, `C_g = m C`, and whatever `m` is best, both become proportional to `C`:
///
/// `i_n = i_ref sqrt(C / C_ref)`,
///
/// so that temperature, `gamma`, `f_T` and loop gain are all in the one density that is published. The other end is a transistor
/// far smaller than its capacitance and not made larger, `i_n = i_ref C / C_ref` ([`ReceiverNoise::unmatched`]): the most that
/// capacitance can do, and no designer's choice.
///
/// # Validity
/// One stage decides the noise; band and process are those of the reference, whatever the lane's rate. Power of the amplifier,
/// which a larger transistor raises, is the catalog's. Neither peaking inductors nor a series resistance. Photodiodes other than
/// germanium waveguides have more capacitance.
///
/// # Source
/// E. Säckinger, The transimpedance limit, IEEE Trans. Circuits Syst. I 57 (2010) 1848, doi:10.1109/TCSI.2009.2037847;
/// the sizing of the transistor: Analysis and Design of Transimpedance Amplifiers for Optical Receivers, Wiley 2018, ch. 6.
///
/// # Example
/// ```
/// use lightloom_link::optics::ReceiverNoise;
/// use lightloom_units::{Capacitance, CurrentNoise};
/// let noise = ReceiverNoise {
///     photodiode: "25 fF".parse()?,
///     reference: "18 pA/sqrt(Hz)".parse()?,
///     reference_capacitance: "95 fF".parse()?,
/// };
/// // A quarter of the capacitance has half the noise and asks for 3 dB less light.
/// let quarter: CurrentNoise = noise.sized("23.75 fF".parse()?);
/// assert_eq!(quarter.to_string(), "9 pA/sqrt(Hz)");
/// let gain = ReceiverNoise::gain(noise.reference, quarter);
/// assert!((gain.as_db() - 3.01).abs() < 0.01);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReceiverNoise {
    /// Capacitance of the photodiode.
    pub photodiode: Capacitance,
    /// Published noise density.
    pub reference: CurrentNoise,
    /// Capacitance before the amplifier at which it is published.
    pub reference_capacitance: Capacitance,
}

impl ReceiverNoise {
    /// Reads `detector.capacitance`, `detector.noise` and the capacitance of the bond at which that is stated.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        let photodiode: Capacitance = facts.get("detector.capacitance")?;
        Ok(Self {
            photodiode,
            reference: facts.get("detector.noise")?,
            reference_capacitance: photodiode + Self::bond(facts, REFERENCE_BOND)?,
        })
    }

    /// Capacitance that a bond adds, `bond.NAME.capacitance`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks it.
    pub fn bond(facts: &Facts<'_>, name: &str) -> Result<Capacitance, FactError> {
        facts.get(&format!("bond.{name}.capacitance"))
    }

    /// Photodiode and bond: what lies before the amplifier.
    #[must_use]
    pub fn before_amplifier(&self, bond: Capacitance) -> Capacitance {
        self.photodiode + bond
    }

    /// Noise density of an amplifier whose transistor is sized for a capacitance.
    #[must_use]
    pub fn sized(&self, capacitance: Capacitance) -> CurrentNoise {
        self.reference * self.ratio(capacitance).sqrt()
    }

    /// Noise density where the transistor is far smaller than the capacitance: the most that capacitance can do.
    #[must_use]
    pub fn unmatched(&self, capacitance: Capacitance) -> CurrentNoise {
        self.reference * self.ratio(capacitance)
    }

    /// Light that a lower noise density saves where the amplifier's noise decides: a current is proportional to a power of light.
    #[must_use]
    pub fn gain(from: CurrentNoise, to: CurrentNoise) -> Decibel {
        Decibel::from_power_ratio(from / to)
    }

    /// Over the reference; none without capacitance at the reference.
    fn ratio(&self, capacitance: Capacitance) -> f64 {
        if self.reference_capacitance.si() > 0.0 {
            capacitance / self.reference_capacitance
        } else {
            1.0
        }
    }
}
