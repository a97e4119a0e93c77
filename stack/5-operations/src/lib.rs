//! Operations: what fails, what is swapped for it, what stops meanwhile, and what work remains.
//!
//! - [`failure`]: failure rates with confidence bounds, annual rates, temperature, redundancy.
//! - [`component`]: failure rates of the parts that links are built of, and what the field reports of whole ones.
//! - [`record`]: published histories of long jobs and long tests, which anchor those rates.
//! - [`repair`]: repair units, how long they take, how far they reach.
//! - [`availability`]: a cluster as classes of components: accelerator-hours lost by cause, interruptions, labour.
//! - [`compute_side`]: what fails besides the network: accelerators, memory, hosts, cards, power, cooling, software.
//! - [`redundancy`]: lanes behind shared lasers, planes, uplinks.
//! - [`service`]: spare parts, and rack service levels.
//! - [`rack_sla`]: the availability that can be signed for a month, at a confidence.
//! - [`domains`]: domains that serve with nodes missing, and spare ones for a job.
//! - [`straggler`]: what flapping and degraded links cost a job whose steps wait for the slowest.
//! - [`goodput`]: checkpoint interval and productive share of a job that is interrupted.
//! - [`simulation`]: years of a cluster, event by event: queues, overlaps, a job that waits for domains.
//!
//! All of it runs on hand-typed inputs; `from_facts` fills the inputs from the catalog.

pub mod availability;
pub mod component;
pub mod compute_side;
pub mod domains;
mod error;
pub mod failure;
pub mod goodput;
pub mod rack_sla;
pub mod record;
pub mod redundancy;
pub mod repair;
pub mod service;
pub mod simulation;
pub mod straggler;

pub use availability::{Availability, Cause, ComponentClass, Warning};
pub use component::{ComponentRates, FieldRates, FlapRates};
pub use compute_side::{ComputeSide, RackFacts, Racks};
pub use domains::{DomainShape, SpareDomains};
pub use error::OperationsError;
pub use failure::Redundancy;
pub use goodput::{Goodput, Waste};
pub use rack_sla::{OutageLaw, Outages, Signable};
pub use record::{Exposure, InterruptionRecord, JobRecord};
pub use redundancy::{LaneGroups, Planes};
pub use repair::{Blast, Event, Repair, RepairUnit};
pub use service::{Holding, RackSla, Store};
pub use straggler::{Degradation, Slowdown};
