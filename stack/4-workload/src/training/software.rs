//! What a training framework makes of a machine.

use crate::collective::Pipelining;
use crate::{Precision, WorkloadError};
use lightloom_evidence::{Catalog, FactError, Facts};
use lightloom_units::{DataSize, Ratio, Time};
use serde::Serialize;

/// What a training framework makes of the machine: one factor from one anchor, and what it overlaps.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TrainingSoftware {
    /// Share of the kernels' modelled speed that an accelerator keeps in a real step (clocks, casts, gaps).
    pub compute_factor: Ratio,
    /// Spread of the accelerators' speeds over their mean, one standard deviation: the slowest sets the pace.
    pub straggling: Ratio,
    /// Share of tensor-parallel collectives hidden behind kernels.
    pub tensor_overlap: Ratio,
    /// Share of expert exchanges hidden behind kernels.
    pub expert_overlap: Ratio,
    /// Share of transfers between pipeline stages hidden behind kernels.
    pub pipeline_overlap: Ratio,
    /// Share of its window in which data-parallel traffic can hide.
    pub data_overlap: Ratio,
    /// Whether the layers that predict further tokens are trained too.
    pub predict_further: bool,
    /// Tokens of the fullest expert rank over the mean: 1 where routing is forced to balance, as in benchmarks.
    pub expert_imbalance: Ratio,
    /// Whether tokens go to experts by the library's all-to-all, every copy of them, instead of by kernels that send a
    /// token once to each place (DeepEP, HybridEP).
    pub all_to_all: bool,
    /// Size of one element on its way to the experts; results come back in 16 bits.
    pub dispatch: DataSize,
    /// Share of the processors that exchange tokens while kernels run beside them.
    pub exchange_processors: Ratio,
    /// Time in which the host launches the kernels of one layer's forward pass; those of its backward pass take twice
    /// that. A stage is no quicker than its host. Zero where whole steps are recorded.
    pub host_launch: Time,
    /// Size of one gradient as it is reduced.
    pub gradient: DataSize,
    /// How tiers of one collective overlap.
    pub pipelining: Pipelining,
}

impl TrainingSoftware {
    /// From the facts `training.NAME.*`, e.g. `megatron-core`. What a release of that framework for one accelerator
    /// and precision does not state is as in `training.megatron-core.*`; its factor it must state.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let ratio = |field: &str| -> Result<Ratio, FactError> {
            match facts.find(&format!("training.{name}.{field}"))? {
                Some(own) => Ok(own),
                None => facts.get(&format!("training.megatron-core.{field}")),
            }
        };
        let size = |field: &str| -> Result<DataSize, FactError> {
            match facts.find(&format!("training.{name}.{field}"))? {
                Some(own) => Ok(own),
                None => facts.get(&format!("training.megatron-core.{field}")),
            }
        };
        Ok(Self {
            compute_factor: facts.get(&format!("training.{name}.compute_factor"))?,
            straggling: ratio("straggling")?,
            tensor_overlap: ratio("tensor_overlap")?,
            expert_overlap: ratio("expert_overlap")?,
            pipeline_overlap: ratio("pipeline_overlap")?,
            data_overlap: ratio("data_overlap")?,
            predict_further: ratio("predict_further")?.value() > 0.5,
            expert_imbalance: ratio("expert_imbalance")?,
            all_to_all: ratio("all_to_all")?.value() > 0.5,
            dispatch: size("dispatch")?,
            host_launch: match facts.find(&format!("training.{name}.host_launch"))? {
                Some(own) => own,
                None => facts.get("training.megatron-core.host_launch")?,
            },
            exchange_processors: facts.get("kernel.exchange_processors")?,
            gradient: size("gradient")?,
            pipelining: Pipelining::from_facts(facts)?,
        })
    }
}

impl TrainingSoftware {
    /// Time that the slowest of so many accelerators takes over that of a typical one.
    ///
    /// # Model
    /// `1 + s sqrt(2 ln N)`: the largest of N normal deviates of spread s.
    ///
    /// # Validity
    /// Anchored by one pair, Llama 405B on 128 and 512 GB200. Others then come out within 3 %: Llama on 512 and 1024 H200, Nemotron
    /// on 128 and 512 GB200, and within 5 % GPT 177B on 96 and 4608 H100. Runs on A100 show no such loss.
    #[must_use]
    pub fn slowest(&self, accelerators: u64) -> f64 {
        let spread = 2.0 * libm::log(accelerators.max(1) as f64);
        1.0 + self.straggling.value() * spread.sqrt()
    }
}

/// The newest release whose factor was measured on an accelerator in a precision, on models with experts or without: the facts
/// `training.RELEASE-ACCELERATOR-PRECISION-YEAR.*`, or `-experts-` in the place of the precision. `None` where none was.
#[must_use]
pub fn newest_release(
    catalog: &Catalog,
    accelerator: &str,
    precision: Precision,
    experts: bool,
) -> Option<String> {
    let kind = match (experts, precision) {
        (false, Precision::Bf16) => "bf16",
        (false, Precision::Fp8) => "fp8",
        (false, Precision::Fp4) => "nvfp4",
        (true, Precision::Fp8) => "experts",
        (true, _) => return None,
    };
    let measured = format!("-{accelerator}-{kind}-");
    let releases = catalog.children("training").into_iter();
    releases
        .filter_map(|name| Some((name.split_once(&measured)?.1, name)))
        .max()
        .map(|(_, name)| name.to_owned())
}

pub(crate) fn check_software(software: &TrainingSoftware) -> Result<(), WorkloadError> {
    let s = software;
    let overlaps = [s.tensor_overlap, s.expert_overlap, s.pipeline_overlap, s.data_overlap];
    let bad = if !(s.compute_factor.value() > 0.0 && s.compute_factor.value().is_finite()) {
        s.compute_factor
    } else if let Some(bad) = overlaps.iter().find(|o| !(0.0..=1.0).contains(&o.value())) {
        *bad
    } else if !(0.0..0.9).contains(&s.exchange_processors.value()) {
        s.exchange_processors
    } else if !(1.0..1e3).contains(&s.expert_imbalance.value()) {
        s.expert_imbalance
    } else if !(0.0..1.0).contains(&s.straggling.value()) {
        s.straggling
    } else if !(0.0..1e3).contains(&s.host_launch.as_s()) {
        Ratio::new(s.host_launch.as_s())
    } else {
        return Ok(());
    };
    Err(WorkloadError::NotFinite {
        what: "the training step",
        value: "no time".to_owned(),
        cause: format!("the training software: {} is no share", bad.value()),
    })
}
