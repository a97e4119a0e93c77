//! Numbers without dimension, which still say what they are: a ratio or a count.

use crate::quantity::quantity;

quantity! {
    /// A ratio; `5 %` is 0.05, `1.3 x` is 1.3.
    Ratio = "ratio" ("a ratio"), signed,
    [("x", 1.0), ("%", 0.01)]
    also [("ppm", 1e-6)]
}

impl Ratio {
    /// From a plain number.
    #[must_use]
    pub const fn new(value: f64) -> Self {
        Self(value)
    }
    /// As a plain number.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.0
    }
}

quantity! {
    /// A number of things; the unit names the thing.
    Count = "count" ("a count"), unsigned,
    [("count", 1.0)]
    also [("ports", 1.0), ("lanes", 1.0), ("chips", 1.0), ("links", 1.0), ("accelerators", 1.0), ("lasers", 1.0), ("engines", 1.0),
          ("modules", 1.0), ("cables", 1.0), ("fibres", 1.0), ("wavelengths", 1.0), ("racks", 1.0), ("symbols", 1.0), ("bits", 1.0),
          ("taps", 1.0), ("levels", 1.0), ("switches", 1.0), ("AD", 1.0), ("vendors", 1.0), ("layers", 1.0)]
}

impl Count {
    /// As a plain number.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.0
    }
}
