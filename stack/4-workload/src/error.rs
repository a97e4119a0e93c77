//! Why a workload cannot be computed.

use lightloom_units::DataSize;

/// Why a workload cannot be computed, with the numbers.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WorkloadError {
    /// A model preset that cannot be read.
    #[error("the model preset cannot be read: {0}")]
    Preset(String),
    /// A `config.json` that cannot be read or describes no model that is known here.
    #[error("config.json: `{key}`: {problem}")]
    Config {
        /// The key.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A model shape that cannot exist.
    #[error("model: `{field}`: {problem}")]
    Shape {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The accelerator has no such arithmetic.
    #[error("{accelerator} has no {precision} arithmetic")]
    NoSuchPrecision {
        /// The accelerator.
        accelerator: String,
        /// The precision that was asked for.
        precision: &'static str,
        /// What it has.
        has: Vec<&'static str>,
    },
    /// A search that found nothing within its limits.
    #[error("{problem}")]
    Search {
        /// What it was looking for.
        problem: String,
        /// What to change.
        hint: String,
    },
    /// The tiers do not describe a network.
    #[error("network tiers: {0}")]
    Network(String),
    /// One number of the job or of its parallelism does not fit another.
    #[error("`{what}` = {value} {problem}")]
    Parallelism {
        /// The number.
        what: &'static str,
        /// Its value.
        value: u64,
        /// What it clashes with.
        problem: String,
        /// What to choose instead.
        hint: String,
    },
    /// The model does not fit into the accelerators' memory.
    #[error(
        "{model} does not fit: an accelerator needs {needed} and has {available} for it, {short} too little",
        short = DataSize::bytes(needed.as_bytes() - available.as_bytes())
    )]
    Memory {
        /// The model.
        model: String,
        /// What one accelerator would have to hold.
        needed: DataSize,
        /// What one accelerator can hold.
        available: DataSize,
        /// What would make it fit.
        hint: String,
    },
    /// A result that is not a finite number.
    #[error("{what} came out as {value}, from {cause}")]
    NotFinite {
        /// The result.
        what: &'static str,
        /// Its value, as text.
        value: String,
        /// The input that is to blame.
        cause: String,
    },
}

impl WorkloadError {
    /// What to change.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Preset(_) => {
                "fields are those of a Hugging Face config.json, see catalog/models".to_owned()
            }
            Self::Config { .. } => {
                "give the config.json of a decoder-only transformer as it is published".to_owned()
            }
            Self::Shape { .. } => "compare with the model's published config.json".to_owned(),
            Self::NoSuchPrecision { has, .. } => format!("choose one of: {}", has.join(", ")),
            Self::Network(_) => {
                "give one to four tiers, innermost first, each larger than the one before"
                    .to_owned()
            }
            Self::Parallelism { hint, .. }
            | Self::Memory { hint, .. }
            | Self::Search { hint, .. } => hint.clone(),
            Self::NotFinite { cause, .. } => format!("check {cause}"),
        }
    }
}
