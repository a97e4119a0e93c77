//! A piece of a channel by its scattering parameters, as a network analyser or a field solver gives them.

use crate::network::{ResampleError, TwoPort};
use lightloom_units::Time;
use std::sync::Arc;

/// A differential two-port in the middle of a channel.
#[derive(Debug, Clone)]
pub struct Measured {
    network: Arc<TwoPort>,
    /// Loss at every frequency, dB.
    loss_db: Arc<[f64]>,
}

impl PartialEq for Measured {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.network, &other.network) || self.network == other.network
    }
}

impl Measured {
    /// A piece from its network.
    #[must_use]
    pub fn new(network: TwoPort) -> Self {
        let loss =
            |s: &[num_complex::Complex64; 4]| -10.0 * libm::log10(s[2].norm_sqr().max(1e-30));
        Self { loss_db: network.s.iter().map(loss).collect(), network: Arc::new(network) }
    }

    /// Frequencies of its data, Hz.
    #[must_use]
    pub fn frequency_hz(&self) -> &[f64] {
        &self.network.frequency_hz
    }

    /// Loss in dB at a frequency in GHz: linear between the data, flat outside.
    #[must_use]
    pub fn loss_db(&self, f_ghz: f64) -> f64 {
        let f = f_ghz * 1e9;
        let hz = &self.network.frequency_hz;
        let above = hz.partition_point(|x| *x < f);
        match (above.checked_sub(1), hz.get(above)) {
            (Some(below), Some(next)) => {
                let share = (f - hz[below]) / (next - hz[below]);
                self.loss_db[below] * (1.0 - share) + self.loss_db[above] * share
            }
            _ => self.loss_db.get(above.min(hz.len().saturating_sub(1))).copied().unwrap_or(0.0),
        }
    }

    /// Delay: the mean slope of the transmission's phase over the lower half of the data.
    ///
    /// # Validity
    /// Steps so fine that the phase turns by less than pi in each.
    #[must_use]
    pub fn delay(&self) -> Time {
        let half = &self.network.s[..self.network.s.len() / 2];
        let turned: f64 = half.windows(2).map(|w| (w[1][2] * w[0][2].conj()).arg()).sum();
        let hz = &self.network.frequency_hz;
        match (hz.first(), half.len().checked_sub(1).and_then(|last| hz.get(last))) {
            (Some(from), Some(to)) if to > from => {
                Time::s((-turned / (2.0 * std::f64::consts::PI * (to - from))).max(0.0))
            }
            _ => Time::ZERO,
        }
    }

    /// Its scattering parameters at frequencies, against a reference.
    ///
    /// # Errors
    /// [`ResampleError`] where the data cannot be taken there.
    pub fn network(
        &self,
        frequency_hz: &[f64],
        reference_ohm: f64,
    ) -> Result<TwoPort, ResampleError> {
        let network = self.network.against(reference_ohm);
        if network.frequency_hz == frequency_hz {
            return Ok(network);
        }
        Ok(network.resampled(frequency_hz)?.network)
    }
}
