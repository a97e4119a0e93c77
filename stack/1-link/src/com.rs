//! Channel operating margin: IEEE 802.3 Annexes 93A and 178A.
//!
//! Front door: [`evaluate`]. A [`ComSpec`] is one version of the method (its tables are data), [`Channels`] a victim
//! with its aggressors; the outcome has the margin, the figure of merit, every noise, and the equalisers found.
//!
//! Every setting of the continuous-time equaliser is a weighted sum of three pulse responses, each the derivative of
//! the one before, and the transmitter's taps are whole unit intervals apart. So a channel needs one transform (three
//! on the official grid), not one for each setting, and the correlations of a setting follow from those of the three.
//!
//! | file | what |
//! |---|---|
//! | [`spec`] | the tables: signal, transmitter, receiver, packages |
//! | [`grid`] | bins and samples, and the filters fixed on them |
//! | `ends` | packages and filters at a channel's ends |
//! | `bins` | a channel of a file on the grid's bins |
//! | `pulse` | pulse responses behind any setting |
//! | `derivative` | derivatives of a record |
//! | `correlation` | correlations of a weighted sum of records |
//! | `spread` | whether a response fits into a part of its record |
//! | `taps` | the transmitter's taps |
//! | `equaliser` | feed-forward and feedback filters within their limits |
//! | `merit` | the figure of merit of a setting |
//! | `search` | the best setting |
//! | [`lane`] | a lane that brings its own ends, copper or linear light |
//! | [`margin`] | noise at the detector, COM, sequence detection |
//! | [`interference`] | the far tail of noise and interference |
//! | [`curves`] | what a drawing needs beyond the outcome: loss over frequency, the received pulse |

mod bins;
mod correlation;
pub mod curves;
mod derivative;
mod ends;
mod equaliser;
pub mod grid;
pub mod interference;
pub mod lane;
pub mod margin;
mod merit;
mod pulse;
mod search;
pub mod spec;
mod spread;
mod taps;

pub use curves::{LossCurves, Waveform, losses, received};
pub use grid::{Grid, Resolution};
pub use interference::Interference;
pub use lane::{Found, Lane, LaneOutcome, LinearPath, ReadyLane};
pub use margin::{Limits, Margin, SequenceGain, Sigmas};
pub use merit::Aggressor;
pub use search::{Search, Setting};
pub use spec::{ComSpec, LossLimit, LossSpan, SpecError};

use crate::network::{ResampleError, TwoPort};
use bins::Thinning;
use ends::Ends;
use lightloom_units::Quantity;
use merit::Bench;
use serde::Serialize;
use spec::Case;

/// A victim's channel and what couples into it; between the packages, differential.
#[derive(Debug, Clone, PartialEq)]
pub struct Channels {
    /// The victim.
    pub through: TwoPort,
    /// Aggressors, from their transmitter to the victim's receiver.
    pub aggressors: Vec<(Aggressor, TwoPort)>,
}

/// What is to be evaluated, and how finely.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Grid.
    pub resolution: Resolution,
    /// Search.
    pub search: Search,
    /// Package cases; all when empty.
    pub cases: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { resolution: Resolution::Fast, search: Search::Uphill, cases: Vec::new() }
    }
}

/// The equalisers that were found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Equalisers {
    /// Gain of the continuous-time equaliser's first stage at 0 Hz, dB.
    pub ctle_gain_db: f64,
    /// Of its low-frequency stage, dB.
    pub ctle_low_frequency_gain_db: f64,
    /// Transmitter taps as (position, weight), cursor included.
    pub transmitter: Vec<(i32, f64)>,
    /// Receiver's feed-forward taps as (position, weight), cursor tap one.
    pub feed_forward: Vec<(i32, f64)>,
    /// Feedback taps from the first.
    pub feedback: Vec<f64>,
}

/// A package case's result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseOutcome {
    /// The case.
    pub case: String,
    /// Figure of merit that the equalisers were chosen by, dB.
    pub fom_db: f64,
    /// Margin and noises.
    #[serde(flatten)]
    pub margin: Margin,
    /// Equalisers.
    pub taps: Equalisers,
    /// Insertion loss of the channel between the packages at the Nyquist frequency, dB.
    pub channel_loss_db: f64,
    /// The same from die to die.
    pub die_to_die_loss_db: f64,
    /// Settings tried.
    pub evaluations: usize,
}

/// COM of a channel: the lowest over its package cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComOutcome {
    /// Name of the specification.
    pub spec: String,
    /// Grid.
    pub resolution: Resolution,
    /// COM, dB.
    pub com_db: f64,
    /// Least COM that passes, dB.
    pub pass_db: f64,
    /// Index of the case that decides.
    pub worst: usize,
    /// Every case.
    pub cases: Vec<CaseOutcome>,
}

impl ComOutcome {
    /// The case that decides.
    #[must_use]
    pub fn deciding(&self) -> &CaseOutcome {
        &self.cases[self.worst]
    }

    /// Whether the channel passes.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.com_db >= self.pass_db
    }
}

/// Why a channel has no COM.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ComError {
    /// The specification.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// Too few frequencies to make a pulse of.
    #[error("the {which} channel has {points} frequencies; at least 16 are needed")]
    TooShort {
        /// The channel.
        which: String,
        /// Its points.
        points: usize,
    },
    /// The channel ends where the signal still is.
    #[error(
        "the {which} channel ends at {top_ghz:.3} GHz, below the Nyquist frequency of {nyquist_ghz:.3} GHz; measure it to {nyquist_ghz:.0} GHz at least"
    )]
    Bandwidth {
        /// The channel.
        which: String,
        /// Its last frequency.
        top_ghz: f64,
        /// What is needed.
        nyquist_ghz: f64,
    },
    /// A resampling failure.
    #[error("the {which} channel cannot be put on the grid: {source}")]
    Resample {
        /// The channel.
        which: String,
        /// Why.
        source: ResampleError,
    },
    /// No setting gives a usable eye.
    #[error(
        "case `{case}`: no setting of the equalisers gives a positive cursor; is it the through path, from port 1 to port 2?"
    )]
    NoEye {
        /// The case.
        case: String,
    },
    /// A result that is not a number.
    #[error(
        "case `{case}`: {what} is {value}; the channel holds values outside the method's range"
    )]
    NotFinite {
        /// The case.
        case: String,
        /// The quantity.
        what: &'static str,
        /// Its value.
        value: f64,
    },
}

/// COM of a victim with its aggressors.
///
/// # Model
/// Packages are cascaded with the channel at its own frequencies; the voltage transfer with the transmitter's and
/// receiver's filters is put on the grid and made a pulse; equalisers are searched for the best figure of merit;
/// signal over noise amplitude at the detector error ratio is COM.
///
/// # Validity
/// Linear, time-invariant; feedback errors do not propagate. Against the peer named in `validation/`: FOM at equal
/// setting within 0.001 dB on the official grid, COM within 0.02 dB.
///
/// # Source
/// IEEE 802.3-2022 Annex 93A; IEEE P802.3dj D3.3 Annex 178A.
///
/// # Errors
/// [`ComError`] for an unusable specification or channel.
pub fn evaluate(
    spec: &ComSpec,
    channels: &Channels,
    options: &Options,
) -> Result<ComOutcome, ComError> {
    spec.check()?;
    let grid = Grid::new(spec, options.resolution);
    evaluate_on(spec, &grid, channels, options)
}

/// [`evaluate`] on a grid that was made for the specification before.
///
/// # Errors
/// As [`evaluate`].
pub fn evaluate_on(
    spec: &ComSpec,
    grid: &Grid,
    channels: &Channels,
    options: &Options,
) -> Result<ComOutcome, ComError> {
    check("through", &channels.through, grid)?;
    for (i, (kind, aggressor)) in channels.aggressors.iter().enumerate() {
        check(&name(*kind, i), aggressor, grid)?;
    }
    let thin;
    let channels = if grid.resolution == Resolution::Official {
        channels
    } else {
        let of_through = Thinning::of(&channels.through.frequency_hz, grid);
        let thin_out = |channel: &TwoPort| {
            if channel.frequency_hz == channels.through.frequency_hz {
                of_through.apply(channel)
            } else {
                Thinning::of(&channel.frequency_hz, grid).apply(channel)
            }
        };
        thin = Channels {
            through: thin_out(&channels.through),
            aggressors: channels.aggressors.iter().map(|(k, a)| (*k, thin_out(a))).collect(),
        };
        &thin
    };
    let cases: Vec<&Case> = if options.cases.is_empty() {
        spec.cases.iter().collect()
    } else {
        options.cases.iter().map(|name| spec.case(name)).collect::<Result<_, _>>()?
    };
    let outcomes = cases
        .iter()
        .map(|case| evaluate_case(spec, grid, case, channels, &options.search))
        .collect::<Result<Vec<_>, _>>()?;
    let worst = (0..outcomes.len())
        .min_by(|a, b| outcomes[*a].margin.com_db.total_cmp(&outcomes[*b].margin.com_db))
        .unwrap_or(0);
    Ok(ComOutcome {
        spec: spec.name.clone(),
        resolution: grid.resolution,
        com_db: outcomes[worst].margin.com_db,
        pass_db: spec.pass.as_db(),
        worst,
        cases: outcomes,
    })
}

fn name(kind: Aggressor, i: usize) -> String {
    let kind = match kind {
        Aggressor::FarEnd => "far-end aggressor",
        Aggressor::NearEnd => "near-end aggressor",
    };
    format!("{kind} {}", i + 1)
}

fn check(which: &str, channel: &TwoPort, grid: &Grid) -> Result<(), ComError> {
    let points = channel.s.len();
    if points < 16 || channel.frequency_hz.len() != points {
        return Err(ComError::TooShort { which: which.to_owned(), points });
    }
    let nyquist_ghz = grid.baud_hz / 2e9;
    let top_ghz = channel.frequency_hz[points - 1] / 1e9;
    if top_ghz < nyquist_ghz {
        return Err(ComError::Bandwidth { which: which.to_owned(), top_ghz, nyquist_ghz });
    }
    Ok(())
}

fn evaluate_case(
    spec: &ComSpec,
    grid: &Grid,
    case: &Case,
    channels: &Channels,
    search: &Search,
) -> Result<CaseOutcome, ComError> {
    let ends = Ends::new(spec, grid, case, &channels.through.frequency_hz);
    let amplitude = spec.transmitter.amplitude.si();
    let victim = ends
        .receive(grid, &channels.through, amplitude, None)
        .map_err(|source| ComError::Resample { which: "through".to_owned(), source })?;
    let mut aggressors = Vec::with_capacity(channels.aggressors.len());
    for (i, (kind, network)) in channels.aggressors.iter().enumerate() {
        let amplitude = match kind {
            Aggressor::FarEnd => spec.transmitter.far_end_amplitude,
            Aggressor::NearEnd => spec.transmitter.near_end_amplitude,
        };
        let own;
        let ends = if network.frequency_hz == channels.through.frequency_hz {
            &ends
        } else {
            own = Ends::new(spec, grid, case, &network.frequency_hz);
            &own
        };
        let pulses = ends
            .receive(grid, network, amplitude.si(), Some(*kind))
            .map_err(|source| ComError::Resample { which: name(*kind, i), source })?;
        aggressors.push((*kind, pulses));
    }
    let bench = Bench { spec, grid, victim, aggressors, linear: None };
    let found = lane::find(&bench, search, &case.name)?;
    let LaneOutcome { fom_db, margin, taps, evaluations } =
        lane::outcome(&bench, &found, &case.name)?;
    let nyquist = grid.baud_hz / 2.0;
    let around = around(&channels.through, nyquist);
    Ok(CaseOutcome {
        case: case.name.clone(),
        fom_db,
        channel_loss_db: loss_at(&around, nyquist),
        die_to_die_loss_db: loss_at(&die_to_die(spec, case, &around), nyquist),
        taps,
        margin,
        evaluations,
    })
}

/// A channel with the packages of a case.
fn die_to_die(spec: &ComSpec, case: &Case, channel: &TwoPort) -> TwoPort {
    let end = |end| spec.network(end, &channel.frequency_hz);
    end(&case.transmitter).then(channel).then(&end(&case.receiver).flipped())
}

/// A channel at the two points around a frequency.
fn around(channel: &TwoPort, f_hz: f64) -> TwoPort {
    let i = channel.frequency_hz.partition_point(|f| *f < f_hz).clamp(1, channel.s.len() - 1);
    TwoPort {
        frequency_hz: channel.frequency_hz[i - 1..=i].to_vec(),
        s: channel.s[i - 1..=i].to_vec(),
        reference_ohm: channel.reference_ohm,
    }
}

/// Insertion loss at a frequency, linear between two points.
fn loss_at(network: &TwoPort, f_hz: f64) -> f64 {
    let [a, b] = [0, 1].map(|i| network.frequency_hz[i]);
    let [at_a, at_b] = [0, 1].map(|i| -10.0 * libm::log10(network.s[i][2].norm_sqr().max(1e-300)));
    let t = ((f_hz - a) / (b - a)).clamp(0.0, 1.0);
    at_a * (1.0 - t) + at_b * t
}
