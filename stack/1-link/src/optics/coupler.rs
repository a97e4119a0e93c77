//! Coupling between Gaussian modes: fibre, chip facet, grating, lens.

use crate::optics::error::{OpticsError, positive};
use lightloom_evidence::Facts;
use lightloom_units::{Decibel, Length};
use std::f64::consts::PI;

/// 10 / ln 10: decibels of one neper of power.
const DB_PER_NEPER: f64 = 4.342_944_819_032_518;

/// How two modes miss each other.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Misalignment {
    /// Sideways.
    pub offset: Length,
    /// Angle between the axes, rad.
    pub tilt_rad: f64,
    /// Along the axis, in air.
    pub gap: Length,
}

/// A joint of two Gaussian modes.
///
/// # Model
/// With mode radii `w = MFD / 2` (1/e² of power): overlap
/// `(2 w1 w2 / (w1² + w2²))² exp(-2 d² / (w1² + w2²))`; tilt
/// `4.34 (pi w th / l)²` dB with `w² = 2 w1² w2² / (w1² + w2²)`; gap `10 log10(1 + (z / 2 z_R)²)`, `z_R = pi w1 w2 / l`, for
/// equal modes; in general the gap's square adds to the inverse of the overlap.
///
/// # Validity
/// Round modes, small angles. The three misses add in decibels: their cross terms (a tilt and an offset that undo
/// each other over a gap) are left out. No Fresnel reflection.
///
/// # Source
/// D. Marcuse, Bell Syst. Tech. J. 56 (1977) 703; link_physics 3.1.
///
/// # Example
/// ```
/// use lightloom_link::optics::{Joint, Misalignment};
/// use lightloom_units::Length;
/// // A fibre on the 3 um mode of an edge coupler without spot-size converter: 4.6 dB.
/// let joint = Joint::new(Length::um(9.2), Length::um(3.0), Length::um(1.31))?;
/// assert!((joint.loss(&Misalignment::default()).as_db() - 4.59).abs() < 0.01);
/// # Ok::<(), lightloom_link::optics::OpticsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Joint {
    first: Length,
    second: Length,
    wavelength: Length,
}

impl Joint {
    /// A joint of two modes, by their field diameters, at a wavelength.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] unless all three are positive.
    pub fn new(first: Length, second: Length, wavelength: Length) -> Result<Self, OpticsError> {
        positive("first mode field diameter in m", first.as_m(), "a fibre has 9.2 um")?;
        positive("second mode field diameter in m", second.as_m(), "an edge coupler has 3 um")?;
        positive("wavelength in m", wavelength.as_m(), "the O band lies about 1.31 um")?;
        Ok(Self { first, second, wavelength })
    }

    fn radii(&self) -> (f64, f64) {
        (0.5 * self.first.as_m(), 0.5 * self.second.as_m())
    }

    /// Loss with a misalignment.
    #[must_use]
    pub fn loss(&self, miss: &Misalignment) -> Decibel {
        let (w1, w2) = self.radii();
        let l = self.wavelength.as_m();
        let sum = w1 * w1 + w2 * w2;
        let overlap = 2.0 * w1 * w2 / sum;
        let d = miss.offset.as_m();
        let tilt = PI * overlap_radius(w1, w2) * miss.tilt_rad / l;
        let gap = 0.5 * miss.gap.as_m() * l / (PI * w1 * w2);
        let neper = 2.0 * d * d / sum + tilt * tilt;
        Decibel::db(
            DB_PER_NEPER * neper + 10.0 * libm::log10(1.0 / (overlap * overlap) + gap * gap),
        )
    }

    /// Offset that costs so much more than a perfect joint.
    #[must_use]
    pub fn offset_tolerance(&self, extra: Decibel) -> Length {
        let (w1, w2) = self.radii();
        let neper = extra.as_db().max(0.0) / DB_PER_NEPER;
        Length::m((0.5 * neper * (w1 * w1 + w2 * w2)).sqrt())
    }

    /// Tilt, rad, that costs so much more than a perfect joint.
    #[must_use]
    pub fn tilt_tolerance_rad(&self, extra: Decibel) -> f64 {
        let (w1, w2) = self.radii();
        let neper = extra.as_db().max(0.0) / DB_PER_NEPER;
        neper.sqrt() * self.wavelength.as_m() / (PI * overlap_radius(w1, w2))
    }
}

/// Radius of the product of two Gaussian fields, scaled to `w` for equal ones.
fn overlap_radius(w1: f64, w2: f64) -> f64 {
    w1 * w2 * (2.0 / (w1 * w1 + w2 * w2)).sqrt()
}

/// A grating coupler: light leaves upward, at one angle for one wavelength.
///
/// # Model
/// `loss(l) = loss(l0) + 1 dB (2 (l - l0) / B_1dB)²`: a Gaussian band, `B_1dB` its full width 1 dB down.
///
/// # Validity
/// To some 5 dB of extra loss. One polarisation.
///
/// # Source
/// Band and loss: OFC 2026 M4B.2 (1.3 dB, 20 nm), as in the catalog.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GratingCoupler {
    /// Loss at the centre.
    pub loss: Decibel,
    /// Centre wavelength.
    pub centre: Length,
    /// Full width of the band 1 dB down.
    pub band: Length,
}

impl GratingCoupler {
    /// Reads `coupler.grating.loss` and `.band`; the centre is the caller's.
    ///
    /// # Errors
    /// [`OpticsError::Fact`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, centre: Length) -> Result<Self, OpticsError> {
        let loss = facts.get("coupler.grating.loss")?;
        Ok(Self { loss, centre, band: facts.get("coupler.grating.band")? })
    }

    /// Loss at a wavelength.
    #[must_use]
    pub fn loss_at(&self, wavelength: Length) -> Decibel {
        let x = 2.0 * (wavelength - self.centre).as_m() / self.band.as_m();
        self.loss + Decibel::db(x * x)
    }
}

/// An edge coupler: an inverse taper that widens the mode at the chip's facet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgeCoupler {
    /// Mode field diameter at the facet.
    pub mode: Length,
    /// Loss of the taper itself and of the facet.
    pub taper: Decibel,
}

impl EdgeCoupler {
    /// Reads `coupler.edge.mode`; the taper's loss is what `coupler.edge.loss` has beyond the mode mismatch with a
    /// fibre (`fibre.mode`), and never below zero.
    ///
    /// # Errors
    /// [`OpticsError`] when the catalog lacks a fact.
    pub fn from_facts(facts: &Facts<'_>, wavelength: Length) -> Result<Self, OpticsError> {
        let mode: Length = facts.get("coupler.edge.mode")?;
        let whole: Decibel = facts.get("coupler.edge.loss")?;
        let mismatch = Joint::new(facts.get("fibre.mode")?, mode, wavelength)?;
        let taper = (whole - mismatch.loss(&Misalignment::default())).max(Decibel::ZERO);
        Ok(Self { mode, taper })
    }

    /// Loss from a fibre with a misalignment.
    ///
    /// # Errors
    /// As [`Joint::new`].
    pub fn loss(
        &self,
        fibre_mode: Length,
        wavelength: Length,
        miss: &Misalignment,
    ) -> Result<Decibel, OpticsError> {
        Ok(Joint::new(fibre_mode, self.mode, wavelength)?.loss(miss) + self.taper)
    }
}
