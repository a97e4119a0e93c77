//! Points that fill a cube of many dimensions more evenly than chance: a scrambled Sobol sequence.

/// A shuffled, Owen-scrambled Sobol sequence of any number of dimensions and 2^32 points.
///
/// # Model
/// Dimensions come in groups of eight. Within a group they are Sobol's with the direction numbers of Joe and
/// Kuo; each group runs through the points in an order of its own (a nested uniform shuffle of the index), and
/// each dimension is Owen-scrambled by a seed of its own. So any coordinate can be had without the others.
///
/// # Validity
/// In every dimension each block of 2^m points, aligned at a multiple of 2^m, puts one into each of 2^m equal
/// intervals; within a group the points are a (t, m, s)-net; dimensions of different groups are independent.
/// Functions that are nearly a sum of functions of few inputs gain most.
///
/// # Source
/// I. M. Sobol 1967; S. Joe and F. Y. Kuo, SIAM J. Sci. Comput. 30 (2008) 2635 (direction numbers); A. B. Owen
/// 1995; B. Burley, Practical hash-based Owen scrambling, JCGT 9 (2020), with the hash of S. Laine and T. Karras.
///
/// # Example
/// ```
/// let sobol = lightloom_num::Sobol::new(7);
/// let sum: f64 = (0..1024).map(|i| sobol.coordinate(i, 99)).sum();
/// assert!((sum / 1024.0 - 0.5).abs() < 1e-3);
/// ```
#[derive(Debug, Clone)]
pub struct Sobol {
    seed: u64,
    /// For each dimension of a group, what each bit of the index, lowest first, contributes.
    directions: [[u32; 32]; 8],
}

/// Degree, inner coefficients as bits, and initial numbers of the polynomials of dimensions 1 to 7 (Joe and Kuo).
const POLYNOMIALS: [(usize, u32, [u32; 5]); 7] = [
    (1, 0, [1, 0, 0, 0, 0]),
    (2, 1, [1, 3, 0, 0, 0]),
    (3, 1, [1, 3, 1, 0, 0]),
    (3, 2, [1, 1, 1, 0, 0]),
    (4, 1, [1, 1, 3, 3, 0]),
    (4, 4, [1, 3, 5, 13, 0]),
    (5, 2, [1, 1, 5, 5, 17]),
];

impl Sobol {
    /// A sequence; another seed is another scrambling.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let directions = std::array::from_fn(|dimension| match dimension.checked_sub(1) {
            None => std::array::from_fn(|bit| 1 << (31 - bit)),
            Some(row) => directions(POLYNOMIALS[row]),
        });
        Self { seed, directions }
    }

    /// Coordinate of a point in one dimension, strictly between 0 and 1.
    #[must_use]
    pub fn coordinate(&self, index: u32, dimension: usize) -> f64 {
        let group = (dimension / 8) as u64;
        let mut rest = scramble(index, hash(self.seed ^ hash(2 * group)) as u32);
        let mut bits = 0;
        while rest != 0 {
            bits ^= self.directions[dimension % 8][rest.trailing_zeros() as usize];
            rest &= rest - 1;
        }
        let scrambled = scramble(bits, hash(self.seed ^ hash(2 * dimension as u64 + 1)) as u32);
        (f64::from(scrambled) + 0.5) / 4_294_967_296.0
    }
}

/// Sobol's recurrence from the initial numbers.
fn directions((degree, coefficients, initial): (usize, u32, [u32; 5])) -> [u32; 32] {
    let mut v = [0; 32];
    for i in 0..32 {
        v[i] = if i < degree {
            initial[i] << (31 - i)
        } else {
            let inner = (1..degree).filter(|back| (coefficients >> (degree - 1 - back)) & 1 == 1);
            let start = v[i - degree] ^ (v[i - degree] >> degree);
            inner.fold(start, |number, back| number ^ v[i - back])
        };
    }
    v
}

/// Flips each bit by a hash of the bits above it: Owen's scrambling.
fn scramble(bits: u32, seed: u32) -> u32 {
    let mut x = bits.reverse_bits().wrapping_add(seed);
    for even in [0x6c50_b47c, 0xb82f_1e52, 0xc7af_e638, 0x8d22_f6e6u32] {
        x ^= x.wrapping_mul(even);
    }
    x.reverse_bits()
}

/// SplitMix64's output function (Steele, Lea, Flood 2014).
fn hash(x: u64) -> u64 {
    let mut z = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
