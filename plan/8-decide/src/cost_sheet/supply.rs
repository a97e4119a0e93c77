//! What vendors, margins and volumes do to the price of a technology.

use super::{Desk, count};
use crate::plan::SupplyRow;
use crate::strategy::Rule;
use lightloom_economics::price::learned;
use lightloom_economics::{Learning, Readiness, Supply};
use lightloom_scenario::RunError;
use lightloom_units::{Money, Ratio, Time};

/// As many vendors as are many.
const MANY: f64 = 5.0;
/// Years of a fall.
const AHEAD: f64 = 5.0;

pub(super) fn rows(desk: &Desk<'_>) -> Result<Vec<SupplyRow>, RunError> {
    let supply = Supply::from_facts(desk.facts)?;
    let learning = Learning::from_facts(desk.facts, "optics")?;
    let mut rows = Vec::new();
    for id in Rule::ALL.into_iter().filter_map(Rule::light) {
        let vendors = Readiness::from_facts(desk.facts, id, None)?.vendors.max(1.0);
        let margin = |n: f64| supply.margin(count(n));
        let over_many = |n: f64| -> Result<f64, RunError> {
            Ok((1.0 - margin(MANY)?.value()) / (1.0 - margin(n)?.value()) - 1.0)
        };
        let mut erosion = [0.0; 3];
        let mut after = [0.0; 3];
        for (k, n) in [1.0, vendors, MANY].into_iter().enumerate() {
            let trend = supply.trend(count(n))?;
            erosion[k] = trend.erosion_per_year.value();
            after[k] = trend.after(Money::usd(1.0), Time::years(AHEAD))?.as_usd();
        }
        let mut by_volume = [0.0; 2];
        for (k, growth) in [2.0, 10.0].into_iter().enumerate() {
            by_volume[k] = learned(Money::usd(1.0), Ratio::new(growth), learning.ratio)?.as_usd();
        }
        let pluggable = id.ends_with("pluggable");
        let own = if pluggable { "cost.margin.module" } else { "cost.margin.engine" };
        rows.push(SupplyRow {
            technology: id.to_owned(),
            vendors,
            margin: margin(vendors)?.value(),
            margin_in_prices: desk.facts.get::<Ratio>(own)?.value(),
            single_source_premium: over_many(1.0)?,
            premium_now: over_many(vendors)?,
            erosion,
            after_five_years: after,
            learned: by_volume,
        });
    }
    Ok(rows)
}
