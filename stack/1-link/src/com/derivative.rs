//! Derivatives of a band-limited record by central differences.

/// Samples on either side that a derivative is taken from.
pub(crate) const REACH: usize = 8;

/// Outputs made at once, so that the processor has independent sums to work on.
const BLOCK: usize = 4;

/// First and second derivative, per sample, of all samples of a record but the first and last [`REACH`].
///
/// # Model
/// `x' = sum c_j (x[+j] - x[-j])` and `x'' = sum (2 c_j / j) (x[+j] + x[-j] - 2 x[0])` with
/// `c_j = (-1)^(j+1) (N!)² / (j (N-j)! (N+j)!)`: exact for polynomials up to degree `2 N`.
///
/// # Validity
/// Relative error at 1/8 of the sampling rate below 1e-7, at 1/5 below 1e-3. A pulse at 8 samples a symbol has all but
/// 1e-4 of its amplitude below the first (tests).
///
/// # Source
/// B. Fornberg, Math. Comp. 51 (1988) 699.
pub(crate) fn derivatives(record: &[f64]) -> [Vec<f64>; 2] {
    const SEEN: usize = BLOCK + 2 * REACH;
    let wanted = record.len().saturating_sub(2 * REACH);
    let mut first = Vec::with_capacity(wanted + BLOCK);
    let mut second = Vec::with_capacity(wanted + BLOCK);
    let mut block = |seen: &[f64; SEEN]| {
        let (mut d, mut d2) = ([0.0; BLOCK], [0.0; BLOCK]);
        for (j, [c, c2]) in (1..=REACH).zip(COEFFICIENTS) {
            for i in 0..BLOCK {
                let (after, before) = (seen[REACH + i + j], seen[REACH + i - j]);
                d[i] += c * (after - before);
                d2[i] += c2 * (after + before - 2.0 * seen[REACH + i]);
            }
        }
        first.extend(d);
        second.extend(d2);
    };
    let mut rest = record;
    while let Some(seen) = rest.first_chunk() {
        block(seen);
        rest = &rest[BLOCK..];
    }
    if rest.len() > 2 * REACH {
        let mut padded = [0.0; SEEN];
        padded[..rest.len()].copy_from_slice(rest);
        block(&padded);
    }
    first.truncate(wanted);
    second.truncate(wanted);
    [first, second]
}

/// `[c_j, 2 c_j / j]` for j from one.
const COEFFICIENTS: [[f64; 2]; REACH] = {
    let mut all = [[0.0; 2]; REACH];
    let n = REACH as f64;
    // (N!)² / ((N-j)! (N+j)!), with the sign.
    let mut ratio = -1.0;
    let mut i = 0;
    while i < REACH {
        let j = (i + 1) as f64;
        ratio *= -(n - j + 1.0) / (n + j);
        all[i] = [ratio / j, 2.0 * ratio / (j * j)];
        i += 1;
    }
    all
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_of_waves_are_waves() {
        for (cycles_per_sample, tolerance) in [(0.01, 1e-11), (1.0 / 8.0, 1e-7), (0.2, 1e-3)] {
            let w = 2.0 * std::f64::consts::PI * cycles_per_sample;
            for length in [2 * REACH, 2 * REACH + 1, 60, 61, 62, 63] {
                let wave: Vec<f64> = (0..length).map(|i| libm::sin(w * i as f64 + 0.3)).collect();
                let [first, second] = derivatives(&wave);
                assert_eq!((first.len(), second.len()), (length - 16, length - 16));
                for (i, (d, d2)) in first.iter().zip(&second).enumerate() {
                    let angle = w * (i + REACH) as f64 + 0.3;
                    assert!((d - w * libm::cos(angle)).abs() < tolerance * w);
                    assert!((d2 + w * w * libm::sin(angle)).abs() < tolerance * w * w);
                }
            }
        }
    }
}
