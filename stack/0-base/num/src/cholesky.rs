//! Small symmetric systems.

/// The lower triangle `L` of `A = L L'`, built row by row, for solving with several right-hand sides.
///
/// Rows can be taken off again, so that many matrices with a common beginning share its factor.
///
/// # Example
/// ```
/// let mut factor = lightloom_num::Cholesky::default();
/// assert!(factor.extend_to(2, |i, j| [[4.0, 2.0], [2.0, 3.0]][i][j]));
/// let mut x = [8.0, 7.0];
/// factor.solve(&mut x);
/// assert!((x[0] - 1.25).abs() < 1e-12 && (x[1] - 1.5).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cholesky {
    n: usize,
    /// Row `i` has `i + 1` elements and begins at `i (i + 1) / 2`.
    lower: Vec<f64>,
    /// Reciprocals of the diagonal.
    reciprocal: Vec<f64>,
}

impl Cholesky {
    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.n
    }

    /// Takes rows off until `n` are left.
    pub fn truncate(&mut self, n: usize) {
        self.n = self.n.min(n);
        self.lower.truncate(start(self.n));
        self.reciprocal.truncate(self.n);
    }

    /// Adds rows until there are `n`, from the matrix's elements on and below the diagonal; `false` when the matrix is
    /// not positive definite, with the rows that it has until then.
    pub fn extend_to(&mut self, n: usize, element: impl Fn(usize, usize) -> f64) -> bool {
        for i in self.n..n {
            self.lower.resize(start(i + 1), 0.0);
            let (above, row) = self.lower.split_at_mut(start(i));
            for j in 0..i {
                let left = &above[start(j)..start(j) + j];
                row[j] = (element(i, j) - dot(&row[..j], left)) * self.reciprocal[j];
            }
            let rest = element(i, i) - dot(&row[..i], &row[..i]);
            if !(rest > 0.0 && rest.is_finite()) {
                self.lower.truncate(start(i));
                return false;
            }
            let root = rest.sqrt();
            row[i] = root;
            self.reciprocal.push(1.0 / root);
            self.n = i + 1;
        }
        true
    }

    /// Replaces the elements of a right-hand side `x` from `first` on by those of `y` with `L y = x`; the elements
    /// before are those of `y` already.
    ///
    /// `y'y` is `x' A^-1 x`.
    pub fn forward(&self, x: &mut [f64], first: usize) {
        for i in first..self.n.min(x.len()) {
            let row = &self.lower[start(i)..start(i) + i];
            x[i] = (x[i] - dot(row, &x[..i])) * self.reciprocal[i];
        }
    }

    /// Replaces a right-hand side by the solution.
    pub fn solve(&self, x: &mut [f64]) {
        let n = self.n.min(x.len());
        self.forward(x, 0);
        for i in (0..n).rev() {
            x[i] *= self.reciprocal[i];
            let row = &self.lower[start(i)..start(i) + i];
            let (before, at) = x.split_at_mut(i);
            for (b, l) in before.iter_mut().zip(row) {
                *b -= l * at[0];
            }
        }
    }
}

/// Where a row begins.
const fn start(row: usize) -> usize {
    row * (row + 1) / 2
}

/// Sum of products over the shorter of two slices.
///
/// Four partial sums, so that the processor need not wait for each addition; their order is fixed.
#[must_use]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().min(b.len());
    let (a, b) = (&a[..n], &b[..n]);
    let (a4, a_rest) = a.as_chunks::<4>();
    let (b4, b_rest) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (x, y) in a4.iter().zip(b4) {
        for k in 0..4 {
            sums[k] += x[k] * y[k];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    (sums[0] + sums[2]) + (sums[1] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_a_toeplitz_system_to_rounding() {
        let n = 23;
        let element = |i: usize, j: usize| libm::pow(0.7, i.abs_diff(j) as f64);
        let mut factor = Cholesky::default();
        assert!(factor.extend_to(9, element) && factor.extend_to(n, element));
        let expected: Vec<f64> = (0..n).map(|i| libm::sin(i as f64)).collect();
        let mut x: Vec<f64> =
            (0..n).map(|i| (0..n).map(|j| element(i, j) * expected[j]).sum()).collect();
        let energy: f64 = x.iter().zip(&expected).map(|(b, x)| b * x).sum();
        let mut half = x.clone();
        factor.forward(&mut half, 0);
        assert!((dot(&half, &half) / energy - 1.0).abs() < 1e-12);
        // The last rows alone, behind what was done before.
        half[20..].copy_from_slice(&x[20..]);
        factor.forward(&mut half, 20);
        assert!((dot(&half, &half) / energy - 1.0).abs() < 1e-12);
        factor.solve(&mut x);
        assert!(x.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn refuses_what_is_not_positive_definite() {
        let mut factor = Cholesky::default();
        assert!(!factor.extend_to(2, |i, j| if i == j { 1.0 } else { 2.0 }));
        assert_eq!(factor.rows(), 1);
        assert!(!factor.extend_to(2, |_, _| f64::NAN));
    }
}
