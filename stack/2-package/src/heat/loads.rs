//! Power of a port's parts at one end, per bit.

use crate::Port;
use lightloom_link::EnergySplit;
use lightloom_units::EnergyPerBit;
use serde::Serialize;

/// Energy of one end per bit of its bandwidth in one direction; both directions' circuits are in it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Loads {
    /// Transceivers in the host chip.
    pub host: EnergyPerBit,
    /// Electronic chips of the conversion: retimer, driver, amplifier, conversion of voltages.
    pub electronic: EnergyPerBit,
    /// The photonic chip: heaters, without the light that it absorbs.
    pub photonic: EnergyPerBit,
    /// Lasers, from the wall plug.
    pub laser: EnergyPerBit,
}

impl Loads {
    /// Loads of an end's energy.
    #[must_use]
    pub fn of(end: &EnergySplit) -> Self {
        Self {
            host: end.host_serdes,
            electronic: end.retimer + end.driver + end.amplifier + end.overhead,
            photonic: end.tuning,
            laser: end.laser,
        }
    }

    /// Loads of a port's switch end.
    #[must_use]
    pub fn of_switch(port: &Port) -> Self {
        Self::of(&port.end_energy[1])
    }

    /// The conversion without its lasers.
    #[must_use]
    pub fn conversion(&self) -> EnergyPerBit {
        self.electronic + self.photonic
    }
}
