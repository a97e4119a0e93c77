//! Levels of a modulated light: extinction ratio, modulation amplitude, mean power, linearity.

use crate::Pam;
use crate::optics::error::{OpticsError, positive, within};
use lightloom_units::{Decibel, DecibelMilliwatt, Power};

/// Outer modulation amplitude over mean power.
///
/// # Model
/// `OMA / P_avg = 2 (ER - 1) / (ER + 1)`; the mean of equally spaced levels lies midway.
///
/// # Source
/// IEEE 802.3, 58.7.6 (extinction ratio) and 121.8.4 (outer OMA).
///
/// # Errors
/// [`OpticsError::OutOfRange`] unless the ratio is above 0 dB.
///
/// # Example
/// ```
/// use lightloom_link::optics::oma_over_mean;
/// use lightloom_units::Decibel;
/// for (er, expected) in [(3.5, -1.16), (4.5, -0.21), (6.0, 0.78), (8.0, 1.62)] {
///     assert!((oma_over_mean(Decibel::db(er))?.as_db() - expected).abs() < 0.005);
/// }
/// # Ok::<(), lightloom_link::optics::OpticsError>(())
/// ```
pub fn oma_over_mean(extinction: Decibel) -> Result<Decibel, OpticsError> {
    positive("extinction ratio in dB", extinction.as_db(), "equal levels carry no signal")?;
    let er = extinction.power_ratio();
    Ok(Decibel::from_power_ratio(2.0 * (er - 1.0) / (er + 1.0)))
}

/// Powers of the levels of a modulated light, lowest symbol first.
#[derive(Debug, Clone, PartialEq)]
pub struct Levels {
    /// Power of each level, W.
    pub power_w: Vec<f64>,
}

impl Levels {
    /// Equally spaced levels with a mean power and an extinction ratio.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] unless both are positive.
    pub fn equally_spaced(
        pam: Pam,
        mean: DecibelMilliwatt,
        extinction: Decibel,
    ) -> Result<Self, OpticsError> {
        let mean_w = mean.power().as_w();
        positive("mean power in W", mean_w, "a dark lane has no levels")?;
        let oma = mean_w * oma_over_mean(extinction)?.power_ratio();
        let count = count(pam);
        let step = oma / (pam.levels() - 1.0);
        let low = mean_w - 0.5 * oma;
        Ok(Self { power_w: (0..count).map(|k| low + step * f64::from(k)).collect() })
    }

    /// Levels as given, lowest symbol first, W.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] unless there are two or more, none below zero, and the last is the highest.
    pub fn new(power_w: Vec<f64>) -> Result<Self, OpticsError> {
        let (Some(&first), Some(&last)) = (power_w.first(), power_w.last()) else {
            return Err(too_few(0));
        };
        if power_w.len() < 2 {
            return Err(too_few(power_w.len()));
        }
        for &p in &power_w {
            within(p >= 0.0, "power of a level in W", "zero or more", p, "check the modulator")?;
        }
        let hint = "the highest symbol must be the brightest: reverse the drive";
        within(last > first, "outer modulation amplitude in W", "above zero", last - first, hint)?;
        Ok(Self { power_w })
    }

    fn ends(&self) -> (f64, f64) {
        let first = self.power_w.first().copied().unwrap_or(0.0);
        (first, self.power_w.last().copied().unwrap_or(first))
    }

    /// Outer modulation amplitude.
    #[must_use]
    pub fn oma(&self) -> Power {
        let (low, high) = self.ends();
        Power::w(high - low)
    }

    /// Mean of equiprobable levels.
    #[must_use]
    pub fn mean(&self) -> Power {
        let count = self.power_w.iter().fold(0.0, |n, _| n + 1.0);
        Power::w(self.power_w.iter().sum::<f64>() / f64::max(count, 1.0))
    }

    /// Extinction ratio of the outer levels; 60 dB stands for a dark lowest level.
    #[must_use]
    pub fn extinction(&self) -> Decibel {
        let (low, high) = self.ends();
        Decibel::from_power_ratio(high / low.max(high * 1e-6))
    }

    /// Level separation mismatch ratio R_LM: one for equal steps.
    ///
    /// # Model
    /// For four levels `min(3 ES1, 3 ES2, 2 - 3 ES1, 2 - 3 ES2)`, `ES1 = (V1 - Vmid)/(V0 - Vmid)`,
    /// `ES2 = (V2 - Vmid)/(V3 - Vmid)`, `Vmid = (V0 + V3)/2`; for others the smallest step over the mean step.
    ///
    /// # Source
    /// IEEE 802.3, 120D.3.1.2.
    #[must_use]
    pub fn mismatch(&self) -> f64 {
        let (low, high) = self.ends();
        if let [v0, v1, v2, v3] = self.power_w[..] {
            let mid = 0.5 * (v0 + v3);
            let (a, b) = (3.0 * (v1 - mid) / (v0 - mid), 3.0 * (v2 - mid) / (v3 - mid));
            return a.min(b).min(2.0 - a).min(2.0 - b);
        }
        let steps = self.power_w.windows(2).map(|w| w[1] - w[0]);
        let count = self.power_w.windows(2).fold(0.0, |n, _| n + 1.0);
        steps.fold(f64::INFINITY, f64::min) * count / (high - low)
    }
}

fn too_few(found: usize) -> OpticsError {
    OpticsError::OutOfRange {
        what: "number of levels",
        allowed: "two or more",
        found: if found == 0 { 0.0 } else { 1.0 },
        hint: "give the power of each level",
    }
}

pub(crate) const fn count(pam: Pam) -> u32 {
    match pam {
        Pam::Pam2 => 2,
        Pam::Pam4 => 4,
        Pam::Pam6 => 6,
        Pam::Pam8 => 8,
    }
}

/// A static transfer from drive voltage to transmitted share of the light.
pub trait Transfer {
    /// Transmitted power over incoming power at a drive voltage, V; between zero and one.
    fn transmission(&self, drive_v: f64) -> f64;

    /// Levels of light for drive voltages, one for each symbol, lowest symbol first.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] when the last drive is not the brightest.
    fn levels(&self, light: DecibelMilliwatt, drive_v: &[f64]) -> Result<Levels, OpticsError> {
        let w = light.power().as_w();
        Levels::new(drive_v.iter().map(|v| w * self.transmission(*v)).collect())
    }

    /// Drive voltages between two ends that give equally spaced levels: predistortion.
    ///
    /// # Model
    /// Each inner voltage is the root of `T(v) = T_low + k/(L-1) (T_high - T_low)`.
    ///
    /// # Validity
    /// The transfer must be monotone between the ends; else one of the roots is found.
    ///
    /// # Errors
    /// [`OpticsError::Numeric`] when the transfer has no such root.
    fn predistorted(&self, pam: Pam, low_v: f64, high_v: f64) -> Result<Vec<f64>, OpticsError> {
        let (low, high) = (self.transmission(low_v), self.transmission(high_v));
        let last = count(pam) - 1;
        let mut drive = vec![low_v];
        for k in 1..last {
            let target = low + (high - low) * f64::from(k) / f64::from(last);
            let f = |v| self.transmission(v) - target;
            drive.push(lightloom_num::root(f, low_v, high_v, 1e-12)?);
        }
        drive.push(high_v);
        Ok(drive)
    }
}

/// Equally spaced drive voltages between two ends, lowest symbol first.
#[must_use]
pub fn equal_drive(pam: Pam, low_v: f64, high_v: f64) -> Vec<f64> {
    let last = f64::from(count(pam) - 1);
    (0..count(pam)).map(|k| low_v + (high_v - low_v) * f64::from(k) / last).collect()
}
