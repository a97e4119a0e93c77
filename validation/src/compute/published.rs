//! One formula each, by the floors' own functions.

use crate::input::Published;
use lightloom_economics::price::price_from_cost;
use lightloom_economics::{PublishedSaving, ReferenceBudget, Tariff, million_tokens};
use lightloom_evidence::Facts;
use lightloom_fabric::clos::most_endpoints;
use lightloom_num::at_least;
use lightloom_operations::failure::upper_bound;
use lightloom_operations::record::job_interval;
use lightloom_units::{Count, Decibel, FailureRate, MoneyPerEnergy, Power, Quantity, Ratio, Time};
use std::fmt::Display;

/// The figure in its unit.
pub(super) fn value(facts: &Facts<'_>, asked: &Published) -> Result<f64, String> {
    Ok(match asked {
        Published::FailureBound { failures, device_time, confidence } => {
            upper_bound(Count::from_si(*failures), *device_time, *confidence)
                .map_err(text)?
                .as_fit()
        }
        Published::MeanLife { failures, device_time } => device_time.as_hours() / failures,
        Published::DeviceTime { boxes, ports, time } => (*time * (boxes * ports)).as_hours(),
        Published::Endpoints { radix, layers } => {
            let most = most_endpoints(*radix, *layers);
            // Far below 2^53.
            #[allow(clippy::cast_precision_loss)]
            most.map(|n| n as f64).ok_or_else(|| format!("no tree of {layers} layers"))?
        }
        Published::AllGood { each, installed, needed } => {
            100.0 * at_least(needed.unwrap_or(*installed), *installed, *each).map_err(text)?
        }
        Published::JobInterval { node, accelerators, per_node } => {
            let [all, one] = [accelerators, per_node].map(|n| Count::from_si(*n));
            job_interval(*node, all, one).map_err(text)?.as_hours()
        }
        Published::Interval { events, time } => time.as_hours() / events,
        Published::AnnualRate { events, items, time } => {
            100.0 * FailureRate::from_si(events / (items * time.as_s())).as_per_year()
        }
        Published::PartsPower { counts, each, racks, remains } => {
            if counts.len() != each.len() {
                return Err(format!("{} counts of {} kinds", counts.len(), each.len()));
            }
            let all: Power = counts.iter().zip(each).map(|(count, one)| *one * *count).sum();
            all.as_kw() * remains.unwrap_or(1.0) / racks.unwrap_or(1.0)
        }
        Published::SavingOfWhole { saving, share } => 100.0 * saving.value() * share.value(),
        Published::ClusterSaving { layers, budget } => {
            let saving = PublishedSaving::from_facts(facts, layers).map_err(text)?;
            let budget = ReferenceBudget::from_facts(facts, budget).map_err(text)?;
            // Savings are negative changes in the facts.
            -100.0 * saving.implied_cluster(&budget).value()
        }
        Published::Price { cost, margin } => {
            price_from_cost(*cost, *margin).map_err(text)?.as_usd()
        }
        Published::FacilityPower { power, supply, pue } => {
            let tariff = tariff(*pue, Ratio::new(1.0));
            tariff.facility_power(*power * (1.0 / supply)).map_err(text)?.as_w()
        }
        Published::YearlyEnergy { power, load, electricity } => {
            let tariff = Tariff { electricity: *electricity, ..tariff(Ratio::new(1.0), *load) };
            tariff.cost(*power, Time::years(1.0)).map_err(text)?.as_usd()
        }
        Published::MillionTokens { hour, tokens } => {
            million_tokens(*hour, *tokens).map_err(text)?.as_usd()
        }
        Published::FleetInterval { items, life } => life.as_hours() * 60.0 / items,
        Published::PowerRatio { decibels } => Decibel::db(*decibels).power_ratio(),
    })
}

/// A tariff whose electricity is free, for what only its other parts decide.
fn tariff(pue: Ratio, load: Ratio) -> Tariff {
    Tariff { electricity: MoneyPerEnergy::from_si(0.0), pue, load }
}

fn text(error: impl Display) -> String {
    error.to_string()
}
