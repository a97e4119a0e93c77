//! What one collective operation costs, and where its time goes.

use super::tier::MAX_TIERS;
use super::{Algorithm, WireProtocol};
use lightloom_units::{DataSize, Time};
use serde::Serialize;

/// The cost of one collective operation for one rank, by one algorithm and protocol.
///
/// `time` is `latency`, what the slowest tier's wire takes (others hide behind it as far as the algorithm lets
/// them), and the overhead of chunks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Cost {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The library's protocol.
    pub protocol: WireProtocol,
    /// All of it.
    pub time: Time,
    /// What the smallest message takes: launch, software and hardware of every step.
    pub latency: Time,
    /// Bytes that a rank sends over each tier of the network, innermost first; zero for tiers not used.
    pub bytes: [DataSize; MAX_TIERS],
    /// Time of these bytes at the rate that the library reaches.
    pub wire: [Time; MAX_TIERS],
}

/// What sets the pace of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Limit {
    /// Launches and steps.
    Latency,
    /// The wire of this tier, counted from the innermost.
    Tier(usize),
}

impl Cost {
    /// What takes the larger part: latency, or the wire of the busiest tier.
    #[must_use]
    pub fn limit(&self) -> Limit {
        let mut busiest = (0, Time::ZERO);
        for (i, wire) in self.wire.iter().enumerate() {
            if *wire > busiest.1 {
                busiest = (i, *wire);
            }
        }
        if busiest.1 > self.latency { Limit::Tier(busiest.0) } else { Limit::Latency }
    }

    /// Nothing to send: a group of one.
    pub(super) const FREE: Self = Self {
        algorithm: Algorithm::Direct,
        protocol: WireProtocol::LowLatency,
        time: Time::ZERO,
        latency: Time::ZERO,
        bytes: [DataSize::bytes(0.0); MAX_TIERS],
        wire: [Time::ZERO; MAX_TIERS],
    };
}

/// An operation's cost as a function of its size, in seconds and bytes.
///
/// `t(S) = latency + sqrt(floor^2 + w^2) + chunk sqrt(w)`, with `w = S (wire + copy)`.
///
/// The floor is what the steps of the bandwidth protocol take at least: short messages are bound by it, long ones
/// by the wire. The last term is the price of cutting a long message into chunks that follow each other through
/// the steps: with the best chunk it grows with the root of the time on the wire.
///
/// What each tier carries is recorded where a [`Cost`] is wanted, and not where only its time is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms<R> {
    pub latency: f64,
    pub floor: f64,
    /// Seconds on the slowest tier's wire for one byte of the operation's size, and on all of them.
    slowest: f64,
    sum: f64,
    /// What each tier carries.
    record: R,
    /// Seconds for one byte of the operation's size in the rank's own memory.
    pub copy: f64,
    /// How far tiers wait for each other: 0 they overlap, 1 they follow one another.
    pub serial: f64,
    /// Root of seconds.
    pub chunk: f64,
}

/// Keeps, or not, what each tier carries.
pub(super) trait Record: Copy + Default {
    /// Bytes and seconds on a tier's wire for one byte of the operation's size.
    fn sent(&mut self, tier: usize, bytes: f64, seconds: f64);
}

impl Record for () {
    #[inline]
    fn sent(&mut self, _: usize, _: f64, _: f64) {}
}

/// Bytes and seconds of each tier.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ByTier {
    bytes: [f64; MAX_TIERS],
    wire: [f64; MAX_TIERS],
}

impl Record for ByTier {
    fn sent(&mut self, tier: usize, bytes: f64, seconds: f64) {
        if let (Some(b), Some(w)) = (self.bytes.get_mut(tier), self.wire.get_mut(tier)) {
            *b += bytes;
            *w += seconds;
        }
    }
}

impl<R: Record> Terms<R> {
    #[inline]
    pub(super) fn new(latency: f64) -> Self {
        Self {
            latency,
            floor: 0.0,
            slowest: 0.0,
            sum: 0.0,
            record: R::default(),
            copy: 0.0,
            serial: 0.0,
            chunk: 0.0,
        }
    }

    /// What a tier carries, at so many seconds for a byte: once for each tier, or else tiers follow one another.
    #[inline]
    pub(super) fn send(&mut self, tier: usize, bytes: f64, seconds: f64) {
        let wire = bytes * seconds;
        self.slowest = self.slowest.max(wire);
        self.sum += wire;
        self.record.sent(tier, bytes, wire);
    }

    /// Seconds of the operation.
    #[inline]
    pub(super) fn seconds(&self, size: f64) -> f64 {
        let w = size * (self.slowest + self.serial * (self.sum - self.slowest) + self.copy);
        let body = if self.floor > 0.0 { (self.floor * self.floor + w * w).sqrt() } else { w };
        self.latency + body + if self.chunk > 0.0 { self.chunk * w.sqrt() } else { 0.0 }
    }
}

impl Terms<ByTier> {
    pub(super) fn cost(&self, algorithm: Algorithm, protocol: WireProtocol, size: f64) -> Cost {
        Cost {
            algorithm,
            protocol,
            time: Time::s(self.seconds(size)),
            latency: Time::s(self.latency + self.floor),
            bytes: self.record.bytes.map(|b| DataSize::bytes(b * size)),
            wire: self.record.wire.map(|w| Time::s(w * size)),
        }
    }
}
