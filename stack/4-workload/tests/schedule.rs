//! Closed forms of pipeline schedules against schedules that are carried out.

#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

use lightloom_workload::schedule::{Schedule, StageTime};
use proptest::prelude::*;

/// What a stage does with one micro-batch.
#[derive(Clone, Copy, PartialEq)]
enum Pass {
    Forward,
    Backward,
    Weights,
}

/// Carries out a pipeline: whenever a stage is free it takes a backward pass that is ready, else a forward pass while it holds
/// fewer micro-batches without a backward than it may, else gradients of weights, the oldest first. Returns the longest time that a stage
/// is idle between its first and its last pass.
///
/// `weights_wait` is false for one forward, one backward: there both parts of a backward are one.
fn carried_out(
    stages: usize,
    micro_batches: usize,
    time: StageTime,
    held: impl Fn(usize) -> usize,
    weights_wait: bool,
) -> f64 {
    let unknown = f64::INFINITY;
    let mut forward = vec![vec![unknown; micro_batches]; stages];
    let mut backward = forward.clone();
    // Next micro-batch of each pass, time at which the stage is free, its start and its work.
    let mut next = vec![[0_usize; 3]; stages];
    let mut free = vec![0.0_f64; stages];
    let mut started = vec![unknown; stages];
    let mut worked = vec![0.0_f64; stages];
    loop {
        // The stage that can begin something earliest, begins it.
        let mut best: Option<(f64, usize, Pass)> = None;
        for stage in 0..stages {
            let [f, b, w] = next[stage];
            let mut offer = |at: f64, pass: Pass| {
                let at = at.max(free[stage]);
                if at < unknown && best.is_none_or(|(earliest, ..)| at < earliest - 1e-12) {
                    best = Some((at, stage, pass));
                }
            };
            if b < f {
                let from_next = if stage + 1 < stages { backward[stage + 1][b] } else { 0.0 };
                offer(from_next.max(forward[stage][b]), Pass::Backward);
            }
            if f < micro_batches && f - b < held(stage) {
                let from_last = if stage > 0 { forward[stage - 1][f] } else { 0.0 };
                offer(from_last, Pass::Forward);
            }
            if weights_wait && w < b {
                offer(backward[stage][w], Pass::Weights);
            }
        }
        let Some((at, stage, pass)) = best else { break };
        let [f, b, _] = next[stage];
        let lasts = match pass {
            Pass::Forward => time.forward,
            Pass::Backward if weights_wait => time.backward,
            Pass::Backward => time.backward + time.weights,
            Pass::Weights => time.weights,
        };
        match pass {
            Pass::Forward => forward[stage][f] = at + lasts,
            Pass::Backward => backward[stage][b] = at + lasts,
            Pass::Weights => {}
        }
        next[stage][pass as usize] += 1;
        free[stage] = at + lasts;
        started[stage] = started[stage].min(at);
        worked[stage] += lasts;
    }
    let idle = |stage: usize| free[stage] - started[stage] - worked[stage];
    (0..stages).map(idle).fold(0.0, f64::max)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn one_forward_one_backward(
        p in 2usize..9, more in 0usize..12, f in 0.2f64..2.0, b in 0.2f64..2.0, w in 0.2f64..2.0
    ) {
        let time = StageTime::in_turn(f, b, w);
        let found = carried_out(p, p + more, time, |stage| p - stage, false);
        let closed = Schedule::OneForwardOneBackward.idle(p as u64, 1, time);
        prop_assert!((found - closed).abs() < 1e-9 * closed, "{found} {closed}");
    }

    #[test]
    fn zero_bubbles(p in 2usize..12, more in 0usize..12) {
        // Passes of equal length, for which the published orders are drawn.
        let time = StageTime::in_turn(1.0, 1.0, 1.0);
        for (schedule, most) in [(Schedule::ZeroBubble, 1), (Schedule::ZeroBubbleTwice, 2)] {
            let held = |stage: usize| most * (p - stage) + 1 - most;
            let found = carried_out(p, 2 * p + more, time, held, true);
            let closed = schedule.idle(p as u64, 1, time);
            prop_assert!((found - closed).abs() < 1e-9, "{schedule:?} {found} {closed}");
        }
    }

    #[test]
    fn no_schedule_waits_less_than_nothing_or_more_than_the_plain_one(
        p in 1u64..64, f in 0.1f64..3.0, b in 0.1f64..3.0, w in 0.1f64..3.0
    ) {
        let time = StageTime::in_turn(f, b, w);
        let plain = Schedule::OneForwardOneBackward.idle(p, 1, time);
        for schedule in Schedule::ALL {
            let idle = schedule.idle(p, 1, time);
            prop_assert!(idle >= 0.0 && idle <= plain, "{schedule:?}");
            prop_assert!(schedule.in_flight(p, 1, 4 * p) <= 2.0 * p as f64);
        }
        prop_assert!(Schedule::OneForwardOneBackward.idle(p, 2, time) <= plain / 2.0 + 1e-12);
    }
}

#[test]
fn what_cannot_be_scheduled_is_refused() {
    let refused = |schedule: Schedule, p, v, m| schedule.check(p, v, m).unwrap_err().to_string();
    assert!(refused(Schedule::ZeroBubble, 8, 2, 64).contains("interleave"));
    assert!(refused(Schedule::DualPipe, 7, 1, 64).contains("odd"));
    assert!(refused(Schedule::DualPipe, 8, 1, 15).contains("16"));
    assert!(refused(Schedule::OneForwardOneBackward, 8, 2, 7).contains('8'));
    assert!(Schedule::OneForwardOneBackward.check(8, 1, 1).is_ok());
    assert!(Schedule::DualPipe.check(1, 1, 1).is_ok());
}
