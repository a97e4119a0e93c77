//! A strategy against the baseline.

use super::{Desk, range};
use crate::ledger::{Books, Ledger};
use crate::plan::AgainstRow;
use crate::price_draws::Sample;
use lightloom_economics::cash_flow::payback;
use lightloom_scenario::RunError;
use lightloom_units::{Money, Power};

pub(super) fn row(desk: &Desk<'_>, i: usize) -> Result<AgainstRow, RunError> {
    let ledger = &desk.books.ledgers[i];
    let at = |s: &Sample| (s.accounts[0], s.accounts[i]);
    let bill = |s: &Sample| (at(s).1.bill - at(s).0.bill).as_usd();
    let capex = |s: &Sample| (at(s).1.cluster.capex() - at(s).0.cluster.capex()).as_usd();
    let running = |s: &Sample| {
        (at(s).0.cluster.running_per_year() - at(s).1.cluster.running_per_year()).as_usd()
    };
    let saved = |s: &Sample| (at(s).0.cluster.nominal - at(s).1.cluster.nominal).as_usd();
    let npv = |s: &Sample| (at(s).0.cluster.discounted - at(s).1.cluster.discounted).as_usd();
    let even = |s: &Sample| break_even_premium(&desk.books, ledger, i, s);
    let premium = |s: &Sample| ledger.premium(&s.prices.links[i], &s.prices.retimed);
    let known = |figure: &dyn Fn(&Sample) -> Option<f64>| {
        let central = figure(&desk.nominal)?;
        Some(range(central, desk.samples.iter().filter_map(figure).collect()))
    };
    let [old, new] = [0, i].map(|k| &desk.decided.strategies[k].outcome.power);
    let less = |pick: fn(&lightloom_fabric::PowerByBoundary) -> Power| {
        let (before, after) = (pick(old).as_w(), pick(new).as_w());
        if before > 0.0 { 1.0 - after / before } else { 0.0 }
    };
    let share = |a: Money, b: Money| if b > Money::ZERO { 1.0 - a / b } else { 0.0 };
    Ok(AgainstRow {
        id: ledger.rule.id().to_owned(),
        network_price_usd: desk.range(bill),
        capex_usd: desk.range(capex),
        saved_per_year_usd: desk.range(running),
        saved_usd: desk.range(saved),
        saved_share_of_network: desk
            .range(|s| share(at(s).1.network.nominal, at(s).0.network.nominal)),
        saved_share_of_cluster: desk
            .range(|s| share(at(s).1.cluster.nominal, at(s).0.cluster.nominal)),
        npv_usd: desk.range(npv),
        payback_years: payback_years(desk, capex(&desk.nominal), running(&desk.nominal))?,
        cheaper_to_buy: desk.share(|s| bill(s) < 0.0),
        cheaper_to_build: desk.share(|s| capex(s) < 0.0),
        cheaper_over_life: desk.share(|s| saved(s) > 0.0),
        premium: known(&premium),
        break_even_premium: known(&even),
        power_saved: [
            less(|p| p.optics),
            less(|p| p.switch_boxes),
            less(|p| p.network),
            less(|p| p.cluster),
        ],
    })
}

/// When the yearly saving has paid the extra capital, at the scenario's discount, within a century.
fn payback_years(desk: &Desk<'_>, extra: f64, saved: f64) -> Result<Option<f64>, RunError> {
    let flows = vec![Money::usd(saved); 100];
    let discount = desk.nominal.finance.discount;
    Ok(payback(discount, Money::usd(-extra), &flows)?.map(|t| t.as_years()))
}

/// The premium of a strategy's own technology over retimed pluggables on the same links at which the strategy costs what the
/// baseline costs, at present value; `None` where no link has that technology.
///
/// # Model
/// Present cost is a straight line in the premium: price, its maintenance and its replaced parts. Two points give it.
pub(crate) fn break_even_premium(
    books: &Books,
    ledger: &Ledger,
    strategy: usize,
    sample: &Sample,
) -> Option<f64> {
    let prices = &sample.prices;
    let sold = books.sold(prices);
    let cost = |premium: f64| {
        let links = ledger.at_premium(&prices.links[strategy], &prices.retimed, premium)?;
        let account = books.account(ledger, &links, prices, sold, &sample.finance).ok()?;
        Some(account.cluster.discounted.as_usd())
    };
    let (even, double) = (cost(0.0)?, cost(1.0)?);
    let slope = double - even;
    let wanted = sample.accounts.first()?.cluster.discounted.as_usd();
    (slope > 0.0).then(|| (wanted - even) / slope)
}
