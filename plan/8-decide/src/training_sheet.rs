//! The sheet of a training job: best cuts, where their steps go, why others lose.

use crate::plan::{
    AxisRow, CountsRow, CutRow, EnergyRow, KernelRow, LossRow, MemoryRow, ModelRow, SettingRow,
    SpreadRow, StepSplitRow, TRAIN_SCHEMA, TrainSheet, TrainingJobRow, WireRow,
};
use crate::sentence::as_percent;
use lightloom_scenario::Setting;
use lightloom_units::{DataSize, Time};
use lightloom_workload::collective::Group;
use lightloom_workload::cuts::{Candidate, Found, Loss, Part, parts};
use lightloom_workload::{
    Model, NetworkTier, Parallelism, Recompute, Sharding, TokenEnergy, TrainingJob, TrainingStep,
    WorkloadError,
};

/// A job and what it was looked for on.
#[derive(Debug, Clone, Copy)]
pub struct TrainingCase<'a> {
    /// Accelerator, networks, power.
    pub setting: &'a Setting,
    /// The networks of the job's accelerators.
    pub tiers: &'a [NetworkTier],
    /// The model.
    pub model: &'a Model,
    /// The job.
    pub job: &'a TrainingJob,
    /// The framework: a head of `training.*` facts.
    pub software: &'a str,
    /// What another program's files ask for and is not so here.
    pub differences: &'a [String],
    /// The quickest cut when no degree is told, where one is.
    pub untold: Option<Candidate>,
}

/// The sheet of what a search found.
///
/// # Errors
/// [`WorkloadError`]: a step whose energy is no number.
pub fn training_sheet(case: &TrainingCase<'_>, found: &Found) -> Result<TrainSheet, WorkloadError> {
    let losses: Vec<Loss> = found.losses().map(|(_, loss)| loss).collect();
    let first = found.best.first().map_or(Time::ZERO, |best| best.step.time);
    let best = found
        .best
        .iter()
        .enumerate()
        .map(|(i, candidate)| {
            let loss = i.checked_sub(1).and_then(|i| losses.get(i)).copied();
            cut_row(case, candidate, loss.map(|loss| loss_row(loss, first)))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let c = found.counts;
    let job = case.job;
    Ok(TrainSheet {
        schema: TRAIN_SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        setting: SettingRow::of(case.setting),
        model: ModelRow::of(case.model),
        job: TrainingJobRow {
            sequence: job.sequence,
            batch: job.global_batch,
            precision: job.precision.name().to_owned(),
            software: case.software.to_owned(),
            accelerators: case.tiers.last().map_or(1, |t| t.size),
        },
        meaning: best.first().map_or_else(String::new, meaning),
        best,
        counts: CountsRow {
            tried: c.tried,
            refused: c.refused,
            too_large: c.too_large,
            dominated: c.dominated,
            too_slow: c.too_slow,
            timed: c.timed,
        },
        untold: case
            .untold
            .filter(|c| c.step.time < first)
            .map(|c| cut_row(case, &c, None))
            .transpose()?,
        differences: case.differences.to_vec(),
    })
}

fn cut_row(
    case: &TrainingCase<'_>,
    candidate: &Candidate,
    loss: Option<LossRow>,
) -> Result<CutRow, WorkloadError> {
    let Candidate { cut, step, .. } = candidate;
    let energy = case.setting.energy(step.accelerators, step.busy, step.tokens_per_second)?;
    let axes = axes(case, cut, step);
    let (s, k) = (&step.split, &step.kernels);
    #[expect(clippy::cast_precision_loss, reason = "accelerators are far fewer than 2^53")]
    let accelerators = step.accelerators as f64;
    Ok(CutRow {
        tensor: cut.tensor,
        sequence_parallel: cut.sequence_parallel,
        context: cut.context,
        pipeline: cut.pipeline,
        interleave: cut.interleave,
        expert: cut.expert,
        data: cut.data,
        micro_batch: cut.micro_batch,
        schedule: cut.schedule.name().to_owned(),
        sharding: sharding_name(cut.sharding).to_owned(),
        recompute: recompute_name(cut.recompute).to_owned(),
        accelerators: step.accelerators,
        micro_batches: step.micro_batches,
        step_s: step.time.as_s(),
        tokens_per_s: step.tokens_per_second,
        tokens_per_s_per_accelerator: step.tokens_per_second / accelerators,
        mfu: step.mfu.value(),
        busy: step.busy.value(),
        energy: energy.map(|energy| energy_row(case.setting, &energy)),
        split: StepSplitRow {
            compute_s: s.compute.as_s(),
            launch_s: s.launch.as_s(),
            tensor_s: s.tensor.as_s(),
            context_s: s.context.as_s(),
            expert_s: s.expert.as_s(),
            pipeline_s: s.pipeline.as_s(),
            bubble_s: s.bubble.as_s(),
            data_s: s.data.as_s(),
            optimizer_s: s.optimizer.as_s(),
        },
        kernels: KernelRow {
            projections_s: k.projections.as_s(),
            core_s: k.core.as_s(),
            feed_forward_s: k.feed_forward.as_s(),
            experts_s: k.experts.as_s(),
            elementwise_s: k.elementwise.as_s(),
            head_s: k.head.as_s(),
        },
        wires: wires(case.tiers, &axes),
        memory: memory_row(case, step),
        axes,
        loss,
    })
}

fn memory_row(case: &TrainingCase<'_>, step: &TrainingStep) -> MemoryRow {
    let gb = |size: DataSize| size.as_bytes() / 1e9;
    let m = &step.memory;
    MemoryRow {
        weights_gb: gb(m.weights),
        gradients_gb: gb(m.gradients),
        optimizer_gb: gb(m.optimizer),
        activations_gb: gb(m.activations),
        total_gb: gb(m.total()),
        usable_gb: gb(case.setting.machine.usable_memory()),
    }
}

/// Energy of a token, as documents have it.
pub(crate) fn energy_row(setting: &Setting, energy: &TokenEnergy) -> EnergyRow {
    let known = setting.draw.and_then(|d| d.network).is_some();
    EnergyRow {
        total_j: energy.total().as_j(),
        accelerators_j: energy.accelerators.as_j(),
        network_j: known.then(|| energy.network.as_j()),
        facility_j: energy.facility.as_j(),
    }
}

/// The axes of a cut that have more than one rank. Copies share what is dense over context too, as the step counts it.
fn axes(case: &TrainingCase<'_>, cut: &Parallelism, step: &TrainingStep) -> Vec<AxisRow> {
    let block = cut.tensor * cut.context;
    let s = &step.split;
    let mut all = vec![
        ("tensor", cut.tensor, 1, s.tensor),
        ("context", cut.context, cut.tensor, s.context),
        ("expert", cut.expert, 1, s.expert),
        ("data", cut.data * cut.context, cut.tensor, s.data),
        ("pipeline", cut.pipeline, block * cut.data, s.pipeline),
    ];
    all.retain(|(_, ranks, ..)| *ranks > 1);
    all.into_iter()
        .map(|(axis, ranks, stride, exposed)| AxisRow {
            axis: axis.to_owned(),
            ranks,
            stride,
            exposed_s: exposed.as_s(),
            spread: Group::place(case.tiers, ranks, stride)
                .spread()
                .map(|(tier, joins)| SpreadRow { network: case.tiers[tier].name.clone(), joins })
                .collect(),
        })
        .collect()
}

/// Exposed communication by network, innermost first.
fn wires(tiers: &[NetworkTier], axes: &[AxisRow]) -> Vec<WireRow> {
    let over = |tier: &NetworkTier| {
        let mine = axes.iter().filter(|a| a.spread.last().is_some_and(|s| s.network == tier.name));
        mine.map(|a| a.exposed_s).sum::<f64>()
    };
    tiers.iter().map(|t| WireRow { network: t.name.clone(), exposed_s: over(t) }).collect()
}

fn loss_row(loss: Loss, first: Time) -> LossRow {
    LossRow {
        slower_s: loss.slower.as_s(),
        slower_percent: loss.slower / first * 100.0,
        part: loss.part.name().to_owned(),
        by_s: loss.by.as_s(),
    }
}

/// A cut in few words: `tensor 8, pipeline 4, data 32, micro-batch 1, recompute selective`.
#[must_use]
pub fn cut_words(cut: &Parallelism) -> String {
    let Parallelism { tensor, context, expert, pipeline, interleave, data, .. } = *cut;
    let mut words = degrees([tensor, context, expert, pipeline, interleave, data]);
    words.push(format!("micro-batch {}", cut.micro_batch));
    words.push(format!("recompute {}", recompute_name(cut.recompute)));
    words.join(", ")
}

/// Degrees beyond one, of tensor, context, expert, pipeline, interleave and data: `tensor 8`, `pipeline 4`.
#[must_use]
pub fn degrees(of: [u64; 6]) -> Vec<String> {
    let names = ["tensor", "context", "expert", "pipeline", "interleave", "data"];
    let many = names.into_iter().zip(of).filter(|(_, n)| *n > 1);
    many.map(|(name, n)| format!("{name} {n}")).collect()
}

/// The name of a sharding, as flags and files have it.
#[must_use]
pub const fn sharding_name(sharding: Sharding) -> &'static str {
    match sharding {
        Sharding::None => "none",
        Sharding::Optimizer => "optimizer",
        Sharding::Gradients => "gradients",
        Sharding::Parameters => "parameters",
    }
}

/// The name of a recomputation, as flags and files have it.
#[must_use]
pub const fn recompute_name(recompute: Recompute) -> &'static str {
    match recompute {
        Recompute::Modules(_) => "modules",
        Recompute::None => "none",
        Recompute::Selective => "selective",
        Recompute::Full => "full",
    }
}

/// Seconds with a unit; those of a step stay seconds up to an hour, because steps are compared in them.
#[must_use]
pub fn seconds(s: f64) -> String {
    if (60.0..3600.0).contains(&s) {
        return format!("{} s", lightloom_units::significant(s, 4));
    }
    Time::s(s).to_string()
}

/// What the best step says: kernels, the largest loss, and what the wires cost.
fn meaning(best: &CutRow) -> String {
    let share = |seconds: f64| as_percent(seconds / best.step_s);
    let exposed: f64 = best.wires.iter().map(|w| w.exposed_s).sum();
    let s = &best.split;
    let idle = [
        ("the pipeline's bubble", s.bubble_s),
        ("launching kernels from the host", s.launch_s),
        ("the optimizer", s.optimizer_s),
    ];
    let axes = best.axes.iter().map(|a| (a.axis.as_str(), a.exposed_s));
    let worst_axis = axes.clone().fold(("", 0.0), |a, b| if b.1 > a.1 { b } else { a });
    let other = idle.into_iter().fold(("", 0.0), |a, b| if b.1 > a.1 { b } else { a });
    let mut out = format!(
        "Kernels take {} of the step and exposed communication {}",
        share(s.compute_s),
        share(exposed)
    );
    if exposed > 0.0 {
        out.push_str(&format!(
            ", most of it {} parallelism ({}); with perfect wires a step would take {} instead of {}",
            worst_axis.0,
            share(worst_axis.1),
            seconds(best.step_s - exposed),
            seconds(best.step_s)
        ));
    }
    if other.1 > exposed {
        out.push_str(&format!("; {} costs more than all wires, {}", other.0, share(other.1)));
    }
    out.push('.');
    out
}

/// The parts of a step with their names, longest first, those of no time left out.
#[must_use]
pub fn step_parts(row: &StepSplitRow) -> Vec<(&'static str, f64)> {
    let time = lightloom_workload::TrainingTime {
        compute: Time::s(row.compute_s),
        launch: Time::s(row.launch_s),
        tensor: Time::s(row.tensor_s),
        context: Time::s(row.context_s),
        expert: Time::s(row.expert_s),
        pipeline: Time::s(row.pipeline_s),
        bubble: Time::s(row.bubble_s),
        data: Time::s(row.data_s),
        optimizer: Time::s(row.optimizer_s),
    };
    let mut all: Vec<(&'static str, f64)> =
        parts(&time).into_iter().map(|(part, t)| (Part::name(part), t.as_s())).collect();
    all.retain(|(_, s)| *s > 0.0);
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all
}
