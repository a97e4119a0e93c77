//! The command line of a Megatron-LM run.

use super::{ImportError, ImportedRun};
use crate::model::{Activation, Experts, LatentAttention};
use crate::schedule::Schedule;
use crate::training::Sharding;
use crate::{Model, Modules, Parallelism, Precision, Recompute};
use std::collections::BTreeMap;

const FORMAT: &str = "Megatron arguments";

/// Arguments by name without underscores, with their values and lines.
type Arguments = BTreeMap<String, (Option<String>, usize)>;

/// Reads arguments as they stand in a shell script: `--key value` or `--key=value`, over lines that end in a backslash,
/// with comments; other words are passed over. The number of accelerators is given, else that of `--nnodes` times
/// `--nproc-per-node`, else one copy of the model.
///
/// # Errors
/// [`ImportError`]: an argument that is missing, is no number, is a variable of the shell, or contradicts another;
/// a shape that cannot be.
///
/// # Example
/// ```
/// use lightloom_workload::import::megatron_run;
/// let run = megatron_run(
///     "--num-layers 96 --hidden-size 12288 --num-attention-heads 96 --seq-length 2048 --vocab-size 51200 \
///      --tensor-model-parallel-size 8 --pipeline-model-parallel-size 8 --micro-batch-size 1 --global-batch-size 64 \
///      --sequence-parallel --recompute-granularity selective --bf16",
///     Some(64),
/// )?;
/// assert_eq!((run.model.intermediate_size, run.cut.data), (4 * 12288, 1));
/// # Ok::<(), lightloom_workload::import::ImportError>(())
/// ```
pub fn megatron_run(text: &str, accelerators: Option<u64>) -> Result<ImportedRun, ImportError> {
    let read = Reader { arguments: arguments(text), last: text.lines().count().max(1) };
    let model = read.model()?;
    let (sequence, global_batch) = (read.need("seq-length")?, read.need("global-batch-size")?);
    let (mut cut, replica) = read.cut(&model)?;
    let nodes = read.maybe("nnodes")?.zip(read.maybe("nproc-per-node")?);
    let there = accelerators.or(nodes.map(|(n, each)| n.saturating_mul(each)));
    if let Some(all) = there {
        if all == 0 || !all.is_multiple_of(replica) {
            let problem = format!(
                "{all} accelerators are no multiple of the {replica} of one copy (tensor x context x pipeline)"
            );
            return read.fail(
                "tensor-model-parallel-size",
                problem,
                "give a multiple, or other degrees",
            );
        }
        cut.data = all / replica;
    }
    let precision = match read.text("fp8-format") {
        Some(_) => Precision::Fp8,
        None if read.has("fp4-format") => Precision::Fp4,
        None => Precision::Bf16,
    };
    let fused_attention = read.has("use-flash-attn")
        || read.text("attention-backend").is_some_and(|b| b != "unfused");
    let unknown = |name: &&String| !KNOWN.contains(&name.as_str());
    let passed: Vec<&str> = read.arguments.keys().filter(unknown).map(String::as_str).collect();
    let mut differences = Vec::new();
    if !passed.is_empty() {
        differences.push(format!("passed over: {}", passed.join(", ")));
    }
    model.check().map_err(|e| ImportError {
        format: FORMAT,
        line: read.last,
        problem: e.to_string(),
        hint: "the shape follows from --num-layers, --hidden-size and their like".to_owned(),
    })?;
    Ok(ImportedRun { model, sequence, global_batch, precision, fused_attention, cut, differences })
}

/// Arguments that are understood.
const KNOWN: [&str; 51] = [
    "attention-backend",
    "bf16",
    "context-parallel-size",
    "data-parallel-sharding-strategy",
    "expert-model-parallel-size",
    "ffn-hidden-size",
    "fp16",
    "fp4-format",
    "fp8-format",
    "global-batch-size",
    "group-query-attention",
    "hidden-size",
    "kv-channels",
    "kv-lora-rank",
    "make-vocab-size-divisible-by",
    "micro-batch-size",
    "moe-ffn-hidden-size",
    "moe-layer-freq",
    "moe-router-group-topk",
    "moe-router-num-groups",
    "moe-router-topk",
    "moe-shared-expert-intermediate-size",
    "mtp-num-layers",
    "multi-latent-attention",
    "nnodes",
    "nproc-per-node",
    "num-attention-heads",
    "num-experts",
    "num-layers",
    "num-layers-per-virtual-pipeline-stage",
    "num-query-groups",
    "num-virtual-stages-per-pipeline-rank",
    "pipeline-model-parallel-size",
    "q-lora-rank",
    "qk-head-dim",
    "qk-pos-emb-head-dim",
    "recompute-activations",
    "recompute-granularity",
    "recompute-modules",
    "seq-length",
    "sequence-parallel",
    "squared-relu",
    "swiglu",
    "tensor-model-parallel-size",
    "use-custom-fsdp",
    "use-distributed-optimizer",
    "use-flash-attn",
    "use-megatron-fsdp",
    "use-torch-fsdp2",
    "v-head-dim",
    "vocab-size",
];

/// Arguments that take several words.
const LISTS: [&str; 1] = ["recompute-modules"];

/// Arguments of a text; of one given twice the last, as Megatron takes it.
fn arguments(text: &str) -> Arguments {
    let mut found = Arguments::new();
    let mut open: Option<String> = None;
    for (k, line) in text.lines().enumerate() {
        let line = line.split(" #").next().unwrap_or(line);
        if line.trim_start().starts_with('#') {
            continue;
        }
        for word in line.split_whitespace() {
            let word = word.trim_matches(['"', '\'', '(', ')', '\\', ',', '[', ']']);
            if word.is_empty() {
                continue;
            }
            if let Some(name) = word.strip_prefix("--") {
                let (name, value) = match name.split_once('=') {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None => (name, None),
                };
                let name = name.replace('_', "-");
                open = value.is_none().then(|| name.clone());
                found.insert(name, (value, k + 1));
            } else if let Some(name) = open.take() {
                let Some(slot) = found.get_mut(&name) else { continue };
                match &mut slot.0 {
                    Some(values) => {
                        values.push(' ');
                        values.push_str(word);
                    }
                    value @ None => *value = Some(word.to_owned()),
                }
                if LISTS.contains(&name.as_str()) {
                    open = Some(name);
                }
            }
        }
    }
    found
}

struct Reader {
    arguments: Arguments,
    last: usize,
}

impl Reader {
    fn has(&self, name: &str) -> bool {
        self.arguments.contains_key(name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.arguments.get(name).and_then(|(value, _)| value.as_deref())
    }

    fn fail<T>(&self, name: &str, problem: String, hint: &str) -> Result<T, ImportError> {
        let line = self.arguments.get(name).map_or(self.last, |(_, line)| *line);
        Err(ImportError { format: FORMAT, line, problem, hint: hint.to_owned() })
    }

    fn maybe(&self, name: &str) -> Result<Option<u64>, ImportError> {
        let Some((value, _)) = self.arguments.get(name) else { return Ok(None) };
        let Some(value) = value else {
            return self.fail(name, format!("--{name} has no value"), "give a number");
        };
        match value.parse::<u64>() {
            Ok(number) => Ok(Some(number)),
            Err(_) if value.contains('$') => {
                let hint = "write the number in its place: variables of a shell are not known here";
                self.fail(name, format!("--{name} is `{value}`"), hint)
            }
            Err(_) => {
                self.fail(name, format!("--{name} is `{value}`, no whole number"), "give a number")
            }
        }
    }

    fn or(&self, name: &str, default: u64) -> Result<u64, ImportError> {
        Ok(self.maybe(name)?.unwrap_or(default))
    }

    fn need(&self, name: &str) -> Result<u64, ImportError> {
        match self.maybe(name)? {
            Some(number) => Ok(number),
            None => {
                self.fail(name, format!("--{name} is missing"), "a run cannot be known without it")
            }
        }
    }

    fn model(&self) -> Result<Model, ImportError> {
        let hidden = self.need("hidden-size")?;
        let heads = self.need("num-attention-heads")?;
        let gated = self.has("swiglu");
        // Megatron's own default: of a gated block two thirds of four widths.
        let inner = self.or(
            "ffn-hidden-size",
            if gated { hidden.saturating_mul(4) * 2 / 3 } else { hidden.saturating_mul(4) },
        )?;
        let shares = self.has("group-query-attention");
        let key_value = if shares { self.or("num-query-groups", 1)? } else { heads };
        let divisible = self.or("make-vocab-size-divisible-by", 1)?.max(1);
        let vocabulary = self.need("vocab-size")?;
        let latent_attention = if self.has("multi-latent-attention") {
            Some(LatentAttention {
                q_lora_rank: self.need("q-lora-rank")?,
                kv_lora_rank: self.or("kv-lora-rank", 32)?,
                qk_nope_head_dim: self.or("qk-head-dim", 128)?,
                qk_rope_head_dim: self.or("qk-pos-emb-head-dim", 64)?,
                v_head_dim: self.or("v-head-dim", 128)?,
            })
        } else {
            None
        };
        Ok(Model {
            name: format!("Megatron, {} layers of {hidden}", self.need("num-layers")?),
            source: String::new(),
            hidden_size: hidden,
            num_hidden_layers: self.need("num-layers")?,
            num_attention_heads: heads,
            num_key_value_heads: key_value,
            head_dim: self.maybe("kv-channels")?,
            intermediate_size: inner,
            hidden_act: if gated {
                Activation::Silu
            } else if self.has("squared-relu") {
                Activation::Relu2
            } else {
                Activation::Gelu
            },
            gated: Some(gated),
            vocab_size: vocabulary.div_ceil(divisible).saturating_mul(divisible),
            tie_word_embeddings: !self.has("untie-embeddings-and-output-weights"),
            sliding_window: None,
            sliding_layers: None,
            num_nextn_predict_layers: self.or("mtp-num-layers", 0)?,
            latent_attention,
            experts: self.experts(inner)?,
        })
    }

    fn experts(&self, inner: u64) -> Result<Option<Experts>, ImportError> {
        let Some(routed) = self.maybe("num-experts")? else { return Ok(None) };
        let width = self.or("moe-ffn-hidden-size", inner)?;
        let shared = self.maybe("moe-shared-expert-intermediate-size")?;
        // `1`: all layers; `([0]*3+[1]*58)`: the leading ones are dense.
        let (dense, step) = match self.text("moe-layer-freq") {
            None => (0, 1),
            Some(text) => match leading_dense(text) {
                Some(found) => found,
                None => {
                    let hint = "write a number, or ([0]*3+[1]*58)";
                    return self.fail(
                        "moe-layer-freq",
                        format!("--moe-layer-freq is `{text}`"),
                        hint,
                    );
                }
            },
        };
        Ok(Some(Experts {
            n_routed_experts: routed,
            num_experts_per_tok: self.or("moe-router-topk", 2)?,
            moe_intermediate_size: width,
            n_shared_experts: shared.map_or(0, |s| s.div_ceil(width.max(1))),
            shared_expert_intermediate_size: shared,
            first_k_dense_replace: dense,
            interleave_moe_layer_step: step,
            n_group: self.maybe("moe-router-num-groups")?,
            topk_group: self.maybe("moe-router-group-topk")?,
        }))
    }

    /// What copies divide: nothing without `--use-distributed-optimizer` or a kind of FSDP.
    fn sharding(&self) -> Result<Sharding, ImportError> {
        let fully = self.has("use-megatron-fsdp") || self.has("use-custom-fsdp");
        if self.has("use-torch-fsdp2") {
            return Ok(Sharding::Parameters);
        }
        let strategy = self.text("data-parallel-sharding-strategy").filter(|_| fully);
        match strategy {
            // Megatron's default of that argument is `no_shard`.
            None | Some("no_shard") if self.has("use-distributed-optimizer") => {
                Ok(Sharding::Optimizer)
            }
            None | Some("no_shard") => Ok(Sharding::None),
            Some("optim") => Ok(Sharding::Optimizer),
            Some("optim_grads") => Ok(Sharding::Gradients),
            Some("optim_grads_params") => Ok(Sharding::Parameters),
            Some(other) => self.fail(
                "data-parallel-sharding-strategy",
                format!("--data-parallel-sharding-strategy is `{other}`"),
                "it is no_shard, optim, optim_grads or optim_grads_params",
            ),
        }
    }

    /// The modules of `--recompute-modules`; `moe_act`, the activation between products alone, costs next to nothing and
    /// is passed over.
    fn modules(&self, names: &str) -> Result<Modules, ImportError> {
        let mut modules = Modules::default();
        for name in names.split_whitespace() {
            match name {
                "core_attn" => modules.core = true,
                "mla_up_proj" => modules.up_projections = true,
                "layernorm" => modules.norms = true,
                "mlp" | "shared_experts" => modules.feed_forward = true,
                "moe" => (modules.experts, modules.feed_forward) = (true, true),
                "moe_act" => {}
                other => {
                    let problem = format!("--recompute-modules has `{other}`");
                    let hint = "core_attn, layernorm, mla_up_proj, mlp, moe, moe_act and shared_experts are known";
                    return self.fail("recompute-modules", problem, hint);
                }
            }
        }
        Ok(modules)
    }

    /// The cut of one copy, and the accelerators that it takes.
    fn cut(&self, model: &Model) -> Result<(Parallelism, u64), ImportError> {
        let tensor = self.or("tensor-model-parallel-size", 1)?;
        let pipeline = self.or("pipeline-model-parallel-size", 1)?;
        let context = self.or("context-parallel-size", 1)?;
        let replica = tensor.saturating_mul(pipeline).saturating_mul(context);
        if replica == 0 {
            let problem = "a parallel size is 0".to_owned();
            return self.fail("tensor-model-parallel-size", problem, "1 means: not used");
        }
        let per_stage = model.num_hidden_layers.div_ceil(pipeline);
        let chunks = self.maybe("num-virtual-stages-per-pipeline-rank")?;
        let interleave = match (chunks, self.maybe("num-layers-per-virtual-pipeline-stage")?) {
            (Some(chunks), _) => chunks,
            (None, Some(layers)) if layers > 0 && per_stage.is_multiple_of(layers) => {
                per_stage / layers
            }
            (None, Some(layers)) => {
                let problem = format!(
                    "--num-layers-per-virtual-pipeline-stage {layers} does not divide the {per_stage} layers of a stage"
                );
                return self.fail(
                    "num-layers-per-virtual-pipeline-stage",
                    problem,
                    "choose a divisor",
                );
            }
            (None, None) => 1,
        };
        let recompute = match self.text("recompute-granularity") {
            Some("full") => Recompute::Full,
            Some("selective") => match self.text("recompute-modules") {
                Some(names) => Recompute::Modules(self.modules(names)?),
                None => Recompute::Selective,
            },
            Some(other) => {
                let problem = format!("--recompute-granularity is `{other}`");
                return self.fail("recompute-granularity", problem, "it is full or selective");
            }
            None if self.has("recompute-activations") => Recompute::Selective,
            None => Recompute::None,
        };
        let cut = Parallelism {
            tensor,
            sequence_parallel: self.has("sequence-parallel"),
            context,
            pipeline,
            interleave,
            expert: self.or("expert-model-parallel-size", 1)?,
            data: 1,
            sharding: self.sharding()?,
            schedule: Schedule::OneForwardOneBackward,
            micro_batch: self.need("micro-batch-size")?,
            recompute,
        };
        Ok((cut, replica))
    }
}

/// Dense layers at the start, and the step of those with experts after them.
fn leading_dense(text: &str) -> Option<(u64, u64)> {
    if let Ok(step) = text.parse::<u64>() {
        return (step > 0).then_some((0, step));
    }
    let text: String = text.chars().filter(|c| !c.is_whitespace() && !"()".contains(*c)).collect();
    let (dense, sparse) = text.split_once('+')?;
    let count =
        |part: &str, of: &str| part.strip_prefix(of)?.strip_prefix('*')?.parse::<u64>().ok();
    let dense = count(dense, "[0]").or_else(|| count(dense, "0]"))?;
    count(sparse, "[1]").or_else(|| count(sparse, "[1"))?;
    Some((dense, 1))
}
