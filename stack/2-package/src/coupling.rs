//! Light in and out: how well fibres meet a chip when they are put there with errors.
//!
//! | file | what |
//! |---|---|
//! | [`alignment`] | how fibres are brought to a chip: modes, errors, what counts as good |
//! | [`yields`] | share of good joints and arrays, by closed forms and few points: what plans use |
//! | [`couplings`] | the distribution of extra loss by drawing arrays: joints, worst lanes, laser power |

pub mod alignment;
pub mod couplings;
mod memo;
pub mod yields;

pub use alignment::Alignment;
pub use couplings::{Couplings, Layout, Spread};
pub(crate) use memo::Memo;
