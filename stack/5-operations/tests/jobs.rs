//! Jobs, domains, stragglers, service levels and stores: hand-computed numbers, and closed forms against histories.
#![allow(clippy::unwrap_used, reason = "a helper outside #[test] may unwrap too")]

use lightloom_operations::domains::{enough, spare_domains};
use lightloom_operations::goodput::{Interruption, goodput, goodput_at};
use lightloom_operations::service::holding;
use lightloom_operations::simulation::{
    Figure, Job, Paired, Series, Site, SiteWarning, Stock, history,
};
use lightloom_operations::straggler::{Degradation, flaps_borne, slowdown};
use lightloom_operations::{
    ComponentClass, DomainShape, Event, LaneGroups, OutageLaw, Outages, Planes, Redundancy, Repair,
    RepairUnit,
};
use lightloom_units::{Count, FailureRate, Quantity, Ratio, Time};
use proptest::prelude::*;

fn count(n: f64) -> Count {
    Count::from_si(n)
}

fn ratio(x: f64) -> Ratio {
    Ratio::new(x)
}

fn per_year(rate: f64) -> FailureRate {
    FailureRate::from_si(rate / Time::years(1.0).as_s())
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() <= tolerance, "{found} is not {expected}");
}

/// Nodes of four accelerators, out from the fault to the end of a repair of so many hours.
fn nodes(number: f64, failures_per_year: f64, hours: f64) -> ComponentClass {
    ComponentClass {
        name: "node".to_owned(),
        count: count(number),
        failure_rate: per_year(failures_per_year),
        repair: Repair {
            event: Event::Hard(RepairUnit::Tray),
            detect: Time::ZERO,
            wait: Time::hours(hours / 2.0),
            hands_on: Time::hours(hours / 2.0),
            requalify: Time::ZERO,
        },
        stopped_while_faulty: count(4.0),
        stopped_in_repair: count(4.0),
        job_stop_share: ratio(1.0),
        redundancy: Redundancy::NONE,
    }
}

fn site(accelerators: f64, classes: Vec<ComponentClass>) -> Site {
    Site::without_queues(count(accelerators), count(4.0), count(72.0), classes)
}

#[test]
fn lanes_behind_lasers_by_hand() {
    // Four lanes of 0.9 by one laser of 0.8: all four 0.8 * 0.9^4; three of them 0.8 * (0.9^4 + 4 * 0.9^3 * 0.1).
    let link = |needed, lanes_per_laser, spare_lasers| LaneGroups {
        lanes: 4,
        needed,
        lanes_per_laser,
        spare_lasers,
    };
    let up = |link: LaneGroups| link.availability(ratio(0.9), ratio(0.8)).unwrap().value();
    near(up(link(4, 4, 0)), 0.8 * 0.6561, 1e-12);
    near(up(link(3, 4, 0)), 0.8 * (0.6561 + 4.0 * 0.729 * 0.1), 1e-12);
    // One spare laser: 1 - 0.2^2.
    near(up(link(4, 4, 1)), 0.96 * 0.6561, 1e-12);
    // Two lasers of two lanes; two lanes needed: both lit (2 of 4), or one (2 of 2).
    let both = 1.0 - 0.0001 - 4.0 * 0.9 * 0.001;
    near(up(link(2, 2, 0)), 0.64 * both + 2.0 * 0.16 * 0.81, 1e-12);
    // A laser that feeds more than the link is one for all of it.
    near(up(link(4, 16, 0)), 0.8 * 0.6561, 1e-12);
    let mean = link(4, 2, 0).bandwidth(ratio(0.9), ratio(0.8)).unwrap().value();
    near(mean, 0.72, 1e-12);
    assert!(link(5, 2, 0).availability(ratio(0.9), ratio(0.8)).is_err());
    let odd = link(4, 3, 0).availability(ratio(0.9), ratio(0.8)).unwrap_err();
    assert!(odd.to_string().contains("3 for 4 lanes"), "{odd}");
    assert!(link(4, 4, 0).availability(ratio(1.2), ratio(0.8)).is_err());
}

/// Llama 3's inputs at ten minutes: `600 / (M e^(600/M) (e^(610/M) - 1))`, M = 11,124 s; Daly's own interval loses less than any.
#[test]
fn an_interval_of_ones_own() {
    let cost = Interruption { checkpoint: Time::s(10.0), restart: Time::s(600.0) };
    let mtti = Time::hours(3.09);
    let at = |s: f64| goodput_at(cost, mtti, Time::s(s)).unwrap().ettr.value();
    assert!((at(600.0) - 0.906_6).abs() < 1e-4, "{}", at(600.0));
    let best = goodput(cost, mtti).unwrap();
    assert!((at(best.interval.as_s()) - best.ettr.value()).abs() < 1e-12);
    for factor in [0.5, 0.8, 1.25, 2.0] {
        assert!(at(factor * best.interval.as_s()) < best.ettr.value(), "{factor}");
    }
    assert!(goodput_at(cost, mtti, Time::s(0.0)).is_err());
    assert!(goodput_at(cost, Time::s(0.0), Time::s(600.0)).is_err());
}

proptest! {
    #[test]
    fn more_spares_never_harm(
        lanes in 1u64..12, per_laser in 1u64..4, lane in 0.0f64..=1.0, laser in 0.0f64..=1.0, spare in 0u64..4
    ) {
        let lanes = lanes * per_laser;
        let up = |needed, spare_lasers| {
            let link = LaneGroups { lanes, needed, lanes_per_laser: per_laser, spare_lasers };
            link.availability(ratio(lane), ratio(laser)).unwrap().value()
        };
        for needed in 1..=lanes {
            prop_assert!(up(needed, spare + 1) >= up(needed, spare) - 1e-12);
            prop_assert!(needed == 1 || up(needed, spare) <= up(needed - 1, spare) + 1e-12);
        }
        // The mean over all counts of lanes is the sum of the tails.
        let link = LaneGroups { lanes, needed: 1, lanes_per_laser: per_laser, spare_lasers: spare };
        let tails: f64 = (1..=lanes).map(|needed| up(needed, spare)).sum();
        let mean = link.bandwidth(ratio(lane), ratio(laser)).unwrap().value();
        prop_assert!((tails / lanes as f64 - mean).abs() < 1e-9);
    }

    #[test]
    fn planes_bound_each_other(planes in 1u64..9, out in 0.0f64..=1.0, common in 0.0f64..=1.0) {
        let planes_of = Planes { planes, common_share: ratio(common) };
        let at = |needed| planes_of.with_at_least(needed, ratio(out)).unwrap().value();
        let tails: f64 = (1..=planes).map(at).sum();
        let mean = planes_of.bandwidth(ratio(out)).unwrap().value();
        prop_assert!((tails / planes as f64 - mean).abs() < 1e-9);
        prop_assert!((1..planes).all(|k| at(k) >= at(k + 1) - 1e-12));
    }

    /// The k-of-n closed form of racks, and the spare ones that follow from it, against the definition.
    #[test]
    fn spare_domains_are_the_fewest(job in 1u64..400, serving in 0.5f64..0.9999, confidence in 0.5f64..0.999) {
        let found = spare_domains(job, ratio(serving), ratio(confidence)).unwrap();
        let at = |spare| enough(job, job + spare, ratio(serving)).unwrap().value();
        prop_assert!(at(found.spare) >= confidence);
        prop_assert!(found.spare == 0 || at(found.spare - 1) < confidence);
    }

    /// The speed lies between that of the worst link at all times and full speed, and never rises with links.
    #[test]
    fn stragglers_slow_in_order(
        rates in prop::collection::vec((0.0f64..50.0, 0.0f64..100.0, 0.0f64..=1.0), 0..5),
        waits in 0.0f64..=1.0, links in 1.0f64..1e6
    ) {
        let ways: Vec<Degradation> = rates
            .iter()
            .map(|(rate, hours, bandwidth)| Degradation {
                rate: per_year(*rate), duration: Time::hours(*hours), bandwidth: ratio(*bandwidth),
            })
            .collect();
        let few = slowdown(&ways, count(links), ratio(waits)).unwrap();
        let many = slowdown(&ways, count(2.0 * links), ratio(waits)).unwrap();
        prop_assert!(few.speed.value() <= 1.0 + 1e-12 && few.speed.value() >= -1e-12);
        prop_assert!(many.speed.value() <= few.speed.value() + 1e-12);
        prop_assert!(few.by_stops.value() <= 1.0 - few.speed.value() + 1e-9);
    }

    /// Both laws give the same mean: the integral of the tail is the expected downtime.
    #[test]
    fn downtime_has_the_mean_of_its_outages(outages in 0.01f64..20.0, hours in 0.1f64..5.0) {
        let month = Time::hours(720.0);
        let rate = FailureRate::from_si(outages / month.as_s());
        let of = Outages { rate, mean: Time::hours(hours) };
        for law in [OutageLaw::Constant, OutageLaw::Exponential] {
            let steps = 400;
            let width = 1.0 / f64::from(steps);
            let tail: f64 = (0..steps)
                .map(|k| {
                    let down = (f64::from(k) + 0.5) * width;
                    (1.0 - of.kept(ratio(1.0 - down), month, law).unwrap().value()) * width
                })
                .sum();
            let expected = outages * hours / 720.0;
            prop_assert!((tail - expected).abs() < 5e-3 * expected + 2.0 * width * outages.min(1.0), "{tail} {expected}");
        }
    }
}

#[test]
fn signed_for_a_month() {
    let month = Time::hours(720.0);
    let of = |per_month: f64| Outages {
        rate: FailureRate::from_si(per_month / month.as_s()),
        mean: Time::hours(6.0),
    };
    let sign = |outages: Outages, law| outages.signable(month, ratio(0.95), law).unwrap();
    // Once in 20 years of months: 95 % of the months have none.
    let rare = sign(of(0.05), OutageLaw::Exponential);
    near(rare.availability.value(), 1.0, 1e-15);
    near(rare.untouched.value(), libm::exp(-0.05), 1e-12);
    // Once a month: Poisson's 95 % are three outages of six hours.
    let constant = sign(of(1.0), OutageLaw::Constant);
    near(constant.downtime.as_hours(), 18.0, 1e-9);
    // The mean would promise 99.17 %, and break it in a quarter of the months or more.
    near(constant.mean.value(), 1.0 - 6.0 / 720.0, 1e-12);
    let spread = sign(of(1.0), OutageLaw::Exponential);
    assert!(spread.downtime > constant.downtime, "{spread:?}");
    for law in [OutageLaw::Constant, OutageLaw::Exponential] {
        let signed = sign(of(1.0), law);
        let kept = of(1.0).kept(signed.availability, month, law).unwrap().value();
        assert!(kept >= 0.95 - 1e-9 && (law == OutageLaw::Constant || kept < 0.951), "{kept}");
    }
    // Outages of two kinds: rates and downtimes add.
    let both = of(1.0).and(Outages { rate: of(1.0).rate, mean: Time::hours(12.0) });
    near(both.mean.as_hours(), 9.0, 1e-12);
    near(both.rate / of(1.0).rate, 2.0, 1e-12);
    assert!(of(1.0).signable(month, ratio(1.0), OutageLaw::Constant).is_err());
    assert!(of(1.0).signable(Time::ZERO, ratio(0.9), OutageLaw::Constant).is_err());
    assert!(of(-1.0).kept(ratio(0.9), month, OutageLaw::Constant).is_err());
    assert!(of(1e9).kept(ratio(0.9), month, OutageLaw::Constant).is_err());
    assert!(Outages::of_nodes(19, 18, per_year(1.0), month).is_err());
}

/// One rack of 18 nodes, month by month: what is signed at 95 % is kept in about 95 % of the simulated months.
#[test]
fn what_is_signed_is_kept_in_simulated_months() {
    let month = Time::hours(720.0);
    for (needed, rate, hours) in [(18, 0.4, 20.0), (17, 3.0, 30.0), (16, 6.0, 40.0)] {
        let class = nodes(18.0, rate, hours);
        let (node_rate, repair) = (class.failure_rate, class.repair.total());
        let mut site = site(72.0, vec![class]);
        // Two halves of a repair, each 1.4 of its mean wide: together as wide as their mean, like the exponential law.
        site.spread = ratio(1.4);
        let months = 700;
        let (mut kept, mut untouched, mut out) = (0, 0, 0.0);
        let outages = Outages::of_nodes(needed, 18, node_rate, repair).unwrap();
        let signed = outages.signable(month, ratio(0.95), OutageLaw::Exponential).unwrap();
        for number in 0..months {
            let tally = history(&site, Time::hours(500.0), month, 5, number).unwrap();
            let down: f64 = tally.nodes_out.iter().skip(19 - needed as usize).sum();
            out += down / month.as_s() / months as f64;
            kept += u32::from(down <= signed.downtime.as_s() + 1.0);
            untouched += u32::from(down <= 0.0);
        }
        let months = months as f64;
        // Mean: exact but for the chance of the draw. Signed: the law of the durations is only near the exponential.
        near(1.0 - out, signed.mean.value(), 4e-3);
        let kept = f64::from(kept) / months;
        assert!(
            (kept - 0.95).abs() < 0.025,
            "{needed} of 18: {kept} of the months keep {signed:?}"
        );
        // With spare nodes outages come in clusters, so that more months have none.
        let more = f64::from(untouched) / months - signed.untouched.value();
        assert!((-0.05..0.1).contains(&more), "{needed}: {more} {signed:?}");
    }
}

/// Elastic domains: the share of them that serves, and whether a job finds enough, against histories.
#[test]
fn a_job_finds_as_many_domains_as_the_closed_form_says() {
    let class = nodes(18.0 * 30.0, 2.0, 40.0);
    let load = class.failure_rate * class.repair.total();
    let up = ratio(1.0 / (1.0 + load));
    for needed in [18, 17, 16] {
        let serving = DomainShape { needed, nodes: 18 }.serving(up, ratio(1.0)).unwrap();
        let spares = spare_domains(20, serving, ratio(0.95)).unwrap();
        let mut site = site(72.0 * 30.0, vec![class.clone()]);
        // All 30 domains; the job takes what leaves the spare ones that the closed form asks for, where they fit.
        let job = 30_u64.saturating_sub(spares.spare).clamp(1, 29);
        site.job = Some(Job {
            domains: job,
            nodes: needed,
            interval: Time::hours(0.5),
            checkpoint: Time::s(10.0),
            restart: Time::ZERO,
        });
        let mut series = Series::new(&site);
        for number in 0..24 {
            series.add(&history(&site, Time::hours(500.0), Time::years(0.5), 9, number).unwrap());
        }
        let found = series.outcome(ratio(0.95)).unwrap();
        let share = found.domains_with(needed);
        assert!((share - serving.value()).abs() < 2e-3, "{needed}: {share} {serving}");
        // The job waits exactly while fewer domains serve than it needs.
        let waits = 1.0 - enough(job, 30, serving).unwrap().value();
        let waiting = found.job.unwrap().waiting;
        let slack = 3e-3 + 2.0 * waiting.half_width;
        assert!((waiting.mean - waits).abs() < slack, "{needed}: {waiting:?} against {waits}");
    }
}

#[test]
fn stragglers_by_hand() {
    let flap = Degradation { rate: per_year(1.0), duration: Time::s(5.0), bandwidth: ratio(0.0) };
    // A million links, one flap each year of five seconds: 1 - exp(-0.1585) of the time one of them flaps.
    let expected = 1e6 * 5.0 / Time::years(1.0).as_s();
    let slow = slowdown(&[flap], count(1e6), ratio(0.1)).unwrap();
    near(slow.by_stops.value(), 1.0 - libm::exp(-expected), 1e-12);
    near(slow.speed.value(), libm::exp(-expected), 1e-12);
    let borne = flaps_borne(count(1e6), Time::s(5.0), slow.by_stops).unwrap();
    near(borne.as_per_year(), 1.0, 1e-9);
    // A lane and a plane lost; the plane is worse and hides the lane.
    let long = |rate, bandwidth| Degradation {
        rate: per_year(rate),
        duration: Time::hours(8760.0),
        bandwidth: ratio(bandwidth),
    };
    let ways = [long(1.0, 0.75), long(0.5, 0.5)];
    let found = slowdown(&ways, count(1.0), ratio(0.4)).unwrap();
    let (plane, lane) = (1.0 - libm::exp(-0.5), libm::exp(-0.5) * (1.0 - libm::exp(-1.0)));
    let speed = plane / (0.6 + 0.8) + lane / (0.6 + 0.4 / 0.75) + (1.0 - plane - lane);
    near(found.speed.value(), speed, 1e-12);
    near(found.degraded.value(), 1.0 - libm::exp(-1.5), 1e-12);
    assert!(slowdown(&ways, count(-1.0), ratio(0.4)).is_err());
    assert!(slowdown(&ways, count(1.0), ratio(1.4)).is_err());
    assert!(flaps_borne(count(0.0), Time::s(5.0), ratio(0.1)).is_err());
}

/// Backorders, waits and the fill of a shelf against a simulated store.
#[test]
fn a_store_as_palm_says() {
    let mut class = nodes(10_000.0, 0.2, 4.0);
    class.stopped_while_faulty = count(1.0);
    class.stopped_in_repair = count(1.0);
    let resupply = Time::hours(300.0);
    let (rate, wait) = (class.failure_rate, class.repair.wait);
    for parts in [62, 70, 78] {
        let held = holding(count(10_000.0), rate, resupply, parts).unwrap();
        let mut site = site(10_000.0, vec![class.clone()]);
        site.stocks = vec![Some(Stock { parts, resupply })];
        let (mut without, mut failures) = (0.0, 0.0);
        let mut waited = 0.0;
        for number in 0..20 {
            let tally = history(&site, Time::hours(2000.0), Time::years(1.0), 2, number).unwrap();
            let cause = &tally.causes[0];
            without += cause.without_part;
            failures += cause.failures;
            waited += cause.waiting;
        }
        let missing = without / failures;
        assert!((missing - (1.0 - held.fill.value())).abs() < 0.02, "{parts}: {missing} {held:?}");
        // A part and hands are waited for at once, so that the delay is a little less than the part's.
        let delay = waited / failures / 3600.0 - wait.as_hours();
        let part = held.wait.as_hours();
        assert!(delay > 0.6 * part - 0.05 && delay < 1.1 * part + 0.05, "{parts}: {delay} {part}");
    }
    assert!(holding(count(5.0), rate, resupply, 6).unwrap_err().hint().contains("no more parts"));
    assert!(holding(count(5.0), rate, Time::hours(-1.0), 1).is_err());
}

/// The same accelerators, two kinds of links: pairs find the difference where separate runs see noise.
#[test]
fn common_random_numbers_sharpen_a_difference() {
    let links = |rate: f64| {
        let mut class = nodes(720.0, rate, 6.0);
        class.name = format!("link at {rate}");
        class
    };
    let with = |rate| site(720.0, vec![nodes(180.0, 3.0, 30.0), links(rate)]);
    let (good, bad) = (with(0.02), with(0.06));
    let (warm_up, year) = (Time::hours(300.0), Time::years(1.0));
    let mut paired = Paired::new(&good, &bad);
    let mut series = [Series::new(&good), Series::new(&bad)];
    for number in 0..60 {
        let tallies = [&good, &bad].map(|s| history(s, warm_up, year, 4, number).unwrap());
        paired.add(&tallies[0], &tallies[1]);
        for (series, tally) in series.iter_mut().zip(&tallies) {
            series.add(tally);
        }
    }
    let difference = paired.outcome(ratio(0.95)).unwrap();
    let [a, b] = series.map(|s| s.outcome(ratio(0.95)).unwrap());
    near(difference.availability.mean, b.availability.mean - a.availability.mean, 1e-9);
    let apart = libm::hypot(a.availability.half_width, b.availability.half_width);
    assert!(difference.availability.half_width < 0.5 * apart, "{difference:?} {apart}");
    assert!(difference.saving > 4.0 && difference.availability.range()[1] < 0.0);
    // 720 links, 0.04 more failures a year of six hours on four of 720 accelerators.
    let expected = -720.0 * 0.04 * 6.0 * 4.0 / (720.0 * 8760.0);
    let off = (difference.availability.mean - expected).abs();
    assert!(off < 2.3 * difference.availability.half_width, "{difference:?} {expected}");
    assert_eq!(paired.histories(), 60);
}

#[test]
fn precision_and_the_worst_year_in_twenty() {
    let site = site(720.0, vec![nodes(180.0, 1.0, 10.0)]);
    let mut series = Series::new(&site);
    let mut precisions = Vec::new();
    for number in 0..200 {
        series.add(&history(&site, Time::hours(100.0), Time::years(1.0), 8, number).unwrap());
        precisions.push(series.outcome(ratio(0.95)).unwrap().precision());
    }
    assert!(precisions[0].is_infinite());
    // 180 failures a year: each year's loss is off by 1 / sqrt(180), so that 200 years are within 1.96 / sqrt(36,000).
    near(precisions[199], 1.96 / 36_000.0_f64.sqrt(), 0.25);
    // The worst year in twenty: Poisson's 95 % of 180 failures are 202.
    let worst = series.quantile(Figure::Availability, ratio(0.05), ratio(0.95)).unwrap().unwrap();
    let expected = 1.0 - 202.0 * 10.0 / (180.0 * 8760.0);
    near(1.0 - worst.value, 1.0 - expected, 0.04);
    let [Some(low), Some(high)] = worst.range else { panic!("{worst:?}") };
    assert!(low < worst.value && worst.value < high);
    assert!(series.quantile(Figure::Ettr, ratio(0.5), ratio(2.0)).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Random sites: availability, failures and interruptions of a job within the simulated intervals, and goodput.
    #[test]
    fn closed_forms_hold_in_histories_of_random_sites(
        rate in 0.2f64..3.0, hours in 1.0f64..30.0, minutes in 2.0f64..60.0, write in 5.0f64..60.0
    ) {
        let mut site = site(72.0 * 20.0, vec![nodes(360.0, rate, hours)]);
        let job = Job {
            // Enough spare domains that it never waits.
            domains: 4,
            nodes: 18,
            interval: Time::s(60.0 * minutes),
            checkpoint: Time::s(write),
            restart: Time::s(600.0),
        };
        site.job = Some(job);
        let mut series = Series::new(&site);
        for number in 0..24 {
            series.add(&history(&site, Time::hours(300.0), Time::years(1.0), 6, number).unwrap());
        }
        let found = series.outcome(ratio(0.95)).unwrap();
        let closed = lightloom_operations::availability::evaluate(site.accelerators, &site.classes).unwrap();
        let off = (found.availability.mean - closed.availability.value()).abs();
        prop_assert!(off < 2.3 * found.availability.half_width, "{found:?} {closed:?}");
        // Nodes in use are up, and fail at their full rate: 72 of them.
        let ran = found.job.unwrap();
        let mtti = Time::s(1.0 / (per_year(rate).si() * 72.0));
        let stops = ran.interruptions_per_year;
        let expected = 72.0 * rate;
        prop_assert!((stops.mean - expected).abs() < 2.3 * stops.half_width + 2e-3 * expected, "{stops:?} {expected}");
        // Daly's equation at the interval given.
        let m = mtti.as_s();
        let tau = job.interval.as_s();
        let daly = tau / (m * libm::exp(600.0 / m) * libm::expm1((tau + write) / m));
        prop_assert!((ran.ettr.mean - daly).abs() < 2.3 * ran.ettr.half_width + 1e-3, "{:?} {daly}", ran.ettr);
        // No interval does better than the best one.
        let cost = Interruption { checkpoint: job.checkpoint, restart: job.restart };
        prop_assert!(goodput(cost, mtti).unwrap().ettr.value() > daly - 1e-3);
    }
}

#[test]
fn what_hardly_works_is_said() {
    let mut site = site(720.0, vec![nodes(180.0, 3000.0, 40.0)]);
    site.stocks = vec![Some(Stock { parts: 1, resupply: Time::hours(100.0) })];
    site.technicians = Some(2);
    site.job = Some(Job {
        domains: 10,
        nodes: 18,
        interval: Time::hours(1.0),
        checkpoint: Time::s(10.0),
        restart: Time::s(10.0),
    });
    site.check().unwrap();
    let warnings = site.warnings();
    let [life, spares, technicians, spare] = warnings.as_slice() else { panic!("{warnings:?}") };
    assert!(matches!(life, SiteWarning::RepairLongerThanLife { .. }));
    assert!(spares.to_string().contains("1 spare parts, while 6164.4 are on order"), "{spares}");
    assert!(technicians.to_string().starts_with("2 technicians for the work of 1232.9"));
    assert!(spare.to_string().contains("all 10 domains"));
    assert!(warnings.iter().all(|w| !w.hint().is_empty()));
    // A job larger than the cluster is refused, with what to do.
    if let Some(job) = &mut site.job {
        job.domains = 11;
    }
    let error = site.check().unwrap_err();
    assert!(error.to_string().contains("11 of 10"), "{error}");
    assert!(error.hint().contains("make the job smaller"), "{}", error.hint());
    let error = enough(5, 4, ratio(0.9)).unwrap_err();
    assert!(error.to_string().contains("5 of 4"), "{error}");
    let error = spare_domains(100, ratio(0.01), ratio(0.99)).unwrap_err();
    assert!(error.to_string().contains("100 domains"), "{error}");
}
