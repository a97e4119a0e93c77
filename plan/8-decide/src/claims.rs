//! The claims that the field makes, weighed by what the floors compute.
//!
//! A [`Claim`] holds answers: computed numbers, each with its boundary. Some of them carry the claim's own bound, and the
//! verdict follows from those alone; no verdict is written down. The list of claims is that of the project's mission.
//!
//! | file | what |
//! |---|---|
//! | `list` | all claims in our words |
//! | `margin` | how far answers lie from their bounds, and verdicts from turning |
//! | `verdict` | bounds, evidence, verdicts |
//! | `grounds` | what answers are computed from, each once |
//! | `clusters`, `ports` | shipped clusters decided; ports under joint draws |
//! | `jobs` | jobs of the cluster and of domains of other sizes, at nominal facts and drawn |
//! | `power` | C02, C17, C38: who takes the power, what is saved, what a picojoule makes of a rack |
//! | `path` | C10, C20, C21, C39: the electrical path and what drives it |
//! | `host_path` | C05, C19: the copper from the chip to its optics |
//! | `copper_reach` | C16, C28, C37: where copper ends, and what ends it |
//! | `crossing` | C27, C30: copper beside light |
//! | `module` | C01, C06, C35: modules, engines, their standards |
//! | `factory` | C07: a million accelerators |
//! | `adopted` | C09, C26: whose switches, and what is mixed |
//! | `networks` | C15, C36, C41: networks and racks of shipped systems |
//! | `storage` | C11: what the front end carries |
//! | `work` | C12, C29, C34, C40: training and inference |
//! | `density` | C03, C31: what fits over an edge and through a panel |
//! | `latency` | C18 |
//! | `place` | C22: light at the switch, or at both ends |
//! | `repair` | C23 |
//! | `reliability` | C24: failure rates with their bounds, accelerator-hours lost |
//! | `life_cost` | C04: price and cost over the years |
//! | `owned` | C13: owned against rented |
//! | `adoption` | C08, C14, C25: dates, what slows adoption, buyers |
//! | `coupling` | C32 |
//! | `heat` | C33 |

mod adopted;
mod adoption;
mod clusters;
mod copper_reach;
mod coupling;
mod crossing;
mod density;
mod factory;
mod grounds;
mod heat;
mod host_path;
mod jobs;
mod latency;
mod life_cost;
mod list;
mod margin;
mod module;
mod networks;
mod owned;
mod path;
mod place;
mod ports;
mod power;
mod reliability;
mod repair;
mod storage;
mod verdict;
mod work;

pub use grounds::Grounds;
pub use list::CLAIMS;
pub use margin::{Turn, turn};
pub use verdict::{Answer, Bound, Finding, Verdict};

use lightloom_scenario::RunError;
use schemars::JsonSchema;
use serde::Serialize;

/// Version of the document.
pub const SCHEMA: &str = "lightloom.claims/1";

/// A claim with its answers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Claim {
    /// Identifier: `C02`.
    pub id: String,
    /// What is claimed, in our words.
    pub claim: String,
    /// What the answers make of it.
    pub verdict: Verdict,
    /// How far it is from turning; absent where sources disagree already.
    pub turn: Option<Turn>,
    /// Computed numbers with their boundaries; the first is the main one.
    pub answers: Vec<Answer>,
    /// What they mean, and between which verdicts open ones would decide.
    pub explanation: String,
    /// The command that shows the first; two with a semicolon between where it takes both.
    pub command: String,
}

impl Claim {
    /// Weighs a claim of the list by its answers.
    #[must_use]
    pub fn new(id: &str, answers: Vec<Answer>, explanation: String, command: String) -> Self {
        let findings: Vec<Finding> = answers.iter().filter_map(|a| a.finding).collect();
        let left_open = Verdict::left_open(&findings);
        let explanation =
            if left_open.is_empty() { explanation } else { format!("{explanation} {left_open}") };
        Self {
            id: id.to_owned(),
            claim: list::text(id).unwrap_or_default().to_owned(),
            verdict: Verdict::of(&findings),
            turn: turn(&answers),
            answers,
            explanation,
            command,
        }
    }

    /// With the first answer of this name and within this boundary as the main one.
    #[must_use]
    fn led_by(mut self, what: &str, boundary: &str) -> Self {
        let is_main = |a: &Answer| a.what.starts_with(what) && a.boundary.contains(boundary);
        if let Some(at) = self.answers.iter().position(is_main) {
            self.answers[..=at].rotate_right(1);
        }
        self
    }
}

/// What some claims were asked for.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Claims {
    /// Version of this document.
    pub schema: &'static str,
    /// Claims with an answer.
    pub claims: Vec<Claim>,
    /// Claims that no floor answers yet.
    pub unanswered: Vec<Unanswered>,
}

/// A claim that no floor answers yet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Unanswered {
    /// Identifier.
    pub id: String,
    /// What is claimed, in our words.
    pub claim: String,
}

/// A claim by its identifier; `None` where no floor answers it.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn claim(grounds: &Grounds<'_>, id: &str) -> Result<Option<Claim>, RunError> {
    let answered = match id {
        "C01" => module::power_wall(grounds),
        "C02" => power::saving(grounds),
        "C03" => density::panels(grounds),
        "C04" => life_cost::over_its_life(grounds),
        "C05" => host_path::traces(grounds),
        "C06" => module::integrated(grounds),
        "C07" => factory::million(grounds),
        "C08" => adoption::pilots(grounds),
        "C09" => adopted::switches(grounds),
        "C10" => path::shrinks(grounds),
        "C11" => storage::platforms(grounds),
        "C12" => work::gains(grounds),
        "C13" => owned::against_rented(grounds),
        "C14" => adoption::slowed(grounds),
        "C15" => networks::ratios(grounds),
        "C16" => copper_reach::two_metres(grounds),
        "C17" => power::inside_a_pluggable(grounds),
        "C18" => latency::retimed(grounds),
        "C19" => host_path::host_board(grounds),
        "C20" => path::on_board(grounds),
        "C21" => path::tiers(grounds),
        "C22" => place::accelerator(grounds),
        "C23" => repair::swapped(grounds),
        "C24" => reliability::more_reliable(grounds),
        "C25" => adoption::buyers(grounds),
        "C26" => adopted::hybrids(grounds),
        "C27" => crossing::quicker_and_cooler(grounds),
        "C28" => copper_reach::four_hundred(grounds),
        "C29" => work::world_size(grounds),
        "C30" => crossing::where_one_can(grounds),
        "C31" => density::tenfold(grounds),
        "C32" => coupling::decides(grounds),
        "C33" => heat::local(grounds),
        "C34" => work::proportion(grounds),
        "C35" => module::standards(grounds),
        "C36" => networks::two_media(grounds),
        "C37" => copper_reach::channel_limits(grounds),
        "C38" => power::rack(grounds),
        "C39" => path::serdes(grounds),
        "C40" => work::inference_first(grounds),
        "C41" => networks::limits(grounds),
        _ => return Ok(None),
    };
    answered.map(Some)
}

/// Claims by their identifiers, in the order of the list; all where none is named.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn claims(grounds: &Grounds<'_>, ids: &[String]) -> Result<Claims, RunError> {
    let mut found = Claims { schema: SCHEMA, claims: Vec::new(), unanswered: Vec::new() };
    let asked = |id: &str| ids.is_empty() || ids.iter().any(|i| i == id);
    for (id, text) in CLAIMS.iter().filter(|(id, _)| asked(id)) {
        match claim(grounds, id)? {
            Some(claim) => found.claims.push(claim),
            None => found
                .unanswered
                .push(Unanswered { id: (*id).to_owned(), claim: (*text).to_owned() }),
        }
    }
    Ok(found)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test may panic")]
mod tests {
    use super::*;
    use lightloom_evidence::Facts;
    use lightloom_scenario::{Library, parse};

    #[test]
    fn a_verdict_turns_when_a_fact_is_moved() {
        let library = Library::shipped().unwrap();
        let text = include_str!("../../../scenarios/gb300-nvl72-4608.toml");
        let scenario = parse(text).unwrap();
        let weighed = |facts: &Facts<'_>, id| {
            let grounds = Grounds::new(&library, facts, ("gb300", &scenario, text)).unwrap();
            claim(&grounds, id).unwrap().unwrap()
        };
        let facts = Facts::nominal(&library.catalog);
        let rack = weighed(&facts, "C38");
        assert_eq!(rack.verdict, Verdict::Holds);
        // 72 accelerators of 14.4 Tb/s at 1 pJ/bit, by hand.
        assert!((rack.answers[0].value - 72.0 * 14.4).abs() < 1e-6);
        let position = library.catalog.position("accelerator.rubin.scale_up_bandwidth").unwrap();
        let slow = weighed(&facts.with(position, 1e12), "C38");
        assert_eq!(slow.verdict, Verdict::HoldsAtThisBoundary);
        assert!((slow.answers[0].value - 72.0).abs() < 1e-9);
    }

    #[test]
    fn claims_are_those_of_the_mission() {
        let ids: Vec<String> = (1..=41).map(|n| format!("C{n:02}")).collect();
        assert!(CLAIMS.iter().map(|(id, _)| *id).eq(ids.iter().map(String::as_str)));
    }
}
