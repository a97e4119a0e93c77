//! The electrical path between two chips: segments with a loss over frequency.

use crate::network::{LineConstants, ResampleError, TwoPort};
use crate::{
    connector::Connector, die::DieTermination, measured::Measured, trace::Trace, twinax::Twinax,
};
use lightloom_units::{Decibel, DelayPerLength, Frequency, Length, Quantity, Resistance, Time};

/// One piece of an electrical path.
#[derive(Debug, Clone, PartialEq)]
pub enum Segment {
    /// Pads and electrostatic protection of one die.
    Die(DieTermination),
    /// A line in a package or a board.
    Trace(Trace, Length),
    /// A separable contact.
    Connector(Connector),
    /// A shielded pair.
    Twinax(Twinax, Length),
    /// A piece by its scattering parameters.
    Measured(Measured),
}

/// An electrical path from one chip to another, ends included.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Channel {
    /// Segments in order.
    pub segments: Vec<Segment>,
}

impl Channel {
    /// Insertion loss at a frequency: the sum over segments. Reflections between segments are not in it;
    /// they enter the noise budget as an uncorrected rest.
    #[must_use]
    pub fn loss(&self, f: Frequency) -> Decibel {
        Decibel::db(self.segments.iter().map(|s| s.loss_db(f.as_ghz())).sum())
    }

    /// Propagation delay.
    #[must_use]
    pub fn delay(&self) -> Time {
        self.segments.iter().map(Segment::delay).sum()
    }

    /// Physical length of lines and cables.
    #[must_use]
    pub fn length(&self) -> Length {
        self.segments.iter().map(Segment::length).sum()
    }

    /// This path with its boards stretched until all but packages and dies lose at least so much.
    ///
    /// A part that is bought to a standard must serve the standard's channel, not only this one.
    #[must_use]
    pub fn built_for(mut self, ball_to_ball: Decibel, f: Frequency) -> Self {
        let loss = |s: &Segment| s.loss_db(f.as_ghz());
        let is_board = |s: &Segment| matches!(s, Segment::Trace(line, _) if !line.in_package);
        let actual = self.between_packages().loss(f).as_db();
        let boards: f64 = self.segments.iter().filter(|s| is_board(s)).map(loss).sum();
        let missing = ball_to_ball.as_db() - actual;
        if missing > 0.0 && boards > 0.0 {
            for segment in self.segments.iter_mut() {
                if let Segment::Trace(Trace { in_package: false, .. }, length) = segment {
                    *length = *length * (1.0 + missing / boards);
                }
            }
        }
        self
    }

    /// Scattering parameters from circuit to circuit, differential.
    ///
    /// # Model
    /// Segments in a row. A die that is not the first is passed from its package inward. Where a package ends on
    /// anything but a die, there is its ball.
    ///
    /// # Validity
    /// Uniform lines, smooth connectors: no weave, vias or resonances but those of measured pieces.
    ///
    /// # Errors
    /// [`ResampleError`] for a measured piece whose data cannot be taken to the frequencies.
    pub fn network(
        &self,
        frequency_hz: &[f64],
        reference_ohm: f64,
    ) -> Result<TwoPort, ResampleError> {
        let mut network = TwoPort::through(frequency_hz, reference_ohm);
        let die = self.segments.iter().find_map(|s| match s {
            Segment::Die(die) => Some(die.ball(frequency_hz, reference_ohm)),
            _ => None,
        });
        let outside = |i: Option<usize>| {
            let beside = i.and_then(|i| self.segments.get(i));
            beside.is_some_and(|s| !matches!(s, Segment::Die(_)) && !s.is_package())
        };
        for (i, segment) in self.segments.iter().enumerate() {
            let line = |constants: &LineConstants, impedance: Resistance, length: Length| {
                let (ohm, mm) = (impedance.si(), length.as_mm());
                TwoPort::line(frequency_hz, constants, ohm, mm, reference_ohm)
            };
            let ball = die.as_ref().filter(|_| segment.is_package());
            if let Some(ball) = ball.filter(|_| outside(i.checked_sub(1))) {
                network = network.then(ball);
            }
            network = network.then(&match segment {
                Segment::Die(die) if i == 0 => die.network(frequency_hz, reference_ohm),
                Segment::Die(die) => die.network(frequency_hz, reference_ohm).flipped(),
                Segment::Trace(trace, length) => line(&trace.constants(), trace.impedance, *length),
                Segment::Connector(connector) => connector.network(frequency_hz, reference_ohm),
                Segment::Twinax(cable, length) => {
                    line(&cable.constants(), cable.impedance, *length)
                }
                Segment::Measured(piece) => piece.network(frequency_hz, reference_ohm)?,
            });
            if let Some(ball) = ball.filter(|_| outside(Some(i + 1))) {
                network = network.then(ball);
            }
        }
        Ok(network)
    }

    /// Frequencies at which its response is best taken: those of the first piece that was measured.
    #[must_use]
    pub fn own_frequencies_hz(&self) -> Option<&[f64]> {
        self.segments.iter().find_map(|s| match s {
            Segment::Measured(piece) => Some(piece.frequency_hz()),
            _ => None,
        })
    }

    /// What of this path lies between the packages.
    #[must_use]
    pub fn between_packages(&self) -> Self {
        let outside = |s: &&Segment| !matches!(s, Segment::Die(_)) && !s.is_package();
        Self { segments: self.segments.iter().filter(outside).cloned().collect() }
    }

    /// This path with another behind it.
    #[must_use]
    pub fn then(mut self, other: &Self) -> Self {
        self.segments.extend_from_slice(&other.segments);
        self
    }
}

impl Segment {
    /// Loss in dB at a frequency in GHz.
    #[must_use]
    pub fn loss_db(&self, f_ghz: f64) -> f64 {
        match self {
            Self::Die(die) => die.loss_db(f_ghz),
            Self::Trace(trace, length) => trace.loss_db_per_m(f_ghz) * length.as_m(),
            Self::Connector(connector) => connector.loss_db(f_ghz),
            Self::Twinax(cable, length) => cable.loss_db_per_m(f_ghz) * length.as_m(),
            Self::Measured(piece) => piece.loss_db(f_ghz),
        }
    }

    /// Whether it is a line in a package.
    fn is_package(&self) -> bool {
        matches!(self, Self::Trace(line, _) if line.in_package)
    }

    fn delay(&self) -> Time {
        let along = |delay: DelayPerLength, length: Length| delay * length;
        match self {
            Self::Trace(trace, length) => along(trace.delay, *length),
            Self::Twinax(cable, length) => along(cable.delay, *length),
            Self::Measured(piece) => piece.delay(),
            Self::Die(_) | Self::Connector(_) => Time::ZERO,
        }
    }

    fn length(&self) -> Length {
        match self {
            Self::Trace(_, length) | Self::Twinax(_, length) => *length,
            Self::Die(_) | Self::Connector(_) | Self::Measured(_) => Length::ZERO,
        }
    }
}
