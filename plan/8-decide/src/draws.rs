//! A decision under joint draws of all uncertain facts: its choices kept, what they cost, draw and lose drawn.

use crate::anew::{Anew, Watch};
use crate::candidate::Candidate;
use crate::decide::{Case, Decided, Evaluated};
use crate::strategy::Rule;
use lightloom_evidence::Facts;
use lightloom_fabric::{Fabric, Tier};
use lightloom_num::{Sobol, quantile_of_sorted, to_f64};
use lightloom_scenario::run::as_f64;
use lightloom_scenario::{Fitted, Outcome, RunError, Structure};
use lightloom_units::{EnergyPerBit, Money, MoneyPerTime, Power, Time};
use rayon::prelude::*;
use std::ops::Range;

/// Draws that ranges rest on: the ends at 5 and 95 % are then known to about two places in a hundred.
pub const DRAWS: u32 = 64;

/// A sequence of draws; another seed, other draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(u64);

impl Seed {
    /// One for all, so that commands and claims agree.
    pub const MAIN: Self = Self(7);
    /// Draws that are independent of those.
    pub const APART: Self = Self(8);

    /// Its points: a dimension for each fact, by position, in which a coordinate is the share of the distribution that lies below.
    #[must_use]
    pub fn sequence(self) -> Sobol {
        Sobol::new(self.0)
    }
}

/// What one draw knows.
#[derive(Debug)]
pub struct Draw<'d> {
    /// Its number.
    pub index: u32,
    /// The drawn facts.
    pub facts: &'d Facts<'d>,
    /// The fabric with drawn parts.
    pub structure: &'d Structure,
    /// For each link class what strategies have, and outside the front end all that served it at nominal facts.
    pub candidates: &'d [Vec<Candidate>],
    /// The cluster under each strategy, in the order of [`Rule::ALL`].
    pub outcomes: &'d [Outcome],
    /// Totals of the same.
    pub totals: &'d [Totals],
}

/// Totals of a strategy that ranges are wanted of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Totals {
    /// A lane of scale-out, chip to chip; nothing without such a network.
    pub lane: EnergyPerBit,
    /// Optics, switch boxes and network of scale-out.
    pub scale_out: [Power; 3],
    /// Optics, all tiers.
    pub optics: Power,
    /// Network, all tiers.
    pub network: Power,
    /// Cluster.
    pub cluster: Power,
    /// What the network's parts cost to buy.
    pub network_price: Money,
    /// What the network costs over the years: price, facility, energy, maintenance, repair, lost time.
    pub network_cost: Money,
    /// What the cluster costs over the years.
    pub cluster_cost: Money,
    /// Accelerator-hours lost to the network in a year.
    pub lost_per_year: Time,
    /// Network events in a year, flaps among them.
    pub events_per_year: f64,
    /// Hard failures of scale-out links in a year, by their parts.
    pub link_failures_per_year: f64,
    /// Everything over productive accelerator-hours.
    pub accelerator_hour: MoneyPerTime,
}

impl Totals {
    /// Of an outcome on a fabric with a port for each class of links.
    #[must_use]
    pub fn of<'p>(
        outcome: &Outcome,
        fabric: &Fabric,
        ports: impl Iterator<Item = &'p Fitted>,
    ) -> Self {
        let power = &outcome.power;
        let out = power.tiers.iter().find(|t| t.tier == Tier::ScaleOut);
        let links = fabric.link_classes.iter().zip(ports);
        let link_failures_per_year = links
            .filter(|(class, _)| class.tier == Tier::ScaleOut)
            .map(|(class, f)| f.port.failure_rate().as_per_year() * as_f64(class.links))
            .sum();
        Self {
            lane: out.map_or(EnergyPerBit::ZERO, |t| t.lane),
            scale_out: out.map_or([Power::ZERO; 3], |t| [t.optics, t.switch_boxes, t.network]),
            optics: power.optics,
            network: power.network,
            cluster: power.cluster,
            network_price: outcome.bill.total,
            network_cost: outcome.network_tco.nominal,
            cluster_cost: outcome.tco.nominal,
            lost_per_year: Time::years(outcome.lost_to_network * as_f64(fabric.accelerators)),
            events_per_year: outcome.network_failures_per_year,
            link_failures_per_year,
            accelerator_hour: outcome.accelerator_hour,
        }
    }
}

/// Where a strategy stands in [`Rule::ALL`].
#[must_use]
pub fn place(rule: Rule) -> usize {
    Rule::ALL.iter().position(|r| *r == rule).unwrap_or(0)
}

/// Totals of all strategies at the facts of the decision.
#[must_use]
pub fn totals(decided: &Decided) -> Vec<Totals> {
    let fabric = &decided.structure.fabric;
    let of = |s: &Evaluated| Totals::of(&s.outcome, fabric, s.picks.iter().map(|p| &p.fitted));
    decided.strategies.iter().map(of).collect()
}

/// Draws all uncertain facts at once, again and again, and keeps what is wanted of each draw.
///
/// # Model
/// Every fact is drawn from its own distribution by scrambled Sobol points, one dimension for each; the fabric is built and every
/// candidate assembled anew; strategies keep the technologies that they have at nominal facts ([`Anew`]). Fewer draws are the first
/// of more.
///
/// # Validity
/// Facts are independent; what the scenario states is not drawn. A draw in which the cluster cannot be built, or a model leaves its
/// range, is left out.
pub fn draws<T: Send>(
    anew: &Anew<'_>,
    case: &Case<'_>,
    which: Range<u32>,
    keep: impl Fn(&Draw<'_>) -> Option<T> + Sync,
) -> Vec<T> {
    let one =
        |index: u32| under(anew, case, (index, &view(anew.facts(), Seed::MAIN, index)), &keep);
    let kept: Vec<Option<T>> = which.into_par_iter().map(one).collect();
    kept.into_iter().flatten().collect()
}

/// The facts of a draw: those that are not held, from their ranges.
#[must_use]
pub fn view<'c>(facts: &Facts<'c>, seed: Seed, index: u32) -> Facts<'c> {
    let sequence = seed.sequence();
    facts.drawn(|fact| sequence.coordinate(index, fact))
}

/// The same draws for models that need no cluster.
pub fn views<'f, 'c>(facts: &'f Facts<'c>) -> impl Iterator<Item = Facts<'c>> + use<'f, 'c> {
    (0..DRAWS).map(|index| view(facts, Seed::MAIN, index))
}

/// Totals of the strategies with other values of the facts, their technologies kept; `None` where the cluster cannot be built so.
///
/// # Errors
/// [`RunError`] when the decision cannot be taken up again.
pub fn totals_under(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    moved: &Facts<'_>,
) -> Result<Option<Vec<Totals>>, RunError> {
    let anew = Anew::new(case, facts, decided, Watch::Serving)?;
    Ok(under(&anew, case, (0, moved), &|draw: &Draw<'_>| Some(draw.totals.to_vec())))
}

/// A draw by its facts; `None` where the cluster cannot be built so.
fn under<T>(
    anew: &Anew<'_>,
    case: &Case<'_>,
    (index, drawn): (u32, &Facts<'_>),
    keep: &impl Fn(&Draw<'_>) -> Option<T>,
) -> Option<T> {
    let built = anew.built(case.scenario, drawn).ok().filter(|built| built.split_as_decided)?;
    let scene = anew.scene(case, drawn, &built).ok()?;
    let candidates = scene.buildable();
    let strategies = &anew.decided().strategies;
    let sets: Vec<Vec<&Candidate>> =
        strategies.iter().map(|s| same(&s.picks, &candidates)).collect::<Option<_>>()?;
    let outcomes = scene.outcomes(sets.iter().cloned()).ok()?;
    let fabric = &built.structure.fabric;
    let totals: Vec<Totals> = outcomes
        .iter()
        .zip(&sets)
        .map(|(outcome, picks)| Totals::of(outcome, fabric, picks.iter().map(|p| &p.fitted)))
        .collect();
    keep(&Draw {
        index,
        facts: drawn,
        structure: &built.structure,
        candidates: &candidates,
        outcomes: &outcomes,
        totals: &totals,
    })
}

/// The candidates of the same technologies.
fn same<'c>(picks: &[Candidate], candidates: &'c [Vec<Candidate>]) -> Option<Vec<&'c Candidate>> {
    let each = picks.iter().zip(candidates);
    each.map(|(pick, of)| of.iter().find(|c| c.technology == pick.technology)).collect()
}

/// Totals of the strategies, nominal and drawn.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// At nominal facts, in the order of [`Rule::ALL`].
    pub nominal: Vec<Totals>,
    /// Of each draw.
    pub draws: Vec<Vec<Totals>>,
}

impl Drawn {
    /// A figure of the totals: nominal, and 5 and 95 % of draws.
    #[must_use]
    pub fn figure(&self, of: impl Fn(&[Totals]) -> f64) -> (f64, [f64; 2]) {
        let nominal = of(&self.nominal);
        (nominal, range(nominal, self.draws.iter().map(|d| of(d)).collect()))
    }

    /// Percent of draws in which something holds.
    #[must_use]
    pub fn share(&self, holds: impl Fn(&[Totals]) -> bool) -> f64 {
        let count = self.draws.iter().filter(|d| holds(d)).count();
        to_f64(count) / to_f64(self.draws.len().max(1)) * 100.0
    }
}

/// The values below which shares of the draws lie; nothing without draws.
#[must_use]
pub fn quantiles<const N: usize>(mut values: Vec<f64>, shares: [f64; N]) -> Option<[f64; N]> {
    values.retain(|v| v.is_finite());
    values.sort_by(f64::total_cmp);
    let mut out = [0.0; N];
    for (slot, share) in out.iter_mut().zip(shares) {
        *slot = quantile_of_sorted(&values, share)?;
    }
    Some(out)
}

/// What 5 and 95 % of draws lie below, stretched to hold the nominal value.
#[must_use]
pub fn range(nominal: f64, values: Vec<f64>) -> [f64; 2] {
    let [low, high] = quantiles(values, [0.05, 0.95]).unwrap_or([nominal; 2]);
    [low.min(nominal), high.max(nominal)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_the_nominal_value_and_no_strays() {
        let values: Vec<f64> = (0..=100).map(f64::from).collect();
        let near = |a: [f64; 2], b: [f64; 2]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9);
        assert!(near(range(50.0, values.clone()), [5.0, 95.0]));
        assert!(near(range(99.0, values), [5.0, 99.0]));
        assert!(near(range(1.0, vec![f64::NAN]), [1.0, 1.0]));
        assert_eq!(quantiles(Vec::new(), [0.5]), None);
    }

    #[test]
    fn strategies_stand_where_they_are_said_to() {
        for (i, rule) in Rule::ALL.into_iter().enumerate() {
            assert_eq!(place(rule), i);
        }
    }
}
