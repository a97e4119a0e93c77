//! Joints of fibres: drawn against closed forms, closed forms against published tolerances, and what must hold whatever the numbers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

use lightloom_evidence::{Catalog, Facts};
use lightloom_link::optics::{Joint, Misalignment};
use lightloom_package::coupling::{Alignment, Couplings, Layout};
use lightloom_units::{Angle, Count, Decibel, Length, Quantity, Ratio};
use proptest::prelude::*;

fn shipped(name: &str) -> Alignment {
    let catalog = Catalog::parse(lightloom_catalog::FACTS).unwrap();
    Alignment::from_facts(&Facts::nominal(&catalog), name).unwrap()
}

/// Fibre to fibre without any error.
fn perfect() -> Alignment {
    Alignment {
        modes: [Length::um(9.2); 2],
        wavelength: Length::um(1.31),
        fibre_behind_lens: None,
        aperture: None,
        offset: Length::ZERO,
        tilt: Angle::ZERO,
        gap: Length::ZERO,
        gap_spread: Length::ZERO,
        rotation: Angle::ZERO,
        pitch_error: Length::ZERO,
        limit: Decibel::db(1.0),
        pitch: Length::um(127.0),
        array: Count::from_si(24.0),
    }
}

const SINGLE: Layout = Layout { fibres: 1, rows: 1, per_laser: 1 };

#[test]
fn every_way_of_the_catalog_is_known() {
    let catalog = Catalog::parse(lightloom_catalog::FACTS).unwrap();
    let mut known = Alignment::KNOWN.to_vec();
    known.sort_unstable();
    let mut listed = catalog.children("alignment");
    listed.sort_unstable();
    assert_eq!(listed, known);
}

#[test]
fn tolerances_of_one_decibel_are_those_of_the_table() {
    // Mode, offset in um, tilt in degrees: link_physics 3.1.
    for (mode, offset, tilt) in
        [(3.0, 0.72, 7.6), (9.2, 2.21, 2.5), (35.0, 8.4, 0.66), (70.0, 16.8, 0.33)]
    {
        let alignment = Alignment { modes: [Length::um(mode); 2], ..perfect() };
        let at = |offset: f64, tilt_deg: f64| {
            let tilt_rad = tilt_deg.to_radians();
            let miss = Misalignment { offset: Length::um(offset), tilt_rad, gap: Length::ZERO };
            alignment.extra_loss(&miss).unwrap().as_db()
        };
        assert!((at(offset, 0.0) - 1.0).abs() < 0.02, "{mode} um: {}", at(offset, 0.0));
        assert!((at(0.0, tilt) - 1.0).abs() < 0.04, "{mode} um: {}", at(0.0, tilt));
        let (by_offset, by_tilt) = alignment.tolerances(Decibel::db(1.0)).unwrap();
        assert!((1e6 * by_offset.as_m() - offset).abs() < 0.01 * offset, "{by_offset}");
        assert!((by_tilt.as_rad().to_degrees() - tilt).abs() < 0.02 * tilt, "{by_tilt}");
    }
}

#[test]
fn spots_of_many_modes_overlap_as_areas() {
    // Light of a Gaussian spot that a detector of Gaussian sensitivity takes, summed over a grid.
    let (w1, w2, na) = (8.0, 14.0, 0.5);
    let taken = |d: f64, z: f64| {
        let wide2 = w1 * w1 + na * na * z * z;
        let mut sum = 0.0;
        for i in -120..=120 {
            for j in -120..=120 {
                let (x, y) = (0.5 * f64::from(i), 0.5 * f64::from(j));
                let spot = libm::exp(-2.0 * ((x - d) * (x - d) + y * y) / wide2) / wide2;
                sum += spot * libm::exp(-2.0 * (x * x + y * y) / (w2 * w2));
            }
        }
        sum
    };
    let spots = Alignment {
        modes: [Length::um(2.0 * w1), Length::um(2.0 * w2)],
        aperture: Some(Ratio::new(na)),
        ..perfect()
    };
    for (d, z) in [(0.0, 0.0), (4.0, 0.0), (9.0, 0.0), (0.0, 20.0), (0.0, 40.0)] {
        let miss = Misalignment { offset: Length::um(d), tilt_rad: 0.0, gap: Length::um(z) };
        let found = spots.extra_loss(&miss).unwrap().as_db();
        let summed = -10.0 * libm::log10(taken(d, z) / taken(0.0, 0.0));
        assert!((found - summed).abs() < 1e-6, "{d} um, {z} um: {found} beside {summed}");
    }
    // They bear tilts that no single mode would.
    let tilted = Misalignment { tilt_rad: 0.05, ..Misalignment::default() };
    assert!(spots.extra_loss(&tilted).unwrap().as_db() < 0.05);
    assert!(perfect().extra_loss(&tilted).unwrap().as_db() > 1.0);
}

#[test]
fn loss_by_offset_or_tilt_alone_is_exponential() {
    // The overlap of equal modes: 4.343 d²/w² dB; with sigma on both axes the mean of d² is 2 sigma².
    let (w, sigma) = (4.6, 1.1);
    let offset = Alignment { offset: Length::um(sigma), ..perfect() };
    let expected = 4.342_944_8 * 2.0 * sigma * sigma / (w * w);
    assert!((offset.mean_offset_loss().unwrap().as_db() / expected - 1.0).abs() < 1e-6);
    let tilt = Alignment { tilt: Angle::rad(0.02), ..perfect() };
    for (alignment, mean) in [
        (offset, offset.mean_offset_loss().unwrap().as_db()),
        (tilt, tilt.mean_tilt_loss().unwrap().as_db()),
    ] {
        let drawn = Couplings::draw(&alignment, SINGLE, 400_000, 3).unwrap();
        // Quantiles of an exponential distribution: -mean ln(1 - p); some 0.5 % is five standard errors of the mean.
        assert!((drawn.joint.mean.as_db() / mean - 1.0).abs() < 0.008, "{drawn:?}");
        for (found, p) in [(drawn.joint.p50, 0.5), (drawn.joint.p90, 0.9), (drawn.joint.p99, 0.99)]
        {
            let expected = -mean * libm::log(1.0 - p);
            assert!((found.as_db() / expected - 1.0).abs() < 0.02, "{found} against {expected}");
        }
        let good = 1.0 - libm::exp(-1.0 / mean);
        assert!((drawn.joint_yield.value() - good).abs() < 0.004);
        assert!((alignment.joint_yield().unwrap().value() - good).abs() < 0.004);
    }
}

#[test]
fn gaps_follow_the_joint() {
    let alignment = Alignment { gap: Length::um(60.0), ..perfect() };
    let drawn = Couplings::draw(&alignment, SINGLE, 10, 1).unwrap();
    let joint = Joint::new(Length::um(9.2), Length::um(9.2), Length::um(1.31)).unwrap();
    let miss = Misalignment { gap: Length::um(60.0), ..Misalignment::default() };
    assert!((drawn.joint.p50.as_db() - joint.loss(&miss).as_db()).abs() < 1e-9);
}

#[test]
fn a_fibre_off_its_lens_costs_what_it_costs_without_lens() {
    // error / f with f = pi w w0 / l is a tilt that costs (pi w th / l)² = (error / w0)² nepers: the bare fibre's offset. Two
    // lenses make two of them.
    let bare = Alignment { pitch_error: Length::um(0.4), ..perfect() };
    for mode in [35.0, 70.0] {
        let lensed = Alignment {
            modes: [Length::um(mode); 2],
            fibre_behind_lens: Some(Length::um(9.2)),
            ..bare
        };
        let ratio = lensed.mean_tilt_loss().unwrap() / bare.mean_offset_loss().unwrap();
        assert!((ratio - 2.0).abs() < 1e-9, "{ratio}");
    }
}

#[test]
fn few_points_agree_with_drawn_arrays() {
    for name in Alignment::KNOWN {
        for (scale, fibres, rows) in
            [(1.0, 24, 1), (2.0, 16, 1), (1.5, 24, 4), (2.5, 4, 1), (3.0, 1, 1)]
        {
            let alignment = shipped(name).scaled(Ratio::new(scale));
            let layout = Layout { fibres, rows, per_laser: 4 };
            let drawn = Couplings::draw(&alignment, layout, 40_000, 7).unwrap().array_yield.value();
            let quick = alignment.array_yield(fibres, rows).unwrap().value();
            println!("{name:<14} x{scale} {fibres:>2} fibres: drawn {drawn:.4}, quick {quick:.4}");
            // Three standard errors of the drawn, and the approximation's own half a percent.
            if rows == 1 && fibres == 24 {
                let all = Layout { fibres: 24, rows, per_laser: 4 };
                let joints =
                    Couplings::draw(&alignment, all, 40_000, 8).unwrap().joint_yield.value();
                let quick = alignment.joint_yield().unwrap().value();
                assert!((joints - quick).abs() < 0.003, "{name} x{scale}: {joints} {quick}");
            }
            let error = 3.0 * (drawn * (1.0 - drawn) / 40_000.0).sqrt();
            assert!(
                (drawn - quick).abs() < error + 0.006,
                "{name} x{scale} {fibres}: {drawn} {quick}"
            );
        }
    }
}

#[test]
fn fibres_of_an_array_share_its_fate() {
    // The stiff error of an array hits all of its fibres: more whole arrays than the joints' yield alone would leave.
    let alignment = shipped("active").scaled(Ratio::new(4.0));
    let layout = Layout { fibres: 16, rows: 1, per_laser: 4 };
    let drawn = Couplings::draw(&alignment, layout, 50_000, 11).unwrap();
    let independent = libm::pow(drawn.joint_yield.value(), 16.0);
    assert!(drawn.array_yield.value() > 1.5 * independent, "{drawn:?} against {independent}");
    let spreads = [drawn.joint, drawn.laser, drawn.array];
    assert!(
        spreads.windows(2).all(|w| w[0].mean < w[1].mean && w[0].p90 < w[1].p90),
        "{spreads:?}"
    );
    let power = |share| drawn.laser_power_for(Ratio::new(share)).unwrap();
    assert!(power(0.5) < power(0.99) && power(0.99) == drawn.engine.p99);
    assert!(drawn.laser_power_for(Ratio::new(1.2)).is_err());
}

#[test]
fn the_same_seed_draws_the_same() {
    let draw = |seed| {
        let layout = Layout { fibres: 36, rows: 1, per_laser: 4 };
        Couplings::draw(&shipped("expanded-beam"), layout, 500, seed).unwrap()
    };
    assert_eq!(draw(5), draw(5));
    assert_ne!(draw(5), draw(6));
}

#[test]
fn the_shipped_ways_of_alignment() {
    let mut text = format!(
        "{:<14} {:>8} {:>8} {:>8} {:>8} {:>10} {:>10} {:>12}\n",
        "64 fibres",
        "joint",
        "array",
        "engine",
        "mean dB",
        "p99 joint",
        "p99 laser",
        "99 % engines"
    );
    for name in Alignment::KNOWN {
        let layout = Layout { fibres: 64, rows: 1, per_laser: 4 };
        let c = Couplings::draw(&shipped(name), layout, 15_625, 1).unwrap();
        let percent = |r: Ratio| 100.0 * r.value();
        text += &format!(
            "{name:<14} {:>7.3}% {:>7.2}% {:>7.2}% {:>8.3} {:>10.2} {:>10.2} {:>12.2}\n",
            percent(c.joint_yield),
            percent(c.array_yield),
            percent(c.engine_yield),
            c.joint.mean.as_db(),
            c.joint.p99.as_db(),
            c.laser.p99.as_db(),
            c.laser_power_for(Ratio::new(0.99)).unwrap().as_db(),
        );
    }
    insta::assert_snapshot!(text);
}

#[test]
fn what_is_no_alignment_is_refused() {
    let none = Alignment { modes: [Length::ZERO; 2], ..perfect() };
    assert!(none.joint_yield().is_err());
    let infinite = Alignment { offset: Length::um(f64::INFINITY), ..perfect() };
    assert!(infinite.joint_yield().is_err());
    assert!(perfect().array_yield(0, 1).is_err());
    assert!(perfect().engine_yield(u32::MAX, 1).is_err());
    assert!(Couplings::draw(&perfect(), Layout { fibres: 0, ..SINGLE }, 5, 1).is_err());
    assert!(
        Couplings::draw(&perfect(), Layout { fibres: u32::MAX, ..SINGLE }, u32::MAX, 1).is_err()
    );
    let whole = perfect().engine_yield(64, 1).unwrap().value();
    assert!((whole - 1.0).abs() < 1e-12);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn more_error_never_raises_the_yield(
        which in 0usize..3, scale in 0.3..3.0f64, more in 1.0..2.0f64, fibres in 1u32..80,
    ) {
        let alignment = shipped(Alignment::KNOWN[which]);
        let at = |k| alignment.scaled(Ratio::new(k)).engine_yield(fibres, 1).unwrap().value();
        prop_assert!(at(scale * more) <= at(scale) + 1e-6);
    }

    #[test]
    fn more_fibres_never_raise_the_yield(
        which in 0usize..3, scale in 0.3..3.0f64, fibres in 1u32..47, more in 1u32..40,
    ) {
        let alignment = Alignment {
            array: Count::from_si(100.0),
            ..shipped(Alignment::KNOWN[which]).scaled(Ratio::new(scale))
        };
        let at = |n| alignment.array_yield(n, 1).unwrap().value();
        // Six places stand for seven fibres and more: their ends differ a little from those of six fibres.
        prop_assert!(at(fibres + more) <= at(fibres) + 2e-3);
    }

    #[test]
    fn wide_modes_bear_more_offset_and_less_tilt(mode in 3.0..80.0f64, wider in 1.01..3.0f64) {
        let of = |um| Alignment { modes: [Length::um(um); 2], ..perfect() }.joint().unwrap();
        let (narrow, wide) = (of(mode), of(mode * wider));
        let db = Decibel::db(1.0);
        prop_assert!(wide.offset_tolerance(db) > narrow.offset_tolerance(db));
        prop_assert!(wide.tilt_tolerance_rad(db) < narrow.tilt_tolerance_rad(db));
        let yield_of = |um, offset, tilt| {
            let a = Alignment { modes: [Length::um(um); 2], offset: Length::um(offset), tilt: Angle::rad(tilt), ..perfect() };
            a.joint_yield().unwrap().value()
        };
        prop_assert!(yield_of(mode * wider, 3.0, 0.0) >= yield_of(mode, 3.0, 0.0));
        prop_assert!(yield_of(mode * wider, 0.0, 0.02) <= yield_of(mode, 0.0, 0.02));
    }
}
