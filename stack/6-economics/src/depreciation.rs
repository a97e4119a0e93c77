//! What bought things are worth on the books and in the market, year by year.

use crate::error::{EconomicsError, check, not_negative, positive, rate, share};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Money, Ratio, Time};
use serde::Serialize;

/// How the books write something off.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The same amount each year.
    StraightLine,
    /// A share of the book value each year, `factor / life`; straight line over what is left of the life as soon
    /// as that writes off more. The usual factor is 2.
    DecliningBalance {
        /// Over the straight line's first year.
        factor: f64,
    },
}

/// How long and down to what something is written off.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Depreciation {
    /// Method.
    pub method: Method,
    /// Time until only the residual is left.
    pub life: Time,
    /// Residual value at the end of the life, of the price.
    pub residual: Ratio,
}

/// A year of the books.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BookYear {
    /// End of the year, since the purchase.
    pub end: Time,
    /// Written off in it.
    pub charge: Money,
    /// Left at its end.
    pub book: Money,
}

impl Depreciation {
    /// Straight line over `finance.life` down to `finance.residual`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            method: Method::StraightLine,
            life: facts.get("finance.life")?,
            residual: facts.get("finance.residual")?,
        })
    }

    /// The books of each year, the last one as long as the life leaves it.
    ///
    /// # Model
    /// Straight line: `(C - R) / n` a year. Declining: `max(f/n B, (B - R)/(n - t))`, never below the residual.
    ///
    /// # Errors
    /// Unless the price is not negative, the life above zero and at most 100 years, the residual a share, and a
    /// declining factor at least 1.
    ///
    /// # Example
    /// ```
    /// use lightloom_economics::depreciation::{Depreciation, Method};
    /// use lightloom_units::{Money, Ratio, Time};
    /// let double = Depreciation {
    ///     method: Method::DecliningBalance { factor: 2.0 },
    ///     life: Time::years(5.0),
    ///     residual: Ratio::new(0.0),
    /// };
    /// let charges: Vec<f64> =
    ///     double.schedule(Money::usd(1000.0))?.iter().map(|y| y.charge.as_usd()).collect();
    /// for (found, expected) in charges.iter().zip([400.0, 240.0, 144.0, 108.0, 108.0]) {
    ///     assert!((found - expected).abs() < 1e-9);
    /// }
    /// # Ok::<(), lightloom_economics::EconomicsError>(())
    /// ```
    pub fn schedule(&self, price: Money) -> Result<Vec<BookYear>, EconomicsError> {
        let price = not_negative("the price", price)?.as_usd();
        let life = positive("the life", self.life)?;
        check("the life", life, life.as_years() <= 100.0, "at most 100 years")?;
        let residual = price * share("the residual value", self.residual)?;
        let factor = match self.method {
            Method::StraightLine => 1.0,
            Method::DecliningBalance { factor } => {
                let asked = Ratio::new(factor);
                check("the declining factor", asked, factor >= 1.0, "at least 1")?.value()
            }
        };
        let n = life.as_years();
        let (mut book, mut start, mut years) = (price, 0.0, Vec::new());
        // A hair of a year is rounding, not a year of its own.
        while n - start > 1e-9 {
            let length = f64::min(1.0, n - start);
            let straight = (book - residual) / (n - start) * length;
            let declining = match self.method {
                Method::StraightLine => 0.0,
                Method::DecliningBalance { .. } => factor / n * book * length,
            };
            let charge = straight.max(declining).min(book - residual);
            book -= charge;
            start += length;
            years.push(BookYear {
                end: Time::years(start),
                charge: Money::usd(charge),
                book: Money::usd(book),
            });
        }
        Ok(years)
    }

    /// What the books say after some time: in a straight line within a year, the residual after the life.
    ///
    /// # Errors
    /// As [`Depreciation::schedule`]; when the time is negative.
    pub fn book_after(&self, price: Money, time: Time) -> Result<Money, EconomicsError> {
        let at = not_negative("the time", time)?;
        let (mut start, mut book) = (Time::ZERO, price);
        for year in self.schedule(price)? {
            if at <= year.end {
                return Ok(book - year.charge * ((at - start) / (year.end - start)));
            }
            (start, book) = (year.end, year.book);
        }
        Ok(book)
    }
}

/// What used hardware sells for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resale {
    /// Share of the market value lost each year.
    pub decline_per_year: Ratio,
}

impl Resale {
    /// From the catalog: `resale.decline`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self { decline_per_year: facts.get("resale.decline")? })
    }

    /// The market value after some time: `C (1 - d)^years`.
    ///
    /// # Validity
    /// A constant rate fits published points of one accelerator over five years within two percentage points of
    /// the price; markets move in steps when the next generation ships.
    ///
    /// # Errors
    /// When price or time is negative, or the decline not from 0 to below 100 %.
    pub fn after(&self, price: Money, time: Time) -> Result<Money, EconomicsError> {
        let kept = 1.0 - rate("the yearly decline", self.decline_per_year)?;
        let years = not_negative("the time", time)?.as_years();
        Ok(not_negative("the price", price)? * libm::pow(kept, years))
    }
}
