//! The search for the best cuts against trying everything.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod common;

use common::{catalog, dgx_h100, machine, preset};
use lightloom_evidence::Facts;
use lightloom_units::{DataSize, Time};
use lightloom_workload::cuts::{Fixed, Found, SearchLimits, TrainingSearch};
use lightloom_workload::{
    NetworkTier, Parallelism, Precision, Recompute, Schedule, Sharding, TrainingJob,
    TrainingSoftware, WorkloadError, train,
};

fn job(facts: &Facts<'_>) -> TrainingJob {
    TrainingJob {
        sequence: 4096,
        global_batch: 256,
        precision: Precision::Bf16,
        fused_attention: true,
        software: TrainingSoftware::from_facts(facts, "megatron-core").unwrap(),
    }
}

fn cluster(facts: &Facts<'_>, size: u64) -> Vec<NetworkTier> {
    let mut tiers = dgx_h100(facts);
    tiers[1].size = size;
    tiers
}

fn everything() -> SearchLimits {
    SearchLimits {
        keep: 5,
        micro_batch: 8,
        schedules: Schedule::ALL.to_vec(),
        shardings: vec![Sharding::Optimizer, Sharding::Gradients, Sharding::Parameters],
        exhaustive: true,
        ..SearchLimits::default()
    }
}

#[test]
fn pruning_loses_none_of_the_best() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let (h100, tiers, job) = (machine(&facts, "h100"), cluster(&facts, 32), job(&facts));
    for name in ["llama-3.1-70b", "mixtral-8x7b"] {
        let model = preset(name);
        let search = TrainingSearch::new(&model, &h100, &tiers, &job, everything()).unwrap();
        let found = search.run(|_| true).unwrap();
        // Every cut, through the front door; of recomputations of one cut the quickest.
        let mut all: Vec<_> = search
            .cuts()
            .chunks(3)
            .filter_map(|same| {
                let steps = same.iter().filter_map(|c| train(&model, &h100, &tiers, &job, c).ok());
                steps.map(|s| s.time).min_by(|a, b| a.partial_cmp(b).unwrap())
            })
            .collect();
        all.sort_by(|a, b| a.partial_cmp(b).unwrap());
        let best: Vec<Time> = found.best.iter().map(|c| c.step.time).collect();
        assert_eq!(best, all[..5], "{name}");
        let c = found.counts;
        assert_eq!(c.tried, search.cuts().len() as u64);
        assert_eq!(c.tried, c.refused + c.too_large + c.dominated + c.too_slow + c.timed);
        assert!(c.too_slow > 0 && c.dominated > 0 && c.too_large > 0, "{c:?}");
        println!("{name}: {c:?}");
        for (loser, loss) in found.losses() {
            println!("  {:?} loses {} by {:?} ({})", loser.cut, loss.slower, loss.part, loss.by);
            assert!(loss.slower >= Time::ZERO && loss.by * 8.0 >= loss.slower);
        }
    }
}

#[test]
fn chunks_in_any_order_find_the_same() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let (h100, tiers, job) = (machine(&facts, "h100"), cluster(&facts, 64), job(&facts));
    let model = preset("llama-3.1-70b");
    let search = TrainingSearch::new(&model, &h100, &tiers, &job, everything()).unwrap();
    let whole = search.run(|_| true).unwrap();
    let mut chunks: Vec<_> = search.chunks(100).collect();
    chunks.reverse();
    let found = chunks.into_iter().fold(Found::default(), |found, chunk| {
        search.join(found, search.try_chunk(chunk).unwrap())
    });
    assert_eq!(found.best, whole.best);
    assert_eq!(found.counts.tried, whole.counts.tried);
    // Knowing what others found saves time and loses nothing.
    let first = search.try_chunk(search.chunks(100).next().unwrap()).unwrap();
    let rest = search.chunks(100).skip(1);
    let found = rest.fold(first.clone(), |found, chunk| {
        search.join(found, search.try_chunk_after(chunk, &first).unwrap())
    });
    assert_eq!(found.best, whole.best);
}

#[test]
fn what_is_told_is_kept_and_the_rest_is_searched() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let (h100, tiers, job) = (machine(&facts, "h100"), cluster(&facts, 64), job(&facts));
    let model = preset("llama-3.1-70b");
    let run = |fixed| {
        let limits = SearchLimits { fixed, keep: usize::MAX, ..everything() };
        TrainingSearch::new(&model, &h100, &tiers, &job, limits)?.run(|_| true)
    };
    let free = run(Fixed::default()).unwrap();
    let (tensor, pipeline, data) = (Some(4), Some(4), Some(4));
    let told = run(Fixed { tensor, pipeline, data, ..Fixed::default() }).unwrap();
    let is_such = |c: &Parallelism| (c.tensor, c.pipeline, c.data) == (4, 4, 4);
    assert!(!told.best.is_empty() && told.best.iter().all(|c| is_such(&c.cut)));
    // The quickest of them that the free search timed.
    let wanted = free.best.iter().find(|c| is_such(&c.cut)).unwrap();
    assert_eq!((told.best[0].cut, told.best[0].step), (wanted.cut, wanted.step));
    // A whole cut is one cut.
    let limits = SearchLimits {
        fixed: Fixed::all_of(&wanted.cut),
        schedules: vec![wanted.cut.schedule],
        shardings: vec![wanted.cut.sharding],
        ..SearchLimits::default()
    };
    let one = TrainingSearch::new(&model, &h100, &tiers, &job, limits).unwrap();
    assert_eq!(one.cuts(), [wanted.cut]);
    // What cannot be is refused with its reason, however absurd.
    let reason = |fixed| run(fixed).unwrap_err().to_string();
    let heads = reason(Fixed { tensor: Some(3), ..Fixed::default() });
    assert!(heads.contains("does not divide the 64 attention heads"), "{heads}");
    let many = reason(Fixed { tensor: Some(8), pipeline: Some(20), ..Fixed::default() });
    assert!(many.contains("the network joins 64"), "{many}");
    for n in [0, u64::MAX] {
        let all = [Some(n); 4];
        let [tensor, context, pipeline, expert] = all;
        let said = reason(Fixed { tensor, context, pipeline, expert, ..Fixed::default() });
        assert!(said.contains("is not between 1 and 2^31"), "{said}");
    }
    let huge = Some(1 << 31);
    let (tensor, context, pipeline, expert) = (huge, huge, huge, huge);
    let all = Fixed { tensor, context, pipeline, expert, data: huge, ..Fixed::default() };
    assert!(run(all).is_err());
}

#[test]
fn limits_hold_and_are_named() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let (h100, tiers, job) = (machine(&facts, "h100"), cluster(&facts, 64), job(&facts));
    let model = preset("llama-3.1-70b");
    let run =
        |limits| TrainingSearch::new(&model, &h100, &tiers, &job, limits).unwrap().run(|_| true);
    let free = run(everything()).unwrap();
    let memory = Some(DataSize::bytes(40e9));
    let small = run(SearchLimits { memory, ..everything() }).unwrap();
    assert!(small.best.iter().all(|c| c.step.memory.total().as_bytes() <= 40e9));
    assert!(small.best[0].step.time >= free.best[0].step.time);
    // Only just long enough: the best one is left.
    let time = Some(free.best[0].step.time);
    let one = run(SearchLimits { time, ..everything() }).unwrap();
    assert_eq!(one.best[0], free.best[0]);
    let none = run(SearchLimits { time: Some(Time::us(1.0)), ..everything() }).unwrap_err();
    assert!(none.to_string().contains("takes less than"), "{none}");
    let none =
        run(SearchLimits { memory: Some(DataSize::bytes(1e9)), ..everything() }).unwrap_err();
    assert!(matches!(none, WorkloadError::Memory { .. }), "{none}");
    let all = run(SearchLimits { accelerators: 64, ..everything() }).unwrap();
    assert!(all.best.iter().all(|c| c.step.accelerators == 64));
    // Nothing is computed again where memory is plenty.
    assert!(free.best.iter().any(|c| c.cut.recompute != Recompute::Full));
    // Stopped by the caller.
    let search = TrainingSearch::new(&model, &h100, &tiers, &job, everything()).unwrap();
    let mut last = 0;
    let found = search.run(|p| {
        assert!(p.done >= last && p.done < p.all);
        last = p.done;
        p.done < 2048
    });
    assert!(found.is_err() || found.unwrap().counts.tried <= 3072);
}

/// The limit: every cut of GPT-3 175B on 1024 accelerators in a second, here with room for a busy machine.
#[test]
fn all_cuts_of_gpt3_on_1024_are_searched_in_a_second() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let (h100, tiers) = (machine(&facts, "h100"), cluster(&facts, 1024));
    let job = TrainingJob { sequence: 2048, global_batch: 1536, ..job(&facts) };
    let model = preset("gpt3-175b");
    let start = std::time::Instant::now();
    let search = TrainingSearch::new(&model, &h100, &tiers, &job, everything()).unwrap();
    let found = search.run(|_| true).unwrap();
    println!("{:?} for {:?}", start.elapsed(), found.counts);
    assert!(start.elapsed().as_secs_f64() < 4.0);
}
