//! How a technology does on some links by each criterion that buyers weigh.

use crate::readiness_sheet::{WITHIN_YEAR, hours_needed, tier_of};
use lightloom_economics::Marks;
use lightloom_economics::buyer::{of_evidence, of_standard, of_vendors};
use lightloom_economics::{Maturity, readiness::Tier};
use lightloom_evidence::Facts;
use lightloom_fabric::{End, LinkClass};
use lightloom_package::{Port, Site, pair, technology::Partner};
use lightloom_scenario::run::{Behind, as_f64};
use lightloom_scenario::{Library, RunError, Scenario, Structure};
use lightloom_units::{Ratio, Time};

/// Figures of which less is better, by whose distance from the best of all a technology is marked: cost, energy, port-hours lost.
pub(crate) type Figures = [f64; 3];

/// Marks that a technology has by itself, whatever others do, 0 to 1: vendors, standard, evidence, date, turnkey.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnMarks(pub [Ratio; 5]);

/// What a candidate is marked by beside its cost and energy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Record {
    /// Hours of ports that faults and repairs of all links take in a year.
    pub port_time: Time,
    /// Marks of its own.
    pub own: OwnMarks,
}

impl Record {
    /// The record of a technology on a class of links; `None` on the front end, which no buyer judges.
    ///
    /// # Errors
    /// [`RunError`] when the catalog lacks a fact.
    pub(crate) fn of(
        (scenario, library): (&Scenario, &Library),
        facts: &Facts<'_>,
        structure: &Structure,
        class: &LinkClass,
        (id, port): (&str, &Port),
    ) -> Result<Option<Self>, RunError> {
        let Some(tier) = tier_of(class.tier) else { return Ok(None) };
        let year = f64::from(scenario.year) + WITHIN_YEAR;
        let own = own_marks(library, facts, (id, tier), |m| m.probability_by(year))?;
        Ok(Some(Self { port_time: port_time(scenario, facts, structure, class, port)?, own }))
    }
}

/// Hours of ports that faults and repairs of a class's links take in a year.
///
/// # Errors
/// [`RunError`] when the catalog lacks a fact.
pub(crate) fn port_time(
    scenario: &Scenario,
    facts: &Facts<'_>,
    structure: &Structure,
    class: &LinkClass,
    port: &Port,
) -> Result<Time, RunError> {
    let groups = &structure.fabric.switch_groups;
    let above =
        groups.iter().find(|g| g.tier == class.tier && End::Switch(g.layer) == class.ends[1]);
    let radix = above.map_or(1.0, |g| as_f64(g.radix));
    let behind = Behind::class(scenario, class);
    let rows = crate::sheet::service(facts, port, radix, Some(behind))?;
    // Of a thousand ports.
    let hours: f64 = rows.iter().map(|row| row.port_hours).sum();
    Ok(Time::hours(hours * as_f64(class.links) / 1e3))
}

/// Marks of a technology by itself in a tier, its date marked by `date`; of a pair each that of the lesser end.
///
/// # Errors
/// [`RunError`] when the catalog lacks a fact.
pub(crate) fn own_marks(
    library: &Library,
    facts: &Facts<'_>,
    (id, tier): (&str, Tier),
    date: impl Fn(&Maturity) -> Ratio,
) -> Result<OwnMarks, RunError> {
    let needed = hours_needed(facts)?;
    let mut own = [Ratio::new(1.0), Ratio::new(1.0), Ratio::new(1.0), Ratio::new(1.0)];
    for end in pair::ends(id) {
        let maturity = Maturity::from_facts(facts, end, tier)?;
        let of_end = [
            of_vendors(maturity.vendors.central())?,
            of_standard(maturity.standard),
            of_evidence(maturity.device_hours.central(), needed)?,
            date(&maturity),
        ];
        own = std::array::from_fn(|place| own[place].min(of_end[place]));
    }
    let [vendors, standard, evidence, date] = own;
    Ok(OwnMarks([vendors, standard, evidence, date, turnkey(library, id)]))
}

/// All marks, in the order of [`lightloom_economics::Criterion::ALL`]: of a figure the best of all over this one.
pub(crate) fn marks(figures: Figures, best: Figures, own: OwnMarks) -> Marks {
    let mut all = [Ratio::ZERO; 8];
    for ((mark, figure), best) in all.iter_mut().zip(figures).zip(best) {
        // Nothing at all is the best that there is.
        *mark = Ratio::new(if figure > 0.0 { (best / figure).clamp(0.0, 1.0) } else { 1.0 });
    }
    all[3..].copy_from_slice(&own.0);
    Marks(all)
}

/// The best of each figure.
pub(crate) fn best(all: impl IntoIterator<Item = Figures>) -> Figures {
    let least = |a: Figures, b: Figures| [a[0].min(b[0]), a[1].min(b[1]), a[2].min(b[2])];
    all.into_iter().fold([f64::INFINITY; 3], least)
}

/// Share of a link's ends whose parts are mounted where they are sold: in a box, on its board or package, in a rack.
fn turnkey(library: &Library, id: &str) -> Ratio {
    let mounted = |id: &str| {
        let site = library.offer(id).map(|t| t.site);
        if site.is_none_or(|s| s == Site::Panel) { 0.0 } else { 1.0 }
    };
    let near = match library.offer(id).map(|t| &t.partner) {
        Some(Partner::Other(other) | Partner::Facing(other)) => mounted(other),
        _ => mounted(id),
    };
    Ratio::new(f64::midpoint(mounted(id), near))
}
