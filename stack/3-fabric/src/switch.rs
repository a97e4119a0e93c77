//! Switches: a chip in scale-up, a box elsewhere.

use crate::accelerator::whole;
use crate::inlet::Inlet;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, EnergyPerBit, Length, Money, Power, Ratio, Time};
use serde::Serialize;

/// One switch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SwitchPart {
    /// Capacity, one direction.
    pub capacity: BitRate,
    /// Most ports, at the narrowest port rate.
    pub radix: u64,
    /// Core (packet processing, buffers, crossbar, control) without SerDes, optics, fans and power supply;
    /// direct current. Taken as drawn whatever the load.
    pub core_power: Power,
    /// Fans and pumps, as a share of the power that they cool.
    pub fan_share: Ratio,
    /// Port to port at zero load, without the links' SerDes, error correction and modules.
    pub latency: Time,
    /// Price to the buyer, without optics.
    pub price: Money,
    /// Height of its box; `None` for a chip, and where it is not known.
    pub height: Option<Length>,
}

impl SwitchPart {
    /// What stands for the switch of a network that has none.
    pub const NONE: Self = Self {
        capacity: BitRate::ZERO,
        radix: 0,
        core_power: Power::ZERO,
        fan_share: Ratio::new(0.0),
        latency: Time::ZERO,
        price: Money::ZERO,
        height: None,
    };

    /// The fastest lane of a switch, `switch.NAME.lane`: known of those that networks across the hall are built of.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks it.
    pub fn fastest_lane(facts: &Facts<'_>, name: &str) -> Result<BitRate, FactError> {
        facts.get(&format!("switch.{name}.lane"))
    }

    /// Reads `switch.NAME.*`.
    ///
    /// # Model
    /// Core power is `core_power` where that is known of the whole switch, as of one that only turns mirrors;
    /// else `core_energy` times capacity, or where a box power was published:
    /// `P_core = P_box eta / (1 + f) - P_optics - E_serdes C`, with the power supply's efficiency `eta`, the
    /// fan share `f`, the optics in the box, and the SerDes energy (both ends) times capacity `C` of one
    /// chip end at every port. Not below zero.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one of them.
    pub fn from_facts(facts: &Facts<'_>, name: &str, inlet: &Inlet) -> Result<Self, FactError> {
        let id = |what: &str| format!("switch.{name}.{what}");
        let capacity: BitRate = facts.get(&id("capacity"))?;
        let fan_share: Ratio = facts.get(&id("fan_share"))?;
        let (own, of_box) = (facts.find(&id("core_power"))?, facts.find(&id("box_power"))?);
        let core_power = match (own, of_box) {
            (Some(core_power), _) => core_power,
            (None, Some(box_power)) => {
                let optics: Power = facts.get(&id("box_optics"))?;
                let serdes: EnergyPerBit = facts.get(&id("box_serdes"))?;
                inlet.deliver(box_power, fan_share) - optics - serdes * capacity
            }
            (None, None) => facts.get::<EnergyPerBit>(&id("core_energy"))? * capacity,
        };
        Ok(Self {
            capacity,
            radix: whole(facts.get(&id("radix"))?),
            core_power: core_power.max(Power::ZERO),
            fan_share,
            latency: facts.get(&id("latency"))?,
            price: facts.get(&id("price"))?,
            height: facts.find(&id("height"))?,
        })
    }

    /// Ports at this rate: what the capacity gives, up to the most.
    ///
    /// # Example
    /// ```
    /// use lightloom_fabric::SwitchPart;
    /// use lightloom_units::{BitRate, Money, Power, Ratio, Time};
    /// let switch = SwitchPart { capacity: BitRate::tbps(102.4), radix: 512, core_power: Power::w(1_000.0),
    ///     fan_share: Ratio::new(0.02), latency: Time::ns(600.0), price: Money::usd(100_000.0), height: None };
    /// assert_eq!(switch.ports_at(BitRate::gbps(800.0)), 128);
    /// assert_eq!(switch.ports_at(BitRate::gbps(100.0)), 512);
    /// ```
    #[must_use]
    pub fn ports_at(&self, port_rate: BitRate) -> u64 {
        // The hair forgives rounding in rates such as 14.4 Tb/s over 72 links.
        let ports = (self.capacity / port_rate + 1e-6).floor();
        if ports.is_finite() { (ports as u64).min(self.radix) } else { self.radix }
    }
}
