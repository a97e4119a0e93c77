//! The fabric of an AI cluster: what it counts, where it stands, how long its links are, what it draws.
//!
//! Knows nothing of link physics: a technology enters as a [`LinkSummary`] of a few numbers.
//!
//! | file | what |
//! |---|---|
//! | [`fabric`] | the front door: [`build`] a [`Fabric`] from a [`FabricSpec`] |
//! | `counts`, `built` | what is counted before anything has a place; classes and switches as they are built |
//! | [`link_class`] | links of one kind: ends, rate, lengths, trays |
//! | [`scale_up`], [`star`], [`two_tier`], `wired` | scale-up domains: switches in one or two tiers, any topology |
//! | [`network`], [`clos`], [`oversubscription`], [`wired_network`] | scale-out and front end: folded Clos, other topologies |
//! | [`topology`] | every topology by its parameters: counts and measures in closed form, graphs, routing |
//! | [`hall`], [`rack`], `placement`, `cabling`, [`length`] | racks on a floor, routed lengths |
//! | [`pathway`] | how many cables run through each stretch of tray |
//! | [`plan`] | the floor as rectangles to draw |
//! | [`accelerator`], [`switch`], [`nic`], [`inlet`] | parts from the catalog |
//! | [`bill`] | a technology for each link class -> bill of materials |
//! | [`power`] | power at its boundaries: lane, optics, switch boxes, network, cluster |
//! | [`load`], [`rack_part`] | racks and trays: power, mass, cables, what they close |
//! | [`latency`] | zero-load latency of the longest paths |

pub mod accelerator;
pub mod bill;
mod built;
mod cabling;
pub mod clos;
mod counts;
mod error;
pub mod fabric;
pub mod hall;
pub mod inlet;
pub mod latency;
pub mod length;
pub mod link_class;
pub mod load;
pub mod network;
pub mod nic;
pub mod oversubscription;
pub mod pathway;
mod placement;
pub mod plan;
pub mod power;
pub mod rack;
pub mod rack_part;
pub mod scale_up;
pub mod star;
pub mod switch;
pub mod topology;
pub mod two_tier;
mod wired;
pub mod wired_network;

pub use accelerator::Accelerator;
pub use bill::{Bill, BillLine, Choice, LinkSummary, Parts};
pub use clos::{Clos, ClosSpec};
pub use error::FabricError;
pub use fabric::{BandwidthPerAccelerator, Fabric, FabricSpec, NicGroup, SwitchGroup, Tier, build};
pub use hall::{CrossTrays, HallGeometry, HallSpec, LeafPlacement, TrayLevel};
pub use inlet::Inlet;
pub use latency::{PathLatency, path_latencies};
pub use length::{Histogram, Lengths};
pub use link_class::{End, LinkClass};
pub use load::{FullestTray, Load, RackLoad};
pub use network::Network;
pub use nic::NicPart;
pub use oversubscription::Oversubscription;
pub use pathway::Pathway;
pub use plan::{FloorPlan, RackKind};
pub use power::{EndPower, PowerByBoundary, TierPower};
pub use rack::RackLayout;
pub use rack_part::RackPart;
pub use scale_up::{Neighbours, ScaleUp, ScaleUpSpec, bisection_of_rates};
pub use switch::SwitchPart;
pub use topology::Topology;
pub use two_tier::TwoTierSpec;
pub use wired_network::WiredNetwork;
