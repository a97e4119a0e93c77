//! What a study can look at: one registry of names, with unit and meaning.

use lightloom_decide::Rule;
use lightloom_decide::draws::Totals;
use lightloom_decide::tally::{Account, Standing};
use lightloom_economics::million_tokens;
use lightloom_fabric::{Fabric, Tier};
use lightloom_scenario::Outcome;
use lightloom_scenario::problem::suggestion;
use lightloom_scenario::run::{Work, as_f64};
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

/// Unit and quantity of a number; texts have neither, and some numbers no quantity.
type Measure = (&'static str, &'static str);

const KW: Measure = ("kW", "power");
const PJ_PER_BIT: Measure = ("pJ/bit", "energy per bit");
const USD: Measure = ("USD", "amount of money");
const PER_YEAR: Measure = ("/yr", "failure rate");
const PERCENT: Measure = ("%", "ratio");
const NS: Measure = ("ns", "time");
const TEXT: Measure = ("", "");

/// Where a figure of a strategy is read; numbers in SI.
#[derive(Clone, Copy)]
enum OfStrategy {
    Total(fn(&Totals) -> f64),
    Money(fn(&Account) -> f64),
    Cluster(fn(&Outcome) -> f64),
    /// What the baseline has more of.
    Saved(fn(&Standing) -> f64),
    /// Latency of a tier's longest path.
    Path(Tier),
    /// Of the jobs, which must be run for it.
    Job(fn(&Work) -> Option<f64>),
    /// Of serving, likewise.
    MillionTokens,
    Technologies(Tier),
}

impl OfStrategy {
    /// Whether jobs must be run for it.
    const fn job(self) -> bool {
        matches!(self, Job(_) | MillionTokens)
    }

    /// A number of a strategy beside the baseline; `None` where there is none.
    fn number(self, own: &Standing, base: &Standing) -> Option<f64> {
        let Standing { count, account } = own;
        match self {
            Total(of) => Some(of(&count.totals)),
            Money(of) => Some(of(account)),
            Cluster(of) => Some(of(&count.outcome)),
            Saved(of) => Some(of(base) - of(own)),
            Path(tier) => {
                let path = count.outcome.paths.iter().find(|path| path.tier == tier);
                path.map(|path| path.total.as_s())
            }
            Job(of) => of(&count.work),
            MillionTokens => {
                let rate = Frequency::hz(throughput(&count.work)?);
                let price = million_tokens(account.hour, rate);
                price.ok().map(|price| price.as_usd())
            }
            Technologies(_) => None,
        }
    }
}

fn throughput(work: &Work) -> Option<f64> {
    Some(work.serving.as_ref()?.best.widest.as_ref()?.1.tokens_per_second_per_accelerator)
}

/// Where a figure of the decision or the fabric is read.
#[derive(Clone, Copy)]
enum Other {
    Recommended(Tier),
    Winner,
    Switch,
    Fabric(fn(&Fabric) -> u64),
}

use OfStrategy::{Cluster, Job, MillionTokens, Money, Path, Saved, Technologies, Total};

/// A figure: its name, its unit and quantity, where it is read, what it is.
type Row<From> = (&'static str, Measure, From, &'static str);

/// Figures of a strategy.
#[rustfmt::skip]
const OF_STRATEGY: &[Row<OfStrategy>] = &[
    ("network_power", KW, Total(|t| t.network.as_w()), "Switches, interfaces, optics and SerDes of all links, at the rack inlet"),
    ("optics_power", KW, Total(|t| t.optics.as_w()), "Modules, engines and active cable ends"),
    ("cluster_power", KW, Total(|t| t.cluster.as_w()), "Network, accelerators and hosts, at the rack inlet"),
    ("lane_energy", PJ_PER_BIT, Total(|t| t.lane.as_pj_per_bit() * 1e-12), "Energy of a scale-out lane for a bit of one direction, chip to chip"),
    ("network_price", USD, Money(|m| m.bill.as_usd()), "What the network's parts cost to buy"),
    ("network_cost", USD, Money(|m| m.network.nominal.as_usd()), "What the network costs over the years: price, facility, energy, maintenance, repair, lost time"),
    ("network_present_cost", USD, Money(|m| m.network.discounted.as_usd()), "The same, discounted to the start"),
    ("cluster_cost", USD, Money(|m| m.cluster.nominal.as_usd()), "What the cluster costs over the years"),
    ("cluster_present_cost", USD, Money(|m| m.cluster.discounted.as_usd()), "The same, discounted to the start"),
    ("accelerator_hour", ("USD/h", "price per time"), Money(|m| m.hour.as_usd_per_hour() / 3600.0), "Everything over productive accelerator-hours"),
    ("saved_power", KW, Saved(|s| s.count.totals.network.as_w()), "Power of the baseline's network less its own"),
    ("saved_cost", USD, Saved(|s| s.account.network.nominal.as_usd()), "Network cost over the years of the baseline less its own"),
    ("advantage", USD, Saved(|s| s.account.cluster.discounted.as_usd()), "Present cost of the cluster under the baseline less its own: above zero it pays"),
    ("lost_hours", ("h", "time"), Total(|t| t.lost_per_year.as_s()), "Accelerator-hours lost to the network in a year"),
    ("network_events", PER_YEAR, Total(|t| t.events_per_year * factor(PER_YEAR.1, PER_YEAR.0)), "Failures and flaps of the network in a year"),
    ("availability", PERCENT, Cluster(|o| o.availability.availability.value()), "Share of accelerator-hours that are up, all causes"),
    ("goodput", PERCENT, Cluster(|o| o.goodput.ettr.value()), "Productive time of the training job over wall time (ETTR)"),
    ("scale_up_latency", NS, Path(Tier::ScaleUp), "Longest path within a domain"),
    ("scale_out_latency", NS, Path(Tier::ScaleOut), "Longest path across the hall"),
    ("training_step", ("s", "time"), Job(|w| Some(w.training.as_ref()?.1.time.as_s())), "Time of a step of the training job"),
    ("training_tokens", ("tokens/s", ""), Job(|w| Some(w.training.as_ref()?.1.tokens_per_second)), "Tokens per second of the training job"),
    ("training_mfu", PERCENT, Job(|w| Some(w.training.as_ref()?.1.mfu.value())), "Model FLOP utilisation of the training job"),
    ("serving_fastest", ("tokens/s/user", ""), Job(|w| Some(w.serving.as_ref()?.best.quickest.1.tokens_per_second_per_user)), "Most tokens per second for one user"),
    ("serving_throughput", ("tokens/s/accelerator", ""), Job(throughput), "Most tokens per second of an accelerator at the users' speed"),
    ("million_tokens", USD, MillionTokens, "Price of a million tokens at that throughput"),
    ("scale-up", TEXT, Technologies(Tier::ScaleUp), "Technologies of the links within a domain"),
    ("scale-out", TEXT, Technologies(Tier::ScaleOut), "Technologies of the links across the hall"),
    ("front-end", TEXT, Technologies(Tier::FrontEnd), "Technologies of the links to storage and users"),
];

/// Figures of the decision and the fabric.
#[rustfmt::skip]
const OTHERS: &[Row<Other>] = &[
    ("decision.scale-up", TEXT, Other::Recommended(Tier::ScaleUp), "Technologies that are recommended within a domain"),
    ("decision.scale-out", TEXT, Other::Recommended(Tier::ScaleOut), "Technologies that are recommended across the hall"),
    ("decision.front-end", TEXT, Other::Recommended(Tier::FrontEnd), "Technologies that are recommended to storage and users"),
    ("decision.winner", TEXT, Other::Winner, "The strategy, the recommended mix aside, under which the cluster costs least, discounted; of equal ones the first"),
    ("decision.switch", TEXT, Other::Switch, "`yes` where some tier gets another technology than in the scenario as it stands, else `no`"),
    ("fabric.accelerators", ("accelerators", "count"), Other::Fabric(|f| f.accelerators), "Accelerators"),
    ("fabric.switches", ("switches", "count"), Other::Fabric(|f| f.switch_groups.iter().map(|g| g.switches).sum()), "Switches of all tiers"),
    ("fabric.links", ("links", "count"), Other::Fabric(|f| f.link_classes.iter().map(|c| c.links).sum()), "Links of all tiers"),
    ("fabric.racks", ("racks", "count"), Other::Fabric(|f| f.floor_plan.total_racks), "Racks"),
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
            OF_STRATEGY.iter().enumerate().map(
                move |(place, (name, (unit, quantity), of, about))| {
                    let text = matches!(of, Technologies(_));
                    let name = format!("{}.{name}", rule.id());
                    let read = Read::Strategy(strategy, place);
                    Self { name, unit, quantity, about, job: of.job(), text, read }
                },
            )
        });
        let others =
            OTHERS.iter().enumerate().map(|(place, (name, (unit, quantity), of, about))| {
                let text = !matches!(of, Other::Fabric(_));
                let (name, read) = ((*name).to_owned(), Read::Other(place));
                Self { name, unit, quantity, about, job: false, text, read }
            });
        of_strategy.chain(others)
    }

    /// Marks the strategies that it is read from.
    pub(crate) fn wants(&self, wanted: &mut [bool; Rule::ALL.len()]) {
        match self.read {
            Read::Strategy(strategy, _) => wanted[strategy] = true,
            Read::Other(place) => match OTHERS[place].2 {
                // The winner is sought among all but the recommended mix.
                Other::Winner => wanted[..Rule::ALL.len() - 1].fill(true),
                Other::Recommended(_) | Other::Switch => wanted[Rule::ALL.len() - 1] = true,
                Other::Fabric(_) => {}
            },
        }
    }

    /// Its value; a number in its unit.
    pub(crate) fn read(&self, sight: &Sight<'_>) -> Cell {
        let Sight { standings, fabric, .. } = sight;
        let takes = |standing: Option<&Standing>, tier| {
            Cell::Text(standing.map_or_else(String::new, |own| taken(fabric, own, tier)))
        };
        match self.read {
            Read::Strategy(strategy, place) => {
                let own = standings.get(strategy).and_then(Option::as_ref);
                match OF_STRATEGY[place].2 {
                    Technologies(tier) => takes(own, tier),
                    of => {
                        let both = own.zip(standings[0].as_ref());
                        let si = both.and_then(|(own, base)| of.number(own, base));
                        Cell::Number(si.unwrap_or(f64::NAN) / factor(self.quantity, self.unit))
                    }
                }
            }
            Read::Other(place) => match OTHERS[place].2 {
                Other::Recommended(tier) => takes(sight.recommended(), tier),
                Other::Winner => Cell::Text(sight.winner().map_or("", Rule::id).to_owned()),
                Other::Switch => {
                    let here = sight.recommended().map(|own| TIERS.map(|t| taken(fabric, own, t)));
                    let same = here.as_ref() == Some(sight.as_it_stands);
                    Cell::Text(if same { "no" } else { "yes" }.to_owned())
                }
                Other::Fabric(of) => Cell::Number(as_f64(of(fabric))),
            },
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
