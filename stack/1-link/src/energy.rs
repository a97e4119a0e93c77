//! What a lane's circuits and light take: energy of either end, and time, by component.

use crate::required::RequiredReceiver;
use crate::retimers::{End, Retimer};
use crate::{Channel, LinkParameters, ReceiverClass, Section, SerDes};
use lightloom_units::{BitRate, EnergyPerBit, Power, Time};
use serde::Serialize;

/// Energy of one lane per payload bit in one direction, by component. Boundary: both ends of the lane.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct EnergySplit {
    /// Transceivers in the two host chips.
    pub host_serdes: EnergyPerBit,
    /// Retimers: module-side transceivers and the digital core.
    pub retimer: EnergyPerBit,
    /// Modulator driver.
    pub driver: EnergyPerBit,
    /// Ring heaters.
    pub tuning: EnergyPerBit,
    /// Linear amplifier on the way: a transimpedance amplifier, a redriver.
    pub amplifier: EnergyPerBit,
    /// Laser, from the wall plug.
    pub laser: EnergyPerBit,
    /// Voltage conversion and controller in the module.
    pub overhead: EnergyPerBit,
}

impl EnergySplit {
    /// Everything from chip to chip: the boundary "lane".
    #[must_use]
    pub fn lane(&self) -> EnergyPerBit {
        self.host_serdes + self.optics()
    }

    /// Module or engine with its laser, without the host chips: the boundary "optics".
    #[must_use]
    pub fn optics(&self) -> EnergyPerBit {
        self.retimer + self.driver + self.tuning + self.amplifier + self.laser + self.overhead
    }

    /// Every component times a factor.
    #[must_use]
    pub fn scaled(&self, k: f64) -> Self {
        Self {
            host_serdes: self.host_serdes * k,
            retimer: self.retimer * k,
            driver: self.driver * k,
            tuning: self.tuning * k,
            amplifier: self.amplifier * k,
            laser: self.laser * k,
            overhead: self.overhead * k,
        }
    }

    /// Components with their names, host first.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, EnergyPerBit); 7] {
        [
            ("host SerDes", self.host_serdes),
            ("DSP / retimer", self.retimer),
            ("driver", self.driver),
            ("ring tuning", self.tuning),
            ("amplifier", self.amplifier),
            ("laser", self.laser),
            ("conversion", self.overhead),
        ]
    }
}

impl std::ops::Add for EnergySplit {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            host_serdes: self.host_serdes + other.host_serdes,
            retimer: self.retimer + other.retimer,
            driver: self.driver + other.driver,
            tuning: self.tuning + other.tuning,
            amplifier: self.amplifier + other.amplifier,
            laser: self.laser + other.laser,
            overhead: self.overhead + other.overhead,
        }
    }
}

/// One-way latency of one lane, by component, without switches.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct LatencySplit {
    /// Transceivers in the host chips and, without DSP, in the module.
    pub serdes: Time,
    /// Digital retimers.
    pub retimer: Time,
    /// Collecting and decoding codewords.
    pub fec: Time,
    /// Travel along copper and fibre, and through a redriver.
    pub flight: Time,
}

impl LatencySplit {
    /// Sum.
    #[must_use]
    pub fn total(&self) -> Time {
        self.serdes + self.retimer + self.fec + self.flight
    }

    /// Components with their names.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, Time); 4] {
        [
            ("SerDes", self.serdes),
            ("DSP / retimer", self.retimer),
            ("FEC", self.fec),
            ("flight", self.flight),
        ]
    }
}

/// Adds half a transceiver at an end of a section, and the core of a digital retimer.
pub(crate) fn transceiver(
    circuits: impl Fn(&SerDes, ReceiverClass) -> EnergyPerBit,
    end: End,
    faces_line: bool,
    parameters: &LinkParameters,
    energy: &mut EnergySplit,
) {
    let half = |side: &SerDes, at_least: ReceiverClass| circuits(side, at_least) / 2.0;
    let End::Retimer(retimer) = end else {
        energy.host_serdes += half(&parameters.host, ReceiverClass::Ctle);
        return;
    };
    let interface = match retimer {
        Retimer::Digital => ReceiverClass::Dsp,
        Retimer::BuiltDigital if faces_line => ReceiverClass::Dsp,
        Retimer::BuiltDigital | Retimer::Analogue => ReceiverClass::Ctle,
    };
    let interface = half(&parameters.module, interface);
    energy.retimer += interface;
    if end.is_digital() {
        energy.retimer += parameters.module.retimer_core(interface);
    }
}

/// Latency of a section's transmitter and receiver.
pub(crate) fn serdes_latency(
    class: Option<ReceiverClass>,
    ends: [End; 2],
    parameters: &LinkParameters,
) -> Time {
    // A digital retimer's pass covers its own two sides.
    let in_retimer = ends.iter().all(|e| e.is_digital());
    match class {
        None => parameters.host.die_to_die_latency,
        Some(_) if in_retimer => Time::ZERO,
        Some(class) if ends.contains(&End::Host) => parameters.host.latency(class),
        Some(class) => parameters.module.latency(class),
    }
}

/// Adds drivers, heaters, amplifiers, lasers and flight.
pub(crate) fn media(
    outcome: &RequiredReceiver,
    section: &Section,
    payload: BitRate,
    [transmitter, receiver]: &mut [EnergySplit; 2],
    latency: &mut LatencySplit,
) {
    match section {
        Section::DieToDie => {}
        Section::Electrical(channel) => latency.flight += channel.delay(),
        Section::Redriven { before, redriver, after } => {
            latency.flight += before.delay() + redriver.latency + after.delay();
            receiver.amplifier += redriver.energy;
        }
        Section::Optical { near, optics, far } => {
            latency.flight += near.iter().chain(far).map(Channel::delay).sum::<Time>();
            latency.flight += optics.path.flight();
            transmitter.driver += optics.modulator.driver;
            transmitter.tuning += optics.modulator.tuning / payload;
            receiver.amplifier += optics.detector.energy;
            receiver.tuning += optics.colour.map_or(Power::ZERO, |c| c.tuning) / payload;
            if let Some(budget) = outcome.best().and_then(|r| r.budget) {
                transmitter.laser += budget.laser_power / payload;
            }
        }
    }
}
