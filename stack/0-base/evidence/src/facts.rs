//! A view of the catalog in which each fact has one value, and which remembers what was read.

use crate::Catalog;
use lightloom_units::{QUANTITIES, Quantity};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What models are handed instead of numbers: facts by id, as typed quantities.
///
/// A view is nominal, or has facts moved ([`Facts::with`]), or is a sample of all that are not held ([`Facts::drawn`]).
/// It records which facts are read, so that a result can name what it rests on.
#[derive(Debug)]
pub struct Facts<'c> {
    catalog: &'c Catalog,
    values: Vec<f64>,
    /// Facts that are given: no range is drawn of them. Most views hold none.
    held: Arc<[usize]>,
    read: Vec<AtomicBool>,
}

/// A model asked for a fact that the catalog cannot give.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// No such fact.
    #[error("the catalog has no fact `{id}`")]
    Missing {
        /// The id that was asked for.
        id: String,
        /// The nearest ids.
        near: Vec<String>,
    },
    /// The fact is another quantity.
    #[error("the fact `{id}` is of {found}, a model needs {expected}")]
    OtherQuantity {
        /// The fact.
        id: String,
        /// Its quantity.
        found: &'static str,
        /// The quantity that was asked for.
        expected: &'static str,
    },
}

impl<'c> Facts<'c> {
    /// Every fact at its nominal value.
    #[must_use]
    pub fn nominal(catalog: &'c Catalog) -> Self {
        Self::of(catalog, catalog.facts().iter().map(|f| f.value).collect(), Arc::default())
    }

    /// Every fact that is not held at the quantile that `u` gives for its position, the others as here; nothing read yet.
    #[must_use]
    pub fn drawn(&self, u: impl Fn(usize) -> f64) -> Self {
        let mut values = self.values.clone();
        for (i, fact) in self.catalog.facts().iter().enumerate() {
            if fact.is_uncertain() && !self.is_held(i) {
                values[i] = fact.shape.quantile(u(i), fact.low, fact.value, fact.high);
            }
        }
        Self::of(self.catalog, values, Arc::clone(&self.held))
    }

    fn of(catalog: &'c Catalog, values: Vec<f64>, held: Arc<[usize]>) -> Self {
        let read = values.iter().map(|_| AtomicBool::new(false)).collect();
        Self { catalog, values, held, read }
    }

    /// The same view with facts, by position, moved to SI values and held there: a buyer's own figures, not evidence with a
    /// range. Nothing read yet.
    #[must_use]
    pub fn holding(&self, given: impl IntoIterator<Item = (usize, f64)>) -> Self {
        let given: Vec<(usize, f64)> = given.into_iter().collect();
        let mut held: Vec<usize> = given.iter().map(|(i, _)| *i).collect();
        held.extend_from_slice(&self.held);
        held.sort_unstable();
        held.dedup();
        Self { held: held.into(), ..self.with_all(given) }
    }

    /// Whether a fact, by position, is given and no range is drawn of it.
    #[must_use]
    pub fn is_held(&self, position: usize) -> bool {
        self.held.binary_search(&position).is_ok()
    }

    /// The same view with one fact, by position, moved to an SI value; nothing read yet.
    #[must_use]
    pub fn with(&self, position: usize, si: f64) -> Self {
        self.with_all([(position, si)])
    }

    /// The same view with facts, by position, moved to SI values; nothing read yet.
    #[must_use]
    pub fn with_all(&self, moves: impl IntoIterator<Item = (usize, f64)>) -> Self {
        let mut values = self.values.clone();
        for (position, si) in moves {
            values[position] = si;
        }
        Self::of(self.catalog, values, Arc::clone(&self.held))
    }

    /// The value of a fact by its position, in SI units; not counted as read.
    #[must_use]
    pub fn value_at(&self, position: usize) -> f64 {
        self.values[position]
    }

    /// Positions of the facts that have another value than in a view of the same catalog, in order.
    #[must_use]
    pub fn moved_against(&self, other: &Self) -> Vec<usize> {
        let pairs = self.values.iter().zip(&other.values).enumerate();
        pairs.filter(|(_, (a, b))| a.total_cmp(b).is_ne()).map(|(i, _)| i).collect()
    }

    /// The value of a fact.
    ///
    /// # Errors
    /// [`FactError`] when there is no such fact or it is another quantity.
    pub fn get<Q: Quantity>(&self, id: &str) -> Result<Q, FactError> {
        let position = self.locate::<Q>(id)?;
        self.read[position].store(true, Ordering::Relaxed);
        Ok(Q::from_si(self.values[position]))
    }

    /// The value of a fact, or `None` where the catalog has none: for facts that a part may lack.
    ///
    /// # Errors
    /// [`FactError::OtherQuantity`].
    pub fn find<Q: Quantity>(&self, id: &str) -> Result<Option<Q>, FactError> {
        // Not by the error of `get`, which looks for names that are like it.
        if self.catalog.position(id).is_none() { Ok(None) } else { self.get(id).map(Some) }
    }

    pub(crate) fn locate<Q: Quantity>(&self, id: &str) -> Result<usize, FactError> {
        let Some(position) = self.catalog.position(id) else {
            return Err(FactError::Missing { id: id.to_owned(), near: self.near(id) });
        };
        let found = self.catalog.facts()[position].quantity;
        if found != Q::NAME {
            return Err(FactError::OtherQuantity { id: id.to_owned(), found, expected: Q::NAME });
        }
        debug_assert!(QUANTITIES.iter().any(|(name, _)| *name == found));
        Ok(position)
    }

    fn near(&self, id: &str) -> Vec<String> {
        let parent = id.rsplit_once('.').map_or("", |(parent, _)| parent);
        let siblings = self.catalog.facts().iter().map(|f| &f.id);
        siblings.filter(|other| other.starts_with(parent)).take(5).cloned().collect()
    }

    /// The catalog behind this view.
    #[must_use]
    pub const fn catalog(&self) -> &'c Catalog {
        self.catalog
    }

    /// Positions of the facts read so far, in order.
    #[must_use]
    pub fn used(&self) -> Vec<usize> {
        let read = self.read.iter().enumerate();
        read.filter(|(_, r)| r.load(Ordering::Relaxed)).map(|(i, _)| i).collect()
    }
}
