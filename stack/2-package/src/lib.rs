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
//! | [`pair`] | links of two different ends, made of the technologies |
//! | `shop` | from a technology to the sections of its lane |
//! | [`light`] | light from the wall plug to the photodiode, lasers that lanes share |
//! | [`links`] | every section looked into once; what differs little is estimated |
//! | [`worst`] | the section that decides a link's margin, with what its receiver sees |
//! | [`assembly`] | the port that a technology makes; the front door |
//! | [`anatomy`] | the way of one lane through a package: lengths, losses, energies, delays, bodies |
//! | [`chips`] | areas of the chips of a module or engine |
//! | [`space`] | how many bits fit over an edge, on an area, through a front panel; the largest package |
//! | [`heat`] | junction temperatures, what they cost and what they allow |
//! | [`product`] | what is sold, as assemblies of the same parts |
//! | [`laser_module`] | external laser modules: light, power, classes, what they feed |
//! | [`coupling`] | light in and out: errors of assembly, loss, yield of joints |
//! | [`manufacture`] | modules and engines as they are made: yield and cost by step |
//! | [`cost`] | price of a link by part |
//! | [`service`] | what fails, and what is then replaced |
//! | [`wear`] | failure rates at the temperatures and the drive that parts have |

pub mod anatomy;
pub mod assembly;
pub mod chips;
pub mod cost;
pub mod coupling;
pub mod heat;
pub mod laser_module;
pub mod light;
pub mod links;
pub mod manufacture;
pub mod pair;
pub mod product;
pub mod service;
mod shop;
pub mod space;
pub mod technology;
pub mod wear;
pub mod worst;

pub use anatomy::{Anatomy, PathPoint};
pub use assembly::{
    AssemblyError, Port, PortSpec, ReachSearch, StretchReceiver, assemble, look_at_lanes, reach,
};
pub use chips::ChipAreas;
pub use cost::LinkCost;
pub use laser_module::{LaserModule, LaserModuleError, LaserModuleKind, LitModule, SupplyClass};
pub use light::{LaserSupply, LightBudget, LightStage, Sharing};
pub use links::Links;
pub use manufacture::{Making, Process, ProcessError, make};
pub use product::{Made, Measure, Product, ProductError, ProductKind, PublishedFigure};
pub use service::{FailureMode, ServiceUnit};
pub use shop::Shop;
pub use space::Density;
pub use technology::{ActiveCable, Cooling, Family, Medium, Site, Technology, TechnologyError};
pub use wear::{Wear, Worn};
pub use worst::{Direction, WorstSection};
