//! Which layers a stage of a pipeline holds.

use crate::Model;
use crate::training::Parallelism;

/// Layers of one stage by kind: of attention, full or sliding; of the block after it, dense or of experts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    pub full: u64,
    pub sliding: u64,
    pub dense: u64,
    pub experts: u64,
    /// Whether it holds the output head.
    pub last: bool,
}

/// Layers with experts among the first so many.
fn experts_before(model: &Model, layer: u64) -> u64 {
    model.experts.map_or(0, |e| {
        let sparse = layer.saturating_sub(e.first_k_dense_replace);
        // Most models have experts in all layers from one on: no division then.
        match e.interleave_moe_layer_step {
            0 | 1 => sparse,
            step => sparse / step,
        }
    })
}

/// Layers with a sliding window among the first so many: they are spread evenly.
fn sliding_before(model: &Model, layer: u64) -> u64 {
    match model.sliding_layers() {
        0 => 0,
        sliding => layer * sliding / model.num_hidden_layers.max(1),
    }
}

/// What a stage holds: chunk c of `p v` lies on stage `c mod p`, layers in order.
pub(crate) fn contents(model: &Model, cut: &Parallelism, stage: u64) -> Contents {
    let layers = model.num_hidden_layers;
    let (p, v) = (cut.pipeline.max(1), cut.interleave.max(1));
    let chunk = layers.div_ceil(p) / v;
    let mut held = Contents { last: stage + 1 == p, ..Contents::default() };
    for i in 0..v {
        let from = ((i * p + stage) * chunk).min(layers);
        let to = (from + chunk).min(layers);
        let experts = experts_before(model, to) - experts_before(model, from);
        let sliding = sliding_before(model, to) - sliding_before(model, from);
        held.experts += experts;
        held.dense += to - from - experts;
        held.sliding += sliding;
        held.full += to - from - sliding;
    }
    held
}

/// The stage that takes longest.
pub(crate) fn slowest(
    model: &Model,
    cut: &Parallelism,
    seconds: impl Fn(&Contents) -> f64,
) -> Contents {
    let p = cut.pipeline.max(1);
    let equal = model.experts.is_none() && model.sliding_layers() == 0;
    // Of equal layers the first stage holds as many as any; the last also has the head.
    let mut worst = contents(model, cut, p - 1);
    let mut longest = seconds(&worst);
    for stage in 0..if equal { 1.min(p - 1) } else { p - 1 } {
        let held = contents(model, cut, stage);
        let t = seconds(&held);
        if t > longest {
            (worst, longest) = (held, t);
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::Schedule;
    use crate::training::{Recompute, Sharding};

    fn cut(pipeline: u64, interleave: u64) -> Parallelism {
        Parallelism {
            tensor: 1,
            sequence_parallel: false,
            context: 1,
            pipeline,
            interleave,
            expert: 1,
            data: 1,
            sharding: Sharding::Optimizer,
            schedule: Schedule::OneForwardOneBackward,
            micro_batch: 1,
            recompute: Recompute::None,
        }
    }

    #[test]
    #[allow(clippy::unwrap_used, reason = "a failed test may panic")]
    fn stages_hold_every_layer_once() {
        let maverick =
            Model::parse(include_str!("../../../catalog/models/llama-4-maverick.toml")).unwrap();
        let deepseek =
            Model::parse(include_str!("../../../catalog/models/deepseek-v3.toml")).unwrap();
        for (model, p, v) in
            [(&maverick, 2, 12), (&maverick, 4, 1), (&deepseek, 16, 1), (&deepseek, 4, 4)]
        {
            let all: Vec<_> = (0..p).map(|i| contents(model, &cut(p, v), i)).collect();
            let sum = |f: fn(&Contents) -> u64| all.iter().map(f).sum::<u64>();
            assert_eq!(sum(|c| c.experts), model.expert_layers());
            assert_eq!(sum(|c| c.dense), model.num_hidden_layers - model.expert_layers());
            assert_eq!(sum(|c| c.full + c.sliding), model.num_hidden_layers);
            assert_eq!(all.iter().filter(|c| c.last).count(), 1);
        }
        // Three dense layers first, and one layer of 61 on the last stage.
        let first = contents(&deepseek, &cut(16, 1), 0);
        assert_eq!((first.dense, first.experts), (3, 1));
        let last = contents(&deepseek, &cut(16, 1), 15);
        assert_eq!((last.dense, last.experts), (0, 1));
    }
}
