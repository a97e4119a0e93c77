//! Amounts and rates of data, and how densely a package edge or area carries them.

use crate::quantity::{product, quantity};

quantity! {
    /// An amount of data; bits inside. `B` is a byte, `b` a bit.
    DataSize = "data size" ("a data size"), unsigned,
    [("PB", 8e15), ("TB", 8e12), ("GB", 8e9), ("MB", 8e6), ("kB", 8e3), ("B", 8.0), ("bit", 1.0)]
    also [("TiB", 8.0 * 1_099_511_627_776.0), ("GiB", 8.0 * 1_073_741_824.0), ("MiB", 8.0 * 1_048_576.0), ("KiB", 8.0 * 1024.0),
          ("Tb", 1e12), ("Gb", 1e9), ("Mb", 1e6), ("kb", 1e3), ("b", 1.0), ("bits", 1.0), ("bytes", 8.0)]
}

impl DataSize {
    /// From bytes.
    #[must_use]
    pub const fn bytes(value: f64) -> Self {
        Self(value * 8.0)
    }
    /// In bytes.
    #[must_use]
    pub const fn as_bytes(self) -> f64 {
        self.0 / 8.0
    }
}

quantity! {
    /// A bit rate in one direction; bits per second inside. `GB/s` are bytes.
    BitRate = "bit rate" ("a bit rate"), unsigned,
    [("Pb/s", 1e15), ("Tb/s", 1e12), ("Gb/s", 1e9), ("Mb/s", 1e6), ("kb/s", 1e3), ("bit/s", 1.0)]
    also [("TB/s", 8e12), ("GB/s", 8e9), ("MB/s", 8e6), ("kB/s", 8e3), ("b/s", 1.0), ("Tbit/s", 1e12), ("Gbit/s", 1e9),
          ("Mbit/s", 1e6), ("Tbps", 1e12), ("Gbps", 1e9), ("Mbps", 1e6), ("bps", 1.0), ("GiB/s", 8.0 * 1_073_741_824.0)]
}

impl BitRate {
    /// From gigabits per second.
    #[must_use]
    pub const fn gbps(value: f64) -> Self {
        Self(value * 1e9)
    }
    /// From terabits per second.
    #[must_use]
    pub const fn tbps(value: f64) -> Self {
        Self(value * 1e12)
    }
    /// From gigabytes per second.
    #[must_use]
    pub const fn gbytes_per_s(value: f64) -> Self {
        Self(value * 8e9)
    }
    /// In gigabits per second.
    #[must_use]
    pub const fn as_gbps(self) -> f64 {
        self.0 * 1e-9
    }
    /// In terabits per second.
    #[must_use]
    pub const fn as_tbps(self) -> f64 {
        self.0 * 1e-12
    }
    /// In bytes per second.
    #[must_use]
    pub const fn as_bytes_per_s(self) -> f64 {
        self.0 / 8.0
    }
}

quantity! {
    /// A rate of floating-point operations; per second inside.
    ComputeRate = "compute rate" ("a compute rate"), unsigned,
    [("PFLOP/s", 1e15), ("TFLOP/s", 1e12), ("GFLOP/s", 1e9), ("FLOP/s", 1.0)]
    also [("EFLOP/s", 1e18)]
}

impl ComputeRate {
    /// From 1e12 operations per second.
    #[must_use]
    pub const fn tflops(value: f64) -> Self {
        Self(value * 1e12)
    }
    /// In operations per second.
    #[must_use]
    pub const fn as_flops(self) -> f64 {
        self.0
    }
}

quantity! {
    /// Bit rate per length of die or package edge (shoreline), one direction; bit/s per metre inside.
    EdgeDensity = "edge density" ("an edge density"), unsigned,
    [("Tb/s/mm", 1e15), ("Gb/s/mm", 1e12)]
}

impl EdgeDensity {
    /// In gigabits per second and millimetre.
    #[must_use]
    pub const fn as_gbps_per_mm(self) -> f64 {
        self.0 * 1e-12
    }
}

quantity! {
    /// Bit rate per area, one direction; bit/s per square metre inside.
    ArealDensity = "areal density" ("an areal density"), unsigned,
    [("Tb/s/mm2", 1e18), ("Gb/s/mm2", 1e15)]
}

impl ArealDensity {
    /// In gigabits per second and square millimetre.
    #[must_use]
    pub const fn as_gbps_per_mm2(self) -> f64 {
        self.0 * 1e-15
    }
}

product!(BitRate, crate::Time => DataSize);
