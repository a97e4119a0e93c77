//! Two strategies in operation by hand.

use lightloom_decide::plan::{
    BlastRow, EngineRow, JobSizeRow, MovedRow, OperationsStudy, StageRow, StragglingRow,
    StrategyOperations, WaterfallRow,
};

fn stages(waiting_h: f64, repair_h: f64, blast_h: f64) -> StageRow {
    StageRow { passing_h: 3.0, detection_h: 1.0, waiting_h, repair_h, blast_h }
}

fn size(accelerators: u64, ettr: f64) -> JobSizeRow {
    JobSizeRow {
        accelerators,
        mtti_h: 40_000.0 / accelerators as f64,
        interval_s: 900.0,
        ettr,
        checkpoints: 0.011,
        rework: 0.011,
        restarts: 0.015,
    }
}

fn strategy(id: &str, name: &str, lost: f64, ettr: f64) -> StrategyOperations {
    StrategyOperations {
        id: id.to_owned(),
        name: name.to_owned(),
        availability: 0.998,
        lost_h: lost + 6_000.0,
        network_lost_h: lost,
        network_lost_range_h: [0.4 * lost, 3.0 * lost],
        difference_h: lost - 32_000.0,
        difference_range_h: [-2_000.0, 40_000.0],
        moved_by: vec![MovedRow {
            fact: "repair.box.hands_on".to_owned(),
            range: ["1 h".to_owned(), "8 h".to_owned()],
            difference_h: [-1_000.0, 30_000.0],
            flips: true,
        }],
        waterfall: vec![
            WaterfallRow { group: "compute".to_owned(), stages: stages(3_000.0, 2_000.0, 0.0) },
            WaterfallRow {
                group: "scale-out links".to_owned(),
                stages: stages(0.2 * lost, 0.1 * lost, 0.6 * lost),
            },
            WaterfallRow {
                group: "switches".to_owned(),
                stages: stages(0.08 * lost, 0.02 * lost, 0.0),
            },
        ],
        network_failures: 320.0,
        network_swaps: 96.0,
        network_labour_h: 480.0,
        straggling: StragglingRow {
            links_that_flap: 9_216.0,
            flaps_per_link: 0.79,
            flaps_per_link_borne: (id != "cpo-accelerator").then_some(6.9),
            degraded: 0.0012,
            stopped: 0.0012,
            slower: 0.0012,
        },
        sizes: vec![size(72, 0.9967), size(576, 0.989), size(4_608, ettr)],
    }
}

fn blast(technology: &str, name: &str, part: &str, lost_h: f64) -> BlastRow {
    BlastRow {
        technology: technology.to_owned(),
        technology_name: name.to_owned(),
        class: "scale-out nic-leaf".to_owned(),
        part: part.to_owned(),
        repair: "box".to_owned(),
        links: 4_608,
        fit_per_link: 212.0,
        failures: 8.56,
        faulty_h: 24.0,
        repair_h: 3.0,
        ports_faulty: 4.0,
        ports_in_repair: 144.0,
        accelerators_faulty: 4.0,
        accelerators_in_repair: 144.0,
        lost_h,
    }
}

/// The study; its names are a user's.
pub(crate) fn study() -> OperationsStudy {
    OperationsStudy {
        accelerators: 4_608,
        job_accelerators: 4_176,
        strategies: vec![
            strategy("baseline", "Copper & retimed pluggables <i>", 32_000.0, 0.9589),
            strategy("cpo-switch", "CPO at the switch <i>", 43_000.0, 0.9613),
            strategy("recommended", "Recommended mix", 32_000.0, 0.9589),
        ],
        blast: vec![
            blast("retimed-pluggable", "Retimed pluggable", "laser", 68.0),
            blast("cpo-switch", "CPO <b>", "driver, amplifier & photodiode", 4_519.0),
            blast("cpo-switch", "CPO <b>", "flap", 0.039),
        ],
        engines: vec![EngineRow {
            strategy: "cpo-switch".to_owned(),
            fit_per_400g_port: 157.0,
            measured_fit_per_400g_port: [174.0, 385.0, 790.0],
            engine_lost_h: 11_000.0,
            flips_at_factor: Some(0.03),
            flips_at_fit_per_400g_port: Some(5.0),
            verdict: "it loses more".to_owned(),
        }],
        findings: vec!["The network costs 32,000 accelerator-hours a year & more <i>.".to_owned()],
    }
}
