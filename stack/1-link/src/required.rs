//! "Needs a DSP?": the cheapest receiver class that closes a channel, with the ones that do not.

use crate::com::{Channels, ComError, ComSpec, Grid, Limits, Options, Resolution, evaluate_on};
use crate::network::TwoPort;
use crate::{Channel, Line, LinkParameters, ReceiverClass};
use lightloom_units::{Decibel, EnergyPerBit, Frequency, Length, Quantity, SymbolRate, Time};

/// A class on a channel, judged by its pulse response.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassMargin {
    /// The class.
    pub class: ReceiverClass,
    /// COM at the error ratio asked for.
    pub com: Decibel,
    /// COM beyond what was asked for; negative when it does not close.
    pub margin: Decibel,
    /// Bit error ratio before correction.
    pub pre_fec_ber: f64,
    /// COM without each source of noise.
    pub without: Limits,
    /// Transmitter and receiver, in one direction.
    pub energy: EnergyPerBit,
    /// Transmitter and receiver.
    pub latency: Time,
}

/// The answer for a channel.
#[derive(Debug, Clone, PartialEq)]
pub struct RequiredReceiver {
    /// Insertion loss from circuit to circuit at Nyquist, reflections included.
    pub loss: Decibel,
    /// The cheapest class that closes; `None` when none does.
    pub taken: Option<ClassMargin>,
    /// The classes tried and left, cheaper ones first.
    pub rejected: Vec<ClassMargin>,
}

impl RequiredReceiver {
    /// Whether the channel needs a digital signal processor: `None` when not even that closes it.
    #[must_use]
    pub fn needs_dsp(&self) -> Option<bool> {
        self.taken.as_ref().map(|t| t.class.is_dsp())
    }

    /// The class with the most margin.
    #[must_use]
    pub fn best(&self) -> Option<&ClassMargin> {
        let all = self.rejected.iter().chain(&self.taken);
        all.max_by(|a, b| a.margin.total_cmp(&b.margin))
    }
}

/// What a channel is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand<'a> {
    /// The standard whose reference receiver the classes are made of, of method 178a.
    pub standard: &'a ComSpec,
    /// Signal.
    pub line: Line,
    /// Least COM.
    pub margin: Decibel,
    /// Detector error ratio at which COM is read.
    pub detector_error_ratio: f64,
    /// Grid: [`Resolution::Coarse`] is tier T1, [`Resolution::Fast`] T2, [`Resolution::Official`] T3.
    pub resolution: Resolution,
}

/// The cheapest receiver class that closes a channel between two dies with a margin.
///
/// # Model
/// The channel's scattering parameters from its segments, and COM of every class in the order of its cost until one has
/// the margin at the error ratio. Energy and latency follow from class, loss and process node alone.
///
/// # Validity
/// As COM on the grid asked for; no crosstalk but the device's white level.
///
/// # Errors
/// [`ComError`] for a channel that cannot be evaluated.
pub fn required_receiver(
    channel: &Channel,
    demand: &Demand<'_>,
    parameters: &LinkParameters,
) -> Result<RequiredReceiver, ComError> {
    let bench = Bench::new(demand, parameters)?;
    let channels = bench.channels(channel);
    let loss = insertion_loss(&channels.through, bench.baud.nyquist());
    let mut rejected = Vec::new();
    for class in ReceiverClass::LADDER {
        let Some(judged) = bench.judge(&channels, class)? else { continue };
        if judged.margin >= Decibel::ZERO {
            return Ok(RequiredReceiver { loss, taken: Some(judged), rejected });
        }
        rejected.push(judged);
    }
    Ok(RequiredReceiver { loss, taken: None, rejected })
}

/// The longest of some lengths at which a class closes, with its margin there.
///
/// # Model
/// All lengths are tried, the longest first: COM is not monotone in length, since reflections fade as loss grows.
///
/// # Errors
/// [`ComError`] for a channel that cannot be evaluated.
pub fn reach(
    channel_of: impl Fn(Length) -> Channel,
    lengths: &[Length],
    class: ReceiverClass,
    demand: &Demand<'_>,
    parameters: &LinkParameters,
) -> Result<Option<(Length, ClassMargin)>, ComError> {
    // Nothing closes beyond; a cheap bound that saves most of the work.
    const HOPELESS: Decibel = Decibel::db(60.0);
    let bench = Bench::new(demand, parameters)?;
    let mut lengths = lengths.to_vec();
    lengths.sort_by(|a, b| b.total_cmp(a));
    for length in lengths {
        let channel = channel_of(length);
        if channel.loss(bench.baud.nyquist()) > HOPELESS {
            continue;
        }
        if let Some(judged) = bench.judge(&bench.channels(&channel), class)?
            && judged.margin >= Decibel::ZERO
        {
            return Ok(Some((length, judged)));
        }
    }
    Ok(None)
}

/// A grid that serves all classes of a demand.
struct Bench<'a> {
    demand: &'a Demand<'a>,
    parameters: &'a LinkParameters,
    baud: SymbolRate,
    grid: Grid,
}

impl<'a> Bench<'a> {
    fn new(demand: &'a Demand<'a>, parameters: &'a LinkParameters) -> Result<Self, ComError> {
        let baud = demand.line.symbol_rate(&parameters.fec);
        let device = &parameters.device;
        let der = demand.detector_error_ratio;
        let class = ReceiverClass::Ctle;
        let spec = device.reference(demand.standard, &demand.line, baud, class, der);
        spec.check()?;
        Ok(Self { demand, parameters, baud, grid: Grid::new(&spec, demand.resolution) })
    }

    /// Differential reference of the standard's networks.
    fn reference_ohm(&self) -> f64 {
        2.0 * self.demand.standard.reference.si()
    }

    fn channels(&self, channel: &Channel) -> Channels {
        let through = channel.network(self.grid.passed_hz(), self.reference_ohm());
        Channels { through, aggressors: Vec::new() }
    }

    /// COM of a class; `None` where no setting of its equalisers opens an eye.
    fn judge(
        &self,
        channels: &Channels,
        class: ReceiverClass,
    ) -> Result<Option<ClassMargin>, ComError> {
        let Demand { standard, line, margin, detector_error_ratio, resolution } = self.demand;
        let der = *detector_error_ratio;
        let spec = self.parameters.device.reference(standard, line, self.baud, class, der);
        let options = Options { resolution: *resolution, ..Options::default() };
        let outcome = match evaluate_on(&spec, &self.grid, channels, &options) {
            Ok(outcome) => outcome,
            Err(ComError::NoEye { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let case = outcome.deciding();
        let com = Decibel::db(case.margin.com_db);
        let loss = Decibel::db(case.die_to_die_loss_db);
        Ok(Some(ClassMargin {
            class,
            com,
            margin: com - *margin,
            pre_fec_ber: case.margin.pre_fec_ber,
            without: case.margin.without,
            energy: self.parameters.host.energy(class, loss),
            latency: self.parameters.host.latency(class),
        }))
    }
}

fn insertion_loss(through: &TwoPort, nyquist: Frequency) -> Decibel {
    let i = through.frequency_hz.partition_point(|f| *f < nyquist.as_hz());
    let at = through.s.get(i.min(through.s.len().saturating_sub(1)));
    at.map_or(Decibel::ZERO, |s| Decibel::from_power_ratio(1.0 / s[2].norm_sqr().max(1e-300)))
}
