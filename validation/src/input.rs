//! What a row asks for, by kind.
//!
//! A row's `kind` is one of `training`, `collective`, `exchange`, `serving`, `prompts`, `count`, `goodput`,
//! `interruptions`, `link-failures`, `published`, or `ratio` of two rows
//! of one of these. Its other keys are the fields of the kind's structure here; its `unit` says what of the result was measured.

mod fleet;
mod published;

pub use fleet::{Faults, Interruptions, LinkFailures, LinkOf, LinkPart};
pub use published::Published;

use lightloom_workload::collective::{Algorithm, Operation, Routing};
use lightloom_workload::{Precision, Recompute, Schedule, Sharding};
use serde::Deserialize;
use toml::Value;

/// What a row asks for.
#[derive(Debug, Clone)]
pub enum Input {
    /// A training step.
    Training(Box<Training>),
    /// A collective operation.
    Collective(Collective),
    /// An exchange of tokens between experts.
    Exchange(Exchange),
    /// Decoding, with its energy.
    Serving(Serving),
    /// A pass over prompts.
    Prompts(Serving),
    /// What a model counts.
    Count(Count),
    /// The productive share of a job.
    Goodput(Goodput),
    /// How often a job is interrupted.
    Interruptions(Interruptions),
    /// How often a link fails.
    LinkFailures(LinkFailures),
    /// What follows from published inputs by one formula.
    Published(Published),
    /// One over another.
    Ratio {
        /// The unit of both.
        unit: String,
        /// The numerator and the denominator.
        of: Box<[Input; 2]>,
    },
}

/// A training step: `s`, `ms`, `tokens/s` (of one accelerator), `% MFU` (attention counted in full).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// The model's file in the catalog without ending; none where its shape stands here.
    #[serde(default)]
    pub model: Option<String>,
    /// Width of a GPT: a plain feed-forward block of four times it, tied embeddings.
    #[serde(default)]
    pub hidden: u64,
    /// Its attention heads.
    #[serde(default)]
    pub heads: u64,
    /// Its layers.
    #[serde(default)]
    pub layers: u64,
    /// Its words.
    #[serde(default)]
    pub vocabulary: u64,
    /// The accelerator.
    pub machine: String,
    /// The network.
    pub network: String,
    /// The framework, of the facts `training.*`.
    pub software: String,
    /// Arithmetic of the matrix products.
    pub precision: Precision,
    /// Tokens of a sequence.
    pub sequence: u64,
    /// Sequences of a step.
    pub global_batch: u64,
    /// Whether attention is one kernel.
    pub fused_attention: bool,
    /// Whether layers that predict further tokens are trained too.
    #[serde(default)]
    pub predict_further: bool,
    /// Ranks that share each matrix.
    #[serde(default = "one")]
    pub tensor: u64,
    /// Whether the residual stream is divided over them too.
    #[serde(default)]
    pub sequence_parallel: bool,
    /// Ranks that share a sequence.
    #[serde(default = "one")]
    pub context: u64,
    /// Stages.
    #[serde(default = "one")]
    pub pipeline: u64,
    /// Chunks of layers on a stage.
    #[serde(default = "one")]
    pub interleave: u64,
    /// Ranks that share the experts.
    #[serde(default = "one")]
    pub expert: u64,
    /// Copies of the model.
    #[serde(default = "one")]
    pub data: u64,
    /// What the copies divide among them.
    #[serde(default)]
    pub sharding: Sharding,
    /// Order of a stage's work.
    #[serde(default)]
    pub schedule: Schedule,
    /// Sequences of a micro-batch.
    #[serde(default = "one")]
    pub micro_batch: u64,
    /// What is computed again.
    pub recompute: Recompute,
}

const fn one() -> u64 {
    1
}

/// A collective operation: `us`, or `GB/s` of bus bandwidth.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collective {
    /// The network.
    pub network: String,
    /// The operation.
    #[serde(deserialize_with = "operation")]
    pub operation: Operation,
    /// Ranks, from the first of a domain on.
    pub ranks: u64,
    /// Bytes of the whole vector.
    pub bytes: f64,
    /// The only algorithm that is looked at; the quickest where none is named.
    #[serde(default, deserialize_with = "algorithm")]
    pub algorithm: Option<Algorithm>,
}

/// An exchange of tokens between experts: `us`, or `GB/s` of what a rank gets over the outermost tier, its own part
/// included.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// The network.
    pub network: String,
    /// Ranks; none where whole domains of the innermost tier were published.
    #[serde(default)]
    pub ranks: Option<u64>,
    /// Whole domains of the innermost tier.
    #[serde(default)]
    pub nodes: Option<u64>,
    /// Tokens of a rank.
    pub tokens: f64,
    /// Bytes of a token's vector, with its scales.
    pub bytes_per_token: f64,
    /// Experts of a token.
    pub copies: u64,
    /// Experts.
    pub experts: u64,
    /// Most domains that a token's experts lie in.
    #[serde(default)]
    pub node_limit: Option<u64>,
    /// How tokens choose.
    #[serde(deserialize_with = "routing")]
    pub routing: Routing,
    /// Whether a token crosses once and is copied there (normal kernels) or once for each expert (low latency).
    pub staged: bool,
}

/// Decoding: `ms` of a token, `tokens/s` of one accelerator, `J` of a token, `W` of all accelerators. Prompts: `tokens/s` of
/// one accelerator.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serving {
    /// The model, of the catalog.
    pub model: String,
    /// The accelerator.
    pub machine: String,
    /// The network.
    pub network: String,
    /// The engine, of the facts `serving_engine.*`; `trtllm` is that of the facts `serving.*`.
    pub engine: String,
    /// Weights and products.
    pub precision: Precision,
    /// Key-value cache.
    pub cache: Precision,
    /// Tokens of a prompt.
    pub prompt: u64,
    /// Tokens of an answer.
    pub output: u64,
    /// Whether the same accelerators do the prompts too.
    #[serde(default)]
    pub prefill_here: bool,
    /// Ranks that share attention and dense matrices.
    #[serde(default = "one")]
    pub tensor: u64,
    /// Ranks that share the experts, each with attention for users of its own; none for dense models.
    #[serde(default)]
    pub expert: Option<u64>,
    /// Users of one attention group.
    pub users: u64,
    /// Whether batches may be halved.
    #[serde(default)]
    pub two_batches: Option<bool>,
    /// Whether experts are balanced perfectly.
    #[serde(default)]
    pub balanced: bool,
    /// Tokens of one pass over prompts, of a rank.
    #[serde(default)]
    pub tokens: Option<u64>,
    /// Power of one accelerator at full load.
    #[serde(default)]
    pub power: Option<lightloom_units::Power>,
}

/// What a model counts: `B` of parameters, `GFLOP` of a trained token, `kB` of cache of a token in 16 bits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The model, of the catalog.
    pub model: String,
    /// Tokens of a sequence, for operations.
    #[serde(default)]
    pub sequence: u64,
    /// Whether layers that predict further tokens are trained too.
    #[serde(default)]
    pub predict_further: bool,
}

/// The productive share of a job that is interrupted and restarts from checkpoints, `%`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goodput {
    /// Mean time between interruptions; left out, that of a job in a shipped cluster.
    #[serde(default)]
    pub interruption: Option<lightloom_units::Time>,
    /// A scenario or system that is shipped.
    #[serde(default)]
    pub system: Option<String>,
    /// Accelerators of the job in it.
    #[serde(default)]
    pub accelerators: f64,
}

/// Reads a name out of a list of pairs.
fn named<'de, D: serde::Deserializer<'de>, T: Copy>(
    d: D,
    names: &[(&str, T)],
) -> Result<T, D::Error> {
    let text = String::deserialize(d)?;
    let found = names.iter().find(|(name, _)| *name == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        serde::de::Error::custom(format!("`{text}` is none of {}", known.join(", ")))
    })
}

fn operation<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Operation, D::Error> {
    named(
        d,
        &[
            ("all_gather", Operation::AllGather),
            ("reduce_scatter", Operation::ReduceScatter),
            ("all_reduce", Operation::AllReduce),
            ("alltoall", Operation::AllToAll),
        ],
    )
}

fn algorithm<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<Algorithm>, D::Error> {
    named(d, &[("ring", Some(Algorithm::Ring)), ("in_network", Some(Algorithm::InNetwork))])
}

fn routing<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Routing, D::Error> {
    named(d, &[("uniform", Routing::Uniform), ("spread", Routing::Spread)])
}

/// The keys of a table as a structure.
fn read<T: serde::de::DeserializeOwned>(keys: toml::Table) -> Result<T, String> {
    keys.try_into().map_err(|e: toml::de::Error| e.message().to_owned())
}

impl Input {
    /// The names of the kinds.
    pub const KINDS: [&'static str; 11] = [
        "training",
        "collective",
        "exchange",
        "serving",
        "prompts",
        "count",
        "goodput",
        "interruptions",
        "link-failures",
        "published",
        "ratio",
    ];

    /// Reads what a row asks for; keys that no field takes are refused.
    pub(crate) fn parse(mut keys: toml::Table, unit: &str) -> Result<Self, String> {
        let Some(Value::String(kind)) = keys.remove("kind") else {
            return Err(format!("a row has a `kind`, one of {}", Self::KINDS.join(", ")));
        };
        let input = match kind.as_str() {
            "training" => Self::Training(read(keys)?),
            "collective" => Self::Collective(read(keys)?),
            "exchange" => Self::Exchange(read(keys)?),
            "serving" => Self::Serving(read(keys)?),
            "prompts" => Self::Prompts(read(keys)?),
            "count" => Self::Count(read(keys)?),
            "goodput" => Self::Goodput(read(keys)?),
            "interruptions" => Self::Interruptions(read(keys)?),
            "link-failures" => Self::LinkFailures(read(keys)?),
            "published" => Self::Published(read(keys)?),
            "ratio" => return Self::ratio(keys, unit),
            other => {
                return Err(format!("no kind `{other}`; there are {}", Self::KINDS.join(", ")));
            }
        };
        let units = input.units();
        if units.contains(&unit) {
            Ok(input)
        } else {
            Err(format!("no unit `{unit}` of {kind}; there are {}", units.join(", ")))
        }
    }

    fn ratio(mut keys: toml::Table, unit: &str) -> Result<Self, String> {
        if unit != "x" {
            return Err(format!("the unit of a ratio is `x`, not `{unit}`"));
        }
        let (Some(Value::String(kind)), Some(Value::String(unit))) =
            (keys.remove("of"), keys.remove("in"))
        else {
            return Err("a ratio is `of` a kind `in` a unit".to_owned());
        };
        let (Some(Value::Table(over)), Some(Value::Table(under))) =
            (keys.remove("over"), keys.remove("under"))
        else {
            return Err("a ratio has tables `over` and `under`".to_owned());
        };
        keys.insert("kind".to_owned(), Value::String(kind));
        let one = |own: toml::Table| {
            let mut all = keys.clone();
            all.extend(own);
            Self::parse(all, &unit)
        };
        let of = Box::new([one(over)?, one(under)?]);
        Ok(Self::Ratio { unit, of })
    }

    /// The kind's name, of a ratio that of its parts.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Training(_) => "training",
            Self::Collective(_) => "collective",
            Self::Exchange(_) => "exchange",
            Self::Serving(_) => "serving",
            Self::Prompts(_) => "prompts",
            Self::Count(_) => "count",
            Self::Goodput(_) => "goodput",
            Self::Interruptions(_) => "interruptions",
            Self::LinkFailures(_) => "link-failures",
            Self::Published(_) => "published",
            Self::Ratio { of, .. } => of[0].kind(),
        }
    }

    fn units(&self) -> Vec<&'static str> {
        let units: &[&str] = match self {
            Self::Interruptions(_) => &["h", "events", "%"],
            Self::LinkFailures(_) => &["FIT"],
            Self::Published(published) => return vec![published.unit()],
            Self::Training(_) => &["s", "ms", "tokens/s", "% MFU"],
            Self::Collective(_) | Self::Exchange(_) => &["us", "GB/s"],
            Self::Serving(_) => &["ms", "tokens/s", "J", "W"],
            Self::Prompts(_) => &["tokens/s"],
            Self::Count(_) => &["B", "GFLOP", "kB"],
            Self::Goodput(_) => &["%"],
            Self::Ratio { .. } => &["x"],
        };
        units.to_vec()
    }
}
