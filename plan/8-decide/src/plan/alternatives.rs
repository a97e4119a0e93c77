//! Sources that disagree, and what a buyer believes: the decision under each, none averaged.

use super::InputFact;
use schemars::JsonSchema;
use serde::Serialize;

/// A fact on which sources disagree, with the decision under each value.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Conflict {
    /// The fact, as the plan takes it.
    pub fact: InputFact,
    /// Saving of the recommended mix in network cost over the years with that value, percent of the baseline.
    pub saving_percent: f64,
    /// Each other source's value.
    pub rivals: Vec<RivalRow>,
}

/// The decision with a rival value of one fact.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RivalRow {
    /// Value with unit.
    pub value: String,
    /// How it is known: `measured`, `spec`, `model`, `claimed`, `assumed`.
    pub kind: String,
    /// Source.
    pub source: super::SourceRow,
    /// What differs: boundary, node, date; empty where nothing is known.
    pub note: String,
    /// Whether the cluster can be built with it, its links split as decided.
    pub builds: bool,
    /// Saving of the mix that is cheapest with it, percent of the baseline's network cost with it.
    pub saving_percent: f64,
    /// Links that would get another technology.
    pub changes: Vec<ChangedClass>,
}

/// Links that get another technology.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChangedClass {
    /// Link class.
    pub class: String,
    /// Name of the technology that the plan recommends; empty where nothing is usable.
    pub from: String,
    /// Name of the one that would be taken; empty where nothing is usable.
    pub to: String,
}

/// The plan under a belief, beside the plan by the catalog.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BeliefSheet {
    /// `claims` or `measured`.
    pub belief: String,
    /// What that means, in a sentence.
    pub meaning: String,
    /// Facts that the decision read and that the belief takes otherwise than the catalog does.
    pub facts: Vec<BelievedFact>,
    /// Saving in network cost over the years by the catalog, percent of the baseline.
    pub saving_by_catalog_percent: f64,
    /// The same under the belief.
    pub saving_percent: f64,
    /// Links that get another technology under the belief, from that of the catalog.
    pub changes: Vec<ChangedClass>,
}

/// A fact under a belief.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BelievedFact {
    /// The fact as the catalog has it.
    pub fact: InputFact,
    /// The value that is taken and no longer drawn.
    pub taken: String,
    /// Whether that is another value.
    pub moved: bool,
    /// Why: `at face value`, `claimed by ...`, `measured by ...`, `its range's end that speaks against new technologies`.
    pub why: String,
}

/// The same accelerators on another fabric, decided and counted as the plan is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FabricAlternative {
    /// What is other: `scale-out spine left out, 32 switches`, `scale-up domains of 144`.
    pub name: String,
    /// Whether its parts are those of the catalog; a what-if otherwise.
    pub on_offer: bool,
    /// What it takes, in a sentence.
    pub how: String,
    /// What to make of it: `better`, `its work costs 2.1 % more`, `nothing usable serves ...`, `cannot be built, ...`.
    pub verdict: String,
    /// What it is, when it can be built.
    pub built: Option<BuiltAlternative>,
}

/// A fabric that can be built.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BuiltAlternative {
    /// Accelerators; fewer than asked for where domains do not divide them.
    pub accelerators: u64,
    /// Accelerators of a scale-up domain.
    pub domain: u64,
    /// Layers of scale-out switches.
    pub layers: u64,
    /// Scale-out switches.
    pub switches: u64,
    /// Links of all networks.
    pub links: u64,
    /// Technology of each link class by the recommended mix's rule.
    pub takes: Vec<super::ChoiceRow>,
    /// Links that nothing usable serves.
    pub unserved: Vec<String>,
    /// Limits of the buyer that its mix breaks, with what it takes of each.
    pub limits_broken: Vec<String>,
    /// Network cost over the years of an accelerator, USD.
    pub network_cost_usd_each: f64,
    /// Network power of an accelerator at the rack inlet, W.
    pub network_w_each: f64,
    /// Productive share of accelerator-hours.
    pub productive: f64,
    /// Network cost of an accelerator less than the plan's, percent of the plan's; negative costs more.
    pub cost_saving_percent: f64,
    /// Network power of an accelerator less than the plan's, percent of the plan's; negative draws more.
    pub power_saving_percent: f64,
    /// Price of the work (a token of the training job, else of the served model, else a productive accelerator-hour) less than the
    /// plan's, percent of the plan's; negative costs more.
    pub work_saving_percent: f64,
    /// Whether it can be had, serves every link, keeps every limit, and its work costs less at nominal facts.
    pub better: bool,
    /// Joint draws of all facts in which its work costs less, the technologies of both kept; `None` where that was not drawn.
    pub better_percent: Option<f64>,
}
