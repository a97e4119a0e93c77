//! A value that remembers which facts it rests on.

use crate::{Catalog, FactError, Facts, Kind};
use lightloom_units::Quantity;

/// What one fact does to a value: the value with that fact at the ends of its range, all others nominal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Swing<Q> {
    /// Position of the fact in the catalog.
    pub fact: usize,
    /// The value with the fact at its low end.
    pub at_low: Q,
    /// The value with the fact at its high end.
    pub at_high: Q,
}

impl<Q: Quantity> Swing<Q> {
    /// Distance between the ends, in SI units.
    #[must_use]
    pub fn width(&self) -> f64 {
        (self.at_high.si() - self.at_low.si()).abs()
    }
}

/// A value with the swing of every fact that it rests on. Formulas keep it: [`Sourced::map`],
/// [`Sourced::combine`], `+`, `-` and multiplication by numbers.
///
/// # Model
/// One fact at a time: each swing re-evaluates the formula with that fact at an end and the others nominal,
/// so a fact that enters twice is counted once and `x - x` has no uncertainty. The range of the value takes
/// the facts as independent: half-widths add as squares.
#[derive(Debug, Clone, PartialEq)]
pub struct Sourced<Q> {
    /// The value with every fact nominal.
    pub value: Q,
    /// Swings by fact, in order of position, without repetition.
    pub swings: Vec<Swing<Q>>,
}

impl<Q: Quantity> Sourced<Q> {
    /// A number that rests on nothing, such as a user's input.
    pub const fn exact(value: Q) -> Self {
        Self { value, swings: Vec::new() }
    }

    /// A fact of the catalog with its range.
    ///
    /// # Errors
    /// [`FactError`] when there is no such fact or it is another quantity.
    pub fn fact(facts: &Facts<'_>, id: &str) -> Result<Self, FactError> {
        let fact = facts.locate::<Q>(id)?;
        let record = &facts.catalog().facts()[fact];
        let swing =
            Swing { fact, at_low: Q::from_si(record.low), at_high: Q::from_si(record.high) };
        Ok(Self { value: facts.get(id)?, swings: vec![swing] })
    }

    /// A formula of this value.
    pub fn map<R: Quantity>(&self, f: impl Fn(Q) -> R) -> Sourced<R> {
        let swing =
            |s: &Swing<Q>| Swing { fact: s.fact, at_low: f(s.at_low), at_high: f(s.at_high) };
        Sourced { value: f(self.value), swings: self.swings.iter().map(swing).collect() }
    }

    /// A formula of two values.
    pub fn combine<B: Quantity, R: Quantity>(
        &self,
        other: &Sourced<B>,
        f: impl Fn(Q, B) -> R,
    ) -> Sourced<R> {
        let mut facts: Vec<usize> =
            self.swings.iter().map(|s| s.fact).chain(other.swings.iter().map(|s| s.fact)).collect();
        facts.sort_unstable();
        facts.dedup();
        let swings = facts
            .into_iter()
            .map(|fact| {
                let (a, b) = (self.ends(fact), other.ends(fact));
                Swing { fact, at_low: f(a.0, b.0), at_high: f(a.1, b.1) }
            })
            .collect();
        Sourced { value: f(self.value, other.value), swings }
    }

    fn ends(&self, fact: usize) -> (Q, Q) {
        match self.swings.binary_search_by_key(&fact, |s| s.fact) {
            Ok(i) => (self.swings[i].at_low, self.swings[i].at_high),
            Err(_) => (self.value, self.value),
        }
    }

    fn reach(&self, direction: f64) -> Q {
        let value = self.value.si();
        let squares = self.swings.iter().map(|s| {
            let (a, b) = (s.at_low.si() - value, s.at_high.si() - value);
            let step = (a * direction).max(b * direction).max(0.0);
            step * step
        });
        Q::from_si(value + direction * squares.sum::<f64>().sqrt())
    }

    /// Low end of the value's range.
    #[must_use]
    pub fn low(&self) -> Q {
        self.reach(-1.0)
    }

    /// High end of the value's range.
    #[must_use]
    pub fn high(&self) -> Q {
        self.reach(1.0)
    }

    /// The weakest kind of evidence among the facts, or `None` when it rests on none.
    #[must_use]
    pub fn weakest(&self, catalog: &Catalog) -> Option<Kind> {
        self.swings.iter().map(|s| catalog.facts()[s.fact].kind).max()
    }

    /// Swings, widest first; equal ones by position.
    #[must_use]
    pub fn ranked(&self) -> Vec<Swing<Q>> {
        let mut swings = self.swings.clone();
        swings.sort_by(|a, b| b.width().total_cmp(&a.width()).then(a.fact.cmp(&b.fact)));
        swings
    }
}

impl<Q: Quantity + std::ops::Add<Output = Q>> std::ops::Add for &Sourced<Q> {
    type Output = Sourced<Q>;
    fn add(self, other: Self) -> Sourced<Q> {
        self.combine(other, |a, b| a + b)
    }
}

impl<Q: Quantity + std::ops::Sub<Output = Q>> std::ops::Sub for &Sourced<Q> {
    type Output = Sourced<Q>;
    fn sub(self, other: Self) -> Sourced<Q> {
        self.combine(other, |a, b| a - b)
    }
}

impl<Q: Quantity + std::ops::Mul<f64, Output = Q>> std::ops::Mul<f64> for &Sourced<Q> {
    type Output = Sourced<Q>;
    fn mul(self, k: f64) -> Sourced<Q> {
        self.map(|q| q * k)
    }
}
