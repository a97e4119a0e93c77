//! Operations: what fails, what is swapped for it, what stops meanwhile, and what work remains.
//!
//! - [`failure`]: failure rates with confidence bounds, annual rates, temperature, redundancy.
//! - [`component`]: failure rates of the parts that links are built of, and what the field reports of whole ones.
//! - [`record`]: published histories of long jobs and long tests, which anchor those rates.
//! - [`repair`]: repair units, how long they take, how far they reach.
//! - [`availability`]: a cluster as classes of components: accelerator-hours lost by cause, interruptions, labour.
//! - [`service`]: spare parts, and rack service levels.
//! - [`goodput`]: checkpoint interval and productive share of a job that is interrupted.
//! - [`simulation`]: years of a cluster, event by event: queues, overlaps, a job that waits for domains.
//!
//! All of it runs on hand-typed inputs; `from_facts` fills the inputs from the catalog.

pub mod availability;
pub mod component;
mod error;
pub mod failure;
pub mod goodput;
pub mod record;
pub mod repair;
pub mod service;
pub mod simulation;

pub use availability::{Availability, Cause, ComponentClass, Warning, compute_side};
pub use component::{ComponentRates, FieldRates, FlapRates};
pub use error::OperationsError;
pub use failure::Redundancy;
pub use goodput::{Goodput, Waste};
pub use record::{Exposure, InterruptionRecord, JobRecord};
pub use repair::{Blast, Event, Repair, RepairUnit};
pub use service::{RackSla, Store};
