//! Which strategy wins over two inputs.

use super::BreakEvenSheetError;
use super::input::{Input, Knob};
use super::scene::Scene;
use crate::cost_sheet::Desk;
use crate::decide::{Case, Decided};
use crate::draws::place;
use crate::plan::{MapCellRow, WinnerMapRow};
use crate::strategy::Rule;
use lightloom_economics::{BreakEvenError, Fineness, WinnerMap, winner_map};
use lightloom_evidence::Facts;
use lightloom_scenario::RunError;
use lightloom_scenario::run::finance;

/// Strategies that may win: those that take one technology; the recommended mix is the best of them by its making.
const CONTENDERS: [Rule; 5] = [
    Rule::Baseline,
    Rule::Linear,
    Rule::NearPackage,
    Rule::CoPackagedSwitch,
    Rule::CoPackagedAccelerator,
];

/// What a map is of.
#[derive(Debug, Clone, Copy)]
pub struct MapRequest<'a> {
    /// First input.
    pub x: &'a Input,
    /// Second input.
    pub y: &'a Input,
    /// The strategy whose premium is meant, where a premium is moved; all others keep their prices.
    pub premium_of: Rule,
}

/// The winner, at present value, over two inputs.
///
/// # Model
/// [`lightloom_economics::winner_map()`] over the strategies of one technology each. Where both inputs are prices or rates the
/// cluster stands as decided and cost is arithmetic; else technologies are chosen anew at every point, on a coarser grid.
///
/// # Errors
/// [`BreakEvenSheetError`].
pub fn winners(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    request: &MapRequest<'_>,
) -> Result<WinnerMapRow, BreakEvenSheetError> {
    winners_of(&Desk::new(case, facts, decided, 0)?, request)
}

/// The map of a plan: the premium of co-packaged optics at the switch against the price of electricity. Arithmetic alone.
pub(crate) fn plan_map(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<Option<WinnerMapRow>, RunError> {
    let find = |name: &str, [from, to]: [&str; 2]| {
        Input::find(name, case.scenario, facts)?.within(Some(from), Some(to))
    };
    let drawn = || {
        let (x, y) = (find("premium", ["-50", "150"])?, find("electricity", ["0.01", "0.3"])?);
        let request = MapRequest { x: &x, y: &y, premium_of: Rule::CoPackagedSwitch };
        winners(case, facts, decided, &request)
    };
    match drawn() {
        Ok(map) => Ok(Some(map)),
        Err(BreakEvenSheetError::Run(error)) => Err(error),
        // Nothing is asked for by hand here.
        Err(_) => Ok(None),
    }
}

pub(super) fn winners_of(
    desk: &Desk<'_>,
    request: &MapRequest<'_>,
) -> Result<WinnerMapRow, BreakEvenSheetError> {
    let MapRequest { x, y, premium_of } = *request;
    if x.name == y.name {
        return Err(BreakEvenSheetError::Value {
            message: format!("a map of {} against itself", x.name),
            hint: "name another input for --map".to_owned(),
        });
    }
    let axes = (x.axis()?, y.axis()?);
    let refused = |e: BreakEvenError<RunError>| BreakEvenSheetError::of(e, x);
    let (map, now): (WinnerMap, Option<usize>) = if x.is_of_finance() && y.is_of_finance() {
        let winner = |a: f64, b: f64| arithmetic(desk, request, &[(x, a), (y, b)]);
        let map = winner_map(winner, &axes.0, &axes.1, Fineness { cells: 8, levels: 3 });
        (map.map_err(refused)?, Some(arithmetic(desk, request, &[])?))
    } else {
        let scene = Scene::new(desk.case, desk.facts, desk.decided)?;
        let winner = |a: f64, b: f64| anew(&scene, request, &[(x, a), (y, b)]);
        let map = winner_map(winner, &axes.0, &axes.1, Fineness { cells: 6, levels: 2 });
        (map.map_err(refused)?, Some(anew(&scene, request, &[])?))
    };
    let won = map.shares(&axes.0, &axes.1);
    let stands = |input: &Input| match input.knob {
        Knob::Premium => {
            let i = place(premium_of);
            let prices = &desk.nominal.prices;
            let own = desk.books.ledgers[i].premium(&prices.links[i], &prices.retimed);
            own.map(|p| input.to_unit(p))
        }
        _ => input.now.map(|now| input.to_unit(now)),
    };
    let cell = |c: &lightloom_economics::winner_map::Cell| MapCellRow {
        x: c.x.map(|v| x.to_unit(v)),
        y: c.y.map(|v| y.to_unit(v)),
        corners: c.corners,
    };
    let premium = x.knob == Knob::Premium || y.knob == Knob::Premium;
    Ok(WinnerMapRow {
        x: x.row(),
        y: y.row(),
        contenders: CONTENDERS.map(|r| r.id().to_owned()).to_vec(),
        premium_of: premium.then(|| premium_of.id().to_owned()),
        shares: (0..CONTENDERS.len()).map(|k| won.get(&k).copied().unwrap_or(0.0)).collect(),
        cells: merged(map.cells.iter().map(cell).collect()),
        now: stands(x).zip(stands(y)).map(|(a, b)| [a, b]),
        winner_now: now.and_then(|k| CONTENDERS.get(k)).map(|r| r.id().to_owned()),
        evaluations: map.evaluations,
    })
}

/// The cheapest of the contenders' costs; of equal ones the first.
fn cheapest(costs: impl Iterator<Item = f64>) -> usize {
    let mut best = (0, f64::INFINITY);
    for (k, cost) in costs.enumerate() {
        if cost < best.1 {
            best = (k, cost);
        }
    }
    best.0
}

/// By prices and rates alone, the cluster as decided.
fn arithmetic(
    desk: &Desk<'_>,
    request: &MapRequest<'_>,
    values: &[(&Input, f64)],
) -> Result<usize, RunError> {
    let mut scenario = desk.case.scenario.clone();
    let mut premium = None;
    for (input, value) in values {
        if input.knob == Knob::Premium {
            premium = Some(*value);
        } else {
            input.state(*value, &mut scenario.economics);
        }
    }
    let finance = finance(&scenario, desk.facts)?;
    let prices = &desk.nominal.prices;
    let sold = desk.books.sold(prices);
    let mut costs = Vec::with_capacity(CONTENDERS.len());
    for rule in CONTENDERS {
        let i = place(rule);
        let (ledger, own) = (&desk.books.ledgers[i], &prices.links[i]);
        let dearer = premium
            .filter(|_| rule == request.premium_of)
            .and_then(|p| ledger.at_premium(own, &prices.retimed, p));
        let links = dearer.as_ref().unwrap_or(own);
        let account = desk.books.account(ledger, links, prices, sold, &finance)?;
        costs.push(account.cluster.discounted.as_usd());
    }
    Ok(cheapest(costs.into_iter()))
}

/// With technologies chosen anew.
fn anew(
    scene: &Scene<'_>,
    request: &MapRequest<'_>,
    values: &[(&Input, f64)],
) -> Result<usize, RunError> {
    let of_premium = values.iter().find(|(input, _)| input.knob == Knob::Premium);
    let premium = of_premium.map(|(_, value)| (request.premium_of, *value));
    let others: Vec<(&Input, f64)> =
        values.iter().filter(|(input, _)| input.knob != Knob::Premium).copied().collect();
    let standings = scene.at(&others, premium)?;
    Ok(cheapest(CONTENDERS.iter().map(|rule| standings[place(*rule)].discounted)))
}

/// Neighbours in a row of the same height and winner as one: fewer rectangles to draw.
fn merged(mut cells: Vec<MapCellRow>) -> Vec<MapCellRow> {
    let plain = |c: &MapCellRow| c.corners.iter().all(|w| *w == c.corners[0]);
    cells.sort_by(|a, b| {
        a.y[0].total_cmp(&b.y[0]).then(a.y[1].total_cmp(&b.y[1])).then(a.x[0].total_cmp(&b.x[0]))
    });
    let mut out: Vec<MapCellRow> = Vec::with_capacity(cells.len());
    for cell in cells {
        if let Some(last) = out.last_mut() {
            let same = last.y.iter().zip(&cell.y).all(|(a, b)| a.to_bits() == b.to_bits())
                && last.x[1].to_bits() == cell.x[0].to_bits();
            if same && plain(last) && plain(&cell) && last.corners[0] == cell.corners[0] {
                last.x[1] = cell.x[1];
                continue;
            }
        }
        out.push(cell);
    }
    out
}

/// What a map says.
pub(super) fn meaning(map: &WinnerMapRow) -> String {
    let mut won: Vec<(&String, f64)> =
        map.contenders.iter().zip(map.shares.iter().copied()).filter(|(_, s)| *s > 0.0).collect();
    won.sort_by(|a, b| b.1.total_cmp(&a.1));
    let words: Vec<String> =
        won.iter().map(|(id, share)| format!("{id} in {:.0} %", 100.0 * share)).collect();
    let now = map.winner_now.as_ref().map_or_else(String::new, |w| format!("; now it is {w}"));
    format!(
        "Over {} and {} the cheapest strategy is {} of the map{now}.",
        map.x.name,
        map.y.name,
        words.join(", ")
    )
}
