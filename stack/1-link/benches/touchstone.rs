//! How long a four-port file of 4 MB takes to read, in each format; what judging and resampling it takes.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may panic")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lightloom_link::network::resample::transfer_function;
use lightloom_link::network::{FileVersion, Format, Layout, Network, Unit};
use num_complex::Complex64;
use std::f64::consts::TAU;
use std::hint::black_box;

/// A coupled pair of lines in 10 MHz steps: full-length mantissas, as simulators write them.
fn lines(points: u32) -> Network {
    let frequency_hz: Vec<f64> = (0..points).map(|k| f64::from(k) * 10e6).collect();
    let mut s = Vec::new();
    for &f in &frequency_hz {
        let loss = libm::exp(-0.3 * (f / 10e9).sqrt());
        let wave = |size: f64, delay: f64| Complex64::from_polar(size, -TAU * f * delay);
        let (through, far) = (wave(0.95 * loss, 5.3e-9), wave(0.01 * loss, 5.4e-9));
        let (back, near) = (wave(0.05, 0.31e-9), wave(0.02, 0.17e-9));
        let row = [back, through, near, far];
        for order in [[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]] {
            s.extend(order.map(|i| row[i]));
        }
    }
    Network { frequency_hz, ports: 4, s, reference_ohm: vec![50.0; 4] }
}

fn read(c: &mut Criterion) {
    let mut group = c.benchmark_group("read .s4p");
    for format in [Format::RealImaginary, Format::MagnitudeAngle, Format::DecibelAngle] {
        let layout = Layout { version: FileVersion::One, format, unit: Unit::MHz };
        let file = lines(6200).to_touchstone(layout).unwrap().into_bytes();
        group.throughput(Throughput::Bytes(file.len() as u64));
        group.bench_function(format!("{:.2} MB {}", file.len() as f64 / 1e6, format.name()), |b| {
            b.iter(|| Network::from_touchstone(black_box(&file), Some(4)).unwrap());
        });
    }
    group.finish();
}

fn judge(c: &mut Criterion) {
    let network = lines(6200);
    c.bench_function("passivity of 6200 four-ports", |b| {
        b.iter(|| black_box(&network).passivity().unwrap());
    });
    c.bench_function("causality of 16 parameters, 6200 points", |b| {
        b.iter(|| black_box(&network).causality().unwrap());
    });
    let through: Vec<Complex64> = network.s.iter().skip(1).step_by(16).copied().collect();
    let wanted: Vec<f64> = (0..16_000).map(|k| f64::from(k) * 5e6).collect();
    c.bench_function("one response from 6200 points to 16 000", |b| {
        b.iter(|| transfer_function(black_box(&through), &network.frequency_hz, &wanted).unwrap());
    });
    c.bench_function("16 000 sines and cosines alone", |b| {
        b.iter(|| {
            wanted
                .iter()
                .map(|&x| libm::sincos(black_box(x * 1e-9)))
                .map(|x| x.0 + x.1)
                .sum::<f64>()
        });
    });
}

criterion_group!(benches, read, judge);
criterion_main!(benches);
