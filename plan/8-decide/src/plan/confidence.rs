//! How sure the decision is: in which share of the samples of all evidence it stays, and which inputs it hangs on.

use super::{IntervalRow, RangeRow, SourceRow};
use schemars::JsonSchema;
use serde::Serialize;

/// The decision under samples of all uncertain facts at once.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Confidence {
    /// How sure it is and what it hangs on, in sentences.
    pub summary: Vec<String>,
    /// What the winner of a link class does: `costs least`, or `is chosen` where weights or limits have a say.
    pub winning: String,
    /// Samples: every uncertain fact at once at a value of its range, the same samples for all candidates and strategies.
    pub samples: u64,
    /// Samples that count: not those whose facts no cluster can be built with.
    pub counted: u64,
    /// Uncertain facts that the decision read.
    pub facts: u64,
    /// Samples in which every judged link class has the technology that is recommended.
    pub unchanged_percent: f64,
    /// For each limit of the buyer, the samples in which the recommended mix keeps it.
    pub limits: Vec<LimitConfidence>,
    /// Each link class that is judged; the front end is not.
    pub classes: Vec<ClassConfidence>,
    /// Each strategy, its technologies kept.
    pub strategies: Vec<StrategyConfidence>,
    /// Gains of the recommended mix, its technologies and the baseline's kept, in the order of the decision's gains.
    pub gains: Vec<GainRange>,
    /// For each gain that varies, the inputs that it hangs on.
    pub inputs: Vec<GainInputs>,
}

/// How sure a limit is kept.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LimitConfidence {
    /// What is limited: `network power`.
    pub what: String,
    /// Samples in which the recommended mix, its technologies kept, is within the limit.
    pub kept_percent: f64,
}

/// How sure the technology of a link class is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ClassConfidence {
    /// Link class.
    pub class: String,
    /// Links.
    pub links: u64,
    /// Identifier of the recommended technology.
    pub technology: String,
    /// Samples in which it is usable and preferred: costs least over the years, where the scenario does not say otherwise.
    pub wins_percent: f64,
    /// Samples in which it serves and is ready, whether or not it costs least.
    pub usable_percent: f64,
    /// Technologies by the samples that they win, most first.
    pub winners: Vec<WinnerRow>,
    /// Samples in which nothing is usable.
    pub nothing_percent: f64,
    /// What the recommended one costs over the years more than the preferred one of each sample, USD: mean over the samples in which
    /// both are usable. The most that knowing every fact could be worth on these links; zero where more than cost chooses.
    pub mean_regret_usd: f64,
    /// Facts that go with another winner, those that part the samples most first.
    pub flips: Vec<FlipFact>,
}

impl ClassConfidence {
    /// Whether what is recommended serves and is ready in less than half of the samples.
    #[must_use]
    pub fn seldom_serves(&self) -> bool {
        self.usable_percent < 50.0
    }

    /// What is preferred in more samples than what is recommended; nothing where that is preferred in most, or seldom serves.
    #[must_use]
    pub fn outnumbered_by(&self) -> Option<&WinnerRow> {
        if self.seldom_serves() {
            return None;
        }
        let other = self.winners.iter().find(|row| row.technology != self.technology)?;
        (other.percent > self.wins_percent).then_some(other)
    }
}

/// A technology that costs least in some samples.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WinnerRow {
    /// Identifier.
    pub technology: String,
    /// Name.
    pub name: String,
    /// Family.
    pub family: String,
    /// Samples in which it is usable and preferred.
    pub percent: f64,
}

/// A fact whose value goes with another winner.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FlipFact {
    /// The fact.
    pub fact: InputFact,
    /// Samples with another winner among those with the fact in the lowest third of its distribution.
    pub low_third_percent: f64,
    /// The same in the highest third.
    pub high_third_percent: f64,
}

/// A strategy among all.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StrategyConfidence {
    /// Identifier.
    pub id: String,
    /// Samples in which no strategy has a cheaper network over the years. Strategies that take the same technologies share them.
    pub cheapest_percent: f64,
    /// Samples in which no strategy's network draws less.
    pub least_power_percent: f64,
    /// Samples in which no strategy loses fewer accelerator-hours to its network.
    pub least_lost_percent: f64,
    /// Network cost over the years less that of the baseline, percent of the baseline's.
    pub cost_against_baseline_percent: RangeRow,
}

/// The range of a gain.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GainRange {
    /// What, as in the decision's gains.
    pub what: String,
    /// Change in percent of the baseline: with facts at their values, and 5, 50 and 95 % of samples.
    pub change_percent: RangeRow,
    /// Samples in which the mix is better than the baseline.
    pub better_percent: f64,
}

/// The inputs that a gain hangs on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GainInputs {
    /// What, as in the decision's gains.
    pub what: String,
    /// Standard deviation of its change over the samples, points of percent.
    pub deviation_points: f64,
    /// Pairs of samples that the indices rest on.
    pub pairs: u64,
    /// Inputs by total index, largest first.
    pub inputs: Vec<InputIndex>,
    /// All other facts together: what was not looked at one by one.
    pub others: InputShare,
    /// How many they are.
    pub others_count: u64,
}

/// Sobol's indices of an input: shares of the variance of a gain.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct InputShare {
    /// Share of the variance that would go if it alone were known (first-order index), with 95 % of bootstrap resamples.
    pub first: IntervalRow,
    /// Share that would stay if all others were known (total index), with 95 % of bootstrap resamples.
    pub total: IntervalRow,
}

/// An input with its indices.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct InputIndex {
    /// The fact.
    pub fact: InputFact,
    /// Its indices.
    pub share: InputShare,
}

/// A fact as an input of the decision.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct InputFact {
    /// Identifier in the catalog.
    pub id: String,
    /// What it is.
    pub about: String,
    /// Value with unit.
    pub value: String,
    /// Range with units; equal ends when exact.
    pub range: [String; 2],
    /// `measured`, `spec`, `model`, `claimed`, `assumed`.
    pub kind: String,
    /// Source.
    pub source: SourceRow,
}
