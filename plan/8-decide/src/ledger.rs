//! What the money of a strategy rests on: counts of a decided cluster, on which any prices can be put without deciding again.
//!
//! Prices move neither power nor failures. So a sample of prices, a premium or another price of electricity is arithmetic on
//! what was counted once.

use crate::candidate::{Candidate, Judge};
use crate::decide::Decided;
use crate::strategy::Rule;
use lightloom_economics::price::accelerator_price;
use lightloom_economics::{Design, EconomicsError, Finance, Tco, tco};
use lightloom_evidence::Facts;
use lightloom_fabric::{Fabric, LinkClass, Tier};
use lightloom_package::Port;
use lightloom_scenario::run::as_f64;
use lightloom_scenario::schema::Scenario;
use lightloom_scenario::{Outcome, RunError};
use lightloom_units::{Length, Money, MoneyPerTime, Power, Time};
use std::collections::BTreeMap;

/// What a premium is counted from: the technology of the baseline.
pub(crate) const RETIMED: &str = "retimed-pluggable";

/// The links of a class.
#[derive(Debug, Clone)]
pub(crate) struct LinkLine {
    pub(crate) links: f64,
    pub(crate) mean: Length,
    /// Failed ends of all links, a year.
    pub(crate) failures: f64,
    pub(crate) tier: Tier,
    pub(crate) technology: String,
    /// Whether it is what the strategy is about, and not copper or a stand-in.
    pub(crate) own: bool,
}

/// A strategy as it is counted.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    pub(crate) rule: Rule,
    pub(crate) links: Vec<LinkLine>,
    network: Counted,
    cluster: Counted,
    accelerators: f64,
    /// Share of accelerator-hours that work.
    productive: f64,
}

/// Power, labour and lost time of a boundary.
#[derive(Debug, Clone, Copy)]
struct Counted {
    power: Power,
    labour: Time,
    lost: Time,
}

/// The price of a link: as long as the longest of its class, and by its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LinkPrice {
    whole: Money,
    ends: Money,
    metre: Money,
}

impl LinkPrice {
    /// Of a port on a class.
    pub(crate) fn of(port: &Port, class: &LinkClass) -> Self {
        let (whole, metre) = (port.cost.total(), port.cable_per_metre);
        Self { whole, ends: whole - metre * class.lengths.max.as_m(), metre }
    }

    /// With cable of a length.
    pub(crate) fn at(&self, length: Length) -> Money {
        self.ends + self.metre * length.as_m()
    }

    /// Price of a class's links, and of the parts that are bought again in a year: one of two ends for each failure.
    pub(crate) fn of_class(&self, links: f64, mean: Length, failures: f64) -> [Money; 2] {
        [self.at(mean) * links, self.whole * (failures / 2.0)]
    }

    pub(crate) fn times(&self, factor: f64) -> Self {
        Self { whole: self.whole * factor, ends: self.ends * factor, metre: self.metre * factor }
    }
}

/// Prices of everything that is bought.
#[derive(Debug, Clone)]
pub(crate) struct Prices {
    /// By strategy and class.
    pub(crate) links: Vec<Vec<LinkPrice>>,
    /// Retimed pluggables in the place of whatever a class has.
    pub(crate) retimed: Vec<LinkPrice>,
    /// A switch of each tier.
    pub(crate) switches: [Money; 3],
    /// An interface of each tier.
    pub(crate) nics: [Money; 3],
    /// An accelerator.
    pub(crate) machine: Money,
}

/// A strategy's money at some prices.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    /// Everything of the network.
    pub bill: Money,
    /// The network's part.
    pub network: Tco,
    /// Whole cluster.
    pub cluster: Tco,
    /// Parts that are bought again, a year.
    pub parts_per_year: Money,
    /// Everything over productive accelerator-hours.
    pub hour: MoneyPerTime,
}

/// All strategies of a case.
#[derive(Debug, Clone)]
pub(crate) struct Books {
    pub(crate) ledgers: Vec<Ledger>,
    switches: Vec<(Tier, f64)>,
    nics: Vec<(Tier, f64)>,
}

const fn index(tier: Tier) -> usize {
    match tier {
        Tier::ScaleUp => 0,
        Tier::ScaleOut => 1,
        Tier::FrontEnd => 2,
    }
}

impl Books {
    /// Counts a decided case.
    pub(crate) fn of(decided: &Decided) -> Self {
        let fabric = &decided.structure.fabric;
        let switches = fabric.switch_groups.iter().map(|g| (g.tier, as_f64(g.switches)));
        let nics = fabric.nics.iter().map(|g| (g.tier, as_f64(g.nics)));
        let ledger = |s: &crate::Evaluated| Ledger::of(s.rule, fabric, s.picks.iter(), &s.outcome);
        Self {
            ledgers: decided.strategies.iter().map(ledger).collect(),
            switches: switches.collect(),
            nics: nics.collect(),
        }
    }

    /// The money of every strategy at these prices.
    pub(crate) fn accounts(
        &self,
        prices: &Prices,
        finance: &Finance,
    ) -> Result<Vec<Account>, EconomicsError> {
        let sold = self.sold(prices);
        let each = self.ledgers.iter().zip(&prices.links);
        each.map(|(ledger, links)| self.account(ledger, links, prices, sold, finance)).collect()
    }

    /// What a network costs, and its scale-up part.
    pub(crate) fn bill(&self, ledger: &Ledger, links: &[LinkPrice], prices: &Prices) -> [Money; 2] {
        let [mut total, mut scale_up] = self.boxes(prices);
        for (line, price) in ledger.links.iter().zip(links) {
            let amount = price.at(line.mean) * line.links;
            total += amount;
            if line.tier == Tier::ScaleUp {
                scale_up += amount;
            }
        }
        [total, scale_up]
    }

    /// What all that is not links costs, and its scale-up part.
    pub(crate) fn boxes(&self, prices: &Prices) -> [Money; 2] {
        let (mut total, mut scale_up) = (Money::ZERO, Money::ZERO);
        let mut add = |tier: Tier, amount: Money| {
            total += amount;
            if tier == Tier::ScaleUp {
                scale_up += amount;
            }
        };
        for (tier, count) in &self.switches {
            add(*tier, prices.switches[index(*tier)] * *count);
        }
        for (tier, count) in &self.nics {
            add(*tier, prices.nics[index(*tier)] * *count);
        }
        [total, scale_up]
    }

    /// The scale-up network that accelerators are sold with: the baseline's.
    pub(crate) fn sold(&self, prices: &Prices) -> Money {
        let sold = self.ledgers.first().zip(prices.links.first());
        sold.map_or(Money::ZERO, |(ledger, links)| self.bill(ledger, links, prices)[1])
    }

    /// The money of one strategy with link prices of its own.
    pub(crate) fn account(
        &self,
        ledger: &Ledger,
        links: &[LinkPrice],
        prices: &Prices,
        sold: Money,
        finance: &Finance,
    ) -> Result<Account, EconomicsError> {
        let [bill, _] = self.bill(ledger, links, prices);
        // One of two ends.
        let lines = ledger.links.iter().zip(links);
        let parts_per_year = lines.map(|(line, price)| price.whole * (line.failures / 2.0)).sum();
        let design = |counted: &Counted, hardware: Money| Design {
            hardware,
            power: counted.power,
            parts_per_year,
            labour_per_year: counted.labour,
            accelerator_time_lost_per_year: counted.lost,
        };
        let network = tco(&design(&ledger.network, bill), finance)?;
        let machines = prices.machine * ledger.accelerators;
        let cluster = tco(&design(&ledger.cluster, bill - sold + machines), finance)?;
        let hours = finance.life * (ledger.accelerators * ledger.productive);
        let spent = cluster.nominal - cluster.downtime_per_year * finance.life.as_years();
        let hour = spent / hours;
        Ok(Account { bill, network, cluster, parts_per_year, hour })
    }
}

impl Ledger {
    /// Counts a strategy with a candidate for each class of links.
    pub(crate) fn of<'c>(
        rule: Rule,
        fabric: &Fabric,
        picks: impl Iterator<Item = &'c Candidate>,
        outcome: &Outcome,
    ) -> Self {
        let links = fabric.link_classes.iter().zip(picks).map(|(class, pick)| LinkLine {
            links: as_f64(class.links),
            mean: class.lengths.mean,
            failures: pick.fitted.port.failure_rate().as_per_year() * as_f64(class.links),
            tier: class.tier,
            technology: pick.technology.clone(),
            own: rule.light() == Some(pick.technology.as_str()),
        });
        let (links, accelerators) = (links.collect(), as_f64(fabric.accelerators));
        let lost = |share: f64| Time::years(1.0) * (accelerators * share);
        let availability = outcome.availability.availability.value();
        Self {
            rule,
            links,
            network: Counted {
                power: outcome.power.network,
                labour: outcome.network_labour_per_year,
                lost: lost(outcome.lost_to_network),
            },
            cluster: Counted {
                power: outcome.power.cluster,
                labour: outcome.availability.labour_per_year,
                lost: lost(1.0 - availability),
            },
            accelerators,
            productive: availability * outcome.goodput.ettr.value(),
        }
    }

    /// This strategy's link prices with its own technology at a premium over retimed pluggables on the same links; `None` where
    /// no link has it.
    pub(crate) fn at_premium(
        &self,
        links: &[LinkPrice],
        retimed: &[LinkPrice],
        premium: f64,
    ) -> Option<Vec<LinkPrice>> {
        let own = self.links.iter().any(|line| line.own);
        let price = |((line, own), other): ((&LinkLine, &LinkPrice), &LinkPrice)| {
            if line.own { other.times(1.0 + premium) } else { *own }
        };
        own.then(|| self.links.iter().zip(links).zip(retimed).map(price).collect())
    }

    /// What the strategy's own technology costs over retimed pluggables on the same links; `None` where no link has it.
    pub(crate) fn premium(&self, links: &[LinkPrice], retimed: &[LinkPrice]) -> Option<f64> {
        let sum = |prices: &[LinkPrice]| -> f64 {
            let own = self.links.iter().zip(prices).filter(|(line, _)| line.own);
            own.map(|(line, price)| (price.at(line.mean) * line.links).as_usd()).sum()
        };
        let base = sum(retimed);
        (base > 0.0 && self.links.iter().any(|l| l.own)).then(|| sum(links) / base - 1.0)
    }
}

/// Prices of a decided case, as facts have them now: technologies are priced again on the links that they were chosen for.
pub(crate) fn prices(
    judge: &Judge<'_>,
    scenario: &Scenario,
    facts: &Facts<'_>,
    decided: &Decided,
    books: &Books,
) -> Result<Prices, RunError> {
    let classes = &decided.structure.fabric.link_classes;
    let mut known: BTreeMap<(usize, &str), LinkPrice> = BTreeMap::new();
    let mut price = |i: usize, class: &LinkClass, id: &'_ str| -> Result<LinkPrice, RunError> {
        let candidates = decided.candidates.get(i);
        let found = candidates.and_then(|all| all.iter().find(|c| c.technology == id));
        let Some(candidate) = found else {
            return Err(lightloom_package::AssemblyError::Unknown(id.to_owned()).into());
        };
        let key = (i, candidate.technology.as_str());
        if let Some(price) = known.get(&key) {
            return Ok(*price);
        }
        let price = LinkPrice::of(&judge.one(class, id)?.fitted.port, class);
        known.insert(key, price);
        Ok(price)
    };
    let mut links = Vec::with_capacity(books.ledgers.len());
    for ledger in &books.ledgers {
        let lines = classes.iter().zip(&ledger.links).enumerate();
        let of_strategy: Vec<LinkPrice> = lines
            .map(|(i, (class, line))| price(i, class, &line.technology))
            .collect::<Result<_, _>>()?;
        links.push(of_strategy);
    }
    let retimed = classes.iter().enumerate().map(|(i, class)| price(i, class, RETIMED));
    let retimed = retimed.collect::<Result<_, _>>()?;
    let (switches, nics) = boxes(scenario, facts)?;
    let machine = accelerator_price(facts, &scenario.cluster.accelerator)?;
    Ok(Prices { links, retimed, switches, nics, machine })
}

/// Prices of a switch and of an interface of each tier.
pub(crate) fn boxes(
    scenario: &Scenario,
    facts: &Facts<'_>,
) -> Result<([Money; 3], [Money; 3]), RunError> {
    let price = |kind: &str, name: &str| facts.get::<Money>(&format!("{kind}.{name}.price"));
    let front = scenario.front_end.as_ref().unwrap_or(&scenario.scale_out);
    let up = scenario.scale_up.switch.as_ref();
    let switches = [
        up.map_or(Ok(Money::ZERO), |name| price("switch", name))?,
        price("switch", &scenario.scale_out.switch)?,
        price("switch", &front.switch)?,
    ];
    let nics = [Money::ZERO, price("nic", &scenario.scale_out.nic)?, price("nic", &front.nic)?];
    Ok((switches, nics))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

    use super::*;
    use crate::decide::{Case, decide_links};
    use crate::price_draws::nominal;
    use lightloom_package::ReachSearch;
    use lightloom_scenario::Library;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{a} is not {b}");
    }

    /// Books put the catalog's prices on what was counted: that is what the pipeline did at once.
    #[test]
    fn books_say_what_the_pipeline_says() {
        let library = Library::shipped().unwrap();
        for (file, text) in lightloom_catalog::SCENARIOS.iter().take(3) {
            let scenario = lightloom_scenario::parse(text).unwrap();
            let case = Case { library: &library, scenario: &scenario, text };
            let facts = Facts::nominal(&library.catalog);
            let decided = decide_links(&case, &facts).unwrap();
            let books = Books::of(&decided);
            let judge = Judge::new(&case, &facts, &decided.structure, ReachSearch::AtLength)
                .unwrap()
                .with_links(&decided.links);
            let priced = prices(&judge, &scenario, &facts, &decided, &books).unwrap();
            let nominal = nominal(&case, &facts, &decided, &books).unwrap();
            let again = books.accounts(&priced, &nominal.finance).unwrap();
            for ((account, again), strategy) in
                nominal.accounts.iter().zip(&again).zip(&decided.strategies)
            {
                let outcome = &strategy.outcome;
                println!("{file} {}", strategy.rule.id());
                near(account.bill.as_usd(), outcome.bill.total.as_usd());
                near(account.network.nominal.as_usd(), outcome.network_tco.nominal.as_usd());
                near(account.cluster.nominal.as_usd(), outcome.tco.nominal.as_usd());
                near(account.cluster.discounted.as_usd(), outcome.tco.discounted.as_usd());
                near(account.hour.as_usd_per_hour(), outcome.accelerator_hour.as_usd_per_hour());
                near(again.cluster.nominal.as_usd(), outcome.tco.nominal.as_usd());
            }
        }
    }
}
