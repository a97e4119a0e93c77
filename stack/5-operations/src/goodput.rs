//! Checkpoints, and the share of a job's time that is productive (ETTR).

use crate::error::{OperationsError, not_negative, positive};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Count, FailureRate, Ratio, Time};
use serde::Serialize;

/// What an interruption costs a job, besides the work since the last checkpoint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interruption {
    /// Time that training stands still for each checkpoint.
    pub checkpoint: Time,
    /// From an interruption until training runs again, the rework not counted.
    pub restart: Time,
}

impl Interruption {
    /// From the catalog: `goodput.*`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            checkpoint: facts.get("goodput.checkpoint")?,
            restart: facts.get("goodput.restart")?,
        })
    }
}

/// Shares of the wall time that are lost, to first order.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Waste {
    /// Writing checkpoints: `C / tau`.
    pub checkpoints: Ratio,
    /// Doing work again: `tau / 2M`.
    pub rework: Ratio,
    /// Restarting: `R / M`.
    pub restarts: Ratio,
}

impl Waste {
    /// The sum.
    #[must_use]
    pub fn total(&self) -> Ratio {
        self.checkpoints + self.rework + self.restarts
    }
}

/// Productive share of a job.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Goodput {
    /// Mean time to interruption.
    pub mtti: Time,
    /// Work between checkpoints.
    pub interval: Time,
    /// Productive time over wall time (ETTR).
    pub ettr: Ratio,
    /// Where the rest goes, to first order: the parts may sum to more than `1 - ettr`.
    pub waste: Waste,
}

/// Young's checkpoint interval, `sqrt(2 C M)`.
///
/// # Source
/// J. W. Young, A first order approximation to the optimum checkpoint interval, CACM 17 (1974) 530.
///
/// # Errors
/// Unless both times are above zero.
pub fn young_interval(checkpoint: Time, mtti: Time) -> Result<Time, OperationsError> {
    let c = positive("the checkpoint time", checkpoint)?.as_s();
    let m = positive("the mean time to interruption", mtti)?.as_s();
    Ok(Time::s((2.0 * c * m).sqrt()))
}

/// Daly's checkpoint interval: the work between two checkpoints that loses least.
///
/// # Model
/// `tau = sqrt(2 C M) (1 + sqrt(C / 2M) / 3 + (C / 2M) / 9) - C` for `C < 2M`, else `tau = M`.
///
/// # Source
/// J. T. Daly, A higher order estimate of the optimum checkpoint interval, FGCS 22 (2006) 303, equation 37.
///
/// # Errors
/// Unless both times are above zero.
pub fn daly_interval(checkpoint: Time, mtti: Time) -> Result<Time, OperationsError> {
    let young = young_interval(checkpoint, mtti)?;
    let ratio = checkpoint / (2.0 * mtti);
    Ok(if ratio < 1.0 {
        young * (1.0 + ratio.sqrt() / 3.0 + ratio / 9.0) - checkpoint
    } else {
        mtti
    })
}

/// Productive share of a job that checkpoints at Daly's interval.
///
/// # Model
/// Each stretch of work `tau` and its checkpoint `C` is repeated until it passes without interruption, and each
/// interruption costs a restart `R` that may itself be interrupted:
/// `ETTR = tau / (M e^(R/M) (e^((tau + C)/M) - 1))`.
/// To first order `1 - C/tau - tau/2M - R/M`, which turns negative where the exact form does not.
///
/// # Validity
/// Interruptions at constant rate 1/M; the checkpoint stops the work; a restart finds its accelerators.
///
/// # Source
/// Daly 2006, equation 20.
///
/// # Errors
/// Unless `checkpoint` and `mtti` are above zero and `restart` is not negative.
///
/// # Example
/// ```
/// use lightloom_operations::goodput::{Interruption, goodput};
/// use lightloom_units::Time;
/// // Llama 3: an interruption each 3.09 h.
/// let cost = Interruption { checkpoint: Time::s(10.0), restart: Time::s(600.0) };
/// let g = goodput(cost, Time::hours(3.09))?;
/// assert!((g.ettr.value() - 0.908).abs() < 5e-4);
/// assert!((1.0 - g.waste.total().value() - 0.904).abs() < 5e-4);
/// # Ok::<(), lightloom_operations::OperationsError>(())
/// ```
pub fn goodput(cost: Interruption, mtti: Time) -> Result<Goodput, OperationsError> {
    goodput_at(cost, mtti, daly_interval(cost.checkpoint, mtti)?)
}

/// [`goodput`] of a job that checkpoints at an interval of its own.
///
/// # Errors
/// As [`goodput`], and unless the interval is above zero.
pub fn goodput_at(
    cost: Interruption,
    mtti: Time,
    interval: Time,
) -> Result<Goodput, OperationsError> {
    let checkpoint = positive("the checkpoint time", cost.checkpoint)?;
    let restart = not_negative("the restart time", cost.restart)?;
    let mtti = positive("the mean time to interruption", mtti)?;
    let interval = positive("the checkpoint interval", interval)?;
    // The same as the model, written so that nothing overflows when M is short.
    let stretch = (interval + checkpoint) / mtti;
    let ettr = interval / mtti * libm::exp(-restart / mtti - stretch) / -libm::expm1(-stretch);
    let waste = Waste {
        checkpoints: Ratio::new(checkpoint / interval),
        rework: Ratio::new(interval / (2.0 * mtti)),
        restarts: Ratio::new(restart / mtti),
    };
    not_negative("the share of wasted time", waste.total())?;
    Ok(Goodput { mtti, interval, ettr: Ratio::new(ettr), waste })
}

/// Goodput of jobs of several sizes, interrupted in proportion to their size.
///
/// # Model
/// `M = 1 / (accelerators * rate)`
///
/// # Errors
/// As [`goodput`]; and unless rate and sizes are above zero.
pub fn by_size(
    cost: Interruption,
    per_accelerator: FailureRate,
    sizes: &[Count],
) -> Result<Vec<Goodput>, OperationsError> {
    positive("the interruption rate of an accelerator", per_accelerator)?;
    let at = |size: &Count| {
        let size = positive("the size of a job", *size)?;
        let rate = per_accelerator * size.value();
        goodput(cost, Time::s(1.0 / (rate * Time::s(1.0))))
    };
    sizes.iter().map(at).collect()
}
