//! Multipath interference: light that was reflected twice beats with the light that was not.

use crate::Pam;
use crate::optics::error::{OpticsError, positive, within};
use crate::optics::extinction::oma_over_mean;
use lightloom_units::{Decibel, Frequency, Ratio, Time};
use std::f64::consts::PI;

/// Most reflections of one path.
const MOST: usize = 32;
/// Below this the tails' integral has no digits left.
const LEAST_TAIL: f64 = 1e-10;

/// Reflections along a path, each as return loss.
///
/// # Model
/// Each pair of reflections i < k sends a second copy of relative power `R_i R_k`. Copies with random phase beat with
/// the light itself: `x = 2 sqrt(R_i R_k P P_avg) cos phi`. Together
/// `sigma² = 2 P P_avg sum R_i R_k`, which for N equal reflections is
/// `sigma = sqrt(2 pairs) R sqrt(P P_avg)`, `pairs = N (N - 1) / 2`. Each beat is bounded: its density is an arcsine.
///
/// # Validity
/// Same polarisation (worst case), phases independent and slow against a symbol, no loss between the reflections.
/// Copies of copies are left out: `R² << 1`.
///
/// # Source
/// J. L. Gimlett and N. K. Cheung, J. Lightwave Technol. 7 (1989) 888; link_physics 3.1.
#[derive(Debug, Clone, PartialEq)]
pub struct Reflections {
    /// Reflectance of each pair's two ends multiplied.
    pairs: Vec<f64>,
}

impl Reflections {
    /// From the reflectances in order along the path, in decibels below zero (-35 dB).
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] for more than 32, or a reflectance above 0 dB.
    pub fn new(reflectances: &[Decibel]) -> Result<Self, OpticsError> {
        let number = f64::from(u32::try_from(reflectances.len()).unwrap_or(u32::MAX));
        within(reflectances.len() <= MOST, "reflections", "32 or fewer", number, "split the path")?;
        for r in reflectances {
            let hint = "a reflectance is negative: -35 dB, not 35 dB";
            within(r.as_db() <= 0.0, "reflectance in dB", "zero or below", r.as_db(), hint)?;
        }
        let mut pairs = Vec::new();
        for (i, one) in reflectances.iter().enumerate() {
            for other in &reflectances[i + 1..] {
                pairs.push((*one + *other).power_ratio());
            }
        }
        Ok(Self { pairs })
    }

    /// Variance of the beat over `P P_avg`: `2 sum R_i R_k`.
    #[must_use]
    pub fn relative_variance(&self) -> f64 {
        2.0 * self.pairs.iter().sum::<f64>()
    }

    /// Largest beat over `sqrt(P P_avg)`: all phases aligned.
    #[must_use]
    pub fn relative_bound(&self) -> f64 {
        2.0 * self.pairs.iter().map(|p| p.sqrt()).sum::<f64>()
    }

    /// Probability that Gaussian noise of `sigma` and the beats at a mean level `scale = sqrt(P P_avg)` exceed `x`.
    ///
    /// # Model
    /// `P = 1/2 - 1/pi integral sin(x t)/t exp(-s² t²/2) prod J0(A_i t) dt`, `A_i = 2 sqrt(R_i R_k) scale`: the product
    /// of the arcsine densities' characteristic functions.
    ///
    /// # Validity
    /// Absolute error about 1e-12.
    ///
    /// # Source
    /// J. Gil-Pelaez, Biometrika 38 (1951) 481.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] unless `sigma` is positive, and `x` and `scale` within 1e4 sigmas.
    pub fn tail(&self, x: f64, sigma: f64, scale: f64) -> Result<f64, OpticsError> {
        positive("Gaussian noise", sigma, "the beats alone have no smooth density")?;
        let (x, scale) = (x / sigma, scale / sigma);
        let inside = |v: f64| v.abs() <= 1e4;
        within(
            inside(x),
            "distance over noise",
            "within 1e4",
            x,
            "at such distances nothing errs",
        )?;
        within(
            inside(scale),
            "light over noise",
            "within 1e4",
            scale,
            "scale both to the same unit",
        )?;
        // In units of sigma; beyond t = 9 the Gaussian has died (3e-18). The step resolves the fastest of the
        // oscillations; the midpoint rule then converges faster than any power, and avoids t = 0.
        let fastest = x.abs() + scale.abs() * self.relative_bound();
        let steps = (9.0 * (fastest + 8.0) / PI * 4.0).ceil().clamp(64.0, 1e6) as u32;
        let dt = 9.0 / f64::from(steps);
        let at = |t: f64| {
            let mut density = libm::sin(x * t) / t * libm::exp(-0.5 * t * t);
            for pair in &self.pairs {
                if density.abs() < 1e-20 {
                    break;
                }
                density *= libm::j0(2.0 * pair.sqrt() * scale * t);
            }
            density
        };
        let sum: f64 = (0..steps).map(|i| at(dt * (f64::from(i) + 0.5))).sum();
        Ok((0.5 - sum * dt / PI).clamp(0.0, 1.0))
    }

    /// Power penalty at the top eye when the beat is taken as Gaussian.
    ///
    /// # Model
    /// `-5 log10(1 - (2 (L - 1) Q sigma / OMA)²)` with `sigma² = v P_top P_avg`, `v` the relative variance.
    ///
    /// # Validity
    /// Noise otherwise independent of power. Pessimistic for few reflections: see
    /// [`Reflections::bounded_penalty`].
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] when the beat alone closes the eye.
    ///
    /// # Example
    /// ```
    /// use lightloom_link::{Pam, optics::Reflections};
    /// use lightloom_units::{Decibel, Ratio};
    /// // link_physics 3.1, ER 4.5 dB: six of -35 dB cost .004 dB, four of -26 dB cost .12 dB.
    /// let penalty = |db: f64, n: usize| {
    ///     Reflections::new(&vec![Decibel::db(db); n])?
    ///         .gaussian_penalty(Pam::Pam4, Decibel::db(4.5), Ratio::new(4.8e-4))
    /// };
    /// assert!((penalty(-35.0, 6)?.as_db() - 0.004).abs() < 0.001);
    /// assert!((penalty(-26.0, 4)?.as_db() - 0.12).abs() < 0.006);
    /// # Ok::<(), lightloom_link::optics::OpticsError>(())
    /// ```
    pub fn gaussian_penalty(
        &self,
        pam: Pam,
        extinction: Decibel,
        error_ratio: Ratio,
    ) -> Result<Decibel, OpticsError> {
        let eye = Eye::new(pam, extinction, error_ratio)?;
        let share = eye.q * eye.top.sqrt() * self.relative_variance().sqrt() / eye.half;
        let hint = "fewer or better connectors: -45 dB angled ones";
        within(share < 1.0, "beat over eye", "below one", share, hint)?;
        Ok(Decibel::db(-5.0 * libm::log10(1.0 - share * share)))
    }

    /// Variance of the Gaussian noise over `P P_avg` that costs as much as the beats do at an error ratio, and that cost.
    ///
    /// # Model
    /// [`Reflections::bounded_penalty`] put into the formula of [`Reflections::gaussian_penalty`] and solved for the
    /// variance; where the tails' integral has no digits left (error ratios below 1e-10) the beats' own variance.
    ///
    /// # Errors
    /// [`OpticsError`] when the beats alone close the eye.
    pub fn as_noise(
        &self,
        pam: Pam,
        extinction: Decibel,
        error_ratio: Ratio,
    ) -> Result<(f64, Decibel), OpticsError> {
        let eye = Eye::new(pam, extinction, error_ratio)?;
        if lightloom_num::q(eye.q) < LEAST_TAIL {
            let cost = self.gaussian_penalty(pam, extinction, error_ratio)?;
            return Ok((self.relative_variance(), cost));
        }
        let cost = self.bounded_penalty(pam, extinction, error_ratio)?.max(Decibel::ZERO);
        let share = 1.0 - libm::pow(10.0, -cost.as_db() / 5.0);
        let noise = eye.half / eye.q;
        Ok((share * noise * noise / eye.top, cost))
    }

    /// Power penalty at the top eye with the beat's bounded density.
    ///
    /// # Model
    /// The Gaussian noise that still meets the error ratio with the beats ([`Reflections::tail`]), against that
    /// without them.
    ///
    /// # Errors
    /// [`OpticsError`] when the beat alone closes the eye.
    pub fn bounded_penalty(
        &self,
        pam: Pam,
        extinction: Decibel,
        error_ratio: Ratio,
    ) -> Result<Decibel, OpticsError> {
        let eye = Eye::new(pam, extinction, error_ratio)?;
        let alone = eye.half / eye.q;
        let target = lightloom_num::q(eye.q);
        within(
            target >= LEAST_TAIL,
            "error ratio of the eye",
            "1e-10 or more",
            target,
            "the integral has no digits there",
        )?;
        let excess = |s: f64| {
            let tail = self.tail(eye.half, s * alone, eye.top.sqrt());
            tail.map_or(f64::NAN, |p| p / target - 1.0)
        };
        // The beat alone: if it exceeds the target, no noise can be allowed.
        let hint = "fewer or better connectors: -45 dB angled ones";
        let least = 0.02;
        within(
            excess(least) < 0.0,
            "errors of the beat alone over the target",
            "below one",
            excess(least) + 1.0,
            hint,
        )?;
        let sigma = lightloom_num::root(excess, least, 1.0 + 1e-9, 1e-9)?;
        Ok(-Decibel::from_power_ratio(sigma.min(1.0)))
    }
}

/// The top eye for unit mean power.
struct Eye {
    half: f64,
    top: f64,
    q: f64,
}

impl Eye {
    fn new(pam: Pam, extinction: Decibel, error_ratio: Ratio) -> Result<Self, OpticsError> {
        let oma = oma_over_mean(extinction)?.power_ratio();
        let p = error_ratio.value();
        within(
            p > 0.0 && p < 0.3,
            "symbol error ratio",
            "above 0 and below 0.3",
            p,
            "RS(544,514) asks for 4.8e-4",
        )?;
        let l = pam.levels();
        let q = lightloom_num::q_inverse(p * l / (2.0 * (l - 1.0)))?;
        Ok(Self { half: 0.5 * oma / (l - 1.0), top: 1.0 + 0.5 * oma, q })
    }
}

/// Intensity noise that two reflections make of a laser's phase noise, one-sided density relative to the mean, 1/Hz.
///
/// # Model
/// `RIN(f) = (4 R1 R2 / pi) (v / (f² + v²)) (1 + exp(-4 pi v t) - 2 exp(-2 pi v t) cos(2 pi f t))`, with the laser's
/// linewidth `v` and the round-trip time `t` between the reflections. Its integral is the variance of the beat.
///
/// # Validity
/// Lorentzian line, same polarisation. Long paths (`v t >> 1`) hide no more: twice the variance of phase noise turns
/// into intensity.
///
/// # Source
/// J. L. Gimlett and N. K. Cheung, J. Lightwave Technol. 7 (1989) 888, eq. 14.
///
/// # Errors
/// [`OpticsError::OutOfRange`] unless linewidth and time are positive and the reflectances below 0 dB.
pub fn reflection_rin_per_hz(
    f: Frequency,
    first: Decibel,
    second: Decibel,
    linewidth: Frequency,
    round_trip: Time,
) -> Result<f64, OpticsError> {
    positive(
        "linewidth in Hz",
        linewidth.as_hz(),
        "distributed-feedback lasers have 0.1 to 10 MHz",
    )?;
    positive("round trip in s", round_trip.as_s(), "10 m of fibre take 98 ns there and back")?;
    for r in [first, second] {
        within(
            r.as_db() <= 0.0,
            "reflectance in dB",
            "zero or below",
            r.as_db(),
            "write -35 dB, not 35 dB",
        )?;
    }
    let (v, t) = (linewidth.as_hz(), round_trip.as_s());
    let forget = libm::exp(-2.0 * PI * v * t);
    let shape = 1.0 + forget * forget - 2.0 * forget * libm::cos(2.0 * PI * f.as_hz() * t);
    let line = v / (f.as_hz() * f.as_hz() + v * v);
    Ok(4.0 / PI * (first + second).power_ratio() * line * shape)
}
