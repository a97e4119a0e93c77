//! Test patterns of four levels, and the light that a transmitter makes of them.

use super::TdecqError;
use lightloom_num::{RealFft, to_f64};
use lightloom_units::{Quantity, RelativeIntensityNoise, SymbolRate};
use num_complex::Complex64;

/// Samples per symbol of a computed waveform.
pub const SAMPLES: usize = 16;

/// PRBS13Q: 8191 symbols, each level a quarter of them.
///
/// # Model
/// Two periods of the 13-bit sequence of `1 + x + x² + x¹² + x¹³`, taken bit pair by bit pair and Gray-coded:
/// 00, 01, 11, 10 are 0, 1, 2, 3.
///
/// # Source
/// IEEE 802.3, 120.5.11.2.1. The start of the period is free: it shifts the pattern.
///
/// # Example
/// ```
/// let pattern = lightloom_link::optics::prbs13q();
/// assert_eq!(pattern.len(), 8191);
/// let threes = pattern.iter().filter(|s| **s == 3).count();
/// assert_eq!(threes, 2048);
/// ```
#[must_use]
pub fn prbs13q() -> Vec<u8> {
    let mut state: u16 = 0x1fff;
    let mut bit = || {
        // Fibonacci register: the new bit is the sum of the taps 13, 12, 2, 1 delays ago.
        let new = (state >> 12 ^ state >> 11 ^ state >> 1 ^ state) & 1;
        state = (state << 1 | new) & 0x1fff;
        new
    };
    (0..8191).map(|_| gray(bit() == 1, bit() == 1)).collect()
}

/// The level of two bits in the order they are sent.
const fn gray(first: bool, second: bool) -> u8 {
    match (first, second) {
        (false, false) => 0,
        (false, true) => 1,
        (true, true) => 2,
        (true, false) => 3,
    }
}

/// SSPRQ, the short stress pattern of four levels by which TDECQ is defined: 65 535 symbols.
///
/// # Model
/// Three stretches of the inverted sequence of `1 + x²⁸ + x³¹`, each behind its own 31 bits, make 32 768 bits. These
/// are sent twice, and twice more without the first and the last bit, Gray-coded; every second time level `s` is `3 - s`.
///
/// # Source
/// IEEE 802.3-2022, 120.5.11.2.3 and Table 120-2; generator of Figure 49-9. Equal to the standard's published sequence
/// (a test compares its digest).
///
/// # Example
/// ```
/// assert_eq!(lightloom_link::optics::ssprq().len(), 65_535);
/// ```
#[must_use]
pub fn ssprq() -> Vec<u8> {
    /// The register at the start of each stretch, stage 30 first, and its bits.
    const STRETCHES: [(u32, usize); 3] =
        [(0x0000_0002, 10_924), (0x3401_3ff7, 10_922), (0x0ccc_cccc, 10_922)];
    /// Symbols of a sending. The third is short of a bit at its start, so the fourth begins half a symbol early.
    const SENDING: usize = 16_384;
    let once: Vec<bool> = STRETCHES
        .into_iter()
        .flat_map(|(start, bits)| {
            let mut state = start;
            (0..bits).map(move |_| {
                let new = (state >> 30 ^ state >> 27) & 1;
                state = (state << 1 | new) & 0x7fff_ffff;
                new == 0
            })
        })
        .collect();
    let last = once.len() - 1;
    let sent: Vec<bool> =
        [&once[..], &once, &once[1..], &once[..last]].into_iter().flatten().copied().collect();
    let (pairs, _) = sent.as_chunks::<2>();
    pairs
        .iter()
        .enumerate()
        .map(|(i, [first, second])| {
            let level = gray(*first, *second);
            let inverted = if i < 2 * SENDING { i >= SENDING } else { i >= 3 * SENDING - 1 };
            if inverted { 3 - level } else { level }
        })
        .collect()
}

/// One period of a repeating signal of light.
#[derive(Debug, Clone, PartialEq)]
pub struct Waveform {
    /// Light, W, [`Waveform::samples`] a symbol.
    pub power_w: Vec<f64>,
    /// The symbols sent, 0 to 3, in order.
    pub symbols: Vec<u8>,
    /// Samples per symbol.
    pub samples: usize,
    /// Symbol rate.
    pub symbol_rate: SymbolRate,
    /// Noise of the transmitter at each level, rms within the reference receiver's band before its equaliser, W.
    pub noise_w: [f64; 4],
}

/// A transmitter under test: driver, static modulator, then linear optics.
///
/// # Model
/// Symbols hold their drive level for a symbol; `driver` filters; `transfer` turns each sample into light;
/// `optics` filters the light (modulator dynamics, fibre). Transmitter noise of a level is
/// `P sqrt(RIN B)`, `B` the reference receiver's noise bandwidth.
///
/// # Validity
/// Sixteen samples a symbol: the spectrum of a square symbol is 0.16 % too large at Nyquist. Distortion makes no
/// harmonics beyond eight times the symbol rate that matter.
pub struct TestTransmitter<'a> {
    /// Symbol rate.
    pub symbol_rate: SymbolRate,
    /// Drive of each symbol, in the units of `transfer`.
    pub drive: [f64; 4],
    /// Response of driver and electrode at a frequency, Hz.
    pub driver: &'a dyn Fn(f64) -> Complex64,
    /// Light, W, at a drive.
    pub transfer: &'a dyn Fn(f64) -> f64,
    /// Response of modulator dynamics and fibre at a frequency, Hz.
    pub optics: &'a dyn Fn(f64) -> Complex64,
    /// Laser noise, and the noise bandwidth in which it counts; `None` for a quiet laser.
    pub rin: Option<(RelativeIntensityNoise, lightloom_units::Frequency)>,
}

impl TestTransmitter<'_> {
    /// The light of a pattern.
    ///
    /// # Errors
    /// [`TdecqError::Pattern`] for fewer than 32 symbols or symbols above 3; [`TdecqError::NotFinite`] when a response
    /// or the transfer is not a number.
    pub fn waveform(&self, symbols: &[u8]) -> Result<Waveform, TdecqError> {
        check(symbols)?;
        let held: Vec<f64> = symbols
            .iter()
            .flat_map(|s| std::iter::repeat_n(self.drive[usize::from(*s)], SAMPLES))
            .collect();
        let fft = RealFft::new(held.len());
        let step = self.symbol_rate.si() / to_f64(symbols.len());
        let drive = filtered(&fft, &held, step, self.driver);
        let light: Vec<f64> = drive.iter().map(|v| (self.transfer)(*v)).collect();
        let power_w = filtered(&fft, &light, step, self.optics);
        let noise = |p: f64| self.rin.map_or(0.0, |(rin, b)| p * (rin.per_hz() * b.as_hz()).sqrt());
        let noise_w = self.drive.map(|v| noise((self.transfer)(v)));
        if let Some(bad) = power_w.iter().chain(&noise_w).find(|p| !p.is_finite()) {
            return Err(TdecqError::NotFinite { found: *bad });
        }
        Ok(Waveform {
            power_w,
            symbols: symbols.to_vec(),
            samples: SAMPLES,
            symbol_rate: self.symbol_rate,
            noise_w,
        })
    }
}

/// A pattern longer than any equaliser (31 taps), of all levels.
pub(super) fn check(symbols: &[u8]) -> Result<(), TdecqError> {
    let levels = (0..4).filter(|level| symbols.contains(level)).count();
    if symbols.len() < 32 || levels < 4 || symbols.iter().any(|s| *s > 3) {
        return Err(TdecqError::Pattern { symbols: symbols.len(), levels });
    }
    Ok(())
}

/// A periodic sequence through a response; `step` is the frequency of the first bin.
pub(super) fn filtered(
    fft: &RealFft,
    samples: &[f64],
    step: f64,
    response: &dyn Fn(f64) -> Complex64,
) -> Vec<f64> {
    let mut spectrum = fft.forward(samples);
    let mut f = 0.0;
    for bin in &mut spectrum {
        *bin *= response(f);
        f += step;
    }
    fft.inverse(&spectrum)
}
