//! Decode: searches, refusals, properties. Measurements are in `serving.rs`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod common;

use common::{catalog, dgx_h100, machine, nvl72, preset};
use lightloom_evidence::Facts;
use lightloom_units::BitRate;
use lightloom_workload::{
    DecodeJob, DecodePlan, DecodeStep, NetworkTier, Precision, ServingSoftware, WorkloadError,
    best_decode, decode,
};
use proptest::prelude::*;

fn job(facts: &Facts<'_>, prompt: u64, output: u64, prefill_here: bool) -> DecodeJob {
    let software = ServingSoftware::from_facts(facts).unwrap();
    DecodeJob {
        prompt,
        output,
        precision: Precision::Fp8,
        cache: Precision::Fp8,
        prefill_here,
        software,
    }
}

fn print_step(name: &str, plan: DecodePlan, step: &DecodeStep) {
    let s = step.split;
    println!(
        "{name}: {plan:?}: {} = kernels {} tensor {} expert {} overhead {}; {:.0} tok/s/user, {:.0} tok/s/accelerator; limit {} busy {:.2}",
        step.time,
        s.kernels,
        s.tensor,
        s.expert,
        s.overhead,
        step.tokens_per_second_per_user,
        step.tokens_per_second_per_accelerator,
        step.batch_limit,
        step.busy.value()
    );
}

#[test]
fn the_search_gives_both_ends() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let gb300 = machine(&facts, "gb300");
    let rack = nvl72(&facts, 100.0);
    let mut boxed = rack.clone();
    boxed[0].size = 8;
    let job = job(&facts, 4096, 1024, false);
    for name in ["deepseek-v3", "kimi-k2", "qwen3-235b", "llama-3.1-405b"] {
        let model = preset(name);
        let mut widest = Vec::new();
        for (tiers, which) in [(&rack, "NVL72"), (&boxed, "NVL8")] {
            let start = std::time::Instant::now();
            let best = best_decode(&model, &gb300, tiers, &job, 256, 50.0).unwrap();
            println!("{name} {which} in {:?}", start.elapsed());
            print_step("  quickest", best.quickest.0, &best.quickest.1);
            let (plan, step) = best.widest.unwrap();
            print_step("  widest", plan, &step);
            assert!(step.tokens_per_second_per_user >= 50.0);
            assert!(best.quickest.1.tokens_per_second_per_user >= step.tokens_per_second_per_user);
            assert!(
                step.tokens_per_second_per_accelerator
                    >= best.quickest.1.tokens_per_second_per_accelerator
            );
            assert!(plan.batch <= step.batch_limit);
            assert_eq!(best, best_decode(&model, &gb300, tiers, &job, 256, 50.0).unwrap());
            widest.push(step.tokens_per_second_per_accelerator);
        }
        // A larger domain offers all that a smaller one does.
        assert!(widest[0] >= widest[1] * 0.999, "{name}: {widest:?}");
    }
    let none = best_decode(&preset("kimi-k2"), &gb300, &rack, &job, 72, 1e6).unwrap();
    assert!(none.widest.is_none());
}

#[test]
fn what_does_not_fit_is_refused() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let (h100, tiers) = (machine(&facts, "h100"), dgx_h100(&facts));
    let job = job(&facts, 1024, 1024, false);
    let model = preset("llama-3.1-405b");
    let run = |plan: DecodePlan| decode(&model, &h100, &tiers, &job, &plan).unwrap_err();
    let e = run(DecodePlan::tensor(4, 1));
    assert!(matches!(e, WorkloadError::Memory { .. }));
    assert!(e.hint().contains("at least 2 x"), "{}", e.hint());
    let e = run(DecodePlan::tensor(8, 100_000));
    assert!(e.hint().starts_with("lower the batch to "), "{}", e.hint());
    for (plan, field) in [
        (DecodePlan::tensor(3, 1), "tensor"),
        (DecodePlan { expert: 8, ..DecodePlan::tensor(8, 1) }, "expert"),
        (DecodePlan::tensor(8, 0), "batch"),
    ] {
        let e = run(plan);
        assert!(matches!(&e, WorkloadError::Parallelism { what, .. } if *what == field), "{e}");
    }
    let fp4 = DecodeJob { precision: Precision::Fp4, ..job };
    let e = decode(&model, &h100, &tiers, &fp4, &DecodePlan::tensor(8, 1)).unwrap_err();
    assert_eq!(e.to_string(), "h100 has no FP4 arithmetic");
    assert_eq!(e.hint(), "choose one of: BF16, FP8");
    let e = best_decode(&preset("kimi-k2"), &h100, &tiers, &job, 8, 20.0).unwrap_err();
    assert!(matches!(e, WorkloadError::Memory { .. }), "{e}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// A faster network never slows decoding; a longer context never speeds it up.
    #[test]
    fn better_is_never_slower(batch in 1_u64..64, expert in 0_u32..6, gbytes in 20.0_f64..2000.0, context in 64_u64..8192) {
        let catalog = catalog();
        let facts = Facts::nominal(&catalog);
        let gb300 = machine(&facts, "gb300");
        let mut tiers = nvl72(&facts, 50.0);
        tiers[0].bandwidth = BitRate::gbytes_per_s(gbytes);
        let model = preset("qwen3-235b");
        let base_job = job(&facts, context, 256, false);
        let plan = DecodePlan::wide(1, 8 << (expert / 2), batch);
        let run = |tiers: &[NetworkTier], job: &DecodeJob| {
            decode(&model, &gb300, tiers, job, &plan).unwrap().time.as_s()
        };
        let base = run(&tiers, &base_job);
        prop_assert!(base.is_finite() && base > 0.0);
        let mut faster = tiers.clone();
        faster[0].bandwidth = faster[0].bandwidth * 2.0;
        prop_assert!(run(&faster, &base_job) <= base * (1.0 + 1e-12));
        prop_assert!(run(&tiers, &job(&facts, context * 2, 256, false)) >= base * (1.0 - 1e-12));
    }

    /// No plan, however absurd, panics or gives a time that is not one.
    #[test]
    fn absurd_plans_are_errors(d in proptest::collection::vec(prop_oneof![0_u64..300, any::<u64>()], 6)) {
        let catalog = catalog();
        let facts = Facts::nominal(&catalog);
        let plan = DecodePlan { tensor: d[0], data: d[5], expert: d[1], batch: d[2] };
        let job = job(&facts, d[3], d[4], true);
        for name in ["deepseek-v3", "llama-3.1-70b"] {
            if let Ok(step) = decode(&preset(name), &machine(&facts, "gb300"), &nvl72(&facts, 50.0), &job, &plan) {
                prop_assert!(step.time.as_s() > 0.0 && step.time.as_s().is_finite());
            }
        }
    }
}
