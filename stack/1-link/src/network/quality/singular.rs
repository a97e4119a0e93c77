//! The largest singular value of a small complex matrix.

use num_complex::Complex64;

/// Cosine between two columns that counts as orthogonal.
const ORTHOGONAL: f64 = 1e-15;
/// Sweeps over all pairs; six to ten do for 64 columns, since convergence is quadratic.
const SWEEPS: usize = 60;

/// Largest singular value of `matrix`, `n` rows of `n`, all finite. `columns` is working space.
pub(super) fn largest(matrix: &[Complex64], n: usize, columns: &mut Vec<Complex64>) -> f64 {
    columns.clear();
    columns.extend((0..n * n).map(|i| matrix[(i % n) * n + i / n]));
    for _ in 0..SWEEPS {
        let mut turned = false;
        for p in 0..n {
            for q in p + 1..n {
                turned |= rotate(columns, n, p, q);
            }
        }
        if !turned {
            break;
        }
    }
    let longest = columns.chunks_exact(n.max(1)).map(power).fold(0.0, |longest: f64, power| {
        // Squares that do not fit a double are no reason to call a network passive.
        if power.is_finite() { longest.max(power) } else { f64::INFINITY }
    });
    longest.sqrt()
}

fn power(column: &[Complex64]) -> f64 {
    column.iter().map(Complex64::norm_sqr).sum()
}

/// Makes columns `p < q` orthogonal; false if they are.
fn rotate(columns: &mut [Complex64], n: usize, p: usize, q: usize) -> bool {
    let (head, tail) = columns.split_at_mut(q * n);
    let (a, b) = (&mut head[p * n..p * n + n], &mut tail[..n]);
    let (alpha, beta) = (power(a), power(b));
    let gamma: Complex64 = a.iter().zip(&*b).map(|(a, b)| a.conj() * b).sum();
    let size = gamma.norm_sqr().sqrt();
    // Written so that products too small for a double count as orthogonal.
    if size <= ORTHOGONAL * (alpha * beta).sqrt() || size < f64::MIN_POSITIVE {
        return false;
    }
    let zeta = (beta - alpha) / (2.0 * size);
    let tangent = 1.0_f64.copysign(zeta) / (zeta.abs() + (1.0 + zeta * zeta).sqrt());
    let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
    let sine = cosine * tangent;
    // The phase that makes the product of the columns real.
    let phase = gamma.conj() / size;
    for (a, b) in a.iter_mut().zip(b) {
        let (x, y) = (*a, *b * phase);
        *a = x * cosine - y * sine;
        *b = x * sine + y * cosine;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::largest;
    use num_complex::Complex64;

    #[test]
    fn matches_values_by_hand() {
        let c = Complex64::new;
        let of = |matrix: &[Complex64], n| largest(matrix, n, &mut Vec::new());
        assert!(of(&[], 0) == 0.0);
        assert!((of(&[c(0.3, 0.4)], 1) - 0.5).abs() < 1e-15);
        // S^H S = [[2, 2], [2, 2]]: eigenvalues 4 and 0.
        assert!((of(&[c(1.0, 0.0), c(1.0, 0.0), c(0.0, 1.0), c(0.0, 1.0)], 2) - 2.0).abs() < 1e-15);
        // [[1, 1], [0, 1]]: the golden ratio.
        let golden = (1.0 + 5.0_f64.sqrt()) / 2.0;
        let shear = [c(1.0, 0.0), c(1.0, 0.0), c(0.0, 0.0), c(1.0, 0.0)];
        assert!((of(&shear, 2) - golden).abs() < 1e-15);
        // An outer product u v^H has |u| |v|.
        let (u, v) =
            ([c(1.0, 2.0), c(0.0, -1.0), c(3.0, 0.5)], [c(0.2, 0.0), c(-1.0, 1.0), c(0.0, 4.0)]);
        let outer: Vec<_> = u.iter().flat_map(|u| v.iter().map(move |v| u * v.conj())).collect();
        let expected = (15.25_f64 * 18.04).sqrt();
        assert!((of(&outer, 3) - expected).abs() < 1e-14 * expected);
    }
}
