//! Seeded streams of random numbers: one for each entity, the same on every machine.

/// A reproducible stream of random numbers, keyed by a seed and an entity.
///
/// Entities that draw from streams of their own do not disturb each other: one more draw here changes nothing there,
/// whatever the order in which they are worked on.
///
/// # Model
/// xoshiro256++ (period 2^256 - 1), its state filled by SplitMix64 from a mix of seed and entity.
///
/// # Validity
/// For simulation, not for secrets. Two streams overlap within `n` draws with a probability of about `n 2^-256`.
///
/// # Source
/// D. Blackman and S. Vigna, Scrambled linear pseudorandom number generators, ACM TOMS 47 (2021) 36; G. Steele,
/// D. Lea, C. Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.
///
/// # Example
/// ```
/// use lightloom_num::Stream;
/// let draw = |entity| Stream::new(7, entity).unit();
/// assert_eq!(draw(1), draw(1));
/// assert_ne!(draw(1), draw(2));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    state: [u64; 4],
    /// The second of a pair of normal numbers.
    spare: Option<f64>,
}

impl Stream {
    /// The stream of an entity under a seed.
    #[must_use]
    pub fn new(seed: u64, entity: u64) -> Self {
        // The seed is mixed before the entity joins it, so that (1, 2) and (2, 1) differ.
        let mut counter = split_mix(seed).wrapping_add(entity);
        let state = std::array::from_fn(|_| {
            counter = counter.wrapping_add(GOLDEN);
            split_mix(counter)
        });
        Self { state, spare: None }
    }

    /// Sixty-four random bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number strictly between 0 and 1, uniformly distributed.
    pub fn unit(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0
    }

    /// A whole number below `bound`, uniformly distributed; 0 when `bound` is 0.
    ///
    /// # Model
    /// The high half of `bits * bound`; the bias is below `bound / 2^64`.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// A number of the standard normal distribution.
    ///
    /// # Source
    /// G. Marsaglia and T. A. Bray, A convenient method for generating normal variables, SIAM Review 6 (1964) 260.
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let square = x * x + y * y;
            if square < 1.0 {
                let scale = (-2.0 * libm::log(square) / square).sqrt();
                self.spare = Some(y * scale);
                return x * scale;
            }
        }
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64's output function of a counter that was advanced already.
fn split_mix(x: u64) -> u64 {
    let mut z = x;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of the authors' C program from the state 1, 2, 3, 4.
    #[test]
    fn numbers_of_the_reference_implementation() {
        let mut stream = Stream { state: [1, 2, 3, 4], spare: None };
        let expected: [u64; 6] = [
            41_943_041,
            58_720_359,
            3_588_806_011_781_223,
            3_591_011_842_654_386,
            9_228_616_714_210_784_205,
            9_973_669_472_204_895_162,
        ];
        assert_eq!(std::array::from_fn(|_| stream.bits()), expected);
    }

    #[test]
    fn moments() {
        let mut stream = Stream::new(1, 1);
        let n = 400_000;
        let (mut sum, mut square, mut fourth, mut unit) = (0.0, 0.0, 0.0, 0.0);
        for _ in 0..n {
            let x = stream.normal();
            (sum, square, fourth) = (sum + x, square + x * x, fourth + x * x * x * x);
            unit += stream.unit();
        }
        let n = f64::from(n);
        // Five standard errors each: sqrt(1/n), sqrt(2/n), sqrt(96/n), sqrt(1/12n).
        assert!((sum / n).abs() < 5.0 * (1.0 / n).sqrt());
        assert!((square / n - 1.0).abs() < 5.0 * (2.0 / n).sqrt());
        assert!((fourth / n - 3.0).abs() < 5.0 * (96.0 / n).sqrt());
        assert!((unit / n - 0.5).abs() < 5.0 * (1.0 / 12.0 / n).sqrt());
    }

    #[test]
    fn whole_numbers_reach_every_value_below_the_bound() {
        let mut stream = Stream::new(3, 0);
        let mut seen = [0u32; 7];
        for _ in 0..7000 {
            seen[stream.below(7) as usize] += 1;
        }
        // 1000 each, standard deviation 29.
        assert!(seen.iter().all(|n| (850..1150).contains(n)), "{seen:?}");
        assert_eq!(stream.below(0), 0);
    }
}
