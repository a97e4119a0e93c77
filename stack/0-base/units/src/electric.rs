//! Electrical quantities: voltages, parasitics, noise densities, line-loss coefficients.

use crate::quantity::quantity;

quantity! {
    /// A voltage; volts inside.
    Voltage = "voltage" ("a voltage"), unsigned,
    [("V", 1.0), ("mV", 1e-3)]
}

quantity! {
    /// A current; amperes inside.
    Current = "current" ("a current"), unsigned,
    [("A", 1.0), ("mA", 1e-3), ("uA", 1e-6)]
}

quantity! {
    /// A capacitance; farads inside.
    Capacitance = "capacitance" ("a capacitance"), unsigned,
    [("pF", 1e-12), ("fF", 1e-15)]
    also [("F", 1.0)]
}

quantity! {
    /// An inductance; henries inside.
    Inductance = "inductance" ("an inductance"), unsigned,
    [("nH", 1e-9), ("pH", 1e-12)]
    also [("H", 1.0)]
}

quantity! {
    /// A resistance; ohms inside.
    Resistance = "resistance" ("a resistance"), unsigned,
    [("ohm", 1.0)]
    also [("Ω", 1.0)]
}

quantity! {
    /// Photocurrent per optical power; A/W.
    Responsivity = "responsivity" ("a responsivity"), unsigned,
    [("A/W", 1.0)]
}

quantity! {
    /// Input-referred current noise density of a transimpedance amplifier; A per square root of hertz inside.
    CurrentNoise = "current noise density" ("a current noise density"), unsigned,
    [("pA/sqrt(Hz)", 1e-12)]
}

quantity! {
    /// One-sided voltage noise density; V² per hertz inside.
    VoltageNoise = "voltage noise density" ("a voltage noise density"), unsigned,
    [("V2/GHz", 1e-9), ("V2/Hz", 1.0)]
}

quantity! {
    /// Conductor loss coefficient a1 of IEEE 802.3 Annex 93A; neper per metre and root hertz inside.
    SkinLoss = "conductor loss coefficient" ("a conductor loss coefficient"), unsigned,
    // 1 Np/mm/sqrt(GHz) = 1000 Np/m over sqrt(1e9 Hz)
    [("Np/mm/sqrt(GHz)", 0.031_622_776_601_683_79), ("Np/m/sqrt(Hz)", 1.0)]
}

quantity! {
    /// Dielectric loss coefficient a2 of IEEE 802.3 Annex 93A; neper per metre and hertz inside.
    DielectricLoss = "dielectric loss coefficient" ("a dielectric loss coefficient"), unsigned,
    [("Np/mm/GHz", 1e-6), ("Np/m/Hz", 1.0)]
}
