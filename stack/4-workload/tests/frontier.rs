//! Pools, frontiers and sizes of domains: closed forms, bounds and properties.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::indexing_slicing)]

mod common;

use common::{catalog, dgx_h100, machine, nvl72, preset, tier};
use lightloom_evidence::Facts;
use lightloom_units::Ratio;
use lightloom_workload::{
    DecodeJob, DecodePlan, FrontierSearch, NetworkTier, Pools, Precision, Serving, ServingSoftware,
    WorkloadError, Worth, decode, disaggregate, frontier, prefill, world_size,
};

fn job(facts: &Facts<'_>, prompt: u64, output: u64) -> DecodeJob {
    DecodeJob {
        prompt,
        output,
        precision: Precision::Fp8,
        cache: Precision::Fp8,
        prefill_here: false,
        software: ServingSoftware::from_facts(facts).unwrap(),
    }
}

/// A rack of so many, and 100 GB/s outside.
fn domain(facts: &Facts<'_>, size: u64) -> Vec<NetworkTier> {
    vec![tier(facts, "nvlink5", size, 900.0, 0.4), tier(facts, "nic", 16384, 100.0, 2.0)]
}

#[test]
fn pools_are_matched() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let (model, h100, tiers) = (preset("deepseek-v3"), machine(&facts, "h100"), dgx_h100(&facts));
    let job = job(&facts, 2000, 1000);
    let pools = Pools {
        prefill: DecodePlan::wide(1, 32, 1),
        tokens: 16_384,
        decode: DecodePlan::wide(1, 72, 64),
        transfer_tier: 1,
        largest: 1024,
    };
    let both = disaggregate(&model, &h100, &tiers, &job, &pools).unwrap();
    let pass = prefill(&model, &h100, &tiers, &job, &pools.prefill, pools.tokens).unwrap();
    let step = decode(&model, &h100, &tiers, &job, &pools.decode).unwrap();
    println!(
        "{} + {} accelerators, matched {}, {:.1} answers/s, {:.0} tok/s/accelerator; cache {} in {}, link {}; first token from {}, second from {}",
        both.prefill_accelerators,
        both.decode_accelerators,
        both.matched,
        both.answers_per_second,
        both.tokens_per_second_per_accelerator,
        both.cache,
        both.transfer,
        both.link_load,
        both.first_token,
        both.second_token
    );
    // Rates of both pools, from their own figures.
    let prompts =
        both.prefill_accelerators as f64 * pass.tokens_per_second_per_accelerator / 2000.0;
    let answers = both.decode_accelerators as f64 * step.tokens_per_second_per_accelerator / 1000.0;
    assert!((both.answers_per_second / prompts.min(answers) - 1.0).abs() < 1e-9);
    // Whole instances waste no more than one of the smaller kind would add.
    assert!(both.answers_per_second / prompts.max(answers) > 0.8);
    assert!(both.prefill_accelerators + both.decode_accelerators <= pools.largest);
    // 61 layers of 576 bytes (FP8) for each of 2000 tokens.
    assert!((both.cache.as_bytes() - 61.0 * 576.0 * 2000.0).abs() < 1.0);
    assert!(both.first_token == pass.first_token && both.second_token > step.time);
    // The pair is the best: exactly matched pools bound it.
    let exact = 1.0
        / (1.0 / step.tokens_per_second_per_accelerator
            + 2000.0 / (pass.tokens_per_second_per_accelerator * 1000.0));
    assert!(both.tokens_per_second_per_accelerator <= exact * (1.0 + 1e-9));
    assert!(both.tokens_per_second_per_accelerator > exact * 0.85);

    let small = Pools { largest: 100, ..pools };
    let e = disaggregate(&model, &h100, &tiers, &job, &small).unwrap_err();
    assert_eq!(e.hint(), "allow at least 104 accelerators");
    let none = Pools { transfer_tier: 2, ..pools };
    let e = disaggregate(&model, &h100, &tiers, &job, &none).unwrap_err();
    assert!(matches!(e, WorkloadError::Parallelism { what: "transfer_tier", .. }), "{e}");
}

#[test]
fn a_slow_wire_limits_the_pools() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let (model, h100) = (preset("llama-3.1-70b"), machine(&facts, "h100"));
    let job = job(&facts, 8192, 64);
    let pools = Pools {
        prefill: DecodePlan::tensor(4, 1),
        tokens: 8192,
        decode: DecodePlan::tensor(4, 16),
        transfer_tier: 1,
        largest: 256,
    };
    let run = |gbytes| {
        let mut tiers = dgx_h100(&facts);
        tiers[1].bandwidth = lightloom_units::BitRate::gbytes_per_s(gbytes);
        disaggregate(&model, &h100, &tiers, &job, &pools).unwrap()
    };
    let (quick, slow) = (run(50.0), run(0.05));
    assert!(slow.tokens_per_second_per_accelerator < quick.tokens_per_second_per_accelerator);
    assert!(slow.link_load <= Ratio::new(1.0 + 1e-9) && quick.link_load < slow.link_load);
}

#[test]
fn the_front_is_a_front() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let (gb300, tiers) = (machine(&facts, "gb300"), nvl72(&facts, 100.0));
    let job = job(&facts, 4096, 1024);
    let search = FrontierSearch { largest: 256, transfer_tier: 1, disaggregated: true };
    for name in ["deepseek-v3", "gpt-oss-120b", "llama-3.1-70b"] {
        let model = preset(name);
        let found = frontier(&model, &gb300, &tiers, &job, &search).unwrap();
        let (quick, cheap) = (found.quickest().unwrap(), found.cheapest().unwrap());
        println!("{name}: {} tried, {} on the front", found.tried, found.front.len());
        for (which, p) in [
            ("latency-bound", quick),
            ("50 tok/s", found.at(50.0).unwrap()),
            ("throughput-bound", cheap),
        ] {
            println!(
                "  {which:16} {:6.0} tok/s/user {:7.0} tok/s/accelerator  {:?} {:?}",
                p.tokens_per_second_per_user,
                p.tokens_per_second_per_accelerator,
                p.serving,
                p.plan
            );
        }
        for pair in found.front.windows(2) {
            assert!(pair[0].tokens_per_second_per_user > pair[1].tokens_per_second_per_user);
            assert!(
                pair[0].tokens_per_second_per_accelerator
                    < pair[1].tokens_per_second_per_accelerator
            );
        }
        // Any point of the front is what the single functions say.
        for p in found.front.iter().filter(|p| p.serving == Serving::Aggregated) {
            let step = p.step(&model, &gb300, &tiers, &job).unwrap();
            assert!((step.time / p.time - 1.0).abs() < 1e-9);
        }
        assert!(found.at(1e9).is_none());
        assert_eq!(found, frontier(&model, &gb300, &tiers, &job, &search).unwrap());
    }
}

#[test]
fn larger_domains_until_they_no_longer_pay() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let gb300 = machine(&facts, "gb300");
    let job = job(&facts, 4096, 1024);
    let sizes = [8, 16, 36, 72, 144, 576, 1152];
    let networks: Vec<_> = sizes.iter().map(|s| domain(&facts, *s)).collect();
    let search = FrontierSearch { largest: 1152, transfer_tier: 1, disaggregated: true };
    let worth = Worth { tokens_per_second_per_user: 50.0, least_gain: Ratio::new(0.05) };
    for name in ["deepseek-v3", "kimi-k2", "llama-3.1-70b"] {
        let model = preset(name);
        let found = world_size(&model, &gb300, &networks, &job, &search, &worth).unwrap();
        for row in &found.rows {
            let at = row.at_speed.unwrap();
            println!(
                "{name} {:4}: quickest {:4.0} tok/s/user, {:6.0} tok/s/accelerator at 50, gain per doubling {}",
                row.domain,
                row.frontier.quickest().unwrap().tokens_per_second_per_user,
                at.tokens_per_second_per_accelerator,
                row.gain.map_or_else(|| "-".to_owned(), |g| format!("{:+.1} %", 100.0 * g.value()))
            );
        }
        println!("{name}: no doubling beyond {:?} gains 5 %", found.diminishing);
        let point = found.diminishing.unwrap();
        assert!(sizes.contains(&point));
        // A stricter rule never asks for a larger domain.
        let strict = Worth { least_gain: Ratio::new(0.5), ..worth };
        let less = world_size(&model, &gb300, &networks, &job, &search, &strict).unwrap();
        assert!(less.diminishing.unwrap() <= point);
    }
    // A dense model of this size needs no more than a box.
    let e = world_size(
        &preset("llama-3.1-70b"),
        &gb300,
        &[domain(&facts, 72), domain(&facts, 8)],
        &job,
        &search,
        &worth,
    );
    assert!(matches!(e, Err(WorkloadError::Network(_))));
}
