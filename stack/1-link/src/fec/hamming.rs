//! The inner code of 802.3dj: extended Hamming(128,120) with a soft Chase decoder, on PAM4 in white noise.

use super::error::{FecError, bit_error_ratio};
use lightloom_num::{Stream, q, root};

/// Bits of a codeword: 64 PAM4 symbols.
pub const CODEWORD_BITS: usize = 128;
/// Bits of a message: one symbol each of twelve outer codewords.
pub const MESSAGE_BITS: usize = 120;
/// Outer codewords that share an inner one (IEEE P802.3dj, clause 177): a lost inner codeword costs each of them at most
/// one symbol, so that symbol errors within an outer codeword are independent.
pub const INTERLEAVED: usize = 12;

const SYMBOL_BITS: usize = MESSAGE_BITS / INTERLEAVED;

/// Column of the parity check matrix for each position: a one for the overall parity above a seven-bit address.
/// Message bits have the addresses of more than one bit, parity bits the others.
const COLUMNS: [u8; CODEWORD_BITS] = columns();
/// Position of each address.
const POSITIONS: [u8; CODEWORD_BITS] = positions();

const fn columns() -> [u8; CODEWORD_BITS] {
    let mut columns = [0; CODEWORD_BITS];
    let (mut message, mut parity) = (0, MESSAGE_BITS);
    let mut address = 0u8;
    while address < 128 {
        if address.count_ones() > 1 {
            columns[message] = 0x80 | address;
            message += 1;
        } else {
            columns[parity] = 0x80 | address;
            parity += 1;
        }
        address += 1;
    }
    columns
}

const fn positions() -> [u8; CODEWORD_BITS] {
    let mut positions = [0; CODEWORD_BITS];
    let mut i = 0;
    while i < CODEWORD_BITS {
        positions[(COLUMNS[i] & 0x7f) as usize] = i as u8;
        i += 1;
    }
    positions
}

/// Encodes the low 120 bits: the message below, eight parity bits above.
#[must_use]
pub fn encode(message: u128) -> u128 {
    let message = message & ((1 << MESSAGE_BITS) - 1);
    let address = syndrome(message) & 0x7f;
    let mut word = message;
    for (i, column) in COLUMNS.iter().enumerate().skip(MESSAGE_BITS) {
        // Addresses of one bit take up theirs; the address zero evens the parity below.
        if column & 0x7f & address != 0 {
            word |= 1 << i;
        }
    }
    let even = u128::from(word.count_ones() % 2);
    word | even << POSITIONS[0]
}

/// Syndrome: zero for a codeword; with the top bit the column of a single error; else two errors at least.
#[must_use]
pub fn syndrome(word: u128) -> u8 {
    let mut rest = word;
    let mut sum = 0;
    while rest != 0 {
        sum ^= COLUMNS[rest.trailing_zeros() as usize];
        rest &= rest - 1;
    }
    sum
}

/// A Chase decoder: tries every pattern on the least reliable bits and keeps the likeliest codeword that it meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chase {
    least_reliable: usize,
}

impl Chase {
    /// The decoder that 802.3dj's threshold of 4.8e-3 asks for: five bits, 32 patterns.
    pub const FIVE: Self = Self { least_reliable: 5 };

    /// A decoder that tries so many bits, at most ten; none is hard decision.
    #[must_use]
    pub const fn new(least_reliable: usize) -> Self {
        Self { least_reliable: if least_reliable > 10 { 10 } else { least_reliable } }
    }

    /// Decodes hard decisions with the reliability of each: the likeliest codeword met, or the word as it came when
    /// there is none.
    ///
    /// # Model
    /// For each of `2^p` patterns on the `p` least reliable bits: flip, correct a single error if the syndrome names
    /// one, and add up the reliabilities of all flipped bits. The codeword of the least sum wins.
    ///
    /// # Source
    /// D. Chase, A class of algorithms for decoding block codes with channel measurement information, IEEE Trans. Inf.
    /// Theory 18 (1972) 170, algorithm 2.
    #[must_use]
    pub fn decode(&self, word: u128, reliability: &[f64; CODEWORD_BITS]) -> u128 {
        let received = syndrome(word);
        if received == 0 {
            return word;
        }
        let weak = self.weakest(reliability);
        let weak = &weak[..self.least_reliable];
        let (mut flips, mut sum) = (0u128, received);
        let mut best: Option<(f64, u128)> = None;
        for step in 1..=1u32 << weak.len() {
            let address = usize::from(sum & 0x7f);
            let single = match sum {
                0 => Some(0),
                s if s & 0x80 != 0 => Some(1u128 << POSITIONS[address]),
                _ => None,
            };
            if let Some(single) = single {
                let all = flips ^ single;
                let weight = weight(all, reliability);
                if best.is_none_or(|(least, _)| weight < least) {
                    best = Some((weight, all));
                }
            }
            // The next pattern in Gray order differs in one bit.
            let bit = step.trailing_zeros() as usize;
            if let Some(position) = weak.get(bit) {
                flips ^= 1 << position;
                sum ^= COLUMNS[*position];
            }
        }
        best.map_or(word, |(_, all)| word ^ all)
    }

    /// Positions of the least reliable bits, the weakest first; only as many as are tried hold.
    fn weakest(&self, reliability: &[f64; CODEWORD_BITS]) -> [usize; 10] {
        let mut weak = [0; 10];
        let mut found = 0;
        for (i, r) in reliability.iter().enumerate() {
            let mut at = found;
            while at > 0 && *r < reliability[weak[at - 1]] {
                at -= 1;
            }
            if at < self.least_reliable {
                found = (found + 1).min(self.least_reliable);
                weak.copy_within(at..found - 1, at + 1);
                weak[at] = i;
            }
        }
        weak
    }
}

fn weight(flips: u128, reliability: &[f64; CODEWORD_BITS]) -> f64 {
    let (mut rest, mut sum) = (flips, 0.0);
    while rest != 0 {
        sum += reliability[rest.trailing_zeros() as usize];
        rest &= rest - 1;
    }
    sum
}

/// Slicer argument `1 / sigma`, with levels at -3, -1, 1, 3, that gives a bit error ratio in Gray-coded PAM4.
///
/// # Model
/// `BER = (3 Q(x) + 2 Q(3 x) - Q(5 x)) / 4`, which counts errors over two and three levels too.
///
/// # Errors
/// [`FecError::BitErrorRatio`] unless `1e-9 <= ber <= 0.25`.
pub fn slicer_argument(ber: f64) -> Result<f64, FecError> {
    bit_error_ratio(ber)?;
    if !(1e-9..=0.25).contains(&ber) {
        return Err(FecError::BitErrorRatio(ber));
    }
    let excess = |x: f64| {
        let exact = 0.75 * q(x) + 0.5 * q(3.0 * x) - 0.25 * q(5.0 * x);
        libm::log(exact / ber)
    };
    Ok(root(excess, 0.1, 7.0, 1e-13)?)
}

/// What a Monte Carlo of the inner code counted.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// Inner codewords.
    pub words: u64,
    /// Wrong bits before the decoder.
    pub bit_errors_before: u64,
    /// Wrong message bits behind it.
    pub bit_errors: u64,
    /// Wrong outer symbols behind it.
    pub symbol_errors: u64,
    /// Sum of the squares of the wrong symbols of each word, for the standard error: they come in clusters.
    pub symbol_errors_squared: u64,
}

impl Tally {
    /// Bit error ratio before the decoder.
    #[must_use]
    pub fn bit_error_ratio_before(&self) -> f64 {
        self.bit_errors_before as f64 / (self.words as f64 * CODEWORD_BITS as f64)
    }

    /// Bit error ratio of the messages behind the decoder.
    #[must_use]
    pub fn bit_error_ratio(&self) -> f64 {
        self.bit_errors as f64 / (self.words as f64 * MESSAGE_BITS as f64)
    }

    /// Ratio of wrong outer symbols behind the decoder, and its standard error.
    #[must_use]
    pub fn symbol_error_ratio(&self) -> (f64, f64) {
        let words = self.words as f64;
        let mean = self.symbol_errors as f64 / words;
        let variance = (self.symbol_errors_squared as f64 / words - mean * mean).max(0.0);
        let symbols = INTERLEAVED as f64;
        (mean / symbols, (variance / words).sqrt() / symbols)
    }
}

/// Sends random inner codewords through Gray-coded PAM4 and white noise, and counts what the decoder leaves.
///
/// # Model
/// Bits `2 i` and `2 i + 1` are the sign and the inner/outer bit of PAM4 symbol `i`; message bits `10 j` to `10 j + 9`
/// are the symbol of outer codeword `j` of twelve. Reliability is the max-log likelihood ratio: for a sample `y`,
/// `|y|` below 2 and `2 |y| - 2` above for the sign, `||y| - 2|` for the other.
///
/// # Validity
/// Independent noise: no error propagation, no residual intersymbol interference.
///
/// # Errors
/// As [`slicer_argument`].
pub fn simulate(
    ber: f64,
    decoder: Chase,
    words: u64,
    stream: &mut Stream,
) -> Result<Tally, FecError> {
    let sigma = 1.0 / slicer_argument(ber)?;
    let mut tally = Tally { words, ..Tally::default() };
    for _ in 0..words {
        let message = u128::from(stream.bits()) << 64 | u128::from(stream.bits());
        let sent = encode(message);
        let mut received = 0u128;
        let mut reliability = [0.0; CODEWORD_BITS];
        for i in 0..CODEWORD_BITS / 2 {
            let (sign, inner) = (sent >> (2 * i) & 1 == 1, sent >> (2 * i + 1) & 1 == 1);
            let level = if inner { 1.0 } else { 3.0 } * if sign { 1.0 } else { -1.0 };
            let y = level + sigma * stream.normal();
            let size = y.abs();
            received |= u128::from(y > 0.0) << (2 * i) | u128::from(size < 2.0) << (2 * i + 1);
            reliability[2 * i] = if size < 2.0 { size } else { 2.0 * size - 2.0 };
            reliability[2 * i + 1] = (size - 2.0).abs();
        }
        tally.bit_errors_before += u64::from((received ^ sent).count_ones());
        let wrong = (decoder.decode(received, &reliability) ^ sent) & ((1 << MESSAGE_BITS) - 1);
        if wrong != 0 {
            tally.bit_errors += u64::from(wrong.count_ones());
            let symbols = (0..INTERLEAVED)
                .filter(|j| wrong >> (SYMBOL_BITS * j) & ((1 << SYMBOL_BITS) - 1) != 0)
                .count() as u64;
            tally.symbol_errors += symbols;
            tally.symbol_errors_squared += symbols * symbols;
        }
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::needless_range_loop, reason = "triples of places")]
    fn codewords_differ_in_four_bits_at_least() {
        // A linear code: the least weight of a sum of up to three columns is never zero, of four it is.
        let mut four = 0;
        for a in 0..CODEWORD_BITS {
            for b in 0..a {
                assert_ne!(COLUMNS[a] ^ COLUMNS[b], 0);
                for c in 0..b {
                    let sum = COLUMNS[a] ^ COLUMNS[b] ^ COLUMNS[c];
                    assert_ne!(sum, 0);
                    four += usize::from(usize::from(POSITIONS[usize::from(sum & 0x7f)]) < c);
                }
            }
        }
        // Words of weight four in an extended Hamming code of length n: n (n-1) (n-2) / 24.
        assert_eq!(four, 128 * 127 * 126 / 24);
    }

    #[test]
    fn every_message_is_encoded_into_a_codeword_that_holds_it() {
        let mut stream = Stream::new(5, 0);
        for _ in 0..1000 {
            let message = u128::from(stream.bits()) << 64 | u128::from(stream.bits());
            let word = encode(message);
            assert_eq!(syndrome(word), 0);
            assert_eq!((word ^ message) & ((1 << MESSAGE_BITS) - 1), 0);
        }
    }

    #[test]
    fn one_error_is_corrected_by_all_and_three_weak_ones_by_chase() {
        let sent = encode(0x0123_4567_89ab_cdef_0011_2233_4455_6677);
        let mut reliability = [1.0; CODEWORD_BITS];
        for i in 0..CODEWORD_BITS {
            assert_eq!(Chase::new(0).decode(sent ^ 1 << i, &reliability), sent);
        }
        for at in [3, 50, 99] {
            reliability[at] = 0.1;
        }
        let word = sent ^ 1 << 3 ^ 1 << 50 ^ 1 << 99;
        assert_eq!(Chase::new(3).decode(word, &reliability), sent);
        assert_ne!(Chase::new(0).decode(word, &reliability), sent);
        // Two errors are noticed and left.
        let two = sent ^ 1 << 3 ^ 1 << 7;
        assert_eq!(Chase::new(0).decode(two, &reliability), two);
    }
}
