//! Searches: known fronts, limits, what islands lose, shards of islands; and the time that a study will take.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

use lightloom_explore::study::front::{Front, Goal};
use lightloom_explore::study::nsga2::{Member, Nsga2};
use lightloom_explore::study::{Cell, Left, Row, Study};
use lightloom_scenario::Library;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::shipped().unwrap());

fn study(rest: &str) -> Study<'static> {
    let found =
        lightloom_catalog::SCENARIOS.iter().find(|(f, _)| *f == "dgx-h100-superpod-1024.toml");
    let text =
        format!("lightloom = 1\nname = \"test\"\nscenario = \"dgx-h100-superpod-1024\"\n{rest}");
    Study::open(&LIBRARY, &text, found.unwrap().1).unwrap()
}

/// Problems of Zitzler, Deb and Thiele (2000) over ten genes; fronts lie where all genes but the first are 0 (ZDT4: 0.5).
fn zdt(problem: u32, genes: &[f64]) -> Vec<f64> {
    let rest = &genes[1..];
    let sum: f64 = if problem == 4 {
        let hill = |x: &f64| {
            let x = 10.0 * x - 5.0;
            10.0 + x * x - 10.0 * libm::cos(4.0 * std::f64::consts::PI * x)
        };
        rest.iter().map(hill).sum()
    } else {
        rest.iter().sum()
    };
    let g = 1.0 + sum;
    let share = genes[0] / g;
    vec![genes[0], g * if problem == 2 { 1.0 - share * share } else { 1.0 - share.sqrt() }]
}

/// The area that points dominate up to a corner, of the area that the true front does.
fn hypervolume(front: &[Goal], corner: [f64; 2]) -> f64 {
    let (mut area, mut height) = (0.0, corner[1]);
    for goal in front.iter().filter(|goal| goal.values[0] < corner[0]) {
        area += (corner[0] - goal.values[0]) * (height - goal.values[1]).max(0.0);
        height = height.min(goal.values[1]);
    }
    area
}

/// The front of all points that islands looked at.
fn sought(problem: u32, population: usize, generations: u32, islands: usize, seed: u64) -> Front {
    let mut front = Front::default();
    for island in 0..islands {
        let size = (island + 1) * population / islands - island * population / islands;
        let mut search = Nsga2::new(10, size, seed, island as u64);
        for _ in 0..generations {
            let evaluate = |genes: Vec<f64>| {
                let goals = zdt(problem, &genes);
                front.offer(Goal { point: 0, values: goals.clone() });
                Member { genes, goals, broken: 0.0 }
            };
            let members = search.ask().into_iter().map(evaluate).collect();
            search.tell(members);
        }
    }
    front
}

#[test]
fn a_search_finds_the_front_of_zdt1() {
    let run = |seed| {
        let mut search = Nsga2::new(10, 60, seed, 0);
        for _ in 0..300 {
            let asked = search.ask();
            assert!(asked.iter().flatten().all(|x| (0.0..=1.0).contains(x)));
            let evaluate = |genes: Vec<f64>| Member { goals: zdt(1, &genes), genes, broken: 0.0 };
            search.tell(asked.into_iter().map(evaluate).collect());
        }
        search.population().to_vec()
    };
    let population = run(3);
    assert_eq!(population, run(3), "the same seed is another search");
    let gap = |m: &Member| m.goals[1] - (1.0 - m.goals[0].sqrt());
    let worst = population.iter().map(gap).fold(0.0, f64::max);
    assert!(worst < 0.02, "{worst} beside the front");
    let mut first: Vec<f64> = population.iter().map(|m| m.goals[0]).collect();
    first.sort_by(f64::total_cmp);
    assert!(first[0] < 0.01 && first[first.len() - 1] > 0.99, "{first:?}");
    assert!(first.windows(2).all(|w| w[1] - w[0] < 0.08), "a hole: {first:?}");
}

/// With a limit the front ends at it: `x >= 0.5` on `f = (x, 1 - x)`; what has no goal does not live on.
#[test]
fn a_search_keeps_limits() {
    let mut search = Nsga2::new(1, 20, 1, 0);
    for _ in 0..40 {
        let asked = search.ask();
        let member = |genes: Vec<f64>| Member {
            goals: vec![genes[0], if genes[0] > 0.9 { f64::NAN } else { 1.0 - genes[0] }],
            broken: (0.5 - genes[0]).max(0.0),
            genes,
        };
        search.tell(asked.into_iter().map(member).collect());
    }
    assert!(search.population().iter().all(|m| m.broken <= 0.0 && m.genes[0] <= 0.9));
    assert!(search.population().iter().any(|m| m.goals[0] < 0.52));
}

/// What is lost by breeding apart, in shares of the area under the true front: the book's figures.
#[test]
fn islands_lose_what_the_book_says() {
    // The corner 1.1, 6; the true front leaves `integral of f2` of it: 1/3 on ZDT1 and ZDT4, 2/3 on ZDT2.
    let whole = |problem| 6.6 - if problem == 2 { 2.0 / 3.0 } else { 1.0 / 3.0 };
    let lost = |problem: u32, population: usize, generations: u32, islands: usize| {
        let area = |seed| {
            let front = sought(problem, population, generations, islands, seed);
            hypervolume(front.points(), [1.1, 6.0])
        };
        let mean = (1..=5).map(area).sum::<f64>() / 5.0;
        100.0 * (1.0 - mean / whole(problem))
    };
    println!("population x generations: lost on 1, 2, 4 islands, in %");
    let mut over = Vec::new();
    for (problem, population, generations, limits) in [
        (1, 100, 200, [0.008, 0.012, 0.02]),
        (2, 100, 200, [0.01, 0.013, 0.02]),
        (4, 100, 200, [1.0, 2.0, 10.0]),
        (1, 100, 50, [0.3, 0.6, 1.3]),
        (2, 100, 50, [0.5, 2.0, 4.0]),
        (1, 40, 30, [4.0, 8.0, 13.0]),
    ] {
        let found = [1, 2, 4].map(|islands| lost(problem, population, generations, islands));
        let told = format!("ZDT{problem}, {population} x {generations}: {found:.3?}");
        println!("{told}");
        if found.iter().zip(limits).any(|(found, limit)| *found > limit) {
            over.push(told);
        }
    }
    assert!(over.is_empty(), "more than the book says: {over:#?}");
}

/// 2,976 points: few enough to be all computed, so that the true front is known.
fn small(islands: u32) -> Study<'static> {
    study(&format!(
        r#"
outputs = ["cpo-switch.network_price", "cpo-switch.advantage"]
[[vary]]
key = "premium.cpo-switch"
range = {{ from = "-50 %", to = "100 %", steps = 31 }}
[[vary]]
key = "economics.electricity"
range = {{ from = "0.03 USD/kWh", to = "0.30 USD/kWh", steps = 12 }}
[[vary]]
key = "economics.pue"
range = {{ from = "1.05 x", to = "1.60 x", steps = 8 }}
[[constraint]]
output = "cpo-switch.advantage"
at_least = "-1 MUSD"
[pareto]
maximise = ["cpo-switch.network_price", "cpo-switch.advantage"]
[optimise]
population = 80
generations = 12
islands = {islands}
"#
    ))
}

fn offer(front: &mut Front, study: &Study<'_>, row: &Row) {
    let number = |(place, sign): &(usize, f64)| match &row.cells[*place] {
        Cell::Number(x) => sign * x,
        Cell::Text(_) => f64::NAN,
    };
    let values = study.goals().iter().map(number).collect();
    if study.feasible(row) {
        front.offer(Goal { point: row.point, values });
    }
}

/// Every shard's islands, as they are asked and told.
fn chunks(study: &Study<'_>, of: u64) -> Vec<(u64, Vec<Row>)> {
    let mut all = Vec::new();
    for shard in 1..=of {
        let mut search = study.search(shard, of).unwrap();
        loop {
            let asked = search.ask();
            if asked.is_empty() {
                break;
            }
            let rows = search.rows(&asked.iter().collect::<Vec<_>>());
            let chunks = asked.iter().map(|asked| asked.chunk);
            all.extend(chunks.zip(rows.iter().cloned()));
            search.tell(rows);
        }
    }
    all.sort_by_key(|(chunk, _)| *chunk);
    all
}

#[test]
fn islands_find_nearly_the_front_of_all_points_however_they_are_shared() {
    let exhaustive = small(1);
    let numbers: Vec<u64> = (0..exhaustive.space().len()).collect();
    let mut best = Front::default();
    exhaustive.rows(&numbers).iter().for_each(|row| offer(&mut best, &exhaustive, row));
    let (least, most) = (best.points().first().unwrap(), best.points().last().unwrap());
    let corner = [most.values[0], least.values[1]];
    let area = |front: &Front| {
        let [width, height] = [0, 1].map(|g: usize| [&least.values, &most.values].map(|v| v[g]));
        let scaled = front.points().iter().map(|goal| Goal {
            point: goal.point,
            values: vec![
                (goal.values[0] - width[0]) / (width[1] - width[0]),
                (goal.values[1] - height[1]) / (height[0] - height[1]),
            ],
        });
        hypervolume(&scaled.collect::<Vec<_>>(), [1.1, 1.1])
    };
    assert!(corner.iter().all(|x| x.is_finite()));
    for islands in [1, 4, 5] {
        let study = small(islands);
        let whole = chunks(&study, 1);
        assert_eq!(whole.len() as u64, study.chunks());
        let first = |island: usize| whole[12 * island].1.iter().map(|row| row.point);
        assert!(islands == 1 || first(0).ne(first(1)), "two islands begin alike");
        let bytes = |all: &[(u64, Vec<Row>)]| {
            all.iter().map(|(chunk, rows)| study.seal(*chunk, rows)).collect::<Vec<_>>()
        };
        for of in [2, 3, 7] {
            assert_eq!(bytes(&chunks(&study, of)), bytes(&whole), "{islands} islands, {of} shards");
        }
        let mut front = Front::default();
        whole.iter().flat_map(|(_, rows)| rows).for_each(|row| offer(&mut front, &study, row));
        let seen: BTreeSet<u64> =
            whole.iter().flat_map(|(_, rows)| rows).map(|row| row.point).collect();
        let found = area(&front) / area(&best);
        println!(
            "{islands} islands: {} of {} points, {found} of the area",
            seen.len(),
            numbers.len()
        );
        assert!(found > 0.985 && found <= 1.0 + 1e-12, "{islands} islands find {found}");
    }
}

/// On a clock that goes on by a hundredth of a second with each look, and by four where a cluster is decided from the start.
#[test]
fn the_time_is_in_proportion_to_what_was_measured() {
    let study = study(
        r#"
outputs = ["recommended.network_cost", "baseline.network_cost"]
[[vary]]
key = "scale_up.signal.lane"
values = ["50 Gb/s", "100 Gb/s"]
[[vary]]
key = "cost.margin.engine"
values = ["20 %", "30 %", "40 %"]
[[vary]]
key = "economics.electricity"
range = { from = "0.03 USD/kWh", to = "0.30 USD/kWh", steps = 5 }
[[solve]]
vary = "economics.electricity"
output = "recommended.network_cost"
reaches = "1 USD"
"#,
    );
    let work = study.work();
    assert_eq!((work.points, work.decided, work.judged, work.made), (30, 2, 6, 6));
    let timed = |left: Left, slow: &[u32]| {
        let (looks, now) = (std::cell::Cell::new(0), std::cell::Cell::new(0.0));
        study.estimate(&left, || {
            looks.set(looks.get() + 1);
            now.set(now.get() + if slow.contains(&looks.get()) { 0.04 } else { 0.01 });
            now.get()
        })
    };
    // The first look begins, two are of a cluster, and from the second cluster on one asks whether to go on: the first and the third
    // cluster have keys that were not there before.
    let whole = timed(Left { among: 0..30, points: 30, results: true }, &[3, 8]);
    assert_eq!((whole.clusters, whole.points, whole.at_most), (6, 5, false));
    // Two clusters decided and four judged; 30 points of which 5 took one look, the same again to write them, 45 tries of a root.
    let wanted = 0.08 + 0.04 + 0.06 + 0.06 + 45.0 * 0.002;
    assert!((whole.seconds - wanted).abs() < 1e-9, "{whole:?} is not {wanted}");
    let half = timed(Left { among: 15..30, points: 15, results: false }, &[]);
    assert!((half.seconds - 0.06).abs() < 1e-9, "{half:?}");
}
