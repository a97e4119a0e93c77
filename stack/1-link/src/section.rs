//! One stretch of a lane between two points where the signal is decided anew.

use crate::optics::Optics;
use crate::{Channel, Redriver};
use lightloom_units::{Decibel, Frequency};

/// What a section is made of. Between two sections stands a retimer; at the ends stand the hosts.
#[expect(clippy::large_enum_variant, reason = "a lane has few sections")]
#[derive(Debug, Clone, PartialEq)]
pub enum Section {
    /// A parallel die-to-die interface: no serialisation, no equaliser.
    DieToDie,
    /// Copper from transmitter to receiver.
    Electrical(Channel),
    /// Copper with a linear redriver on the way; the ends of both pieces are dies.
    Redriven {
        /// Path to the redriver.
        before: Channel,
        /// The redriver.
        redriver: Redriver,
        /// Path from the redriver to the receiver.
        after: Channel,
    },
    /// Light, driven and received without decision: a linear host path may lie before and behind it.
    Optical {
        /// Host path to the driver; `None` where the driver sits beside its own transmitter.
        near: Option<Channel>,
        /// The optical lane.
        optics: Optics,
        /// Path from the amplifier to the receiver; `None` where they sit side by side.
        far: Option<Channel>,
    },
}

impl Section {
    /// Loss at Nyquist that the section's receiver must equalise; zero where there is no copper. What a redriver lifts
    /// is taken off.
    #[must_use]
    pub fn loss(&self, nyquist: Frequency) -> Decibel {
        match self {
            Self::DieToDie => Decibel::ZERO,
            Self::Electrical(channel) => channel.loss(nyquist),
            Self::Redriven { before, redriver, after } => {
                let before = before.loss(nyquist);
                before - redriver.peaking(before) + after.loss(nyquist)
            }
            Self::Optical { near, far, .. } => {
                let loss =
                    |c: &Option<Channel>| c.as_ref().map_or(Decibel::ZERO, |c| c.loss(nyquist));
                loss(near) + loss(far)
            }
        }
    }
}

impl From<Channel> for Section {
    fn from(channel: Channel) -> Self {
        Self::Electrical(channel)
    }
}
