//! Heat: junction temperatures of host chip, engine, ring and laser, and what they allow.
//!
//! A switch box is a network of thermal resistances between its parts and the coolant. It is linear: temperatures above the
//! inlet are sums over the powers. Steady state; uniform power over each chip, so hot spots come on top.
//!
//! | file | what |
//! |---|---|
//! | `network` | nodes and resistances, solved exactly |
//! | `path` | layers from a die to air or liquid |
//! | `loads` | power of a port's parts, per bit |
//! | `thermal` | the network of a technology in a box or cage |
//! | `ring` | the span over which a ring is tuned |
//! | `laser` | efficiency and failure rate at a temperature |
//! | `limits` | highest bandwidth, heat flux, racks, coolant flow |
//! | `table` | one technology in air and in liquid |

mod laser;
mod limits;
mod loads;
mod network;
mod path;
mod ring;
mod table;
mod thermal;

pub use laser::{LaserAging, LaserHeat};
pub use limits::{RackLimit, coolant_flow, coolant_rise};
pub use loads::Loads;
pub use network::Network;
pub use path::{Coolant, Path};
pub use ring::{RingSpan, RingTuner};
pub use table::{HeatFacts, HeatReport, HeatRow, compare};
pub use thermal::{Part, Place, State, Temperatures, Thermal, ThermalLimits};

/// Why temperatures cannot be computed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum HeatError {
    /// A quantity that must be above zero and finite.
    #[error("{what} is {value}: it must be above zero and finite; {hint}")]
    NotPositive {
        /// The quantity, with its unit.
        what: &'static str,
        /// The value.
        value: f64,
        /// What is usual.
        hint: &'static str,
    },
    /// A node that the network does not have.
    #[error("node {node} of a thermal network of {nodes} nodes; count from 0")]
    NoSuchNode {
        /// The node asked for.
        node: usize,
        /// Nodes of the network.
        nodes: usize,
    },
    /// A part without a way to the coolant.
    #[error("node {node} of a thermal network has no way to the coolant; connect it or ground it")]
    Isolated {
        /// The first such node.
        node: usize,
    },
    /// A result that is no number.
    #[error("evaluating {what} gave {value}: an input is outside the model's range")]
    NotFinite {
        /// The quantity.
        what: &'static str,
        /// The value.
        value: f64,
    },
    /// A fact is missing.
    #[error(transparent)]
    Fact(#[from] lightloom_evidence::FactError),
    /// A search failed.
    #[error(transparent)]
    Search(#[from] lightloom_num::NumError),
}

/// The value if it is above zero and finite.
fn positive(what: &'static str, value: f64, hint: &'static str) -> Result<f64, HeatError> {
    let fine = value > 0.0 && value.is_finite();
    if fine { Ok(value) } else { Err(HeatError::NotPositive { what, value, hint }) }
}
