//! Energy of a token.

use crate::WorkloadError;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Energy, Power, Ratio, Time};
use serde::Serialize;

/// Powers of a running job.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PowerDraw {
    /// One accelerator at full load, at its package.
    pub accelerator: Power,
    /// Share of that which an accelerator draws when no kernel runs.
    pub idle: Ratio,
    /// The job's share of the network, always on: at the inlet of its boxes, links and lasers included.
    pub network: Power,
    /// Facility power over IT power.
    pub pue: Ratio,
}

impl PowerDraw {
    /// With the idle share from the fact `energy.idle_fraction`; the rest as given.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(
        facts: &Facts<'_>,
        accelerator: Power,
        network: Power,
        pue: Ratio,
    ) -> Result<Self, FactError> {
        Ok(Self { accelerator, idle: facts.get("energy.idle_fraction")?, network, pue })
    }
}

/// Energy of one token, by where it goes. Boundary: accelerators and network at their inlets, and the
/// facility's overhead on both; hosts, storage and conversion losses are not in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TokenEnergy {
    /// Accelerators.
    pub accelerators: Energy,
    /// Network.
    pub network: Energy,
    /// Cooling and distribution.
    pub facility: Energy,
}

impl TokenEnergy {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> Energy {
        self.accelerators + self.network + self.facility
    }
}

/// Energy of one token of a job.
///
/// # Model
/// `E = [N P (i + (1 - i) u) + P_net] / r x PUE`: N accelerators of power P, idle share i, busy share u, tokens
/// per second r. The network is charged to time, not to bits: its lanes and lasers never sleep.
///
/// # Validity
/// u is the share of time in which kernels run; GPU power against vLLM on 8 H100 (ML.ENERGY v3) within 30 %.
///
/// # Errors
/// [`WorkloadError::NotFinite`] when no token is made.
///
/// # Example
/// ```
/// use lightloom_units::{Power, Ratio};
/// use lightloom_workload::{PowerDraw, energy_per_token};
///
/// let draw = PowerDraw {
///     accelerator: Power::w(1000.0),
///     idle: Ratio::new(0.2),
///     network: Power::w(800.0),
///     pue: Ratio::new(1.25),
/// };
/// // 8 accelerators half busy draw 8 x 600 W: with the network 5600 W, with the facility 7000 W.
/// let energy = energy_per_token(&draw, 8, Ratio::new(0.5), 1000.0)?;
/// assert_eq!(energy.total().to_string(), "7 J");
/// # Ok::<(), lightloom_workload::WorkloadError>(())
/// ```
pub fn energy_per_token(
    draw: &PowerDraw,
    accelerators: u64,
    busy: Ratio,
    tokens_per_second: f64,
) -> Result<TokenEnergy, WorkloadError> {
    if !(tokens_per_second.is_finite() && tokens_per_second > 0.0) {
        return Err(WorkloadError::NotFinite {
            what: "the energy of a token",
            value: "infinite".to_owned(),
            cause: format!("a rate of {tokens_per_second} tokens per second"),
        });
    }
    let load = draw.idle.value() + (1.0 - draw.idle.value()) * busy.value().clamp(0.0, 1.0);
    let interval = Time::s(1.0 / tokens_per_second);
    let chips = draw.accelerator * (accelerators as f64 * load);
    let overhead = (draw.pue.value() - 1.0).max(0.0);
    let energy = TokenEnergy {
        accelerators: chips * interval,
        network: draw.network * interval,
        facility: (chips + draw.network) * overhead * interval,
    };
    if energy.total().as_j().is_finite() {
        Ok(energy)
    } else {
        Err(WorkloadError::NotFinite {
            what: "the energy of a token",
            value: energy.total().as_j().to_string(),
            cause: "the powers of accelerator and network".to_owned(),
        })
    }
}
