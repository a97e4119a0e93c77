//! The models on hand-typed inputs: hand-computed numbers, limits, bad input.
#![allow(clippy::unwrap_used, reason = "a helper outside #[test] may unwrap too")]

use lightloom_operations::availability::{Warning, evaluate};
use lightloom_operations::failure::{lower_bound, upper_bound};
use lightloom_operations::goodput::{
    Interruption, by_size, daly_interval, goodput, young_interval,
};
use lightloom_operations::service::spares;
use lightloom_operations::{
    ComponentClass, Event, OperationsError, Redundancy, Repair, RepairUnit, Store,
};
use lightloom_units::{Count, FailureRate, Quantity, Ratio, Time};
use proptest::prelude::*;

fn count(n: f64) -> Count {
    Count::from_si(n)
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() <= tolerance, "{found} is not {expected}");
}

fn class(name: &str) -> ComponentClass {
    ComponentClass {
        name: name.to_owned(),
        count: count(100.0),
        failure_rate: FailureRate::from_si(1.0 / (10_000.0 * 3600.0)),
        repair: Repair {
            event: Event::Hard(RepairUnit::Box),
            detect: Time::hours(1.0),
            wait: Time::hours(4.0),
            hands_on: Time::hours(2.0),
            requalify: Time::hours(3.0),
        },
        stopped_while_faulty: count(8.0),
        stopped_in_repair: count(64.0),
        job_stop_share: Ratio::new(0.5),
        redundancy: Redundancy::NONE,
    }
}

/// 100 boxes at 10,000 h: each fails every 10,010 h; a fault stops 8 accelerators for 5 h and 64 for 5 h.
#[test]
fn availability_by_hand() {
    let result = evaluate(count(6_400.0), &[class("box")]).unwrap();
    let per_hour = 100.0 / 10_010.0;
    let cause = &result.causes[0];
    near(cause.lost.value(), per_hour * (8.0 * 5.0 + 64.0 * 5.0) / 6_400.0, 1e-12);
    near(result.availability.value(), 1.0 - cause.lost.value(), 1e-12);
    near(cause.failures * Time::hours(1.0), per_hour, 1e-12);
    near(cause.interruptions * Time::hours(1.0), 0.5 * per_hour, 1e-12);
    near(result.labour_per_year.as_hours(), per_hour * 8760.0 * 2.0, 1e-12);
    assert_eq!(result.warnings, []);
    // A job on 640 of 6,400 meets a tenth of the failures, one on a single accelerator those of its block of 8.
    near(result.interruptions(count(640.0)) / cause.interruptions, 0.1, 1e-12);
    near(result.interruptions(count(1.0)) / cause.interruptions, 8.0 / 6_400.0, 1e-12);
}

/// Jobs of several sizes: half the job is interrupted half as often, one within a block as often as its block.
#[test]
fn interruptions_against_the_size_of_a_job() {
    let losses = evaluate(count(6_400.0), &[class("box")]).unwrap();
    let mtti = [1.0, 8.0, 3_200.0, 6_400.0].map(|n| losses.mtti(count(n)).unwrap().as_hours());
    // 100 boxes of 10,010 h, each second failure stops the job.
    near(mtti[3], 200.2, 1e-12);
    near(mtti[2], 400.4, 1e-12);
    near(mtti[1], 200.2 * 800.0, 1e-12);
    near(mtti[0], mtti[1], 1e-12);
    assert_eq!(evaluate(count(10.0), &[]).unwrap().mtti(count(5.0)), None);
}

#[test]
fn causes_add_up_and_nothing_fails_without_a_rate() {
    let none = evaluate(count(10.0), &[]).unwrap();
    near(none.availability.value(), 1.0, 1e-15);
    assert_eq!(none.mtti(count(10.0)), None);
    let two = evaluate(count(6_400.0), &[class("a"), class("b")]).unwrap();
    let one = evaluate(count(6_400.0), &[class("a")]).unwrap();
    near(two.availability.value(), one.availability.value() * one.availability.value(), 1e-12);
    near(two.mtti(count(6_400.0)).unwrap() / one.mtti(count(6_400.0)).unwrap(), 0.5, 1e-12);
}

/// V24 (recalled, arithmetic only): 100,000 links of five years each: one failure in 26.28 minutes.
#[test]
fn first_failure_of_a_hundred_thousand_links() {
    let links = ComponentClass {
        count: count(100_000.0),
        failure_rate: FailureRate::from_si(1.0 / Time::years(5.0).as_s()),
        job_stop_share: Ratio::new(1.0),
        stopped_while_faulty: count(0.0),
        stopped_in_repair: count(0.0),
        repair: Repair {
            detect: Time::ZERO,
            wait: Time::ZERO,
            hands_on: Time::ZERO,
            requalify: Time::ZERO,
            ..class("").repair
        },
        ..class("link")
    };
    let result = evaluate(count(100_000.0), &[links]).unwrap();
    near(result.mtti(count(100_000.0)).unwrap().as_s() / 60.0, 26.28, 1e-6);
}

#[test]
fn long_repairs_and_large_losses_warn() {
    let slow = ComponentClass { failure_rate: "1 /h".parse().unwrap(), ..class("slow") };
    let slow = ComponentClass { count: count(1.0), ..slow };
    let result = evaluate(count(100.0), &[slow]).unwrap();
    assert!(
        matches!(&result.warnings[0], Warning::RepairLongerThanLife { name, .. } if name == "slow")
    );
    assert!(matches!(&result.warnings[1], Warning::LargeLoss { .. }));
    // Down for 10 of 11 hours: 8 accelerators for 5 and 64 for 5 of them.
    near(result.causes[0].lost.value(), 360.0 / 11.0 / 100.0, 1e-12);
}

#[test]
fn impossible_inputs_are_refused_by_name() {
    let message = |class| evaluate(count(64.0), &[class]).unwrap_err().to_string();
    assert_eq!(
        message(ComponentClass { failure_rate: FailureRate::fit(-1.0), ..class("box") }),
        "the failure rate of `box` must be zero or more, found -1 FIT"
    );
    let share = message(ComponentClass { job_stop_share: Ratio::new(1.5), ..class("box") });
    assert!(
        share.starts_with("the job-stop share of `box` must be between 0 and 100 %"),
        "{share}"
    );
    assert!(message(ComponentClass { count: count(f64::NAN), ..class("box") }).contains("`box`"));
    let greedy = ComponentClass { failure_rate: "1 /h".parse().unwrap(), ..class("box") };
    let error = evaluate(count(64.0), &[greedy]).unwrap_err();
    assert!(matches!(error, OperationsError::NothingLeft { .. }));
    assert!(error.hint().contains("exceeds the cluster"));
    assert!(evaluate(count(0.0), &[]).is_err());
    let group = Redundancy { needed: 3, installed: 2, ..Redundancy::NONE };
    assert!(message(ComponentClass { redundancy: group, ..class("box") }).contains("3 of 2"));
    assert!(upper_bound(count(0.0), Time::hours(1.0), 1.0).is_err());
    assert!(lower_bound(count(-1.0), Time::hours(1.0), 0.5).is_err());
    let cost = Interruption { checkpoint: Time::s(10.0), restart: Time::s(600.0) };
    assert!(goodput(cost, Time::ZERO).is_err());
    assert!(by_size(cost, FailureRate::ZERO, &[count(8.0)]).is_err());
    let store = Store { resupply: Time::hours(1.0), level: Ratio::new(1.0) };
    assert!(spares(count(1.0), FailureRate::fit(1.0), store).is_err());
}

/// One of two: `2 rate^2 MTTR`, the textbook MTTF = mu / (2 lambda^2); exactly `2 lambda^2 mu / (lambda + mu)^2`.
#[test]
fn a_pair_with_repair() {
    let pair = Redundancy { needed: 1, installed: 2, common_share: Ratio::new(0.0) };
    let (lambda, mu) = (1e-4, 0.1);
    let rate =
        pair.group_rate(FailureRate::from_si(lambda / 3600.0), Time::hours(1.0 / mu)).unwrap();
    near(rate.si() * 3600.0, 2.0 * lambda * lambda * mu / ((lambda + mu) * (lambda + mu)), 1e-12);
    near(rate.si() * 3600.0, 2.0 * lambda * lambda / mu, 3e-3);
}

#[test]
fn young_and_daly_intervals() {
    // Daly 2006: for C = 5 min and M = 24 h, Young 120 min, Daly a little less.
    let (c, m) = (Time::s(300.0), Time::hours(24.0));
    near(young_interval(c, m).unwrap().as_s(), 7200.0, 1e-12);
    let x: f64 = 300.0 / (2.0 * 86_400.0);
    near(
        daly_interval(c, m).unwrap().as_s(),
        7200.0 * (1.0 + x.sqrt() / 3.0 + x / 9.0) - 300.0,
        1e-12,
    );
    assert_eq!(daly_interval(Time::s(10.0), Time::s(4.0)), Ok(Time::s(4.0)));
    assert!(young_interval(Time::s(-1.0), m).is_err() && daly_interval(c, Time::ZERO).is_err());
}

#[test]
fn goodput_falls_with_size_but_never_below_zero() {
    let cost = Interruption { checkpoint: Time::s(10.0), restart: Time::s(600.0) };
    let rate = FailureRate::from_si(1.0 / (50_678.0 * 3600.0));
    let sizes = [1.0, 1e3, 16_384.0, 1e5, 1e6, 1e8].map(count);
    let results = by_size(cost, rate, &sizes).unwrap();
    assert!(results.windows(2).all(|w| w[0].ettr > w[1].ettr));
    assert!(results[0].ettr.value() > 0.999);
    // A million accelerators: a stop each 3 minutes, restarts of 10: the first-order form says -3.1.
    assert!(results[4].waste.total().value() > 1.0);
    assert!(results.iter().all(|g| (0.0..1.0).contains(&g.ettr.value())));
}

proptest! {
    /// Daly's interval is within a thousandth of the best that the exact model has.
    #[test]
    fn no_other_interval_does_much_better(
        checkpoint in 1.0..600.0f64, hours in 0.5..1000.0f64, factor in 0.2..5.0f64,
    ) {
        let (c, r, m) = (Time::s(checkpoint), Time::s(600.0), Time::hours(hours));
        let g = goodput(Interruption { checkpoint: c, restart: r }, m).unwrap();
        let other = g.interval * factor;
        let (tau, c, r, m) = (other.as_s(), c.as_s(), r.as_s(), m.as_s());
        let ettr = tau / m / (libm::exp(r / m) * libm::expm1((tau + c) / m));
        prop_assert!(ettr < g.ettr.value() * 1.001, "{ettr} against {}", g.ettr);
    }

    #[test]
    fn a_spare_never_hurts(installed in 2u64..40, load in 1e-6..0.02f64, beta in 0.0..0.3f64) {
        let of = |needed| {
            let group = Redundancy { needed, installed, common_share: Ratio::new(beta) };
            group.group_rate(FailureRate::from_si(load / 3600.0), Time::hours(1.0)).unwrap()
        };
        prop_assert!(of(installed - 1) <= of(installed) * (1.0 + 1e-9));
    }

    #[test]
    fn bounds_bracket_the_estimate(failures in 1.0..200.0f64, confidence in 0.6..0.99f64) {
        let (r, t) = (count(failures.round()), Time::hours(1e6));
        let estimate = r.value() / t.as_s();
        prop_assert!(lower_bound(r, t, confidence).unwrap().si() < estimate);
        prop_assert!(upper_bound(r, t, confidence).unwrap().si() > estimate);
    }

    #[test]
    fn shares_stay_shares(n in 1.0..1e4f64, fit in 0.0..1e7f64, hours in 0.0..100.0f64) {
        let mut class = class("x");
        class.count = count(n);
        class.failure_rate = FailureRate::fit(fit);
        class.repair.wait = Time::hours(hours);
        if let Ok(result) = evaluate(count(n * 64.0), &[class]) {
            prop_assert!((0.0..=1.0).contains(&result.availability.value()));
            prop_assert!(result.labour_per_year >= Time::ZERO);
        }
    }
}
