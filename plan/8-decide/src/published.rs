//! What the package floor computes beside what others printed: yields, densities, temperatures of lasers.
//!
//! The figures of single products stand with the products; these are of technologies and of parts.

use crate::check::{Figure, Rows};
use crate::sheet::{Asked, sheet};
use lightloom_evidence::Facts;
use lightloom_link::{Fec, Line, Node, Pam};
use lightloom_package::manufacture::spares::series;
use lightloom_package::space::{EdgeClass, ElectricalEdge, FormFactor};
use lightloom_package::{AssemblyError, ChipAreas};
use lightloom_scenario::{Library, RunError};
use lightloom_units::{
    ArealDensity, BitRate, Count, EdgeDensity, Quantity, Ratio, Temperature, significant,
};

/// All of them.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn package_figures(library: &Library, facts: &Facts<'_>) -> Result<Vec<Figure>, RunError> {
    let mut figures = yields(facts)?;
    figures.extend(densities(facts)?);
    figures.extend(lasers(library, facts)?);
    Ok(figures)
}

/// Yields of many parts in series, from the yield of one that their sources start from.
///
/// # Errors
/// [`RunError`] when the catalog lacks a fact.
pub fn yields(facts: &Facts<'_>) -> Result<Vec<Figure>, RunError> {
    let mut rows = Rows::new(facts);
    for (what, each, count, all) in [
        ("joints", "attach.fibre", "attach.dr.joints", "attach.dr.yield"),
        ("joints", "attach.fibre", "attach.fr.joints", "attach.fr.yield"),
        ("engines", "engines.each", "engines.count", "engines.all"),
    ] {
        let one: Ratio = facts.get(&format!("published.{each}"))?;
        let n = facts.get::<Count>(&format!("published.{count}"))?.value();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let whole = n.clamp(0.0, 1e9) as u64;
        let found = series(one, whole).map_err(AssemblyError::from)?;
        let each = significant(one.value() * 100.0, 5);
        let said = format!("{whole} {what} of {each} % each, all good");
        rows.add(&said, found, &format!("published.{all}"))?;
    }
    Ok(rows.figures)
}

/// Bits over an edge, an area and a rack unit.
///
/// # Errors
/// [`RunError`] when the catalog lacks a fact.
pub fn densities(facts: &Facts<'_>) -> Result<Vec<Figure>, RunError> {
    let mut rows = Rows::new(facts);
    let bus = ElectricalEdge::from_facts(facts, EdgeClass::DieToDie)?.density(BitRate::ZERO);
    let both = EdgeDensity::from_si(2.0 * bus.si());
    let what = "parallel die-to-die bus over die edge, both directions";
    rows.add(what, both, "edge.die-to-die.published")?;
    // The ring engine that is measured carries 256 Gb/s on 8 colours. Its circuits' density is given to the model; a whole
    // engine keeps others from more room than that.
    let lane = BitRate::gbps(32.0);
    let chips = ChipAreas::from_facts(facts, "ring", lane, 8.0, false)?;
    let footprint = chips.photonic * facts.get::<Ratio>("engine.keep_out")?.value();
    let density = ArealDensity::from_si(8.0 * lane.si() / footprint.si());
    let what = "ring engine over its footprint; published over its circuits alone";
    rows.add(what, density, "chip.photonic.ring.density")?;
    for (name, words) in [("osfp", "OSFP"), ("xpo", "XPO")] {
        let form = FormFactor::from_facts(facts, name)?;
        let what = format!("{words} modules of 200G lanes through a rack unit");
        let rate = form.per_rack_unit(BitRate::gbps(200.0));
        rows.add(&what, rate, &format!("panel.{name}.published"))?;
        if let Some(fitting) = form.fitting {
            let what = format!("{words} modules that fit a rack unit by width and rows");
            rows.add(&what, Count::from_si(fitting), &format!("panel.{name}.modules"))?;
        }
    }
    Ok(rows.figures)
}

/// Lasers of a 51.2T switch on 100G lanes in air, outside and in its modules, at the warmest inlet.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn lasers(library: &Library, facts: &Facts<'_>) -> Result<Vec<Figure>, RunError> {
    let mut rows = Rows::new(facts);
    let asked = Asked {
        line: Line { payload: BitRate::gbps(100.0), pam: Pam::Pam4, fec: Fec::Kp4 },
        nodes: [Node::N5, Node::N5],
        box_rate: BitRate::gbps(51_200.0),
        ..Asked::default()
    };
    for (id, what, fact) in [
        (
            "cpo-switch",
            "junction of an external laser, 51.2T in warm air",
            "published.laser.external",
        ),
        (
            "retimed-pluggable",
            "junction of a module's laser, 51.2T in warm air",
            "published.laser.pluggable",
        ),
    ] {
        let technology = library.technologies.get(id);
        let technology = technology.ok_or_else(|| AssemblyError::Unknown(id.to_owned()))?;
        let sheet = sheet(library, facts, technology, &asked)?;
        let air = sheet.heat.iter().find(|row| row.cooling == "air");
        let laser = air.and_then(|row| row.parts_c.iter().find(|p| p.name == "laser"));
        if let Some(laser) = laser {
            rows.add(what, Temperature::from_si(laser.value + 273.15), fact)?;
        }
    }
    Ok(rows.figures)
}
