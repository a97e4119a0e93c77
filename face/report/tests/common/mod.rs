//! Plans made by hand for tests: shaped like real ones, their numbers invented.

use lightloom_decide::plan::*;

/// A technology of the invented catalog.
struct Tech {
    id: &'static str,
    name: &'static str,
    family: &'static str,
    /// Reach at 100, 200 and 400 Gb/s a lane.
    reach: [f64; 3],
    /// Energy by component: SerDes, retimer, driver, tuning, amplifier, laser, conversion.
    energy: [f64; 7],
    /// Latency by component, flight left out: SerDes, retimer, FEC.
    latency: [f64; 3],
    usd: f64,
    year: f64,
}

const fn tech(
    id: &'static str,
    name: &'static str,
    family: &'static str,
    reach: [f64; 3],
    energy: [f64; 7],
    latency: [f64; 3],
    [usd, year]: [f64; 2],
) -> Tech {
    Tech { id, name, family, reach, energy, latency, usd, year }
}

const CATALOG: [Tech; 14] = [
    tech(
        "dac",
        "Passive copper cable (DAC)",
        "copper",
        [3.1, 1.6, 0.0],
        [8.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [40.0, 0.0, 88.0],
        [160.0, 2022.0],
    ),
    tech(
        "aec",
        "Active electrical cable (AEC)",
        "copper",
        [7.0, 4.8, 1.4],
        [7.2, 7.4, 0.0, 0.0, 0.0, 0.0, 0.9],
        [40.0, 60.0, 96.0],
        [420.0, 2023.0],
    ),
    tech(
        "copper-backplane",
        "Copper backplane",
        "copper",
        [3.4, 2.1, 0.7],
        [7.9, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [38.0, 0.0, 88.0],
        [90.0, 2024.0],
    ),
    tech(
        "co-packaged-copper",
        "Co-packaged copper (CPC)",
        "copper",
        [4.6, 2.9, 1.2],
        [7.4, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [36.0, 0.0, 88.0],
        [120.0, 2027.0],
    ),
    tech(
        "retimed-pluggable",
        "Retimed pluggable",
        "pluggable",
        [500.0, 500.0, 500.0],
        [6.4, 13.1, 2.4, 0.0, 1.1, 2.9, 2.6],
        [40.0, 110.0, 96.0],
        [1_150.0, 2024.0],
    ),
    tech(
        "half-retimed-pluggable",
        "Half-retimed pluggable (LRO)",
        "pluggable",
        [500.0, 500.0, 100.0],
        [6.4, 7.0, 2.4, 0.0, 1.1, 2.9, 1.8],
        [40.0, 62.0, 96.0],
        [980.0, 2026.0],
    ),
    tech(
        "linear-pluggable",
        "Linear pluggable (LPO)",
        "pluggable",
        [500.0, 120.0, 0.0],
        [7.6, 0.0, 3.2, 0.0, 1.9, 3.0, 1.3],
        [42.0, 0.0, 96.0],
        [760.0, 2025.0],
    ),
    tech(
        "on-board-optics",
        "On-board optics (OBO)",
        "near-package",
        [500.0, 500.0, 500.0],
        [5.6, 10.0, 2.4, 0.0, 1.1, 2.9, 2.1],
        [38.0, 96.0, 96.0],
        [1_080.0, 2025.0],
    ),
    tech(
        "near-package-optics",
        "Near-package optics (NPO)",
        "near-package",
        [500.0, 500.0, 300.0],
        [5.1, 0.0, 2.9, 0.0, 1.5, 2.9, 1.1],
        [34.0, 0.0, 96.0],
        [690.0, 2027.0],
    ),
    tech(
        "cpo-switch",
        "CPO tier 1 at the switch",
        "co-packaged",
        [500.0, 500.0, 500.0],
        [4.5, 6.0, 1.7, 0.5, 1.0, 2.2, 1.5],
        [32.0, 55.0, 96.0],
        [830.0, 2026.0],
    ),
    tech(
        "cpo-switch-linear",
        "CPO tier 1 at the switch, LPO at the NIC",
        "co-packaged",
        [500.0, 260.0, 0.0],
        [4.9, 0.0, 1.9, 0.5, 1.3, 2.4, 0.9],
        [32.0, 0.0, 96.0],
        [720.0, 2027.0],
    ),
    tech(
        "cpo-accelerator",
        "CPO tier 1 at both ends",
        "co-packaged",
        [500.0, 500.0, 500.0],
        [3.1, 0.0, 1.2, 0.9, 0.9, 1.9, 0.4],
        [28.0, 0.0, 96.0],
        [640.0, 2028.0],
    ),
    tech(
        "cpo-interposer",
        "CPO tier 2 (interposer)",
        "co-packaged",
        [2_000.0, 2_000.0, 2_000.0],
        [0.9, 0.0, 0.5, 0.9, 0.6, 1.4, 0.3],
        [9.0, 0.0, 0.0],
        [520.0, 2029.0],
    ),
    tech(
        "cpo-stacked",
        "CPO tier 3 (3D stacked)",
        "co-packaged",
        [2_000.0, 2_000.0, 2_000.0],
        [0.4, 0.0, 0.4, 0.7, 0.5, 1.2, 0.2],
        [5.0, 0.0, 0.0],
        [560.0, 2031.0],
    ),
];

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
        near: (t.id == "cpo-switch").then(|| "retimed-pluggable".to_owned()),
        usable: because.is_none(),
        rejected_because: because,
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
    let bins: Vec<u64> = (0..20)
        .map(|i| {
            let x = (f64::from(i) + 0.5) / 20.0;
            (links as f64 * x * (1.0 - x) * (1.0 + libm::sin(9.0 * x) * 0.4) / 3.4) as u64
        })
        .collect();
    ClassPlan {
        name: name.to_owned(),
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
    }
}

fn tiers(scale: u64, year: f64) -> Vec<TierPlan> {
    let far = if scale > 100 { 12.0 } else { 1.0 };
    let switch = |name: &str, count: u64, radix: u64, rate: f64| SwitchRow {
        name: name.to_owned(),
        count,
        radix,
        port_gbps: rate,
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

fn strategy(i: usize, id: &str, name: &str, tiers: &[TierPlan], scale: f64) -> Strategy {
    let k = [1.0, 0.82, 0.71, 0.66, 0.52, 0.47][i];
    let mw = 1e6 * scale;
    let network = (1.7 + 1.9 * k) * mw;
    let choices = tiers
        .iter()
        .flat_map(|t| &t.classes)
        .map(|c| {
            let wanted = [
                "retimed-pluggable",
                "linear-pluggable",
                "near-package-optics",
                "cpo-switch",
                "cpo-accelerator",
            ]
            .get(i);
            let copper = c.length.max_m < 2.0;
            let chosen = c.options.iter().find(|o| match wanted {
                Some(w) if !copper => o.technology == **w,
                _ => Some(&o.technology) == c.recommended.as_ref(),
            });
            let o = chosen.unwrap_or(&c.options[0]);
            ChoiceRow {
                class: c.name.clone(),
                technology: o.technology.clone(),
                name: o.name.clone(),
                family: o.family.clone(),
            }
        })
        .collect();
    let capex = (248.0 - 9.0 * (1.0 - k)) * 1e6 * scale;
    let energy = (61.0 - 5.3 * (1.0 - k)) * 1e6 * scale;
    let total = capex + energy + 21e6 * scale;
    Strategy {
        id: id.to_owned(),
        name: name.to_owned(),
        choices,
        notes: if i == 1 {
            vec!["LPO does not close at 400 Gb/s a lane; a retimed pluggable stands in.".to_owned()]
        } else {
            Vec::new()
        },
        power: PowerRow {
            lane_pj_per_bit: 19.0 * k,
            optics_w: 0.94 * k * mw,
            switch_boxes_w: (0.8 + 0.55 * k) * mw,
            network_w: network,
            cluster_w: 6.9 * mw + network,
            network_by_tier: parts(
                &["scale-up", "scale-out", "front-end"],
                &[0.55 * network, 0.36 * network, 0.09 * network],
            ),
        },
        accelerators_fed: 1.9 * mw * (1.0 - k) / 1_560.0,
        path_ns: parts(
            &["scale-up", "scale-out", "front-end"],
            &[720.0 - 90.0 * (1.0 - k), 2_310.0 - 480.0 * (1.0 - k), 2_480.0],
        ),
        training: (i != 2).then(|| TrainingRow {
            model: "DeepSeek-V3".to_owned(),
            parallelism: "TP 4, PP 8, DP 144, EP 64".to_owned(),
            step_s: 5.02 + 0.21 * k,
            split: parts(
                &["compute", "tensor", "expert", "pipeline", "bubble", "data", "optimizer"],
                &[3.62, 0.34 * k, 0.41 * k, 0.04, 0.61, 0.33, 0.02],
            ),
            tokens_per_s: 1.21e7 / (1.0 + 0.04 * k),
            mfu: 0.412 - 0.011 * k,
            joule_per_token: 0.76 + 0.02 * k,
        }),
        decoding: Some(DecodingRow {
            model: "DeepSeek-V3".to_owned(),
            quickest: ServingRow {
                spread: "TP 8, EP 72, batch 4".to_owned(),
                tokens_per_s_per_user: 231.0 - 14.0 * k,
                tokens_per_s_per_accelerator: 12.8,
                split_ms: parts(
                    &["compute", "memory", "tensor", "expert"],
                    &[0.21, 2.64, 0.71 * k, 0.62 * k],
                ),
                joule_per_token: 41.0,
            },
            widest: Some(ServingRow {
                spread: "TP 1, EP 72, batch 4096".to_owned(),
                tokens_per_s_per_user: 52.0,
                tokens_per_s_per_accelerator: 2_960.0 - 80.0 * k,
                split_ms: parts(&["compute", "memory"], &[9.0, 10.0]),
                joule_per_token: 0.52 + 0.02 * k,
            }),
            floor_tokens_per_s_per_user: 50.0,
        }),
        operations: OperationsRow {
            availability: 0.9871 + 0.0012 * (1.0 - k),
            lost_to_network: 0.0024 * k,
            job_mtti_h: 31.0 / (0.6 + 0.4 * k) / scale,
            goodput: 0.962 + 0.007 * (1.0 - k),
            network_failures_per_year: 1_310.0 * k * scale,
            hands_on_h_per_year: 980.0 * k * scale,
            lost_by_cause: parts(
                &["links", "switches", "accelerators"],
                &[0.001, 0.0014 * k, 0.01],
            ),
        },
        cost: CostRow {
            network_capex_usd: (29.0 - 9.0 * (1.0 - k)) * 1e6 * scale,
            capex_usd: capex,
            energy_usd: energy,
            repair_usd: 5e6 * scale,
            downtime_usd: 16e6 * scale,
            total_usd: total,
            network_total_usd: (29.0 - 9.0 * (1.0 - k) + 19.0 * k) * 1e6 * scale,
            usd_per_accelerator_hour: total / (4_608.0 * scale * 43_800.0),
            usd_per_million_tokens: Some(0.161 + 0.006 * k),
        },
        bill: vec![
            BillRow {
                item: "Scale-out leaf <switch>".to_owned(),
                count: 64,
                unit_usd: 61_000.0,
                total_usd: 61_000.0 * 64.0,
            },
            BillRow {
                item: "Retimed pluggable 800 Gb/s".to_owned(),
                count: 9_216,
                unit_usd: 575.0,
                total_usd: 575.0 * 9_216.0,
            },
        ],
        cables: CableRow {
            length_km: 274.0 * scale,
            mass_t: 21.3 * scale,
            fibres: 184_000.0 * scale,
            lasers: 46_000.0 * k * scale,
            bundle_cm2_per_rack: 61.0,
        },
    }
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
    }
}

fn source(i: usize) -> SourceRow {
    match i % 3 {
        0 => SourceRow {
            title: "Invented paper, OFC 2024 W4H.3".to_owned(),
            url: "https://doi.org/10.0000/OFC.2024.W4H.3 (mirror)".to_owned(),
        },
        1 => SourceRow { title: "Lightloom, own assumption".to_owned(), url: String::new() },
        _ => SourceRow {
            title: "Data sheet <b>bold</b>".to_owned(),
            url: "javascript:alert(1)".to_owned(),
        },
    }
}

fn evidence(n: usize) -> Vec<EvidenceRow> {
    let about = [
        "price of a retimed 1.6T pluggable to the buyer",
        "energy of a 200 Gb/s module DSP, one end, 3 nm",
        "price premium of a co-packaged switch over one with cages, per port and direction",
        "loss of a 28 AWG twinax pair at 53.1 GHz, per metre",
        "value of an accelerator-hour",
        "wall-plug efficiency of an external laser source",
    ];
    (0..n)
        .map(|i| {
            let swing = 11.0 / (1.0 + i as f64 * 0.7);
            let still = i > n * 2 / 3;
            EvidenceRow {
                id: format!("part.{i}.quantity"),
                about: about[i % about.len()].to_owned(),
                value: "14.2 pJ/bit".to_owned(),
                range: if i % 5 == 4 {
                    ["14.2 pJ/bit".to_owned(), "14.2 pJ/bit".to_owned()]
                } else {
                    ["9 pJ/bit".to_owned(), "21 pJ/bit".to_owned()]
                },
                kind: ["claimed", "measured", "assumed", "spec", "model"][i % 5].to_owned(),
                source: source(i),
                saving_percent: if still {
                    [31.4, 31.4]
                } else if i % 2 == 0 {
                    [31.4 - swing, 31.4 + 0.7 * swing]
                } else {
                    [31.4 + swing * 0.8, 31.4 - swing * 0.5]
                },
                flips: i == 1 || i == 3,
                weak: i % 5 == 0 && i < 11 || i == 2,
            }
        })
        .collect()
}

fn gain(what: &str, from: &str, to: &str, change: f64, range: [f64; 2], less: bool) -> Gain {
    Gain {
        what: what.to_owned(),
        baseline: from.to_owned(),
        recommended: to.to_owned(),
        change_percent: change,
        change_range_percent: range,
        less_is_better: less,
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
    Plan {
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
        floor: if scale > 100 { floor(20, 24, 16, "runs") } else { floor(8, 14, 1, "racks") },
        bandwidth: BandwidthRow { scale_up_gbps: 7_200.0, scale_out_gbps: 800.0, front_end_gbps: 100.0 },
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
    }
}
