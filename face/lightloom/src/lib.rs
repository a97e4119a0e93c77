//! Lightloom computes the interconnect of an AI datacenter, from the photon to the token and from the lane to
//! the balance sheet.
//!
//! The stack is the house; every module here is a floor, and a floor knows only those below it:
//!
//! | floor | module | what |
//! |---|---|---|
//! | 0 | [`units`], [`num`], [`evidence`] | quantities, numerics, facts with sources |
//! | 1 | [`link`] | one lane: does it close, with which receiver, at what energy and latency |
//! | 2 | [`package`] | technologies as assemblies: ports, density, cost, repair unit |
//! | 3 | [`fabric`] | tiers, topologies, hall, bill of materials, power |
//! | 4 | [`workload`] | models on tiers: step time, decode speed, energy per token |
//! | 5 | [`operations`] | failures, repair, availability, goodput |
//! | 6 | [`economics`] | prices, cost over the years, readiness |
//! | 7 | [`scenario`] | a cluster in a TOML file, and the pipeline through all floors |
//! | 8 | [`decide`] | candidates, strategies, the plan document |
//! | 9 | [`explore`] | what the decision rests on |
//! |  | [`validation`] | published measurements, and what the floors compute for them |
//!
//! ```
//! let library = lightloom::Library::shipped()?;
//! let text = include_str!("../../../scenarios/dgx-h100-superpod-1024.toml");
//! let scenario = lightloom::scenario::parse(text)?;
//! let plan = lightloom::plan(&library, &scenario, text)?;
//! assert_eq!(plan.scenario.accelerators, 1024);
//! println!("{}", plan.decision.headline);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use lightloom_catalog as catalog;
pub use lightloom_decide as decide;
pub use lightloom_economics as economics;
pub use lightloom_evidence as evidence;
pub use lightloom_explore as explore;
pub use lightloom_fabric as fabric;
pub use lightloom_link as link;
pub use lightloom_num as num;
pub use lightloom_operations as operations;
pub use lightloom_package as package;
pub use lightloom_scenario as scenario;
pub use lightloom_units as units;
pub use lightloom_validation as validation;
pub use lightloom_workload as workload;

pub use lightloom_decide::Plan;
pub use lightloom_scenario::{Library, Scenario};

use lightloom_decide::alternatives::{alternatives, sentence as better_fabric};
use lightloom_decide::cost_sheet::money_plan;
use lightloom_decide::crossover::{PLAN_CLOSE, PLAN_LANES, crossover};
use lightloom_decide::operations_sheet::{check_operations, operations_study};
use lightloom_decide::questions::questions;
use lightloom_decide::readiness_sheet::{ReadinessRequest, readiness};
use lightloom_decide::serving_sheet::of_scenario;
use lightloom_decide::world_size::{LEAST_GAIN, SIZES, WorldSizeRequest, world_size};
use lightloom_decide::{Case, check, document};
use lightloom_evidence::Facts;
use lightloom_scenario::RunError;
use lightloom_units::BitRate;

/// What is wanted of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// How much of it.
    pub extent: Extent,
    /// Samples of all uncertain facts at once, by which the decision says how sure it is.
    pub samples: u32,
    /// Whether vendors' claims are believed or doubted; as the catalog has them when left out.
    pub belief: Option<explore::Belief>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { extent: Extent::Figures, samples: explore::confidence::SAMPLES, belief: None }
    }
}

/// How much of a plan is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The decision and its evidence.
    Answer,
    /// What the report's figures draw besides: the crossover of copper and light, serving between its two ends, the
    /// sizes of the domain, what fails, the ranges of money, readiness.
    Figures,
}

/// Plans a scenario: decides, explores the evidence, and writes the document with its figures.
///
/// `text` is the scenario's source, in which errors are placed.
///
/// # Errors
/// [`RunError`]: a placed problem of the scenario, or a floor that refuses.
pub fn plan(library: &Library, scenario: &Scenario, text: &str) -> Result<Plan, RunError> {
    plan_with(library, scenario, text, Wanted::default(), |_| {})
}

/// [`plan`], perhaps without figures, which says what it is doing.
///
/// # Errors
/// As [`plan`].
pub fn plan_with(
    library: &Library,
    scenario: &Scenario,
    text: &str,
    wanted: Wanted,
    mut say: impl FnMut(&str),
) -> Result<Plan, RunError> {
    let case = Case { library, scenario, text };
    let facts = lightloom_scenario::run::view(scenario, &library.catalog);
    say("putting every technology on every link");
    let (facts, doubt) = match wanted.belief {
        None => (facts, None),
        Some(belief) => {
            let by_catalog = decide::decide_links(&case, &facts)?;
            say("weighing what is claimed");
            let taken = explore::belief::taken(belief, &case, &facts, &by_catalog)?;
            let held = facts.holding(taken.iter().map(|t| (t.fact, t.value)));
            (held, Some((belief, by_catalog, taken)))
        }
    };
    let decided = decide::decide(&case, &facts)?;
    say("varying the evidence");
    let sensitivity = explore::sensitivity(&case, &facts, &decided)?;
    let asked = explore::confidence::Asked {
        case: &case,
        facts: &facts,
        decided: &decided,
        samples: wanted.samples,
    };
    let confidence = explore::confidence(&asked, |drawn| {
        say(&format!("drawing all facts at once: {drawn} of {} samples", wanted.samples));
    })?;
    say("writing the plan");
    let mut plan = document(&case, &facts, &decided)?;
    explore::evidence::annotate(&mut plan, &library.catalog, &sensitivity, confidence);
    plan.alternatives = alternatives(&case, &facts, &decided)?;
    plan.decision.fabric = better_fabric(&plan.alternatives);
    plan.conflicts = explore::conflicts(&case, &facts, &decided)?;
    plan.belief = doubt.map(|(belief, by_catalog, taken)| {
        explore::belief::sheet(belief, &case, &facts, &taken, [&by_catalog, &decided])
    });
    plan.checks = check::rows(&case, &facts, &decided)?;
    if wanted.extent == Extent::Answer {
        // What `[operations]` asks for is refused here as it is with figures.
        check_operations(&case, &facts, &decided)?;
        plan.questions = questions(&plan);
        return Ok(plan);
    }
    say("drawing where copper ends");
    let lanes = PLAN_LANES.map(BitRate::gbps);
    plan.crossover = Some(crossover(&case, &facts, Some(&decided.links), &lanes, PLAN_CLOSE)?);
    say("trying domains of other sizes");
    plan.serving = of_scenario(&case, &facts, &decided)?;
    plan.world_size = domain_sizes(&case, &facts, &decided.links)?;
    say("following failures");
    plan.operations = Some(operations_study(&case, &facts, &decided)?);
    say("putting ranges on what it costs");
    plan.money = Some(money_plan(&case, &facts, &decided)?);
    say("drawing what is ready when");
    plan.readiness = Some(readiness(&case, &facts, &decided, &ReadinessRequest::default())?);
    plan.questions = questions(&plan);
    Ok(plan)
}

/// The sizes of the domain for the model that is served, at its speed and at faster ones.
fn domain_sizes(
    case: &Case<'_>,
    facts: &Facts<'_>,
    links: &std::sync::Arc<package::Links>,
) -> Result<Option<decide::plan::WorldSizeStudy>, RunError> {
    let Some(serving) = &case.scenario.serving else { return Ok(None) };
    let speed = serving.tokens_per_second_per_user;
    let request = WorldSizeRequest {
        sizes: &SIZES,
        model: None,
        speeds: &[speed, 2.5 * speed, 5.0 * speed],
        least_gain: LEAST_GAIN,
    };
    world_size(case, facts, Some(links), &request).map(Some)
}
