//! The study file: which scenario, what is varied, what is looked at, what must hold, what is sought.
//!
//! Doc comments here are the reference: the JSON Schema carries them.

use lightloom_scenario::Problem;
use lightloom_scenario::load::{Kind, check_format, parse_as};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A study: a scenario over values of its keys and of facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyFile {
    /// Version of the format: 1.
    pub lightloom: u32,
    /// Name, as a heading.
    pub name: String,
    /// What it asks.
    #[serde(default)]
    pub about: String,
    /// The scenario: a file, from the folder of the study, or the name of a shipped one.
    pub scenario: String,
    /// What is looked at: `STRATEGY.FIGURE`, `decision.FIGURE` or `fabric.FIGURE` (`lightloom study outputs` lists them).
    pub outputs: Vec<String>,
    /// Draws of the axes that are sampled, all of them together; each goes through the whole grid.
    #[serde(default)]
    pub samples: Option<u32>,
    /// Seed of the draws; another seed, other draws.
    #[serde(default = "seven")]
    pub seed: u64,
    /// Points that are computed and kept together: what an interruption may cost, and the least part of a shard. Left out it is
    /// 8192, or the points of some sixteen clusters where that is less.
    #[serde(default)]
    pub chunk: Option<u32>,
    /// Axes, the last one fastest.
    pub vary: Vec<Vary>,
    /// What must hold; points that break one are kept and marked.
    #[serde(default)]
    pub constraint: Vec<Constraint>,
    /// Goals of which none can be had for more of another: the front of the points that keep all constraints.
    #[serde(default)]
    pub pareto: Option<Pareto>,
    /// A search for the front in the place of all points, where they are too many.
    #[serde(default)]
    pub optimise: Option<Optimise>,
    /// Values of an axis at which something is just so, found as roots.
    #[serde(default)]
    pub solve: Vec<Solve>,
}

fn seven() -> u64 {
    7
}

/// An axis: a key with `values`, a `range`, or `sampled`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vary {
    /// A key of the scenario (`scale_up.domain`), a fact of the catalog (`laser.internal.wall_plug`), or `premium.STRATEGY`: the price of its
    /// technology over a retimed pluggable on the same links.
    pub key: String,
    /// Values as the scenario would have them: `["50 Gb/s", "100 Gb/s"]`.
    #[serde(default)]
    #[schemars(with = "Option<Vec<serde_json::Value>>")]
    pub values: Option<Vec<toml::Value>>,
    /// Other keys of the scenario that move along, each with one value for each of `values`:
    /// `{ "scale_up.switches" = [4, 6, 9] }`.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, Vec<serde_json::Value>>")]
    pub together: BTreeMap<String, Vec<toml::Value>>,
    /// Steps from one value to another.
    #[serde(default)]
    pub range: Option<Range>,
    /// A distribution to draw from.
    #[serde(default)]
    pub sampled: Option<Sampled>,
}

/// Equal steps, both ends among them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// First value.
    #[schemars(with = "serde_json::Value")]
    pub from: toml::Value,
    /// Last value.
    #[schemars(with = "serde_json::Value")]
    pub to: toml::Value,
    /// Number of values, from 2.
    pub steps: u32,
    /// Equal differences, or equal ratios.
    #[serde(default)]
    pub scale: Scale,
}

/// How a range is stepped through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Equal differences.
    #[default]
    Linear,
    /// Equal ratios; both ends above zero.
    Log,
}

/// A distribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sampled {
    /// The fact's own range and shape.
    Own,
    /// Anywhere between two ends.
    Uniform(#[schemars(with = "[serde_json::Value; 2]")] [toml::Value; 2]),
    /// Low end, most likely value, high end.
    Triangular(#[schemars(with = "[serde_json::Value; 3]")] [toml::Value; 3]),
    /// Anywhere in the logarithm between two ends above zero.
    LogUniform(#[schemars(with = "[serde_json::Value; 2]")] [toml::Value; 2]),
}

/// What must hold: one of `at_most`, `at_least`, `is`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    /// An output.
    pub output: String,
    /// Upper limit, with its unit.
    #[serde(default)]
    #[schemars(with = "Option<serde_json::Value>")]
    pub at_most: Option<toml::Value>,
    /// Lower limit.
    #[serde(default)]
    #[schemars(with = "Option<serde_json::Value>")]
    pub at_least: Option<toml::Value>,
    /// The text that it must be.
    #[serde(default)]
    pub is: Option<String>,
}

/// Goals.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pareto {
    /// Outputs of which less is better.
    #[serde(default)]
    pub minimise: Vec<String>,
    /// Outputs of which more is better.
    #[serde(default)]
    pub maximise: Vec<String>,
}

/// A search by NSGA-II for the front of `[pareto]` over the same axes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Optimise {
    /// Points of a generation on all islands together, from 4.
    pub population: u32,
    /// Generations, the first one drawn.
    pub generations: u32,
    /// Parts of the population that breed apart: what shards can share. Left out it is one for every fifty of the population, at
    /// most eight. More islands find less with the same points; each holds 4 and more.
    #[serde(default)]
    pub islands: Option<u32>,
    /// Seed of the search.
    #[serde(default = "seven")]
    pub seed: u64,
}

/// A value of one axis at which two outputs are `equal`, or one `output` `reaches` a value; the other axes stand as the scenario
/// has them, or go through `for_each`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Solve {
    /// The axis that is moved: one with a `range`, between whose ends it is sought.
    pub vary: String,
    /// Two outputs.
    #[serde(default)]
    pub equal: Option<[String; 2]>,
    /// One output.
    #[serde(default)]
    pub output: Option<String>,
    /// The value that it reaches, with its unit.
    #[serde(default)]
    #[schemars(with = "Option<serde_json::Value>")]
    pub reaches: Option<toml::Value>,
    /// Another axis with values or a range: sought again at each.
    #[serde(default)]
    pub for_each: Option<String>,
}

/// The JSON Schema of study files.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(StudyFile).to_value()
}

const STUDY: Kind = Kind {
    noun: "study",
    schema: json_schema,
    help: "`lightloom study schema` describes every key",
};

/// Reads a study file; names are looked up when it is put on a scenario.
///
/// # Errors
/// A [`Problem`] with place, key path and hint.
pub fn parse(text: &str) -> Result<StudyFile, Problem> {
    let study: StudyFile = parse_as(text, &STUDY)?;
    check_format(text, study.lightloom)?;
    Ok(study)
}
