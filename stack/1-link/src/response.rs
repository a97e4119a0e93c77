//! Tiers T1 to T3: a section's pulse response, and what every class of receiver makes of it.
//!
//! A linear path, copper with a redriver or light, is one transfer from the host's transmitter to the host's receiver, with one noise budget.

use crate::com::lane::{held_power, measured};
use crate::com::{
    ComError, ComSpec, Found, Grid, Lane, LaneOutcome, LinearPath, ReadyLane, Resolution, Search,
};
use crate::optics::{OpticalBudget, OpticalPath, Optics};
use crate::required::Demand;
use crate::{Channel, LinkError, LinkParameters, Pam, ReceiverClass, Redriver, Section};
use lightloom_units::{Quantity, Voltage};
use num_complex::Complex64;
use std::borrow::Cow;
use std::cell::RefCell;

/// The grid and the reference receivers of a demand.
pub(crate) struct Bench<'a> {
    demand: &'a Demand<'a>,
    specs: [ComSpec; 4],
    grid: Grid,
    /// Crosstalk where copper ends, one-sided, V²/Hz.
    crosstalk: f64,
}

impl<'a> Bench<'a> {
    /// For the demand's own tier; `None` for a bound, which has no pulses.
    pub(crate) fn of(
        demand: &'a Demand<'a>,
        parameters: &LinkParameters,
    ) -> Result<Option<Self>, LinkError> {
        let resolution = demand.depth.tier().resolution();
        resolution.map(|resolution| Self::new(demand, parameters, resolution)).transpose()
    }

    pub(crate) fn new(
        demand: &'a Demand<'a>,
        parameters: &LinkParameters,
        resolution: Resolution,
    ) -> Result<Self, LinkError> {
        let baud = demand.line.symbol_rate(&parameters.fec);
        let specs = ReceiverClass::LADDER.map(|class| {
            let der = demand.detector_error_ratio;
            parameters.device.reference(&parameters.standard, &demand.line, baud, class, der)
        });
        for spec in &specs {
            spec.check().map_err(ComError::from)?;
        }
        let crosstalk = parameters.device.crosstalk_density(baud);
        Ok(Self { demand, grid: Grid::new(&specs[0], resolution), specs, crosstalk })
    }

    /// Voltage transfer of copper between two circuits, on the grid.
    ///
    /// Measured pieces are cascaded at their own frequencies, as COM does: a transfer is taken elsewhere with less harm
    /// than reflections.
    fn transfer(&self, channel: Option<&Channel>) -> Result<Vec<Complex64>, LinkError> {
        let wanted_hz = self.grid.passed_hz();
        let Some(channel) = channel else {
            return Ok(vec![Complex64::new(1.0, 0.0); wanted_hz.len()]);
        };
        let own_hz = channel.own_frequencies_hz();
        let g = self.specs[0].reflection();
        let network =
            channel.network(own_hz.unwrap_or(wanted_hz), self.specs[0].reference_ohm())?;
        let transfer = network.transfer(g, g);
        match own_hz {
            Some(own_hz) => {
                let nyquist_ghz = self.grid.baud_hz / 2e9;
                let top_ghz = own_hz.last().copied().unwrap_or(0.0) / 1e9;
                if top_ghz < nyquist_ghz {
                    let which = "measured".to_owned();
                    return Err(ComError::Bandwidth { which, top_ghz, nyquist_ghz }.into());
                }
                Ok(measured(&self.specs[0], &self.grid, &transfer, own_hz)?)
            }
            None => Ok(transfer),
        }
    }

    pub(crate) fn copper(&self, channel: &Channel) -> Result<Response<'_>, LinkError> {
        let lane = Lane { transfer: self.transfer(Some(channel))?, linear: None };
        Response::new(self, &lane, None)
    }

    /// # Model
    /// `H = g H_before C H_after`, `g` such that the signal behind the peaking `C` has the redriver's output. Its input
    /// noise and the crosstalk of the copper before it pass `g C H_after`; the receiver's enter behind that gain.
    pub(crate) fn redriven(
        &self,
        [before, after]: [&Channel; 2],
        redriver: &Redriver,
    ) -> Result<Response<'_>, LinkError> {
        let spec = &self.specs[0];
        let stage = redriver.behind(before, spec.symbol_rate);
        let mut held = self.transfer(Some(before))?;
        let mut after = self.transfer(Some(after))?;
        for (h, f) in held.iter_mut().zip(self.grid.passed_hz()) {
            *h *= stage.response(*f);
        }
        let power = held_power(spec, &self.grid, &held) * self.demand.line.pam.level_variance();
        let gain = redriver.output.si() / (spec.transmitter.amplitude.si() * power.sqrt());
        for h in &mut after {
            *h *= gain;
        }
        let noise = redriver.noise.si() + self.crosstalk;
        let entering = after.iter().zip(self.grid.passed_hz());
        let before = entering.map(|(h, f)| noise * (h * stage.response(*f)).norm_sqr()).collect();
        let transfer = held.iter().zip(&after).map(|(h, after)| h * after).collect();
        let behind = vec![0.0; after.len()];
        let lane = Lane { transfer, linear: Some(LinearPath { held, before, behind }) };
        Response::new(self, &lane, None)
    }

    /// # Model
    /// `H = H_near H_optics H_far`. The driver's gain holds the power at the modulator, the amplifier's its output.
    /// Noise: the driver's before that gain; photodiode, amplifier, laser and the receiver behind it.
    pub(crate) fn linear(
        &self,
        [near, far]: [Option<&Channel>; 2],
        optics: &Optics,
    ) -> Result<Response<'_>, LinkError> {
        let held = self.transfer(near)?;
        let far = self.transfer(far)?;
        let amplitude = self.specs[0].transmitter.amplitude.si();
        let power = held_power(&self.specs[0], &self.grid, &held);
        // Outer levels whose rms is that of the signal at the driver's input.
        let swing = Voltage::from_si(2.0 * amplitude * power.sqrt());
        let light = Light::new(optics, swing, self.demand.line.pam)?;
        let path = light.path(&optics.budget(optics.max_lane_power()))?;
        let mut transfer = held.clone();
        let (mut before, mut behind) = (Vec::new(), Vec::new());
        for ((h, far), f) in transfer.iter_mut().zip(far).zip(self.grid.passed_hz()) {
            let optical = path.response(*f) * far;
            *h *= optical;
            before.push(optical.norm_sqr() * optics.driver_noise.si());
            behind.push(light.most_noise * (path.amplifier.response(*f) * far).norm_sqr());
        }
        let lane = Lane { transfer, linear: Some(LinearPath { held, before, behind }) };
        Response::new(self, &lane, Some(light))
    }

    pub(crate) fn section(&self, section: &Section) -> Result<Option<Response<'_>>, LinkError> {
        match section {
            Section::DieToDie => Ok(None),
            Section::Electrical(channel) => self.copper(channel).map(Some),
            Section::Redriven { before, redriver, after } => {
                self.redriven([before, after], redriver).map(Some)
            }
            Section::Optical { near, optics, far } => {
                self.linear([near.as_ref(), far.as_ref()], optics).map(Some)
            }
        }
    }
}

struct Light {
    optics: Optics,
    swing: Voltage,
    pam: Pam,
    /// Noise at the amplifier's output at all of the laser's power, one-sided, V²/Hz.
    most_noise: f64,
}

impl Light {
    fn new(optics: &Optics, swing: Voltage, pam: Pam) -> Result<Self, LinkError> {
        let mut light = Self { optics: *optics, swing, pam, most_noise: 0.0 };
        light.most_noise = light.noise(&optics.budget(optics.max_lane_power()))?;
        Ok(light)
    }

    fn path(&self, budget: &OpticalBudget) -> Result<OpticalPath, LinkError> {
        Ok(OpticalPath::new(&self.optics, budget, self.pam, self.swing)?)
    }

    /// Noise at the amplifier's output that enters behind the driver, at low frequency, one-sided, V²/Hz. The path's
    /// photodiode is flat and has no reflections: all of it passes the amplifier's response alone.
    fn noise(&self, budget: &OpticalBudget) -> Result<f64, LinkError> {
        let path = self.path(budget)?;
        let entering = path.noise(0.0);
        let ohm = path.transimpedance.si();
        Ok((entering.total() - entering.driver) * ohm * ohm)
    }

    /// Noise behind the driver over that at all of the laser's power.
    fn dimmed(&self, budget: &OpticalBudget) -> Result<f64, LinkError> {
        Ok(self.noise(budget)? / self.most_noise)
    }
}

/// A section made ready to be judged by every class.
pub(crate) struct Response<'a> {
    /// The receivers, with the beats of the section's light.
    specs: Cow<'a, [ComSpec; 4]>,
    ready: ReadyLane<'a>,
    light: Option<Light>,
    /// Equalisers of the classes that were judged.
    found: RefCell<[Option<Found>; 4]>,
}

impl<'a> Response<'a> {
    fn new(bench: &'a Bench<'a>, lane: &Lane, light: Option<Light>) -> Result<Self, LinkError> {
        let mut specs = Cow::Borrowed(&bench.specs);
        if let Some(optics) = light.as_ref().map(|l| l.optics).filter(|o| o.interference > 0.0) {
            for spec in specs.to_mut() {
                spec.transmitter.snr = optics.snr_with_interference(spec.transmitter.snr);
            }
        }
        let ready = ReadyLane::new(&bench.specs[0], &bench.grid, lane)?;
        Ok(Self { specs, ready, light, found: RefCell::default() })
    }

    /// COM of a class, with all the light there is; `None` where no setting of its equalisers opens an eye.
    pub(crate) fn judge(&self, class: ReceiverClass) -> Result<Option<LaneOutcome>, LinkError> {
        self.judge_by(class, &Search::Uphill)
    }

    /// The same with another search.
    pub(crate) fn judge_by(
        &self,
        class: ReceiverClass,
        how: &Search,
    ) -> Result<Option<LaneOutcome>, LinkError> {
        let spec = &self.specs[class.index()];
        // A sequence detector stands behind the same equalisers as the detector without.
        let same = match class {
            ReceiverClass::DspMlsd => self.found.borrow()[ReceiverClass::Dsp.index()].clone(),
            _ => None,
        };
        let found = match same.map_or_else(|| self.ready.find(spec, how), Ok) {
            Ok(found) => found,
            Err(ComError::NoEye { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let outcome = match self.ready.outcome(spec, &found) {
            Ok(outcome) => outcome,
            // A signal that is less than nothing.
            Err(ComError::NotFinite { value, .. }) if value < 0.0 => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        self.found.borrow_mut()[class.index()] = Some(found);
        Ok(Some(outcome))
    }

    /// COM, dB, and detector error ratio of a class that was judged, with less light and the same equalisers, before
    /// any gain of sequence detection.
    pub(crate) fn dimmed(
        &self,
        class: ReceiverClass,
        budget: &OpticalBudget,
    ) -> Result<Option<(f64, f64)>, LinkError> {
        let spec = &self.specs[class.index()];
        let found = self.found.borrow();
        let (Some(light), Some(found)) = (&self.light, &found[class.index()]) else {
            return Ok(None);
        };
        let dimmed = self.ready.with_noise_behind(light.dimmed(budget)?);
        Ok(Some(dimmed.com_and_errors(spec, found)))
    }
}
