//! A linear redriver between two pieces of copper: it lifts what the first has taken, and decides nothing.

use crate::Channel;
use crate::optics::Filter;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Decibel, EnergyPerBit, Frequency, SymbolRate, Time, Voltage, VoltageNoise};
use num_complex::Complex64;

/// A linear redriver, as in the plug of an active copper cable.
///
/// # Model
/// `C(f) = (1 + j f / f_z) B(f)`: one zero, and an amplifier with a pair of poles (Butterworth, second order). The zero
/// lifts the Nyquist frequency over low ones by the loss that the copper before it has there, up to a limit. A gain
/// control holds the signal behind the peaking at the largest output that is linear. Input noise enters before both.
///
/// # Validity
/// Linear: what exceeds the output by chance is not clipped. The gain control has any gain. The part is built for its
/// lane: its lift is available at the lane's own Nyquist frequency. The peaking is set once for its cable, as a plug's is
/// where it is made: it sees no eye and could not search for one. Set so, a receiver with taps has no more than 0.5 dB of
/// COM to gain by another lift, the limit left aside (test).
///
/// # Source
/// One zero and its limit: TI SNLU288, table 2-4 (a redriver of 16 Gb/s: 18 dB at 8 GHz, 12 dB at 4 GHz).
///
/// # Example
/// ```
/// # use lightloom_link::Redriver;
/// # use lightloom_units::*;
/// let redriver = Redriver {
///     most_peaking: Decibel::db(18.0),
///     bandwidth: Frequency::ghz(100.0),
///     noise: VoltageNoise::from_si(8e-18),
///     output: Voltage::from_si(0.15),
///     energy: EnergyPerBit::pj_per_bit(1.0),
///     latency: Time::ns(0.1),
/// };
/// // A gentle channel is compensated, a harsh one as far as the part can.
/// assert_eq!(redriver.peaking(Decibel::db(11.0)), Decibel::db(11.0));
/// assert_eq!(redriver.peaking(Decibel::db(25.0)), Decibel::db(18.0));
/// let stage = redriver.set_for(Decibel::db(25.0), Frequency::ghz(8.0));
/// let lift = |ghz: f64| 20.0 * libm::log10(stage.response(ghz * 1e9).norm());
/// assert!((lift(8.0) - 18.0).abs() < 0.01 && (lift(4.0) - 12.0).abs() < 0.3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Redriver {
    /// Most that its zero lifts the Nyquist frequency over low ones.
    pub most_peaking: Decibel,
    /// Bandwidth of its amplifier.
    pub bandwidth: Frequency,
    /// Noise at its input, one-sided.
    pub noise: VoltageNoise,
    /// Largest output that is linear, rms.
    pub output: Voltage,
    /// Energy of one lane, by payload.
    pub energy: EnergyPerBit,
    /// From its input to its output.
    pub latency: Time,
}

impl Redriver {
    /// Reads the `redriver.*` facts.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            most_peaking: facts.get("redriver.peaking")?,
            bandwidth: facts.get("redriver.bandwidth")?,
            noise: facts.get("redriver.noise")?,
            output: facts.get("redriver.output")?,
            energy: facts.get("redriver.energy")?,
            latency: facts.get("redriver.latency")?,
        })
    }

    /// What it lifts behind copper that loses so much at Nyquist.
    #[must_use]
    pub fn peaking(&self, loss_before: Decibel) -> Decibel {
        loss_before.max(Decibel::ZERO).min(self.most_peaking)
    }

    /// Its response where it is set for copper that loses so much at a Nyquist frequency.
    #[must_use]
    pub fn set_for(&self, loss_before: Decibel, nyquist: Frequency) -> Peaking {
        let lift = self.peaking(loss_before).power_ratio();
        let amplifier = Filter::Butterworth { order: 2, bandwidth: self.bandwidth };
        Peaking { per_zero_hz: (lift - 1.0).max(0.0).sqrt() / nyquist.as_hz(), amplifier }
    }

    /// The same for a channel before it, at a symbol rate.
    pub(crate) fn behind(&self, before: &Channel, baud: SymbolRate) -> Peaking {
        self.set_for(before.loss(baud.nyquist()), baud.nyquist())
    }
}

/// A redriver's response at a setting, unity at zero frequency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peaking {
    /// One over the frequency of the zero; nothing for a flat stage.
    per_zero_hz: f64,
    amplifier: Filter,
}

impl Peaking {
    /// Response at a frequency, Hz.
    #[must_use]
    pub fn response(&self, f_hz: f64) -> Complex64 {
        Complex64::new(1.0, f_hz * self.per_zero_hz) * self.amplifier.response(f_hz)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lightloom_units::Quantity;

    #[test]
    fn one_zero_lifts_as_a_part_that_is_sold() {
        // TI SNLU288, table 2-4: boost at 4 and 8 GHz by setting.
        let settings = [
            (2.0, 4.0),
            (2.5, 5.0),
            (3.0, 6.0),
            (4.0, 7.0),
            (4.5, 7.5),
            (5.0, 8.0),
            (6.0, 9.5),
            (7.0, 10.0),
            (8.0, 11.0),
            (8.5, 12.5),
            (9.0, 13.0),
            (9.5, 14.5),
            (10.0, 15.0),
            (10.5, 16.0),
            (12.0, 18.0),
        ];
        for (at_4, at_8) in settings {
            let redriver = Redriver {
                most_peaking: Decibel::db(18.0),
                bandwidth: Frequency::ghz(40.0),
                noise: VoltageNoise::from_si(8e-18),
                output: Voltage::from_si(0.15),
                energy: EnergyPerBit::pj_per_bit(1.0),
                latency: Time::ns(0.1),
            };
            let stage = redriver.set_for(Decibel::db(at_8), Frequency::ghz(8.0));
            let lift = |ghz: f64| 20.0 * libm::log10(stage.response(ghz * 1e9).norm());
            assert!((lift(8.0) - at_8).abs() < 0.01, "{at_8}: {}", lift(8.0));
            assert!((lift(4.0) - at_4).abs() < 2.2, "{at_4}: {}", lift(4.0));
            assert!((stage.response(0.0).norm() - 1.0).abs() < 1e-12);
            // Beyond its bandwidth it falls again.
            assert!(lift(400.0) < lift(40.0));
        }
    }
}
