//! A quick hash of numbers that nobody chose to collide.

use std::hash::Hasher;

/// Multiplies and folds: enough for the numbers of components.
#[derive(Debug, Default)]
pub(super) struct Numbers(u64);

/// The golden ratio's fraction, odd: its multiples spread evenly (Knuth).
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for Numbers {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        // The table takes both ends of the hash: the high half of the product is folded onto the low one.
        let product = u128::from(self.0.rotate_left(5) ^ number) * u128::from(GOLDEN);
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}
