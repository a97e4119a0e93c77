//! Years of a cluster, event by event: what averages cannot say.
//!
//! The closed forms of [`crate::availability`] add up means. A history also knows that failures overlap, that
//! technicians and spare parts run out, that a job needs whole domains and waits for them. It is drawn from the
//! same [`ComponentClass`](crate::ComponentClass)es, so that both can be held against each other.
//!
//! | file | what |
//! |---|---|
//! | [`site`] | the cluster with its staff, stores and job |
//! | [`mod@history`] | one history, drawn from a seed |
//! | `faults` | a fault from failure to its end |
//! | `standing` | what stands still, which nodes of a domain serve |
//! | [`tally`] | what is counted in a history |
//! | [`outcome`] | means over histories, with confidence intervals |
//! | [`paired`] | two sites under the same random numbers |
//! | `quantile` | the worst year in twenty |
//! | `queue`, `numbers` | what happens next; a quick hash |
//! | `stops` | which accelerators stand still |
//! | `running` | the job |
//!
//! Each history has streams of its own, one for each class of components by its name. Two technologies that share a
//! class see the same failures of it at the same times (common random numbers), and histories may be drawn in any order
//! and on any number of threads.

mod faults;
pub mod history;
mod numbers;
pub mod outcome;
pub mod paired;
mod quantile;
mod queue;
mod running;
pub mod site;
mod standing;
mod stops;
pub mod tally;

pub use history::history;
pub use outcome::{CauseOutcome, Estimate, Figure, JobOutcome, Outcome, Series};
pub use paired::{Difference, Paired};
pub use quantile::YearQuantile;
pub use site::{Job, Site, SiteWarning, Stock};
pub use tally::{CauseTally, JobTally, Tally};
