//! A quantity that is known as low, central and high: prices, dates, delays.

use crate::error::{EconomicsError, check};
use lightloom_evidence::{FactError, Facts, Shape};
use lightloom_num::{q, q_inverse};
use lightloom_units::{Quantity, Ratio};
use serde::Serialize;

/// Standard normal quantile of 95 %: the ends of a log-normal range are its 5th and 95th percentile.
const Z95: f64 = 1.644_853_626_951_472_2;

/// Points at which [`Distribution::expect`] evaluates a function.
const POINTS: u32 = 256;

/// What lies between the ends of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spread {
    /// Most likely at the central value, falling linearly to both ends, nothing beyond them.
    #[default]
    Triangular,
    /// Anywhere between the ends, the central value without weight.
    Uniform,
    /// Uniform in the logarithm, the central value without weight.
    LogUniform,
    /// A normal law in the logarithm on each side of the median: through the central value at 50 %, the low end
    /// at 5 % and the high end at 95 %. Prices with a long tail.
    LogNormal,
}

/// A quantity with low, central and high value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Distribution<Q> {
    low: Q,
    central: Q,
    high: Q,
    spread: Spread,
}

impl<Q: Quantity> Distribution<Q> {
    /// From its three values.
    ///
    /// # Errors
    /// Unless all are finite, `low <= central <= high`, and, for the logarithmic spreads, `low` above zero.
    ///
    /// # Example
    /// ```
    /// use lightloom_economics::{Distribution, Spread};
    /// use lightloom_units::Money;
    /// // An 800G module: 500 to 1,400 USD, most likely 1,250.
    /// let usd = Money::usd;
    /// let price = Distribution::new(usd(500.0), usd(1_250.0), usd(1_400.0), Spread::Triangular)?;
    /// assert!((price.mean().as_usd() - 1_050.0).abs() < 1e-9);
    /// # Ok::<(), lightloom_economics::EconomicsError>(())
    /// ```
    pub fn new(low: Q, central: Q, high: Q, spread: Spread) -> Result<Self, EconomicsError> {
        let finite = "finite";
        check("the low end", low, true, finite)?;
        check("the high end", high, true, finite)?;
        let inside = low <= central && central <= high;
        check("the central value", central, inside, "between the low and the high end")?;
        if matches!(spread, Spread::LogUniform | Spread::LogNormal) {
            check("the low end of a logarithmic range", low, low.si() > 0.0, "above zero")?;
        }
        Ok(Self { low, central, high, spread })
    }

    /// A value without uncertainty.
    ///
    /// # Errors
    /// When it is not finite.
    pub fn certain(value: Q) -> Result<Self, EconomicsError> {
        Self::new(value, value, value, Spread::Triangular)
    }

    /// A fact with its range, in the shape that the catalog gives it. The central value is the view's.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, id: &str) -> Result<Self, FactError> {
        let central = facts.get(id)?;
        let fact = facts.catalog().get(id);
        let end = |pick: fn(&lightloom_evidence::Fact) -> f64| {
            fact.map_or(central, |f| Q::from_si(pick(f)))
        };
        let spread = match fact.map(|f| f.shape) {
            Some(Shape::Uniform) => Spread::Uniform,
            Some(Shape::LogUniform) => Spread::LogUniform,
            _ => Spread::Triangular,
        };
        Ok(Self { low: end(|f| f.low), central, high: end(|f| f.high), spread })
    }

    /// The low value.
    #[must_use]
    pub fn low(&self) -> Q {
        self.low
    }

    /// The central value: the mode of a triangular, the median of a log-normal law.
    #[must_use]
    pub fn central(&self) -> Q {
        self.central
    }

    /// The high value.
    #[must_use]
    pub fn high(&self) -> Q {
        self.high
    }

    /// What lies between.
    #[must_use]
    pub fn spread(&self) -> Spread {
        self.spread
    }

    /// All three values times a factor.
    ///
    /// # Errors
    /// Unless the factor is finite and not negative, and the products finite.
    pub fn scaled(&self, factor: Ratio) -> Result<Self, EconomicsError> {
        let k = check("the factor", factor, factor.value() >= 0.0, "zero or more")?.value();
        let times = |q: Q| Q::from_si(q.si() * k);
        let positive = k > 0.0 || matches!(self.spread, Spread::Triangular | Spread::Uniform);
        let spread = if positive { self.spread } else { Spread::Triangular };
        Self::new(times(self.low), times(self.central), times(self.high), spread)
    }

    /// Widths of the two halves of the log-normal law, as standard deviations of the logarithm.
    fn log_widths(&self) -> (f64, f64) {
        let log = |a: Q, b: Q| libm::log(a.si() / b.si()) / Z95;
        (log(self.central, self.low), log(self.high, self.central))
    }

    /// The value below which a share of the probability lies.
    ///
    /// # Model
    /// Triangular, uniform, log-uniform: [`Shape::quantile`]. Log-normal: `c exp(s z)` with the normal quantile
    /// `z` and `s = ln(c/low)/1.645` below the median, `ln(high/c)/1.645` above it.
    ///
    /// # Errors
    /// Unless the share lies between 0 and 100 %; for the log-normal law, which has no ends, strictly so.
    pub fn quantile(&self, share: Ratio) -> Result<Q, EconomicsError> {
        let u = share.value();
        let open = self.spread == Spread::LogNormal;
        let good = if open { u > 0.0 && u < 1.0 } else { (0.0..=1.0).contains(&u) };
        check("the share of probability", share, good, "between 0 and 100 %")?;
        Ok(Q::from_si(self.at(u)))
    }

    /// The quantile in SI, for a share that is known to be good.
    fn at(&self, u: f64) -> f64 {
        let (low, c, high) = (self.low.si(), self.central.si(), self.high.si());
        let shape = match self.spread {
            Spread::Triangular => Shape::Triangular,
            Spread::Uniform => Shape::Uniform,
            Spread::LogUniform => Shape::LogUniform,
            Spread::LogNormal => {
                let (below, above) = self.log_widths();
                let z = q_inverse(1.0 - u).unwrap_or(0.0);
                return c * libm::exp(z * if z < 0.0 { below } else { above });
            }
        };
        shape.quantile(u, low, c, high)
    }

    /// The probability of a value up to this one.
    ///
    /// # Model
    /// The inverse of [`Distribution::quantile`]; a certain value is a step. What is no number lies below nothing.
    #[must_use]
    pub fn probability_below(&self, value: Q) -> Ratio {
        let (low, c, high, x) = (self.low.si(), self.central.si(), self.high.si(), value.si());
        let width = high - low;
        if !x.is_finite() {
            return Ratio::new(if x > high { 1.0 } else { 0.0 });
        }
        Ratio::new(if width <= 0.0 || self.spread != Spread::LogNormal && (x <= low || x >= high) {
            if x >= high && x >= c { 1.0 } else { 0.0 }
        } else {
            match self.spread {
                Spread::Triangular if x < c => (x - low) * (x - low) / (width * (c - low)),
                Spread::Triangular => 1.0 - (high - x) * (high - x) / (width * (high - c)),
                Spread::Uniform => (x - low) / width,
                Spread::LogUniform => libm::log(x / low) / libm::log(high / low),
                Spread::LogNormal if x <= 0.0 => 0.0,
                Spread::LogNormal => {
                    let (below, above) = self.log_widths();
                    let side = if x < c { below } else { above };
                    let distance = libm::log(x / c);
                    if side > 0.0 {
                        q(-distance / side)
                    } else if distance < 0.0 {
                        0.0
                    } else {
                        1.0
                    }
                }
            }
        })
    }

    /// The mean.
    ///
    /// # Model
    /// Triangular `(a + c + b)/3`; uniform `(a + b)/2`; log-uniform `(b - a)/ln(b/a)`; log-normal
    /// `c [exp(s1^2/2) Phi(-s1) + exp(s2^2/2) Phi(s2)]`.
    #[must_use]
    pub fn mean(&self) -> Q {
        Q::from_si(self.moment(1.0))
    }

    /// The standard deviation.
    ///
    /// # Model
    /// `sqrt(E x^2 - (E x)^2)`, in closed form for each spread.
    #[must_use]
    pub fn standard_deviation(&self) -> Q {
        let (a, c, b) = (self.low.si(), self.central.si(), self.high.si());
        let variance = match self.spread {
            Spread::Triangular => ((b - a) * (b - a) - (c - a) * (b - c)) / 18.0,
            Spread::Uniform => (b - a) * (b - a) / 12.0,
            Spread::LogUniform | Spread::LogNormal => {
                let mean = self.moment(1.0);
                self.moment(2.0) - mean * mean
            }
        };
        Q::from_si(variance.max(0.0).sqrt())
    }

    /// First moment of all spreads, second of the logarithmic ones.
    fn moment(&self, order: f64) -> f64 {
        let (a, c, b) = (self.low.si(), self.central.si(), self.high.si());
        match self.spread {
            _ if b <= a => libm::pow(c, order),
            Spread::Triangular => (a + c + b) / 3.0,
            Spread::Uniform => f64::midpoint(a, b),
            Spread::LogUniform => {
                (libm::pow(b, order) - libm::pow(a, order)) / (order * libm::log(b / a))
            }
            Spread::LogNormal => {
                let (below, above) = self.log_widths();
                let (s, t) = (order * below, order * above);
                libm::pow(c, order)
                    * (libm::exp(0.5 * s * s) * q(s) + libm::exp(0.5 * t * t) * q(-t))
            }
        }
    }

    /// The expected value of a function of the quantity.
    ///
    /// # Model
    /// `int_0^1 f(x(u)) du` over 256 midpoints of `t` with `u = t^3 (10 - 15 t + 6 t^2)`, which crowds them into both
    /// tails: no random numbers; relative error below 1e-3 for functions without steps.
    ///
    /// # Errors
    /// The first error of the function.
    pub fn expect<E>(&self, mut f: impl FnMut(Q) -> Result<f64, E>) -> Result<f64, E> {
        let (mut sum, mut weights) = (0.0, 0.0);
        for i in 0..POINTS {
            let t = (f64::from(i) + 0.5) / f64::from(POINTS);
            let u = t * t * t * (10.0 - t * (15.0 - 6.0 * t));
            let weight = t * t * (1.0 - t) * (1.0 - t);
            sum += weight * f(Q::from_si(self.at(u)))?;
            weights += weight;
        }
        Ok(sum / weights)
    }
}
