//! Distributions, bills, supply, depreciation, payback: closed forms, textbooks, samples, bad input.
#![allow(clippy::unwrap_used, reason = "a helper outside #[test] may unwrap too")]

mod common;

use common::{catalog, near};
use lightloom_economics::bill_total::{Dependence, Line, quantile, total};
use lightloom_economics::cash_flow::{cost_of_a_year, npv, payback};
use lightloom_economics::depreciation::Method;
use lightloom_economics::reference::CoherentModule;
use lightloom_economics::supply::learning_ratio;
use lightloom_economics::{Depreciation, Distribution, Learning, Resale, Spread, Supply};
use lightloom_evidence::Facts;
use lightloom_num::{Stream, quantile_of_sorted};
use lightloom_units::{Count, Money, Quantity, Ratio, Time};
use proptest::prelude::*;

const SPREADS: [Spread; 4] =
    [Spread::Triangular, Spread::Uniform, Spread::LogUniform, Spread::LogNormal];

fn usd(low: f64, central: f64, high: f64, spread: Spread) -> Distribution<Money> {
    Distribution::new(Money::usd(low), Money::usd(central), Money::usd(high), spread).unwrap()
}

/// A log-normal law with equal halves is the textbook's: mean `m exp(s^2/2)`, variance `mean^2 (exp(s^2) - 1)`.
#[test]
fn an_even_log_normal_is_the_textbooks() {
    let price = usd(500.0, 1000.0, 2000.0, Spread::LogNormal);
    let s = libm::log(2.0) / 1.644_853_626_951_472_2;
    let mean = 1000.0 * libm::exp(0.5 * s * s);
    near(price.mean().as_usd(), mean, 1e-12);
    near(price.standard_deviation().as_usd(), mean * libm::expm1(s * s).sqrt(), 1e-12);
    near(price.quantile(Ratio::new(0.05)).unwrap().as_usd(), 500.0, 1e-9);
    near(price.quantile(Ratio::new(0.5)).unwrap().as_usd(), 1000.0, 1e-9);
    near(price.quantile(Ratio::new(0.95)).unwrap().as_usd(), 2000.0, 1e-9);
}

#[test]
fn a_certain_price_has_no_spread() {
    let price = Distribution::certain(Money::usd(7.0)).unwrap();
    assert!(price.standard_deviation().as_usd().abs() < 1e-12);
    near(price.mean().as_usd(), 7.0, 1e-15);
    near(price.quantile(Ratio::new(0.9)).unwrap().as_usd(), 7.0, 1e-15);
    assert!(price.probability_below(Money::usd(6.99)).value() < 0.5);
    assert!(price.probability_below(Money::usd(7.0)).value() > 0.5);
    let half = usd(1.0, 1.0, 2.0, Spread::LogNormal);
    assert!(half.probability_below(Money::usd(0.9)).value() <= 0.0);
}

#[test]
fn nonsense_is_refused_by_name() {
    let say = |low: f64, c: f64, high: f64, spread| {
        Distribution::new(Money::usd(low), Money::usd(c), Money::usd(high), spread)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        say(3.0, 2.0, 4.0, Spread::Uniform),
        "the central value must be between the low and the high end, found 2 USD"
    );
    assert!(say(0.0, 1.0, 2.0, Spread::LogNormal).contains("logarithmic range must be above zero"));
    assert!(say(f64::NAN, 1.0, 2.0, Spread::Uniform).starts_with("the low end must be finite"));
    assert!(say(0.0, 1.0, f64::INFINITY, Spread::Uniform).starts_with("the high end"));
    let price = usd(1.0, 2.0, 3.0, Spread::LogNormal);
    assert!(price.quantile(Ratio::new(1.0)).is_err() && price.quantile(Ratio::new(-0.1)).is_err());
    assert!(price.scaled(Ratio::new(-1.0)).is_err());
    // What is no number lies below nothing.
    for spread in SPREADS {
        let price = usd(1.0, 2.0, 3.0, spread);
        assert!(price.probability_below(Money::usd(f64::NAN)).value() <= 0.0);
        assert!(price.probability_below(Money::usd(f64::INFINITY)).value() >= 1.0);
    }
    let bill = [Line { count: Count::from_si(1.0), price: usd(-1.0, 2.0, 3.0, Spread::Uniform) }];
    assert_eq!(
        total(&bill).unwrap_err().to_string(),
        "the price of a line must be zero or more, found -1 USD"
    );
    // A discount of 300 %, a life of zero, a residual above the price.
    let flows = [Money::usd(1.0)];
    let error = npv(Ratio::new(3.0), Money::usd(-1.0), &flows).unwrap_err();
    assert_eq!(error.to_string(), "the discount rate must be from 0 to below 100 %, found 3 x");
    assert_eq!(
        error.hint(),
        "give the discount rate as a value from 0 to below 100 %, such as `8 %`"
    );
    let year = |residual: f64, held: f64| {
        let sold = Money::usd(residual);
        cost_of_a_year(Money::usd(5.0), sold, Money::ZERO, Ratio::new(0.1), Time::years(held))
    };
    assert!(year(6.0, 5.0).unwrap_err().to_string().contains("at most the price"));
    assert!(year(1.0, 0.0).unwrap_err().to_string().contains("the life must be above zero"));
    let books = |method, life: f64| {
        let d = Depreciation { method, life: Time::years(life), residual: Ratio::new(0.1) };
        d.schedule(Money::usd(1.0))
    };
    assert!(books(Method::StraightLine, 0.0).is_err());
    assert!(books(Method::StraightLine, 1e9).is_err());
    assert!(books(Method::DecliningBalance { factor: 0.5 }, 5.0).is_err());
    assert!(books(Method::DecliningBalance { factor: f64::NAN }, 5.0).is_err());
}

/// E037 and E038: a 400G ZR module went from 8-12 thousand USD at launch to 1.5-2.5 thousand from many vendors.
/// One vendor's margin, ten vendors' margin and five years of their erosion give a fall within that ratio.
#[test]
fn the_price_of_a_coherent_module_falls_as_published() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let supply = Supply::from_facts(&facts).unwrap();
    let CoherentModule { launch, mature } = CoherentModule::from_facts(&facts).unwrap();
    let cost = Money::usd(1.0);
    let (one, ten) = (Count::from_si(1.0), Count::from_si(10.0));
    let before = supply.price(cost, one, Time::ZERO).unwrap();
    let after = supply.price(cost, ten, Time::years(5.0)).unwrap();
    let (least, most) = (launch.low() / mature.high(), launch.high() / mature.low());
    assert!((least..=most).contains(&(before / after)), "{} {least} {most}", before / after);
    // With one vendor all along it would not have.
    let alone = supply.price(cost, one, Time::years(5.0)).unwrap();
    assert!(before / alone < least, "{}", before / alone);
    // V19: at the single vendor's margin 36 thousand are 90 thousand.
    near(supply.price(Money::usd(36e3), one, Time::ZERO).unwrap().as_usd(), 90e3, 1e-12);
    assert!(supply.single_source_premium(one).unwrap().value().abs() < 1e-12);
    assert!(supply.margin(Count::from_si(0.5)).is_err());
}

/// A learning ratio and the growth of shipments E039, 24 to 63 million in a year, against erosion as published.
#[test]
fn learning_and_erosion_are_of_one_size() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let optics = Learning::from_facts(&facts, "optics").unwrap();
    let growth = Ratio::new(63.0 / 24.0);
    let later = optics.after(Money::usd(100.0), growth, Time::years(1.0)).unwrap();
    // log2(2.625) = 1.392 doublings at 80 %: 73.3 USD. Published falls of coherent ports: 20 to 35 % a year.
    near(later.as_usd(), 100.0 * libm::pow(0.8, 1.392_317_4), 1e-6);
    assert!((65.0..80.0).contains(&later.as_usd()));
    near(learning_ratio(Money::usd(100.0), later, growth).unwrap().value(), 0.8, 1e-12);
    assert!(learning_ratio(Money::usd(1.0), Money::ZERO, growth).is_err());
    assert!(learning_ratio(Money::usd(1.0), Money::usd(1.0), Ratio::new(1.0)).is_err());
}

/// The publisher's table of an H100: 60-65, 40-45, 25-35, 15-20, 10-15 % of the price after 1 to 5 years.
#[test]
fn resale_follows_the_published_table() {
    let catalog = catalog();
    let resale = Resale::from_facts(&Facts::nominal(&catalog)).unwrap();
    let table = [(60.0, 65.0), (40.0, 45.0), (25.0, 35.0), (15.0, 20.0), (10.0, 15.0)];
    for (year, (low, high)) in (1..).zip(table) {
        let kept = resale.after(Money::usd(100.0), Time::years(f64::from(year))).unwrap().as_usd();
        assert!((low - 2.0..=high + 2.0).contains(&kept), "{year}: {kept}");
    }
}

/// Straight line by hand; a life of 5.5 years, as Meta's, ends with half a year.
#[test]
fn books_by_hand() {
    let books = Depreciation {
        method: Method::StraightLine,
        life: Time::years(5.5),
        residual: Ratio::new(0.12),
    };
    let years = books.schedule(Money::usd(1000.0)).unwrap();
    assert_eq!(years.len(), 6);
    near(years[0].charge.as_usd(), 160.0, 1e-12);
    near(years[5].charge.as_usd(), 80.0, 1e-9);
    near(years[5].book.as_usd(), 120.0, 1e-9);
    near(books.book_after(Money::usd(1000.0), Time::years(2.25)).unwrap().as_usd(), 640.0, 1e-9);
    near(books.book_after(Money::usd(1000.0), Time::years(40.0)).unwrap().as_usd(), 120.0, 1e-9);
    // E036 and E035: six years instead of five of the same servers is a sixth less each year.
    let catalog = catalog();
    let six = Depreciation::from_facts(&Facts::nominal(&catalog)).unwrap();
    let five = Depreciation { life: Time::years(5.0), ..six };
    let first = |d: &Depreciation| d.schedule(Money::usd(30.0)).unwrap()[0].charge.as_usd();
    near(first(&five) - first(&six), 1.0, 1e-9);
}

#[test]
fn payback_by_hand() {
    let flows = [Money::usd(400.0), Money::usd(-100.0), Money::usd(600.0)];
    let at = |i: f64, now: f64| {
        payback(Ratio::new(i), Money::usd(now), &flows).unwrap().map(|t| t.as_years())
    };
    near(at(0.0, -600.0).unwrap(), 2.5, 1e-12);
    assert_eq!(at(0.0, -901.0), None);
    assert_eq!(at(0.0, 0.0).map(|y| y.to_bits()), Some(0.0_f64.to_bits()));
    // Discounting never makes it quicker.
    assert!(at(0.1, -600.0).unwrap() > 2.5);
}

/// Four lines of four shapes, drawn 40,000 times: the quantiles of the sum lie where the two bounds say.
#[test]
fn a_bill_drawn_many_times() {
    let lines: Vec<Line> = [
        (300.0, usd(500.0, 1250.0, 1400.0, Spread::Triangular)),
        (10.0, usd(15e3, 20e3, 25e3, Spread::Uniform)),
        (1000.0, usd(30.0, 90.0, 300.0, Spread::LogNormal)),
        (50.0, usd(1e3, 3e3, 8e3, Spread::LogUniform)),
    ]
    .into_iter()
    .map(|(n, price)| Line { count: Count::from_si(n), price })
    .collect();
    let bill = total(&lines).unwrap();
    let mut stream = Stream::new(7, 11);
    let mut draw = |together: bool| {
        let mut sums: Vec<f64> = (0..40_000)
            .map(|_| {
                let mut u = 0.0;
                lines.iter().enumerate().fold(0.0, |sum, (i, line)| {
                    if i == 0 || !together {
                        u = stream.unit().clamp(1e-12, 1.0 - 1e-12);
                    }
                    let price = line.price.quantile(Ratio::new(u)).unwrap();
                    sum + line.count.value() * price.as_usd()
                })
            })
            .collect();
        sums.sort_by(f64::total_cmp);
        sums
    };
    for dependence in [Dependence::Independent, Dependence::FullyCorrelated] {
        let sums = draw(dependence == Dependence::FullyCorrelated);
        near(lightloom_num::mean(&sums).unwrap(), bill.mean.as_usd(), 0.01);
        for share in [0.05, 0.25, 0.5, 0.75, 0.95] {
            let drawn = quantile_of_sorted(&sums, share).unwrap();
            let said = quantile(&lines, Ratio::new(share), dependence).unwrap().as_usd();
            near(said, drawn, 0.015);
        }
    }
    assert!(bill.deviation_independent < bill.deviation_correlated);
}

proptest! {
    /// Quantile and probability are inverse; means and deviations are those of the quantiles.
    #[test]
    fn a_distribution_agrees_with_itself(
        which in 0usize..4, low in 1.0..1e3f64, a in 1.01..5.0f64, b in 1.01..5.0f64, u in 0.01..0.99f64,
    ) {
        let d = usd(low, low * a, low * a * b, SPREADS[which]);
        let x = d.quantile(Ratio::new(u)).unwrap();
        prop_assert!((d.probability_below(x).value() - u).abs() < 1e-9);
        let mean = d.expect(|q| Ok::<f64, ()>(q.as_usd())).unwrap();
        prop_assert!((mean / d.mean().as_usd() - 1.0).abs() < 1e-3, "{} {}", mean, d.mean());
        let square = d.expect(|q| Ok::<f64, ()>(q.as_usd() * q.as_usd())).unwrap();
        let deviation = (square - mean * mean).max(0.0).sqrt();
        prop_assert!((deviation / d.standard_deviation().as_usd() - 1.0).abs() < 0.02);
        prop_assert!(d.quantile(Ratio::new(u * 0.5)).unwrap() <= x);
    }

    /// Both bounds: the root of squares is never above the sum; one line makes no difference.
    #[test]
    fn the_two_bounds_of_a_bill(n in 0.0..1e4f64, m in 0.0..1e4f64, high in 2.0..50.0f64) {
        let line = |n: f64| Line { count: Count::from_si(n), price: usd(1.0, 2.0, high, Spread::Triangular) };
        let one = total(&[line(n)]).unwrap();
        prop_assert!((one.deviation_correlated - one.deviation_independent).abs().as_usd() <= 1e-9 * one.deviation_correlated.as_usd());
        let two = total(&[line(n), line(m)]).unwrap();
        prop_assert!(two.deviation_independent.as_usd() <= two.deviation_correlated.as_usd() * (1.0 + 1e-12));
        let sum = total(&[line(n + m)]).unwrap();
        prop_assert!((sum.mean - two.mean).abs().as_usd() < 1e-9 * (1.0 + sum.mean.as_usd()));
        prop_assert!((sum.deviation_correlated - two.deviation_correlated).abs().as_usd() < 1e-9 * (1.0 + sum.deviation_correlated.as_usd()));
    }

    /// All charges and the residual are the price, by any method; no charge is negative; declining books are never above straight ones.
    #[test]
    fn books_write_off_what_was_paid(
        price in 0.0..1e6f64, life in 0.3..20.0f64, residual in 0.0..1.0f64, factor in 1.0..4.0f64,
    ) {
        let books = |method| Depreciation { method, life: Time::years(life), residual: Ratio::new(residual) };
        let straight = books(Method::StraightLine).schedule(Money::usd(price)).unwrap();
        let declining = books(Method::DecliningBalance { factor }).schedule(Money::usd(price)).unwrap();
        for years in [&straight, &declining] {
            let charged: Money = years.iter().map(|y| y.charge).sum();
            prop_assert!((charged.as_usd() + residual * price - price).abs() <= 1e-9 * (1.0 + price));
            prop_assert!(years.iter().all(|y| y.charge.as_usd() >= -1e-9));
        }
        for (s, d) in straight.iter().zip(&declining) {
            prop_assert!(d.book.as_usd() <= s.book.as_usd() + 1e-9 * (1.0 + price));
        }
    }

    /// Margin and premium lie between the ends and move the right way with the number of vendors.
    #[test]
    fn more_vendors_are_cheaper(n in 1.0..20.0f64, more in 0.1..10.0f64, years in 0.0..8.0f64) {
        let catalog = catalog_once();
        let supply = Supply::from_facts(&Facts::nominal(catalog)).unwrap();
        let price = |n: f64| supply.price(Money::usd(100.0), Count::from_si(n), Time::years(years)).unwrap();
        prop_assert!(price(n + more) < price(n));
        let margin = supply.margin(Count::from_si(n)).unwrap();
        prop_assert!(margin <= supply.margin_single && margin > supply.margin_many);
    }
}

fn catalog_once() -> &'static lightloom_evidence::Catalog {
    static ONCE: std::sync::OnceLock<lightloom_evidence::Catalog> = std::sync::OnceLock::new();
    ONCE.get_or_init(catalog)
}
