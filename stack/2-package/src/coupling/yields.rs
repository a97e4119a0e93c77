//! Share of good joints and arrays without drawing them.

use crate::coupling::alignment::{Alignment, Squares};
use lightloom_link::optics::{OpticsError, within};
use lightloom_num::{Sobol, q, q_inverse};
use lightloom_units::Ratio;
use std::sync::OnceLock;

/// Arrays that stand for all.
const POINTS: u32 = 512;
/// Places along an array that stand for all its fibres.
const PLACES: usize = 6;
/// Gauss-Legendre nodes of six points on -1 to 1, and weights that sum to one. Abramowitz and Stegun, table 25.4.
const NODES: [(f64, f64); PLACES] = [
    (-0.932_469_514_203_152, 0.085_662_246_189_585),
    (-0.661_209_386_466_265, 0.180_380_786_524_069),
    (-0.238_619_186_083_197, 0.233_956_967_286_346),
    (0.238_619_186_083_197, 0.233_956_967_286_346),
    (0.661_209_386_466_265, 0.180_380_786_524_069),
    (0.932_469_514_203_152, 0.085_662_246_189_585),
];
/// Most fibres of an engine that are looked at.
const MOST_FIBRES: f64 = 1e6;

impl Alignment {
    /// Share of joints whose extra loss stays within the limit: the mean over the places of a full array of one row.
    ///
    /// # Errors
    /// [`OpticsError`].
    pub fn joint_yield(&self) -> Result<Ratio, OpticsError> {
        let squares = self.squares()?;
        let [(larger, size), (_, smaller)] = self.arrays(self.most());
        let places = Places::new(self, if larger > 0 { size } else { smaller }, 1);
        let sum: f64 = positions().iter().map(|at| places.mean(self, &squares, at)).sum();
        Ok(Ratio::new((sum / f64::from(POINTS)).clamp(0.0, 1.0)))
    }

    /// Share of arrays of so many fibres, in so many rows, all of whose joints stay within the limit.
    ///
    /// # Model
    /// Given the array's own position, its fibres miss independently: the share is the mean over positions of the product
    /// over fibres of `P(loss < limit | position)`. Positions: 512 points of a Sobol sequence. Given one, a fibre's loss
    /// is a sum of squares of shifted normal numbers; its first three moments give a gamma distribution (Pearson's
    /// approximation of non-central chi-squared), whose tail is Wilson and Hilferty's. The product over an array is taken
    /// along its length by six Gauss-Legendre points.
    ///
    /// # Validity
    /// Within some tenths of a percent of drawn arrays ([`crate::coupling::Couplings`]) for yields above 50 %.
    ///
    /// # Source
    /// J. P. Imhof, Biometrika 48 (1961) 419 (Pearson's three moments); E. B. Wilson and M. M. Hilferty, PNAS 17 (1931) 684.
    ///
    /// # Errors
    /// [`OpticsError`] without fibres, or for errors that are no numbers.
    pub fn array_yield(&self, fibres: u32, rows: u32) -> Result<Ratio, OpticsError> {
        let squares = self.squares()?;
        let n = f64::from(fibres);
        within(n >= 1.0, "fibres of an array", "one or more", n, "an engine has some")?;
        let places = Places::new(self, fibres, rows);
        let sum: f64 = positions().iter().map(|at| places.product(self, &squares, at)).sum();
        Ok(Ratio::new((sum / f64::from(POINTS)).clamp(0.0, 1.0)))
    }

    /// Share of engines all of whose fibres stay within the limit: their arrays are independent and as equal as can be.
    ///
    /// # Errors
    /// [`OpticsError`] without fibres, or with more than a million.
    pub fn engine_yield(&self, fibres: u32, rows: u32) -> Result<Ratio, OpticsError> {
        let n = f64::from(fibres);
        within(
            (1.0..=MOST_FIBRES).contains(&n),
            "fibres of an engine",
            "one to a million",
            n,
            "count both directions",
        )?;
        let [large, small] = self.arrays(fibres);
        let mut whole = 1.0;
        for (count, size) in [large, small] {
            if count > 0 {
                let one = self.array_yield(size, rows)?.value();
                whole *= libm::pow(one, f64::from(count));
            }
        }
        Ok(Ratio::new(whole))
    }

    /// Fibres shared out over arrays: so many of so many, and so many of one less.
    #[must_use]
    pub fn arrays(&self, fibres: u32) -> [(u32, u32); 2] {
        let count = fibres.div_ceil(self.most()).max(1);
        let (size, larger) = (fibres / count, fibres % count);
        [(larger, size + 1), (count - larger, size)]
    }

    /// Fibres of one array at most.
    fn most(&self) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped; facts are checked"
        )]
        let most = self.array.value().clamp(1.0, MOST_FIBRES) as u32;
        most
    }
}

/// Places of an array's fibres along it with the number of fibres that each stands for.
struct Places {
    at: [(f64, f64); PLACES],
    count: usize,
}

impl Places {
    fn new(alignment: &Alignment, fibres: u32, rows: u32) -> Self {
        let columns = fibres.div_ceil(rows.max(1)).max(1);
        let mut at = [(0.0, 0.0); PLACES];
        let pitch = alignment.pitch.as_m();
        let n = f64::from(fibres);
        let count = usize::try_from(columns).unwrap_or(usize::MAX).min(PLACES);
        if count == PLACES {
            let half = 0.5 * f64::from(columns) * pitch;
            for (place, (x, weight)) in at.iter_mut().zip(NODES) {
                *place = (x * half, weight * n);
            }
        } else {
            for (column, place) in (0..columns).zip(at.iter_mut()) {
                let middle = 0.5 * f64::from(columns - 1);
                *place = ((f64::from(column) - middle) * pitch, n / f64::from(columns));
            }
        }
        Self { at, count }
    }

    /// Share of arrays in one position all of whose fibres are good.
    fn product(&self, alignment: &Alignment, squares: &Squares, z: &[f64; 6]) -> f64 {
        let mut ln_good = 0.0;
        for (fibres, bad) in self.bad(alignment, squares, z) {
            if bad >= 1.0 {
                return 0.0;
            }
            ln_good += fibres * libm::log1p(-bad);
        }
        libm::exp(ln_good)
    }

    /// Share of good fibres in arrays in one position.
    fn mean(&self, alignment: &Alignment, squares: &Squares, z: &[f64; 6]) -> f64 {
        let (mut all, mut good) = (0.0, 0.0);
        for (fibres, bad) in self.bad(alignment, squares, z) {
            all += fibres;
            good += fibres * (1.0 - bad);
        }
        good / all
    }

    /// For each place the fibres that it stands for, and the share of them that is bad.
    fn bad<'a>(
        &'a self,
        alignment: &Alignment,
        squares: &'a Squares,
        z: &[f64; 6],
    ) -> impl Iterator<Item = (f64, f64)> + 'a {
        let (dx, dy) = (z[0] * alignment.offset.as_m(), z[1] * alignment.offset.as_m());
        let (tx, ty) = (z[2] * alignment.tilt.as_rad(), z[3] * alignment.tilt.as_rad());
        let turn = z[4] * alignment.rotation.as_rad();
        let gap = alignment.gap.as_m() + z[5] * alignment.gap_spread.as_m();
        let left = squares.limit_nepers - squares.gap_nepers(gap);
        let tilt2 = tx * tx + ty * ty;
        self.at[..self.count].iter().map(move |(place, fibres)| {
            let y = dy + turn * place;
            let within = left > 0.0;
            (*fibres, if within { beyond(squares, dx * dx + y * y, tilt2, left) } else { 1.0 })
        })
    }
}

/// Share of fibres with a loss beyond `left` nepers, given the array's squared offset and tilt.
fn beyond(squares: &Squares, d2: f64, tilt2: f64, left: f64) -> f64 {
    let (s2, t2) =
        (squares.own_offset_m * squares.own_offset_m, squares.own_tilt_rad * squares.own_tilt_rad);
    let (a, b) = (squares.offset, squares.tilt);
    // Cumulants of a |D + own|² in two dimensions, and of the tilt's.
    let (a2, b2) = (a * a, b * b);
    let mean = a * (d2 + 2.0 * s2) + b * (tilt2 + 2.0 * t2);
    let variance = 4.0 * (a2 * s2 * (s2 + d2) + b2 * t2 * (t2 + tilt2));
    let third = 8.0
        * (a2 * a * s2 * s2 * (2.0 * s2 + 3.0 * d2) + b2 * b * t2 * t2 * (2.0 * t2 + 3.0 * tilt2));
    if variance <= 0.0 || third <= 0.0 {
        return if mean > left { 1.0 } else { 0.0 };
    }
    let deviations = (left - mean) / variance.sqrt();
    if deviations > 12.0 {
        return 0.0;
    }
    let freedom = 8.0 * variance * variance * variance / (third * third);
    let chi2 = deviations * (2.0 * freedom).sqrt() + freedom;
    if chi2 <= 0.0 {
        return 1.0;
    }
    let step = 2.0 / (9.0 * freedom);
    q((libm::cbrt(chi2 / freedom) - 1.0 + step) / step.sqrt())
}

/// Positions of arrays in sigmas: two offsets, two tilts, turn, gap. The same for all, so made once.
fn positions() -> &'static [[f64; 6]] {
    static POSITIONS: OnceLock<Vec<[f64; 6]>> = OnceLock::new();
    POSITIONS.get_or_init(|| {
        let sobol = Sobol::new(1);
        let normal = |point, dimension| {
            // A coordinate lies strictly between zero and one, where the inverse exists.
            q_inverse(1.0 - sobol.coordinate(point, dimension)).unwrap_or(0.0)
        };
        (0..POINTS).map(|point| std::array::from_fn(|d| normal(point, d))).collect()
    })
}
