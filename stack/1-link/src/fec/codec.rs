//! Encoder and decoder of the Reed-Solomon codes: the proof that the closed forms beside them hold.

use super::galois::{Symbol, evaluate, power, product, quotient};
use super::reed_solomon::ReedSolomon;

/// Why a word was not corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// A message or a word of the wrong length.
    #[error("RS({n},{k}) takes {expected} symbols here, found {found}", n = .code.n, k = .code.k)]
    Length {
        /// The code.
        code: ReedSolomon,
        /// Symbols it takes.
        expected: usize,
        /// Symbols given.
        found: usize,
    },
    /// A symbol of more than ten bits.
    #[error("symbol {at} is {found}; symbols of GF(2^10) lie below 1024")]
    Symbol {
        /// Index of the symbol.
        at: usize,
        /// Its value.
        found: Symbol,
    },
    /// More errors than the code corrects, and it noticed.
    #[error("more than {t} symbols are wrong: the codeword is lost", t = .0.t)]
    Uncorrectable(ReedSolomon),
}

impl ReedSolomon {
    /// Encodes `k` symbols into a codeword of `n`: the message, then the parity.
    ///
    /// # Model
    /// Systematic: the parity is the remainder of `m(x) x^(n-k)` by `g(x) = prod for j = 0..2t-1 of (x - alpha^j)`
    /// over GF(2^10); the first symbol is the highest coefficient.
    ///
    /// # Source
    /// IEEE 802.3-2022, 91.5.2.7 and clause 119.
    ///
    /// # Errors
    /// [`CodecError::Length`] or [`CodecError::Symbol`] for a message that is none.
    pub fn encode(&self, message: &[Symbol]) -> Result<Vec<Symbol>, CodecError> {
        self.check(message, self.k as usize)?;
        let generator = self.generator();
        let mut parity = vec![0; generator.len()];
        for symbol in message {
            let feedback = symbol ^ parity[0];
            parity.rotate_left(1);
            if let Some(last) = parity.last_mut() {
                *last = 0;
            }
            for (p, g) in parity.iter_mut().zip(&generator) {
                *p ^= product(feedback, *g);
            }
        }
        let mut word = message.to_vec();
        word.extend(parity);
        Ok(word)
    }

    /// Corrects a received word in place and says how many symbols were wrong.
    ///
    /// # Model
    /// Syndromes, Berlekamp-Massey, Chien's search over the positions of the shortened code, Forney's values; then the
    /// syndromes of the result are checked. More than `t` errors are noticed, or end in another codeword.
    ///
    /// # Source
    /// R. E. Blahut, Algebraic Codes for Data Transmission, 2003, chapter 7.
    ///
    /// # Errors
    /// [`CodecError::Uncorrectable`], which leaves the word as it was received; [`CodecError::Length`] or
    /// [`CodecError::Symbol`] for a word that is none.
    ///
    /// # Example
    /// ```
    /// use lightloom_link::fec::ReedSolomon;
    /// let code = ReedSolomon::KP4;
    /// let sent = code.encode(&[7; 514])?;
    /// let mut word = sent.clone();
    /// for at in 0..15 {
    ///     word[30 * at] ^= 0x155;
    /// }
    /// assert_eq!(code.decode(&mut word)?, 15);
    /// assert_eq!(word, sent);
    /// # Ok::<(), lightloom_link::fec::CodecError>(())
    /// ```
    pub fn decode(&self, word: &mut [Symbol]) -> Result<usize, CodecError> {
        self.check(word, self.n as usize)?;
        let syndromes = self.syndromes(word);
        if syndromes.iter().all(|s| *s == 0) {
            return Ok(0);
        }
        let locator = berlekamp_massey(&syndromes);
        let degree = locator.len() - 1;
        if degree > self.t as usize {
            return Err(CodecError::Uncorrectable(*self));
        }
        // The evaluator: locator times syndromes, modulo x^2t.
        let evaluator: Vec<Symbol> = (0..syndromes.len())
            .map(|i| {
                let terms = locator.iter().enumerate().take(i + 1);
                terms.fold(0, |sum, (j, c)| sum ^ product(*c, syndromes[i - j]))
            })
            .collect();
        // In characteristic two the derivative keeps the odd coefficients.
        let derivative: Vec<Symbol> = locator
            .iter()
            .enumerate()
            .skip(1)
            .map(|(i, c)| if i % 2 == 1 { *c } else { 0 })
            .collect();
        let mut corrections = Vec::with_capacity(degree);
        for exponent in 0..word.len() {
            let (x, inverse) = (power(exponent), power(super::galois::ORDER - exponent));
            if evaluate(&locator, inverse) != 0 {
                continue;
            }
            let value = quotient(evaluate(&evaluator, inverse), evaluate(&derivative, inverse))
                .ok_or(CodecError::Uncorrectable(*self))?;
            // The roots of the generator begin at alpha^0, hence the factor.
            corrections.push((word.len() - 1 - exponent, product(x, value)));
        }
        if corrections.len() != degree {
            return Err(CodecError::Uncorrectable(*self));
        }
        for (at, value) in &corrections {
            word[*at] ^= value;
        }
        if self.syndromes(word).iter().any(|s| *s != 0) {
            for (at, value) in &corrections {
                word[*at] ^= value;
            }
            return Err(CodecError::Uncorrectable(*self));
        }
        Ok(degree)
    }

    /// Whether a word is a codeword.
    #[must_use]
    pub fn is_codeword(&self, word: &[Symbol]) -> bool {
        word.len() == self.n as usize && self.syndromes(word).iter().all(|s| *s == 0)
    }

    fn check(&self, symbols: &[Symbol], expected: usize) -> Result<(), CodecError> {
        if symbols.len() != expected {
            return Err(CodecError::Length { code: *self, expected, found: symbols.len() });
        }
        match symbols.iter().position(|s| *s > 0x3ff) {
            Some(at) => Err(CodecError::Symbol { at, found: symbols[at] }),
            None => Ok(()),
        }
    }

    /// The generator without its leading one, highest coefficient first.
    fn generator(&self) -> Vec<Symbol> {
        let mut g: Vec<Symbol> = vec![1];
        for j in 0..(self.n - self.k) as usize {
            let root = power(j);
            g.push(0);
            for i in (1..g.len()).rev() {
                g[i] ^= product(g[i - 1], root);
            }
        }
        g.remove(0);
        g
    }

    fn syndromes(&self, word: &[Symbol]) -> Vec<Symbol> {
        (0..(self.n - self.k) as usize)
            .map(|j| word.iter().fold(0, |value, symbol| product(value, power(j)) ^ symbol))
            .collect()
    }
}

/// The shortest register that makes the syndromes: the error locator, lowest coefficient first.
fn berlekamp_massey(syndromes: &[Symbol]) -> Vec<Symbol> {
    let (mut locator, mut previous): (Vec<Symbol>, Vec<Symbol>) = (vec![1], vec![1]);
    let (mut length, mut gap, mut last) = (0, 1, 1);
    for (i, syndrome) in syndromes.iter().enumerate() {
        let discrepancy = locator
            .iter()
            .enumerate()
            .skip(1)
            .take(length.min(i))
            .fold(*syndrome, |sum, (j, c)| sum ^ product(*c, syndromes[i - j]));
        // `last` is never zero: it was a discrepancy that was not.
        let factor = quotient(discrepancy, last).unwrap_or(0);
        if factor == 0 {
            gap += 1;
            continue;
        }
        let before = locator.clone();
        locator.resize(locator.len().max(previous.len() + gap), 0);
        for (j, c) in previous.iter().enumerate() {
            locator[j + gap] ^= product(factor, *c);
        }
        if 2 * length <= i {
            length = i + 1 - length;
            previous = before;
            last = discrepancy;
            gap = 1;
        } else {
            gap += 1;
        }
    }
    while locator.len() > 1 && locator.last() == Some(&0) {
        locator.pop();
    }
    locator
}
