//! How fibres are brought to a chip.

use lightloom_evidence::Facts;
use lightloom_link::optics::{Joint, Misalignment};
use lightloom_link::optics::{OpticsError, within};
use lightloom_units::{Angle, Count, Decibel, Length, Ratio};
use std::f64::consts::{PI, SQRT_2};

/// Centre of a DR lane. IEEE 802.3 Clause 124: 1304.5 to 1317.5 nm.
const WAVELENGTH: Length = Length::um(1.311);
/// Decibels of one neper of power: 10 / ln 10.
pub(crate) const DB_PER_NEPER: f64 = 4.342_944_819_032_518;

/// A way of bringing fibre arrays to chips: the modes that meet, and the errors with which they do.
///
/// # Model
/// An array is one stiff body: its fibres share an offset, a tilt, a gap and a turn about the light's axis, each normal;
/// the turn moves a fibre sideways by its distance from the array's middle. On top each fibre has its own sideways error
/// (`pitch_error` on each axis). Between lenses of focal length `f = pi w w0 / l` (`w` the wide mode's radius, `w0` the
/// fibre's) a fibre's own error points its beam wrong by `error / f`, at both lenses: `sqrt 2 error / f`.
///
/// Light of many modes, as of micro-LEDs in an imaging fibre, does not interfere; spots of Gaussian shape and radii `w1`, `w2`
/// overlap as areas: `exp(-2 d² / (w1² + w2²))` sideways, `1 + (NA z)² / (w1² + w2²)` less for a gap `z`, over which they spread,
/// and `exp(-(th / asin NA)²)` for a tilt.
///
/// # Validity
/// Round modes, small angles. The channels of an imaging fibre move together; its own turn, half a micrometre at its rim, is
/// left out. A lens's joint with its own chip or fibre is part of the coupler's loss. What handling breaks
/// is not here but in the process.
///
/// # Source
/// Loss of a joint: [`Joint`]. Focal length of a collimated Gaussian beam: B. Saleh, M. Teich, Fundamentals of
/// Photonics, section 3.2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alignment {
    /// Mode field diameters of the two sides.
    pub modes: [Length; 2],
    /// Wavelength.
    pub wavelength: Length,
    /// Mode field diameter of the fibre behind a lens; `None` where fibre and chip meet without.
    pub fibre_behind_lens: Option<Length>,
    /// Numerical aperture of spots of many modes, whose `modes` are the spots' diameters; `None` for single modes.
    pub aperture: Option<Ratio>,
    /// Sideways error of an array on each axis, one sigma.
    pub offset: Length,
    /// Tilt of an array about each axis, one sigma.
    pub tilt: Angle,
    /// Mean gap.
    pub gap: Length,
    /// Its standard deviation; a gap below zero is none.
    pub gap_spread: Length,
    /// Turn of an array about the light's axis, one sigma.
    pub rotation: Angle,
    /// Sideways error of each fibre in its array on each axis, one sigma.
    pub pitch_error: Length,
    /// Highest extra loss at which a joint counts as good.
    pub limit: Decibel,
    /// Distance of neighbouring fibres.
    pub pitch: Length,
    /// Fibres of one array at most.
    pub array: Count,
}

/// Extra loss as a sum of squares: `offset d² + tilt th² + ln(1 + gap z²)` nepers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Squares {
    pub(crate) offset: f64,
    pub(crate) tilt: f64,
    pub(crate) gap: f64,
    pub(crate) limit_nepers: f64,
    /// Sigmas of each fibre's own offset and tilt, per axis.
    pub(crate) own_offset_m: f64,
    pub(crate) own_tilt_rad: f64,
}

impl Squares {
    pub(crate) fn gap_nepers(&self, gap_m: f64) -> f64 {
        let z = gap_m.max(0.0);
        libm::log1p(self.gap * z * z)
    }
}

impl Alignment {
    /// The ways that the catalog knows, `alignment.<name>.*`: without lenses by eye or by stops, with lenses, by an imaging fibre.
    pub const KNOWN: [&str; 4] = ["active", "passive", "expanded-beam", "imaging"];

    /// Reads `alignment.NAME.*`, `fibre.pitch`, `fibre.array`; the modes are `fibre.mode` and `coupler.edge.mode`, or on both
    /// sides `alignment.NAME.mode` where lenses widen them, or `alignment.NAME.spot` and `fibre.imaging.aperture`.
    ///
    /// # Errors
    /// [`OpticsError`] when the catalog lacks a fact or one means nothing.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, OpticsError> {
        let id = |field: &str| format!("alignment.{name}.{field}");
        let fibre: Length = facts.get("fibre.mode")?;
        let wide: Option<Length> = facts.find(&id("mode"))?;
        let spot: Option<Length> = facts.find(&id("spot"))?;
        let modes = match wide.or(spot) {
            Some(mode) => [mode; 2],
            None => [fibre, facts.get("coupler.edge.mode")?],
        };
        let aperture = match spot {
            Some(_) => Some(facts.get("fibre.imaging.aperture")?),
            None => None,
        };
        let alignment = Self {
            modes,
            wavelength: WAVELENGTH,
            fibre_behind_lens: wide.map(|_| fibre),
            aperture,
            offset: facts.get(&id("offset"))?,
            tilt: facts.get(&id("tilt"))?,
            gap: facts.get(&id("gap"))?,
            gap_spread: facts.get(&id("gap_spread"))?,
            rotation: facts.get(&id("rotation"))?,
            pitch_error: facts.get(&id("pitch_error"))?,
            limit: facts.get(&id("limit"))?,
            pitch: facts.get("fibre.pitch")?,
            array: facts.get("fibre.array")?,
        };
        alignment.squares().map(|_| alignment)
    }

    /// All errors times a factor; the mean gap stays where it is meant, and is an error of focus in an imaging fibre.
    #[must_use]
    pub fn scaled(&self, factor: Ratio) -> Self {
        let k = factor.value();
        let gap = if self.aperture.is_some() { self.gap * k } else { self.gap };
        Self {
            gap,
            offset: self.offset * k,
            tilt: self.tilt * k,
            gap_spread: self.gap_spread * k,
            rotation: self.rotation * k,
            pitch_error: self.pitch_error * k,
            ..*self
        }
    }

    /// The joint of single modes without its errors.
    ///
    /// # Errors
    /// [`OpticsError`] for modes that are none.
    pub fn joint(&self) -> Result<Joint, OpticsError> {
        Joint::new(self.modes[0], self.modes[1], self.wavelength)
    }

    /// Loss of a joint beyond that of a perfect one.
    ///
    /// # Errors
    /// As [`Alignment::joint`].
    pub fn extra_loss(&self, miss: &Misalignment) -> Result<Decibel, OpticsError> {
        if self.aperture.is_some() {
            let (squares, d) = (self.squares()?, miss.offset.as_m());
            let nepers = squares.offset * d * d
                + squares.tilt * miss.tilt_rad * miss.tilt_rad
                + squares.gap_nepers(miss.gap.as_m());
            return Ok(Decibel::db(DB_PER_NEPER * nepers));
        }
        let joint = self.joint()?;
        Ok(joint.loss(miss) - joint.loss(&Misalignment::default()))
    }

    /// Offset and tilt that each alone cost so much beyond a perfect joint: the extra loss is a square of either, for single modes
    /// and for spots.
    ///
    /// # Errors
    /// As [`Alignment::joint`]; for a loss below zero.
    pub fn tolerances(&self, extra: Decibel) -> Result<(Length, Angle), OpticsError> {
        let db = extra.as_db();
        within(db >= 0.0, "extra loss in dB", "zero or more", db, "1 dB is usual")?;
        let squares = self.squares()?;
        let of = |square: f64| libm::sqrt(db / DB_PER_NEPER / square);
        Ok((Length::m(of(squares.offset)), Angle::rad(of(squares.tilt))))
    }

    /// Mean extra loss by offset alone, array's and fibre's together.
    ///
    /// # Model
    /// With sigma `s` on both axes, `d² / s²` is chi-squared with two degrees of freedom, so `d²` is exponential with mean
    /// `2 s²`, and so is the loss `a d²`: `P(loss > x) = exp(-x / mean)`.
    ///
    /// # Errors
    /// [`OpticsError`].
    pub fn mean_offset_loss(&self) -> Result<Decibel, OpticsError> {
        let squares = self.squares()?;
        let (array, own) = (self.offset.as_m(), squares.own_offset_m);
        Ok(Decibel::db(DB_PER_NEPER * 2.0 * squares.offset * (array * array + own * own)))
    }

    /// Mean extra loss by tilt alone: exponential as that by offset.
    ///
    /// # Errors
    /// [`OpticsError`].
    pub fn mean_tilt_loss(&self) -> Result<Decibel, OpticsError> {
        let squares = self.squares()?;
        let (array, own) = (self.tilt.as_rad(), squares.own_tilt_rad);
        Ok(Decibel::db(DB_PER_NEPER * 2.0 * squares.tilt * (array * array + own * own)))
    }

    /// Offset and tilt at which the overlap of single modes falls to 1/e, and the gap at which it halves by spreading.
    fn single_modes(&self) -> Result<[f64; 3], OpticsError> {
        let joint = self.joint()?;
        let neper = Decibel::db(DB_PER_NEPER);
        let (d, tilt) = (joint.offset_tolerance(neper).as_m(), joint.tilt_tolerance_rad(neper));
        // The gap at which a perfect joint of equal modes loses a tenth of its light or so; any would do.
        let gap = Length::um(10.0);
        let at = |gap| joint.loss(&Misalignment { gap, ..Misalignment::default() }).as_db();
        let more = libm::expm1((at(gap) - at(Length::ZERO)) / DB_PER_NEPER);
        Ok([d, tilt, gap.as_m() / libm::sqrt(more)])
    }

    /// The same of spots of many modes.
    fn spots(&self, aperture: Ratio) -> Result<[f64; 3], OpticsError> {
        let na = aperture.value();
        within(na > 0.0 && na < 1.0, "numerical aperture", "between 0 and 1", na, "0.5 is usual")?;
        let [w1, w2] = self.modes.map(|spot| 0.5 * spot.as_m());
        let area = w1 * w1 + w2 * w2;
        within(w1 > 0.0 && w2 > 0.0, "spot in m", "above zero", w1.min(w2), "20 um is usual")?;
        Ok([libm::sqrt(0.5 * area), libm::asin(na), libm::sqrt(area) / na])
    }

    /// The coefficients of the extra loss, and the own errors of a fibre; checked.
    pub(crate) fn squares(&self) -> Result<Squares, OpticsError> {
        let [d, tilt, gap] = match self.aperture {
            Some(aperture) => self.spots(aperture)?,
            None => self.single_modes()?,
        };
        let sigma = |what, value: f64| {
            within(value >= 0.0, what, "zero or more", value, "it is a standard deviation")
        };
        sigma("offset in m", self.offset.as_m())?;
        sigma("tilt in rad", self.tilt.as_rad())?;
        sigma("spread of the gap in m", self.gap_spread.as_m())?;
        sigma("rotation in rad", self.rotation.as_rad())?;
        sigma("pitch error in m", self.pitch_error.as_m())?;
        let limit = self.limit.as_db();
        within(limit > 0.0, "limit in dB", "above zero", limit, "1 dB is usual")?;
        let pitch = self.pitch.as_m();
        within(pitch > 0.0, "pitch in m", "above zero", pitch, "fibres lie 127 um apart")?;
        let array = self.array.value();
        within(array >= 1.0, "fibres of one array", "one or more", array, "24 are usual")?;
        let own = self.pitch_error.as_m();
        let (own_offset_m, own_tilt_rad) = match self.fibre_behind_lens {
            None => (own, 0.0),
            Some(fibre) => {
                let (w, w0) = (0.5 * self.modes[0].as_m(), 0.5 * fibre.as_m());
                within(w0 > 0.0, "mode behind a lens in m", "above zero", w0, "9.2 um is usual")?;
                let focal = PI * w * w0 / self.wavelength.as_m();
                (SQRT_2 * own, SQRT_2 * own / focal)
            }
        };
        Ok(Squares {
            offset: 1.0 / (d * d),
            tilt: 1.0 / (tilt * tilt),
            gap: 1.0 / (gap * gap),
            limit_nepers: limit / DB_PER_NEPER,
            own_offset_m,
            own_tilt_rad,
        })
    }
}
