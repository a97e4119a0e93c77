//! Owned against rented, carbon, the meter: published figures, closed forms, the catalog's own facts; all of them are read.
#![allow(clippy::unwrap_used, reason = "a helper outside #[test] may unwrap too")]

mod common;

use common::{catalog, near};
use lightloom_economics::carbon::{GRIDS, grid};
use lightloom_economics::cash_flow::{capex_per_watt, cost_of_a_year, npv};
use lightloom_economics::meter::ChainWarning;
use lightloom_economics::price::accelerator_price;
use lightloom_economics::readiness::Tier;
use lightloom_economics::sanity::unusual;
use lightloom_economics::{
    Boundary, Buyer, Cooling, Depreciation, Design, Early, Embodied, EmbodiedFactors, Finance,
    Footprint, Inventory, Learning, Maturity, Owned, PowerChain, Readiness, ReferenceBudget,
    ReferenceDatacenter, Rent, Rental, Supply, tco,
};
use lightloom_evidence::{Catalog, Facts};
use lightloom_units::{
    Count, Energy, Frequency, Length, Money, MoneyPerTime, Power, Quantity, Ratio, Time,
};
use proptest::prelude::*;

fn owned() -> Owned {
    Owned {
        hardware: Money::usd(30_000.0),
        facility: Money::usd(20_000.0),
        facility_life: Time::years(15.0),
        running_per_year: Money::usd(2_000.0),
        discount: Ratio::new(0.08),
        resale: lightloom_economics::Resale { decline_per_year: Ratio::new(0.34) },
        availability: Ratio::new(1.0),
    }
}

fn rent(usd_per_hour: f64, erosion: f64) -> Rent {
    let hour = format!("{usd_per_hour} USD/h").parse().unwrap();
    Rent { hour, erosion_per_year: Ratio::new(erosion) }
}

fn usd(hour: MoneyPerTime) -> f64 {
    hour.as_usd_per_hour()
}

/// The sum of discounted payments, by hand, is the discounted cost of a year for each year.
#[test]
fn a_year_with_what_is_left_at_the_end() {
    let (price, sold, run) = (Money::usd(1000.0), Money::usd(200.0), Money::usd(50.0));
    let year = cost_of_a_year(price, sold, run, Ratio::new(0.08), Time::years(4.0)).unwrap();
    let mut flows = [Money::ZERO - run; 4];
    flows[3] += sold;
    let paid = npv(Ratio::new(0.08), Money::ZERO - price, &flows).unwrap();
    let level = npv(Ratio::new(0.08), Money::ZERO, &[Money::ZERO - year; 4]).unwrap();
    near(level.as_usd(), paid.as_usd(), 1e-12);
}

/// C13. A GB300 from the three-layer budget: an analyst says 2.65 USD/h, with a rented building and no resale.
#[test]
fn owning_a_gb300_costs_about_what_analysts_say() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let finance = Finance::from_facts(&facts, Cooling::Liquid).unwrap();
    let rack = ReferenceBudget::from_facts(&facts, "three_layer").unwrap().total;
    let own = Owned::from_facts(&facts, &finance, rack / 72.0, Power::w(132e3 / 72.0)).unwrap();
    let market = Rental::from_facts(&facts, "gb300").unwrap();
    let rent = Rent::from_facts(&facts, "5.3 USD/h".parse().unwrap()).unwrap();
    let tokens = Frequency::hz(6_812.0);
    let full = Ratio::new(1.0);
    let kept = |years: f64| own.kept_for(Time::years(years), full, &rent, tokens).unwrap();
    near(usd(kept(5.0).owned_hour), usd(market.owned.unwrap()), 0.25);
    // The longer it is kept, the cheaper the hour: resale falls fastest at first.
    let hours: Vec<f64> = (1..=6).map(|y| usd(kept(f64::from(y)).owned_hour)).collect();
    assert!(hours.windows(2).all(|w| w[1] < w[0]), "{hours:?}");
    // V23: at the analyst's hour a million tokens are 0.108 USD; ours in the same proportion.
    let k = kept(5.0);
    near(k.owned_tokens.as_usd() / 0.108, usd(k.owned_hour) / 2.65, 2e-3);
    near(k.owned_tokens / k.rented_tokens, k.owned_hour / k.rented_hour, 1e-12);
}

/// Both break-evens are where the two hours cost the same.
#[test]
fn break_evens_of_owning_agree_with_each_other() {
    let tokens = Frequency::hz(1_000.0);
    let own = owned();
    let at = |u: f64, r: f64| {
        own.kept_for(Time::years(4.0), Ratio::new(u), &rent(r, 0.15), tokens).unwrap()
    };
    let row = at(0.6, 2.0);
    // At the break-even use the owned hour costs what the rented one does.
    let even = at(row.break_even_use.value(), 2.0);
    near(usd(even.owned_hour), usd(even.rented_hour), 1e-12);
    // At the break-even rent too.
    let even = at(0.6, usd(row.break_even_rent));
    near(usd(even.owned_hour), usd(even.rented_hour), 1e-12);
    near(even.break_even_use.value(), 0.6, 1e-12);
    // Rents that fall favour renting.
    let flat = own.kept_for(Time::years(4.0), Ratio::new(0.6), &rent(2.0, 0.0), tokens).unwrap();
    near(usd(flat.rented_hour), 2.0, 1e-12);
    assert!(flat.break_even_use < row.break_even_use);
}

#[test]
fn ownership_refuses_nonsense() {
    let say = |own: Owned, years: f64, used: f64, rent: Rent| {
        own.kept_for(Time::years(years), Ratio::new(used), &rent, Frequency::hz(1.0))
            .unwrap_err()
            .to_string()
    };
    let ok = rent(2.0, 0.1);
    assert_eq!(
        say(owned(), 4.0, 1.2, ok),
        "the utilisation must be between 0 and 100 %, found 1.2 x"
    );
    assert!(say(owned(), 4.0, 0.0, ok).starts_with("the utilisation must be above zero"));
    assert!(say(owned(), 0.0, 0.5, ok).starts_with("the time kept must be above zero"));
    assert!(say(owned(), 1e6, 0.5, ok).contains("at most 100 years"));
    assert!(say(owned(), 4.0, 0.5, rent(0.0, 0.1)).starts_with("the rent must be above zero"));
    assert!(say(owned(), 4.0, 0.5, rent(1.0, 1.5)).contains("between -100 and 100 %"));
    let dear = Owned { discount: Ratio::new(3.0), ..owned() };
    assert!(say(dear, 4.0, 0.5, ok).contains("from 0 to below 100 %, found 3 x"));
    let down = Owned { availability: Ratio::new(0.0), ..owned() };
    assert!(say(down, 4.0, 0.5, ok).starts_with("the availability must be above zero"));
}

/// E030: an AI datacenter costs 35 (an analyst) to 50-60 USD/W (a vendor). The budget's rack with the catalog's building
/// lies in between.
#[test]
fn capital_by_watt_is_within_what_is_published() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let finance = Finance::from_facts(&facts, Cooling::Liquid).unwrap();
    let power = Power::w(132e3);
    let rack = Design {
        hardware: ReferenceBudget::from_facts(&facts, "three_layer").unwrap().total,
        power,
        parts_per_year: Money::ZERO,
        labour_per_year: Time::ZERO,
        accelerator_time_lost_per_year: Time::ZERO,
    };
    let cost = tco(&rack, &finance).unwrap();
    let per_watt = capex_per_watt(&cost, power, finance.tariff.pue).unwrap();
    let low = ReferenceDatacenter::from_facts(&facts).unwrap().all_in;
    let high = low * (60.0 / 35.0);
    assert!(low < per_watt.it && per_watt.it < high, "{}", per_watt.it);
    near(per_watt.meter / per_watt.it, 1.0 / 1.22, 1e-12);
    near(per_watt.facility_alone / finance.facility, 1.0, 1e-12);
    assert!(capex_per_watt(&cost, Power::ZERO, Ratio::new(1.2)).is_err());
    assert!(capex_per_watt(&cost, power, Ratio::new(0.9)).is_err());
}

/// V21: 460.8 W behind supplies of 92 %, PUE 1.2. Boundaries never shrink outwards.
#[test]
fn from_chip_to_meter() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    for cooling in [Cooling::Air, Cooling::Liquid, Cooling::Hyperscale] {
        let chain = PowerChain::from_facts(&facts, cooling).unwrap();
        let factors = Boundary::ALL.map(|b| chain.factor(b).unwrap());
        assert!(factors.windows(2).all(|w| w[1] > w[0]), "{factors:?}");
        assert!(chain.warnings().is_empty());
    }
    let chain = PowerChain {
        regulator: Ratio::new(0.9),
        supply: Ratio::new(0.92),
        distribution: Ratio::new(0.9),
        pue: Ratio::new(1.05),
    };
    let warned = chain.warnings();
    assert!(matches!(warned[..], [ChainWarning::NothingLeftForCooling { .. }]));
    assert!(warned[0].to_string().starts_with("a PUE of 1.05 leaves nothing for cooling"));
    let v21 = PowerChain { pue: Ratio::new(1.2), ..chain };
    let meter = v21.convert(Power::w(460.8), Boundary::Board, Boundary::Meter).unwrap();
    near(meter.as_w(), 601.04, 1e-5);
    let back = v21.convert(meter, Boundary::Meter, Boundary::Board).unwrap();
    near(back.as_w(), 460.8, 1e-12);
    let bad = |c: PowerChain| c.factor(Boundary::Meter).unwrap_err().to_string();
    assert!(
        bad(PowerChain { pue: Ratio::new(0.9), ..chain }).starts_with("the PUE must be at least 1")
    );
    assert!(bad(PowerChain { supply: Ratio::new(1.1), ..chain }).contains("power supplies"));
    assert!(bad(PowerChain { regulator: Ratio::new(0.0), ..chain }).contains("regulators"));
    // 1 kW at the inlet and 1,000 tokens a second: 1 J a token there, 1.2 J at the meter.
    let energies =
        v21.energy_per_token(Power::w(1e3), Boundary::Inlet, Frequency::hz(1e3)).unwrap();
    near(energies[2].1.as_j(), 1.0, 1e-12);
    near(energies[4].1.as_j(), 1.2, 1e-12);
    near(energies[0].1.as_j(), 0.9 * 0.92, 1e-12);
    assert!(v21.energy_per_token(Power::w(1.0), Boundary::Chip, Frequency::hz(0.0)).is_err());
}

/// M005: 1,312 kg for eight H100. A cluster's electricity outweighs its making on the world's grid and not in Norway.
#[test]
fn carbon_of_a_rack() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let h100 = EmbodiedFactors::from_facts(&facts, "h100").unwrap();
    near(8.0 * h100.accelerator.as_kg(), 1_312.0, 1e-12);
    let factors = EmbodiedFactors::from_facts(&facts, "gb300").unwrap();
    let rack = Inventory {
        accelerators: Count::from_si(72.0),
        modules: Count::from_si(180.0),
        switches: Count::from_si(3.0),
        copper: Length::m(500.0),
        fibre: Length::m(60_000.0),
        it_power: Power::w(132e3),
    };
    let made = Embodied::of(&rack, &factors).unwrap();
    near(made.cables.as_kg(), 500.0 * 0.6 + 60.0 * 2.3, 1e-12);
    let year = |name: &str| {
        let energy: Energy = Power::w(132e3 * 1.22 * 0.8) * Time::years(1.0);
        let grid = grid(&facts, name).unwrap();
        Footprint::of(&made, energy, grid, Time::years(6.0), Time::years(15.0)).unwrap()
    };
    let (world, norway) = (year("world"), year("norway"));
    // 132 kW * 1.22 * 0.8 * 8760 h * 481 g
    near(world.operational_per_year.as_kg(), 132.0 * 1.22 * 0.8 * 8760.0 * 0.481, 1e-9);
    let making = world.hardware_per_year + world.facility_per_year;
    assert!(world.operational_per_year > making * 5.0);
    assert!(norway.operational_per_year < making * 3.0);
    let tokens = Frequency::hz(72.0 * 1_000.0);
    let million = world.million_tokens(tokens).unwrap();
    near(million.as_kg(), 1e6 * world.per_year().as_kg() / (72e3 * 31_536_000.0), 1e-12);
    assert!(world.million_tokens(Frequency::hz(0.0)).is_err());
    let negative = Inventory { modules: Count::from_si(-1.0), ..rack };
    assert!(Embodied::of(&negative, &factors).unwrap_err().to_string().contains("modules"));
    let zero = Footprint::of(
        &made,
        Energy::ZERO,
        grid(&facts, "india").unwrap(),
        Time::ZERO,
        Time::years(1.0),
    );
    assert!(zero.unwrap_err().to_string().starts_with("the life must be above zero"));
    assert!(GRIDS.iter().all(|g| grid(&facts, g).is_ok()) && grid(&facts, "moon").is_err());
}

#[test]
fn what_is_unusual_is_said() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let finance = Finance::from_facts(&facts, Cooling::Liquid).unwrap();
    assert_eq!(unusual(&finance), []);
    let mut odd = finance;
    odd.discount = Ratio::new(0.8);
    odd.life = Time::years(40.0);
    odd.tariff.electricity = "80 USD/kWh".parse().unwrap();
    odd.tariff.pue = Ratio::new(12.2);
    let said: Vec<String> = unusual(&odd).iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 4, "{said:?}");
    assert_eq!(
        said[0],
        "a discount rate of 80 % is unusual: 4 to 15 % a year; write it by year, as `8 %`"
    );
}

/// Every fact of the files that are this floor's alone is read.
#[test]
fn every_fact_is_read() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    Supply::from_facts(&facts).unwrap();
    Learning::from_facts(&facts, "optics").unwrap();
    Depreciation::from_facts(&facts).unwrap();
    Early::from_facts(&facts).unwrap();
    lightloom_economics::early_late::generation(&facts).unwrap();
    lightloom_economics::ownership::usual_use(&facts).unwrap();
    let finance = Finance::from_facts(&facts, Cooling::Liquid).unwrap();
    Owned::from_facts(&facts, &finance, Money::usd(1.0), Power::w(1.0)).unwrap();
    Rent::from_facts(&facts, "1 USD/h".parse().unwrap()).unwrap();
    PowerChain::from_facts(&facts, Cooling::Liquid).unwrap();
    lightloom_economics::reference::CoherentModule::from_facts(&facts).unwrap();
    for name in catalog.children("grid") {
        assert!(GRIDS.contains(&name), "{name}");
        grid(&facts, name).unwrap();
    }
    for name in catalog.children("embodied.accelerator") {
        EmbodiedFactors::from_facts(&facts, name).unwrap();
        let priced = catalog.get(&format!("accelerator.{name}.price")).is_some();
        assert!(!priced || accelerator_price(&facts, name).is_ok());
    }
    for name in catalog.children("buyer") {
        assert!(Buyer::KNOWN.contains(&name), "{name}");
        Buyer::from_facts(&facts, name).unwrap();
    }
    for name in catalog.children("ready") {
        Readiness::from_facts(&facts, name, None).unwrap();
        for tier in Tier::ALL {
            Maturity::from_facts(&facts, name, tier).unwrap();
        }
    }
    assert_eq!(unread(&catalog, &facts), Vec::<&str>::new());
}

fn unread<'c>(catalog: &'c Catalog, facts: &Facts<'_>) -> Vec<&'c str> {
    let used = facts.used();
    let ours = ["money.toml", "readiness.toml", "buyers.toml"];
    let all = catalog.facts().iter().enumerate();
    let rest = all.filter(|(i, f)| ours.contains(&f.file.as_str()) && !used.contains(i));
    rest.map(|(_, f)| f.id.as_str()).collect()
}

proptest! {
    /// An owned hour grows with price, interest and idle hours; a certain date's wait is the difference.
    #[test]
    fn owning_moves_the_right_way(
        years in 0.5..8.0f64, used in 0.05..1.0f64, dearer in 1.01..3.0f64, discount in 0.0..0.3f64, e in -0.5..0.5f64,
    ) {
        let tokens = Frequency::hz(100.0);
        let hour = |own: &Owned, u: f64| {
            own.kept_for(Time::years(years), Ratio::new(u), &rent(2.0, e), tokens).unwrap()
        };
        let base = Owned { discount: Ratio::new(discount), ..owned() };
        let more = Owned { hardware: base.hardware * dearer, ..base };
        let (a, b) = (hour(&base, used), hour(&more, used));
        prop_assert!(b.owned_hour > a.owned_hour && b.break_even_use > a.break_even_use);
        prop_assert!(hour(&base, used * 0.5).owned_hour > a.owned_hour);
        prop_assert!((hour(&base, used * 0.5).break_even_use - a.break_even_use).value().abs() < 1e-12);
        // A level rent lies between the first and the last.
        let last = 2.0 * libm::pow(1.0 - e, years);
        prop_assert!(usd(a.rented_hour) <= f64::max(2.0, last) + 1e-9);
        prop_assert!(usd(a.rented_hour) >= f64::min(2.0, last) - 1e-9);
    }
}
