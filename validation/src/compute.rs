//! The value of a row, by the public functions of the workload floor.

mod network;
mod published;
mod serving;
mod training;

use crate::fleet::{self, Spanned};
use crate::input::{Count, Faults, Goodput, Input, Interruptions, LinkFailures, LinkOf};
use crate::systems::Systems;
use lightloom_operations::goodput::{Interruption, goodput};
use lightloom_units::FailureRate;
use lightloom_workload::Convention;

/// A computed figure, and where the ranges of what it rests on put its ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Computed {
    pub(crate) value: f64,
    /// Only of what is computed from ranges.
    pub(crate) range: Option<[f64; 2]>,
}

impl From<f64> for Computed {
    fn from(value: f64) -> Self {
        Self { value, range: None }
    }
}

impl From<Spanned> for Computed {
    fn from(Spanned { value, span }: Spanned) -> Self {
        Self { value, range: Some(span) }
    }
}

/// What is computed in the unit in which it was measured, or why there is nothing.
pub(crate) fn value(systems: &Systems<'_>, input: &Input, unit: &str) -> Result<Computed, String> {
    let found = match input {
        Input::Training(training) => training::value(systems, training, unit)?.into(),
        Input::Collective(collective) => network::collective(systems, collective, unit)?.into(),
        Input::Exchange(exchange) => network::exchange(systems, exchange, unit)?.into(),
        Input::Serving(serving) => serving::decoding(systems, serving, unit)?.into(),
        Input::Prompts(serving) => serving::prompts(systems, serving)?.into(),
        Input::Count(asked) => count(systems, asked, unit)?.into(),
        Input::Goodput(asked) => productive(systems, asked)?,
        Input::Interruptions(asked) => interruptions(systems, asked, unit)?.into(),
        Input::LinkFailures(asked) => link_failures(systems, asked)?.into(),
        Input::Published(asked) => published::value(systems.facts(), asked)?.into(),
        Input::Ratio { unit, of } => {
            let [over, under] = [value(systems, &of[0], unit)?, value(systems, &of[1], unit)?];
            Computed::from(over.value / under.value)
        }
    };
    if found.value.is_finite() { Ok(found) } else { Err(format!("came out as {}", found.value)) }
}

/// How often a job stops, by the rates of components.
fn interruptions(
    systems: &Systems<'_>,
    asked: &Interruptions,
    unit: &str,
) -> Result<Spanned, String> {
    let network = match asked.faults {
        Faults::All => None,
        Faults::Compute => Some(false),
        Faults::Network => Some(true),
    };
    let time = asked.time;
    if unit == "events" && time.is_none() {
        return Err("events are counted in a `time`".to_owned());
    }
    let fleet = systems.fleet(&asked.system)?;
    Ok(fleet.figure(asked.accelerators, network, |these, all| match (unit, time) {
        ("events", Some(time)) => these * time,
        ("%", _) => 100.0 * (these / all),
        _ => these.mtbf().map_or(f64::INFINITY, lightloom_units::Time::as_hours),
    }))
}

/// How often a link fails, by its parts.
fn link_failures(systems: &Systems<'_>, asked: &LinkFailures) -> Result<Spanned, String> {
    let (library, facts) = (systems.library(), systems.facts());
    let part = asked.part;
    let found = match &asked.of {
        LinkOf::Class { system, class, technology } => {
            fleet::link(library, facts, [system, class, technology], part.cleaning())?
        }
        LinkOf::Product { product } => {
            fleet::product_link(library, facts, product, part.cleaning())?
        }
    };
    let share = part.share();
    Ok(Spanned { value: found.value * share, span: found.span.map(|end| end * share) })
}

/// Parameters, operations, cache.
fn count(systems: &Systems<'_>, asked: &Count, unit: &str) -> Result<f64, String> {
    let model = systems.model(&asked.model)?;
    Ok(match unit {
        // Far below 2^53.
        #[allow(clippy::cast_precision_loss)]
        "B" => model.parameters() as f64 * 1e-9,
        "GFLOP" => {
            let convention = Convention { prediction: asked.predict_further, ..Convention::MODEL };
            model.operations(asked.sequence).training(convention) * 1e-9
        }
        _ => model.kv_per_token(2.0).as_bytes() * 1e-3,
    })
}

/// With checkpoint and restart of the facts.
fn productive(systems: &Systems<'_>, asked: &Goodput) -> Result<Computed, String> {
    let cost = Interruption::from_facts(systems.facts()).map_err(|e| e.to_string())?;
    let share = |interval| goodput(cost, interval).map(|found| 100.0 * found.ettr.value());
    match (asked.interruption, &asked.system) {
        (Some(interval), None) => Ok(share(interval).map_err(|e| e.to_string())?.into()),
        (None, Some(system)) => {
            let figure = |these: FailureRate, _| {
                these.mtbf().map_or(100.0, |interval| share(interval).unwrap_or(f64::NAN))
            };
            Ok(systems.fleet(system)?.figure(asked.accelerators, None, figure).into())
        }
        _ => Err("give `interruption`, or `system` and `accelerators`".to_owned()),
    }
}
