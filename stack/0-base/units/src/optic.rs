//! Dispersion of fibres, and how current becomes light.

use crate::quantity::quantity;

quantity! {
    /// Chromatic dispersion: delay per length and wavelength; s/m² inside.
    Dispersion = "dispersion" ("a dispersion"), signed,
    [("ps/nm/km", 1e-6)]
}

impl Dispersion {
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

quantity! {
    /// Light of a laser per current above its threshold; W/A.
    SlopeEfficiency = "slope efficiency" ("a slope efficiency"), unsigned,
    [("W/A", 1.0)]
}

quantity! {
    /// Relaxation oscillation of a laser per root of the current above threshold; Hz per root ampere inside.
    ResonanceFactor = "resonance factor" ("a resonance factor"), unsigned,
    // 1 GHz over sqrt(1e-3 A)
    [("GHz/sqrt(mA)", 3.162_277_660_168_379_5e10)]
}

quantity! {
    /// Coefficient B of radiative recombination: rate per volume over the square of the carrier density; m³/s inside.
    RadiativeCoefficient = "radiative coefficient" ("a radiative coefficient"), unsigned,
    [("cm3/s", 1e-6)]
}

quantity! {
    /// Coefficient C of Auger recombination: rate per volume over the cube of the carrier density; m⁶/s inside.
    AugerCoefficient = "Auger coefficient" ("an Auger coefficient"), unsigned,
    [("cm6/s", 1e-12)]
}
