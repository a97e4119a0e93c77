//! Histories against closed forms: each in a case for which the closed form is exact.

#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

use lightloom_operations::availability::evaluate;
use lightloom_operations::goodput::{Interruption, goodput};
use lightloom_operations::simulation::{Estimate, Job, Outcome, Series, Site, Stock, history};
use lightloom_operations::{
    ComponentClass, Event, OperationsError, Redundancy, Repair, RepairUnit,
};
use lightloom_units::{Count, FailureRate, Quantity, Ratio, Time};
use proptest::prelude::*;

fn count(n: f64) -> Count {
    Count::from_si(n)
}

fn per_year(rate: f64) -> FailureRate {
    FailureRate::from_si(rate / Time::years(1.0).as_s())
}

/// Modules that stop one accelerator each.
fn modules(number: f64, failures_per_year: f64, wait_h: f64, hands_on_h: f64) -> ComponentClass {
    ComponentClass {
        name: "module".to_owned(),
        count: count(number),
        failure_rate: per_year(failures_per_year),
        repair: Repair {
            event: Event::Hard(RepairUnit::Module),
            detect: Time::s(60.0 * 10.0),
            wait: Time::hours(wait_h),
            hands_on: Time::hours(hands_on_h),
            requalify: Time::s(60.0 * 20.0),
        },
        stopped_while_faulty: count(1.0),
        stopped_in_repair: count(1.0),
        job_stop_share: Ratio::new(1.0),
        redundancy: Redundancy::NONE,
    }
}

fn site(accelerators: f64, classes: Vec<ComponentClass>) -> Site {
    Site::without_queues(count(accelerators), count(4.0), count(16.0), classes)
}

fn watch(site: &Site, histories: u64, warm_up: Time, length: Time) -> Outcome {
    let mut series = Series::new(site);
    for number in 0..histories {
        series.add(&history(site, warm_up, length, 11, number).unwrap());
    }
    series.outcome(Ratio::new(0.95)).unwrap()
}

/// Within so many half-widths of 95 %: two are four standard deviations.
fn agrees(what: &str, estimate: Estimate, expected: f64, half_widths: f64) {
    let far = (estimate.mean - expected).abs();
    assert!(far <= half_widths * estimate.half_width, "{what}: {estimate:?} against {expected}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Steady state of independent modules. That they overlap where several stop one accelerator is in neither.
    #[test]
    fn losses_of_independent_classes(
        rate in 0.05f64..4.0, wait in 0.1f64..40.0, hands_on in 0.05f64..4.0, spread in 0.0f64..1.5
    ) {
        let mut site = site(640.0, vec![modules(640.0, rate, wait, hands_on)]);
        site.spread = Ratio::new(spread);
        let closed = evaluate(site.accelerators, &site.classes).unwrap();
        let simulated = watch(&site, 40, Time::hours(600.0), Time::years(1.0));
        let cause = &simulated.causes[0];
        // One of some dozen properties fails at four deviations in about a thousand runs; proptest's seeds are new.
        agrees("lost", simulated.lost_by_causes, closed.causes[0].lost.value(), 2.3);
        agrees("failures", cause.failures_per_year, closed.causes[0].failures.as_per_year(), 2.3);
        agrees("availability", simulated.availability, closed.availability.value(), 2.3);
        // No two modules share an accelerator, so what stands still is what causes lose.
        let stopped = 1.0 - simulated.availability.mean;
        prop_assert!((stopped / simulated.lost_by_causes.mean - 1.0).abs() < 1e-6);
    }
}

#[test]
fn redundant_groups_fail_as_often_as_the_closed_form_says() {
    for (needed, installed) in [(1, 2), (7, 8), (2, 4)] {
        let mut class = modules(200.0, 12.0, 60.0, 1.0);
        class.redundancy = Redundancy { needed, installed, common_share: Ratio::new(0.1) };
        let site = site(640.0, vec![class]);
        let closed = evaluate(site.accelerators, &site.classes).unwrap();
        let simulated = watch(&site, 60, Time::hours(600.0), Time::years(1.0));
        let found = simulated.causes[0].group_failures_per_year;
        let expected = closed.causes[0].interruptions.as_per_year();
        // Common causes also meet groups that are down already: within the share of time that a group is down.
        let slack = 0.05 * expected;
        assert!(
            (found.mean - expected).abs() < 2.3 * found.half_width + slack,
            "{needed} of {installed}: {found:?} against {expected}"
        );
    }
}

/// Erlang's delay formula: the share of calls that wait for one of so many servers.
fn erlang_c(servers: u64, load: f64) -> f64 {
    let mut blocked = 1.0;
    for n in 1..=servers {
        blocked = load * blocked / (n as f64 + load * blocked);
    }
    let used = load / servers as f64;
    blocked / (1.0 - used + used * blocked)
}

#[test]
fn technicians_who_are_busy_make_faults_wait() {
    // Constant times of work and one technician: half of what exponential times wait (Pollaczek and Khinchine). Several:
    // between one half, under full load, and c / (c + 1), where work is rare.
    let class = modules(20_000.0, 1.0, 1.0, 0.25);
    for technicians in [1, 2, 3] {
        let mut site = site(20_000.0, vec![class.clone()]);
        site.technicians = Some(technicians);
        let simulated = watch(&site, 30, Time::hours(500.0), Time::years(1.0));
        let cause = &simulated.causes[0];
        let per_failure = cause.queued_hours_per_year / cause.failures_per_year.mean;
        let load: f64 = 20_000.0 * 0.25 / 8760.0;
        let servers = technicians as f64;
        let exponential = erlang_c(technicians, load) * 0.25 / (servers - load);
        let ratio = per_failure / exponential;
        assert!(
            ratio > 0.5 - 0.03 && ratio < servers / (servers + 1.0) + 0.03,
            "{technicians}: {per_failure} h, {exponential} h for exponential times"
        );
    }
}

#[test]
fn a_shelf_runs_empty_as_palm_says() {
    // Parts on order follow Poisson's law, whatever the deliveries: none on the shelf when so many are on order.
    let mut site = site(10_000.0, vec![modules(10_000.0, 0.2, 4.0, 0.1)]);
    let resupply = Time::hours(300.0);
    let on_order: f64 = 10_000.0 * 0.2 * 300.0 / 8760.0;
    for parts in [60_u64, 68, 76] {
        site.stocks = vec![Some(Stock { parts, resupply })];
        let simulated = watch(&site, 40, Time::hours(1200.0), Time::years(1.0));
        let cause = &simulated.causes[0];
        let found = cause.without_part_per_year / cause.failures_per_year.mean;
        let expected = 1.0 - lightloom_num::poisson_at_most(parts - 1, on_order).unwrap();
        // Swaps without a part come in clusters, a resupply time long: some hundred independent ones.
        assert!((found - expected).abs() < 0.035, "{parts}: {found} against {expected}");
    }
}

fn job(domains: u64, nodes: u64) -> Job {
    Job {
        domains,
        nodes,
        interval: Time::s(60.0 * 40.0),
        checkpoint: Time::s(60.0 * 2.0),
        restart: Time::s(60.0 * 12.0),
    }
}

/// Software stops the job and no accelerator: Daly's formula is exact then.
#[test]
fn a_job_that_only_restarts_keeps_dalys_share() {
    let mut class = modules(640.0, 2.0, 0.0, 0.0);
    class.name = "software".to_owned();
    class.repair = Repair {
        event: Event::Reset,
        detect: Time::ZERO,
        wait: Time::ZERO,
        hands_on: Time::ZERO,
        requalify: Time::ZERO,
    };
    class.stopped_while_faulty = count(0.0);
    class.stopped_in_repair = count(0.0);
    let mut site = site(640.0, vec![class]);
    site.job = Some(job(40, 4));
    let simulated = watch(&site, 60, Time::hours(100.0), Time::years(1.0));
    let found = simulated.job.unwrap();
    let mtti = Time::years(1.0 / 1280.0);
    let Job { interval, checkpoint, restart, .. } = job(40, 4);
    let [tau, c, r, m] = [interval, checkpoint, restart, mtti].map(Time::as_s);
    // Daly 2006, equation 20, at the given interval.
    let daly = tau / (m * libm::exp(r / m) * libm::expm1((tau + c) / m));
    agrees("ETTR", found.ettr, daly, 2.3);
    agrees("interruptions", found.interruptions_per_year, 1280.0, 2.3);
    // At Daly's own interval the goodput function says at least as much.
    let best = goodput(Interruption { checkpoint, restart }, mtti).unwrap();
    assert!(best.ettr.value() >= daly - 1e-3);
    let parts = [found.ettr, found.checkpoints, found.rework, found.restarts, found.waiting];
    let sum: f64 = parts.iter().map(|e| e.mean).sum();
    assert!((sum - 1.0).abs() < 1e-6, "{sum}");
}

#[test]
fn spare_domains_and_spare_nodes_keep_a_job_running() {
    // Nodes of four accelerators that are out for two days, 40 domains of four nodes.
    let mut class = modules(160.0, 1.5, 48.0, 1.0);
    class.name = "node".to_owned();
    class.stopped_while_faulty = count(4.0);
    class.stopped_in_repair = count(4.0);
    let with = |job: Job| {
        let mut site = site(640.0, vec![class.clone()]);
        site.job = Some(job);
        watch(&site, 30, Time::hours(500.0), Time::years(1.0))
    };
    let none = with(job(40, 4)).job.unwrap();
    let domains = with(job(36, 4)).job.unwrap();
    let nodes = with(job(40, 3)).job.unwrap();
    // Without spares the job runs while no node is out: (1 - q)^160 with q = 49.5 h at 1.5 a year.
    let q = 1.5 * 49.5 / 8760.0;
    let idle = libm::pow(1.0 - q / (1.0 + q), 160.0);
    assert!(none.ettr.mean < idle && none.ettr.mean > 0.85 * idle, "{none:?} against {idle}");
    assert!((none.waiting.mean - (1.0 - idle)).abs() < 0.05, "{none:?}");
    assert!(domains.ettr.mean > none.ettr.mean + 0.4, "{domains:?}");
    // One node of each domain may be missing: it waits only when two are.
    assert!(nodes.ettr.mean > none.ettr.mean + 0.4 && nodes.waiting.mean < 0.05, "{nodes:?}");
    // A spare node that fails stops nothing: three of four are used.
    assert!(nodes.interruptions_per_year.mean < 0.85 * 160.0 * 1.5);
}

#[test]
fn nodes_out_follow_the_binomial_law() {
    let mut class = modules(160.0, 3.0, 48.0, 1.0);
    class.stopped_while_faulty = count(4.0);
    class.stopped_in_repair = count(4.0);
    let site = site(640.0, vec![class]);
    let simulated = watch(&site, 60, Time::hours(500.0), Time::years(1.0));
    let q = 3.0 * 49.5 / 8760.0;
    let down = q / (1.0 + q);
    for needed in 2..=4 {
        let expected = lightloom_num::at_least(needed, 4, 1.0 - down).unwrap();
        let found = simulated.domains_with(needed);
        assert!((found - expected).abs() < 1.5e-3, "{needed}: {found} against {expected}");
    }
    assert!((simulated.domains_with(0) - 1.0).abs() < 1e-9);
}

#[test]
fn flaps_are_counted_without_being_drawn_one_by_one() {
    let mut class = modules(1e6, 3.0, 0.0, 0.0);
    class.name = "flap".to_owned();
    let zero = Time::ZERO;
    let detect = Time::s(5.0);
    class.repair =
        Repair { event: Event::Flap, detect, wait: zero, hands_on: zero, requalify: zero };
    class.job_stop_share = Ratio::new(1e-4);
    let site = site(1e6, vec![class]);
    let simulated = watch(&site, 20, zero, Time::years(1.0));
    agrees("flaps", simulated.causes[0].failures_per_year, 3e6, 2.3);
    let lost = 3e6 * 5.0 / (1e6 * Time::years(1.0).as_s());
    agrees("lost", simulated.lost_by_causes, lost, 2.3);
    assert!(simulated.events < 20 * 1000, "{}", simulated.events);
}

#[test]
fn overlaps_are_counted_once() {
    // Racks of sixteen that stand still half of the time, and modules within.
    let mut rack = modules(40.0, 365.0, 12.0, 11.5);
    rack.name = "rack".to_owned();
    rack.stopped_while_faulty = count(16.0);
    rack.stopped_in_repair = count(16.0);
    let site = site(640.0, vec![rack, modules(640.0, 50.0, 20.0, 1.0)]);
    let simulated = watch(&site, 20, Time::hours(500.0), Time::years(1.0));
    let each: Vec<f64> = simulated
        .causes
        .iter()
        .map(|c| {
            1.0 - [c.detection, c.waiting, c.repair, c.blast].map(|e| e.mean).iter().sum::<f64>()
        })
        .collect();
    let expected = each[0] * each[1];
    assert!((simulated.availability.mean - expected).abs() < 5e-3, "{simulated:?}");
    assert!(1.0 - simulated.availability.mean < simulated.lost_by_causes.mean - 0.02);
}

#[test]
fn technologies_share_the_failures_of_what_they_share() {
    let accelerators = modules(640.0, 0.5, 4.0, 1.0);
    let links = |rate: f64| {
        let mut class = modules(640.0, rate, 4.0, 0.1);
        class.name = format!("link at {rate}");
        class
    };
    let failures = |rate| {
        let site = site(640.0, vec![accelerators.clone(), links(rate)]);
        let tally = history(&site, Time::hours(100.0), Time::years(1.0), 3, 5).unwrap();
        (tally.causes[0], tally.causes[1].failures)
    };
    let ((one, few), (other, many)) = (failures(0.1), failures(2.0));
    assert_eq!(one, other);
    assert!(many > few);
    // Any order, the same bytes.
    assert_eq!(failures(2.0), failures(2.0));
}

#[test]
fn what_cannot_be_is_refused() {
    let good = site(640.0, vec![modules(640.0, 0.5, 4.0, 1.0)]);
    let year = Time::years(1.0);
    let refused = |change: &dyn Fn(&mut Site)| {
        let mut site = good.clone();
        change(&mut site);
        history(&site, Time::ZERO, year, 1, 1).unwrap_err().to_string()
    };
    for (change, word) in [
        (&(|s: &mut Site| s.technicians = Some(0)) as &dyn Fn(&mut Site), "technicians"),
        (&|s| s.classes[0].failure_rate = FailureRate::fit(-1.0), "failure rate"),
        (&|s| s.classes[0].failure_rate = FailureRate::fit(f64::NAN), "failure rate"),
        (&|s| s.classes[0].stopped_in_repair = count(700.0), "accelerators stopped"),
        (&|s| s.classes[0].redundancy.needed = 2, "needs 2 of 1"),
        (&|s| s.stocks = vec![], "stores"),
        (&|s| s.stocks = vec![Some(Stock { parts: 641, resupply: year })], "spare parts"),
        (&|s| s.stocks = vec![Some(Stock { parts: 1, resupply: Time::ZERO })], "resupply"),
        (&|s| s.domain = count(1000.0), "domain"),
        (&|s| s.job = Some(job(41, 4)), "domains of the job"),
        (&|s| s.job = Some(job(40, 5)), "nodes of the job"),
        (&|s| s.job = Some(Job { interval: Time::ZERO, ..job(40, 4) }), "checkpoints"),
        (&|s| s.spread = Ratio::new(-1.0), "spread"),
    ] {
        let message = refused(change);
        assert!(message.contains(word), "{word}: {message}");
    }
    assert!(history(&good, Time::ZERO, Time::ZERO, 1, 1).is_err());
    assert!(matches!(Series::new(&good).outcome(Ratio::new(1.0)), Err(OperationsError::Num(_))));
}
