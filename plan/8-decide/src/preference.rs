//! What the recommended mix is chosen by: least cost or a buyer's points, within limits on the whole.

use crate::candidate::{Candidate, cheapest};
use crate::marks::{self, Figures};
use crate::readiness_sheet::refused;
use lightloom_economics::{Buyer, Score};
use lightloom_evidence::Facts;
use lightloom_fabric::{
    Choice, Fabric, LinkClass, LinkSummary, Parts, bill::bill, power::power as power_of,
};
use lightloom_scenario::run::as_f64;
use lightloom_scenario::{Outcome, RunError, Scenario, Structure};
use lightloom_units::{
    Count, DelayPerLength, EnergyPerBit, FailureRate, Length, Mass, Money, Power, Quantity, Time,
};

/// What stands in where nothing is usable.
pub(crate) const STAND_IN: &str = "retimed-pluggable";

/// What the recommended mix is chosen by.
///
/// # Model
/// On each class of links the usable candidates are ordered by cost over the years, or by a buyer's points
/// ([`lightloom_economics::Buyer`]: weights times marks from 0 to 1, cost, energy and lost port-hours marked by the best usable one over
/// each). Limits bind the whole: power and price of the links are added to what the fabric takes without them. Of all mixes that keep
/// every limit the one with the least sum over classes is taken, points counted by link; where none does, the one that breaks
/// limits by the least sum of shares. Mixes are searched exactly, by branch and bound.
///
/// # Validity
/// Points compensate: much of one makes up for little of another. The front end, which no buyer judges, is marked by cost alone. Power and price
/// of links add up in the pipeline as they do here; a test holds the two together.
#[derive(Debug, Clone)]
pub struct Preference {
    buyer: Option<Buyer>,
    /// Limits in the order of their keys.
    pub caps: Vec<Cap>,
}

/// A limit on the whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cap {
    /// What is limited.
    pub limit: Limit,
    /// At most so much, SI.
    pub most: f64,
    /// What there is without any link, SI.
    pub beside: f64,
}

/// What a buyer limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Power of all networks at the rack inlet.
    NetworkPower,
    /// Power of the cluster at the rack inlet.
    ClusterPower,
    /// Price of all networks.
    NetworkPrice,
    /// Racks, which links do not move.
    Racks,
}

impl Limit {
    /// What it limits.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NetworkPower => "network power",
            Self::ClusterPower => "cluster power",
            Self::NetworkPrice => "network price",
            Self::Racks => "racks",
        }
    }

    /// An amount of it with its unit, from SI.
    #[must_use]
    pub fn show(self, si: f64) -> String {
        match self {
            Self::NetworkPower | Self::ClusterPower => Power::w(si).to_string(),
            Self::NetworkPrice => crate::sentence::dollars(si),
            Self::Racks => format!("{si:.0} racks"),
        }
    }

    /// What a cluster takes of it, SI.
    #[must_use]
    pub fn of(self, outcome: &Outcome, fabric: &Fabric) -> f64 {
        match self {
            Self::NetworkPower => outcome.power.network.si(),
            Self::ClusterPower => outcome.power.cluster.si(),
            Self::NetworkPrice => outcome.bill.total.si(),
            Self::Racks => as_f64(fabric.floor_plan.total_racks),
        }
    }

    /// What a candidate adds to it, SI.
    #[must_use]
    pub fn taken(self, candidate: &Candidate) -> f64 {
        match self {
            Self::NetworkPower | Self::ClusterPower => candidate.design.power.si(),
            Self::NetworkPrice => candidate.design.hardware.si(),
            Self::Racks => 0.0,
        }
    }
}

impl Cap {
    /// What the whole takes with these candidates, SI.
    pub fn total<'c>(&self, picks: impl IntoIterator<Item = &'c Candidate>) -> f64 {
        self.beside + picks.into_iter().map(|pick| self.limit.taken(pick)).sum::<f64>()
    }

    /// Whether so much is within the limit, up to rounding.
    #[must_use]
    pub fn keeps(&self, total: f64) -> bool {
        total <= self.most * (1.0 + 1e-9)
    }
}

/// A candidate as a choice sees it: less burden is better.
struct Rated<'c> {
    candidate: &'c Candidate,
    burden: f64,
    takes: Vec<f64>,
}

impl Preference {
    /// Cost over the years alone, within no limits.
    #[must_use]
    pub const fn by_cost() -> Self {
        Self { buyer: None, caps: Vec::new() }
    }

    /// What a scenario asks for, on a fabric, with values of the facts.
    ///
    /// # Errors
    /// [`RunError`] when the catalog lacks a weight, or a floor refuses the fabric.
    pub fn of(
        scenario: &Scenario,
        facts: &Facts<'_>,
        structure: &Structure,
    ) -> Result<Self, RunError> {
        let asked = &scenario.buyer;
        let buyer = match (&asked.profile, &asked.weights) {
            (Some(name), _) => Some(Buyer::from_facts(facts, name).map_err(refused)?),
            (None, Some(weights)) => {
                let weights = weights.named().map(|(_, weight)| weight);
                Some(Buyer::of_weights("the buyer", weights)?)
            }
            (None, None) => None,
        };
        let limits = &asked.limits;
        let stated = [
            (Limit::NetworkPower, limits.network_power.map(Quantity::si)),
            (Limit::ClusterPower, limits.cluster_power.map(Quantity::si)),
            (Limit::NetworkPrice, limits.network_price.map(Quantity::si)),
            (Limit::Racks, limits.racks.map(as_f64)),
        ];
        let mut caps = Vec::new();
        if stated.iter().any(|(_, most)| most.is_some()) {
            let beside = Beside::of(&structure.fabric, &structure.parts)?;
            let cap = |(limit, most): (Limit, Option<f64>)| {
                Some(Cap { limit, most: most?, beside: beside.amount(limit) })
            };
            caps = stated.into_iter().filter_map(cap).collect();
        }
        Ok(Self { buyer, caps })
    }

    /// This preference without limits.
    #[must_use]
    pub fn without_limits(&self) -> Self {
        Self { buyer: self.buyer.clone(), caps: Vec::new() }
    }

    /// Whether cost over the years alone chooses, within no limits.
    #[must_use]
    pub const fn is_by_cost(&self) -> bool {
        self.buyer.is_none() && self.caps.is_empty()
    }

    /// Whose weights choose; `None` where cost over the years alone does.
    #[must_use]
    pub fn buyer(&self) -> Option<&Buyer> {
        self.buyer.as_ref()
    }

    /// The preference with another price of all that is not links.
    pub(crate) fn set_price_beside(&mut self, price: Money) {
        for cap in self.caps.iter_mut().filter(|cap| cap.limit == Limit::NetworkPrice) {
            cap.beside = price.si();
        }
    }

    /// The first of the candidates that are admitted, were there no limits; equal ones by identifier.
    #[must_use]
    pub fn first<'c>(
        &self,
        candidates: &'c [Candidate],
        admit: impl Fn(&Candidate) -> bool,
    ) -> Option<&'c Candidate> {
        if self.buyer.is_none() {
            return cheapest(candidates, admit);
        }
        let burdens = self.burdens(candidates);
        let admitted = candidates.iter().zip(burdens).filter(|(c, _)| admit(c));
        let first = admitted
            .min_by(|(a, x), (b, y)| x.total_cmp(y).then_with(|| a.technology.cmp(&b.technology)));
        first.map(|(candidate, _)| candidate)
    }

    /// Points of each candidate by the buyer's weights, marked against the best usable one; `None` where cost alone chooses.
    #[must_use]
    pub fn scores(&self, candidates: &[Candidate]) -> Option<Vec<Score>> {
        let buyer = self.buyer.as_ref()?;
        let figures = |c: &Candidate| -> Option<Figures> {
            let record = c.record?;
            Some([c.tco.nominal.si(), c.tco.energy_per_year.si(), record.port_time.si()])
        };
        let best = marks::best(candidates.iter().filter(|c| c.usable()).filter_map(figures));
        let score = |c: &Candidate| {
            let marks = marks::marks(figures(c)?, best, c.record?.own);
            buyer.score(&marks).ok()
        };
        candidates.iter().map(score).collect()
    }

    /// What each candidate is ordered by, less first: cost over the years, or points that are missed.
    pub(crate) fn burdens(&self, candidates: &[Candidate]) -> Vec<f64> {
        let costs = candidates.iter().map(|c| c.tco.nominal.as_usd());
        match (&self.buyer, self.scores(candidates)) {
            (None, _) => costs.collect(),
            (Some(_), Some(scores)) => scores.iter().map(|s| 1.0 - s.total.value()).collect(),
            (Some(_), None) => {
                let usable = candidates.iter().zip(costs.clone()).filter(|(c, _)| c.usable());
                let least = usable.map(|(_, cost)| cost).fold(f64::INFINITY, f64::min);
                costs.map(|cost| if cost > 0.0 { 1.0 - least / cost } else { 0.0 }).collect()
            }
        }
    }

    /// A candidate for each class of links; `None` where none is usable.
    #[must_use]
    pub fn choose<'c>(
        &self,
        classes: &[LinkClass],
        candidates: &'c [Vec<Candidate>],
    ) -> Vec<Option<&'c Candidate>> {
        let usable = |of: &'c Vec<Candidate>| self.first(of, Candidate::usable);
        let firsts: Vec<Option<&Candidate>> = candidates.iter().map(usable).collect();
        let standing = firsts.iter().zip(candidates).filter_map(|(first, of)| {
            first.or_else(|| of.iter().find(|c| c.technology == STAND_IN))
        });
        let standing: Vec<&Candidate> = standing.collect();
        let moved = |cap: &&Cap| cap.limit != Limit::Racks;
        let caps: Vec<&Cap> = self.caps.iter().filter(moved).collect();
        if caps.iter().all(|cap| cap.keeps(cap.total(standing.iter().copied()))) {
            return firsts;
        }
        let rated: Vec<Vec<Rated<'c>>> = classes
            .iter()
            .zip(candidates)
            .map(|(class, of)| self.rated(&caps, class, of))
            .collect();
        let picks = Search::new(&rated, &caps).run();
        let picked = picks.iter().zip(&rated).map(|(pick, of)| of.get(*pick));
        picked.map(|rated| rated.map(|r| r.candidate).filter(|c| c.usable())).collect()
    }

    /// Candidates of a class worth looking at, best first: none that another beats in burden and in all that is limited.
    fn rated<'c>(
        &self,
        caps: &[&Cap],
        class: &LinkClass,
        candidates: &'c [Candidate],
    ) -> Vec<Rated<'c>> {
        // Costs are of all links of a class; points are of one.
        let times = if self.buyer.is_some() { as_f64(class.links) } else { 1.0 };
        let mut all: Vec<Rated<'c>> = candidates
            .iter()
            .zip(self.burdens(candidates))
            .map(|(candidate, burden)| Rated {
                candidate,
                burden: burden * times,
                takes: caps.iter().map(|cap| cap.limit.taken(candidate)).collect(),
            })
            .collect();
        if all.iter().any(|rated| rated.candidate.usable()) {
            all.retain(|rated| rated.candidate.usable());
        } else {
            all.retain(|rated| rated.candidate.technology == STAND_IN);
        }
        all.sort_by(|a, b| {
            let by_name = || a.candidate.technology.cmp(&b.candidate.technology);
            a.burden.total_cmp(&b.burden).then_with(by_name)
        });
        let mut kept: Vec<Rated<'c>> = Vec::with_capacity(all.len());
        for rated in all {
            let beaten =
                |by: &Rated<'_>| by.takes.iter().zip(&rated.takes).all(|(by, own)| by <= own);
            if !kept.iter().any(beaten) {
                kept.push(rated);
            }
        }
        kept
    }
}

/// Branch and bound over one candidate for each class: least excess over the limits first, then least burden.
struct Search<'r, 'c> {
    rated: &'r [Vec<Rated<'c>>],
    caps: &'r [&'r Cap],
    /// Least burden of the classes from each one on.
    least_burden: Vec<f64>,
    /// Least of each limited amount of the classes from each one on.
    least_taken: Vec<Vec<f64>>,
    best: Option<([f64; 2], Vec<usize>)>,
    path: Vec<usize>,
}

impl<'r, 'c> Search<'r, 'c> {
    fn new(rated: &'r [Vec<Rated<'c>>], caps: &'r [&'r Cap]) -> Self {
        let mut least_burden = vec![0.0; rated.len() + 1];
        let mut least_taken = vec![vec![0.0; caps.len()]; rated.len() + 1];
        for (class, options) in rated.iter().enumerate().rev() {
            let least = |of: &dyn Fn(&Rated<'_>) -> f64| {
                let least = options.iter().map(of).fold(f64::INFINITY, f64::min);
                if least.is_finite() { least } else { 0.0 }
            };
            least_burden[class] = least_burden[class + 1] + least(&|r| r.burden);
            let beyond = least_taken[class + 1].iter().enumerate();
            least_taken[class] =
                beyond.map(|(cap, more)| more + least(&|r| r.takes[cap])).collect();
        }
        Self { rated, caps, least_burden, least_taken, best: None, path: Vec::new() }
    }

    /// The place of the candidate of each class.
    fn run(mut self) -> Vec<usize> {
        let beside: Vec<f64> = self.caps.iter().map(|cap| cap.beside).collect();
        self.from(0, 0.0, &beside);
        self.best.map_or_else(|| vec![0; self.rated.len()], |(_, picks)| picks)
    }

    fn from(&mut self, class: usize, burden: f64, taken: &[f64]) {
        // Shares by which limits are broken at least, and the least burden, whatever is taken from here on.
        let over = self.caps.iter().zip(taken).zip(&self.least_taken[class]);
        let excess = over.map(|((cap, taken), least)| {
            let total = taken + least;
            if cap.keeps(total) { 0.0 } else { total / cap.most - 1.0 }
        });
        let bound = [excess.sum(), burden + self.least_burden[class]];
        if self.best.as_ref().is_some_and(|(best, _)| !is_less(bound, *best)) {
            return;
        }
        let rated = self.rated;
        let Some(options) = rated.get(class) else {
            self.best = Some((bound, self.path.clone()));
            return;
        };
        if options.is_empty() {
            // Not even a stand-in: nothing to add.
            self.path.push(0);
            self.from(class + 1, burden, taken);
            self.path.pop();
        }
        for (place, option) in options.iter().enumerate() {
            let with: Vec<f64> = taken.iter().zip(&option.takes).map(|(a, b)| a + b).collect();
            self.path.push(place);
            self.from(class + 1, burden + option.burden, &with);
            self.path.pop();
        }
    }
}

/// Excess first, burden next.
fn is_less(a: [f64; 2], b: [f64; 2]) -> bool {
    a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])).is_lt()
}

/// What a fabric takes without any link.
struct Beside {
    network: Power,
    cluster: Power,
    price: Money,
    racks: u64,
}

impl Beside {
    fn of(fabric: &Fabric, parts: &Parts) -> Result<Self, RunError> {
        let nothing = |class: &LinkClass| Choice {
            technology: String::new(),
            reach: Length::ZERO,
            per_link: LinkSummary {
                rate: class.rate,
                serdes_energy: EnergyPerBit::ZERO,
                optics_power_per_end: [Power::ZERO; 2],
                latency: Time::ZERO,
                delay_per_m: DelayPerLength::ZERO,
                cost_per_link: Money::ZERO,
                cost_per_m: Money::ZERO,
                fibres: Count::ZERO,
                lasers: Count::ZERO,
                failure_rate: FailureRate::ZERO,
                cable_mass_per_m: Mass::ZERO,
                cable_diameter: Length::ZERO,
            },
        };
        let choices: Vec<Choice> = fabric.link_classes.iter().map(nothing).collect();
        let power = power_of(fabric, &choices, parts)?;
        Ok(Self {
            network: power.network,
            cluster: power.cluster,
            price: bill(fabric, &choices, parts)?.total,
            racks: fabric.floor_plan.total_racks,
        })
    }

    fn amount(&self, limit: Limit) -> f64 {
        match limit {
            Limit::NetworkPower => self.network.si(),
            Limit::ClusterPower => self.cluster.si(),
            Limit::NetworkPrice => self.price.si(),
            Limit::Racks => as_f64(self.racks),
        }
    }
}
