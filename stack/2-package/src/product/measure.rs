//! Figures of a product, as data sheets and papers publish them.

use super::{Made, Product};
use lightloom_units::{BitRate, EnergyPerBit, Ratio, Time};
use serde::{Deserialize, Serialize};

/// A figure of a product. Boundary: one unit as sold; optics are its module or engine with lasers, without host chips.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Power of the optics at the unit's payload, both directions, W.
    OpticsPower,
    /// Power of the optics for 800 Gb/s, both directions, W.
    #[serde(rename = "optics-power-800g")]
    OpticsPower800g,
    /// Power of the optics without their lasers, W.
    EnginePower,
    /// Power of the lasers from the wall, W.
    LaserPower,
    /// Power of the digital retimer, W.
    RetimerPower,
    /// Energy of the optics for a bit sent one way, both ends, pJ/bit.
    OpticsEnergy,
    /// The same without lasers, pJ/bit.
    EngineEnergy,
    /// The lasers' part of it, pJ/bit.
    LaserEnergy,
    /// Energy from host chip to host chip for a bit sent one way, pJ/bit.
    LaneEnergy,
    /// Share of the digital retimer in the power of the optics, %.
    RetimerShare,
    /// Share of the lasers in the power of the optics, %.
    LaserShare,
    /// Time through one module's retimer, ns.
    ModuleLatency,
    /// Time from host chip to host chip without flight and code, ns.
    CircuitLatency,
    /// Lasers for the unit's payload.
    Lasers,
    /// Laser modules for the unit's payload.
    LaserModules,
    /// Engines for the unit's payload.
    Engines,
    /// Fibres that carry data, both directions.
    Fibres,
    /// Most payload through a rack unit of front panel full of its connectors and laser modules, one direction, Tb/s.
    PanelRate,
}

impl Measure {
    /// All.
    pub const ALL: [Self; 18] = [
        Self::OpticsPower,
        Self::OpticsPower800g,
        Self::EnginePower,
        Self::LaserPower,
        Self::RetimerPower,
        Self::OpticsEnergy,
        Self::EngineEnergy,
        Self::LaserEnergy,
        Self::LaneEnergy,
        Self::RetimerShare,
        Self::LaserShare,
        Self::ModuleLatency,
        Self::CircuitLatency,
        Self::Lasers,
        Self::LaserModules,
        Self::Engines,
        Self::Fibres,
        Self::PanelRate,
    ];

    /// What it is, in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpticsPower => "power of the optics",
            Self::OpticsPower800g => "power of the optics for 800 Gb/s",
            Self::EnginePower => "power without lasers",
            Self::LaserPower => "power of the lasers",
            Self::RetimerPower => "power of the DSP",
            Self::OpticsEnergy => "energy of the optics",
            Self::EngineEnergy => "energy without lasers",
            Self::LaserEnergy => "energy of the lasers",
            Self::LaneEnergy => "energy from chip to chip",
            Self::RetimerShare => "DSP in the power of the optics",
            Self::LaserShare => "lasers in the power of the optics",
            Self::ModuleLatency => "latency of one module",
            Self::CircuitLatency => "latency without flight and code",
            Self::Lasers => "lasers",
            Self::LaserModules => "laser modules",
            Self::Engines => "engines",
            Self::Fibres => "fibres",
            Self::PanelRate => "most through a rack unit",
        }
    }

    /// SI value of one of its unit.
    #[must_use]
    pub const fn si(self) -> f64 {
        match self {
            Self::OpticsEnergy | Self::EngineEnergy | Self::LaserEnergy | Self::LaneEnergy => 1e-12,
            Self::RetimerShare | Self::LaserShare => 1e-2,
            Self::ModuleLatency | Self::CircuitLatency => 1e-9,
            Self::PanelRate => 1e12,
            _ => 1.0,
        }
    }

    /// The unit of its number.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::OpticsPower
            | Self::OpticsPower800g
            | Self::EnginePower
            | Self::LaserPower
            | Self::RetimerPower => "W",
            Self::OpticsEnergy | Self::EngineEnergy | Self::LaserEnergy | Self::LaneEnergy => {
                "pJ/bit"
            }
            Self::RetimerShare | Self::LaserShare => "%",
            Self::ModuleLatency | Self::CircuitLatency => "ns",
            Self::PanelRate => "Tb/s",
            Self::Lasers | Self::LaserModules | Self::Engines | Self::Fibres => "",
        }
    }
}

impl Made {
    /// A figure in the unit of its measure; `None` where the product has no such part.
    #[must_use]
    pub fn figure(&self, product: &Product, measure: Measure) -> Option<f64> {
        let rate = product.rate;
        let energy = &self.port.energy;
        let optics = energy.optics();
        let share = |part: EnergyPerBit| {
            (optics > EnergyPerBit::ZERO).then(|| Ratio::new(part / optics).value() * 100.0)
        };
        // Energy of a bit sent one way is spent at both ends, and each end sends and receives.
        let watts = |rate: BitRate, energy: EnergyPerBit| Some((energy * rate).as_w());
        match measure {
            Measure::OpticsPower => watts(rate, optics),
            Measure::OpticsPower800g => watts(BitRate::gbps(800.0), optics),
            Measure::EnginePower => watts(rate, optics - energy.laser),
            Measure::LaserPower => watts(rate, energy.laser),
            Measure::RetimerPower if self.port.module_dsp => watts(rate, energy.retimer),
            Measure::OpticsEnergy => Some(optics.as_pj_per_bit()),
            Measure::EngineEnergy => Some((optics - energy.laser).as_pj_per_bit()),
            Measure::LaserEnergy => Some(energy.laser.as_pj_per_bit()),
            Measure::LaneEnergy => Some(energy.lane().as_pj_per_bit()),
            Measure::RetimerShare if self.port.module_dsp => share(energy.retimer),
            Measure::RetimerPower | Measure::RetimerShare => None,
            Measure::LaserShare => share(energy.laser),
            Measure::ModuleLatency => (self.port.latency.retimer > Time::ZERO)
                .then(|| self.port.latency.retimer.as_ns() / 2.0),
            Measure::CircuitLatency => {
                Some((self.port.latency.serdes + self.port.latency.retimer).as_ns())
            }
            Measure::Lasers => self.lasers.map(|l| l.lasers),
            Measure::LaserModules => self.lasers.and_then(|l| l.modules),
            Measure::Engines => Some(libm::ceil(rate / self.engine - 1e-9)),
            Measure::Fibres => Some(self.port.fibres * self.ports),
            Measure::PanelRate => self.per_rack_unit.map(|rate| rate.as_tbps()),
        }
    }
}
