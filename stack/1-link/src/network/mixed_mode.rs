//! Mixed modes: the differential and common waves of a pair.

use super::{Mode, Network, ShapeError, Touchstone, TwoPort};
use num_complex::Complex64;
use thiserror::Error;

/// Which ports of a four-port are the two ends of one line; ports from one, as files count them.
///
/// The first line is the positive one, and its first port lies at the near end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortOrder {
    /// Lines 1 to 2 and 3 to 4.
    Through12_34,
    /// Lines 1 to 3 and 2 to 4.
    Through13_24,
    /// Lines 1 to 4 and 2 to 3.
    Through14_23,
}

impl PortOrder {
    /// All orders, in the order of their evidence.
    pub const ALL: [Self; 3] = [Self::Through12_34, Self::Through13_24, Self::Through14_23];

    /// Ports from zero: near positive, near negative, far positive, far negative.
    #[must_use]
    pub const fn ports(self) -> [usize; 4] {
        match self {
            Self::Through12_34 => [0, 2, 1, 3],
            Self::Through13_24 => [0, 1, 2, 3],
            Self::Through14_23 => [0, 1, 3, 2],
        }
    }
}

impl std::fmt::Display for PortOrder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Through12_34 => "1-2, 3-4",
            Self::Through13_24 => "1-3, 2-4",
            Self::Through14_23 => "1-4, 2-3",
        })
    }
}

/// What speaks for each port order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Root mean square transmission of both lines of each order in [`PortOrder::ALL`] at the lowest frequencies, dB.
    pub through_db: [f64; 3],
    /// Highest frequency that was looked at, Hz.
    pub up_to_hz: f64,
}

/// Why modes cannot be formed.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum MixedModeError {
    /// The fields do not belong together.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// Modes of two pairs need four ports; a two-port needs two.
    #[error("a network of {ports} ports: two pairs need four, and a differential file has two")]
    Ports {
        /// Ports.
        ports: usize,
    },
    /// References differ.
    #[error(
        "port {port} has {found_ohm} ohm and port 1 {first_ohm} ohm; modes need one reference, renormalise first"
    )]
    References {
        /// Port, from one.
        port: usize,
        /// Its reference, ohm.
        found_ohm: f64,
        /// The first port's, ohm.
        first_ohm: f64,
    },
    /// The ends of the lines cannot be told.
    #[error(
        "ports cannot be told from transmission up to {} GHz: 1-2/3-4 {:.1} dB, 1-3/2-4 {:.1} dB, 1-4/2-3 {:.1} dB; one \
         must be above {} dB and {} dB above the others. For a crosstalk file give the order of its through file",
        evidence.up_to_hz / 1e9, evidence.through_db[0], evidence.through_db[1], evidence.through_db[2],
        PortOrder::LEAST_DB, PortOrder::LEAD_DB
    )]
    Ambiguous {
        /// What was seen.
        evidence: Evidence,
    },
    /// The file's modes are not two differential ones and their common ones.
    #[error(
        "the modes of the file are not those of two pairs: two D and the C of the same ports are needed"
    )]
    Modes,
}

impl PortOrder {
    /// Transmission at low frequency that only a line itself has: coupling of any kind is far below, dB.
    pub const LEAST_DB: f64 = -6.0;
    /// Distance to the next order that leaves no doubt, dB.
    pub const LEAD_DB: f64 = 10.0;
    /// Frequencies looked at, from the lowest that is not zero (a blocking capacitor hides the line at zero).
    const POINTS: usize = 10;

    /// Finds which ports are the ends of a line.
    ///
    /// # Model
    /// Mean power through both lines of each order over the ten lowest frequencies above zero. Decided only if one order
    /// is above [`Self::LEAST_DB`] and [`Self::LEAD_DB`] above the others.
    ///
    /// # Validity
    /// Through files that start where the line is still short of loss. Crosstalk files have no through path and are
    /// refused. Which end is near and which line positive cannot be seen: the order keeps the file's numbering.
    ///
    /// # Errors
    /// [`MixedModeError::Ambiguous`] with the evidence; [`MixedModeError::Ports`].
    pub fn detect(network: &Network) -> Result<(Self, Evidence), MixedModeError> {
        network.check()?;
        if network.ports != 4 {
            return Err(MixedModeError::Ports { ports: network.ports });
        }
        let mut power = [0.0; 3];
        let mut looked = 0_u32;
        let mut up_to_hz = 0.0;
        let above = network.frequency_hz.iter().enumerate().filter(|(_, hz)| **hz > 0.0);
        for (k, &hz) in above.take(Self::POINTS) {
            for (sum, order) in power.iter_mut().zip(Self::ALL) {
                let [a, b, c, d] = order.ports();
                *sum += network.at(k, c, a).norm_sqr() + network.at(k, d, b).norm_sqr();
            }
            looked += 2;
            up_to_hz = hz;
        }
        let mean = |sum: f64| if looked > 0 { sum / f64::from(looked) } else { 0.0 };
        // An exact zero is shown as -300 dB, not as infinity.
        let through_db = power.map(|sum| 10.0 * libm::log10(mean(sum).max(1e-30)));
        let evidence = Evidence { through_db, up_to_hz };
        for (i, order) in Self::ALL.into_iter().enumerate() {
            let lead = |j: usize| j == i || through_db[i] - through_db[j] >= Self::LEAD_DB;
            if through_db[i] >= Self::LEAST_DB && (0..3).all(lead) {
                return Ok((order, evidence));
            }
        }
        Err(MixedModeError::Ambiguous { evidence })
    }
}

/// The two-ports of one mode exciting another over frequency: `[x11, x12, x21, x22]`, near end first.
pub type Block = Vec<[Complex64; 4]>;

/// A pair as differential and common waves.
///
/// The first letter is the mode that leaves, the second the mode that enters: `scd` is the common wave out for a
/// differential wave in.
#[derive(Debug, Clone, PartialEq)]
pub struct MixedMode {
    /// Frequencies, ascending, Hz.
    pub frequency_hz: Vec<f64>,
    /// Differential to differential.
    pub sdd: Block,
    /// Common to differential.
    pub sdc: Block,
    /// Differential to common.
    pub scd: Block,
    /// Common to common.
    pub scc: Block,
    /// Differential reference: the sum of a pair's single-ended ones, ohm.
    pub differential_ohm: f64,
    /// Common reference: a pair's single-ended ones in parallel, ohm.
    pub common_ohm: f64,
}

/// The strongest conversion between modes, and where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conversion {
    /// Magnitude, dB.
    pub worst_db: f64,
    /// Frequency, Hz.
    pub frequency_hz: f64,
}

/// How much of a wave changes its mode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModeConversion {
    /// Differential in at the near end, common out at the far end: `SCD21`.
    pub through_to_common: Conversion,
    /// Common in, differential out: `SDC21`, the noise that a common wave leaves in the signal.
    pub through_to_differential: Conversion,
    /// Common reflection of a differential wave: `SCD11`.
    pub reflected_to_common: Conversion,
    /// `SCD21 - SDD21` in dB: conversion against the signal that arrives.
    pub against_signal: Conversion,
}

impl Network {
    /// The differential and common waves of a four-port.
    ///
    /// # Model
    /// `d = (p - n) / sqrt(2)`, `c = (p + n) / sqrt(2)` for the power waves of the positive and negative port of each end.
    ///
    /// # Validity
    /// Four ports with one real reference `R`; the modes have `2 R` and `R / 2`.
    ///
    /// # Source
    /// Bockelman and Eisenstadt, IEEE Trans. MTT 43 (1995) 1530.
    ///
    /// # Errors
    /// [`MixedModeError`] for other networks.
    pub fn mixed_mode(&self, order: PortOrder) -> Result<MixedMode, MixedModeError> {
        self.check()?;
        if self.ports != 4 {
            return Err(MixedModeError::Ports { ports: self.ports });
        }
        let first_ohm = self.reference_ohm[0];
        let other = self.reference_ohm.iter().position(|ohm| (ohm / first_ohm - 1.0).abs() > 1e-9);
        if let Some(port) = other {
            let found_ohm = self.reference_ohm[port];
            return Err(MixedModeError::References { port: port + 1, found_ohm, first_ohm });
        }
        let [near_p, near_n, far_p, far_n] = order.ports();
        let ends = [(near_p, near_n), (far_p, far_n)];
        let block = |k: usize, out: f64, into: f64| {
            [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(row, column): (usize, usize)| {
                let ((p, n), (q, m)) = (ends[row], ends[column]);
                let at = |row, column| self.at(k, row, column);
                (at(p, q) + into * at(p, m) + out * (at(n, q) + into * at(n, m))) * 0.5
            })
        };
        let blocks = |out: f64, into: f64| -> Block {
            (0..self.frequency_hz.len()).map(|k| block(k, out, into)).collect()
        };
        Ok(MixedMode {
            frequency_hz: self.frequency_hz.clone(),
            sdd: blocks(-1.0, -1.0),
            sdc: blocks(-1.0, 1.0),
            scd: blocks(1.0, -1.0),
            scc: blocks(1.0, 1.0),
            differential_ohm: 2.0 * first_ohm,
            common_ohm: 0.5 * first_ohm,
        })
    }

    /// The differential two-port of a four-port: [`Self::mixed_mode`] without the rest.
    ///
    /// # Errors
    /// [`MixedModeError`] as there.
    pub fn differential(&self, order: PortOrder) -> Result<TwoPort, MixedModeError> {
        Ok(self.mixed_mode(order)?.differential())
    }
}

impl MixedMode {
    /// The differential waves alone.
    #[must_use]
    pub fn differential(&self) -> TwoPort {
        let reference_ohm = self.differential_ohm;
        TwoPort { frequency_hz: self.frequency_hz.clone(), s: self.sdd.clone(), reference_ohm }
    }

    /// The common waves alone.
    #[must_use]
    pub fn common(&self) -> TwoPort {
        let reference_ohm = self.common_ohm;
        TwoPort { frequency_hz: self.frequency_hz.clone(), s: self.scc.clone(), reference_ohm }
    }

    /// Where the pair turns most of a wave into the other mode.
    ///
    /// # Model
    /// Largest `20 log10 |S|` over frequency; a parameter of zero counts as -400 dB.
    #[must_use]
    pub fn conversion(&self) -> ModeConversion {
        let worst = |db: &dyn Fn(usize) -> f64| {
            let start = Conversion { worst_db: f64::NEG_INFINITY, frequency_hz: 0.0 };
            self.frequency_hz.iter().enumerate().fold(start, |worst, (k, &frequency_hz)| {
                let found = Conversion { worst_db: db(k), frequency_hz };
                if found.worst_db > worst.worst_db { found } else { worst }
            })
        };
        ModeConversion {
            through_to_common: worst(&|k| db(self.scd[k][2])),
            through_to_differential: worst(&|k| db(self.sdc[k][2])),
            reflected_to_common: worst(&|k| db(self.scd[k][0])),
            against_signal: worst(&|k| db(self.scd[k][2]) - db(self.sdd[k][2])),
        }
    }
}

impl Touchstone {
    /// The differential and common waves of a file that holds them by its `[Mixed-Mode Order]`.
    ///
    /// # Errors
    /// [`MixedModeError::Modes`] for a file of other modes, or of none.
    pub fn mixed_mode(&self) -> Result<MixedMode, MixedModeError> {
        let modes =
            self.modes.as_deref().filter(|modes| modes.len() == 4 && self.network.ports == 4);
        let modes = modes.ok_or(MixedModeError::Modes)?;
        let pairs: Vec<(usize, usize)> = modes
            .iter()
            .filter_map(
                |mode| if let Mode::Differential(p, n) = *mode { Some((p, n)) } else { None },
            )
            .collect();
        let &[near, far] = pairs.as_slice() else { return Err(MixedModeError::Modes) };
        let row = |wanted: Mode| {
            modes.iter().position(|&mode| mode == wanted).ok_or(MixedModeError::Modes)
        };
        let common = |(p, n)| row(Mode::Common(p, n)).or_else(|_| row(Mode::Common(n, p)));
        let d = [row(Mode::Differential(near.0, near.1))?, row(Mode::Differential(far.0, far.1))?];
        let c = [common(near)?, common(far)?];
        let network = &self.network;
        network.check()?;
        let ohm = |row: usize| network.reference_ohm[row];
        if (ohm(d[1]) / ohm(d[0]) - 1.0).abs() > 1e-9 {
            let (port, found_ohm, first_ohm) = (far.0 + 1, ohm(d[1]) / 2.0, ohm(d[0]) / 2.0);
            return Err(MixedModeError::References { port, found_ohm, first_ohm });
        }
        let blocks = |out: [usize; 2], into: [usize; 2]| -> Block {
            let pick = |k: usize| {
                [(0, 0), (0, 1), (1, 0), (1, 1)]
                    .map(|(row, column): (usize, usize)| network.at(k, out[row], into[column]))
            };
            (0..network.frequency_hz.len()).map(pick).collect()
        };
        Ok(MixedMode {
            frequency_hz: network.frequency_hz.clone(),
            sdd: blocks(d, d),
            sdc: blocks(d, c),
            scd: blocks(c, d),
            scc: blocks(c, c),
            differential_ohm: ohm(d[0]),
            common_ohm: ohm(c[0]),
        })
    }

    /// The file's network as a two-port, for a `.s2p` that already holds differential parameters.
    ///
    /// `reference_ohm` replaces what the file says, since many differential files keep the default of 50 ohm where 100
    /// is meant; `None` keeps it. The parameters stay as they are.
    ///
    /// # Errors
    /// [`MixedModeError::References`] for references that differ, [`MixedModeError::Ports`] for another number of ports.
    pub fn two_port(&self, reference_ohm: Option<f64>) -> Result<TwoPort, MixedModeError> {
        let network = &self.network;
        network.check()?;
        let (&[first_ohm, found_ohm], 2) = (network.reference_ohm.as_slice(), network.ports) else {
            return Err(MixedModeError::Ports { ports: network.ports });
        };
        if reference_ohm.is_none() && (found_ohm / first_ohm - 1.0).abs() > 1e-9 {
            return Err(MixedModeError::References { port: 2, found_ohm, first_ohm });
        }
        Ok(TwoPort {
            frequency_hz: network.frequency_hz.clone(),
            s: network.s.as_chunks().0.to_vec(),
            reference_ohm: reference_ohm.unwrap_or(first_ohm),
        })
    }
}

/// Decibels of a magnitude, -400 for zero.
fn db(s: Complex64) -> f64 {
    10.0 * libm::log10(s.norm_sqr().max(1e-40))
}
