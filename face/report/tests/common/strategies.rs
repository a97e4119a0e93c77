//! A cluster under a strategy.

use super::parts;
use lightloom_decide::plan::*;

pub(super) fn strategy(i: usize, id: &str, name: &str, tiers: &[TierPlan], scale: f64) -> Strategy {
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
