//! Reading a specification, and what is wrong with one.

use super::{Case, ComSpec, End, Floating, Method};
use lightloom_units::Quantity;

/// Why a specification cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SpecError {
    /// Text that is no specification.
    #[error("{file}: {message}")]
    Syntax {
        /// File name.
        file: String,
        /// What the parser says, with the place.
        message: String,
    },
    /// A line piece names a class that is not there.
    #[error(
        "case `{case}` uses the line class `{class}`, which the specification does not define; it has {known}"
    )]
    UnknownLine {
        /// The case.
        case: String,
        /// The missing class.
        class: String,
        /// Those that are there.
        known: String,
    },
    /// A ladder with unequal numbers of capacitances and inductances.
    #[error(
        "case `{case}`: the die's ladder has {capacitances} capacitances and {inductances} inductances; each capacitance needs the inductance behind it"
    )]
    Ladder {
        /// The case.
        case: String,
        /// Capacitances.
        capacitances: usize,
        /// Inductances.
        inductances: usize,
    },
    /// A number out of range.
    #[error("`{key}` must lie in {range}, found {found}")]
    Range {
        /// Path of the key.
        key: &'static str,
        /// Where it may lie.
        range: &'static str,
        /// Where it lies.
        found: f64,
    },
    /// No case at all.
    #[error("the specification has no package case; give at least one [[cases]]")]
    NoCase,
    /// A filter that does not go with the method.
    #[error(
        "method 178a needs [receiver.ffe], and method 93a has none: it equalises by feedback alone"
    )]
    Filter,
    /// No case of that name.
    #[error("the specification `{spec}` has no package case `{case}`; it has {known}")]
    UnknownCase {
        /// The specification.
        spec: String,
        /// The case asked for.
        case: String,
        /// Those that are there.
        known: String,
    },
}

impl ComSpec {
    /// Reads a specification (TOML) and checks it.
    ///
    /// # Errors
    /// [`SpecError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, SpecError> {
        let spec: Self = toml::from_str(text).map_err(|e| SpecError::Syntax {
            file: file.to_owned(),
            message: e.to_string().trim_end().to_owned(),
        })?;
        spec.check()?;
        Ok(spec)
    }

    /// Checks ranges, line classes and ladders.
    ///
    /// # Errors
    /// The first [`SpecError`] found.
    pub fn check(&self) -> Result<(), SpecError> {
        let within = |key, range, inside: bool, found: f64| {
            if inside && found.is_finite() {
                Ok(())
            } else {
                Err(SpecError::Range { key, range, found })
            }
        };
        let baud = self.symbol_rate.as_gbd();
        within("symbol_rate", "1 to 300 GBd", (1.0..=300.0).contains(&baud), baud)?;
        let der = self.detector_error_ratio;
        within("detector_error_ratio", "1e-15 to 1e-2", (1e-15..=1e-2).contains(&der), der)?;
        let ohm = self.reference.si();
        within("reference", "10 to 200 ohm", (10.0..=200.0).contains(&ohm), ohm)?;
        let ohm = self.termination.si();
        within("termination", "10 to 200 ohm", (10.0..=200.0).contains(&ohm), ohm)?;
        if let Some(limit) = &self.loss_limit {
            let db = limit.loss.as_db();
            within("loss_limit.loss", "1 to 100 dB", (1.0..=100.0).contains(&db), db)?;
        }
        let t = &self.transmitter;
        within(
            "transmitter.amplitude",
            "1 mV to 10 V",
            (1e-3..=10.0).contains(&t.amplitude.si()),
            t.amplitude.si(),
        )?;
        within(
            "transmitter.level_mismatch",
            "0.1 to 1",
            (0.1..=1.0).contains(&t.level_mismatch),
            t.level_mismatch,
        )?;
        within(
            "transmitter.cursor_min",
            "0 to 1",
            (0.0..=1.0).contains(&t.cursor_min),
            t.cursor_min,
        )?;
        within(
            "transmitter.jitter_random_ui",
            "0 to 0.5",
            (0.0..=0.5).contains(&t.jitter_random_ui),
            t.jitter_random_ui,
        )?;
        let dd = t.jitter_deterministic_ui;
        within("transmitter.jitter_deterministic_ui", "0 to 0.5", (0.0..=0.5).contains(&dd), dd)?;
        for tap in &t.taps {
            let reach = f64::from(tap.position.unsigned_abs());
            within(
                "transmitter.taps.position",
                "-8 to 8 but 0",
                tap.position != 0 && reach <= 8.0,
                f64::from(tap.position),
            )?;
            within(
                "transmitter.taps.min",
                "-1 to max",
                tap.min >= -1.0 && tap.min <= tap.max,
                tap.min,
            )?;
            within("transmitter.taps.max", "min to 1", tap.max <= 1.0, tap.max)?;
        }
        let r = &self.receiver;
        within(
            "receiver.bandwidth",
            "0.1 to 2 symbol rates",
            (0.1..=2.0).contains(&r.bandwidth),
            r.bandwidth,
        )?;
        for (key, f) in [
            ("receiver.ctle.zero", r.ctle.zero),
            ("receiver.ctle.pole_1", r.ctle.pole_1),
            ("receiver.ctle.pole_2", r.ctle.pole_2),
            ("receiver.ctle.low_frequency", r.ctle.low_frequency),
        ] {
            within(key, "1 MHz to 10 THz", (1e6..=1e13).contains(&f.as_hz()), f.as_hz())?;
        }
        if r.ffe.is_some() != (self.method == Method::Annex178a) {
            return Err(SpecError::Filter);
        }
        let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        let size = |key, f: &Floating, fixed: usize| {
            let fits =
                f.groups == 0 || f.groups.saturating_mul(f.taps).saturating_add(fixed) <= f.span;
            let inside = fits && f.span <= 512 && (f.groups == 0 || f.taps > 0);
            within(key, "fixed taps + groups x taps, to 512", inside, count(f.span))?;
            within(key, "limits of 0 to 10", (0.0..=10.0).contains(&f.limit), f.limit)
        };
        if let Some(ffe) = &r.ffe {
            let taps = ffe.fixed > ffe.precursors && ffe.fixed <= 64;
            within(
                "receiver.ffe.fixed",
                "1 to 64 and beyond the precursors",
                taps,
                count(ffe.fixed),
            )?;
            within("receiver.ffe.limit", "0 to 10", (0.0..=10.0).contains(&ffe.limit), ffe.limit)?;
            size("receiver.ffe.floating", &ffe.floating, ffe.fixed)?;
        }
        let dfe = &r.dfe;
        within(
            "receiver.dfe.limits",
            "at most 64 taps",
            dfe.limits.len() <= 64,
            count(dfe.limits.len()),
        )?;
        for [low, high] in &dfe.limits {
            let ordered = low <= high && low.abs() <= 10.0 && high.abs() <= 10.0;
            within("receiver.dfe.limits", "-10 to 10, the lower first", ordered, *low)?;
        }
        size("receiver.dfe.floating", &dfe.floating, dfe.limits.len())?;
        let tail = (0.0..=10.0).contains(&dfe.tail_limit);
        within("receiver.dfe.tail_limit", "0 to 10", tail, dfe.tail_limit)?;
        if let Some(q) = &r.quantiser {
            within("receiver.quantiser.bits", "2 to 16", (2.0..=16.0).contains(&q.bits), q.bits)?;
            within(
                "receiver.quantiser.clipping",
                "1e-15 to 0.1",
                (1e-15..=0.1).contains(&q.clipping),
                q.clipping,
            )?;
        }
        if self.cases.is_empty() {
            return Err(SpecError::NoCase);
        }
        for case in &self.cases {
            for end in [Some(&case.transmitter), case.near_end.as_ref(), Some(&case.receiver)]
                .into_iter()
                .flatten()
            {
                self.check_end(&case.name, end)?;
            }
        }
        Ok(())
    }

    fn check_end(&self, case: &str, end: &End) -> Result<(), SpecError> {
        if end.die_capacitance.len() != end.die_inductance.len() {
            return Err(SpecError::Ladder {
                case: case.to_owned(),
                capacitances: end.die_capacitance.len(),
                inductances: end.die_inductance.len(),
            });
        }
        for piece in end.package.iter().chain(&end.board) {
            if !self.lines.contains_key(&piece.class) {
                return Err(SpecError::UnknownLine {
                    case: case.to_owned(),
                    class: piece.class.clone(),
                    known: self.lines.keys().cloned().collect::<Vec<_>>().join(", "),
                });
            }
        }
        Ok(())
    }

    /// The case of a name.
    ///
    /// # Errors
    /// [`SpecError::UnknownCase`].
    pub fn case(&self, name: &str) -> Result<&Case, SpecError> {
        self.cases.iter().find(|c| c.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
            SpecError::UnknownCase {
                spec: self.name.clone(),
                case: name.to_owned(),
                known: self.cases.iter().map(|c| c.name.clone()).collect::<Vec<_>>().join(", "),
            }
        })
    }
}
