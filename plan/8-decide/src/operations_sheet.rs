//! A cluster in operation: years of it simulated beside closed forms, and every strategy in closed form.
//!
//! | file | what |
//! |---|---|
//! | `study` | strategies in closed form: where hours go, blast radius, job sizes, how often engines may fail |
//! | `evidence` | the same with facts of failure and repair at the ends of their ranges |
//! | `figures` | closed form beside simulated |
//! | `straggling` | what a job loses by waiting for links that flap or are slow |

mod evidence;
mod figures;
mod straggling;
mod study;

pub use study::{check_operations, operations_study};

use crate::candidate::Candidate;
use crate::decide::{Case, Decided};
use crate::mix::{MixError, mix};
use crate::plan::{
    AgainstStrategy, ChoiceRow, OPERATE_SCHEMA, OperateSheet, OperationsStudy, SiteRow, YearsRow,
};
use crate::site::{Operated, operated};
use crate::strategy::Rule;
use crate::years::{Effort, Progress, Years, affordable, simulate};
use lightloom_evidence::Facts;
use lightloom_operations::Event;
use lightloom_scenario::RunError;
use lightloom_units::Ratio;
use lightloom_units::time::HOURS_PER_YEAR as HOURS;

/// Events that are simulated where neither years nor a precision are asked for: a few seconds.
const EVENTS: f64 = 3e6;
/// Fewest and most years of a default simulation.
const YEARS: [u64; 2] = [4, 256];
/// Most years of one that is to reach a precision.
const MOST_YEARS: u64 = 100_000;
/// Confidence of the intervals.
const CONFIDENCE: f64 = 0.95;

/// Whose years are simulated.
#[derive(Debug, Clone, PartialEq)]
pub enum Whose {
    /// A strategy.
    Rule(Rule),
    /// The recommended mix with technologies for link classes.
    Mix(Vec<(String, String)>),
}

/// How long is simulated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Length {
    /// As many years as a few seconds allow.
    Seconds,
    /// So many years; two at least, because one has no interval.
    Years(u64),
    /// Until half-width over mean of what is lost is no more than this.
    Precision(Ratio),
}

/// What is asked of an operations sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct OperateRequest {
    /// Whose years.
    pub whose: Whose,
    /// A strategy whose years are set against them.
    pub against: Option<Rule>,
    /// How long.
    pub length: Length,
    /// Seed of all histories.
    pub seed: u64,
}

/// The sheet of a decided case.
///
/// # Errors
/// [`MixError`]: a mix that there is not, `[operations]` that cannot be, or a floor that refuses.
pub fn operations_sheet(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    asked: &OperateRequest,
    progress: impl FnMut(&Progress),
) -> Result<OperateSheet, MixError> {
    let studied = study::strategies(case, facts, decided)?;
    let spare = studied.first().map(|s| s.operated.spare_domains());
    let one = |whose: &Whose| -> Result<(String, Vec<Candidate>, Operated), MixError> {
        let (id, picks) = match whose {
            Whose::Rule(rule) => {
                let found = studied.iter().find(|s| s.id == rule.id());
                let picks = found.map_or_else(Vec::new, |s| s.picks.to_vec());
                (rule.id().to_owned(), picks)
            }
            Whose::Mix(given) => {
                let picks = mix(case, facts, decided, given)?.picks;
                let told: Vec<String> = given.iter().map(|(c, t)| format!("{c}={t}")).collect();
                (format!("recommended, with {}", told.join(", ")), picks)
            }
        };
        let ports = study::ports(&picks);
        let operated = operated(case, facts, &decided.structure, &ports, spare)?;
        Ok((id, picks, operated))
    };
    let (id, picks, own) = one(&asked.whose)?;
    let other = asked.against.map(|rule| one(&Whose::Rule(rule))).transpose()?;
    let mut sites = vec![&own.site];
    sites.extend(other.iter().map(|(.., operated)| &operated.site));
    let (most, precision) = match asked.length {
        Length::Years(years) => (years.max(2), None),
        Length::Precision(wanted) => (MOST_YEARS, Some(wanted)),
        Length::Seconds => (affordable(&sites, EVENTS).clamp(YEARS[0], YEARS[1]), None),
    };
    let effort = Effort { seed: asked.seed, confidence: Ratio::new(CONFIDENCE), most, precision };
    let years = simulate(&sites, &effort, progress).map_err(RunError::from)?;
    let study = study::study(case, facts, decided, &studied).map_err(MixError::from)?;
    let against = match &other {
        Some((id, _, operated)) => Some(AgainstStrategy {
            strategy: id.clone(),
            differences: figures::differences(&own, operated, &years).map_err(RunError::from)?,
        }),
        None => None,
    };
    sheet(case, facts, decided, (&id, &picks, &own), (&effort, &years), (against, study))
        .map_err(MixError::from)
}

fn sheet(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    (id, picks, own): (&str, &[Candidate], &Operated),
    (effort, years): (&Effort, &Years),
    (against, study): (Option<AgainstStrategy>, OperationsStudy),
) -> Result<OperateSheet, RunError> {
    let classes = &decided.structure.fabric.link_classes;
    let choices = classes.iter().zip(picks).map(|(class, pick)| {
        let technology = case.library.offer(&pick.technology);
        ChoiceRow {
            class: class.name.clone(),
            technology: pick.technology.clone(),
            name: technology.map_or_else(String::new, |t| t.name.clone()),
            family: technology.map_or("", |t| crate::reach::family(t)).to_owned(),
        }
    });
    let site = &own.site;
    let integer = |q: lightloom_units::Count| q.value().round() as u64;
    let outcome = years.outcomes.first();
    let mut sheet = OperateSheet {
        schema: OPERATE_SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        scenario: case.scenario.name.clone(),
        strategy: id.to_owned(),
        choices: choices.collect(),
        site: SiteRow {
            accelerators: integer(site.accelerators),
            node_accelerators: integer(site.node),
            domain_accelerators: integer(site.domain),
            domains: site.domains(),
            domain_nodes: site.nodes_per_domain(),
            technicians: site.technicians,
            job_accelerators: integer(own.job_accelerators),
            job_domains: own.job.domains,
            job_nodes: own.job.nodes,
            spare_domains: own.spare_domains(),
            checkpoint_interval_s: own.job.interval.as_s(),
            interval_is_daly: case.scenario.operations.every().is_none(),
            checkpoint_s: own.job.checkpoint.as_s(),
            restart_s: own.job.restart.as_s(),
        },
        years: YearsRow {
            years: outcome.map_or(0.0, |o| o.years),
            events: years.outcomes.iter().map(|o| o.events).sum(),
            seed: effort.seed,
            warm_up_h: years.warm_up.as_hours(),
            confidence: effort.confidence.value(),
            precision_wanted: effort.precision.map(Ratio::value),
            precision: years.precision,
        },
        figures: Vec::new(),
        causes: Vec::new(),
        spares: Vec::new(),
        levels: Vec::new(),
        against,
        study,
        findings: own.notes.clone(),
    };
    if let Some(outcome) = outcome {
        sheet.figures = figures::held(decided, own, outcome)?;
        sheet.causes = figures::causes(decided, own, outcome)?;
        sheet.spares = figures::spare_rows(case, facts, own, outcome)?;
        sheet.levels = figures::levels(own, outcome)?;
    }
    figures::findings(&mut sheet);
    Ok(sheet)
}

/// What a repair replaces, or the kind of event.
pub(crate) fn repair_name(event: Event) -> String {
    match event {
        Event::Flap => "passes by itself".to_owned(),
        Event::Reset => "reset".to_owned(),
        Event::Reseat => "cleaned or reseated".to_owned(),
        Event::Hard(unit) => unit.to_string(),
    }
}
