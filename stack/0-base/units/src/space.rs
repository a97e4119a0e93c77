//! Length, area, mass, angle; how many defects an area has.

use crate::quantity::{product, quantity};

quantity! {
    /// A length; metres inside.
    Length = "length" ("a length"), unsigned,
    [("km", 1e3), ("m", 1.0), ("cm", 1e-2), ("mm", 1e-3), ("um", 1e-6), ("nm", 1e-9)]
    also [("µm", 1e-6), ("in", 0.0254), ("ft", 0.3048), ("U", 0.04445)]
}

impl Length {
    /// From metres.
    #[must_use]
    pub const fn m(value: f64) -> Self {
        Self(value)
    }
    /// From millimetres.
    #[must_use]
    pub const fn mm(value: f64) -> Self {
        Self(value * 1e-3)
    }
    /// From micrometres.
    #[must_use]
    pub const fn um(value: f64) -> Self {
        Self(value * 1e-6)
    }
    /// In metres.
    #[must_use]
    pub const fn as_m(self) -> f64 {
        self.0
    }
    /// In millimetres.
    #[must_use]
    pub const fn as_mm(self) -> f64 {
        self.0 * 1e3
    }
}

quantity! {
    /// An area; square metres inside.
    Area = "area" ("an area"), unsigned,
    [("m2", 1.0), ("cm2", 1e-4), ("mm2", 1e-6), ("um2", 1e-12)]
    also [("ft2", 0.092_903_04), ("m²", 1.0), ("mm²", 1e-6)]
}

impl Area {
    /// From square millimetres.
    #[must_use]
    pub const fn from_mm2(value: f64) -> Self {
        Self(value * 1e-6)
    }
    /// In square metres.
    #[must_use]
    pub const fn as_m2(self) -> f64 {
        self.0
    }
    /// In square millimetres.
    #[must_use]
    pub const fn as_mm2(self) -> f64 {
        self.0 * 1e6
    }
}

quantity! {
    /// A mass; kilograms inside.
    Mass = "mass" ("a mass"), unsigned,
    [("t", 1e3), ("kg", 1.0), ("g", 1e-3)]
    also [("lb", 0.453_592_37)]
}

impl Mass {
    /// In kilograms.
    #[must_use]
    pub const fn as_kg(self) -> f64 {
        self.0
    }
}

quantity! {
    /// An angle; radians inside.
    Angle = "angle" ("an angle"), unsigned,
    [("rad", 1.0), ("deg", std::f64::consts::PI / 180.0), ("mrad", 1e-3)]
}

impl Angle {
    /// From radians.
    #[must_use]
    pub const fn rad(value: f64) -> Self {
        Self(value)
    }
    /// In radians.
    #[must_use]
    pub const fn as_rad(self) -> f64 {
        self.0
    }
}

quantity! {
    /// Defects by area of a wafer; 1/m² inside.
    DefectDensity = "defect density" ("a defect density"), unsigned,
    [("/cm2", 1e4)]
    also [("/in2", 1.0 / 6.4516e-4), ("/mm2", 1e6)]
}

impl std::ops::Mul for Length {
    type Output = Area;
    fn mul(self, other: Self) -> Area {
        Area(self.0 * other.0)
    }
}

impl std::ops::Div<Length> for Area {
    type Output = Length;
    fn div(self, side: Length) -> Length {
        Length(self.0 / side.0)
    }
}

product!(crate::DelayPerLength, Length => crate::Time);
product!(crate::EdgeDensity, Length => crate::BitRate);
product!(crate::ArealDensity, Area => crate::BitRate);
product!(DefectDensity, Area => crate::Count);
