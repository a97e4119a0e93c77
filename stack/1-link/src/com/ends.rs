//! What stands at both ends of a channel: packages between terminated circuits, and the method's fixed filters.

use super::bins::on_bins;
use super::grid::{Grid, Resolution, end_filters};
use super::merit::Aggressor;
use super::pulse::Pulses;
use super::spec::{Case, ComSpec, End};
use crate::network::{ResampleError, TwoPort};
use num_complex::Complex64;

/// A package between a terminated circuit and a channel.
#[derive(Clone)]
struct Package {
    /// What of the circuit's wave reaches the channel, or the other way round.
    through: Vec<Complex64>,
    /// What the channel sees of it.
    reflection: Vec<Complex64>,
}

impl Package {
    /// # Model
    /// `s21 / (1 - s11 g)` and `s22 + s12 s21 g / (1 - s11 g)`, port 1 at a circuit that reflects by `g`.
    fn new(spec: &ComSpec, end: &End, frequency_hz: &[f64]) -> Self {
        let g = spec.reflection();
        let network = spec.network(end, frequency_hz);
        let (through, reflection) = network
            .s
            .iter()
            .map(|[s11, s12, s21, s22]| {
                let through = s21 / (1.0 - s11 * g);
                (through, s22 + s12 * through * g)
            })
            .unzip();
        Self { through, reflection }
    }
}

/// Packages of a case, and the filters, on a channel's frequencies.
pub(super) struct Ends {
    transmitter: Package,
    near_end: Option<Package>,
    receiver: Package,
    /// `(1 - g)(1 + g)` times the filters.
    filter: Vec<Complex64>,
    reference_ohm: f64,
}

impl Ends {
    pub(super) fn new(spec: &ComSpec, grid: &Grid, case: &Case, frequency_hz: &[f64]) -> Self {
        let transmitter = Package::new(spec, &case.transmitter, frequency_hz);
        let other = |end: &End| {
            if *end == case.transmitter {
                transmitter.clone()
            } else {
                Package::new(spec, end, frequency_hz)
            }
        };
        let g = spec.reflection();
        let filter = |f: &f64| end_filters(spec, grid.baud_hz, *f) * (1.0 - g * g);
        Self {
            near_end: case.near_end.as_ref().map(other),
            receiver: other(&case.receiver),
            filter: frequency_hz.iter().map(filter).collect(),
            reference_ohm: spec.reference_ohm(),
            transmitter,
        }
    }

    /// Pulses of a channel between these ends.
    pub(super) fn receive(
        &self,
        grid: &Grid,
        channel: &TwoPort,
        amplitude: f64,
        aggressor: Option<Aggressor>,
    ) -> Result<Pulses, ResampleError> {
        let transmitter = match &self.near_end {
            Some(end) if aggressor == Some(Aggressor::NearEnd) => end,
            _ => &self.transmitter,
        };
        let mut h = self.transfer(transmitter, channel);
        // A channel that was computed on the grid needs no resampling and has no measured tail.
        let hz = &channel.frequency_hz;
        let computed = hz.len() <= grid.frequency_hz.len() && *hz == grid.frequency_hz[..hz.len()];
        if !computed {
            h = on_bins(&h, hz, grid)?;
        }
        h.truncate(grid.passed);
        let tail_is_noise =
            !computed && (aggressor.is_none() || grid.resolution == Resolution::Official);
        Ok(Pulses::new(grid, &h, amplitude, tail_is_noise, aggressor.is_some()))
    }

    /// Filtered voltage transfer from circuit to circuit.
    ///
    /// # Model
    /// The cascade's, with the packages closed by their circuits first: `s21 / ((1 - s11 a)(1 - s22 b) - s12 s21 a b)`
    /// between reflections `a` and `b`.
    fn transfer(&self, transmitter: &Package, channel: &TwoPort) -> Vec<Complex64> {
        let channel = channel.referred(self.reference_ohm);
        let packages = transmitter
            .through
            .iter()
            .zip(&transmitter.reflection)
            .zip(self.receiver.through.iter().zip(&self.receiver.reflection));
        channel
            .s
            .iter()
            .zip(packages)
            .zip(&self.filter)
            .map(|(([s11, s12, s21, s22], ((launched, a), (taken, b))), filter)| {
                let echoes = (1.0 - s11 * a) * (1.0 - s22 * b) - s12 * s21 * a * b;
                s21 * launched * taken * filter / echoes
            })
            .collect()
    }
}
