//! What fails in a cluster besides its network: accelerators, their memory, hosts, cards, power, cooling, software.

use crate::availability::ComponentClass;
use crate::component::FieldRates;
use crate::failure::Redundancy;
use crate::repair::{Event, Repair, RepairUnit};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Count, FailureRate, Quantity, Ratio, Time};

/// How accelerators are grouped into trays and racks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComputeSide {
    /// Accelerators of the cluster.
    pub accelerators: Count,
    /// Accelerators of a tray or host: what a swap or a reset stops.
    pub per_tray: Count,
    /// Racks with a power shelf and liquid of their own; `None` for hosts as in the published job records, whose power and
    /// fans are in the records' host faults.
    pub racks: Option<Racks>,
}

/// Racks of a cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Racks {
    /// Accelerators of a rack.
    pub accelerators: Count,
    /// Whether liquid cools them.
    pub liquid: bool,
}

/// Rates and groups of what racks add.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RackFacts {
    /// One power supply.
    pub power_supply: FailureRate,
    /// Power supplies of a rack.
    pub supplies: Redundancy,
    /// Leaks of one rack's manifold, hoses and plates that stop a tray.
    pub leak: FailureRate,
    /// One pump of a cooling unit.
    pub pump: FailureRate,
    /// Pumps of a cooling unit.
    pub pumps: Redundancy,
    /// Racks on one cooling unit.
    pub racks_per_unit: f64,
}

impl RackFacts {
    /// Reads `fit.power_supply`, `redundancy.power.*`, `field.cooling.*`, `redundancy.pumps.*`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            power_supply: facts.get("fit.power_supply")?,
            supplies: Redundancy::from_facts(facts, "power")?,
            leak: facts.get("field.cooling.leak")?,
            pump: facts.get("field.cooling.pump")?,
            pumps: Redundancy::from_facts(facts, "pumps")?,
            racks_per_unit: facts.get::<Count>("field.cooling.racks_per_unit")?.value(),
        })
    }
}

impl ComputeSide {
    /// The classes that every cluster has besides its network.
    ///
    /// # Model
    /// An accelerator or its memory that breaks for good, or a network card, stops its tray until the tray is swapped; one that
    /// must be reset, and a host, for the reset. Which faults are for good is one share for chips and memory alike: the swapped
    /// over all of the record. Software stops no accelerator. Every one of them stops the job. Power supplies and pumps are
    /// groups that run on with spares; a group that fails stops its rack, or all racks of the cooling unit. A leak stops its
    /// tray, and the rack while it is repaired.
    ///
    /// # Validity
    /// The record is of air-cooled hosts. Power supplies and pumps are swapped while the others run.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn classes(&self, facts: &Facts<'_>) -> Result<Vec<ComponentClass>, FactError> {
        let rates = FieldRates::from_facts(facts)?;
        let swap = Repair::from_facts(facts, Event::Hard(RepairUnit::Tray))?;
        let reset = Repair::from_facts(facts, Event::Reset)?;
        let class = |name: &str, failure_rate, repair| ComponentClass {
            name: name.to_owned(),
            count: self.accelerators,
            failure_rate,
            repair,
            stopped_while_faulty: self.per_tray,
            stopped_in_repair: self.per_tray,
            job_stop_share: Ratio::new(1.0),
            redundancy: Redundancy::NONE,
        };
        let memory = rates.memory_share.value();
        let [hard, again] = [rates.accelerator_hard, rates.accelerator_recoverable];
        let software = Repair { requalify: Time::ZERO, ..reset };
        let nothing = Count::from_si(0.0);
        let mut classes = vec![
            class("accelerator chip, swapped", hard * (1.0 - memory), swap),
            class("accelerator chip, reset", again * (1.0 - memory), reset),
            class("accelerator memory, swapped", hard * memory, swap),
            class("accelerator memory, reset", again * memory, reset),
            class("host", rates.host, reset),
            class("network card", rates.nic, swap),
            ComponentClass {
                stopped_while_faulty: nothing,
                stopped_in_repair: nothing,
                ..class("software", rates.software, software)
            },
        ];
        let Some(racks) = self.racks else { return Ok(classes) };
        let RackFacts { power_supply, supplies, leak, pump, pumps, racks_per_unit } =
            RackFacts::from_facts(facts)?;
        // A cluster of less than a rack has one.
        let per_rack = racks.accelerators.min(self.accelerators);
        let number = Count::from_si((self.accelerators / per_rack).ceil().max(1.0));
        let of_supply = Repair::from_facts(facts, Event::Hard(RepairUnit::PowerSupply))?;
        classes.push(ComponentClass {
            count: number,
            stopped_while_faulty: per_rack,
            stopped_in_repair: nothing,
            redundancy: supplies,
            ..class("power supply", power_supply, of_supply)
        });
        if !racks.liquid {
            return Ok(classes);
        }
        let of_unit = (per_rack * racks_per_unit).min(self.accelerators);
        let units = (number.value() / racks_per_unit).ceil().max(1.0);
        let of_pump = Repair::from_facts(facts, Event::Hard(RepairUnit::Pump))?;
        classes.push(ComponentClass {
            count: number,
            stopped_while_faulty: self.per_tray,
            stopped_in_repair: per_rack,
            ..class("coolant leak", leak, swap)
        });
        classes.push(ComponentClass {
            count: Count::from_si(units),
            stopped_while_faulty: of_unit,
            stopped_in_repair: nothing,
            redundancy: pumps,
            ..class("coolant pump", pump, of_pump)
        });
        Ok(classes)
    }
}
