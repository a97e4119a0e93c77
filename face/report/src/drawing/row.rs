//! The figures again, small: three stand in a row of a page, and are still read when they share a tablet.
//!
//! Words of a caption are not repeated in them; what stands in them stands at what it names.

mod eye;
mod loss;
mod noise;
mod pulse;

pub(super) use eye::eye;
pub(super) use loss::loss;
pub(super) use noise::noise;
pub(super) use pulse::pulse;

/// Where axes and their words stand.
const TOP: f64 = 30.0;
const BOTTOM: f64 = 196.0;
const LEFT: f64 = 36.0;
const RIGHT: f64 = 332.0;
/// Baselines of what is said above and below a plot.
const ABOVE: f64 = 13.0;
const BELOW: f64 = 232.0;
