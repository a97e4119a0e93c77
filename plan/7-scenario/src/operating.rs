//! How a cluster is kept running: what a scenario says of repair, stores and checkpoints in the place of the catalog.

use crate::schema::Scenario;
use lightloom_evidence::{FactError, Facts};
use lightloom_operations::goodput::{Goodput, Interruption, goodput, goodput_at};
use lightloom_operations::{ComponentClass, Event, OperationsError, RepairUnit, Store};
use lightloom_units::{Ratio, Time};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::StrDeserializer;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How the cluster is kept running. What is left out is the catalog's (`repair.*`, `goodput.*`, `spares.*`).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Operations {
    /// Technicians who work at once; left out, as many as there is work for.
    #[serde(default)]
    pub technicians: Option<u64>,
    /// Until a fault is noticed and located.
    #[serde(default)]
    pub detect: Option<Time>,
    /// Until hands arrive at a fault that needs them. A part that is not kept on site must be delivered first.
    #[serde(default)]
    pub response: Option<Time>,
    /// Domains that the job leaves free and takes when it loses one (hot spares); left out, those that it leaves, or where it
    /// wants all, as few as let it have its domains with the probability of `spares.level` under the baseline, but one in eight
    /// at most.
    #[serde(default)]
    pub spare_domains: Option<u64>,
    /// Nodes (hosts) of a domain that the job needs: 16 of 18 leave two as spares within; left out, all.
    #[serde(default)]
    pub nodes_needed: Option<u64>,
    /// Work between two checkpoints: a time, or `daly`, which is what loses least; left out, `daly`.
    #[serde(default)]
    pub checkpoint_interval: Option<CheckpointInterval>,
    /// Time that the job stands still for a checkpoint.
    #[serde(default)]
    pub checkpoint: Option<Time>,
    /// From having its domains until the job runs again, the work since its checkpoint not counted.
    #[serde(default)]
    pub restart: Option<Time>,
    /// Parts that are kept on site.
    #[serde(default)]
    pub spares: Spares,
}

/// Parts that are kept on site: so many of a repair unit, or as many as a service level needs. A unit that the catalog has
/// delivered (`repair.box.delivery`) is kept only where a number of it is given.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spares {
    /// Probability that a part is there when it is needed, for units without a number; left out, the catalog's.
    #[serde(default)]
    pub level: Option<Ratio>,
    /// From ordering a part to having it; left out, the catalog's.
    #[serde(default)]
    pub resupply: Option<Time>,
    /// Cables with their plugs.
    #[serde(default)]
    pub cable: Option<u64>,
    /// Pluggable modules.
    #[serde(default)]
    pub module: Option<u64>,
    /// External laser modules.
    #[serde(default)]
    pub laser_module: Option<u64>,
    /// Socketed engines.
    #[serde(default)]
    pub engine: Option<u64>,
    /// Compute trays.
    #[serde(default)]
    pub tray: Option<u64>,
    /// Switch boxes.
    #[serde(default, rename = "box")]
    pub boxes: Option<u64>,
    /// Rack backplanes.
    #[serde(default)]
    pub rack: Option<u64>,
    /// Power supplies of racks.
    #[serde(default)]
    pub power_supply: Option<u64>,
    /// Pumps of cooling units.
    #[serde(default)]
    pub pump: Option<u64>,
}

impl Spares {
    /// The number that is given of a unit.
    #[must_use]
    pub const fn of(&self, unit: RepairUnit) -> Option<u64> {
        match unit {
            RepairUnit::Cable => self.cable,
            RepairUnit::Module => self.module,
            RepairUnit::LaserModule => self.laser_module,
            RepairUnit::Engine => self.engine,
            RepairUnit::Tray => self.tray,
            RepairUnit::Box => self.boxes,
            RepairUnit::Rack => self.rack,
            RepairUnit::PowerSupply => self.power_supply,
            RepairUnit::Pump => self.pump,
        }
    }
}

/// Work between two checkpoints.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CheckpointInterval {
    /// What loses least.
    Daly,
    /// So much.
    Every(Time),
}

struct TimeOrDaly;

impl Visitor<'_> for TimeOrDaly {
    type Value = CheckpointInterval;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a time such as \"20 min\", or \"daly\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.trim() == "daly" {
            return Ok(CheckpointInterval::Daly);
        }
        Time::deserialize(StrDeserializer::new(text))
            .map(CheckpointInterval::Every)
            // Its hint ends with the units: here a word is another choice.
            .map_err(|e: E| E::custom(format!("{e}; or \"daly\"")))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        self.visit_str(&number.to_string())
    }
}

impl<'de> Deserialize<'de> for CheckpointInterval {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TimeOrDaly)
    }
}

impl Serialize for CheckpointInterval {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Daly => serializer.serialize_str("daly"),
            Self::Every(time) => time.serialize(serializer),
        }
    }
}

impl JsonSchema for CheckpointInterval {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CheckpointInterval".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let time = generator.subschema_for::<Time>();
        json_schema!({
            "description": "A time, or what loses least.",
            "anyOf": [time, { "const": "daly" }]
        })
    }
}

impl Operations {
    /// Work between checkpoints, where a time is given.
    #[must_use]
    pub const fn every(&self) -> Option<Time> {
        match self.checkpoint_interval {
            Some(CheckpointInterval::Every(time)) => Some(time),
            Some(CheckpointInterval::Daly) | None => None,
        }
    }

    /// How long units that have no number are kept for, and how surely.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn store(&self, facts: &Facts<'_>) -> Result<Store, FactError> {
        let usual = Store::from_facts(facts)?;
        Ok(Store {
            resupply: self.spares.resupply.unwrap_or(usual.resupply),
            level: self.spares.level.unwrap_or(usual.level),
        })
    }

    /// What an interruption costs the job.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn interruption(&self, facts: &Facts<'_>) -> Result<Interruption, FactError> {
        let usual = Interruption::from_facts(facts)?;
        Ok(Interruption {
            checkpoint: self.checkpoint.unwrap_or(usual.checkpoint),
            restart: self.restart.unwrap_or(usual.restart),
        })
    }

    /// Productive share of a job that is interrupted so often.
    ///
    /// # Model
    /// [`goodput()`] at Daly's interval, [`goodput_at`] the one that is given in its place.
    ///
    /// # Errors
    /// As [`goodput_at`].
    pub fn goodput(&self, cost: Interruption, mtti: Time) -> Result<Goodput, OperationsError> {
        match self.every() {
            Some(interval) => goodput_at(cost, mtti, interval),
            None => goodput(cost, mtti),
        }
    }

    /// Whether a unit lies on a shelf of the site: those that the catalog has delivered only where a number is given.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn on_site(&self, facts: &Facts<'_>, unit: RepairUnit) -> Result<bool, FactError> {
        Ok(self.spares.of(unit).is_some_and(|n| n > 0) || delivery(facts, unit)?.is_none())
    }
}

fn delivery(facts: &Facts<'_>, unit: RepairUnit) -> Result<Option<Time>, FactError> {
    facts.find(&format!("repair.{}.delivery", unit.name()))
}

/// Puts the times that a scenario gives into what fails.
///
/// # Errors
/// [`FactError`].
pub(crate) fn keep(
    scenario: &Scenario,
    facts: &Facts<'_>,
    classes: &mut [ComponentClass],
) -> Result<(), FactError> {
    let given = &scenario.operations;
    if *given == Operations::default() {
        return Ok(());
    }
    let usual: Time = facts.get("repair.technician")?;
    let response = given.response.unwrap_or(usual);
    for class in classes {
        let repair = &mut class.repair;
        match repair.event {
            // Passes by itself: its length is not for an operator to say.
            Event::Flap => continue,
            Event::Reset => {}
            Event::Reseat => repair.wait = response,
            Event::Hard(unit) => {
                let delivered = match delivery(facts, unit)? {
                    Some(time) if !given.on_site(facts, unit)? => time,
                    _ => Time::ZERO,
                };
                repair.wait = response.max(delivered);
            }
        }
        repair.detect = given.detect.unwrap_or(repair.detect);
    }
    Ok(())
}
