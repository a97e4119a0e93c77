//! Floor 2, the package: technologies as assemblies of parts and distances.
//!
//! A [`Technology`] says what stands between a chip and its cable: lines of stated lengths, contacts, whether
//! the signal is retimed, which modulator, laser and coupler turn it into light, and what a repair
//! replaces. It carries no result. [`assemble`] builds the lane, hands it to the link floor and returns a
//! [`Port`]: margin, energy, latency, reach, density, cost, failures.
//!
//! | file | what |
//! |---|---|
//! | [`technology`] | the declarative assembly, as written in `catalog/technologies/` |
//! | `shop` | from a technology to the sections of its lane |
//! | [`links`] | every section looked into once; what differs little is estimated |
//! | [`worst`] | the section that decides a link's margin, with what its receiver sees |
//! | [`assembly`] | the port that a technology makes; the front door |
//! | [`chips`] | areas of the chips of a module or engine |
//! | [`density`] | how many bits leave a front panel or a package edge |
//! | [`coupling`] | light in and out: errors of assembly, loss, yield of joints |
//! | [`manufacture`] | modules and engines as they are made: yield and cost by step |
//! | [`cost`] | price of a link by part |
//! | [`service`] | what fails, and what is then replaced |

pub mod assembly;
pub mod chips;
pub mod cost;
pub mod coupling;
pub mod density;
pub mod links;
pub mod manufacture;
pub mod service;
mod shop;
pub mod technology;
pub mod worst;

pub use assembly::{AssemblyError, Port, PortSpec, ReachSearch, assemble};
pub use chips::ChipAreas;
pub use cost::LinkCost;
pub use density::Density;
pub use links::Links;
pub use manufacture::{Making, Process, ProcessError, make};
pub use service::{FailureMode, ServiceUnit};
pub use shop::Shop;
pub use technology::{Cooling, Family, Medium, Site, Technology, TechnologyError};
pub use worst::{Direction, WorstSection};
