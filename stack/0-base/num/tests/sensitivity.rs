//! Sobol's indices of functions whose indices are known.

use lightloom_num::{PickFreeze, Sobol, SobolIndex, Stream, sobol_indices};
use std::f64::consts::PI;

/// Indices of a function of `D` inputs between 0 and 1.
fn found<const D: usize>(f: impl Fn([f64; D]) -> f64, points: u32, seed: u64) -> Vec<SobolIndex> {
    let sobol = Sobol::new(seed);
    let at = |i: u32, of: usize| -> [f64; D] {
        std::array::from_fn(|j| sobol.coordinate(i, of * D + j))
    };
    let first: Vec<f64> = (0..points).map(|i| f(at(i, 0))).collect();
    let second: Vec<f64> = (0..points).map(|i| f(at(i, 1))).collect();
    let exchanged: Vec<Vec<f64>> = (0..D)
        .map(|k| {
            let mixed = |i: u32| {
                let mut x = at(i, 0);
                x[k] = at(i, 1)[k];
                f(x)
            };
            (0..points).map(mixed).collect()
        })
        .collect();
    let sample = PickFreeze { first: &first, second: &second, exchanged: &exchanged };
    sobol_indices(&sample, 300, seed)
}

/// Ishigami and Homma 1990 with a = 7, b = 0.1.
fn ishigami(u: [f64; 3]) -> f64 {
    let [x, y, z] = u.map(|u| PI * (2.0 * u - 1.0));
    libm::sin(x) + 7.0 * libm::pow(libm::sin(y), 2.0) + 0.1 * libm::pow(z, 4.0) * libm::sin(x)
}

#[test]
fn indices_of_ishigamis_function_are_the_published_ones() {
    // Saltelli et al., Sensitivity Analysis (2000), and in closed form: V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2.
    let published = [(0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)];
    for (index, (first, total)) in found(ishigami, 4096, 5).iter().zip(published) {
        assert!((index.first.value - first).abs() < 0.02, "{index:?}, published {first}");
        assert!((index.total.value - total).abs() < 0.02, "{index:?}, published {total}");
        assert!(index.first.low <= index.first.value && index.first.value <= index.first.high);
    }
}

#[test]
fn indices_of_sobols_g_are_those_of_its_closed_form() {
    let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
    let g = |u: [f64; 8]| {
        u.iter().zip(a).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product()
    };
    let own = a.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
    let variance = own.iter().map(|v| 1.0 + v).product::<f64>() - 1.0;
    for (index, v) in found(g, 4096, 9).iter().zip(own) {
        let total = v * (variance + 1.0) / (1.0 + v) / variance;
        assert!((index.first.value - v / variance).abs() < 0.02, "{index:?} {}", v / variance);
        assert!((index.total.value - total).abs() < 0.02, "{index:?} {total}");
    }
}

/// An interval is no ornament: of many estimates from few random points about 95 in a hundred hold the truth.
#[test]
fn intervals_hold_the_truth_as_often_as_they_say() {
    let truth = [0.3139, 0.5576];
    let mut held = [0, 0];
    let (tries, points) = (200, 256);
    for seed in 0..tries {
        let mut stream = Stream::new(seed, 1);
        let mut sample = || -> Vec<[f64; 3]> {
            (0..points).map(|_| std::array::from_fn(|_| stream.unit())).collect()
        };
        let (a, b) = (sample(), sample());
        let mixed = a.iter().zip(&b).map(|(a, b)| ishigami([b[0], a[1], a[2]])).collect();
        let [first, second] = [&a, &b].map(|s| s.iter().map(|x| ishigami(*x)).collect::<Vec<_>>());
        let sample = PickFreeze { first: &first, second: &second, exchanged: &[mixed] };
        let index = sobol_indices(&sample, 200, seed)[0];
        for (count, (interval, truth)) in
            held.iter_mut().zip([index.first, index.total].iter().zip(truth))
        {
            *count += i32::from(interval.low <= truth && truth <= interval.high);
        }
    }
    // 95 % of 200 are 190; four standard deviations are 12.
    assert!(held.iter().all(|n| (174..=200).contains(n)), "{held:?} of {tries}");
}

#[test]
fn what_does_not_vary_has_no_indices() {
    let index = found(|_: [f64; 2]| 3.0, 64, 1)[0];
    assert!(index.first.value.abs() < 1e-12 && index.total.value.abs() < 1e-12);
}
