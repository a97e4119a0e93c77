//! The value of a row, by the public functions of the workload floor.

mod network;
mod serving;
mod training;

use crate::input::{Count, Goodput, Input};
use crate::systems::Systems;
use lightloom_operations::goodput::{Interruption, goodput};
use lightloom_workload::Convention;

/// The computed value in the unit in which it was measured, or why there is none.
pub(crate) fn value(systems: &Systems<'_>, input: &Input, unit: &str) -> Result<f64, String> {
    let found = match input {
        Input::Training(training) => training::value(systems, training, unit),
        Input::Collective(collective) => network::collective(systems, collective, unit),
        Input::Exchange(exchange) => network::exchange(systems, exchange, unit),
        Input::Serving(serving) => serving::decoding(systems, serving, unit),
        Input::Prompts(serving) => serving::prompts(systems, serving),
        Input::Count(asked) => count(systems, asked, unit),
        Input::Goodput(asked) => productive(systems, asked),
        Input::Ratio { unit, of } => {
            Ok(value(systems, &of[0], unit)? / value(systems, &of[1], unit)?)
        }
    }?;
    if found.is_finite() { Ok(found) } else { Err(format!("came out as {found}")) }
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
fn productive(systems: &Systems<'_>, asked: &Goodput) -> Result<f64, String> {
    let cost = Interruption::from_facts(systems.facts()).map_err(|e| e.to_string())?;
    let found = goodput(cost, asked.interruption).map_err(|e| e.to_string())?;
    Ok(100.0 * found.ettr.value())
}
