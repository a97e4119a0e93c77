//! A decided case as amounts: any prices and rates are put on it, and technologies chosen anew for them, by arithmetic.

use crate::candidate::Candidate;
use crate::decide::{Case, Decided};
use crate::draws::Totals;
pub use crate::ledger::Account;
use crate::ledger::{Books, Ledger, LinkPrice, Prices, RETIMED};
use crate::preference::Preference;
use crate::price_draws;
use crate::strategy::{Pick, Rule};
use lightloom_economics::tco::tco_at;
use lightloom_economics::{Design, EconomicsError, Finance};
use lightloom_evidence::Facts;
use lightloom_scenario::schema::Scenario;
use lightloom_scenario::{Fitted, Library, RunError, Work, run, work};
use lightloom_units::{
    Length, Money, MoneyPerEnergy, MoneyPerPower, MoneyPerTime, Quantity, Ratio, Time,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Prices and rates that move nothing but money.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// Rates.
    pub finance: Finance,
    /// A switch of scale-up, scale-out, front end.
    switches: [Money; 3],
    /// An interface of each.
    nics: [Money; 3],
    /// An accelerator.
    machine: Money,
    /// Price of each strategy's own technology over a retimed pluggable on the same links, less one; left out, as it is made.
    premiums: [Option<f64>; Rule::ALL.len()],
}

impl Terms {
    /// Prices of what is not links.
    fn boxes(&self) -> Prices {
        Prices {
            links: Vec::new(),
            retimed: Vec::new(),
            switches: self.switches,
            nics: self.nics,
            machine: self.machine,
        }
    }
}

/// One of [`Terms`]: what a key of `[economics]`, a fact of money or a premium moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Electricity at the meter.
    Electricity,
    /// Facility power over IT power.
    Pue,
    /// Mean power over rated power.
    Load,
    /// Building, power and cooling plant.
    Facility,
    /// Interest on capital.
    Discount,
    /// Time over which cost is counted.
    Period,
    /// Service contracts.
    Maintenance,
    /// A technician.
    Labour,
    /// Worth of a lost accelerator-hour.
    AcceleratorHour,
    /// The price of a switch in these tiers.
    Switch([bool; 3]),
    /// The price of an interface in these tiers.
    Nic([bool; 3]),
    /// The price of an accelerator.
    Machine,
    /// The premium of a strategy's own technology.
    Premium(Rule),
}

impl Term {
    /// The term that a key of the scenario, a fact or `premium.STRATEGY` moves; `None` where it moves more than money.
    #[must_use]
    pub fn find(name: &str, scenario: &Scenario) -> Option<Self> {
        if let Some(id) = name.strip_prefix("premium.") {
            let own = |r: &Rule| r.id() == id && r.light().is_some_and(|light| light != RETIMED);
            return Rule::ALL.into_iter().find(own).map(Self::Premium);
        }
        let front = scenario.front_end.as_ref();
        let out = &scenario.scale_out;
        if let Some(part) = name.strip_prefix("switch.").and_then(|n| n.strip_suffix(".price")) {
            let up = scenario.scale_up.switch.as_deref() == Some(part);
            let tiers = [up, out.switch == part, front.is_some_and(|n| n.switch == part)];
            return tiers.contains(&true).then_some(Self::Switch(tiers));
        }
        if let Some(part) = name.strip_prefix("nic.").and_then(|n| n.strip_suffix(".price")) {
            let tiers = [false, out.nic == part, front.is_some_and(|n| n.nic == part)];
            return tiers.contains(&true).then_some(Self::Nic(tiers));
        }
        if name == format!("accelerator.{}.price", scenario.cluster.accelerator) {
            return Some(Self::Machine);
        }
        let pue = scenario.economics.cooling.unwrap_or_default().pue_fact();
        Some(match name {
            "economics.electricity" | "energy.electricity" => Self::Electricity,
            "economics.pue" => Self::Pue,
            id if id == pue => Self::Pue,
            "energy.load" => Self::Load,
            "economics.facility" | "price.facility" => Self::Facility,
            "economics.discount" | "finance.discount" => Self::Discount,
            "economics.period" => Self::Period,
            "economics.maintenance" | "finance.maintenance" => Self::Maintenance,
            "economics.labour" | "finance.labour" => Self::Labour,
            "economics.accelerator_hour" | "finance.accelerator_hour" => Self::AcceleratorHour,
            _ => return None,
        })
    }

    /// Puts a value in SI into the terms.
    pub fn put(self, si: f64, terms: &mut Terms) {
        let finance = &mut terms.finance;
        let each = |prices: &mut [Money; 3], tiers: [bool; 3]| {
            for (price, is) in prices.iter_mut().zip(tiers) {
                if is {
                    *price = Money::from_si(si);
                }
            }
        };
        match self {
            Self::Electricity => finance.tariff.electricity = MoneyPerEnergy::from_si(si),
            Self::Pue => finance.tariff.pue = Ratio::new(si),
            Self::Load => finance.tariff.load = Ratio::new(si),
            Self::Facility => finance.facility = MoneyPerPower::from_si(si),
            Self::Discount => finance.discount = Ratio::new(si),
            Self::Period => finance.life = Time::s(si),
            Self::Maintenance => finance.maintenance = Ratio::new(si),
            Self::Labour => finance.labour = MoneyPerTime::from_si(si),
            Self::AcceleratorHour => finance.accelerator_hour = MoneyPerTime::from_si(si),
            Self::Switch(tiers) => each(&mut terms.switches, tiers),
            Self::Nic(tiers) => each(&mut terms.nics, tiers),
            Self::Machine => terms.machine = Money::from_si(si),
            Self::Premium(rule) => {
                terms.premiums[crate::draws::place(rule)] = Some(si);
            }
        }
    }
}

/// A strategy with its technologies, before any price.
#[derive(Debug)]
pub struct Count {
    /// Technologies of the link classes.
    pub technologies: Vec<String>,
    /// Totals at the facts of the case; the money in them is that of the case, not of the terms.
    pub totals: Totals,
    /// The cluster on these links.
    pub outcome: lightloom_scenario::Outcome,
    /// Jobs on it, where they were asked for.
    pub work: Work,
    ledger: Ledger,
}

/// A strategy at some terms.
#[derive(Debug, Clone)]
pub struct Standing {
    /// What it takes and how much of everything.
    pub count: Arc<Count>,
    /// Its money.
    pub account: Account,
}

/// A candidate of a class, as amounts.
#[derive(Debug, Clone, Copy)]
struct Line {
    design: Design,
    price: LinkPrice,
    links: f64,
    mean: Length,
    /// Failed ends of all links, a year.
    failures: f64,
    /// The strategy whose own technology it is.
    own: Option<usize>,
}

/// A decided case as amounts.
#[derive(Debug)]
pub struct Tally<'a> {
    library: &'a Library,
    scenario: Scenario,
    text: String,
    facts: Facts<'a>,
    decided: Decided,
    /// Whether jobs are run.
    jobs: bool,
    /// By class and candidate.
    lines: Vec<Vec<Line>>,
    /// Retimed pluggables on each class.
    retimed: Vec<Option<LinkPrice>>,
    books: Books,
    terms: Terms,
    /// By candidates of the classes.
    counts: Mutex<BTreeMap<Vec<usize>, Arc<Count>>>,
}

impl<'a> Tally<'a> {
    /// Counts a decided case; with jobs, each choice of technologies also runs the models of the scenario.
    ///
    /// # Errors
    /// [`RunError`] when a floor refuses.
    pub fn new(
        library: &'a Library,
        (scenario, text): (&Scenario, &str),
        facts: Facts<'a>,
        decided: Decided,
        jobs: bool,
    ) -> Result<Self, RunError> {
        let case = &Case { library, scenario, text };
        let structure = &decided.structure;
        let books = Books::of(&decided);
        let nominal = price_draws::nominal(case, &facts, &decided, &books)?;
        let mut lines = Vec::with_capacity(decided.candidates.len());
        let mut retimed = Vec::with_capacity(decided.candidates.len());
        for (class, candidates) in structure.fabric.link_classes.iter().zip(&decided.candidates) {
            let line = |c: &Candidate| -> Result<Line, RunError> {
                let own = |r: &Rule| r.light() == Some(c.technology.as_str());
                let links = lightloom_scenario::run::as_f64(class.links);
                Ok(Line {
                    design: c.design,
                    price: LinkPrice::of(&c.fitted.port, class),
                    links,
                    mean: class.lengths.mean,
                    failures: c.fitted.port.failure_rate().as_per_year() * links,
                    own: Rule::ALL.iter().position(own),
                })
            };
            let of_class: Vec<Line> = candidates.iter().map(line).collect::<Result<_, _>>()?;
            let stand_in = candidates.iter().position(|c| c.technology == RETIMED);
            retimed.push(stand_in.map(|i| of_class[i].price));
            lines.push(of_class);
        }
        let Prices { switches, nics, machine, .. } = nominal.prices;
        let premiums = [None; Rule::ALL.len()];
        let terms = Terms { finance: nominal.finance, switches, nics, machine, premiums };
        Ok(Self {
            library,
            scenario: scenario.clone(),
            text: text.to_owned(),
            facts,
            decided,
            jobs,
            lines,
            retimed,
            books,
            terms,
            counts: Mutex::new(BTreeMap::new()),
        })
    }

    /// Prices and rates as the case has them.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The decided case.
    #[must_use]
    pub fn decided(&self) -> &Decided {
        &self.decided
    }

    /// Facts of the case.
    #[must_use]
    pub fn facts(&self) -> &Facts<'a> {
        &self.facts
    }

    /// One who puts terms on it, point after point.
    #[must_use]
    pub fn clerk(&self) -> Clerk<'_, 'a> {
        Clerk {
            tally: self,
            candidates: self.decided.candidates.clone(),
            preference: self.decided.preference.clone(),
            known: BTreeMap::new(),
        }
    }

    /// The amounts of a choice of technologies, counted once.
    fn count(&self, picks: &[usize]) -> Result<Arc<Count>, RunError> {
        let lock = || self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = lock().get(picks) {
            return Ok(Arc::clone(count));
        }
        let Self { decided, facts, scenario, .. } = self;
        let fabric = &decided.structure.fabric;
        let picked: Vec<&Candidate> =
            decided.candidates.iter().zip(picks).map(|(all, i)| &all[*i]).collect();
        let ports: Vec<Fitted> = picked.iter().map(|p| p.fitted.clone()).collect();
        let outcome = run(scenario, facts, &decided.structure, &ports, None)?;
        let work = if self.jobs {
            work(scenario, &self.text, self.library, facts, &decided.structure, &outcome)?
        } else {
            Work::default()
        };
        let count = Arc::new(Count {
            technologies: picked.iter().map(|p| p.technology.clone()).collect(),
            totals: Totals::of(&outcome, fabric, ports.iter()),
            ledger: Ledger::of(Rule::Recommended, fabric, picked.iter().copied(), &outcome),
            outcome,
            work,
        });
        lock().insert(picks.to_vec(), Arc::clone(&count));
        Ok(count)
    }
}

/// Puts terms on a tally.
#[derive(Debug)]
pub struct Clerk<'t, 'a> {
    tally: &'t Tally<'a>,
    /// Those of the decision, their cost by the terms of the last point.
    candidates: Vec<Vec<Candidate>>,
    /// That of the decision, at the prices of the last point.
    preference: Preference,
    /// Without the lock of the tally.
    known: BTreeMap<Vec<usize>, Arc<Count>>,
}

impl Clerk<'_, '_> {
    /// The baseline and the strategies that are wanted, in the order of [`Rule::ALL`], at these terms.
    ///
    /// # Model
    /// Power, failures and lengths stand. The cost over the years of every candidate on every class is counted at the terms,
    /// every rule chooses by it, and the strategy's bill, network and cluster are counted with what it chose. Accelerators are
    /// sold with the scale-up network of the baseline.
    ///
    /// # Validity
    /// Classes stay split at the lengths at which the case was split. Exact beside that: a test holds it to a decision from
    /// the start.
    ///
    /// # Errors
    /// [`RunError`] for terms that are none: a discount of 100 %, a PUE below 1.
    pub fn at(
        &mut self,
        terms: &Terms,
        wanted: &[bool; Rule::ALL.len()],
    ) -> Result<[Option<Standing>; Rule::ALL.len()], RunError> {
        let tally = self.tally;
        let annuity = terms.finance.annuity()?;
        for ((lines, candidates), retimed) in
            tally.lines.iter().zip(&mut self.candidates).zip(&tally.retimed)
        {
            for (line, candidate) in lines.iter().zip(candidates) {
                candidate.design = line.at(terms, retimed.as_ref());
                candidate.tco = tco_at(&candidate.design, &terms.finance, annuity)?;
            }
        }
        let prices = terms.boxes();
        self.preference.set_price_beside(tally.books.boxes(&prices)[0]);
        let mut standings = [const { None }; Rule::ALL.len()];
        let mut sold = None;
        for (place, rule) in Rule::ALL.into_iter().enumerate() {
            if place > 0 && !wanted[place] {
                continue;
            }
            let picks = self.picks(rule);
            let count = match self.known.get(&picks) {
                Some(count) => Arc::clone(count),
                None => {
                    let count = tally.count(&picks)?;
                    self.known.insert(picks.clone(), Arc::clone(&count));
                    count
                }
            };
            let links: Vec<LinkPrice> = picks
                .iter()
                .enumerate()
                .map(|(class, i)| {
                    tally.lines[class][*i].price_at(terms, tally.retimed[class].as_ref())
                })
                .collect();
            let account = self.account(&count.ledger, &links, terms, &mut sold)?;
            standings[place] = Some(Standing { count, account });
        }
        Ok(standings)
    }

    fn account(
        &self,
        ledger: &Ledger,
        links: &[LinkPrice],
        terms: &Terms,
        sold: &mut Option<Money>,
    ) -> Result<Account, EconomicsError> {
        let prices = terms.boxes();
        let books = &self.tally.books;
        let sold = *sold.get_or_insert_with(|| books.bill(ledger, links, &prices)[1]);
        books.account(ledger, links, &prices, sold, &terms.finance)
    }

    /// The candidate of each class under a rule.
    fn picks(&self, rule: Rule) -> Vec<usize> {
        let classes = &self.tally.decided.structure.fabric.link_classes;
        let picks = rule.picks(&self.preference, classes, &self.candidates);
        let place = |(pick, all): (&Pick<'_>, &Vec<Candidate>)| {
            let is = |pick: &Candidate| all.iter().position(|c| std::ptr::eq(c, pick));
            pick.candidate.and_then(is).unwrap_or(0)
        };
        picks.iter().zip(&self.candidates).map(place).collect()
    }
}

impl Line {
    fn price_at(&self, terms: &Terms, retimed: Option<&LinkPrice>) -> LinkPrice {
        match (self.own.and_then(|own| terms.premiums[own]), retimed) {
            (Some(premium), Some(retimed)) => retimed.times(1.0 + premium),
            _ => self.price,
        }
    }

    fn at(&self, terms: &Terms, retimed: Option<&LinkPrice>) -> Design {
        let price = self.price_at(terms, retimed);
        if price == self.price {
            return self.design;
        }
        let [hardware, parts_per_year] = price.of_class(self.links, self.mean, self.failures);
        Design { hardware, parts_per_year, ..self.design }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

    use super::*;
    use crate::decide::decide_links;
    use lightloom_scenario::run::view;

    const SCENARIO: &str = "dgx-h100-superpod-1024.toml";

    fn near(name: &str, a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{name}: {a} is not {b}");
    }

    /// Standings by arithmetic, and a decision from the start, at the same values.
    fn compare(library: &Library, scenario: &Scenario, text: &str, moved: &[(&str, f64)]) {
        let case = Case { library, scenario, text };
        let stands = view(scenario, &library.catalog);
        let decided = decide_links(&case, &stands).unwrap();
        let tally = Tally::new(library, (scenario, text), stands, decided, false).unwrap();
        let mut terms = tally.terms().clone();
        let mut other = scenario.clone();
        let mut facts = view(scenario, &library.catalog);
        for (name, si) in moved {
            Term::find(name, scenario).unwrap().put(*si, &mut terms);
            let economics = &mut other.economics;
            match *name {
                "economics.electricity" => {
                    economics.electricity = Some(MoneyPerEnergy::from_si(*si));
                }
                "economics.pue" => economics.pue = Some(Ratio::new(*si)),
                "economics.discount" => economics.discount = Some(Ratio::new(*si)),
                "economics.period" => economics.period = Some(Time::s(*si)),
                id => facts = facts.with(library.catalog.position(id).unwrap(), *si),
            }
        }
        let again = decide_links(&Case { library, scenario: &other, text }, &facts).unwrap();
        let standings = tally.clerk().at(&terms, &[true; Rule::ALL.len()]).unwrap();
        for (standing, strategy) in standings.iter().zip(&again.strategies) {
            let standing = standing.as_ref().unwrap();
            let name = format!("{moved:?} {}", strategy.rule.id());
            let picks: Vec<&str> = strategy.picks.iter().map(|p| p.technology.as_str()).collect();
            assert_eq!(standing.count.technologies, picks, "{name}");
            let (account, outcome) = (&standing.account, &strategy.outcome);
            near(&name, account.bill.as_usd(), outcome.bill.total.as_usd());
            near(&name, account.network.nominal.as_usd(), outcome.network_tco.nominal.as_usd());
            near(&name, account.cluster.discounted.as_usd(), outcome.tco.discounted.as_usd());
            near(&name, account.hour.as_usd_per_hour(), outcome.accelerator_hour.as_usd_per_hour());
            near(&name, standing.count.totals.network.as_w(), outcome.power.network.as_w());
        }
    }

    /// What moves money alone is exact: choices, bills and costs are those of a decision from the start.
    #[test]
    fn arithmetic_is_a_decision_from_the_start() {
        let library = Library::shipped().unwrap();
        let (_, text) = lightloom_catalog::SCENARIOS.iter().find(|(f, _)| *f == SCENARIO).unwrap();
        let scenario = lightloom_scenario::parse(text).unwrap();
        let kwh = 1.0 / 3.6e6;
        let year = Time::years(1.0).as_s();
        for moved in [
            &[][..],
            &[
                ("economics.electricity", 0.9 * kwh),
                ("economics.pue", 1.9),
                ("economics.period", 9.0 * year),
            ],
            &[
                ("economics.electricity", 0.0),
                ("economics.discount", 0.3),
                ("economics.period", year),
            ],
            &[
                ("switch.quantum2.price", 9e4),
                ("nic.cx7.price", 10.0),
                ("accelerator.h100.price", 5e3),
            ],
            &[("energy.load", 0.4), ("price.facility", 40.0), ("finance.maintenance", 0.2)],
            &[
                ("finance.labour", 1.0),
                ("finance.accelerator_hour", 30.0 / 3600.0),
                ("pue.air", 1.01),
            ],
        ] {
            compare(&library, &scenario, text, moved);
        }
    }

    #[test]
    fn what_moves_more_than_money_is_no_term() {
        let (_, text) = lightloom_catalog::SCENARIOS.iter().find(|(f, _)| *f == SCENARIO).unwrap();
        let scenario = lightloom_scenario::parse(text).unwrap();
        for name in [
            "switch.nvswitch4.price",
            "cost.margin.engine",
            "scale_up.domain",
            "premium.baseline",
            "premium.recommended",
            "premium.x",
        ] {
            assert_eq!(Term::find(name, &scenario), None, "{name}");
        }
        assert_eq!(
            Term::find("switch.quantum2.price", &scenario),
            Some(Term::Switch([false, true, true]))
        );
    }
}
