//! Where a decision flips: every change of sign of an advantage over the range of one input.

use lightloom_num::{NumError, root};
use serde::Serialize;

/// How an input is stepped through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spacing {
    /// Equal steps.
    #[default]
    Linear,
    /// Equal ratios, for ranges over decades.
    Logarithmic,
}

/// The range of an input and how finely it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Axis {
    low: f64,
    high: f64,
    spacing: Spacing,
}

/// A range that is no axis.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{low} to {high} is no {spacing:?} axis")]
pub struct AxisError {
    /// Low end.
    pub low: f64,
    /// High end.
    pub high: f64,
    /// Spacing.
    pub spacing: Spacing,
}

impl AxisError {
    /// What to change.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        if self.spacing == Spacing::Logarithmic && self.low <= 0.0 {
            "a logarithmic axis needs a low end above zero; step linearly instead"
        } else {
            "give a finite range whose low end lies below its high end"
        }
    }
}

/// Why a break-even cannot be sought, or what the function said.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BreakEvenError<E> {
    /// Too few or too many steps, or a tolerance that is none.
    #[error("{what} must be {needed}, found {found}")]
    Setting {
        /// Which one.
        what: &'static str,
        /// What it must be.
        needed: &'static str,
        /// What it is.
        found: f64,
    },
    /// The function is NaN or infinite somewhere.
    #[error("the advantage is {found} at {at}")]
    NotFinite {
        /// Where.
        at: f64,
        /// What it returned.
        found: f64,
    },
    /// The function refused.
    #[error("at {at}: {error}")]
    Function {
        /// Where.
        at: f64,
        /// What it said.
        error: E,
    },
}

impl<E> BreakEvenError<E> {
    /// What to change.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Setting { what, needed, .. } => format!("give {what} as a value {needed}"),
            Self::NotFinite { at, .. } | Self::Function { at, .. } => {
                format!("narrow the range so that it leaves out {at}")
            }
        }
    }
}

impl Axis {
    /// From low to high.
    ///
    /// # Errors
    /// Unless both ends are finite, the low one lies below the high one and, on a logarithmic axis, above zero.
    pub fn new(low: f64, high: f64, spacing: Spacing) -> Result<Self, AxisError> {
        let good = low < high && (high - low).is_finite();
        if good && (spacing == Spacing::Linear || low > 0.0) {
            Ok(Self { low, high, spacing })
        } else {
            Err(AxisError { low, high, spacing })
        }
    }

    /// Low end.
    #[must_use]
    pub fn low(&self) -> f64 {
        self.low
    }

    /// High end.
    #[must_use]
    pub fn high(&self) -> f64 {
        self.high
    }

    /// The input at a share of the axis; exact at both ends.
    #[must_use]
    pub fn at(&self, share: f64) -> f64 {
        if share <= 0.0 {
            self.low
        } else if share >= 1.0 {
            self.high
        } else {
            match self.spacing {
                Spacing::Linear => self.low + share * (self.high - self.low),
                Spacing::Logarithmic => self.low * libm::pow(self.high / self.low, share),
            }
        }
    }

    /// The share of the axis at an input, the inverse of [`Axis::at`].
    #[must_use]
    pub fn share_of(&self, input: f64) -> f64 {
        let share = match self.spacing {
            Spacing::Linear => (input - self.low) / (self.high - self.low),
            Spacing::Logarithmic if input <= 0.0 => 0.0,
            Spacing::Logarithmic => libm::log(input / self.low) / libm::log(self.high / self.low),
        };
        share.clamp(0.0, 1.0)
    }
}

/// How finely to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Effort {
    /// Equal steps of the first look; two changes of sign within one step are not seen.
    pub steps: u32,
    /// Halvings that each change of sign is worth: its place is known to the range over `steps 2^halvings`.
    pub halvings: u32,
}

impl Default for Effort {
    /// 16 steps, each crossing to a 16,384th of the range.
    fn default() -> Self {
        Self { steps: 16, halvings: 10 }
    }
}

/// A place at which the advantage changes its sign.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Crossing {
    /// The input there.
    pub at: f64,
    /// The nearest inputs below and above that were evaluated: the truth lies between.
    pub between: [f64; 2],
    /// Whether the advantage goes from below zero to above.
    pub rising: bool,
    /// Whether it jumps over zero instead of passing through: something else was chosen beneath.
    pub jump: bool,
}

/// Every change of sign in a range.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BreakEven {
    /// The changes, ascending.
    pub crossings: Vec<Crossing>,
    /// Advantage at the low and at the high end.
    pub at_ends: [f64; 2],
    /// Smallest and largest advantage that was seen: how near to flipping a decision is that never flips.
    pub seen: [f64; 2],
    /// How often the function was called.
    pub evaluations: u32,
}

/// Seeks every change of sign of a function over a range.
///
/// # Model
/// The function is taken at `steps + 1` points; where neighbours differ in sign, the place is narrowed down by
/// Chandrupatla's method ([`root()`]), which is bisection where interpolation is not safe, so it also ends at a jump.
/// Exact zeros between neighbours of opposite sign are a crossing in their middle; between neighbours of the same
/// sign, and at the ends, they are none.
///
/// # Validity
/// Any function, monotone or not. The number of calls is `steps + 1` and at most about twice `halvings` for each
/// crossing, on smooth functions about five.
///
/// # Errors
/// [`BreakEvenError`]; an error of the function comes with the place.
///
/// # Example
/// ```
/// use lightloom_economics::break_even::{Axis, Effort, Spacing, break_even};
/// // (x - 1)(x - 2)(x - 4): three flips.
/// let axis = Axis::new(0.0, 5.0, Spacing::Linear)?;
/// let f = |x: f64| Ok::<f64, std::convert::Infallible>((x - 1.0) * (x - 2.0) * (x - 4.0));
/// let found = break_even(f, &axis, Effort::default())?;
/// let at: Vec<f64> = found.crossings.iter().map(|c| (c.at * 1e3).round() / 1e3).collect();
/// assert_eq!(at, [1.0, 2.0, 4.0]);
/// assert!(found.crossings[0].rising && !found.crossings[1].rising && found.evaluations < 50);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn break_even<E>(
    mut f: impl FnMut(f64) -> Result<f64, E>,
    axis: &Axis,
    effort: Effort,
) -> Result<BreakEven, BreakEvenError<E>> {
    let setting = |what, needed, found: u32| {
        Err(BreakEvenError::Setting { what, needed, found: f64::from(found) })
    };
    if !(1..=100_000).contains(&effort.steps) {
        return setting("the number of steps", "from 1 to 100000", effort.steps);
    }
    if !(1..=40).contains(&effort.halvings) {
        return setting("the number of halvings", "from 1 to 40", effort.halvings);
    }
    let mut evaluations = 0;
    let mut seen = [f64::INFINITY, f64::NEG_INFINITY];
    let mut call = |share: f64| {
        evaluations += 1;
        let at = axis.at(share);
        let y = f(at).map_err(|error| BreakEvenError::Function { at, error })?;
        if !y.is_finite() {
            return Err(BreakEvenError::NotFinite { at, found: y });
        }
        seen = [seen[0].min(y), seen[1].max(y)];
        Ok(y)
    };
    let mut crossings = Vec::new();
    let mut ends = [0.0; 2];
    // The last point whose sign is known, and the zeros since.
    let mut known: Option<(f64, f64)> = None;
    let mut zeros: Option<(f64, f64)> = None;
    for i in 0..=effort.steps {
        let share = f64::from(i) / f64::from(effort.steps);
        let y = call(share)?;
        if i == 0 {
            ends[0] = y;
        }
        ends[1] = y;
        if y == 0.0 {
            zeros = Some((zeros.map_or(share, |z| z.0), share));
            continue;
        }
        if let Some((before, y_before)) = known
            && (y_before > 0.0) != (y > 0.0)
        {
            crossings.push(match zeros {
                Some((first, last)) => Crossing {
                    at: axis.at(f64::midpoint(first, last)),
                    between: [axis.at(first), axis.at(last)],
                    rising: y > 0.0,
                    jump: false,
                },
                None => narrow(&mut call, axis, [(before, y_before), (share, y)], effort)?,
            });
        }
        (known, zeros) = (Some((share, y)), None);
    }
    Ok(BreakEven { crossings, at_ends: ends, seen, evaluations })
}

/// Narrows a bracket of two signs; both ends are known already and not evaluated again.
fn narrow<E>(
    call: &mut impl FnMut(f64) -> Result<f64, BreakEvenError<E>>,
    axis: &Axis,
    ends: [(f64, f64); 2],
    effort: Effort,
) -> Result<Crossing, BreakEvenError<E>> {
    let [(low, y_low), (high, y_high)] = ends;
    let (mut below, mut above) = (ends[0], ends[1]);
    let mut refused = None;
    // Along the bracket, from 0 to 1: the tolerance of `root` is relative to 1 + |x|.
    let along = |t: f64| low + t * (high - low);
    let tolerance = libm::ldexp(1.0, -i32::try_from(effort.halvings).unwrap_or(10));
    let solved = root(
        |t| {
            if t <= 0.0 {
                return y_low;
            }
            if t >= 1.0 {
                return y_high;
            }
            let share = along(t);
            match call(share) {
                Ok(y) => {
                    if (y > 0.0) == (y_low > 0.0) && y != 0.0 {
                        below = (share, y);
                    } else {
                        above = (share, y);
                    }
                    y
                }
                Err(error) => {
                    refused = Some(error);
                    f64::NAN
                }
            }
        },
        0.0,
        1.0,
        tolerance,
    );
    if let Some(error) = refused {
        return Err(error);
    }
    let share = match solved {
        Ok(t) => along(t),
        // Not reached: signs differ and every value is finite.
        Err(
            NumError::NotFinite { .. }
            | NumError::NoSignChange { .. }
            | NumError::OutsideDomain { .. },
        ) => f64::midpoint(below.0, above.0),
    };
    let (step, left) = ((y_high - y_low).abs(), (above.1 - below.1).abs());
    // A smooth function changes within the last bracket in proportion to its width.
    let narrowed = (above.0 - below.0) <= 0.1 * (high - low);
    Ok(Crossing {
        at: axis.at(share),
        between: [axis.at(below.0), axis.at(above.0)],
        rising: y_high > 0.0,
        jump: narrowed && left > 0.5 * step && above.1 != 0.0,
    })
}
