//! Where a decision flips: the value of one input at which a strategy begins or ceases to pay, and who wins over two.

mod input;
mod map;
mod near;
mod scene;

pub use input::{Input, NAMED};
pub(crate) use map::plan_map;
pub use map::{MapRequest, winners};

use crate::cost_sheet::{Desk, break_even_premium, range};
use crate::decide::{Case, Decided};
use crate::draws::place;
use crate::plan::{BREAK_EVEN_SCHEMA, BreakEvenSheet, FlipPoint, FlipRow};
use crate::price_draws::Sample;
use crate::sentence::dollars;
use crate::strategy::Rule;
use input::Knob;
use lightloom_economics::{Axis, BreakEven, BreakEvenError, EconomicsError, Effort, break_even};
use lightloom_evidence::Facts;
use lightloom_scenario::RunError;
use scene::{Scene, Standing};
use std::collections::BTreeMap;

/// What is asked.
#[derive(Debug, Clone)]
pub struct BreakEvenRequest<'a> {
    /// What is moved.
    pub input: Input,
    /// Strategies; left out, all that the input can decide.
    pub strategy: Option<Rule>,
    /// What they are held against.
    pub against: Rule,
    /// A second input for a map of the winner.
    pub map: Option<&'a Input>,
    /// Samples of the facts of money for the range of a premium.
    pub samples: u32,
}

/// Why there is no sheet.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BreakEvenSheetError {
    /// A floor refused.
    #[error(transparent)]
    Run(#[from] RunError),
    /// There is no such input.
    #[error("there is no input `{name}`")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What may be asked.
        hint: String,
    },
    /// A value or range that is none.
    #[error("{message}")]
    Value {
        /// What is wrong.
        message: String,
        /// What to change.
        hint: String,
    },
}

impl From<EconomicsError> for BreakEvenSheetError {
    fn from(error: EconomicsError) -> Self {
        Self::Run(error.into())
    }
}

impl BreakEvenSheetError {
    fn of(error: BreakEvenError<RunError>, input: &Input) -> Self {
        match error {
            BreakEvenError::Function { at, error } => Self::Value {
                message: format!("at {} of {}: {error}", input.shown(at), input.name),
                hint: "narrow the range with --from and --to".to_owned(),
            },
            other => Self::Value { message: other.to_string(), hint: other.hint() },
        }
    }
}

/// How finely an input is looked through.
const EFFORT: Effort = Effort { steps: 16, halvings: 9 };

/// Where strategies begin and cease to pay over an input.
///
/// # Model
/// The advantage of a strategy is the net present value of choosing it: the discounted cost of the cluster under `against` less its
/// own. Every change of sign over the range is sought by [`lightloom_economics::break_even()`]. At every value technologies are
/// chosen anew by the strategy's rule and run through all floors; so an advantage may jump where another technology takes a link. A
/// premium leaves the choice as it is and moves the price of the strategy's own technology over that of a retimed pluggable on the
/// same links.
///
/// # Validity
/// Two flips within a sixteenth of the range are not seen. Facts that lanes read are moved with the bound of the nominal link, as in
/// the plan's evidence.
///
/// # Errors
/// [`BreakEvenSheetError`].
pub fn break_even_sheet(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    request: &BreakEvenRequest<'_>,
) -> Result<BreakEvenSheet, BreakEvenSheetError> {
    let input = &request.input;
    let desk = Desk::new(case, facts, decided, request.samples)?;
    let axis = input.axis()?;
    let is_premium = input.knob == Knob::Premium;
    let rules: Vec<Rule> = match request.strategy {
        Some(rule) => vec![rule],
        None => Rule::ALL
            .into_iter()
            .filter(|r| *r != request.against && !(is_premium && r.light().is_none()))
            .collect(),
    };
    let mut rows = Vec::new();
    let mut near = None;
    if is_premium {
        for rule in rules.iter().filter(|r| **r != Rule::Baseline) {
            rows.push(premium_row(&desk, request, *rule, &axis)?);
        }
    } else {
        let scene = Scene::new(case, facts, decided)?;
        let mut walk = Walk { scene: &scene, input, known: BTreeMap::new() };
        for rule in &rules {
            rows.push(walk.row(request.against, *rule, &axis)?);
        }
        if rows.iter().all(|row| row.flips.is_empty()) {
            let asked = (input.name.as_str(), rules.as_slice(), request.against);
            near = near::nearest(case, facts, &scene, asked)?;
        }
    }
    let map = match request.map {
        None => None,
        Some(other) => {
            let premium_of = request.strategy.unwrap_or(Rule::CoPackagedSwitch);
            let asked = MapRequest { x: input, y: other, premium_of };
            Some(map::winners_of(&desk, &asked)?)
        }
    };
    let mut sheet = BreakEvenSheet {
        schema: BREAK_EVEN_SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        scenario: case.scenario.name.clone(),
        input: input.row(),
        against: request.against.id().to_owned(),
        measure: format!(
            "net present value over {} years at a discount of {:.1} %",
            lightloom_units::significant(desk.nominal.finance.life.as_years(), 3),
            100.0 * desk.nominal.finance.discount.value()
        ),
        strategies: rows,
        map,
        findings: Vec::new(),
    };
    sheet.findings = sheet.strategies.iter().map(|row| row.meaning.clone()).chain(near).collect();
    if let Some(map) = &sheet.map {
        sheet.findings.push(map::meaning(map));
    }
    Ok(sheet)
}

/// A strategy over its own premium.
fn premium_row(
    desk: &Desk<'_>,
    request: &BreakEvenRequest<'_>,
    rule: Rule,
    axis: &Axis,
) -> Result<FlipRow, BreakEvenSheetError> {
    let (i, other) = (place(rule), place(request.against));
    let (ledger, sample) = (&desk.books.ledgers[i], &desk.nominal);
    let input = &request.input;
    let base = sample.accounts[other].cluster.discounted;
    let Some(stands) = ledger.premium(&sample.prices.links[i], &sample.prices.retimed) else {
        return Ok(unserved(rule));
    };
    let sold = desk.books.sold(&sample.prices);
    let advantage = |premium: f64| -> Result<f64, RunError> {
        let own = &sample.prices.links[i];
        let links = ledger.at_premium(own, &sample.prices.retimed, premium);
        let links = links.as_ref().unwrap_or(own);
        let account = desk.books.account(ledger, links, &sample.prices, sold, &sample.finance)?;
        Ok((base - account.cluster.discounted).as_usd())
    };
    let found =
        break_even(advantage, axis, EFFORT).map_err(|e| BreakEvenSheetError::of(e, input))?;
    let now = (base - sample.accounts[i].cluster.discounted).as_usd();
    let mut row = row(rule, input, &found, now, Vec::new());
    row.stands_at = Some(input.to_unit(stands));
    if request.against == Rule::Baseline {
        let even = |s: &Sample| break_even_premium(&desk.books, ledger, i, s);
        row.flip_range = even(&desk.nominal).map(|central| {
            let all = desk.samples.iter().filter_map(even);
            range(input.to_unit(central), all.map(|p| input.to_unit(p)).collect())
        });
    }
    row.meaning = meaning(&row, input, axis, &request.against);
    Ok(row)
}

fn unserved(rule: Rule) -> FlipRow {
    FlipRow {
        id: rule.id().to_owned(),
        now_usd: 0.0,
        stands_at: None,
        at_ends_usd: [0.0; 2],
        seen_usd: [0.0; 2],
        flips: Vec::new(),
        flip_range: None,
        takes: Vec::new(),
        meaning: format!("{}: serves no link here, so it has no premium.", rule.name()),
    }
}

/// The strategies at every value of an input that was asked for.
struct Walk<'s, 'a> {
    scene: &'s Scene<'a>,
    input: &'s Input,
    known: BTreeMap<u64, Vec<Standing>>,
}

impl Walk<'_, '_> {
    fn at(&mut self, value: f64) -> Result<&[Standing], RunError> {
        let key = value.to_bits();
        if !self.known.contains_key(&key) {
            let found = self.scene.at(&[(self.input, value)], None)?;
            self.known.insert(key, found);
        }
        Ok(self.known.get(&key).map_or(&[], Vec::as_slice))
    }

    fn row(
        &mut self,
        against: Rule,
        rule: Rule,
        axis: &Axis,
    ) -> Result<FlipRow, BreakEvenSheetError> {
        let (i, other) = (place(rule), place(against));
        let input = self.input;
        let advantage = |all: &[Standing]| all[other].discounted - all[i].discounted;
        let found = break_even(|value| Ok(advantage(self.at(value)?)), axis, EFFORT)
            .map_err(|e| BreakEvenSheetError::of(e, input))?;
        let now = match input.now {
            Some(now) => self.at(now)?.to_vec(),
            None => self.scene.at(&[], None)?,
        };
        let takes = |all: &[Standing]| all[i].takes.clone();
        let here = takes(&now);
        let mut changes = Vec::new();
        for (end, value) in [("low end", axis.low()), ("high end", axis.high())] {
            let there = takes(self.at(value)?);
            if there != here {
                changes.push(format!("at the {end}, {}: {there}", input.shown(value)));
            }
        }
        if !changes.is_empty() {
            changes.insert(0, format!("now: {here}"));
        }
        let mut row = row(rule, input, &found, advantage(&now), changes);
        row.meaning = meaning(&row, input, axis, &against);
        Ok(row)
    }
}

fn row(rule: Rule, input: &Input, found: &BreakEven, now: f64, takes: Vec<String>) -> FlipRow {
    let flips = found.crossings.iter().map(|crossing| FlipPoint {
        at: input.to_unit(crossing.at),
        shown: input.shown(crossing.at),
        pays_above: crossing.rising,
        jump: crossing.jump,
    });
    FlipRow {
        id: rule.id().to_owned(),
        now_usd: now,
        stands_at: None,
        at_ends_usd: found.at_ends,
        seen_usd: found.seen,
        flips: flips.collect(),
        flip_range: None,
        takes,
        meaning: String::new(),
    }
}

fn meaning(row: &FlipRow, input: &Input, axis: &Axis, against: &Rule) -> String {
    let name = Rule::find(&row.id).map_or_else(|_| row.id.clone(), |rule| rule.name().to_owned());
    let span = format!("between {} and {}", input.shown(axis.low()), input.shown(axis.high()));
    let [least, most] = row.seen_usd;
    if row.flips.is_empty() {
        if most.abs().max(least.abs()) < 1.0 {
            return format!(
                "{name}: costs what {} costs, whatever {} is.",
                against.id(),
                input.name
            );
        }
        let verb = if least >= 0.0 { "pays" } else { "does not pay" };
        let [low, high] = row.at_ends_usd;
        if (most - least).abs() < 1.0 {
            return format!(
                "{name}: {verb} at any {} {span}: its advantage is {} throughout, so nothing that it or {} takes depends on it.",
                input.name,
                dollars(row.now_usd),
                against.id()
            );
        }
        // Between the ends it may come nearer to zero than at either.
        let nearest = if least >= 0.0 { least } else { most };
        let within = if nearest.abs() + 1.0 < low.abs().min(high.abs()) {
            format!(", {} where it is nearest to a flip", dollars(nearest))
        } else {
            String::new()
        };
        let on = near::beyond(input, axis, row.at_ends_usd)
            .map_or_else(String::new, |on| format!("; {on}"));
        return format!(
            "{name}: {verb} at any {} in the range: its advantage is {} at {} and {} at {}{within}; nothing flips{on}.",
            input.name,
            dollars(low),
            input.shown(axis.low()),
            dollars(high),
            input.shown(axis.high()),
        );
    }
    let places: Vec<String> = row
        .flips
        .iter()
        .map(|flip| {
            let side = if flip.pays_above { "above" } else { "below" };
            let jump =
                if flip.jump { " (a jump: another technology takes a link there)" } else { "" };
            format!("pays {side} {}{jump}", flip.shown)
        })
        .collect();
    let stands = match (row.stands_at, input.now) {
        (Some(own), _) => format!("; it stands at {}", input.in_unit(own)),
        (None, Some(now)) => format!("; now it is {}", input.shown(now)),
        _ => String::new(),
    };
    let reach = row.flip_range.as_ref().map_or_else(String::new, |r| {
        format!(
            " at the catalog's own values ({} to {} in 5 to 95 % of draws of the facts of money)",
            input.in_unit(r.low),
            input.in_unit(r.high)
        )
    });
    format!(
        "{name}: {}{reach}{stands}, with an advantage of {} over {}.",
        places.join(", "),
        dollars(row.now_usd),
        against.id()
    )
}
