//! What a study can look at: one registry of names, with unit and meaning.

use lightloom_decide::Rule;
use lightloom_decide::tally::Standing;
use lightloom_economics::million_tokens;
use lightloom_fabric::{Fabric, Tier};
use lightloom_scenario::problem::suggestion;
use lightloom_scenario::run::as_f64;
use lightloom_units::Frequency;
use std::collections::BTreeSet;

/// What a figure is read from.
pub(crate) struct Sight<'s> {
    /// Strategies in the order of [`Rule::ALL`]; those that no output asks for are left out.
    pub(crate) standings: &'s [Option<Standing>],
    pub(crate) fabric: &'s Fabric,
    /// Technologies of the recommended mix in the scenario as it stands, by tier.
    pub(crate) as_it_stands: &'s [String; 3],
}

/// How a figure of a strategy is read: SI, of it and the baseline.
type OfStrategy = fn(&Standing, &Standing) -> Option<f64>;

enum Figure {
    Number { unit: &'static str, quantity: &'static str, of: OfStrategy },
    Technologies(Tier),
}

/// A figure of a strategy.
struct Entry {
    name: &'static str,
    figure: Figure,
    /// Whether jobs must be run for it.
    job: bool,
    about: &'static str,
}

const fn number(
    name: &'static str,
    unit: &'static str,
    quantity: &'static str,
    about: &'static str,
    of: OfStrategy,
) -> Entry {
    Entry { name, figure: Figure::Number { unit, quantity, of }, job: false, about }
}

const fn of_job(
    name: &'static str,
    unit: &'static str,
    quantity: &'static str,
    about: &'static str,
    of: OfStrategy,
) -> Entry {
    Entry { job: true, ..number(name, unit, quantity, about, of) }
}

const fn technologies(name: &'static str, tier: Tier, about: &'static str) -> Entry {
    Entry { name, figure: Figure::Technologies(tier), job: false, about }
}

fn path(standing: &Standing, tier: Tier) -> Option<f64> {
    standing.count.outcome.paths.iter().find(|p| p.tier == tier).map(|p| p.total.as_s())
}

const USD: &str = "amount of money";

/// Figures of a strategy.
const OF_STRATEGY: &[Entry] = &[
    number(
        "network_power",
        "kW",
        "power",
        "Switches, interfaces, optics and SerDes of all links, at the rack inlet",
        |s, _| Some(s.count.totals.network.as_w()),
    ),
    number("optics_power", "kW", "power", "Modules, engines and active cable ends", |s, _| {
        Some(s.count.totals.optics.as_w())
    }),
    number(
        "cluster_power",
        "kW",
        "power",
        "Network, accelerators and hosts, at the rack inlet",
        |s, _| Some(s.count.totals.cluster.as_w()),
    ),
    number(
        "lane_energy",
        "pJ/bit",
        "energy per bit",
        "Energy of a scale-out lane for a bit of one direction, chip to chip",
        |s, _| Some(s.count.totals.lane.as_pj_per_bit() * 1e-12),
    ),
    number("network_price", "USD", USD, "What the network's parts cost to buy", |s, _| {
        Some(s.account.bill.as_usd())
    }),
    number(
        "network_cost",
        "USD",
        USD,
        "What the network costs over the years: price, facility, energy, maintenance, repair, lost time",
        |s, _| Some(s.account.network.nominal.as_usd()),
    ),
    number("network_present_cost", "USD", USD, "The same, discounted to the start", |s, _| {
        Some(s.account.network.discounted.as_usd())
    }),
    number("cluster_cost", "USD", USD, "What the cluster costs over the years", |s, _| {
        Some(s.account.cluster.nominal.as_usd())
    }),
    number("cluster_present_cost", "USD", USD, "The same, discounted to the start", |s, _| {
        Some(s.account.cluster.discounted.as_usd())
    }),
    number(
        "accelerator_hour",
        "USD/h",
        "price per time",
        "Everything over productive accelerator-hours",
        |s, _| Some(s.account.hour.as_usd_per_hour() / 3600.0),
    ),
    number(
        "saved_power",
        "kW",
        "power",
        "Power of the baseline's network less its own",
        |s, base| Some((base.count.totals.network - s.count.totals.network).as_w()),
    ),
    number(
        "saved_cost",
        "USD",
        USD,
        "Network cost over the years of the baseline less its own",
        |s, base| Some((base.account.network.nominal - s.account.network.nominal).as_usd()),
    ),
    number(
        "advantage",
        "USD",
        USD,
        "Present cost of the cluster under the baseline less its own: above zero it pays",
        |s, base| Some((base.account.cluster.discounted - s.account.cluster.discounted).as_usd()),
    ),
    number("lost_hours", "h", "time", "Accelerator-hours lost to the network in a year", |s, _| {
        Some(s.count.totals.lost_per_year.as_s())
    }),
    number(
        "network_events",
        "/yr",
        "failure rate",
        "Failures and flaps of the network in a year",
        |s, _| Some(s.count.totals.events_per_year * factor("failure rate", "/yr")),
    ),
    number(
        "availability",
        "%",
        "ratio",
        "Share of accelerator-hours that are up, all causes",
        |s, _| Some(s.count.outcome.availability.availability.value()),
    ),
    number(
        "goodput",
        "%",
        "ratio",
        "Productive time of the training job over wall time (ETTR)",
        |s, _| Some(s.count.outcome.goodput.ettr.value()),
    ),
    number("scale_up_latency", "ns", "time", "Longest path within a domain", |s, _| {
        path(s, Tier::ScaleUp)
    }),
    number("scale_out_latency", "ns", "time", "Longest path across the hall", |s, _| {
        path(s, Tier::ScaleOut)
    }),
    of_job("training_step", "s", "time", "Time of a step of the training job", |s, _| {
        s.count.work.training.as_ref().map(|(_, step, _)| step.time.as_s())
    }),
    of_job("training_tokens", "tokens/s", "", "Tokens per second of the training job", |s, _| {
        s.count.work.training.as_ref().map(|(_, step, _)| step.tokens_per_second)
    }),
    of_job("training_mfu", "%", "ratio", "Model FLOP utilisation of the training job", |s, _| {
        s.count.work.training.as_ref().map(|(_, step, _)| step.mfu.value())
    }),
    of_job(
        "serving_fastest",
        "tokens/s/user",
        "",
        "Most tokens per second for one user",
        |s, _| s.count.work.serving.as_ref().map(|w| w.best.quickest.1.tokens_per_second_per_user),
    ),
    of_job(
        "serving_throughput",
        "tokens/s/accelerator",
        "",
        "Most tokens per second of an accelerator at the users' speed",
        |s, _| {
            let served = s.count.work.serving.as_ref()?;
            served.best.widest.as_ref().map(|(_, step)| step.tokens_per_second_per_accelerator)
        },
    ),
    of_job("million_tokens", "USD", USD, "Price of a million tokens at that throughput", |s, _| {
        let served = s.count.work.serving.as_ref()?;
        let rate = served.best.widest.as_ref()?.1.tokens_per_second_per_accelerator;
        million_tokens(s.account.hour, Frequency::hz(rate)).ok().map(|m| m.as_usd())
    }),
    technologies("scale-up", Tier::ScaleUp, "Technologies of the links within a domain"),
    technologies("scale-out", Tier::ScaleOut, "Technologies of the links across the hall"),
    technologies("front-end", Tier::FrontEnd, "Technologies of the links to storage and users"),
];

/// Figures of the decision and the fabric.
const OTHERS: &[(&str, &str, &str)] = &[
    ("decision.scale-up", "", "Technologies that are recommended within a domain"),
    ("decision.scale-out", "", "Technologies that are recommended across the hall"),
    ("decision.front-end", "", "Technologies that are recommended to storage and users"),
    (
        "decision.winner",
        "",
        "The strategy, the recommended mix aside, under which the cluster costs least, discounted; of equal ones the first",
    ),
    (
        "decision.switch",
        "",
        "`yes` where some tier gets another technology than in the scenario as it stands, else `no`",
    ),
    ("fabric.accelerators", "accelerators", "Accelerators"),
    ("fabric.switches", "switches", "Switches of all tiers"),
    ("fabric.links", "links", "Links of all tiers"),
    ("fabric.racks", "racks", "Racks"),
];

/// An output that a study asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// `STRATEGY.FIGURE`, `decision.FIGURE`, `fabric.FIGURE`.
    pub name: String,
    /// Unit of its numbers; empty for texts.
    pub unit: &'static str,
    /// Name of its quantity; empty where it has none.
    pub quantity: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Whether jobs must be run for it.
    pub(crate) job: bool,
    /// Whether it is a text.
    pub text: bool,
    read: Read,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    /// Strategy, place in [`OF_STRATEGY`].
    Strategy(usize, usize),
    /// Place in [`OTHERS`].
    Other(usize),
}

/// A value of an output.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// In the output's unit; not a number where there is none.
    Number(f64),
    /// A text.
    Text(String),
}

impl Output {
    /// By its name.
    ///
    /// # Errors
    /// The nearest names.
    pub fn find(name: &str) -> Result<Self, String> {
        Self::all().find(|output| output.name == name).ok_or_else(|| {
            let all: Vec<String> = Self::all().map(|o| o.name).collect();
            suggestion(name, all.iter().map(String::as_str))
        })
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        let of_strategy = Rule::ALL.iter().enumerate().flat_map(|(strategy, rule)| {
            OF_STRATEGY.iter().enumerate().map(move |(place, entry)| {
                let (unit, quantity, text) = match entry.figure {
                    Figure::Number { unit, quantity, .. } => (unit, quantity, false),
                    Figure::Technologies(_) => ("", "", true),
                };
                let name = format!("{}.{}", rule.id(), entry.name);
                let read = Read::Strategy(strategy, place);
                Self { name, unit, quantity, about: entry.about, job: entry.job, text, read }
            })
        });
        let others = OTHERS.iter().enumerate().map(|(place, (name, unit, about))| {
            let (text, quantity) = (unit.is_empty(), if unit.is_empty() { "" } else { "count" });
            let (name, read) = ((*name).to_owned(), Read::Other(place));
            Self { name, unit, quantity, about, job: false, text, read }
        });
        of_strategy.chain(others)
    }

    /// Marks the strategies that it is read from.
    pub(crate) fn wants(&self, wanted: &mut [bool; Rule::ALL.len()]) {
        match self.read {
            Read::Strategy(strategy, _) => wanted[strategy] = true,
            // The winner is sought among all but the recommended mix.
            Read::Other(3) => wanted[..Rule::ALL.len() - 1].fill(true),
            Read::Other(place) if place < 5 => wanted[Rule::ALL.len() - 1] = true,
            Read::Other(_) => {}
        }
    }

    /// Its value; a number in its unit.
    pub(crate) fn read(&self, sight: &Sight<'_>) -> Cell {
        let Sight { standings, fabric, .. } = sight;
        let count = |n: u64| Cell::Number(as_f64(n));
        match self.read {
            Read::Strategy(strategy, place) => {
                let standing = standings.get(strategy).and_then(Option::as_ref);
                match (&OF_STRATEGY[place].figure, standing, standings[0].as_ref()) {
                    (Figure::Number { of, .. }, Some(own), Some(base)) => {
                        let si = of(own, base).unwrap_or(f64::NAN);
                        Cell::Number(si / factor(self.quantity, self.unit))
                    }
                    (Figure::Technologies(tier), Some(own), _) => {
                        Cell::Text(taken(fabric, own, *tier))
                    }
                    (Figure::Number { .. }, ..) => Cell::Number(f64::NAN),
                    (Figure::Technologies(_), ..) => Cell::Text(String::new()),
                }
            }
            Read::Other(place @ 0..=2) => Cell::Text(match sight.recommended() {
                Some(own) => taken(fabric, own, TIERS[place]),
                None => String::new(),
            }),
            Read::Other(3) => Cell::Text(sight.winner().map_or("", Rule::id).to_owned()),
            Read::Other(4) => {
                let here = sight.recommended().map(|own| TIERS.map(|t| taken(fabric, own, t)));
                let same = here.as_ref() == Some(sight.as_it_stands);
                Cell::Text(if same { "no" } else { "yes" }.to_owned())
            }
            Read::Other(5) => count(fabric.accelerators),
            Read::Other(6) => count(fabric.switch_groups.iter().map(|g| g.switches).sum()),
            Read::Other(7) => count(fabric.link_classes.iter().map(|c| c.links).sum()),
            Read::Other(_) => count(fabric.floor_plan.total_racks),
        }
    }
}

impl Sight<'_> {
    fn recommended(&self) -> Option<&Standing> {
        self.standings.last().and_then(Option::as_ref)
    }

    fn winner(&self) -> Option<Rule> {
        let all = Rule::ALL.iter().zip(self.standings).filter(|(r, _)| **r != Rule::Recommended);
        let costs =
            all.filter_map(|(rule, s)| Some((*rule, s.as_ref()?.account.cluster.discounted)));
        costs.reduce(|best, next| if next.1 < best.1 { next } else { best }).map(|(rule, _)| rule)
    }
}

/// Tiers in the order of their figures.
pub(crate) const TIERS: [Tier; 3] = [Tier::ScaleUp, Tier::ScaleOut, Tier::FrontEnd];

/// What a strategy takes on a tier, each technology once.
pub(crate) fn taken(fabric: &Fabric, standing: &Standing, tier: Tier) -> String {
    let links = fabric.link_classes.iter().zip(&standing.count.technologies);
    let of_tier = links.filter(|(class, _)| class.tier == tier).map(|(_, t)| t.as_str());
    let each: BTreeSet<&str> = of_tier.collect();
    each.into_iter().collect::<Vec<_>>().join(" + ")
}

/// SI value of one of a unit; 1 where there is no such quantity.
pub(crate) fn factor(quantity: &str, unit: &str) -> f64 {
    let units = lightloom_units::QUANTITIES.iter().find(|(name, _)| *name == quantity);
    let unit = units.and_then(|(_, units)| units.iter().find(|u| u.symbol == unit));
    unit.map_or(1.0, |u| u.factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_unit_of_its_quantity() {
        for output in Output::all().filter(|o| !o.text && !o.quantity.is_empty()) {
            let quantity = lightloom_units::QUANTITIES.iter().find(|(n, _)| *n == output.quantity);
            let known = quantity.is_some_and(|(_, u)| u.iter().any(|u| u.symbol == output.unit));
            assert!(known, "{}: no unit `{}` of {}", output.name, output.unit, output.quantity);
        }
    }

    #[test]
    fn names_are_told_apart_and_missed_ones_hinted_at() {
        let names: Vec<String> = Output::all().map(|o| o.name).collect();
        let apart: BTreeSet<&String> = names.iter().collect();
        assert_eq!(apart.len(), names.len());
        let hint = Output::find("recommended.network_powr").map(|o| o.name);
        assert!(hint.is_err_and(|h| h.contains("did you mean `recommended.network_power`?")));
    }
}
