//! Impedances and admittances to scattering parameters.

use num_complex::Complex64;

/// Scattering parameters of a normalised impedance matrix: `S = (z + I)^-1 (z - I)`.
///
/// With `z = G^-1 Z G^-1`, `G = diag(sqrt(R))`, these are power waves against real references that may differ between
/// ports. An admittance `y = G Y G` is the dual: `S = (I + y)^-1 (I - y)`, so `admittance` turns the sign. `None` where
/// no such S exists.
pub(super) fn scattering(
    matrix: &[Complex64],
    ports: usize,
    admittance: bool,
) -> Option<Vec<Complex64>> {
    let one = Complex64::new(1.0, 0.0);
    let mut left = matrix.to_vec();
    let mut right = matrix.to_vec();
    for i in 0..ports {
        left[i * ports + i] += one;
        right[i * ports + i] -= one;
    }
    if admittance {
        right.iter_mut().for_each(|entry| *entry = -*entry);
    }
    solve(&mut left, &mut right, ports).then_some(right)
}

/// Solves `A X = B` in place of `B` by elimination with row pivots; false for a singular `A`.
fn solve(a: &mut [Complex64], b: &mut [Complex64], n: usize) -> bool {
    for column in 0..n {
        let size = |row: usize| a[row * n + column].norm_sqr();
        let pivot =
            (column..n).fold(column, |best, row| if size(row) > size(best) { row } else { best });
        let scale = size(pivot);
        if !(scale > 0.0 && scale.is_finite()) {
            return false;
        }
        for k in 0..n {
            a.swap(column * n + k, pivot * n + k);
            b.swap(column * n + k, pivot * n + k);
        }
        let inverse = a[column * n + column].inv();
        for row in (0..n).filter(|&row| row != column) {
            let factor = a[row * n + column] * inverse;
            for k in 0..n {
                let (above, beside) = (a[column * n + k], b[column * n + k]);
                a[row * n + k] -= factor * above;
                b[row * n + k] -= factor * beside;
            }
        }
        for k in 0..n {
            a[column * n + k] *= inverse;
            b[column * n + k] *= inverse;
        }
    }
    b.iter().all(|entry| entry.is_finite())
}
