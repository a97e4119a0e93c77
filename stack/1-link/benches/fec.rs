//! How long the front door of the codes takes: independent errors, behind the inner code, and in bursts.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may panic")]

use criterion::{Criterion, criterion_group, criterion_main};
use lightloom_link::Fec;
use lightloom_link::fec::{
    Bursts, ErrorStatistics, Interleaving, Precoding, ReedSolomon, Target, burst, correct,
};
use std::hint::black_box;

fn codes(c: &mut Criterion) {
    let (two, target) = (Interleaving::Two, Target::of_8023(Interleaving::Two));
    for fec in [Fec::Kp4, Fec::Kp4Hamming] {
        let before = ErrorStatistics::independent(1e-4);
        c.bench_function(&format!("correct, {}", fec.name()), |b| {
            b.iter(|| correct(black_box(&before), fec, two, &target).unwrap());
        });
    }
    let bursts = Bursts::of_tap(0.8, Precoding::Off);
    let before = ErrorStatistics { bursts: Some(bursts), ..ErrorStatistics::independent(1e-5) };
    c.bench_function("codeword errors in bursts", |b| {
        b.iter(|| {
            let pam = before.pam;
            burst::codeword_errors(&ReedSolomon::KP4, black_box(1e-5), pam, &bursts, two).unwrap()
        });
    });
    c.bench_function("correct in bursts, with the threshold", |b| {
        b.iter(|| correct(black_box(&before), Fec::Kp4, two, &target).unwrap());
    });
}

criterion_group!(benches, codes);
criterion_main!(benches);
