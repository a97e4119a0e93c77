//! Time and what goes by time: frequency, symbol rate, failure rate, delay per length.

use crate::quantity::quantity;

/// Hours in a year of 365 days, the convention of FIT and AFR arithmetic.
pub const HOURS_PER_YEAR: f64 = 8760.0;

quantity! {
    /// A time span; seconds inside. A year has 8760 hours.
    Time = "time" ("a time"), unsigned,
    [("yr", 31_536_000.0), ("day", 86_400.0), ("h", 3600.0), ("min", 60.0), ("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9), ("ps", 1e-12)]
    also [("µs", 1e-6), ("year", 31_536_000.0), ("years", 31_536_000.0), ("days", 86_400.0), ("fs", 1e-15)]
}

impl Time {
    /// From seconds.
    #[must_use]
    pub const fn s(value: f64) -> Self {
        Self(value)
    }
    /// From microseconds.
    #[must_use]
    pub const fn us(value: f64) -> Self {
        Self(value * 1e-6)
    }
    /// From nanoseconds.
    #[must_use]
    pub const fn ns(value: f64) -> Self {
        Self(value * 1e-9)
    }
    /// From hours.
    #[must_use]
    pub const fn hours(value: f64) -> Self {
        Self(value * 3600.0)
    }
    /// From years of 8760 hours.
    #[must_use]
    pub const fn years(value: f64) -> Self {
        Self(value * 3600.0 * HOURS_PER_YEAR)
    }
    /// In seconds.
    #[must_use]
    pub const fn as_s(self) -> f64 {
        self.0
    }
    /// In microseconds.
    #[must_use]
    pub const fn as_us(self) -> f64 {
        self.0 * 1e6
    }
    /// In nanoseconds.
    #[must_use]
    pub const fn as_ns(self) -> f64 {
        self.0 * 1e9
    }
    /// In hours.
    #[must_use]
    pub const fn as_hours(self) -> f64 {
        self.0 / 3600.0
    }
    /// In years of 8760 hours.
    #[must_use]
    pub const fn as_years(self) -> f64 {
        self.0 / (3600.0 * HOURS_PER_YEAR)
    }
}

quantity! {
    /// A frequency; hertz inside.
    Frequency = "frequency" ("a frequency"), unsigned,
    [("THz", 1e12), ("GHz", 1e9), ("MHz", 1e6), ("kHz", 1e3), ("Hz", 1.0)]
}

impl Frequency {
    /// From hertz.
    #[must_use]
    pub const fn hz(value: f64) -> Self {
        Self(value)
    }
    /// From gigahertz.
    #[must_use]
    pub const fn ghz(value: f64) -> Self {
        Self(value * 1e9)
    }
    /// In hertz.
    #[must_use]
    pub const fn as_hz(self) -> f64 {
        self.0
    }
    /// In gigahertz.
    #[must_use]
    pub const fn as_ghz(self) -> f64 {
        self.0 * 1e-9
    }
}

quantity! {
    /// A symbol rate; baud inside.
    SymbolRate = "symbol rate" ("a symbol rate"), unsigned,
    [("GBd", 1e9), ("MBd", 1e6), ("Bd", 1.0)]
}

impl SymbolRate {
    /// From gigabaud.
    #[must_use]
    pub const fn gbd(value: f64) -> Self {
        Self(value * 1e9)
    }
    /// In gigabaud.
    #[must_use]
    pub const fn as_gbd(self) -> f64 {
        self.0 * 1e-9
    }
    /// Half the symbol rate.
    #[must_use]
    pub const fn nyquist(self) -> Frequency {
        Frequency(self.0 / 2.0)
    }
}

quantity! {
    /// A failure rate of a constant-hazard part; per second inside, FIT (per 1e9 hours) outside.
    FailureRate = "failure rate" ("a failure rate"), unsigned,
    [("FIT", 1.0 / 3.6e12)]
    also [("/h", 1.0 / 3600.0), ("/yr", 1.0 / 31_536_000.0), ("%/yr", 0.01 / 31_536_000.0), ("%/month", 0.01 / 2_628_000.0)]
}

impl FailureRate {
    /// From failures per 1e9 hours.
    #[must_use]
    pub const fn fit(value: f64) -> Self {
        Self(value / 3.6e12)
    }
    /// In failures per 1e9 hours.
    #[must_use]
    pub const fn as_fit(self) -> f64 {
        self.0 * 3.6e12
    }
    /// In failures per year.
    #[must_use]
    pub const fn as_per_year(self) -> f64 {
        self.0 * 31_536_000.0
    }
    /// Mean time between failures; infinite for a part that never fails is refused: `None`.
    #[must_use]
    pub fn mtbf(self) -> Option<Time> {
        (self.0 > 0.0).then(|| Time(1.0 / self.0))
    }
}

/// Expected events: rate times time.
impl std::ops::Mul<Time> for FailureRate {
    type Output = f64;
    fn mul(self, t: Time) -> f64 {
        self.0 * t.0
    }
}

quantity! {
    /// A propagation delay; seconds per metre inside.
    DelayPerLength = "delay per length" ("a delay per length"), unsigned,
    [("ns/m", 1e-9), ("ps/mm", 1e-9), ("s/m", 1.0)]
}
