//! The money of one strategy.

use super::{Desk, carbon, count};
use crate::ledger::Account;
use crate::plan::{
    BillPriceRow, BillTotalRow, BoundaryRow, CapexRow, RangeRow, StrategyMoney, YearRow, YearlyRow,
};
use crate::price_draws::Sample;
use lightloom_economics::bill_total::{Dependence, Line, quantile};
use lightloom_economics::cash_flow::capex_per_watt;
use lightloom_economics::meter::{Boundary, PowerChain};
use lightloom_economics::{Cooling, Distribution, Finance, Spread, Tco, million_tokens};
use lightloom_fabric::Tier;
use lightloom_scenario::RunError;
use lightloom_units::{Money, Ratio, Time};

pub(super) fn row(desk: &Desk<'_>, i: usize) -> Result<StrategyMoney, RunError> {
    let strategy = &desk.decided.strategies[i];
    let account = &desk.nominal.accounts[i];
    let finance = &desk.nominal.finance;
    let money = |pick: fn(&Account) -> Money| desk.range(|s| pick(&s.accounts[i]).as_usd());
    let used = desk.utilisation()?.value();
    let hour = desk.range(|s| s.accounts[i].hour.as_usd_per_hour());
    let per_token = desk
        .tokens(i)
        .map(|rate| million_tokens(desk.nominal.accounts[i].hour, rate))
        .transpose()?
        .map(|central| central.as_usd() / desk.nominal.accounts[i].hour.as_usd_per_hour());
    let capex =
        capex_per_watt(&account.cluster, strategy.outcome.power.cluster, finance.tariff.pue)?;
    let per_watt =
        |price: lightloom_units::MoneyPerPower| (price * lightloom_units::Power::w(1.0)).as_usd();
    let bill = bill(desk, i);
    Ok(StrategyMoney {
        id: strategy.rule.id().to_owned(),
        name: strategy.rule.name().to_owned(),
        bill_total: bill_total(desk, i, &bill)?,
        bill,
        hardware_usd: money(|a| a.cluster.hardware),
        facility_usd: money(|a| a.cluster.facility),
        capex_usd: money(|a| a.cluster.capex()),
        capex_usd_per_w: CapexRow {
            it: per_watt(capex.it),
            meter: per_watt(capex.meter),
            facility_alone: per_watt(capex.facility_alone),
        },
        yearly: yearly(&account.cluster, account.parts_per_year, finance),
        network_yearly: yearly(&account.network, account.parts_per_year, finance),
        total_usd: money(|a| a.cluster.nominal),
        discounted_usd: money(|a| a.cluster.discounted),
        network_total_usd: money(|a| a.network.nominal),
        years: years(desk, &account.cluster)?,
        usd_per_accelerator_hour: hour,
        usd_per_used_hour: scaled(hour, 1.0 / used),
        usd_per_million_tokens: per_token.map(|each| scaled(hour, each)),
        joule_per_token: joules(desk, i)?,
        carbon: carbon::row(desk, i)?,
    })
}

fn scaled(row: RangeRow, k: f64) -> RangeRow {
    let RangeRow { central, low, median, high } = row;
    RangeRow { central: central * k, low: low * k, median: median * k, high: high * k }
}

fn yearly(tco: &Tco, parts: Money, finance: &Finance) -> YearlyRow {
    let energy = tco.energy_per_year.as_usd();
    let of_machines = energy / finance.tariff.pue.value();
    YearlyRow {
        energy_it: of_machines,
        energy_cooling: energy - of_machines,
        maintenance: tco.maintenance_per_year.as_usd(),
        spares: parts.as_usd(),
        labour: (tco.repair_per_year - parts).as_usd(),
        downtime: tco.downtime_per_year.as_usd(),
    }
}

/// Lines of the bill as the fabric wrote them, each with the range of its price.
fn bill(desk: &Desk<'_>, i: usize) -> Vec<BillPriceRow> {
    let fabric = &desk.decided.structure.fabric;
    let ledger = &desk.books.ledgers[i];
    let tier = |tier: Tier| match tier {
        Tier::ScaleUp => 0,
        Tier::ScaleOut => 1,
        Tier::FrontEnd => 2,
    };
    let links = ledger.links.len();
    let switches = fabric.switch_groups.len();
    let price = |sample: &Sample, line: usize| -> f64 {
        let prices = &sample.prices;
        if let Some(link) = ledger.links.get(line) {
            prices.links[i].get(line).map_or(0.0, |p| p.at(link.mean).as_usd())
        } else if let Some(group) = fabric.switch_groups.get(line - links) {
            prices.switches[tier(group.tier)].as_usd()
        } else {
            let group = fabric.nics.iter().filter(|g| g.tier != Tier::ScaleUp);
            let group = group.clone().nth(line - links - switches);
            group.map_or(0.0, |g| prices.nics[tier(g.tier)].as_usd())
        }
    };
    let lines = desk.decided.strategies[i].outcome.bill.lines.iter().enumerate();
    lines
        .map(|(line, of_fabric)| BillPriceRow {
            item: of_fabric.item.clone(),
            count: of_fabric.count,
            unit_usd: desk.range(|s| price(s, line)),
            total_usd: of_fabric.total.as_usd(),
        })
        .collect()
}

/// The total: lines as log-normal laws through their 5 and 95 %, both bounds of how they go together, and as sampled.
fn bill_total(desk: &Desk<'_>, i: usize, bill: &[BillPriceRow]) -> Result<BillTotalRow, RunError> {
    let lines: Vec<Line> = bill
        .iter()
        .map(|row| {
            let RangeRow { low, median, high, .. } = row.unit_usd;
            let spread = if low > 0.0 { Spread::LogNormal } else { Spread::Triangular };
            let [low, median, high] = [low, median, high].map(Money::usd);
            let price = Distribution::new(low, median, high, spread)?;
            let n = count(lightloom_scenario::run::as_f64(row.count));
            Ok(Line { count: n, price })
        })
        .collect::<Result<_, lightloom_economics::EconomicsError>>()?;
    let ends = |dependence| -> Result<[f64; 2], RunError> {
        let at = |share: f64| quantile(&lines, Ratio::new(share), dependence);
        Ok([at(0.05)?.as_usd(), at(0.95)?.as_usd()])
    };
    let sampled = desk.range(|s| s.accounts[i].bill.as_usd());
    Ok(BillTotalRow {
        central: desk.nominal.accounts[i].bill.as_usd(),
        independent: ends(Dependence::Independent)?,
        correlated: ends(Dependence::FullyCorrelated)?,
        sampled: [sampled.low, sampled.high],
    })
}

/// The purchase, then every year, with the books of the hardware beside.
fn years(desk: &Desk<'_>, cluster: &Tco) -> Result<Vec<YearRow>, RunError> {
    let books = desk.depreciation()?;
    let schedule = books.schedule(cluster.hardware)?;
    let mut so_far = cluster.capex();
    let mut rows = vec![YearRow {
        year: 0.0,
        paid: so_far.as_usd(),
        so_far: so_far.as_usd(),
        written_off: 0.0,
        book: cluster.hardware.as_usd(),
    }];
    let (mut start, mut before) = (0.0, cluster.hardware);
    let life = cluster.life.as_years();
    while life - start > 1e-9 {
        let length = f64::min(1.0, life - start);
        start += length;
        let paid = cluster.running_per_year() * length;
        so_far += paid;
        let book = match schedule.last() {
            Some(last) if Time::years(start) > last.end => last.book,
            _ => books.book_after(cluster.hardware, Time::years(start))?,
        };
        rows.push(YearRow {
            year: start,
            paid: paid.as_usd(),
            so_far: so_far.as_usd(),
            written_off: (before - book).as_usd(),
            book: book.as_usd(),
        });
        before = book;
    }
    Ok(rows)
}

/// Energy of a token from the chip to the meter, at the throughput-bound point.
fn joules(desk: &Desk<'_>, i: usize) -> Result<Option<Vec<BoundaryRow>>, RunError> {
    let served = desk.decided.strategies[i].work.serving.as_ref();
    let Some(meter) = served.and_then(|s| s.energy[1]) else { return Ok(None) };
    let cooling = desk.case.scenario.economics.cooling.unwrap_or(Cooling::Liquid);
    let mut chain = PowerChain::from_facts(desk.facts, cooling)?;
    chain.pue = desk.nominal.finance.tariff.pue;
    let at_meter = chain.factor(Boundary::Meter)?;
    let rows = Boundary::ALL.into_iter().map(|boundary| {
        let joule = meter.as_j() * chain.factor(boundary)? / at_meter;
        Ok(BoundaryRow { boundary: name(boundary).to_owned(), joule })
    });
    Ok(Some(rows.collect::<Result<_, lightloom_economics::EconomicsError>>()?))
}

const fn name(boundary: Boundary) -> &'static str {
    match boundary {
        Boundary::Chip => "chip",
        Boundary::Board => "board",
        Boundary::Inlet => "inlet",
        Boundary::Distribution => "distribution",
        Boundary::Meter => "meter",
    }
}

#[cfg(test)]
mod tests {
    use crate::cost_sheet::range;

    #[test]
    fn a_range_is_of_the_samples() {
        let row = range(10.0, (0..101).map(f64::from).collect());
        assert!((row.low - 5.0).abs() < 1e-12 && (row.high - 95.0).abs() < 1e-12);
        assert!((row.median - 50.0).abs() < 1e-12 && (row.central - 10.0).abs() < 1e-12);
        let row = range(3.0, Vec::new());
        assert!((row.low - row.high).abs() < 1e-12);
    }
}
