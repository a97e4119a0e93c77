//! Floor 9, exploration: what a decision rests on, and what would change it.
//!
//! [`evidence`] moves every fact to the ends of its range, one at a time, and says how far the answer follows
//! and whether it flips. [`mod@confidence`] draws all of them at once and says in which share of the samples the decision
//! stays, what parts the samples, and which inputs the gains hang on.
//! [`mod@study`] computes a scenario at any points of its keys and of facts.

pub mod belief;
pub mod confidence;
pub mod conflicts;
pub mod evidence;
pub mod study;

pub use belief::Belief;
pub use confidence::confidence;
pub use conflicts::conflicts;
pub use evidence::{Sensitivity, sensitivity};
