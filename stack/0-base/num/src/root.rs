//! Roots and minima of functions of one variable.

use crate::error::{NumError, within};

/// Where a function crosses zero between `low` and `high`, to within `tolerance` (relative to 1 + |x|).
///
/// # Model
/// Chandrupatla's method: inverse quadratic interpolation where it is safe, else bisection. Like Brent's it
/// cannot fail on a bracket; it needs fewer evaluations and half the code.
///
/// # Source
/// T. R. Chandrupatla, A new hybrid quadratic/bisection algorithm, Advances in Engineering Software 28 (1997) 145.
///
/// # Errors
/// [`NumError::NoSignChange`] when both ends have the same sign; [`NumError::NotFinite`] when the function
/// returns NaN or infinity.
///
/// # Example
/// ```
/// let x = lightloom_num::root(|x| x * x - 2.0, 0.0, 2.0, 1e-14)?;
/// assert!((x - 2f64.sqrt()).abs() < 1e-13);
/// # Ok::<(), lightloom_num::NumError>(())
/// ```
pub fn root(
    mut f: impl FnMut(f64) -> f64,
    low: f64,
    high: f64,
    tolerance: f64,
) -> Result<f64, NumError> {
    let mut at = |x: f64| finite(x, f(x));
    // The root lies between a (the newest point) and b; c is the point that was given up last.
    let (mut a, mut b) = (low, high);
    let (mut fa, mut fb) = (at(a)?, at(b)?);
    if fa != 0.0 && fb != 0.0 && (fa > 0.0) == (fb > 0.0) {
        return Err(NumError::NoSignChange { low, high, at_low: fa, at_high: fb });
    }
    let mut share: f64 = 0.5;
    loop {
        let (best, at_best) = if fa.abs() < fb.abs() { (a, fa) } else { (b, fb) };
        let reach = 2.0 * f64::EPSILON * best.abs() + 0.5 * tolerance * (1.0 + best.abs());
        let least = reach / (b - a).abs();
        if at_best == 0.0 || least > 0.5 {
            return Ok(best);
        }
        let next = a + share.clamp(least, 1.0 - least) * (b - a);
        let f_next = at(next)?;
        let (c, fc);
        if (f_next > 0.0) == (fa > 0.0) {
            (c, fc) = (a, fa);
        } else {
            (c, fc) = (b, fb);
            (b, fb) = (a, fa);
        }
        (a, fa) = (next, f_next);
        let position = (a - b) / (c - b);
        let level = (fa - fb) / (fc - fb);
        let safe = level * level < position && (1.0 - level) * (1.0 - level) < 1.0 - position;
        share = if safe {
            fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        } else {
            0.5
        };
    }
}

/// Where a function with one minimum between `low` and `high` has it, to within `tolerance` of the bracket.
///
/// # Model
/// Golden-section search.
///
/// # Validity
/// Two points closer than about `1e-8 |x|` cannot be told apart by their values: a smaller tolerance buys
/// nothing. On a function with several minima it finds one of them.
///
/// # Errors
/// [`NumError::OutsideDomain`] unless `0 < tolerance < 1`; [`NumError::NotFinite`] when the function returns
/// NaN or infinity.
///
/// # Example
/// ```
/// let x = lightloom_num::minimum(|x| 2.0 / x + x / 8.0, 1.0, 20.0, 1e-9)?;
/// assert!((x - 4.0).abs() < 1e-6);
/// # Ok::<(), lightloom_num::NumError>(())
/// ```
pub fn minimum(
    mut f: impl FnMut(f64) -> f64,
    low: f64,
    high: f64,
    tolerance: f64,
) -> Result<f64, NumError> {
    within(tolerance > 0.0 && tolerance < 1.0, "minimum", "tolerance", "(0, 1)", tolerance)?;
    const GOLDEN: f64 = 0.618_033_988_749_894_8;
    let mut at = |x: f64| finite(x, f(x));
    let (mut low, mut high) = (low, high);
    let mut left = high - GOLDEN * (high - low);
    let mut right = low + GOLDEN * (high - low);
    let (mut f_left, mut f_right) = (at(left)?, at(right)?);
    let steps = (libm::log(tolerance) / libm::log(GOLDEN)).ceil() as u32;
    for _ in 0..steps {
        if f_left < f_right {
            high = right;
            (right, f_right) = (left, f_left);
            left = high - GOLDEN * (high - low);
            f_left = at(left)?;
        } else {
            low = left;
            (left, f_left) = (right, f_right);
            right = low + GOLDEN * (high - low);
            f_right = at(right)?;
        }
    }
    Ok(0.5 * (low + high))
}

fn finite(x: f64, y: f64) -> Result<f64, NumError> {
    if y.is_finite() { Ok(y) } else { Err(NumError::NotFinite { at: x, found: y }) }
}
