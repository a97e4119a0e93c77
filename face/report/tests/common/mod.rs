//! Plans made by hand for tests: shaped like real ones, their numbers invented.

mod catalog;
mod confidence;
mod evidence;
mod models;
mod money;
mod operations;
#[path = "packages.rs"]
mod packages;
mod readiness;
mod sections;
mod strategies;

use catalog::{CATALOG, Tech};
use evidence::{evidence, gain, source};
use lightloom_decide::crossover::*;
use lightloom_decide::plan::*;
use lightloom_decide::questions::questions;
use strategies::strategy;

const LANES: [f64; 3] = [100.0, 200.0, 400.0];

fn parts(names: &[&str], values: &[f64]) -> Vec<Part> {
    names.iter().zip(values).map(|(n, v)| Part { name: (*n).to_owned(), value: *v }).collect()
}

fn option(t: &Tech, lane: f64, links: f64, lengths: [f64; 2], year: f64) -> OptionRow {
    let i = usize::from(lane > 150.0) + usize::from(lane > 300.0);
    let [mean, longest] = lengths;
    let reach = t.reach[i];
    let margin = if reach > 0.0 { (6.0 * (1.0 - longest / reach)).max(-19.3) } else { -6.2 };
    let closes = reach >= longest;
    let ready = t.year <= year;
    let because = if !closes {
        Some(format!("margin {margin:.1} dB at {longest} m").replace('-', "−"))
    } else if !ready {
        Some(format!("ready in {}, {} years late", t.year, t.year - year))
    } else {
        None
    };
    let lane_pj: f64 = t.energy.iter().sum();
    let latency = [t.latency[0], t.latency[1], t.latency[2], 4.9 * mean];
    let cost = links * (t.usd + lane_pj * 55.0);
    OptionRow {
        technology: t.id.to_owned(),
        name: t.name.to_owned(),
        family: t.family.to_owned(),
        pair: false,
        near: (t.id == "cpo-switch").then(|| "retimed-pluggable".to_owned()),
        usable: because.is_none(),
        rejected_because: because,
        passed_over: None,
        over_limit: false,
        score: None,
        margin_db: margin,
        limiter: if t.family == "copper" { "loss" } else { "receiver noise" }.to_owned(),
        loss_db: 24.0,
        reach_m: reach,
        share_within_reach: (reach / longest).min(1.0),
        module_dsp: t.energy[1] > 0.0,
        awg: (t.family == "copper").then_some(28),
        lane_pj_per_bit: lane_pj,
        optics_pj_per_bit: lane_pj - t.energy[0],
        energy_split: parts(
            &[
                "host SerDes",
                "DSP / retimer",
                "driver",
                "ring tuning",
                "amplifier",
                "laser",
                "conversion",
            ],
            &t.energy,
        ),
        latency_ns: latency.iter().sum(),
        latency_split: parts(&["SerDes", "DSP / retimer", "FEC", "flight"], &latency),
        optics_w: [0.4 * (lane_pj - t.energy[0]), 0.8 * (lane_pj - t.energy[0])],
        panel_tbps_per_ru: (t.family == "pluggable").then_some(51.2),
        edge_gbps_per_mm: if t.family == "co-packaged" { 1_024.0 } else { 410.0 },
        edge_limit: "bump pitch & escape".to_owned(),
        repair_unit: if t.family == "co-packaged" { "switch box" } else { "module" }.to_owned(),
        ports_per_unit: if t.family == "co-packaged" { 144.0 } else { 1.0 },
        failure_fit: 210.0,
        link_usd: t.usd,
        fibres: if t.family == "copper" { 0.0 } else { 16.0 },
        lasers: if t.family == "copper" { 0.0 } else { 4.0 },
        cost_usd: cost,
        cost_split: parts(
            &["price", "energy", "facility", "repair", "downtime"],
            &[0.5 * cost, 0.2 * cost, 0.1 * cost, 0.1 * cost, 0.1 * cost],
        ),
        ready_year: t.year,
        vendors: 4.0,
    }
}

fn class(name: &str, links: u64, lane: f64, lanes: f64, lengths: [f64; 4], year: f64) -> ClassPlan {
    let [min, mean, p95, max] = lengths;
    let mut options: Vec<OptionRow> =
        CATALOG.iter().map(|t| option(t, lane, links as f64, [mean, max], year)).collect();
    options.sort_by(|a, b| b.usable.cmp(&a.usable).then(a.cost_usd.total_cmp(&b.cost_usd)));
    let taken = options.iter().find(|o| o.usable).map(|o| o.technology.clone());
    // What is taken, and the first that is not.
    let shown = options.iter().take(1).chain(options.iter().find(|o| !o.usable));
    let worst_sections =
        shown.map(|o| sections::section(o, lane, max, 12.3 + 0.01 * max)).collect();
    let bins: Vec<u64> = (0..20)
        .map(|i| {
            let x = (f64::from(i) + 0.5) / 20.0;
            (links as f64 * x * (1.0 - x) * (1.0 + libm::sin(9.0 * x) * 0.4) / 3.4) as u64
        })
        .collect();
    ClassPlan {
        name: name.to_owned(),
        layers: if name.ends_with("spine") { [1, 2] } else { [0, 1] },
        links,
        rate_gbps: lane * lanes,
        lane_gbps: lane,
        modulation: "PAM4".to_owned(),
        length: LengthRow { min_m: min, mean_m: mean, p50_m: mean * 0.96, p95_m: p95, max_m: max, bins_start_m: min, bin_m: (max - min) / 20.0, bins },
        why: taken.as_ref().map_or("Nothing closes at the longest length.".to_owned(), |t| {
            format!("{t} closes at {max} m with margin to spare and costs least over five years; the next best costs 12 % more.")
        }),
        recommended: taken,
        options,
        worst_sections,
    }
}

fn tiers(scale: u64, year: f64) -> Vec<TierPlan> {
    let far = if scale > 100 { 12.0 } else { 1.0 };
    let switch = |name: &str, count: u64, radix: u64, rate: f64| SwitchRow {
        name: name.to_owned(),
        count,
        radix,
        use_of_ports: 1.0,
        port_gbps: rate,
        rack: "accelerators".to_owned(),
    };
    vec![
        TierPlan {
            tier: "scale-up".to_owned(),
            title: "Scale-up: 72 accelerators, 7.2 Tb/s each".to_owned(),
            switches: vec![switch("scale-up switch", 1_152 * scale, 72, 400.0)],
            classes: vec![class(
                "scale-up accelerator-switch",
                82_944 * scale,
                200.0,
                2.0,
                [0.32, 0.94, 1.31, 1.42],
                year,
            )],
        },
        TierPlan {
            tier: "scale-out".to_owned(),
            title: "Scale-out: 800 Gb/s for each accelerator, two layers".to_owned(),
            switches: vec![
                switch("scale-out leaf", 64 * scale, 144, 800.0),
                switch("scale-out spine", 32 * scale, 144, 800.0),
            ],
            classes: vec![
                class(
                    "scale-out NIC-leaf",
                    4_608 * scale,
                    200.0,
                    4.0,
                    [2.6, 9.4, 14.2, 17.1],
                    year,
                ),
                class(
                    "scale-out leaf-spine",
                    4_608 * scale,
                    200.0,
                    4.0,
                    [8.2 * far, 27.0 * far, 38.4 * far, 41.3 * far],
                    year,
                ),
            ],
        },
        TierPlan {
            tier: "front-end".to_owned(),
            title: "Front end: 100 Gb/s for each accelerator".to_owned(),
            switches: vec![
                switch("front-end leaf", 18 * scale, 64, 400.0),
                switch("front-end spine", 9 * scale, 64, 400.0),
            ],
            classes: vec![
                class("front-end NIC-leaf", 1_152 * scale, 100.0, 4.0, [1.4, 2.1, 2.8, 2.9], year),
                class(
                    "front-end leaf-spine",
                    1_152 * scale,
                    100.0,
                    4.0,
                    [6.8 * far, 24.1 * far, 35.0 * far, 39.6 * far],
                    year,
                ),
            ],
        },
    ]
}

fn reach(tiers: &[TierPlan]) -> ReachChart {
    let modulation = ["PAM4", "PAM4", "PAM6"];
    ReachChart {
        curves: CATALOG
            .iter()
            .map(|t| ReachCurve {
                technology: t.id.to_owned(),
                name: t.name.to_owned(),
                family: t.family.to_owned(),
                points: (0..3)
                    .map(|i| ReachAt {
                        lane_gbps: LANES[i],
                        modulation: modulation[i].to_owned(),
                        reach_m: t.reach[i],
                    })
                    .collect(),
            })
            .collect(),
        links: tiers
            .iter()
            .flat_map(|t| &t.classes)
            .map(|c| ReachPoint {
                class: c.name.clone(),
                lane_gbps: c.lane_gbps,
                max_m: c.length.max_m,
                family: c
                    .options
                    .iter()
                    .find(|o| Some(&o.technology) == c.recommended.as_ref())
                    .map(|o| o.family.clone()),
            })
            .collect(),
        crossover: (0..3)
            .map(|i| CrossoverRow {
                lane_gbps: LANES[i],
                passive_m: CATALOG[3].reach[i],
                passive: CATALOG[3].name.to_owned(),
                active_m: CATALOG[1].reach[i],
                active: CATALOG[1].name.to_owned(),
            })
            .collect(),
    }
}

fn floor(rows: usize, slots: usize, halls: usize, detail: &str) -> Floor {
    let hall = [slots as f64 * 0.6 + 6.0, rows as f64 * 3.6 + 4.0];
    let across = (halls as f64).sqrt().ceil() as usize;
    let mut rectangles = Vec::new();
    let mut outlines = Vec::new();
    for h in 0..halls {
        let (x0, y0) =
            ((h % across) as f64 * (hall[0] + 12.0), (h / across) as f64 * (hall[1] + 12.0));
        outlines.push([x0, y0, hall[0], hall[1]]);
        for row in 0..rows {
            for slot in 0..slots {
                let middle = slots / 2;
                let kind = match slot {
                    s if s == middle => "scale-out leaf",
                    s if s == middle + 1 && row % 4 == 0 => "scale-out spine",
                    s if s == middle + 1 && row % 4 == 1 => "front end",
                    s if s == middle + 1 && row % 4 == 2 => "storage",
                    _ => "accelerators",
                };
                rectangles.push(FloorRack {
                    kind: kind.to_owned(),
                    label: format!("hall {}, row {}, slot {}", h + 1, row + 1, slot + 1),
                    at_m: [x0 + 3.0 + 0.6 * slot as f64, y0 + 3.0 + 3.6 * row as f64, 0.6, 1.2],
                });
            }
        }
    }
    let down = halls.div_ceil(across);
    Floor {
        width_m: across as f64 * (hall[0] + 12.0) - 12.0,
        depth_m: down as f64 * (hall[1] + 12.0) - 12.0,
        halls: halls as u64,
        racks: (rows * slots * halls) as u64,
        detail: detail.to_owned(),
        hall_outlines_m: outlines,
        rectangles,
        loads: vec![RackRow {
            kind: "accelerators".to_owned(),
            racks: 64,
            power_kw: 131.0,
            supply_kw: 140.0,
            cooled_kw: 140.0,
            trays_u: Some(27.0),
            height_u: 40.0,
            mass_kg: 1_380.0,
            cables_out: 90.0,
            cables_within: 1_296.0,
            bundle_cm2: 210.0,
            rear_closed_percent: 23.0,
            bend_mm: 55.0,
            plenum_mm: 150.0,
        }],
        media: vec![
            FloorMedium {
                class: "scale-up accelerator-switch".to_owned(),
                tier: "scale-up".to_owned(),
                family: Some("copper".to_owned()),
                technology: "Copper backplane".to_owned(),
                links: 82_944,
                in_racks: Some("accelerators".to_owned()),
                runs_m: Vec::new(),
            },
            FloorMedium {
                class: "scale-out nic-leaf".to_owned(),
                tier: "scale-out".to_owned(),
                family: Some("co-packaged".to_owned()),
                technology: "CPO <b>".to_owned(),
                links: 4_608,
                in_racks: None,
                runs_m: vec![
                    [0.3, 0.6, 4.5, 0.6, 640.0],
                    [4.5, 0.6, 8.1, 0.6, 64.0],
                    [4.5, 0.6, 4.5, 9.0, 1_280.0],
                    [0.0, f64::NAN, 1.0, 1.0, 10.0],
                ],
            },
        ],
        fullest_tray: Some(TrayRow {
            along_row: true,
            cables: 2_304.0,
            bundle_cm2: 410.0,
            trays: 1.4,
        }),
    }
}

/// A cluster of `scale` times 4,608 accelerators.
pub(crate) fn plan(scale: u64) -> Plan {
    let tiers = tiers(scale, 2028.0);
    let names = [
        ("baseline", "Copper and retimed pluggables"),
        ("lpo", "Linear pluggables"),
        ("npo", "Near-package optics"),
        ("cpo-switch", "CPO at the switch"),
        ("cpo-accelerator", "CPO at the accelerator"),
        ("recommended", "Recommended mix"),
    ];
    let strategies = names
        .iter()
        .enumerate()
        .map(|(i, (id, name))| strategy(i, id, name, &tiers, scale as f64))
        .collect();
    let mut plan = Plan {
        schema: SCHEMA,
        version: "0.1.0",
        scenario: ScenarioSummary {
            name: "invented-nvl72 <script>alert('name')</script>".to_owned(),
            about: "A plan made by hand to test the report: shaped like a real cluster, its numbers are invented. \"Quotes\" & ampersands included.".to_owned(),
            sources: vec![source(0), source(1), source(2)],
            accelerators: 4_608 * scale,
            accelerator: "gb300 <i>".to_owned(),
            domain: 72,
            racks: 106 * scale,
            year: 2028,
            years: 5.0,
        },
        decision: Decision {
            headline: "Keep copper inside the rack and put co-packaged optics at both ends beyond it: 28 % less network power and $19 M less over five years.".to_owned(),
            fabric: None,
            preference: PreferenceRow {
                by: "cost".to_owned(),
                summary: Vec::new(),
                weights: Vec::new(),
                limits: Vec::new(),
            },
            reasons: vec![
                "Scale-up stays copper: at 200 Gb/s a lane the backplane closes at 1.42 m with 1.9 dB to spare, at 7.9 pJ/bit and no conversion.".to_owned(),
                "Scale-out becomes CPO at both ends: 9.4 pJ/bit against 28.5 pJ/bit of a retimed pluggable, and 106 ns less one way.".to_owned(),
                "The front end keeps DAC to the leaf (2.9 m of 3.1 m reach) & takes CPO above it.".to_owned(),
            ],
            gains: vec![
                gain("network power", "3.60 MW", "2.59 MW", -28.0, [-36.0, -19.0], true),
                gain("cluster power", "10.5 MW", "9.49 MW", -9.6, [-12.4, -6.5], true),
                gain("network cost, five years", "$48 M", "$33.2 M", -30.9, [-44.0, -11.0], true),
                gain("cost, five years", "$330 M", "$322 M", -2.3, [-5.1, 1.2], true),
                gain("training step", "5.23 s", "5.12 s", -2.1, [-2.6, -1.4], true),
                gain("hands-on work", "980 h/a", "1,120 h/a", 14.3, [4.0, 31.0], true),
                gain("job interruption, mean time between", "31 h", "39.6 h", 27.7, [12.0, 140.0], false),
            ],
        },
        reach: reach(&tiers),
        crossover: Some(crossover()),
        serving: None,
        world_size: Some(models::world_size()),
        operations: Some(operations::study()),
        money: Some(money::money()),
        readiness: Some(readiness::sheet()),
        floor: if scale > 100 { floor(20, 24, 16, "runs") } else { floor(8, 14, 1, "racks") },
        bandwidth: BandwidthRow { scale_up_gbps: 7_200.0, scale_out_gbps: 800.0, front_end_gbps: 100.0 },
        confidence: Some(confidence::confidence()),
        belief: Some(confidence::belief()),
        conflicts: confidence::conflicts(),
        alternatives: confidence::alternatives(),
        evidence: evidence(if scale > 100 { 320 } else { 60 }),
        checks: vec![
            CheckRow { what: "Power of a 1.6T retimed module".to_owned(), computed: "17.9 W".to_owned(), published: "25 to 30 W".to_owned(), error_percent: -28.4, kind: "claimed".to_owned(), source: source(0) },
            CheckRow { what: "Latency of a retimed module pair".to_owned(), computed: "310 ns".to_owned(), published: "180 ns".to_owned(), error_percent: 72.2, kind: "measured".to_owned(), source: source(1) },
            CheckRow { what: "DAC reach at 200 Gb/s a lane".to_owned(), computed: "1.6 m".to_owned(), published: "1.5 to 2 m".to_owned(), error_percent: 0.0, kind: "spec".to_owned(), source: source(0) },
        ],
        findings: vec![
            "The price of co-packaged engines is claimed by two vendors only; within its range the leaf-spine links would take near-package optics.".to_owned(),
            "The longest front-end link stands 0.2 m from the end of the DAC's reach: a row rearranged would lose it.".to_owned(),
        ],
        strategies,
        tiers,
        path_curve: Some(packages::curve()),
        packages: packages::sheets(),
        questions: Vec::new(),
    };
    plan.questions = questions(&plan);
    plan
}

/// Lanes at which copper gives way early, late and from the start.
fn crossover() -> Crossover {
    let reading =
        |technology: &str, value: f64| Some(Reading { technology: technology.to_owned(), value });
    let point = |length_m: Option<f64>, copper: f64, light: f64| Point {
        length_m,
        copper: reading("dac", copper),
        light: reading("cpo-switch", light),
    };
    let pair = |copper: &str, light: &str, reach: f64, power: Point, cost: Point| CrossoverPair {
        copper: copper.to_owned(),
        light: light.to_owned(),
        by_feasibility_m: reach,
        light_closes: true,
        by_power: power,
        by_cost: cost,
    };
    let lane = |lane_gbps: f64, pairs: Vec<CrossoverPair>| CrossoverLane {
        lane_gbps,
        modulation: "pam4".to_owned(),
        copper: Vec::new(),
        pairs,
    };
    Crossover {
        schema: "lightloom.crossover/1",
        scenario: "invented".to_owned(),
        class: "scale-out nic-leaf".to_owned(),
        rate_gbps: 800.0,
        years: 5.0,
        lanes: vec![
            lane(
                100.0,
                vec![
                    pair(
                        "passive",
                        "retimed",
                        2.6,
                        point(None, 9.9, 13.6),
                        point(None, 429.0, 1_167.0),
                    ),
                    pair(
                        "passive",
                        "co-packaged",
                        2.6,
                        point(Some(0.8), 9.0, 6.7),
                        point(Some(2.1), 450.0, 440.0),
                    ),
                ],
            ),
            lane(
                200.0,
                vec![pair(
                    "active",
                    "die-to-die",
                    3.3,
                    point(Some(0.0), 8.5, 4.6),
                    point(None, 792.0, 2_498.0),
                )],
            ),
            lane(400.0, Vec::new()),
        ],
    }
}
