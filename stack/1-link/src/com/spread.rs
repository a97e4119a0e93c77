//! How long a response is, as its spectrum tells.

use num_complex::Complex64;

/// An upper bound of the share of a real response's energy that lies outside a quarter of the record.
///
/// # Model
/// With the circular mean of its time at zero, `z[k] = X[k] exp(j 2 pi k t0 / T)`, the differences of neighbouring bins
/// weigh energy by its time: `sum |d4 z|² / sum |z|²` is the mean of `(2 - 2 cos(2 pi t / T))^4`, which grows with `|t|`
/// and is `(2 - sqrt 2)^4` at `T / 8`.
///
/// # Validity
/// A bound for any response that its spectrum holds to the last bin; ten to a hundred times what lies outside.
pub(crate) fn outside_quarter(spectrum: &[Complex64]) -> f64 {
    let advance: Complex64 = spectrum.windows(2).map(|x| x[0] * x[1].conj()).sum();
    let turn = advance / advance.norm_sqr().sqrt().max(f64::MIN_POSITIVE);
    let mut phasor = Complex64::new(1.0, 0.0);
    let mut energy = 0.0;
    // Bins below zero are the conjugates of those above: two of them stand first, and zeros behind the last.
    let mut z = vec![Complex64::default(); 2];
    z.extend(spectrum.iter().map(|x| {
        let z = x * phasor;
        phasor *= turn;
        energy += x.norm_sqr();
        z
    }));
    z.extend([Complex64::default(); 4]);
    (z[0], z[1]) = (z[4].conj(), z[3].conj());
    let fourth = |z: &[Complex64]| (z[0] + z[4] - (z[1] + z[3]) * 4.0 + z[2] * 6.0).norm_sqr();
    let all: f64 = z.windows(5).map(fourth).sum();
    let at_eighth = (2.0 - std::f64::consts::SQRT_2) * (2.0 - std::f64::consts::SQRT_2);
    // The bin at zero stands once in the two-sided spectrum, all others twice.
    let (middle, zero) = (fourth(&z[..5]), spectrum.first().map_or(0.0, Complex64::norm_sqr));
    (2.0 * all - middle) / ((2.0 * energy - zero) * at_eighth * at_eighth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lightloom_num::RealFft;

    /// Share of energy outside a quarter around the bound's middle, and the bound.
    fn shares(decay: f64, delay: usize) -> (f64, f64) {
        let n = 1024;
        let pulse: Vec<f64> = (0..n)
            .map(|i| {
                let t = ((i + n - delay) % n) as f64;
                let rise = t / 20.0;
                rise * rise * libm::exp(-rise) * libm::exp(-t / decay)
            })
            .collect();
        let bound = outside_quarter(&RealFft::new(n).forward(&pulse));
        let energy: f64 = pulse.iter().map(|x| x * x).sum();
        let best = (0..n).map(|start| {
            (0..n / 4).map(|i| pulse[(start + i) % n]).map(|x| x * x).sum::<f64>() / energy
        });
        (1.0 - best.fold(0.0, f64::max), bound)
    }

    #[test]
    fn the_bound_is_above_what_lies_outside_and_falls_with_the_spread() {
        let mut last = f64::INFINITY;
        for decay in [400.0, 100.0, 30.0, 10.0] {
            for delay in [0, 300, 1000] {
                let (outside, bound) = shares(decay, delay);
                assert!(outside < bound, "{decay} {delay}: {outside} {bound}");
                assert!(bound < last * 1.001, "{decay} {delay}: {bound} {last}");
            }
            last = shares(decay, 0).1;
        }
        assert!(last < 1e-5, "{last}");
    }
}
