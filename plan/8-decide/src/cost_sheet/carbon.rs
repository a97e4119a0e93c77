//! Greenhouse gas of a strategy.

use super::{Desk, count};
use crate::plan::{CarbonRow, GridRow};
use lightloom_economics::carbon::{GRIDS, grid};
use lightloom_economics::{Embodied, EmbodiedFactors, Footprint, Inventory};
use lightloom_evidence::FactError;
use lightloom_package::Family;
use lightloom_scenario::RunError;
use lightloom_scenario::run::as_f64;
use lightloom_units::{Frequency, Length, Power, Time};

/// Whose making stands in for an accelerator of which no footprint is known: the latest of which one is assumed.
const STAND_IN: &str = "gb300";

pub(super) fn row(desk: &Desk<'_>, i: usize) -> Result<Option<CarbonRow>, RunError> {
    let name = desk.case.scenario.cluster.accelerator.as_str();
    let (factors, stand_in) = match EmbodiedFactors::from_facts(desk.facts, name) {
        Ok(factors) => (factors, None),
        Err(FactError::Missing { .. }) => {
            (EmbodiedFactors::from_facts(desk.facts, STAND_IN)?, Some(STAND_IN.to_owned()))
        }
        Err(other) => return Err(other.into()),
    };
    let strategy = &desk.decided.strategies[i];
    let fabric = &desk.decided.structure.fabric;
    let (mut modules, mut copper, mut fibre) = (0.0, Length::ZERO, Length::ZERO);
    for (class, pick) in fabric.link_classes.iter().zip(&strategy.picks) {
        let port = &pick.fitted.port;
        let run = class.lengths.mean * as_f64(class.links);
        if pick.fitted.family == Family::Copper {
            copper += run;
        } else {
            fibre += run * port.fibres;
            // Both ends; a unit that serves several ports counts once for them.
            modules += 2.0 * as_f64(class.links) / port.ports_per_unit.max(1e-9);
        }
    }
    let switches = fabric.switch_groups.iter().map(|g| as_f64(g.switches)).sum();
    let made = Embodied::of(
        &Inventory {
            accelerators: count(desk.accelerators()),
            modules: count(modules),
            switches: count(switches),
            copper,
            fibre,
            it_power: strategy.outcome.power.cluster,
        },
        &factors,
    )?;
    let tariff = &desk.nominal.finance.tariff;
    let energy =
        |power: Power| power * (tariff.pue.value() * tariff.load.value()) * Time::years(1.0);
    let life = desk.nominal.finance.life;
    let building: Time = desk.facts.get("facility.life")?;
    let on = |name: &str| -> Result<Footprint, RunError> {
        let intensity = grid(desk.facts, name)?;
        let year = energy(strategy.outcome.power.cluster);
        Ok(Footprint::of(&made, year, intensity, life, building)?)
    };
    let here = on(desk.grid())?;
    let tonnes = |c: lightloom_units::Carbon| c.as_kg() / 1e3;
    let by_grid_t = GRIDS
        .into_iter()
        .map(|name| Ok(GridRow { grid: name.to_owned(), total_t: tonnes(on(name)?.per_year()) }))
        .collect::<Result<_, RunError>>()?;
    let network = made.modules + made.switches + made.cables;
    let intensity = grid(desk.facts, desk.grid())?;
    // Of hours that work and are used.
    let outcome = &strategy.outcome;
    let busy = outcome.availability.availability.value() * desk.utilisation()?.value();
    let rate = desk.tokens(i).map(|r| Frequency::hz(r.as_hz() * desk.accelerators() * busy));
    let each = rate.map(|rate| here.million_tokens(rate)).transpose()?;
    Ok(Some(CarbonRow {
        operational_t: tonnes(here.operational_per_year),
        hardware_t: tonnes(here.hardware_per_year),
        facility_t: tonnes(here.facility_per_year),
        network_made_t: tonnes(network) / life.as_years(),
        network_operational_t: tonnes(intensity * energy(outcome.power.network)),
        by_grid_t,
        g_per_million_tokens: each.map(|c| c.as_kg() * 1e3),
        stand_in,
    }))
}
