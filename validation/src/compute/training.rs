//! Training steps.

use crate::input::Training;
use crate::systems::Systems;
use lightloom_workload::{
    Activation, Convention, Model, Parallelism, TrainingJob, TrainingSoftware, train,
};

/// A GPT: a plain feed-forward block of four times its width, tied embeddings, learned positions left out.
fn gpt(asked: &Training) -> Model {
    Model {
        name: format!("GPT {} x {}", asked.hidden, asked.layers),
        source: String::new(),
        hidden_size: asked.hidden,
        num_hidden_layers: asked.layers,
        num_attention_heads: asked.heads,
        num_key_value_heads: asked.heads,
        head_dim: None,
        intermediate_size: asked.hidden.saturating_mul(4),
        hidden_act: Activation::Gelu,
        vocab_size: asked.vocabulary,
        tie_word_embeddings: true,
        latent_attention: None,
        experts: None,
        gated: None,
        sliding_window: None,
        sliding_layers: None,
        num_nextn_predict_layers: 0,
    }
}

/// `s` or `ms` of a step, `tokens/s` of one accelerator, `% MFU`.
// Counts are far below 2^53.
#[allow(clippy::cast_precision_loss)]
pub(super) fn value(systems: &Systems<'_>, asked: &Training, unit: &str) -> Result<f64, String> {
    let shape = gpt(asked);
    let model = match &asked.model {
        Some(name) => systems.model(name)?,
        None => &shape,
    };
    let machine = systems.machine(&asked.machine)?;
    let named = systems.training(&asked.software)?;
    let software = TrainingSoftware {
        predict_further: asked.predict_further || named.predict_further,
        ..named
    };
    let job = TrainingJob {
        sequence: asked.sequence,
        global_batch: asked.global_batch,
        precision: asked.precision,
        fused_attention: asked.fused_attention,
        software,
    };
    let cut = Parallelism {
        tensor: asked.tensor,
        sequence_parallel: asked.sequence_parallel,
        context: asked.context,
        pipeline: asked.pipeline,
        interleave: asked.interleave,
        expert: asked.expert,
        data: asked.data,
        sharding: asked.sharding,
        schedule: asked.schedule,
        micro_batch: asked.micro_batch,
        recompute: asked.recompute,
    };
    let step = train(model, machine, systems.network(&asked.network)?, &job, &cut)
        .map_err(|e| e.to_string())?;
    let accelerators = cut.accelerators() as f64;
    let each = step.tokens_per_second / accelerators;
    Ok(match unit {
        "s" => step.time.as_s(),
        "ms" => step.time.as_s() * 1e3,
        "tokens/s" => each,
        _ => {
            let operations = model.operations(asked.sequence);
            let per_token = operations.training(Convention::MODEL_FULL_ATTENTION);
            100.0 * each * per_token / machine.bf16.peak.as_flops()
        }
    })
}
