//! Shipped clusters as fleets: what fails in them by the rates of their components, with the ends of the rates' ranges.

use lightloom_decide::candidate::cheapest;
use lightloom_decide::{Candidate, Case, Judge};
use lightloom_evidence::{Fact, Facts};
use lightloom_operations::failure::{lower_bound, upper_bound};
use lightloom_operations::{Availability, FieldRates, availability};
use lightloom_package::{Family, ReachSearch};
use lightloom_scenario::run::components;
use lightloom_scenario::{Fitted, Library, Structure, structure};
use lightloom_units::{Count, FailureRate, Quantity, Time};

/// What stands where no copper closes: what published clusters are built of.
const LIGHT: &str = "retimed-pluggable";
/// Heads of the facts that are moved: rates of parts, fleets, flaps and records.
const MOVED: [&str; 4] = ["fit.", "field.", "flap.", "record."];
/// Confidence of either end of a count's interval.
const CONFIDENCE: f64 = 0.95;

/// A cluster whose failures are known, with each of their rates at the ends of its range.
#[derive(Debug)]
pub(crate) struct Fleet {
    /// Causes that are not the network's come first: so many.
    compute: usize,
    nominal: Availability,
    moved: Vec<[Availability; 2]>,
}

/// A figure with the ends that the ranges of rates give it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spanned {
    pub(crate) value: f64,
    pub(crate) span: [f64; 2],
}

impl Fleet {
    /// A shipped scenario or system.
    pub(crate) fn of(library: &Library, facts: &Facts<'_>, name: &str) -> Result<Self, String> {
        let ship = Ship::find(name)?;
        let place = structure(&ship.scenario, ship.text, facts).map_err(text)?;
        let case = ship.case(library);
        let judge = Judge::new(&case, facts, &place, ReachSearch::AtLength).map_err(text)?;
        let picks = picks(library, &judge, &place)?;
        let (compute, nominal) = ship.availability(facts, &judge, &place, &picks)?;
        let mut moved = Vec::new();
        for (position, fact) in facts.catalog().facts().iter().enumerate() {
            let Some(ends) = ends(fact) else { continue };
            let at = |si: f64| {
                let facts = facts.with(position, si);
                let place = structure(&ship.scenario, ship.text, &facts).map_err(text)?;
                let judge = Judge::new(&case, &facts, &place, ReachSearch::AtLength)
                    .map_err(text)?
                    .around(&judge)
                    .with_standing_lanes(true);
                ship.availability(&facts, &judge, &place, &picks).map(|(_, found)| found)
            };
            moved.push([at(ends[0])?, at(ends[1])?]);
        }
        Ok(Self { compute, nominal, moved })
    }

    /// Interruptions of a job of so many accelerators by all causes, or by those of the network or not of it.
    fn rate(&self, of: &Availability, job: f64, network: Option<bool>) -> FailureRate {
        let causes = match network {
            None => of.causes.clone(),
            Some(true) => of.causes.get(self.compute..).unwrap_or_default().to_vec(),
            Some(false) => of.causes.get(..self.compute).unwrap_or_default().to_vec(),
        };
        Availability { causes, ..of.clone() }.interruptions(Count::from_si(job))
    }

    /// A figure of the interruptions of a job, with its ends.
    pub(crate) fn figure(
        &self,
        job: f64,
        network: Option<bool>,
        figure: impl Fn(FailureRate, FailureRate) -> f64,
    ) -> Spanned {
        let of = |a: &Availability| figure(self.rate(a, job, network), self.rate(a, job, None));
        spanned(of(&self.nominal), self.moved.iter().map(|ends| ends.each_ref().map(of)))
    }
}

/// FIT of one link of a class with a technology, both ends, and cleanings of it if asked for.
pub(crate) fn link(
    library: &Library,
    facts: &Facts<'_>,
    [name, class, technology]: [&str; 3],
    cleaning: bool,
) -> Result<Spanned, String> {
    let ship = Ship::find(name)?;
    let place = structure(&ship.scenario, ship.text, facts).map_err(text)?;
    let case = ship.case(library);
    let found = place.fabric.link_classes.iter().find(|c| c.name == class).ok_or_else(|| {
        let known: Vec<&str> = place.fabric.link_classes.iter().map(|c| c.name.as_str()).collect();
        format!("`{name}` has no links `{class}`; there are {}", known.join(", "))
    })?;
    let nominal = Judge::new(&case, facts, &place, ReachSearch::AtLength).map_err(text)?;
    over_ranges(facts, |facts| {
        let judge = Judge::new(&case, facts, &place, ReachSearch::AtLength)
            .map_err(text)?
            .around(&nominal)
            .with_standing_lanes(true);
        let port = judge.one(found, technology).map_err(text)?.fitted.port;
        fit(facts, port.failure_rate(), cleaning)
    })
}

/// FIT of what breaks, and of what must be cleaned if asked for.
fn fit(facts: &Facts<'_>, hard: FailureRate, cleaning: bool) -> Result<f64, String> {
    let cleaned = if cleaning {
        FieldRates::from_facts(facts).map_err(text)?.reseat(hard).map_err(text)?
    } else {
        FailureRate::ZERO
    };
    Ok((hard + cleaned).as_fit())
}

/// FIT of one link between two ports of a product, both ends.
pub(crate) fn product_link(
    library: &Library,
    facts: &Facts<'_>,
    id: &str,
    cleaning: bool,
) -> Result<Spanned, String> {
    let product = library.products.get(id).ok_or_else(|| format!("no product `{id}`"))?;
    over_ranges(facts, |facts| {
        let made =
            product.make(facts, &library.technologies, &library.processes, &library.standard);
        fit(facts, made.map_err(text)?.port.failure_rate(), cleaning)
    })
}

/// A figure, and with each rate at the ends of its range.
fn over_ranges(
    facts: &Facts<'_>,
    figure: impl Fn(&Facts<'_>) -> Result<f64, String>,
) -> Result<Spanned, String> {
    let nominal = figure(facts)?;
    let mut moved = Vec::new();
    for (position, fact) in facts.catalog().facts().iter().enumerate() {
        let Some([low, high]) = ends(fact) else { continue };
        let at = |si: f64| figure(&facts.with(position, si));
        moved.push([at(low)?, at(high)?]);
    }
    Ok(spanned(nominal, moved.into_iter()))
}

/// Two-sided 90 % of a count of events, as factors on it.
pub(crate) fn counted(events: f64) -> Result<[f64; 2], String> {
    let bound = |f: fn(Count, Time, f64) -> Result<FailureRate, _>| {
        f(Count::from_si(events), Time::s(1.0), CONFIDENCE).map(|r| r.si() / events)
    };
    Ok([bound(lower_bound).map_err(text)?, bound(upper_bound).map_err(text)?])
}

/// Ends of what is moved: a fact's range, or of a count of events what it excludes.
fn ends(fact: &Fact) -> Option<[f64; 2]> {
    if !MOVED.iter().any(|head| fact.id.starts_with(head)) {
        return None;
    }
    if fact.is_uncertain() {
        return Some([fact.low, fact.high]);
    }
    let counted_events = fact.id.starts_with("record.llama3.")
        && fact.quantity == "count"
        && !fact.id.ends_with(".accelerators");
    let factors = counted(fact.value).ok().filter(|_| counted_events)?;
    Some(factors.map(|f| f * fact.value))
}

/// Least share of its nominal value that one move leaves of a figure.
const LEAST: f64 = 1e-6;

/// Moves of single inputs that do not depend on each other: factors on a figure that is above zero, the root of the sum of the
/// squares of their logarithms on each side.
fn spanned(value: f64, moved: impl Iterator<Item = [f64; 2]>) -> Spanned {
    let [mut below, mut above] = [0.0, 0.0];
    for ends in moved {
        let [a, b] = ends.map(|end| libm::log((end / value).max(LEAST)));
        let [down, up] = [a.min(b).min(0.0), a.max(b).max(0.0)];
        below += down * down;
        above += up * up;
    }
    let factors = [-libm::sqrt(below), libm::sqrt(above)];
    Spanned { value, span: factors.map(|f| value * libm::exp(f)) }
}

/// A shipped cluster.
struct Ship {
    text: &'static str,
    scenario: lightloom_scenario::Scenario,
}

impl Ship {
    fn find(name: &str) -> Result<Self, String> {
        let file = format!("{name}.toml");
        let mut shipped =
            lightloom_catalog::SCENARIOS.iter().chain(lightloom_catalog::SYSTEMS.iter());
        let (_, text) = shipped
            .find(|(known, _)| *known == file)
            .ok_or_else(|| format!("no scenario or system `{name}` is shipped"))?;
        let scenario = lightloom_scenario::parse(text).map_err(|e| e.to_string())?;
        Ok(Self { text, scenario })
    }

    fn case<'a>(&'a self, library: &'a Library) -> Case<'a> {
        Case { library, scenario: &self.scenario, text: self.text }
    }

    /// How many causes are not the network's, which come first; and all.
    fn availability(
        &self,
        facts: &Facts<'_>,
        judge: &Judge<'_>,
        place: &Structure,
        picks: &[String],
    ) -> Result<(usize, Availability), String> {
        let classes = place.fabric.link_classes.iter().zip(picks);
        let ports: Vec<Fitted> = classes
            .map(|(class, id)| judge.one(class, id).map(|c| c.fitted).map_err(text))
            .collect::<Result<_, String>>()?;
        let found = components(&self.scenario, facts, place, &ports).map_err(text)?;
        // Far below 2^53.
        #[allow(clippy::cast_precision_loss)]
        let accelerators = Count::from_si(place.fabric.accelerators as f64);
        let all = availability::evaluate(accelerators, &found.classes).map_err(text)?;
        Ok((found.compute, all))
    }
}

/// What stands on each link class: the cheapest copper that closes, or light.
fn picks(library: &Library, judge: &Judge<'_>, place: &Structure) -> Result<Vec<String>, String> {
    let copper: Vec<&String> = library
        .technologies
        .iter()
        .filter(|(_, technology)| technology.family == Family::Copper)
        .map(|(id, _)| id)
        .collect();
    let classes = place.fabric.link_classes.iter();
    classes
        .map(|class| {
            let candidates: Vec<Candidate> = copper
                .iter()
                .map(|id| judge.one(class, id).map_err(text))
                .collect::<Result<_, String>>()?;
            let best = cheapest(&candidates, |c| c.unfit.is_none());
            Ok(best.map_or_else(|| LIGHT.to_owned(), |best| best.technology.clone()))
        })
        .collect()
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
