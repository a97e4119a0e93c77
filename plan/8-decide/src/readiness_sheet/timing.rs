//! What waiting for a strategy costs, and being early with it.

use super::{WITHIN_YEAR, tier_of};
use crate::decide::{Case, Decided, Evaluated};
use crate::draws::{Drawn, Totals, quantiles};
use crate::plan::{CostRange, EarlyRow, TimingRow, YearsRange};
use crate::sentence::dollars;
use lightloom_economics::early_late::generation;
use lightloom_economics::readiness::Tier as Ready;
use lightloom_economics::{Distribution, Early, Maturity, waiting};
use lightloom_evidence::Facts;
use lightloom_fabric::{BillLine, Tier};
use lightloom_package::pair::ends;
use lightloom_scenario::RunError;
use lightloom_scenario::run::{as_f64, finance};
use lightloom_units::{Count, Money, MoneyPerTime, Quantity, Ratio, Time, significant};

/// Every strategy that differs from the baseline, the recommendation left out: it waits for nothing.
pub(super) fn rows(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    (year, drawn): (u16, &Drawn),
) -> Result<Vec<TimingRow>, RunError> {
    let last = decided.strategies.len().saturating_sub(1);
    let mut rows = Vec::new();
    for (i, strategy) in decided.strategies.iter().enumerate().take(last).skip(1) {
        let at = Times { case, facts, decided, year };
        let saving = |t: &[Totals]| t[0].cluster_cost - t[i].cluster_cost;
        let values = drawn.draws.iter().map(|t| saving(t).as_usd()).collect();
        rows.extend(at.row(strategy, saving(&drawn.nominal), values)?);
    }
    Ok(rows)
}

struct Times<'a> {
    case: &'a Case<'a>,
    facts: &'a Facts<'a>,
    decided: &'a Decided,
    year: u16,
}

impl Times<'_> {
    fn row(
        &self,
        strategy: &Evaluated,
        saving: Money,
        drawn: Vec<f64>,
    ) -> Result<Option<TimingRow>, RunError> {
        let Self { case, facts, year, .. } = *self;
        let finance = finance(case.scenario, facts)?;
        let years = finance.life.as_years();
        let now = f64::from(year) + WITHIN_YEAR;
        let mut new: Vec<(String, Ready)> = Vec::new();
        let mut words: Vec<String> = Vec::new();
        let classes = &self.decided.structure.fabric.link_classes;
        let old = &self.decided.baseline().picks;
        for (class, (before, after)) in classes.iter().zip(old.iter().zip(&strategy.picks)) {
            // The front end is bought as the scale-out network is.
            let tier = tier_of(class.tier).unwrap_or(Ready::ScaleOut);
            for end in ends(&after.technology) {
                let known = facts.catalog().get(&format!("ready.{end}.device_hours")).is_some();
                if !known || ends(&before.technology).any(|old| old == end) {
                    continue;
                }
                let place = format!("{end} in {}", class.tier.name());
                if !words.contains(&place) {
                    words.push(place);
                }
                let dated = (end.to_owned(), tier);
                if !new.contains(&dated) {
                    new.push(dated);
                }
            }
        }
        // The last of its technologies decides; all of one kind have one date, so probabilities do not multiply.
        let mut latest: Option<Distribution<Count>> = None;
        for (technology, tier) in &new {
            let date = Maturity::from_facts(facts, technology, *tier)?.date;
            if latest.is_none_or(|l| date.mean() > l.mean()) {
                latest = Some(date);
            }
        }
        let Some(date) = latest else { return Ok(None) };
        let by_year = saving / years;
        let saved = quantiles(drawn, [0.05, 0.5, 0.95]).unwrap_or([saving.as_usd(); 3]);
        let saved = saved.map(|usd| usd / years);
        let dollar = Money::usd(1.0);
        let spread = |date: &Distribution<Count>, from: f64| -> Result<_, RunError> {
            let each = waiting(date, from, dollar, finance.discount)?;
            let times = [each.low, each.expected, each.high].map(Money::as_usd);
            Ok((cost(times, [saved[0], by_year.as_usd(), saved[2]]), each.years))
        };
        let (waiting_usd, wait) = spread(&date, now)?;
        let longer = generation(facts)?;
        let later = |t: Time| Count::from_si(f64::from(year) + t.as_years());
        let next = Distribution::new(
            later(longer.low()),
            later(longer.central()),
            later(longer.high()),
            longer.spread(),
        )?;
        let (generation_usd, _) = spread(&next, f64::from(year))?;
        let ready = date.probability_below(Count::from_si(now)).value();
        let late = date.quantile(Ratio::new(0.95))?.value();
        let early = (ready < 1.0).then(|| self.early(strategy, by_year, saved)).transpose()?;
        Ok(Some(TimingRow {
            strategy: strategy.rule.id().to_owned(),
            name: strategy.rule.name().to_owned(),
            new: words,
            probability_by_year: ready,
            saving_usd_per_year: saved,
            nominal_saving_usd_per_year: by_year.as_usd(),
            wait_years: [wait.as_years(), (late - now).max(0.0)],
            waiting_usd,
            generation_usd,
            early,
        }))
    }

    fn early(
        &self,
        strategy: &Evaluated,
        by_year: Money,
        ends: [f64; 3],
    ) -> Result<EarlyRow, RunError> {
        let Self { case, facts, decided, .. } = *self;
        let early = Early::from_facts(facts)?;
        let finance = finance(case.scenario, facts)?;
        let hours = Time::years(as_f64(decided.structure.fabric.accelerators))
            * decided.baseline().outcome.availability.availability.value();
        let worth = Distribution::<MoneyPerTime>::from_facts(facts, "finance.accelerator_hour")?;
        let idle = finance.accelerator_hour * hours;
        // The scenario's own value stands in the middle, whatever the market's range.
        let [low_worth, high_worth] = [worth.low(), worth.high()].map(|w| w * hours);
        let slip = [early.slip.low(), early.slip.mean(), early.slip.high()].map(Time::as_years);
        let replacement = self.replacement(strategy);
        let nothing = |m: Money| m.max(Money::ZERO);
        let at = early.cost(idle, replacement)?;
        let bridged = early.cost(nothing(by_year), replacement)?;
        let failure = Distribution::<Ratio>::from_facts(facts, "early.failure")?;
        let failure = [failure.low(), failure.central(), failure.high()].map(Ratio::value);
        let weeks = if idle > Money::ZERO {
            nothing(by_year) * finance.life.as_years() / idle * (365.0 / 7.0)
        } else {
            0.0
        };
        Ok(EarlyRow {
            slip_years: YearsRange { low: slip[0], expected: slip[1], high: slip[2] },
            idle_usd: CostRange {
                low: low_worth.min(idle).as_usd() * slip[0],
                expected: at.slip.as_usd(),
                high: high_worth.max(idle).as_usd() * slip[2],
            },
            bridged_usd: CostRange {
                low: ends[0].max(0.0) * slip[0],
                expected: bridged.slip.as_usd(),
                high: ends[2].max(0.0) * slip[2],
            },
            failure_percent: failure.map(|p| 100.0 * p),
            replacement_usd: replacement.as_usd(),
            failure_usd: CostRange {
                low: failure[0] * replacement.as_usd(),
                expected: at.failure.as_usd(),
                high: failure[2] * replacement.as_usd(),
            },
            break_even_weeks: weeks,
        })
    }

    /// Price of the old design where the new one stands: the baseline's links there, and its switches of that tier, since what is
    /// mounted in a box goes with it.
    fn replacement(&self, strategy: &Evaluated) -> Money {
        let classes = &self.decided.structure.fabric.link_classes;
        let old = self.decided.baseline();
        let mut tiers: Vec<Tier> = Vec::new();
        let mut modules = Money::ZERO;
        for (class, (before, after)) in classes.iter().zip(old.picks.iter().zip(&strategy.picks)) {
            if before.technology == after.technology {
                continue;
            }
            modules += before.tco.hardware;
            let mounted = after.fitted.family != lightloom_package::Family::Pluggable;
            if mounted && !tiers.contains(&class.tier) {
                tiers.push(class.tier);
            }
        }
        let switches = |l: &&BillLine| tiers.contains(&l.tier) && l.item.ends_with("switch");
        let boxes = old.outcome.bill.lines.iter().filter(switches);
        modules + boxes.map(|l| l.total).sum::<Money>()
    }
}

/// Times over savings of a year: expected, and the ends of both at once.
fn cost(times: [f64; 3], savings: [f64; 3]) -> CostRange {
    let all = [0, 2].map(|t| [0, 2].map(|s| times[t] * savings[s]));
    let expected = times[1] * savings[1];
    let ends = all.iter().flatten();
    CostRange {
        low: ends.clone().copied().fold(expected, f64::min),
        expected,
        high: ends.copied().fold(expected, f64::max),
    }
}

/// What follows of a strategy.
pub(super) fn sentence(row: &TimingRow, year: u16) -> String {
    let [low, _, high] = row.saving_usd_per_year;
    let nominal = row.nominal_saving_usd_per_year;
    let word =
        |usd: f64| format!("{} {}", dollars(usd.abs()), if usd < 0.0 { "more" } else { "less" });
    let mut text = format!(
        "{} ({}) costs {} a year than copper and retimed pluggables ({} to {}), and is in volume by {year} with {:.0} %",
        row.name,
        row.new.join(", "),
        word(nominal),
        word(low),
        word(high),
        100.0 * row.probability_by_year,
    );
    let Some(early) = &row.early else {
        text.push('.');
        return text;
    };
    let CostRange { low, expected, high } = row.waiting_usd;
    let waited =
        |usd: f64| format!("{} {}", if usd < 0.0 { "gains" } else { "costs" }, dollars(usd.abs()));
    let ends = format!("{} to {}", waited(low), waited(high));
    text.push_str(&format!(": waiting for it {} ({ends})", waited(expected)));
    text.push_str(&if early.break_even_weeks > 0.0 {
        format!(
            ", and a delay of {} weeks of an idle cluster eats what it saves in all years.",
            significant(early.break_even_weeks, 2)
        )
    } else {
        "; at nominal facts being early wins nothing.".to_owned()
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_spans_the_ends_of_times_and_savings() {
        // A saving that may be a loss: the longest wait decides both ends.
        let range = cost([0.0, 1.0, 3.0], [-2.0, 1.0, 4.0]);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(near(range.low, -6.0) && near(range.expected, 1.0) && near(range.high, 12.0));
        // What is surely a saving costs at least the shortest wait.
        let range = cost([0.5, 1.0, 3.0], [2.0, 3.0, 4.0]);
        assert!(near(range.low, 1.0) && near(range.expected, 3.0) && near(range.high, 12.0));
    }
}
