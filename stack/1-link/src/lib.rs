//! Floor 1, the link: one lane from host chip to host chip, through copper or light.
//!
//! Front door: [`evaluate()`]. A [`LinkSpec`] is a signal ([`Line`]) and the [`Section`]s that it passes;
//! the answer says whether it closes, with what margin and limiter, which receiver class each section
//! needs, and what that costs in energy and time. "Needs a DSP?" is an outcome, never an input.
//!
//! | file | what |
//! |---|---|
//! | [`modulation`], [`fec`], [`mod@line`] | the signal |
//! | [`channel`], [`die`], [`trace`], [`connector`], [`twinax`], [`measured`] | the copper |
//! | [`redriver`] | a linear amplifier between two pieces of it |
//! | [`optics`] | the light |
//! | [`network`], [`com`] | scattering parameters, pulse responses, the channel operating margin |
//! | [`receiver`], `reference` | receiver classes and the circuits that they share |
//! | [`tier`], [`bound()`], `response` | how deep a section is looked into |
//! | [`required`] | the class that a section needs |
//! | [`serdes`] | what a class costs |
//! | [`section`], [`evaluate()`], `retimers`, `energy` | a lane as a chain of decided sections |

mod bound;
pub mod channel;
pub mod com;
pub mod connector;
pub mod die;
mod energy;
mod evaluate;
pub mod fec;
pub mod line;
pub mod measured;
pub mod modulation;
pub mod network;
pub mod optics;
pub mod receiver;
pub mod redriver;
mod reference;
pub mod required;
mod response;
mod retimers;
pub mod section;
pub mod serdes;
pub mod tier;
pub mod trace;
pub mod twinax;

pub use bound::bound;
pub use channel::{Channel, Segment};
pub use connector::Connector;
pub use die::DieTermination;
pub use energy::{EnergySplit, LatencySplit};
pub use evaluate::{
    Anchor, JudgeSection, LinkError, LinkOutcome, LinkParameters, LinkSpec, anchor, estimate,
    evaluate, evaluate_by, section_demand,
};
pub use fec::{Fec, FecLatency, FecParameters};
pub use line::Line;
pub use measured::Measured;
pub use modulation::Pam;
pub use optics::{
    ColourFilter, Detector, FibrePath, Laser, Modulator, OpticalBudget, Optics, OpticsNames,
};
pub use receiver::{Device, Limiter, ReceiverClass, Rung};
pub use redriver::Redriver;
pub use required::{Demand, Depth, Distances, RequiredReceiver, distances, required_receiver};
pub use section::Section;
pub use serdes::{Node, SerDes};
pub use tier::Tier;
pub use trace::Trace;
pub use twinax::Twinax;
