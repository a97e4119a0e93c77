//! Errors that a decision-feedback equaliser propagates: runs of wrong symbols, and what precoding makes of them.

use super::error::{self, FecError};
use super::{Interleaving, ReedSolomon};
use crate::Pam;
use lightloom_num::{q, q_inverse};
use serde::{Deserialize, Serialize};

/// How one wrong decision leads to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Propagation {
    /// Probability that the symbol behind a wrong one is wrong too, in [0, 1).
    Probability(f64),
    /// A feedback tap, as a share of the main one, in [0, 1].
    Tap(f64),
}

impl Propagation {
    /// Probability `a` that the symbol behind a wrong one is wrong too.
    ///
    /// # Model
    /// A decision that is wrong by one level shifts the next sample by `2 b`, where levels lie 2 apart. Noise of
    /// standard deviation `sigma = 1 / x` then crosses a threshold with `Q(x (1 - 2 b))` on the one side and
    /// `Q(x (1 + 2 b))` on the other; the outermost of `L` levels has one side only:
    /// `a = (1 - 1/L) (Q(x (1 - 2 b)) + Q(x (1 + 2 b)))`, with `x` from the bit error ratio,
    /// `p = 2 (1 - 1/L) Q(x) / bits`. So `a` runs from the symbol error ratio at `b = 0` to `(L - 1) / L` at `b = 1`.
    ///
    /// # Validity
    /// One tap, errors of one level; a larger tap or a second one makes longer runs.
    ///
    /// # Source
    /// D. L. Duttweiler, J. E. Mazo, D. G. Messerschmitt, An upper bound on the error probability in decision-feedback
    /// equalization, IEEE Trans. Inf. Theory 20 (1974) 490, for the chain; the closed form is ours.
    ///
    /// # Errors
    /// [`FecError::Propagation`] or [`FecError::Tap`] outside their ranges; [`FecError::BitErrorRatio`].
    ///
    /// # Example
    /// ```
    /// use lightloom_link::Pam;
    /// use lightloom_link::fec::Propagation;
    /// let full = Propagation::Tap(1.0).probability(Pam::Pam4, 1e-5)?;
    /// assert!((full - 0.75).abs() < 1e-4);
    /// // Without feedback an error is as likely as ever: two bits of 1e-5.
    /// let none = Propagation::Tap(0.0).probability(Pam::Pam4, 1e-5)?;
    /// assert!((none - 2e-5).abs() < 1e-12);
    /// # Ok::<(), lightloom_link::fec::FecError>(())
    /// ```
    pub fn probability(self, pam: Pam, ber: f64) -> Result<f64, FecError> {
        match self {
            Self::Probability(a) if (0.0..1.0).contains(&a) => Ok(a),
            Self::Probability(a) => Err(FecError::Propagation(a)),
            Self::Tap(b) if (0.0..=1.0).contains(&b) => {
                error::bit_error_ratio(ber)?;
                let inner = 1.0 - 1.0 / pam.levels();
                let tail = ber * pam.bits_per_symbol() / (2.0 * inner);
                // A slicer that guesses has no argument; its errors do not depend on those before.
                let x = q_inverse(tail.min(0.5))?;
                Ok(inner * (q(x * (1.0 - 2.0 * b)) + q(x * (1.0 + 2.0 * b))))
            }
            Self::Tap(b) => Err(FecError::Tap(b)),
        }
    }
}

/// Precoding `1 / (1 + D)` modulo the number of levels.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Precoding {
    /// Symbols go out as they are: a run of r wrong decisions is r errors.
    #[default]
    Off,
    /// The receiver adds neighbours: a run, whose errors alternate in sign, leaves one error at its begin and one
    /// behind its end.
    On,
}

/// Error bursts of a slicer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bursts {
    /// From one wrong decision to the next.
    pub propagation: Propagation,
    /// Whether the line is precoded.
    pub precoding: Precoding,
    /// Code symbols that fill in parallel on the lane, one PAM symbol for each in turn: lanes of the code that are
    /// multiplexed onto it. 1, 2 or 4; others are taken as the next smaller.
    pub multiplexed: u32,
}

impl Bursts {
    /// Bursts of a feedback tap, symbols of the code one after the other.
    #[must_use]
    pub const fn of_tap(tap: f64, precoding: Precoding) -> Self {
        Self { propagation: Propagation::Tap(tap), precoding, multiplexed: 1 }
    }

    const fn depth(&self) -> usize {
        match self.multiplexed {
            0 | 1 => 1,
            2 | 3 => 2,
            _ => 4,
        }
    }
}

/// What bursts do to a code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BurstErrors {
    /// Probability that an error continues.
    pub continuation: f64,
    /// Bit error ratio before the code, propagated errors included and precoding undone.
    pub ber_before: f64,
    /// Ratio of wrong code symbols before the decoder.
    pub symbol_error_ratio: f64,
    /// Ratio of lost codewords.
    pub codeword_error_ratio: f64,
    /// Bit error ratio behind the decoder.
    pub ber: f64,
}

/// Chain of the slicer: right or wrong decisions.
#[derive(Debug, Clone, Copy)]
struct Chain {
    /// `transition[from][to]`, 0 right, 1 wrong.
    transition: [[f64; 2]; 2],
    stationary: [f64; 2],
    precoding: Precoding,
}

impl Chain {
    fn new(ber: f64, pam: Pam, bursts: &Bursts) -> Result<Self, FecError> {
        let start = error::bit_error_ratio(ber)? * pam.bits_per_symbol();
        if start >= 1.0 {
            return Err(FecError::Certain { ber, pam });
        }
        let go_on = bursts.propagation.probability(pam, ber)?;
        let wrong = start / (1.0 - go_on + start);
        Ok(Self {
            transition: [[1.0 - start, start], [1.0 - go_on, go_on]],
            stationary: [1.0 - wrong, wrong],
            precoding: bursts.precoding,
        })
    }

    /// Whether a step leaves an error in the data.
    const fn errs(&self, from: usize, to: usize) -> bool {
        match self.precoding {
            Precoding::Off => to == 1,
            Precoding::On => from != to,
        }
    }

    /// Ratio of PAM symbols that reach the data wrong.
    fn symbol_errors(&self) -> f64 {
        match self.precoding {
            Precoding::Off => self.stationary[1],
            Precoding::On => 2.0 * self.stationary[0] * self.transition[0][1],
        }
    }
}

/// Bit error ratio with propagated errors, precoding undone: one bit for each wrong symbol (Gray coding).
pub(super) fn bit_error_ratio(ber: f64, pam: Pam, bursts: &Bursts) -> Result<f64, FecError> {
    Ok(Chain::new(ber, pam, bursts)?.symbol_errors() / pam.bits_per_symbol())
}

/// Codeword error ratio of a Reed-Solomon code behind a slicer that propagates errors.
///
/// # Model
/// Decisions are a Markov chain of two states: an error begins with the symbol error ratio `s` of the noise and goes
/// on with probability `a`, so that runs are geometric, `P(r) = a^(r-1) (1 - a)`. Without precoding every wrong
/// decision is an error, with it every change between right and wrong is one. The number of wrong code symbols in a
/// codeword has the generating function `pi' (prod over groups of M(z)) 1`, where `M(z)` carries the chain across one
/// group of code symbols that fill in parallel and marks with `z` those of this codeword that it hits; symbols of the
/// other interleaved codewords pass unmarked. Powers of `M` are multiplied as polynomials cut at `t`, what exceeds `t`
/// gathers in a term of its own: sums of positive numbers alone, so that small ratios keep their precision.
///
/// # Validity
/// Exact for the chain, down to 1e-290. PAM8 code symbols are taken as 3, 3 and 4 PAM symbols in turn (they hold
/// 10/3); an error is one bit (Gray coding, one level). Interleaved symbols alternate in order; multiplexing is by PAM
/// symbol. Errors at the seam of two codewords belong to the stationary chain.
///
/// # Source
/// link_physics 2.5; R. Narasimha, N. Warke, N. Shanbhag, Impact of DFE error propagation on FEC-based high-speed I/O
/// links, IEEE GLOBECOM 2009. With `a = 3/4` it gives the burst limits of the low-latency specification (B36) to 2 %.
///
/// # Errors
/// [`FecError`] for a bit error ratio, a probability or a tap outside its range.
pub fn codeword_errors(
    code: &ReedSolomon,
    ber: f64,
    pam: Pam,
    bursts: &Bursts,
    interleaving: Interleaving,
) -> Result<BurstErrors, FecError> {
    let chain = Chain::new(ber, pam, bursts)?;
    let (depth, ways) = (bursts.depth(), interleaving.codewords() as usize);
    // PAM symbols of one code symbol, in turn.
    let spans: &[usize] = match pam {
        Pam::Pam2 => &[10],
        Pam::Pam4 => &[5],
        Pam::Pam6 => &[4],
        Pam::Pam8 => &[3, 3, 4],
    };
    let t = code.t as usize;
    let groups = code.n as usize * ways / depth;
    // Codewords alternate from group to group where more of them alternate than fit into one.
    let turns = (ways / depth).max(1);
    let group = |index: usize| {
        let ours: Vec<bool> =
            (0..depth).map(|lane| (index * depth + lane).is_multiple_of(ways)).collect();
        Polynomial::of_group(&chain, spans[index % spans.len()], &ours, t)
    };
    let period = turns * spans.len();
    let one: Vec<Polynomial> = (0..period).map(group).collect();
    let product = |upto: usize| one.iter().take(upto).cloned().reduce(|all, next| all.times(&next));
    let mut all = product(period).unwrap_or(Polynomial::identity(t)).power(groups / period);
    if let Some(rest) = product(groups % period) {
        all = all.times(&rest);
    }
    let Moments { lost, lost_symbols, symbols } = all.moments(chain.stationary);
    let bits = pam.bits_per_symbol();
    let ber_before = chain.symbol_errors() / bits;
    Ok(BurstErrors {
        continuation: chain.transition[1][1],
        ber_before,
        symbol_error_ratio: symbols / f64::from(code.n),
        codeword_error_ratio: lost.min(1.0),
        ber: if symbols > 0.0 { ber_before * lost_symbols / symbols } else { 0.0 },
    })
}

/// The codeword error ratio with and without precoding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrecodingChoice {
    /// Without.
    pub off: BurstErrors,
    /// With.
    pub on: BurstErrors,
}

impl PrecodingChoice {
    /// The one that loses fewer codewords; off when both lose the same.
    #[must_use]
    pub fn better(&self) -> Precoding {
        if self.on.codeword_error_ratio < self.off.codeword_error_ratio {
            Precoding::On
        } else {
            Precoding::Off
        }
    }
}

/// Compares a line with and without precoding.
///
/// # Model
/// [`codeword_errors`] of both. Precoding doubles single errors and cuts long runs to two: it pays from some
/// probability of propagation on.
///
/// # Errors
/// As [`codeword_errors`].
pub fn compare_precoding(
    code: &ReedSolomon,
    ber: f64,
    pam: Pam,
    bursts: &Bursts,
    interleaving: Interleaving,
) -> Result<PrecodingChoice, FecError> {
    let with =
        |precoding| codeword_errors(code, ber, pam, &Bursts { precoding, ..*bursts }, interleaving);
    Ok(PrecodingChoice { off: with(Precoding::Off)?, on: with(Precoding::On)? })
}

type Matrix = [[f64; 2]; 2];

fn add_product(to: &mut Matrix, a: &Matrix, b: &Matrix, factor: f64) {
    for (row, out) in a.iter().zip(to) {
        for (j, cell) in out.iter_mut().enumerate() {
            *cell += factor * (row[0] * b[0][j] + row[1] * b[1][j]);
        }
    }
}

fn add(to: &mut Matrix, a: &Matrix, factor: f64) {
    for (row, out) in a.iter().zip(to) {
        for (cell, out) in row.iter().zip(out) {
            *out += factor * cell;
        }
    }
}

/// A polynomial of matrices up to degree `t`; beyond, the sum of the coefficients and that of degree times
/// coefficient.
#[derive(Debug, Clone)]
struct Polynomial {
    kept: Vec<Matrix>,
    beyond: Matrix,
    beyond_moment: Matrix,
}

/// What is read off at the end.
struct Moments {
    lost: f64,
    lost_symbols: f64,
    symbols: f64,
}

impl Polynomial {
    fn zero(t: usize) -> Self {
        let zero = [[0.0; 2]; 2];
        Self { kept: vec![zero; t + 1], beyond: zero, beyond_moment: zero }
    }

    fn identity(t: usize) -> Self {
        let mut one = Self::zero(t);
        one.kept[0] = [[1.0, 0.0], [0.0, 1.0]];
        one
    }

    /// The chain across code symbols that fill in parallel, `span` PAM symbols each; `ours` tells which count.
    fn of_group(chain: &Chain, span: usize, ours: &[bool], t: usize) -> Self {
        let mut polynomial = Self::zero(t);
        let sets = 1 << ours.len();
        for start in 0..2 {
            // Probability of each chain state and each set of lanes that were hit.
            let mut now = vec![[0.0; 2]; sets];
            now[0][start] = 1.0;
            for step in 0..span * ours.len() {
                let lane = step % ours.len();
                let mut next = vec![[0.0; 2]; sets];
                for (set, states) in now.iter().enumerate() {
                    for (from, p) in states.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                        for (to, step) in chain.transition[from].iter().enumerate() {
                            let hit = usize::from(ours[lane] && chain.errs(from, to)) << lane;
                            next[set | hit][to] += p * step;
                        }
                    }
                }
                now = next;
            }
            for (set, states) in now.iter().enumerate() {
                let degree = set.count_ones() as usize;
                let (row, moment) = match polynomial.kept.get_mut(degree) {
                    Some(kept) => (&mut kept[start], 0.0),
                    None => (&mut polynomial.beyond[start], degree as f64),
                };
                for (i, p) in states.iter().enumerate() {
                    row[i] += p;
                    polynomial.beyond_moment[start][i] += moment * p;
                }
            }
        }
        polynomial
    }

    fn times(&self, other: &Self) -> Self {
        let t = self.kept.len() - 1;
        let mut out = Self::zero(t);
        let (mut sum, mut moment) = ([[0.0; 2]; 2], [[0.0; 2]; 2]);
        for (j, b) in other.kept.iter().enumerate() {
            add(&mut sum, b, 1.0);
            add(&mut moment, b, j as f64);
        }
        add(&mut sum, &other.beyond, 1.0);
        add(&mut moment, &other.beyond_moment, 1.0);
        for (i, a) in self.kept.iter().enumerate() {
            for (j, b) in other.kept.iter().enumerate() {
                if i + j <= t {
                    add_product(&mut out.kept[i + j], a, b, 1.0);
                } else {
                    add_product(&mut out.beyond, a, b, 1.0);
                    add_product(&mut out.beyond_moment, a, b, (i + j) as f64);
                }
            }
            add_product(&mut out.beyond, a, &other.beyond, 1.0);
            add_product(&mut out.beyond_moment, a, &other.beyond, i as f64);
            add_product(&mut out.beyond_moment, a, &other.beyond_moment, 1.0);
        }
        add_product(&mut out.beyond, &self.beyond, &sum, 1.0);
        add_product(&mut out.beyond_moment, &self.beyond_moment, &sum, 1.0);
        add_product(&mut out.beyond_moment, &self.beyond, &moment, 1.0);
        out
    }

    fn power(&self, exponent: usize) -> Self {
        if exponent == 0 {
            return Self::identity(self.kept.len() - 1);
        }
        // The highest bit is the polynomial itself; the rest squares and multiplies.
        let mut result = self.clone();
        for bit in (0..exponent.ilog2()).rev() {
            result = result.times(&result);
            if exponent >> bit & 1 == 1 {
                result = result.times(self);
            }
        }
        result
    }

    fn moments(&self, start: [f64; 2]) -> Moments {
        let sum = |m: &Matrix| start[0] * (m[0][0] + m[0][1]) + start[1] * (m[1][0] + m[1][1]);
        let lost_symbols = sum(&self.beyond_moment);
        let kept: f64 = self.kept.iter().enumerate().map(|(j, m)| j as f64 * sum(m)).sum();
        Moments { lost: sum(&self.beyond), lost_symbols, symbols: kept + lost_symbols }
    }
}
