//! Small symmetric systems.

/// The lower triangle `L` of `A = L L'`, row after row, for solving with several right-hand sides.
///
/// # Example
/// ```
/// let factor = lightloom_num::Cholesky::new(2, |i, j| [[4.0, 2.0], [2.0, 3.0]][i][j]).unwrap();
/// let mut x = [8.0, 7.0];
/// factor.solve(&mut x);
/// assert!((x[0] - 1.25).abs() < 1e-12 && (x[1] - 1.5).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cholesky {
    n: usize,
    /// Row `i` begins at `i n`.
    lower: Vec<f64>,
    /// Reciprocals of the diagonal.
    reciprocal: Vec<f64>,
}

impl Cholesky {
    /// Factors a matrix given by its elements on and below the diagonal; `None` when it is not positive definite.
    #[must_use]
    pub fn new(n: usize, element: impl Fn(usize, usize) -> f64) -> Option<Self> {
        let mut factor = Self::default();
        factor.refactor(n, element).then_some(factor)
    }

    /// Factors another matrix in the same memory; `false` when it is not positive definite.
    pub fn refactor(&mut self, n: usize, element: impl Fn(usize, usize) -> f64) -> bool {
        self.n = n;
        self.lower.resize(n * n, 0.0);
        self.reciprocal.resize(n, 0.0);
        for i in 0..n {
            let (above, row) = self.lower.split_at_mut(i * n);
            for j in 0..=i {
                let left = if j < i { &above[j * n..j * n + j] } else { &[] };
                let mut sum = element(i, j);
                if j < i {
                    sum -= dot(&row[..j], left);
                    row[j] = sum * self.reciprocal[j];
                } else {
                    sum -= dot(&row[..i], &row[..i]);
                    if !(sum > 0.0 && sum.is_finite()) {
                        return false;
                    }
                    let root = sum.sqrt();
                    row[i] = root;
                    self.reciprocal[i] = 1.0 / root;
                }
            }
        }
        true
    }

    /// Replaces a right-hand side by the solution.
    pub fn solve(&self, x: &mut [f64]) {
        let n = self.n.min(x.len());
        for i in 0..n {
            let row = &self.lower[i * self.n..i * self.n + i];
            x[i] = (x[i] - dot(row, &x[..i])) * self.reciprocal[i];
        }
        for i in (0..n).rev() {
            let mut sum = x[i];
            for j in i + 1..n {
                sum -= self.lower[j * self.n + i] * x[j];
            }
            x[i] = sum * self.reciprocal[i];
        }
    }
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
        let factor = Cholesky::new(n, element).unwrap();
        let expected: Vec<f64> = (0..n).map(|i| libm::sin(i as f64)).collect();
        let mut x: Vec<f64> =
            (0..n).map(|i| (0..n).map(|j| element(i, j) * expected[j]).sum()).collect();
        factor.solve(&mut x);
        assert!(x.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn refuses_what_is_not_positive_definite() {
        assert!(Cholesky::new(2, |i, j| if i == j { 1.0 } else { 2.0 }).is_none());
        assert!(Cholesky::new(1, |_, _| f64::NAN).is_none());
    }
}
