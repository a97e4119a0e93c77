//! Stragglers: what a link that lost a lane, a lost plane or a flap costs a job whose steps wait for the slowest.

use crate::error::{OperationsError, not_negative, share};
use lightloom_units::{Count, FailureRate, Quantity, Ratio, Time};
use serde::Serialize;

/// A way for links to be slow for some time without being out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Degradation {
    /// How often one link becomes so.
    pub rate: FailureRate,
    /// For how long it stays so.
    pub duration: Time,
    /// Bandwidth that is left meanwhile; 0 stops the step until it is over, as a flap does.
    pub bandwidth: Ratio,
}

impl Degradation {
    /// Share of the time in which at least one of so many links is so.
    ///
    /// # Model
    /// Links come in independently (M/G/infinity): `1 - exp(-n rate duration)`, whatever the law of the duration.
    ///
    /// # Errors
    /// For negative inputs.
    pub fn any_of(&self, links: Count) -> Result<Ratio, OperationsError> {
        not_negative("the rate of degraded links", self.rate)?;
        not_negative("the time for which a link is degraded", self.duration)?;
        let expected =
            not_negative("the links of a job", links)?.value() * (self.rate * self.duration);
        Ok(Ratio::new(-libm::expm1(-expected)))
    }
}

/// What stragglers cost a job.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Slowdown {
    /// Share of the time in which some link is degraded or gone.
    pub degraded: Ratio,
    /// Work done over the work of a job without stragglers.
    pub speed: Ratio,
    /// Loss by links that stop for a while, as flaps do: part of `1 - speed`.
    pub by_stops: Ratio,
}

/// Speed of a synchronous job on so many links, each of which may be degraded in some ways.
///
/// # Model
/// A step takes `1 - c` for what does not wait for the links and `c / b` for what does, at the smallest bandwidth `b` among its
/// links. States in the order of their bandwidth, the smallest first: the job is in a state while at least one link is and none
/// is in a worse one, so that `speed = sum of P(state) / (1 - c + c / b)`.
///
/// # Validity
/// Every step waits for all links. Traffic is not moved to other links. A bandwidth of nothing stops the step, also where `c` is
/// small, until it is over; the time-outs that end a job are counted as interruptions.
///
/// # Errors
/// For negative inputs and shares outside 0 to 1.
///
/// # Example
/// ```
/// use lightloom_operations::straggler::{Degradation, slowdown};
/// use lightloom_units::{Count, FailureRate, Quantity, Ratio, Time};
/// // A lane of four is lost once in a hundred years and link, for half a day.
/// let lane = Degradation {
///     rate: FailureRate::from_si(0.01 / Time::years(1.0).as_s()),
///     duration: Time::hours(12.0),
///     bandwidth: Ratio::new(0.75),
/// };
/// let speed = |links| slowdown(&[lane], Count::from_si(links), Ratio::new(0.2)).map(|s| s.speed.value());
/// // A thousand links hardly matter; of a million one is always slow: 1 / (0.8 + 0.2 / 0.75).
/// assert!(speed(1e3)? > 0.999);
/// assert!((speed(1e6)? - 0.9375).abs() < 1e-4);
/// # Ok::<(), lightloom_operations::OperationsError>(())
/// ```
pub fn slowdown(
    ways: &[Degradation],
    links: Count,
    waits_for_links: Ratio,
) -> Result<Slowdown, OperationsError> {
    let waits = share("the share of a step that waits for links", waits_for_links)?;
    let mut states = Vec::with_capacity(ways.len());
    for way in ways {
        let bandwidth = share("the bandwidth that is left", way.bandwidth)?;
        states.push((bandwidth, way.any_of(links)?.value()));
    }
    states.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut none_so_far, mut speed, mut stops) = (1.0, 0.0, 0.0);
    for (bandwidth, chance) in states {
        let here = none_so_far * chance;
        none_so_far *= 1.0 - chance;
        if bandwidth > 0.0 {
            speed += here / (1.0 - waits + waits / bandwidth);
        } else {
            stops += here;
        }
    }
    Ok(Slowdown {
        degraded: Ratio::new(1.0 - none_so_far),
        speed: Ratio::new(speed + none_so_far),
        by_stops: Ratio::new(stops),
    })
}

/// The flaps of a link that a job of so many links can bear, if they may take a share of its time.
///
/// # Model
/// `1 - exp(-n rate duration) = share`, solved for the rate.
///
/// # Errors
/// For a share outside 0 to 1, and links or a duration that are not above zero.
pub fn flaps_borne(
    links: Count,
    duration: Time,
    lost: Ratio,
) -> Result<FailureRate, OperationsError> {
    let lost = share("the share of time lost to flaps", lost)?;
    let links = crate::error::positive("the links of a job", links)?.value();
    let duration = crate::error::positive("the duration of a flap", duration)?.as_s();
    let rate = FailureRate::from_si(-libm::log1p(-lost) / (links * duration));
    not_negative("the rate of flaps that is borne", rate)
}
