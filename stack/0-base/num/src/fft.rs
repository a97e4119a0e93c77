//! Discrete Fourier transforms of real sequences.

use num_complex::Complex64;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bins from zero to half the sampling rate: `length / 2 + 1` of them.
pub type Spectrum = Vec<Complex64>;

/// Transforms between a real sequence of one length and its spectrum.
///
/// # Model
/// `X[k] = sum x[n] exp(-j 2 pi k n / N)` forward, and `x[n] = 1/N sum X[k] exp(+j 2 pi k n / N)` back, where the
/// upper half of the bins is the mirror of the lower.
///
/// # Validity
/// Any length from one; those of small prime factors are fast. Same bits on every processor: no SIMD paths.
///
/// # Example
/// ```
/// let fft = lightloom_num::RealFft::new(4);
/// let spectrum = fft.forward(&[1.0, 0.0, -1.0, 0.0]);
/// assert_eq!(spectrum[1].re, 2.0);
/// assert_eq!(fft.inverse(&spectrum), [1.0, 0.0, -1.0, 0.0]);
/// ```
#[derive(Clone)]
pub struct RealFft {
    length: usize,
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
}

thread_local! {
    /// Plans of this thread: one takes as long as some ten transforms.
    static PLANS: RefCell<BTreeMap<usize, RealFft>> = const { RefCell::new(BTreeMap::new()) };
}

/// Most plans that are kept; the longest are some 20 MB.
const MOST_PLANS: usize = 16;

impl RealFft {
    /// Plans transforms of sequences of `length` samples; a length of zero is taken as one.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let length = length.max(1);
        PLANS.with_borrow_mut(|plans| {
            if plans.len() >= MOST_PLANS && !plans.contains_key(&length) {
                plans.clear();
            }
            plans.entry(length).or_insert_with(|| Self::plan(length)).clone()
        })
    }

    fn plan(length: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        Self {
            length,
            forward: planner.plan_fft_forward(length),
            inverse: planner.plan_fft_inverse(length),
        }
    }

    /// Samples of a sequence.
    #[must_use]
    pub fn length(&self) -> usize {
        self.length
    }

    /// Bins of a spectrum: `length / 2 + 1`.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.length / 2 + 1
    }

    /// Spectrum of a sequence. A shorter one is padded with zeros, a longer one is cut.
    #[must_use]
    pub fn forward(&self, samples: &[f64]) -> Spectrum {
        let mut input = vec![0.0; self.length];
        let n = samples.len().min(self.length);
        input[..n].copy_from_slice(&samples[..n]);
        let mut spectrum = self.forward.make_output_vec();
        // The lengths are right by construction, so the transform cannot refuse.
        let done = self.forward.process(&mut input, &mut spectrum);
        debug_assert!(done.is_ok());
        spectrum
    }

    /// Sequence of a spectrum. Missing bins are zero, surplus ones are left out, and what a real sequence cannot
    /// have (an imaginary part at zero and, for an even length, at the top) is dropped.
    #[must_use]
    pub fn inverse(&self, spectrum: &[Complex64]) -> Vec<f64> {
        let mut bins = vec![Complex64::new(0.0, 0.0); self.bins()];
        let n = spectrum.len().min(bins.len());
        bins[..n].copy_from_slice(&spectrum[..n]);
        bins[0].im = 0.0;
        if self.length.is_multiple_of(2) {
            let top = bins.len() - 1;
            bins[top].im = 0.0;
        }
        let mut samples = vec![0.0; self.length];
        let done = self.inverse.process(&mut bins, &mut samples);
        debug_assert!(done.is_ok());
        let scale = 1.0 / f64::from(u32::try_from(self.length).unwrap_or(u32::MAX));
        for sample in &mut samples {
            *sample *= scale;
        }
        samples
    }
}

impl std::fmt::Debug for RealFft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RealFft").field("length", &self.length).finish()
    }
}
