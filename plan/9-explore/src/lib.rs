//! Floor 9, exploration: what a decision rests on, and what would change it.
//!
//! [`evidence`] moves every fact to the ends of its range, one at a time, and says how far the answer follows
//! and whether it flips. [`mod@study`] computes a scenario at any points of its keys and of facts.

pub mod evidence;
pub mod study;

pub use evidence::{Sensitivity, sensitivity};
