//! Several colours on one fibre: channel plans and crosstalk of the filters that part them.

use crate::Pam;
use crate::optics::SPEED_OF_LIGHT;
use crate::optics::error::{OpticsError, positive, within};
use crate::optics::extinction::count;
use lightloom_units::{Decibel, Frequency, Length};

/// Most channels of a plan.
const MOST_CHANNELS: u32 = 256;

/// Wavelengths of the channels of one fibre, shortest frequency step first.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelPlan {
    /// Optical frequency of each channel.
    pub channels: Vec<Frequency>,
}

impl ChannelPlan {
    /// Coarse plan of the FR4 and CWDM4 interfaces: 1271, 1291, 1311, 1331 nm, each ±6.5 nm.
    ///
    /// # Source
    /// IEEE 802.3, Table 151-5 (wavelength ranges 1264.5 to 1337.5 nm); ITU-T G.694.2.
    #[must_use]
    pub fn coarse() -> Self {
        let nm = [1271.0, 1291.0, 1311.0, 1331.0];
        Self { channels: nm.iter().map(|l| Frequency::hz(SPEED_OF_LIGHT / (l * 1e-9))).collect() }
    }

    /// LAN plan of the LR4 interfaces: 231.4, 230.6, 229.8, 229.0 THz.
    ///
    /// # Source
    /// IEEE 802.3, Table 88-5.
    #[must_use]
    pub fn lan() -> Self {
        Self::uniform(4, Frequency::ghz(230_200.0), Frequency::ghz(800.0))
            .unwrap_or(Self { channels: Vec::new() })
    }

    /// A dense plan: so many channels about a centre, equally spaced in frequency.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] unless there are 1 to 256 channels, all above zero frequency.
    ///
    /// # Example
    /// ```
    /// use lightloom_link::optics::ChannelPlan;
    /// use lightloom_units::Frequency;
    /// // Eight wavelengths at 200 GHz, as the ring links of the catalog have them.
    /// let plan = ChannelPlan::uniform(8, Frequency::ghz(228_850.0), Frequency::ghz(200.0))?;
    /// assert_eq!(plan.channels.len(), 8);
    /// assert!((plan.span().as_ghz() - 1400.0).abs() < 1e-6);
    /// # Ok::<(), lightloom_link::optics::OpticsError>(())
    /// ```
    pub fn uniform(
        channels: u32,
        centre: Frequency,
        spacing: Frequency,
    ) -> Result<Self, OpticsError> {
        let n = f64::from(channels);
        within(
            (1..=MOST_CHANNELS).contains(&channels),
            "channels",
            "1 to 256",
            n,
            "16 is the most in use",
        )?;
        positive("channel spacing in Hz", spacing.as_hz(), "dense plans have 100 to 800 GHz")?;
        let first = centre.as_hz() - 0.5 * (n - 1.0) * spacing.as_hz();
        positive("lowest channel in Hz", first, "the O band lies about 229 THz")?;
        let at = |k: u32| Frequency::hz(first + spacing.as_hz() * f64::from(k));
        Ok(Self { channels: (0..channels).map(at).collect() })
    }

    /// From the lowest to the highest channel.
    #[must_use]
    pub fn span(&self) -> Frequency {
        let hz = self.channels.iter().map(|f| f.as_hz());
        let (low, high) =
            hz.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), f| (l.min(f), h.max(f)));
        if high > low { Frequency::hz(high - low) } else { Frequency::hz(0.0) }
    }

    /// What the plan takes of a periodic filter: its span and one spacing more.
    #[must_use]
    pub fn spread(&self) -> Frequency {
        let count = self.channels.iter().fold(0.0, |n, _| n + 1.0);
        if count > 1.0 { self.span() * (count / (count - 1.0)) } else { self.span() }
    }

    /// Wavelength of each channel.
    #[must_use]
    pub fn wavelengths(&self) -> Vec<Length> {
        self.channels.iter().map(|f| Length::m(SPEED_OF_LIGHT / f.as_hz())).collect()
    }

    /// Crosstalk of every other channel into one through a ring filter, as losses.
    ///
    /// `free_spectral_range` folds the plan: a neighbour one FSR away is let through like the channel itself.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] for a channel that the plan lacks, or a filter without width.
    pub fn crosstalk(
        &self,
        channel: usize,
        quality: f64,
        free_spectral_range: Frequency,
    ) -> Result<Vec<Decibel>, OpticsError> {
        let Some(own) = self.channels.get(channel).copied() else {
            return Err(OpticsError::OutOfRange {
                what: "channel",
                allowed: "one of the plan's, counted from zero",
                found: f64::from(u32::try_from(channel).unwrap_or(u32::MAX)),
                hint: "the plan has fewer channels",
            });
        };
        let fsr = free_spectral_range.as_hz();
        positive("free spectral range in Hz", fsr, "a 7.5 um ring has 1.5 THz")?;
        let others = self.channels.iter().enumerate().filter(|(i, _)| *i != channel);
        others
            .map(|(_, f)| {
                let away = (f.as_hz() - own.as_hz()).abs();
                let folded = away - fsr * (away / fsr).round();
                ring_rejection(Frequency::hz(folded.abs()), own, quality)
            })
            .collect()
    }
}

/// Rejection of a ring filter at a distance from its resonance: a Lorentzian.
///
/// # Model
/// `10 log10(1 + (2 Q df / f0)²)`.
///
/// # Validity
/// One ring, well within one free spectral range. Two coupled rings square it.
///
/// # Errors
/// [`OpticsError::OutOfRange`] unless quality and frequency are positive.
///
/// # Example
/// ```
/// use lightloom_link::optics::ring_rejection;
/// use lightloom_units::Frequency;
/// // link_physics 3.1: Q 4000 gives 11.2, 16.9 and 22.9 dB at 100, 200 and 400 GHz.
/// for (ghz, db) in [(100.0, 11.2), (200.0, 16.9), (400.0, 22.9)] {
///     let x = ring_rejection(Frequency::ghz(ghz), Frequency::ghz(229_500.0), 4000.0)?;
///     assert!((x.as_db() - db).abs() < 0.06, "{x}");
/// }
/// # Ok::<(), lightloom_link::optics::OpticsError>(())
/// ```
pub fn ring_rejection(
    distance: Frequency,
    resonance: Frequency,
    quality: f64,
) -> Result<Decibel, OpticsError> {
    positive("quality factor", quality, "filters have 2000 to 10 000")?;
    positive("resonance in Hz", resonance.as_hz(), "the O band lies about 229 THz")?;
    let x = 2.0 * quality * distance.as_hz() / resonance.as_hz();
    Ok(Decibel::from_power_ratio(1.0 + x * x))
}

/// Power penalty of crosstalk whose powers add: the eye of the inner levels closes by the full swing of each.
///
/// # Model
/// `-10 log10(1 - (L - 1) sum 10^(-X/10))`.
///
/// # Validity
/// Channels of equal power with independent phases, worst case of the data. Small crosstalk: at
/// `(L - 1) sum >= 1` the eye is closed, which is an error.
///
/// # Errors
/// [`OpticsError::OutOfRange`] when the eye is closed.
///
/// # Example
/// ```
/// use lightloom_link::{Pam, optics::crosstalk_penalty};
/// use lightloom_units::Decibel;
/// // Two neighbours at 200 GHz: sum 0.0408, times 3 for PAM4: 0.57 dB.
/// let p = crosstalk_penalty(Pam::Pam4, &[Decibel::db(16.9), Decibel::db(16.9)])?;
/// assert!((p.as_db() - 0.5675).abs() < 1e-4, "{p}");
/// # Ok::<(), lightloom_link::optics::OpticsError>(())
/// ```
pub fn crosstalk_penalty(pam: Pam, rejections: &[Decibel]) -> Result<Decibel, OpticsError> {
    let sum: f64 = rejections.iter().map(|x| (-*x).power_ratio()).sum();
    let closed = sum * f64::from(count(pam) - 1);
    let hint = "space the channels wider, or filter them by a higher quality";
    within(closed < 1.0, "closure of the eye by crosstalk", "below one", closed, hint)?;
    Ok(-Decibel::from_power_ratio(1.0 - closed))
}
