//! Dates, waiting, being early, buyers: published statements, closed forms, bad input.
#![allow(clippy::unwrap_used, reason = "a helper outside #[test] may unwrap too")]

mod common;

use common::{catalog, near};
use lightloom_economics::buyer::{of_evidence, of_standard, of_vendors, relative};
use lightloom_economics::early_late::generation;
use lightloom_economics::readiness::{Standard, Tier};
use lightloom_economics::{
    Buyer, Criterion, Distribution, Early, Marks, Maturity, Spread, waiting,
};
use lightloom_evidence::Facts;
use lightloom_units::{Count, Money, Quantity, Ratio, Time};
use proptest::prelude::*;

/// C08 and E041: co-packaged switches sooner in the scale-out network than in the scale-up one.
#[test]
fn dates_are_distributions() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let of = |name: &str, tier| Maturity::from_facts(&facts, name, tier).unwrap();
    let out = of("cpo-switch", Tier::ScaleOut);
    let up = of("cpo-switch", Tier::ScaleUp);
    for year in [2026.5, 2027.0, 2028.0, 2029.0] {
        assert!(out.probability_by(year) > up.probability_by(year), "{year}");
    }
    // Triangular from 2026, most likely 2026, to 2028: three quarters by 2027.
    near(out.probability_by(2027.0).value(), 0.75, 1e-12);
    assert!(of("retimed-pluggable", Tier::ScaleUp).probability_by(2016.0).value() > 0.999);
    for name in catalog.children("ready") {
        for tier in Tier::ALL {
            let all = of(name, tier);
            assert!(all.vendors.low().value() >= 1.0 && all.device_hours.low() > Time::ZERO);
            assert!(all.probability_by(2050.0).value() > 0.999);
        }
    }
    assert!(of("dac", Tier::ScaleUp).standard > of("cpo-stacked", Tier::ScaleUp).standard);
    assert!(Maturity::from_facts(&facts, "string", Tier::ScaleUp).is_err());
    assert_eq!(Standard::of_steps(2.0), Standard::Published);
    near(of_standard(Standard::Published).value(), 2.0 / 3.0, 1e-15);
}

#[test]
fn waiting_and_being_early() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let date = Maturity::from_facts(&facts, "cpo-accelerator", Tier::ScaleUp).unwrap().date;
    let at = |now: f64, i: f64| waiting(&date, now, Money::usd(1e6), Ratio::new(i)).unwrap();
    // Before the range the wait is the mean date: (2027 + 2028 + 2030)/3 - 2026.
    near(at(2026.0, 0.0).years.as_years(), 7.0 / 3.0, 1e-3);
    near(at(2026.0, 0.0).expected.as_usd(), 7e6 / 3.0, 1e-3);
    assert!(at(2026.0, 0.08).expected < at(2026.0, 0.0).expected);
    let late = at(2031.0, 0.0);
    assert!(late.expected.as_usd().abs() < 1e-9 && late.ready_now.value() > 0.999);
    assert!(at(2026.0, 0.0).low < at(2026.0, 0.0).expected);
    assert!(at(2026.0, 0.0).expected < at(2026.0, 0.0).high);
    // Where the old design is cheaper, waiting gains.
    let gain = waiting(&date, 2026.0, Money::usd(-1e6), Ratio::new(0.08)).unwrap();
    assert!(gain.expected < Money::ZERO);
    assert!(waiting(&date, f64::NAN, Money::usd(1.0), Ratio::new(0.0)).is_err());
    assert!(waiting(&date, 2026.0, Money::usd(1.0), Ratio::new(3.0)).is_err());
    let early = Early::from_facts(&facts).unwrap();
    let cost = early.cost(Money::usd(1e6), Money::usd(2e6)).unwrap();
    near(cost.slip.as_usd(), 1e6 * early.slip.mean().as_years(), 1e-12);
    near(cost.failure.as_usd(), 2e6 * early.failure.value(), 1e-12);
    near(cost.total().as_usd(), (cost.slip + cost.failure).as_usd(), 1e-15);
    assert!(early.cost(Money::usd(-1.0), Money::ZERO).is_err());
    // Three doublings of capacity from 12.8T (2019) to 102.4T (2025): two years each.
    let generation = generation(&facts).unwrap();
    near(generation.central().as_years(), 2.0, 1e-12);
    assert!(generation.low() < generation.central() && generation.central() < generation.high());
}

/// C25: of two designs that differ only in who can repair and sell them, a hyperscaler takes the one of many vendors,
/// a new cloud the one that comes assembled.
#[test]
fn buyers_differ_over_the_same_facts() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let r = Ratio::new;
    // cost, energy, repair, vendors, standard, evidence, date, turnkey
    let pluggable = Marks([0.97, 0.5, 1.0, 0.9, 1.0, 1.0, 1.0, 0.0].map(r));
    let packaged = Marks([1.0, 1.0, 0.6, 0.5, 1.0 / 3.0, 0.9, 0.75, 1.0].map(r));
    let over = |name: &str| {
        let buyer = Buyer::from_facts(&facts, name).unwrap();
        let sum: f64 = buyer.weights.iter().map(|w| w.weight.value()).sum();
        near(sum, 1.0, 1e-12);
        assert!(buyer.weights.iter().all(|w| !w.reason.is_empty()), "{name} gives no reason");
        let (a, b) = (buyer.score(&packaged).unwrap(), buyer.score(&pluggable).unwrap());
        let parts: f64 = a.parts.iter().map(|p| p.points.value()).sum();
        near(parts, a.total.value(), 1e-12);
        let rows = a.over(&b);
        let sum: f64 = rows.iter().map(|(_, points)| points.value()).sum();
        assert!((sum - (a.total - b.total).value()).abs() < 1e-12);
        assert!(rows.windows(2).all(|w| w[0].1.abs() >= w[1].1.abs()));
        (rows[0].0, (a.total - b.total).value())
    };
    assert!(over("hyperscaler").1 < 0.0 && over("new-cloud").1 > 0.0);
    assert!(over("enterprise").1 < 0.0);
    assert_eq!(over("new-cloud").0, Criterion::Turnkey);
    assert!(Buyer::from_facts(&facts, "wizard").is_err());
    let bad = Marks([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.1].map(r));
    let buyer = Buyer::from_facts(&facts, "hpc-centre").unwrap();
    assert!(buyer.score(&bad).unwrap_err().to_string().starts_with("a mark must be"));
}

/// Section 7, 3: one million hours without failure do not show the fleet's 0.55 million at 90 %; 1.27 million do.
#[test]
fn marks_of_computed_figures() {
    let needed = Time::hours(0.55e6 * libm::log(10.0));
    assert!(of_evidence(Time::hours(1e6), needed).unwrap().value() < 0.5);
    near(of_evidence(needed, needed).unwrap().value(), 0.5, 1e-12);
    assert!(of_vendors(Count::from_si(1.0)).unwrap().value().abs() < 1e-12);
    near(of_vendors(Count::from_si(4.0)).unwrap().value(), 0.75, 1e-12);
    assert!(of_vendors(Count::from_si(0.0)).is_err());
    for (best, this, mark) in [
        (601.0, 1_202.0, 0.5),
        (601.0, 601.0, 1.0),
        // What cannot be taken may lie below the best that can.
        (601.0, 300.0, 1.0),
        // Nothing at all, or a gain, is the best; nothing else is a share of it.
        (0.0, 0.0, 1.0),
        (0.0, 1.0, 0.0),
        (-2.0, -2.0, 1.0),
        (-2.0, -1.0, 0.0),
        (-2.0, 1.0, 0.0),
        // Nothing can be taken.
        (f64::INFINITY, 5.0, 1.0),
    ] {
        assert!((relative(best, this).value() - mark).abs() < 1e-12, "{this} against {best}");
    }
}

proptest! {
    /// A known date: the cost is an annuity's; later costs more.
    #[test]
    fn waiting_for_a_known_date(wait in 0.0..10.0f64, i in 0.0..0.5f64) {
        let date = Distribution::certain(Count::from_si(2026.0 + wait)).unwrap();
        let cost = waiting(&date, 2026.0, Money::usd(1.0), Ratio::new(i)).unwrap();
        prop_assert!((cost.years.as_years() - wait).abs() < 1e-9);
        prop_assert!(cost.expected.as_usd() <= wait + 1e-9);
        prop_assert!(cost.expected.as_usd() >= wait * libm::pow(1.0 + i, -wait) - 1e-9);
        let spread = Distribution::new(
            Count::from_si(2026.0 + wait), Count::from_si(2027.0 + wait), Count::from_si(2029.0 + wait), Spread::Triangular,
        ).unwrap();
        prop_assert!(waiting(&spread, 2026.0, Money::usd(1.0), Ratio::new(i)).unwrap().expected > cost.expected);
    }
}
