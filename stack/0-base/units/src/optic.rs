//! Dispersion of fibres.

use crate::quantity::quantity;

quantity! {
    /// Chromatic dispersion: delay per length and wavelength; s/m² inside.
    Dispersion = "dispersion" ("a dispersion"), signed,
    [("ps/nm/km", 1e-6)]
}

impl Dispersion {
    /// From picoseconds per nanometre and kilometre.
    #[must_use]
    pub const fn ps_per_nm_km(value: f64) -> Self {
        Self(value * 1e-6)
    }
    /// In picoseconds per nanometre and kilometre.
    #[must_use]
    pub const fn as_ps_per_nm_km(self) -> f64 {
        self.0 * 1e6
    }
}

quantity! {
    /// Change of dispersion with wavelength; s/m³ inside.
    DispersionSlope = "dispersion slope" ("a dispersion slope"), unsigned,
    [("ps/nm2/km", 1e3)]
}

impl DispersionSlope {
    /// From picoseconds per square nanometre and kilometre.
    #[must_use]
    pub const fn ps_per_nm2_km(value: f64) -> Self {
        Self(value * 1e3)
    }

    /// Dispersion at a wavelength of a fibre with one zero: `D = S0/4 (l - l0⁴/l³)` (ITU-T G.652).
    #[must_use]
    pub fn at(self, wavelength: crate::Length, zero: crate::Length) -> Dispersion {
        let (l, l0) = (wavelength.as_m(), zero.as_m());
        let ratio = l0 / l;
        Dispersion(self.0 / 4.0 * l * (1.0 - ratio * ratio * ratio * ratio))
    }
}
