//! Break-evens and winner maps: closed forms, jumps, ties, number of calls, errors of the function.
#![allow(clippy::unwrap_used, reason = "a helper outside #[test] may unwrap too")]

use lightloom_economics::{
    Axis, BreakEvenError, Design, Effort, Finance, Fineness, Spacing, Tariff, break_even, compare,
    winner_map,
};
use lightloom_units::{Money, Power, Ratio, Time};
use proptest::prelude::*;
use std::convert::Infallible;

fn axis(low: f64, high: f64, spacing: Spacing) -> Axis {
    Axis::new(low, high, spacing).unwrap()
}

fn linear(low: f64, high: f64) -> Axis {
    axis(low, high, Spacing::Linear)
}

fn ok(y: f64) -> Result<f64, Infallible> {
    Ok(y)
}

fn finance(electricity_usd_per_kwh: f64) -> Finance {
    Finance {
        tariff: Tariff {
            electricity: format!("{electricity_usd_per_kwh} USD/kWh").parse().unwrap(),
            pue: Ratio::new(1.2),
            load: Ratio::new(0.8),
        },
        facility: "15 MUSD/MW".parse().unwrap(),
        discount: Ratio::new(0.08),
        life: Time::years(5.0),
        maintenance: Ratio::new(0.03),
        labour: "100 USD/h".parse().unwrap(),
        accelerator_hour: "3 USD/h".parse().unwrap(),
    }
}

fn design(usd: f64, watts: f64) -> Design {
    Design {
        hardware: Money::usd(usd),
        power: Power::w(watts),
        parts_per_year: Money::ZERO,
        labour_per_year: Time::ZERO,
        accelerator_time_lost_per_year: Time::ZERO,
    }
}

/// E052: 601 against 668 and 2,004 W. The premium at which the decision flips, found by calls alone, is the one that
/// `compare` computes in closed form.
#[test]
fn the_premium_of_co_packaged_optics() {
    for watts in [668.0, 2_004.0] {
        let base = design(50_000.0, watts);
        let advantage = |premium: f64| {
            let other = design(50_000.0 + premium, 601.0);
            compare(&base, &other, &finance(0.12)).map(|c| c.npv.as_usd())
        };
        let closed = compare(&base, &design(50_000.0, 601.0), &finance(0.12)).unwrap();
        let found = break_even(advantage, &linear(-50_000.0, 50_000.0), Effort::default()).unwrap();
        let at = found.crossings[0];
        assert!((at.at - closed.break_even_premium.as_usd()).abs() < 1.0, "{at:?}");
        assert!(!at.rising && !at.jump && found.crossings.len() == 1);
        // A straight line: beside the first look hardly any calls.
        assert!(found.evaluations <= 17 + 6, "{}", found.evaluations);
        assert!(at.between[0] <= at.at && at.at <= at.between[1]);
    }
}

#[test]
fn a_jump_is_told_from_a_passage() {
    let step = |x: f64| ok(if x < 0.3 { -2.0 } else { 5.0 });
    let found = break_even(step, &linear(0.0, 1.0), Effort::default()).unwrap();
    let at = found.crossings[0];
    assert!((at.at - 0.3).abs() < 1e-4 && at.jump && at.rising, "{at:?}");
    let [low, high] = at.between;
    assert!(low <= 0.3 && 0.3 <= high && high - low < 1e-3, "{at:?}");
    assert_eq!(found.seen.map(f64::to_bits), [-2.0, 5.0].map(f64::to_bits));
}

#[test]
fn ties_touches_and_ends() {
    let found = |f: fn(f64) -> f64| {
        break_even(|x| ok(f(x)), &linear(0.0, 8.0), Effort { steps: 8, halvings: 10 }).unwrap()
    };
    // Equal designs from 3 to 5: one flip in the middle of the tie.
    let tie = found(|x| {
        if x < 2.5 {
            -1.0
        } else if x > 5.5 {
            1.0
        } else {
            0.0
        }
    });
    assert_eq!(tie.crossings.len(), 1);
    assert!((tie.crossings[0].at - 4.0).abs() < 1e-12);
    assert_eq!(tie.crossings[0].between.map(f64::to_bits), [3.0, 5.0].map(f64::to_bits));
    assert!(found(|x| (x - 4.0) * (x - 4.0)).crossings.is_empty());
    assert!(found(|x| x).crossings.is_empty());
    assert!(found(|_| 0.0).crossings.is_empty());
    let never = found(|x| 3.0 + x);
    assert!(never.crossings.is_empty() && (never.seen[0] - 3.0).abs() < 1e-12);
    assert_eq!(never.evaluations, 9);
}

#[test]
fn errors_come_with_the_place() {
    let refuse = |x: f64| if x > 0.5 { Err("too hot") } else { Ok(-1.0) };
    let axis = Axis::new(0.0, 1.0, Spacing::Linear).unwrap();
    let error = break_even(refuse, &axis, Effort { steps: 4, halvings: 4 }).unwrap_err();
    assert_eq!(error.to_string(), "at 0.75: too hot");
    assert_eq!(error.hint(), "narrow the range so that it leaves out 0.75");
    // Inside the narrowing too.
    let inside = |x: f64| if x > 0.5 && x < 0.75 { Err("gap") } else { Ok(x - 0.6) };
    let error = break_even(inside, &axis, Effort { steps: 4, halvings: 9 }).unwrap_err();
    assert!(matches!(error, BreakEvenError::Function { error: "gap", .. }), "{error}");
    let nan = break_even(|x| ok(1.0 / x - 1.0 / x), &linear(0.0, 1.0), Effort::default());
    assert!(nan.unwrap_err().to_string().starts_with("the advantage is NaN at 0"));
    for (low, high, spacing) in [
        (1.0, 1.0, Spacing::Linear),
        (2.0, 1.0, Spacing::Linear),
        (0.0, f64::INFINITY, Spacing::Linear),
        (f64::NAN, 1.0, Spacing::Linear),
        (0.0, 1.0, Spacing::Logarithmic),
    ] {
        assert!(Axis::new(low, high, spacing).is_err());
    }
    let none = break_even(ok, &linear(0.0, 1.0), Effort { steps: 0, halvings: 1 }).unwrap_err();
    assert_eq!(none.to_string(), "the number of steps must be from 1 to 100000, found 0");
    assert!(break_even(ok, &linear(0.0, 1.0), Effort { steps: 1, halvings: 99 }).is_err());
    let f = |x: f64, _: f64| if x > 0.4 { Err("no") } else { Ok(0) };
    let axis = Axis::new(0.0, 1.0, Spacing::Linear).unwrap();
    let error = winner_map(f, &axis, &axis, Fineness { cells: 2, levels: 0 }).unwrap_err();
    assert_eq!(error.to_string(), "at 0.5: no");
    let f = |_: f64, _: f64| Ok::<usize, Infallible>(0);
    let unit = linear(0.0, 1.0);
    assert!(winner_map(f, &unit, &unit, Fineness { cells: 0, levels: 0 }).is_err());
    assert!(winner_map(f, &unit, &unit, Fineness { cells: 1, levels: 9 }).is_err());
}

/// Premium against electricity: the border is the closed form of `compare` at each price.
#[test]
fn a_map_of_premium_and_electricity() {
    let base = design(50_000.0, 2_004.0);
    let npv = |premium: f64, usd_per_kwh: f64| {
        compare(&base, &design(50_000.0 + premium, 601.0), &finance(usd_per_kwh))
            .map(|c| c.npv.as_usd())
    };
    let (x, y) = (linear(0.0, 40_000.0), axis(0.03, 0.3, Spacing::Logarithmic));
    let fineness = Fineness { cells: 8, levels: 3 };
    let map = winner_map(|a, b| npv(a, b).map(|n| usize::from(n > 0.0)), &x, &y, fineness).unwrap();
    assert!(map.evaluations < 81 + 6 * 64 && map.border.len() > 30, "{}", map.evaluations);
    for point in &map.border {
        let even = compare(&base, &design(50_000.0, 601.0), &finance(point.y)).unwrap();
        // A cell of the last level is 625 USD wide and a factor 1.037 high, which moves the border by 230 USD.
        assert!((even.break_even_premium.as_usd() - point.x).abs() < 625.0, "{point:?}");
    }
    let cells: f64 = map.shares(&x, &y).values().sum();
    assert!((cells - 1.0).abs() < 1e-12);
}

/// A thin finger of another winner across a coarse grid is followed by its neighbours' quartering.
#[test]
fn a_border_is_followed_into_cells_whose_corners_agree() {
    let f = |x: f64, y: f64| {
        Ok::<usize, Infallible>(usize::from((y - 0.37 - 0.2 * (x - 0.5)).abs() < 0.04 && x < 0.9))
    };
    let unit = linear(0.0, 1.0);
    let map = winner_map(f, &unit, &unit, Fineness { cells: 4, levels: 5 }).unwrap();
    let share = map.shares(&unit, &unit)[&1];
    assert!((share - 0.08 * 0.9).abs() < 0.01, "{share}");
}

proptest! {
    /// All roots of a product of distinct factors are found, on either axis, with alternating directions.
    #[test]
    fn all_flips_are_found(mut roots in prop::collection::vec(1u32..40, 1..5), log in any::<bool>()) {
        roots.sort_unstable();
        roots.dedup();
        let places: Vec<f64> = roots.iter().map(|r| 0.5 + f64::from(*r)).collect();
        let spacing = if log { Spacing::Logarithmic } else { Spacing::Linear };
        let range = axis(0.7, 50.3, spacing);
        let f = |x: f64| ok(places.iter().map(|p| (x - p) / 50.0).product());
        let effort = Effort { steps: 400, halvings: 20 };
        let found = break_even(f, &range, effort).unwrap();
        prop_assert_eq!(found.crossings.len(), places.len());
        for (crossing, place) in found.crossings.iter().zip(&places) {
            prop_assert!((crossing.at - place).abs() < 1e-4, "{} {}", crossing.at, place);
            prop_assert!(!crossing.jump);
        }
        for pair in found.crossings.windows(2) {
            prop_assert!(pair[0].rising != pair[1].rising);
        }
        prop_assert!(found.evaluations <= 401 + 40 * 5);
    }

    /// An axis and its share are inverse.
    #[test]
    fn an_axis_and_its_share(low in 0.01..10.0f64, width in 0.01..100.0f64, share in 0.0..1.0f64, log in any::<bool>()) {
        let a = axis(low, low + width, if log { Spacing::Logarithmic } else { Spacing::Linear });
        prop_assert!((a.share_of(a.at(share)) - share).abs() < 1e-9);
    }

    /// Cells cover the map once, whatever the function.
    #[test]
    fn cells_cover_the_map(a in -1.0..1.0f64, b in -1.0..1.0f64, c in 0.0..1.0f64, levels in 0u8..4) {
        let f = |x: f64, y: f64| Ok::<usize, Infallible>(usize::from(a * x + b * y + c * x * y > 0.1) + 2 * usize::from(x > c));
        let unit = linear(0.0, 1.0);
        let map = winner_map(f, &unit, &unit, Fineness { cells: 3, levels }).unwrap();
        let area: f64 = map.cells.iter().map(|k| (k.x[1] - k.x[0]) * (k.y[1] - k.y[0])).sum();
        prop_assert!((area - 1.0).abs() < 1e-9);
        for cell in &map.cells {
            if let Some(winner) = cell.winner() {
                prop_assert_eq!(f(cell.x[0], cell.y[1]).unwrap(), winner);
            }
        }
    }
}
