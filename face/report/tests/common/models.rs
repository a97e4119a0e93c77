//! Domains of two sizes by hand: eight in copper and in light, 144 in light and mixed.

use lightloom_decide::plan::{
    BuiltDomain, ClassTechnology, DomainRow, MediumCurve, ServedPoint, WorldSizeStudy,
};

fn served(rate: f64, joule_per_token: f64) -> ServedPoint {
    ServedPoint {
        cut: "TP 4, DP 16, EP 64, batch 32".to_owned(),
        tokens_per_s_per_user: 80.0,
        tokens_per_s_per_accelerator: rate,
        joule_per_token,
        usd_per_million_tokens: 700.0 / rate,
    }
}

fn built(technology: &str, rate: f64, joule_per_token: f64) -> BuiltDomain {
    BuiltDomain {
        shape: "one tier".to_owned(),
        racks: 1.0,
        technologies: vec![ClassTechnology {
            class: "scale-up accelerator-L1".to_owned(),
            technology: technology.to_owned(),
            longest_m: 1.4,
        }],
        latency_ns: 377.0,
        scale_up_w_per_accelerator: 91.7,
        scale_up_usd_per_accelerator: 1_895.0,
        network_failures_per_accelerator_year: 0.04,
        lost_to_network: 0.001,
        usd_per_accelerator_hour: 2.9,
        quickest: served(120.0, 4.0),
        widest: served(1.2 * rate, 0.8 * joule_per_token),
        at_speeds: vec![Some(served(rate, joule_per_token)), None],
        gains: vec![None, None],
        frontier: vec![(300.0, 120.0), (20.0, rate)],
        training_tokens_per_s_per_accelerator: Some(1_234.0),
    }
}

fn row(domain: u64, made: Result<BuiltDomain, &str>) -> DomainRow {
    let refused = made.as_ref().err().map(|why| (*why).to_owned());
    DomainRow { domain, refused, built: made.ok() }
}

fn curve(medium: &str, rows: Vec<DomainRow>) -> MediumCurve {
    MediumCurve { medium: medium.to_owned(), rows }
}

/// The study; its names are a user's.
pub(crate) fn world_size() -> WorldSizeStudy {
    let far = "no copper for links of 5.1 m <b>";
    WorldSizeStudy {
        schema: "lightloom.world-size/1",
        scenario: "invented".to_owned(),
        model: "DeepSeek-V3 <i>".to_owned(),
        accelerator: "gb300 <i>".to_owned(),
        prompt: 4_096,
        output: 1_024,
        precision: "fp4".to_owned(),
        gbps_per_accelerator: 7_200.0,
        speeds: vec![20.0, 400.0],
        least_gain: 0.05,
        media: vec![
            curve(
                "copper",
                vec![row(8, Ok(built("copper-backplane", 4_987.0, 0.36))), row(144, Err(far))],
            ),
            curve(
                "mixed",
                vec![row(8, Err("nothing to mix")), row(144, Ok(built("dac", 5_483.0, 0.42)))],
            ),
            curve(
                "light",
                vec![
                    row(8, Ok(built("cpo <b>", 4_986.0, 0.4))),
                    row(144, Ok(built("cpo <b>", 5_482.0, 0.46))),
                ],
            ),
        ],
        diminishing: vec![Some(144), None],
        findings: vec!["Copper alone joins domains of up to 8 & no more.".to_owned()],
    }
}
