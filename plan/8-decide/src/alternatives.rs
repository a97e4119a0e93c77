//! The same accelerators on other fabrics: other switches and planes, a layer less, larger and smaller domains, each decided as the
//! plan is.

use crate::anew::{Anew, Watch};
use crate::decide::{Case, Decided, decide_links_on};
use crate::document::choice_rows;
use crate::draws::{DRAWS, draws};
use crate::plan::{BuiltAlternative, FabricAlternative};
use crate::sentence::percent;
use crate::world_size::resized;
use lightloom_evidence::Facts;
use lightloom_fabric::{SwitchPart, Tier};
use lightloom_num::to_f64;
use lightloom_scenario::run::{as_f64, scale_up_bill, work};
use lightloom_scenario::{Fitted, structure_with_ports};
use lightloom_scenario::{Outcome, RunError, Scenario, Structure, Work, run, structure};
use lightloom_units::{Money, thousands};
use rayon::prelude::*;

/// Times the ports that a switch of the same making may have, and times that are tried to say what it would take.
const TIMES: [u64; 2] = [8, 64];
/// Percent of draws from which on a fabric is said to be better without a doubt.
const ROBUST: f64 = 90.0;
/// Percent of the price of work below which nothing is saved: no model here tells so little from nothing.
const LEAST: f64 = 0.1;
/// Planes that a network may be parted into.
const PLANES: [u64; 4] = [1, 2, 4, 8];

/// Fabrics beside that of the scenario, those that are on offer first, by what their work costs.
///
/// # Model
/// On offer: every scale-out switch of the catalog of the scenario's lane rate, in as many planes as leave fewest layers (of the scenario's own switch only where that takes a layer away); domains of twice and of half the
/// size, built as [`mod@crate::world_size`] builds them. Beside them a what-if: one layer of scale-out switches less, by the scenario's
/// switch with twice, three times ... as many ports, its power and price in proportion. Every technology is put on every link of each,
/// and the recommended mix's rule chooses within the buyer's limits. The work is the training job, else the served model: the price of
/// a productive accelerator-hour over the tokens in it, accelerators sold with the scale-up network of the plan's baseline. A fabric is
/// better when it serves every link, keeps every limit, and its work costs less by a tenth of a percent and more.
///
/// # Validity
/// Whether a switch is sold in volume by the year is not asked; another protocol may need other interfaces, which are kept. Figures are for
/// one accelerator: where a domain does not divide the accelerators there are fewer.
///
/// # Errors
/// [`RunError`] when a floor refuses a fabric that was built; one that cannot be built is a row that says why.
pub fn alternatives(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<Vec<FabricAlternative>, RunError> {
    let domain = case.scenario.scale_up.domain;
    let mut asked = switches(case, facts, decided)?;
    asked.push(Other::Domain(2 * domain));
    if domain.is_multiple_of(2) && domain > 2 {
        asked.push(Other::Domain(domain / 2));
    }
    if decided.structure.fabric.scale_out.layers() > 1 {
        asked.push(Other::LayerLess);
    }
    let own = Own::of(case, facts, decided)?;
    let asked: Vec<Asked> =
        asked.par_iter().map(|other| other.row(case, facts, &own)).collect::<Result<_, _>>()?;
    // The plan's own fabric is drawn once, and only where something may be better.
    let base = match asked.iter().any(|asked| asked.perhaps.is_some()) {
        true => hours(case, facts, decided)?,
        false => Vec::new(),
    };
    let mut rows: Vec<FabricAlternative> = asked
        .into_par_iter()
        .map(|asked| asked.drawn(case, facts, &own, &base))
        .collect::<Result<_, _>>()?;
    let cost = |row: &FabricAlternative| {
        row.built.as_ref().map_or(f64::INFINITY, |b| -b.work_saving_percent)
    };
    rows.sort_by(|a, b| {
        (!a.on_offer, a.built.is_none())
            .cmp(&(!b.on_offer, b.built.is_none()))
            .then(cost(a).total_cmp(&cost(b)))
    });
    Ok(rows)
}

/// What the plan should be held against, in a sentence.
#[must_use]
pub fn sentence(rows: &[FabricAlternative]) -> Option<String> {
    let offered = rows.iter().filter(|row| row.on_offer);
    let built = offered.clone().filter_map(|row| Some((row, row.built.as_ref()?)));
    let count = offered.count();
    if count == 0 {
        return None;
    }
    let better: Vec<_> = built.clone().filter(|(_, b)| b.better).collect();
    let Some((row, best)) = better.first() else {
        return Some(format!(
            "None of {count} other fabrics is better: switches of the catalog in any planes, domains of twice and half the size."
        ));
    };
    let (head, sure) = match best.better_percent {
        Some(share) if share >= ROBUST => {
            ("A better fabric", format!(", in {share:.0} % of draws"))
        }
        Some(share) => ("Perhaps a better fabric", format!(", but only in {share:.0} % of draws")),
        None => ("A better fabric at nominal facts", String::new()),
    };
    let against = |percent: f64| {
        let word = if percent < 0.0 { "more" } else { "less" };
        format!("{:.1} % {word}", percent.abs())
    };
    Some(format!(
        "{head}, of {count} that were tried: {} ({}). Its work costs {}{sure}; its network costs {} for an accelerator and draws {}.",
        row.name,
        row.how,
        against(best.work_saving_percent),
        against(best.cost_saving_percent),
        against(best.power_saving_percent),
    ))
}

/// The decided fabric, which others are held against.
struct Own<'a> {
    decided: &'a Decided,
    /// Of the recommended mix.
    each: Each,
    /// The scale-up network that an accelerator is sold with.
    sold: Money,
}

impl<'a> Own<'a> {
    fn of(
        case: &'a Case<'a>,
        facts: &'a Facts<'a>,
        decided: &'a Decided,
    ) -> Result<Self, RunError> {
        let mix = decided.recommended();
        // Figures of its own: what jobs read is not what the decision read.
        let view = facts.with_all([]);
        let (outcome, structure) = (&mix.outcome, &decided.structure);
        let work = work(case.scenario, case.text, case.library, &view, structure, outcome)?;
        let accelerators = as_f64(structure.fabric.accelerators);
        Ok(Self {
            decided,
            each: Each::of(outcome, &work, accelerators),
            sold: scale_up_bill(&decided.baseline().outcome.bill) / accelerators,
        })
    }
}

/// Figures of a cluster for one accelerator.
struct Each {
    network_cost: f64,
    network_power: f64,
    /// Price of what a productive accelerator-hour gets done: of a token, up to a factor, or of the hour without a job.
    work: f64,
    /// Tokens in an accelerator-second, 1 without a job.
    tokens: f64,
}

impl Each {
    fn of(outcome: &Outcome, work: &Work, accelerators: f64) -> Self {
        let trained = work.training.as_ref();
        let trained = trained.map(|(_, t, _)| t.tokens_per_second / as_f64(t.accelerators));
        let served = || {
            let widest = work.serving.as_ref()?.best.widest.as_ref()?;
            Some(widest.1.tokens_per_second_per_accelerator)
        };
        let tokens = trained.or_else(served).unwrap_or(1.0);
        Self {
            network_cost: outcome.network_tco.nominal.as_usd() / accelerators,
            network_power: outcome.power.network.as_w() / accelerators,
            work: outcome.accelerator_hour.as_usd_per_hour() / tokens,
            tokens,
        }
    }
}

/// What is other.
enum Other {
    LayerLess,
    Domain(u64),
    Switch { part: String, planes: u64 },
}

/// Switches of the catalog in planes that leave fewest layers.
fn switches(case: &Case<'_>, facts: &Facts<'_>, plan: &Decided) -> Result<Vec<Other>, RunError> {
    let network = &case.scenario.scale_out;
    if network.topology.is_some() {
        return Ok(Vec::new());
    }
    let facts = facts.with_all([]);
    let own_layers = plan.structure.fabric.scale_out.layers();
    let mut found = Vec::new();
    for fact in facts.catalog().facts() {
        let part = fact.id.strip_prefix("switch.").and_then(|id| id.strip_suffix(".lane"));
        let Some(part) = part else { continue };
        let lane = SwitchPart::fastest_lane(&facts, part)?;
        if (lane / network.signal.lane - 1.0).abs() > 1e-6 {
            continue;
        }
        let layers = |planes: u64| {
            let rate = network.bandwidth_per_direction / as_f64(planes);
            let whole = rate.as_gbps() >= network.signal.lane.as_gbps() - 1e-9;
            let scenario = with_switch(case.scenario, part, planes);
            let built = || structure(&scenario, case.text, &facts).ok();
            whole.then(built).flatten().map(|built| (built.fabric.scale_out.layers(), planes))
        };
        let Some((layers, planes)) = PLANES.into_iter().filter_map(layers).min() else { continue };
        if part != network.switch || layers < own_layers {
            found.push(Other::Switch { part: part.to_owned(), planes });
        }
    }
    Ok(found)
}

/// The scenario with another scale-out switch.
fn with_switch(scenario: &Scenario, part: &str, planes: u64) -> Scenario {
    let mut scenario = scenario.clone();
    let network = &mut scenario.scale_out;
    part.clone_into(&mut network.switch);
    network.planes = planes;
    network.layers = None;
    scenario
}

impl Other {
    fn row(&self, case: &Case<'_>, facts: &Facts<'_>, own: &Own<'_>) -> Result<Asked, RunError> {
        // A view of its own: what it reads is not what the plan read.
        let facts = facts.with_all([]);
        let plan = own.decided;
        let on_offer = !matches!(self, Self::LayerLess);
        let refused = |name: String, why: String| {
            let (how, verdict) = (String::new(), format!("cannot be built, {why}"));
            Asked::from(FabricAlternative { name, how, on_offer, verdict, built: None })
        };
        let stands = |name: String, how: String, (built, perhaps)| {
            let (verdict, built) = (verdict(&built, on_offer), Some(built));
            Asked { row: FabricAlternative { name, how, on_offer, verdict, built }, perhaps }
        };
        match self {
            Self::LayerLess => {
                let name = without_top(plan);
                let scale_out = &plan.structure.fabric.scale_out;
                let radix = scale_out.radix();
                let (ports, structure) = match layer_less(case, &facts, plan) {
                    Some((times, structure)) if times <= TIMES[0] => (times * radix, structure),
                    Some((times, _)) => {
                        let why = format!(
                            "it takes switches of {} ports, {times} times as many",
                            thousands(times * radix)
                        );
                        return Ok(refused(name, why));
                    }
                    None => {
                        let why = format!(
                            "no switch of up to {} times the ports takes one away",
                            TIMES[1]
                        );
                        return Ok(refused(name, why));
                    }
                };
                let how = format!(
                    "{} of {} ports instead of {} of {radix}, power and price in proportion",
                    counted(
                        structure.fabric.scale_out.switches(),
                        "scale-out switch",
                        "scale-out switches"
                    ),
                    thousands(ports),
                    thousands(scale_out.switches()),
                );
                let other = Built { case: *case, facts: &facts, structure, offered: Offer::No };
                Ok(stands(name, how, other.row(own)?))
            }
            Self::Domain(size) => {
                let name = format!("scale-up domains of {size}");
                match resized(case, &facts, *size) {
                    Err(why) => Ok(refused(name, why)),
                    Ok((scenario, structure)) => {
                        let tiers = if scenario.scale_up.second_tier.is_some() {
                            "two tiers"
                        } else {
                            "one tier"
                        };
                        let how = format!(
                            "the same accelerators and switches, {tiers} of switches in the domain"
                        );
                        let case = Case { scenario: &scenario, ..*case };
                        let other =
                            Built { case, facts: &facts, structure, offered: Offer::Nominal };
                        Ok(stands(name, how, other.row(own)?))
                    }
                }
            }
            Self::Switch { part, planes } => {
                let scenario = with_switch(case.scenario, part, *planes);
                let structure = structure(&scenario, case.text, &facts)?;
                let fabric = &structure.fabric.scale_out;
                let planes = counted(*planes, "plane", "planes");
                let name = format!("{part} for scale-out, {planes}");
                let layers = counted(fabric.layers(), "layer", "layers");
                let how = format!("{layers} of {} ports, interfaces as stated", fabric.radix());
                let case = Case { scenario: &scenario, ..*case };
                let other = Built { case, facts: &facts, structure, offered: Offer::Drawn };
                Ok(stands(name, how, other.row(own)?))
            }
        }
    }
}

fn counted(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("one {one}") } else { format!("{} {many}", thousands(n)) }
}

/// What a layer less leaves out: the switches farthest from the interfaces.
fn without_top(plan: &Decided) -> String {
    let groups = plan.structure.fabric.switch_groups.iter();
    let top = groups.filter(|group| group.tier == Tier::ScaleOut).max_by_key(|group| group.layer);
    match top {
        Some(top) => {
            format!("{} left out, {}", top.name, counted(top.switches, "switch", "switches"))
        }
        None => "one layer of scale-out switches less".to_owned(),
    }
}

/// The fabric with a layer less, and times the ports that its switches have.
fn layer_less(case: &Case<'_>, facts: &Facts<'_>, plan: &Decided) -> Option<(u64, Structure)> {
    let fabric = &plan.structure.fabric;
    let (ports, layers) = (fabric.scale_out.radix(), fabric.scale_out.layers());
    (2..=TIMES[1]).find_map(|times| {
        let ports = ports * times;
        let built = structure_with_ports(case.scenario, case.text, facts, ports).ok()?;
        (built.fabric.scale_out.layers() < layers).then_some((times, built))
    })
}

/// Whether a fabric can be had, and how sure it is told that it is better.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Offer {
    No,
    /// At nominal facts alone.
    Nominal,
    /// In the draws of all facts, too.
    Drawn,
}

/// A fabric that was built.
struct Built<'b, 'c> {
    case: Case<'b>,
    facts: &'b Facts<'c>,
    structure: Structure,
    offered: Offer,
}

impl Built<'_, '_> {
    /// The fabric decided; behind it what is to be drawn.
    fn row(self, own: &Own<'_>) -> Result<(BuiltAlternative, Option<Perhaps>), RunError> {
        let Self { case, facts, structure, offered } = self;
        let decided = decide_links_on(&case, facts, structure, &own.decided.links)?;
        let (fabric, mix) = (&decided.structure.fabric, decided.recommended());
        let accelerators = as_f64(fabric.accelerators);
        let ports: Vec<Fitted> = mix.picks.iter().map(|p| p.fitted.clone()).collect();
        let sold = own.sold * accelerators;
        let outcome = run(case.scenario, facts, &decided.structure, &ports, Some(sold))?;
        let done =
            work(case.scenario, case.text, case.library, facts, &decided.structure, &outcome)?;
        let each = Each::of(&outcome, &done, accelerators);
        let links = fabric.link_classes.iter().zip(&mix.picks);
        let unserved: Vec<String> =
            links.filter(|(_, pick)| !pick.usable()).map(|(class, _)| class.name.clone()).collect();
        let broken = decided.preference.caps.iter().filter_map(|cap| {
            let (limit, total) = (cap.limit, cap.limit.of(&outcome, fabric));
            let text =
                || format!("{} {} of {}", limit.name(), limit.show(total), limit.show(cap.most));
            (!cap.keeps(total)).then(text)
        });
        let broken: Vec<String> = broken.collect();
        let saving = -percent(each.work, own.each.work);
        let better =
            offered != Offer::No && unserved.is_empty() && broken.is_empty() && saving >= LEAST;
        let built = BuiltAlternative {
            accelerators: fabric.accelerators,
            domain: case.scenario.scale_up.domain,
            layers: fabric.scale_out.layers(),
            switches: fabric.scale_out.switches(),
            links: fabric.link_classes.iter().map(|class| class.links).sum(),
            takes: choice_rows(&case, &decided, mix),
            unserved,
            limits_broken: broken,
            network_cost_usd_each: each.network_cost,
            network_w_each: each.network_power,
            productive: outcome.availability.availability.value() * outcome.goodput.ettr.value(),
            cost_saving_percent: -percent(each.network_cost, own.each.network_cost),
            power_saving_percent: -percent(each.network_power, own.each.network_power),
            work_saving_percent: saving,
            better,
            better_percent: None,
        };
        let drawn = better && offered == Offer::Drawn;
        let scenario = case.scenario.clone();
        Ok((built, drawn.then(|| Perhaps { scenario, decided, each })))
    }
}

/// What to make of a fabric.
fn verdict(built: &BuiltAlternative, on_offer: bool) -> String {
    let saving = built.work_saving_percent;
    let work = match saving {
        s if s.abs() < LEAST => "its work costs as much".to_owned(),
        s if s > 0.0 => format!("its work costs {s:.1} % less"),
        s => format!("its work costs {:.1} % more", -s),
    };
    let sure = built.better_percent.map_or_else(String::new, |p| format!(", in {p:.0} % of draws"));
    let better = match built.better_percent {
        Some(share) if share < ROBUST => "perhaps better",
        _ => "better",
    };
    match (built.unserved.as_slice(), built.limits_broken.as_slice()) {
        ([], []) if built.better => format!("{better}: {work}{sure}"),
        ([], []) if on_offer => work,
        ([], []) => format!("a what-if: {work}"),
        ([], broken) => format!("breaks limits: {}", broken.join(", ")),
        (unserved, _) => format!("nothing usable serves {}", unserved.join(", ")),
    }
}

/// A row, and what may be better at nominal facts and is still to be drawn.
struct Asked {
    row: FabricAlternative,
    perhaps: Option<Perhaps>,
}

impl From<FabricAlternative> for Asked {
    fn from(row: FabricAlternative) -> Self {
        Self { row, perhaps: None }
    }
}

/// A fabric of the catalog that is better at nominal facts.
struct Perhaps {
    scenario: Scenario,
    decided: Decided,
    each: Each,
}

impl Asked {
    /// The row with the share of joint draws in which it is better, the plan's own hours given.
    fn drawn(
        self,
        case: &Case<'_>,
        facts: &Facts<'_>,
        own: &Own<'_>,
        base: &[(u32, f64)],
    ) -> Result<FabricAlternative, RunError> {
        let Self { mut row, perhaps } = self;
        if let (Some(built), Some(Perhaps { scenario, decided, each })) = (&mut row.built, perhaps)
        {
            let case = Case { scenario: &scenario, ..*case };
            let other = hours(&case, &facts.with_all([]), &decided)?;
            let pairs = base.iter().filter_map(|(index, base)| {
                let (_, other) = other.iter().find(|(i, _)| i == index)?;
                Some(other / each.tokens < base / own.each.tokens)
            });
            let pairs: Vec<bool> = pairs.collect();
            let less = pairs.iter().filter(|less| **less).count();
            built.better_percent = Some(to_f64(less) / to_f64(pairs.len().max(1)) * 100.0);
            row.verdict = verdict(built, row.on_offer);
        }
        Ok(row)
    }
}

/// Price of a productive accelerator-hour of the recommended mix in joint draws of all facts, by their number.
fn hours(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<Vec<(u32, f64)>, RunError> {
    let anew = Anew::new(case, facts, decided, Watch::These(taken(decided)))?;
    Ok(draws(&anew, case, 0..DRAWS, |draw| {
        Some((draw.index, draw.totals.last()?.accelerator_hour.as_usd_per_hour()))
    }))
}

/// The technologies of all strategies, by class.
fn taken(decided: &Decided) -> Vec<Vec<String>> {
    let of_class = |class: usize| {
        let mut ids: Vec<String> =
            decided.strategies.iter().map(|s| s.picks[class].technology.clone()).collect();
        ids.sort();
        ids.dedup();
        ids
    };
    (0..decided.candidates.len()).map(of_class).collect()
}
