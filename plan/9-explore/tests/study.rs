//! Studies: numbering, ranges, fronts, searches, tables, and points against decisions from the start.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

use lightloom_explore::study::file::Scale;
use lightloom_explore::study::front::{Front, Goal, dominates};
use lightloom_explore::study::reader::steps;
use lightloom_explore::study::space::Point;
use lightloom_explore::study::table::escaped;
use lightloom_explore::study::{Cell, Collector, Row, Study, StudyError};
use lightloom_scenario::Library;
use lightloom_scenario::with_keys;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use proptest::prelude::*;
use std::sync::LazyLock;

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::shipped().unwrap());

fn scenario() -> &'static str {
    let found =
        lightloom_catalog::SCENARIOS.iter().find(|(f, _)| *f == "dgx-h100-superpod-1024.toml");
    found.unwrap().1
}

fn study(rest: &str) -> Result<Study<'static>, StudyError> {
    let text =
        format!("lightloom = 1\nname = \"test\"\nscenario = \"dgx-h100-superpod-1024\"\n{rest}");
    Study::open(&LIBRARY, &text, scenario())
}

fn numbers(rows: &[Row], output: usize) -> Vec<f64> {
    let number = |row: &Row| match &row.cells[output] {
        Cell::Number(x) => *x,
        Cell::Text(text) => panic!("`{text}` is no number"),
    };
    rows.iter().map(number).collect()
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{a} is not {b}");
}

#[test]
fn points_are_numbered_samples_first_and_the_last_axis_fastest() {
    let study = study(
        r#"
outputs = ["baseline.network_cost"]
samples = 5
[[vary]]
key = "economics.pue"
values = ["1.1 x", "1.2 x", "1.3 x"]
[[vary]]
key = "finance.discount"
sampled = "own"
[[vary]]
key = "economics.electricity"
range = { from = "0.1 USD/kWh", to = "0.4 USD/kWh", steps = 4 }
"#,
    )
    .unwrap();
    let space = study.space();
    assert_eq!(space.len(), 60);
    assert_eq!(space.point(0), Point { sample: 0, index: vec![0, 0, 0] });
    assert_eq!(space.point(1), Point { sample: 0, index: vec![0, 0, 1] });
    assert_eq!(space.point(4), Point { sample: 0, index: vec![1, 0, 0] });
    assert_eq!(space.point(12), Point { sample: 1, index: vec![0, 0, 0] });
    assert_eq!(space.point(59), Point { sample: 4, index: vec![2, 0, 3] });
    assert!((0..60).all(|n| space.number(&space.point(n)) == n));
    // Shards are whole, in order, and do not overlap, however many.
    for of in 1..9 {
        let shards: Vec<_> = (1..=of).map(|i| study.shard(i, of)).collect();
        assert_eq!(shards[0].start, 0);
        assert_eq!(shards.last().unwrap().end, study.chunks());
        assert!(shards.windows(2).all(|w| w[0].end == w[1].start));
    }
    // The same point is the same whoever computes it with whom.
    let all: Vec<u64> = (0..60).collect();
    let rows = study.rows(&all);
    assert!(rows.iter().all(|row| row.refused.is_none()));
    assert_eq!(study.rows(&[37, 3]), vec![rows[37].clone(), rows[3].clone()]);
}

/// Keys, facts and money at once: each point is what deciding that scenario from the start says.
#[test]
fn a_point_is_the_scenario_with_those_values() {
    let study = study(
        r#"
outputs = ["recommended.network_power", "recommended.network_cost", "decision.scale-out", "cpo-switch.goodput"]
[[vary]]
key = "cluster.accelerators"
values = [512, 1024]
[[vary]]
key = "cost.margin.engine"
values = ["20 %", "50 %"]
[[vary]]
key = "economics.electricity"
values = ["0.05 USD/kWh", "0.50 USD/kWh"]
"#,
    )
    .unwrap();
    let rows = study.rows(&[0, 1, 2, 3, 4, 5, 6, 7]);
    for (i, row) in rows.iter().enumerate() {
        let text = |t: &str| toml::Value::String(t.to_owned());
        let keys = [
            ("cluster.accelerators", toml::Value::Integer(if i < 4 { 512 } else { 1024 })),
            ("economics.engine_margin", text(if i % 4 < 2 { "20 %" } else { "50 %" })),
            (
                "economics.electricity",
                text(if i % 2 == 0 { "0.05 USD/kWh" } else { "0.50 USD/kWh" }),
            ),
        ];
        let (own, text) = with_keys(scenario(), &keys).unwrap();
        let case = lightloom_decide::Case { library: &LIBRARY, scenario: &own, text: &text };
        let facts = lightloom_scenario::run::view(&own, &LIBRARY.catalog);
        let decided = lightloom_decide::decide_links(&case, &facts).unwrap();
        let outcome = &decided.recommended().outcome;
        let [power, cost] = [0, 1].map(|o| numbers(std::slice::from_ref(row), o)[0]);
        near(power, outcome.power.network.as_w() / 1e3);
        near(cost, outcome.network_tco.nominal.as_usd());
        let goodput = decided.strategies[3].outcome.goodput.ettr.value() * 100.0;
        near(numbers(std::slice::from_ref(row), 3)[0], goodput);
        assert!(matches!(&row.cells[2], Cell::Text(text) if !text.is_empty()));
    }
}

/// Keys that belong together move together, and Parquet says what the points say.
#[test]
fn keys_move_along_and_parquet_holds_the_same_numbers() {
    let study = study(
        r#"
outputs = ["recommended.network_power", "decision.scale-up", "fabric.switches"]
[[vary]]
key = "scale_up.domain"
values = [8, 16]
together = { "scale_up.switches" = [4, 6] }
[[vary]]
key = "economics.discount"
values = ["5 %", "100 %"]
"#,
    )
    .unwrap();
    let rows = study.rows(&[0, 1, 2, 3]);
    // 128 domains of 4 chips, then 64 of 6.
    let switches = numbers(&[rows[0].clone(), rows[2].clone()], 2);
    near(switches[0] - switches[1], 512.0 - 384.0);
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("points.parquet");
    let file = std::fs::File::create(&path).unwrap();
    let mut collector = Collector::begin(&study, Vec::new(), file).unwrap();
    collector.take(&rows).unwrap();
    let (csv, _, _, summary) = collector.end(Vec::new()).unwrap();
    assert_eq!((summary.points, summary.feasible, summary.refused), (4, 2, 2));
    let csv = String::from_utf8(csv).unwrap();
    assert_eq!(csv.lines().count(), 5, "{csv}");
    assert!(
        csv.starts_with(
            "point,scale_up.domain,economics.discount [%],recommended.network_power [kW],"
        ),
        "{csv}"
    );
    let reader = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
    let read: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(read.len(), 4);
    near(read[0].get_double(3).unwrap(), numbers(&rows, 0)[0]);
    near(read[2].get_double(1).unwrap(), 16.0);
    assert!(read[0].get_bool(6).unwrap() && !read[1].get_bool(6).unwrap());
    assert!(read[1].get_double(3).is_err(), "a refused point has a number");
    assert_eq!(read[1].get_string(7).unwrap(), rows[1].refused.as_ref().unwrap());
}

#[test]
fn a_point_that_cannot_be_is_refused_and_the_others_stand() {
    let study = study(
        r#"
outputs = ["recommended.network_cost"]
[[vary]]
key = "scale_up.domain"
values = [8, 7]
[[vary]]
key = "economics.discount"
values = ["5 %", "100 %"]
"#,
    )
    .unwrap();
    let rows = study.rows(&[0, 1, 2, 3]);
    assert_eq!(rows[0].refused, None);
    assert!(rows[1].refused.as_ref().unwrap().contains("100"), "{:?}", rows[1].refused);
    assert!(rows[2].refused.is_some() && rows[3].refused.is_some());
    assert!(numbers(&rows[1..], 0).iter().all(|x| x.is_nan()));
    assert!(study.feasible(&rows[0]) && !study.feasible(&rows[2]));
}

/// A root is where the difference is nothing, and the grid around it changes sign.
#[test]
fn a_crossover_is_a_root() {
    let text = r#"
outputs = ["cpo-switch.network_price", "baseline.network_price"]
[[vary]]
key = "premium.cpo-switch"
range = { from = "-80 %", to = "300 %", steps = 20 }
[[solve]]
vary = "premium.cpo-switch"
equal = ["cpo-switch.network_price", "baseline.network_price"]
[[solve]]
vary = "premium.cpo-switch"
output = "baseline.network_price"
reaches = "1 USD"
"#;
    let found = study(text).unwrap().solve();
    assert_eq!(found.len(), 2);
    // Retimed pluggables at a premium of nothing are as dear as themselves, wherever CPO serves the same links.
    near(found[0].at.unwrap() + 1.0, 1.0);
    assert_eq!((found[0].rising, found[0].jump), (Some(true), Some(false)));
    assert_eq!((found[1].at, &found[1].refused), (None, &None));
}

#[test]
fn errors_stand_where_they_are_and_say_what_is_allowed() {
    let vary = |rest: &str| format!("outputs = [\"baseline.network_cost\"]\n[[vary]]\n{rest}\n");
    let search = |rest: &str| {
        let goal = "[pareto]\nminimise = [\"baseline.network_cost\"]\n[optimise]";
        vary(&format!("key = \"economics.pue\"\nvalues = [\"1.1 x\", \"1.2 x\"]\n{goal}\n{rest}"))
    };
    let cases = [
        ("outputs = [\"recomended.network_power\"]\n[[vary]]\nkey = \"economics.pue\"\nvalues = [\"1.1 x\"]".to_owned(), "recomended", "did you mean `recommended.network_power`"),
        (vary("key = \"scale_up.domian\"\nvalues = [8]"), "scale_up.domian", "did you mean `scale_up.domain`"),
        (vary("key = \"scale_up.domain\"\nvalues = [\"8 m\"]"), "\"8 m\"", ""),
        (vary("key = \"scale_up.signal.lane\"\nvalues = [\"100 Gb/s\", 50]"), "50]", "quantity"),
        (vary("key = \"economics.pue\"\nrange = { from = \"1.1 x\", to = \"1.5 x\", steps = 1 }"), "1 }", "2 to"),
        (vary("key = \"economics.pue\"\nrange = { from = \"0 x\", to = \"1.5 x\", steps = 3, scale = \"log\" }"), "{ from", "linear"),
        (vary("key = \"economics.pue\"\nsampled = \"own\""), "\"own\"", "uniform"),
        (vary("key = \"finance.discount\"\nsampled = \"own\""), "", "samples = "),
        (vary("key = \"economics.pue\""), "", "values = [..]"),
        (vary("key = \"economics.pue\"\nvalues = [\"1.1 x\", \"1.1 x\"]"), "\"1.1 x\"]", "keep one"),
        (vary("key = \"economics.pue\"\nvalues = [\"1.1 x\"]\n[[constraint]]\noutput = \"baseline.network_power\"\nat_most = \"3 m\""), "\"3 m\"", "power"),
        (vary("key = \"economics.pue\"\nvalues = [\"1.1 x\"]\n[[constraint]]\noutput = \"decision.winner\"\nat_most = \"3 m\""), "", "is = "),
        (vary("key = \"economics.pue\"\nvalues = [\"1.1 x\"]\n[pareto]\nminimise = [\"decision.winner\"]"), "\"decision.winner\"]", "unit"),
        (vary("key = \"economics.pue\"\nvalues = [\"1.1 x\"]\n[optimise]\npopulation = 8\ngenerations = 2"), "", "[pareto]"),
        (search("population = 8\ngenerations = 0"), "0", "1 and more"),
        (search("population = 100000\ngenerations = 4294967295"), "4294967295", "at most 1000000000"),
        (search("population = 4\ngenerations = 2000000"), "2000000", "each is a file"),
        (format!("chunk = 1\n{}", vary("key = \"economics.pue\"\nrange = { from = \"1 x\", to = \"2 x\", steps = 1000000 }\n[[vary]]\nkey = \"economics.electricity\"\nvalues = [\"0.1 USD/kWh\", \"0.2 USD/kWh\"]")), "1\nout", "each is a file"),
        (vary("key = \"laser.internal.wall_plug\"\nvalues = [\"20 %\", \"-5 %\"]"), "[\"20", "its own range is"),
        (vary("key = \"economics.electricity\"\nvalues = [\"0.1 USD/kWh\", \"-1 USD/kWh\"]"), "\"-1 USD", "USD/kWh"),
        (search("population = 3\ngenerations = 2"), "3", "4 to 100000"),
        (search("population = 40\ngenerations = 2\nislands = 0"), "0", "four members"),
        (search("population = 40\ngenerations = 2\nislands = 11"), "11", "four members"),
        (format!("chunk = 0\n{}", vary("key = \"economics.pue\"\nvalues = [\"1.1 x\"]")), "0\nout", "leave it out"),
        (vary("key = \"economics.pue\"\nrange = { from = \"-1.5e308 x\", to = \"1.5e308 x\", steps = 3 }"), "{ from", "closer"),
        (vary("key = \"laser.internal.max_power\"\nvalues = [\"1e308 MW\"]"), "\"1e308 MW\"", "unit"),
        (vary("key = \"cluster.accelerators\"\nvalues = [512, 1024]\n[[solve]]\nvary = \"cluster.accelerators\"\noutput = \"baseline.network_power\"\nreaches = \"1 MW\""), "\"cluster.accelerators\"\noutput", "range"),
        (vary("key = \"scale_up.domain\"\nvalues = [8, 16]\ntogether = { \"scale_up.switches\" = [4] }"), "", "as long as"),
        (vary("key = \"economics.pue\"\nvalues = [\"1.1 x\"]\nsteps = 3"), "steps", "values"),
    ];
    for (text, place, hint) in cases {
        let text =
            format!("lightloom = 1\nname = \"x\"\nscenario = \"dgx-h100-superpod-1024\"\n{text}\n");
        let Err(StudyError::Study(problem)) = Study::open(&LIBRARY, &text, scenario()) else {
            panic!("accepted, or blamed on the scenario: {text}");
        };
        let span = problem.span.clone().unwrap_or_default();
        println!("{problem} at {:?} `{}`: {:?}", problem.path, &text[span.clone()], problem.hint);
        let told = problem.hint.clone().unwrap_or_default();
        assert!(told.contains(hint), "{problem}: `{told}` does not say `{hint}`");
        if !place.is_empty() {
            let wanted = text.rfind(place).unwrap();
            assert!(
                span.start <= wanted
                    && wanted < span.end.max(wanted + 1)
                    && span.start + 60 > wanted,
                "{problem}: {span:?} is not at {wanted}"
            );
        }
    }
}

proptest! {
    #[test]
    fn ranges_hold_both_ends_and_step_evenly(from in 0.01..1e3_f64, width in 0.01..1e3_f64, n in 2_u32..200) {
        let to = from + width;
        let linear = steps([from, to], n, Scale::Linear, false);
        let log = steps([from, to], n, Scale::Log, false);
        for all in [&linear, &log] {
            prop_assert_eq!(all.len(), n as usize);
            prop_assert_eq!([all[0].to_bits(), all[all.len() - 1].to_bits()], [from.to_bits(), to.to_bits()]);
            prop_assert!(all.windows(2).all(|w| w[0] < w[1]));
        }
        let step = width / f64::from(n - 1);
        prop_assert!(linear.windows(2).all(|w| ((w[1] - w[0]) / step - 1.0).abs() < 1e-6));
        let ratio = libm::pow(to / from, 1.0 / f64::from(n - 1));
        prop_assert!(log.windows(2).all(|w| (w[1] / w[0] / ratio - 1.0).abs() < 1e-9));
    }

    /// The streaming front is the one that comparing all with all gives; few values make many ties, and zero has two signs.
    #[test]
    fn fronts_are_those_of_brute_force(goals in 1_usize..5, raw in prop::collection::vec(prop::collection::vec(0_u8..6, 4), 1..60)) {
        let all: Vec<Goal> = raw
            .iter()
            .enumerate()
            .map(|(i, v)| Goal { point: i as u64, values: v[..goals].iter().map(|x| [0.0, -0.0, 1.0, 2.0, 3.0, 4.0][usize::from(*x)]).collect() })
            .collect();
        let mut front = Front::default();
        all.iter().for_each(|g| { front.offer(g.clone()); });
        let mut found: Vec<u64> = front.points().iter().map(|g| g.point).collect();
        found.sort_unstable();
        let stays = |g: &&Goal| {
            !all.iter().any(|o| dominates(&o.values, &g.values) || o.point < g.point && o.values == g.values)
        };
        let wanted: Vec<u64> = all.iter().filter(stays).map(|g| g.point).collect();
        prop_assert_eq!(found, wanted);
    }

    /// What is escaped is one field again for who reads RFC 4180.
    #[test]
    fn fields_survive_csv(text in "[a-c,\"\r\n ]{0,12}") {
        let line = escaped(&text);
        let back = match line.strip_prefix('"') {
            Some(inner) => inner.strip_suffix('"').unwrap().replace("\"\"", "\""),
            None => {
                prop_assert!(!line.contains([',', '"', '\r', '\n']));
                line.clone()
            }
        };
        prop_assert_eq!(back, text);
    }
}
