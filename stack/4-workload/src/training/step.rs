//! The step of a cut: the stage that sets the pace, what hides behind it, what does not.

use super::{
    KernelTime, Parallelism, Recompute, Sharding, TrainingModel, TrainingSoftware, TrainingStep,
    TrainingTime,
};
use crate::Model;
use crate::collective::{Group, Operation};
use crate::layer::{LayerModel, LayerTime, Passes};
use crate::memory::{self, Memory};
use crate::placement::{Contents, contents, slowest};
use crate::schedule::{Schedule, StageTime};
use lightloom_units::{DataSize, Ratio, Time};

/// Bytes that the optimizer moves for one parameter: three 32-bit states read and written, the gradient read,
/// the weight written.
const OPTIMIZER_BYTES: f64 = 30.0;

/// The step of a cut that is known to be valid and to fit.
pub(crate) fn step(
    training: &TrainingModel<'_>,
    cut: &Parallelism,
    memory: Memory,
) -> TrainingStep {
    let TrainingModel { model, machine, tiers, job, arithmetic, flops_per_token } = *training;
    let software = &job.software;
    let block = cut.tensor * cut.context;
    let layers = LayerModel {
        model,
        machine,
        job,
        cut,
        arithmetic,
        tensor: Group::place(tiers, cut.tensor, 1),
        context: Group::place(tiers, cut.context, cut.tensor),
        expert: Group::place(tiers, cut.expert, 1),
        pipelining: software.pipelining,
    };
    let collectives = layers.block_collectives();
    let stage = slowest_stage(model, cut, &layers, collectives);
    let micro_batches = cut.micro_batches(job.global_batch);
    let (m, p, v) = (micro_batches as f64, cut.pipeline as f64, cut.interleave as f64);
    let per_stage = model.num_hidden_layers.div_ceil(cut.pipeline) as f64;
    let paced = Paced::new(&stage, software, cut, m, per_stage);
    let exposed = paced.exposed;
    let micro_batch = exposed.total() + paced.launch;
    let idle = cut.schedule.idle(cut.pipeline, cut.interleave, paced.time);

    let transfer = if cut.pipeline > 1 {
        let tokens = (cut.micro_batch * job.sequence) as f64 / cut.context as f64;
        let parts = cut.tensor as f64;
        let bytes = DataSize::bytes(tokens * model.hidden_size as f64 * 2.0 / parts);
        Group::place(tiers, cut.pipeline, block * cut.data).neighbour(bytes).as_s()
    } else {
        0.0
    };
    // Forward and backward cross each boundary once per chunk; filling and draining hides nothing.
    let steady = 2.0 * v * m * transfer * (1.0 - software.pipeline_overlap.value());
    let transfers = steady + 2.0 * (p - 1.0) * transfer;

    let stored = memory::parameters_per_rank(model, job, cut);
    let window = micro_batch * (p * (1.0 - 1.0 / v)).max(1.0).min(m);
    let groups = DataGroups {
        dense: Group::place(tiers, cut.data * cut.context, cut.tensor),
        expert: model
            .experts
            .map(|_| Group::place(tiers, block * cut.data / cut.expert, cut.expert)),
        stored,
        layers: per_stage,
        software,
    };
    let data = groups.exposed(cut, micro_batches, window, &paced.time);
    let optimizer = machine.stream(OPTIMIZER_BYTES * stored.optimized(cut));

    let split = TrainingTime {
        compute: Time::s(m * exposed.compute()),
        launch: Time::s(m * paced.launch),
        tensor: Time::s(m * exposed.tensor),
        context: Time::s(m * exposed.context),
        expert: Time::s(m * exposed.expert),
        pipeline: Time::s(transfers),
        bubble: Time::s(idle),
        data: Time::s(data),
        optimizer: Time::s(optimizer),
    };
    let time = split.total();
    let tokens = job.global_batch as f64 * job.sequence as f64;
    let accelerators = cut.accelerators();
    let peak = arithmetic.peak.as_flops() * accelerators as f64;
    TrainingStep {
        time,
        split,
        kernels: KernelTime::new(exposed.kernels.map(|k| m * k)),
        accelerators,
        micro_batches,
        tokens_per_second: tokens / time.as_s(),
        mfu: Ratio::new(tokens * flops_per_token / time.as_s() / peak),
        busy: Ratio::new((split.compute + split.optimizer) / time),
        memory,
    }
}

/// What a stage does for one micro-batch once the schedule and the software have overlapped what they can.
struct Paced {
    /// Kernels and exposed communication of forward and backward.
    exposed: LayerTime,
    /// Waiting for the host beside that.
    launch: f64,
    /// All of it, pass by pass.
    time: StageTime,
}

impl Paced {
    fn new(
        stage: &Passes,
        software: &TrainingSoftware,
        cut: &Parallelism,
        micro_batches: f64,
        layers: f64,
    ) -> Self {
        let factor = software.slowest(cut.accelerators()) / software.compute_factor.value();
        let tensor = 1.0 - software.tensor_overlap.value();
        let expert = 1.0 - software.expert_overlap.value();
        let scaled = |pass: &LayerTime, slower: f64, expert: f64| LayerTime {
            kernels: pass.kernels.map(|k| k * factor * slower),
            tensor: pass.tensor * tensor,
            context: pass.context,
            expert,
        };
        let exposed = |pass: &LayerTime| scaled(pass, 1.0, pass.expert * expert);
        let forward = exposed(&stage.forward).total();
        let backward = exposed(&stage.backward).total();
        let weights = exposed(&stage.weights).total();
        let in_turn = exposed(&stage.all());
        let (mut all, mut overlapped) = (in_turn, in_turn.total());
        if cut.schedule == Schedule::DualPipe && cut.pipeline > 1 {
            // Forward of one micro-batch and backward of another: kernels of one beside the exchange of the
            // other, which takes some of the processors.
            let both = stage.all();
            let slower = if both.expert > 0.0 {
                1.0 / (1.0 - software.exchange_processors.value())
            } else {
                1.0
            };
            let mut beside = scaled(&both, slower, 0.0);
            beside.expert = (both.expert - beside.total()).max(0.0);
            if beside.total() < overlapped {
                overlapped = beside.total();
                // While the pipeline fills and drains, passes have no other to hide behind.
                let alone = cut.schedule.alone(cut.pipeline) / micro_batches;
                let alone = alone.min(1.0);
                all = LayerTime::default().plus(alone, &in_turn).plus(1.0 - alone, &beside);
            }
        }
        // Launches run ahead of the kernels within a pass, so that the longer of both counts.
        let host = software.host_launch.as_s() * layers;
        let again = if cut.recompute == Recompute::Full { 1.0 } else { 0.0 };
        let first = (host - forward).max(0.0);
        let second = ((2.0 + again) * host - backward - weights).max(0.0);
        let launch = first + second;
        let time = StageTime {
            forward: forward + first,
            backward: backward + second,
            weights,
            overlapped: overlapped + launch,
        };
        Self { exposed: all, launch, time }
    }
}

/// Copies of the model that exchange gradients and parameters.
struct DataGroups<'a> {
    dense: Group<'a>,
    expert: Option<Group<'a>>,
    stored: memory::Parameters,
    layers: f64,
    software: &'a TrainingSoftware,
}

impl DataGroups<'_> {
    /// Seconds of one operation on all parameters of a stage, in so many parts, with so many bytes for each.
    fn time(&self, operation: Operation, bytes: f64, parts: f64) -> f64 {
        let one = |group: &Group<'_>, parameters: f64| {
            let size = DataSize::bytes(parameters * bytes / parts);
            parts * group.time(operation, size, self.software.pipelining).as_s()
        };
        let expert = self.expert.as_ref().map_or(0.0, |group| one(group, self.stored.expert));
        one(&self.dense, self.stored.dense) + expert
    }

    /// What a step sees of it.
    ///
    /// # Model
    /// Once per step, what does not hide in the window. Scattered after every micro-batch, each hides behind its
    /// backward pass. Gathered layer by layer, the gathering hides behind the forward pass, gathering and
    /// scattering together behind the backward pass; the first layer's has nothing to hide behind. With chunks on a
    /// stage, each is gathered once for as many micro-batches as there are stages.
    fn exposed(&self, cut: &Parallelism, micro_batches: u64, window: f64, t: &StageTime) -> f64 {
        let group = cut.gathers_for(micro_batches);
        let micro_batches = micro_batches as f64;
        let hidden = self.software.data_overlap.value();
        let gradient = self.software.gradient.as_bytes();
        let beyond = |time: f64, behind: f64| (time - hidden * behind).max(0.0);
        let backward = t.backward + t.weights;
        match cut.sharding {
            Sharding::None => beyond(self.time(Operation::AllReduce, gradient, 1.0), window),
            Sharding::Optimizer => {
                let scatter = self.time(Operation::ReduceScatter, gradient, 1.0);
                beyond(scatter + self.time(Operation::AllGather, 2.0, 1.0), window)
            }
            Sharding::Gradients => {
                let scatter = self.time(Operation::ReduceScatter, gradient, self.layers);
                micro_batches * beyond(scatter, backward)
                    + beyond(self.time(Operation::AllGather, 2.0, 1.0), window)
            }
            Sharding::Parameters => {
                let gather = self.time(Operation::AllGather, 2.0, self.layers);
                let scatter = self.time(Operation::ReduceScatter, gradient, self.layers);
                let groups = libm::ceil(micro_batches / group);
                groups
                    * (beyond(gather, group * t.forward)
                        + beyond(gather + scatter, group * backward))
                    + gather / self.layers
            }
        }
    }
}

/// The passes of the stage that sets the pace. Further tokens are predicted on the last one, beside the head.
fn slowest_stage(
    model: &Model,
    cut: &Parallelism,
    layers: &LayerModel<'_>,
    collectives: f64,
) -> Passes {
    let some = model.sliding_layers() > 0;
    let window = model.sliding_window.filter(|_| some);
    let full = layers.attention(None, collectives);
    let windowed = if some { layers.attention(window, collectives) } else { full };
    let experts = layers.block(true, collectives);
    let mixed = model
        .experts
        .is_some_and(|e| e.first_k_dense_replace > 0 || e.interleave_moe_layer_step > 1);
    let dense = if mixed { layers.block(false, collectives) } else { experts };
    let head = layers.head();
    let mut last = head;
    let further = model.num_nextn_predict_layers;
    if further > 0 && layers.job.software.predict_further {
        let one = layers.joining().plus(1.0, &full).plus(1.0, &experts).plus(1.0, &head);
        last = last.plus(further as f64, &one);
    }
    let stage = |held: &Contents| {
        let mut stage = Passes::default();
        for (layers, passes) in [
            (held.full, &full),
            (held.sliding, &windowed),
            (held.dense, &dense),
            (held.experts, &experts),
            (u64::from(held.last), &last),
        ] {
            if layers > 0 {
                stage.add(layers as f64, passes);
            }
        }
        stage
    };
    if cut.schedule == Schedule::DualPipe && cut.pipeline > 1 {
        // Each accelerator holds a stage of one direction and its mirror image of the other.
        let folded = (0..cut.pipeline / 2).map(|i| {
            let far = contents(model, cut, cut.pipeline - 1 - i);
            Passes::default().plus(0.5, &stage(&contents(model, cut, i))).plus(0.5, &stage(&far))
        });
        let longest = |a: &Passes, b: &Passes| a.all().total().total_cmp(&b.all().total());
        return folded.max_by(longest).unwrap_or_default();
    }
    let (whole, sliding) = (full.all().total(), windowed.all().total());
    let (plain, routed) = (dense.all().total(), experts.all().total());
    let end = last.all().total();
    let seconds = |held: &Contents| {
        let body = held.full as f64 * whole
            + held.sliding as f64 * sliding
            + held.dense as f64 * plain
            + held.experts as f64 * routed;
        body + if held.last { end } else { 0.0 }
    };
    stage(&slowest(model, cut, seconds))
}
