//! The length at which copper gives way to light: by what closes, by power, by cost over the years.

use crate::decide::Case;
use lightloom_evidence::Facts;
use lightloom_fabric::{End, Lengths, LinkClass, Tier};
use lightloom_link::{Fec, Line, Pam};
use lightloom_package::{
    Family, Links, Medium, PortSpec, ReachSearch, Shop, Site, Technology, assemble, reach,
};
use lightloom_scenario::run::{class_tco, summary};
use lightloom_scenario::{Fitted, Library, RunError, Structure, structure};
use lightloom_units::{BitRate, Length};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where copper gives way. Schema `lightloom.crossover/1`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Crossover {
    /// `lightloom.crossover/1`.
    pub schema: &'static str,
    /// The scenario whose prices, failures and years count.
    pub scenario: String,
    /// The link class that is made of any length.
    pub class: String,
    /// Rate of a link, one direction.
    pub rate_gbps: f64,
    /// Years over which cost is counted.
    pub years: f64,
    /// A row for each lane rate and modulation.
    pub lanes: Vec<CrossoverLane>,
}

/// One lane rate and modulation.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CrossoverLane {
    /// Payload of a lane, one direction.
    pub lane_gbps: f64,
    /// Modulation.
    pub modulation: String,
    /// Longest cable of each copper technology that closes; zero where none does.
    pub copper: Vec<CopperEnd>,
    /// Copper against light, family by family.
    pub pairs: Vec<CrossoverPair>,
}

/// The end of a copper technology.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CopperEnd {
    /// Identifier.
    pub technology: String,
    /// Its name.
    pub name: String,
    /// `passive`, `active`, or `built-in`: into a rack, which it does not leave.
    pub family: String,
    /// Longest that closes, m.
    pub reach_m: f64,
}

/// A family of copper against a family of light.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CrossoverPair {
    /// `passive`, `active`, or `built-in`: into a rack, which it does not leave.
    pub copper: String,
    /// `linear`, `retimed`, `co-packaged` (over serial lanes) or `die-to-die` (co-packaged, over a parallel bus).
    pub light: String,
    /// Longest copper that closes, m; beyond it there is light only.
    pub by_feasibility_m: f64,
    /// Whether the light closes there.
    pub light_closes: bool,
    /// By power of a link, both ends, direct current, W.
    pub by_power: Point,
    /// By cost of a link over the years, USD.
    pub by_cost: Point,
}

/// Where one measure changes sides.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Point {
    /// First length at which light takes less, m. Zero: at any length. `None`: copper takes less as far as it goes, or one
    /// of the two closes nowhere.
    pub length_m: Option<f64>,
    /// What the copper takes at that length, or at its longest.
    pub copper: Option<Reading>,
    /// What the light takes there.
    pub light: Option<Reading>,
}

/// What the best technology of a family takes at a length.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Reading {
    /// Identifier.
    pub technology: String,
    /// In the measure's unit.
    pub value: f64,
}

/// Shortest link that is looked at: from one port to its neighbour.
const SHORTEST_M: f64 = 0.1;
/// How near an estimated reach is mostly found to lie.
const NEAR_M: f64 = 0.04;
/// Beyond it no copper of any kind closes at these rates, and none is sold.
const LONGEST_M: f64 = 20.0;
/// Payloads of lanes that a plan shows, Gb/s.
pub const PLAN_LANES: [f64; 3] = [100.0, 200.0, 400.0];
/// How closely a plan's lengths are found: what its drawing can show.
pub const PLAN_CLOSE: Length = Length::m(0.02);
/// How closely lengths are found where they are printed to the centimetre.
pub const CLOSE: Length = Length::m(0.002);

/// Copper by what it is sold as: built into a rack, or a cable with or without active parts.
fn copper_family(technology: &Technology) -> Option<&'static str> {
    let copper = technology.medium() == Medium::Copper;
    copper.then_some(match (technology.fixed_in_rack, technology.active()) {
        (true, _) => "built-in",
        (_, Some(_)) => "active",
        (_, None) => "passive",
    })
}

/// Light by what faces the chip: modules, engines on the substrate over serial lanes, engines over a parallel bus.
fn light_family(technology: &Technology) -> Option<&'static str> {
    use lightloom_package::technology::{Interface, Retiming};
    let engine = technology.engine.as_ref()?;
    match (technology.family, engine.retiming) {
        (Family::Pluggable, Retiming::None) => Some("linear"),
        (Family::Pluggable, _) => Some("retimed"),
        (Family::CoPackaged, _)
            if technology.site == Site::Substrate && engine.interface == Interface::Serdes =>
        {
            Some("co-packaged")
        }
        (Family::CoPackaged, _) if engine.interface == Interface::DieToDie => Some("die-to-die"),
        _ => None,
    }
}

/// The last length found at which a thing does not hold, and the first at which it does, which then holds on; `None` where it
/// does not hold at the end. Both are the shortest where it holds there.
///
/// # Errors
/// As `holds`.
fn bracket<E>(
    (mut low, mut high): (f64, f64),
    close: f64,
    mut holds: impl FnMut(f64) -> Result<bool, E>,
) -> Result<Option<[f64; 2]>, E> {
    if holds(low)? {
        return Ok(Some([low, low]));
    }
    if !holds(high)? {
        return Ok(None);
    }
    while high - low > close {
        let middle = f64::midpoint(low, high);
        if holds(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(Some([low, high]))
}

/// What a link takes, by two measures.
#[derive(Debug, Clone, Copy)]
struct Taken {
    watts: f64,
    dollars: f64,
}

struct Bench<'a> {
    case: Case<'a>,
    facts: &'a Facts<'a>,
    structure: &'a Structure,
    shop: Shop<'a>,
    class: &'a LinkClass,
    close: f64,
}

/// What was taken on a line already, by technology and length: the same lengths come again for every pair of families, and
/// for both measures.
type Known = RefCell<BTreeMap<(String, u64), Option<Taken>>>;

impl Bench<'_> {
    /// [`Bench::taken`], once.
    fn take(
        &self,
        known: &Known,
        t: &Technology,
        line: Line,
        metres: f64,
    ) -> Result<Option<Taken>, RunError> {
        // A metre of fibre loses a thousandth of a decibel and costs a dollar or so: whole metres do for light.
        let metres = if t.medium() == Medium::Fibre { metres.ceil() } else { metres };
        let key = (t.id.clone(), metres.to_bits());
        if let Some(found) = known.borrow().get(&key) {
            return Ok(*found);
        }
        let found = self.taken(t, line, metres)?;
        known.borrow_mut().insert(key, found);
        Ok(found)
    }

    fn spec(&self, line: Line, length: Length) -> PortSpec {
        PortSpec {
            rate: self.class.rate,
            line,
            length,
            nominal_length: length,
            near_is_switch: matches!(self.class.ends[0], End::Switch(_)),
            through_circuit_switch: self.class.through_ocs,
        }
    }

    /// A technology on one link of a length; `None` where it does not close or is not built so.
    fn taken(&self, t: &Technology, line: Line, metres: f64) -> Result<Option<Taken>, RunError> {
        if !t.serves(line.payload) {
            return Ok(None);
        }
        let length = Length::m(metres);
        let spec = self.spec(line, length);
        let port = assemble(&self.shop, t, &spec, ReachSearch::AtLength)?;
        if !port.closes() {
            return Ok(None);
        }
        let fitted = Fitted { port, family: t.family, delay: self.shop.delay(t)? };
        let lengths = Lengths::all_of(length, self.class.links);
        let class = LinkClass { lengths, ..self.class.clone() };
        let tco = class_tco(self.case.scenario, self.facts, self.structure, &class, &fitted)?;
        let link = summary(&class, &fitted).per_link;
        let [near, far] = link.optics_power_per_end;
        let drawn = link.serdes_energy * class.rate * 2.0 + near + far;
        let links = lightloom_scenario::run::as_f64(class.links);
        let dollars = tco.nominal.as_usd() / links;
        Ok(Some(Taken { watts: drawn.as_w(), dollars }))
    }

    /// The least that technologies take at a length.
    fn best(
        &self,
        known: &Known,
        technologies: &[&Technology],
        line: Line,
        metres: f64,
        measure: fn(&Taken) -> f64,
    ) -> Result<Option<Reading>, RunError> {
        let mut best: Option<Reading> = None;
        for t in technologies {
            let Some(taken) = self.take(known, t, line, metres)? else { continue };
            let value = measure(&taken);
            if best.as_ref().is_none_or(|b| value < b.value) {
                best = Some(Reading { technology: t.id.clone(), value });
            }
        }
        Ok(best)
    }

    /// The longest of a copper technology that closes.
    fn reach(&self, known: &Known, t: &Technology, line: Line) -> Result<f64, RunError> {
        if !t.serves(line.payload) {
            return Ok(0.0);
        }
        let gives_up = |ends| {
            bracket(ends, self.close, |metres| {
                Ok::<_, RunError>(self.take(known, t, line, metres)?.is_none())
            })
        };
        // Near the length that is found by estimates; where that is wrong, anywhere.
        let near = reach(&self.shop, t, &self.spec(line, Length::m(1.0)))?.as_m();
        let (low, high) = ((near - NEAR_M).max(SHORTEST_M), (near + NEAR_M).min(LONGEST_M));
        let gives_up = match gives_up((low, high))? {
            Some([last, first]) if last < first || low <= SHORTEST_M => Some([last, first]),
            Some(_) => gives_up((SHORTEST_M, low))?,
            None => gives_up((high, LONGEST_M))?,
        };
        // The last that was seen to close: around it margins ripple by millimetres.
        Ok(match gives_up {
            None => LONGEST_M,
            Some([_, first]) if first <= SHORTEST_M => 0.0,
            Some([last, _]) => last,
        })
    }

    fn point(
        &self,
        known: &Known,
        [copper, light]: [&[&Technology]; 2],
        line: Line,
        ends: &[f64],
        measure: fn(&Taken) -> f64,
    ) -> Result<Point, RunError> {
        let nowhere = Point { length_m: None, copper: None, light: None };
        let Some(reach) = ends.last().copied().filter(|reach| *reach >= SHORTEST_M) else {
            return Ok(nowhere);
        };
        let at = |metres: f64| -> Result<[Option<Reading>; 2], RunError> {
            let copper = self.best(known, copper, line, metres, measure)?;
            Ok([copper, self.best(known, light, line, metres, measure)?])
        };
        let light_takes_less = |metres: f64| {
            let [copper, light] = at(metres)?;
            Ok::<_, RunError>(matches!((copper, light), (Some(c), Some(l)) if l.value < c.value))
        };
        // Where one copper technology ends the next takes over, which may take less of light's room or more.
        let (mut from, mut crossing) = (SHORTEST_M, None);
        for end in ends.iter().filter(|end| **end >= SHORTEST_M) {
            crossing = bracket((from, *end), self.close, light_takes_less)?.map(|[_, first]| first);
            if crossing.is_some() {
                break;
            }
            from = (end + self.close).min(reach);
        }
        let [copper, light] = at(crossing.unwrap_or(reach))?;
        let length_m = crossing.map(|m| if m > SHORTEST_M { m } else { 0.0 });
        Ok(Point { length_m, copper, light })
    }

    fn lane(&self, line: Line) -> Result<CrossoverLane, RunError> {
        let all: Vec<&Technology> = self.case.library.technologies.values().collect();
        let known = Known::default();
        let mut copper = Vec::new();
        for t in &all {
            if let Some(family) = copper_family(t) {
                let (technology, name) = (t.id.clone(), t.name.clone());
                let reach_m = self.reach(&known, t, line)?;
                copper.push(CopperEnd { technology, name, family: family.to_owned(), reach_m });
            }
        }
        let mut pairs = Vec::new();
        for of_copper in ["passive", "active", "built-in"] {
            let members: Vec<&Technology> =
                all.iter().copied().filter(|t| copper_family(t) == Some(of_copper)).collect();
            let of_family = copper.iter().filter(|end| end.family == of_copper);
            let mut ends: Vec<f64> = of_family.map(|end| end.reach_m).collect();
            ends.sort_by(f64::total_cmp);
            let reach = ends.last().copied().unwrap_or(0.0);
            for of_light in ["linear", "retimed", "co-packaged", "die-to-die"] {
                let lit: Vec<&Technology> =
                    all.iter().copied().filter(|t| light_family(t) == Some(of_light)).collect();
                let sides = [&*members, &*lit];
                let there = reach.max(SHORTEST_M) + self.close;
                pairs.push(CrossoverPair {
                    copper: of_copper.to_owned(),
                    light: of_light.to_owned(),
                    by_feasibility_m: reach,
                    light_closes: self.best(&known, &lit, line, there, |t| t.watts)?.is_some(),
                    by_power: self.point(&known, sides, line, &ends, |t| t.watts)?,
                    by_cost: self.point(&known, sides, line, &ends, |t| t.dollars)?,
                });
            }
        }
        let modulation = line.pam.name().to_owned();
        Ok(CrossoverLane { lane_gbps: line.payload.as_gbps(), modulation, copper, pairs })
    }
}

/// Where copper gives way to light on a scenario's links from interface to leaf, were they of any length.
///
/// # Model
/// A family takes at each length what its best technology takes that closes there. From one end of a copper technology to the
/// next the power and cost of the family do not fall with length (stronger receivers, more metal), and light's hardly rise, so
/// that the difference changes sign once at most: found by bisection, as closely as is asked ([`CLOSE`], [`PLAN_CLOSE`]). The
/// shortest such length counts. Power is of SerDes and active parts at both ends; cost is that of the decision, with energy,
/// facility, repairs and lost accelerator-hours. Above 250 Gb/s each order of modulation has a row.
///
/// # Validity
/// Receivers ripple with length by reflections: near a crossing it may change sides several times. Readiness and vendors do not
/// count, and light is looked at in whole metres. Each lane rate is put on links of the scenario's rate, behind
/// RS(544,514). What is known of links may be given, of the same case and facts.
///
/// # Errors
/// A placed problem of the scenario, or [`RunError`] when a floor refuses.
pub fn crossover(
    case: &Case<'_>,
    facts: &Facts<'_>,
    links: Option<&Arc<Links>>,
    lanes: &[BitRate],
    close: Length,
) -> Result<Crossover, RunError> {
    let built = structure(case.scenario, case.text, facts)?;
    let nodes = &case.scenario.cluster;
    let Library { technologies, processes, standard, .. } = case.library;
    let mut shop =
        Shop::new(facts, technologies, processes, standard, nodes.chip_node, nodes.module_node)?;
    if let Some(links) = links {
        shop = shop.with_links(Arc::clone(links));
    }
    let years = lightloom_scenario::run::finance(case.scenario, facts)?.life.as_years();
    let is = |class: &&LinkClass| class.tier == Tier::ScaleOut && class.ends[0] == End::Nic;
    let mut found = Crossover {
        schema: "lightloom.crossover/1",
        scenario: case.scenario.name.clone(),
        class: String::new(),
        rate_gbps: 0.0,
        years,
        lanes: Vec::new(),
    };
    // A scale-out network always has interfaces.
    let Some(class) = built.fabric.link_classes.iter().find(is) else { return Ok(found) };
    let close = close.as_m().max(1e-4);
    let bench = Bench { case: *case, facts, structure: &built, shop, class, close };
    let mut lines: Vec<Line> = Vec::new();
    for lane in lanes {
        let orders: &[Pam] =
            if lane.as_gbps() > 250.0 { &[Pam::Pam4, Pam::Pam6, Pam::Pam8] } else { &[Pam::Pam4] };
        lines.extend(orders.iter().map(|pam| Line { payload: *lane, pam: *pam, fec: Fec::Kp4 }));
    }
    found.class.clone_from(&class.name);
    found.rate_gbps = class.rate.as_gbps();
    found.lanes = lines.par_iter().map(|line| bench.lane(*line)).collect::<Result<_, _>>()?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_length_is_bracketed() {
        let holds = |metres: f64| Ok::<_, ()>(metres >= 3.7);
        let [last, found] = bracket((0.1, 20.0), 2e-3, holds).unwrap().unwrap();
        assert!(last < 3.7 && found >= 3.7 && found - last <= 2e-3);
        assert_eq!(bracket((0.1, 3.0), 2e-3, holds).unwrap(), None);
        assert_eq!(bracket((4.0, 9.0), 2e-3, holds).unwrap(), Some([4.0, 4.0]));
    }
}
