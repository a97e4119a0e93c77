//! Repair: what is swapped, how long it takes, and how many ports it takes down.

use crate::error::{OperationsError, not_negative};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Count, Time};
use serde::{Deserialize, Serialize};

/// What is swapped when something fails hard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RepairUnit {
    /// A cable with its plugs.
    Cable,
    /// A pluggable module in a front panel.
    Module,
    /// An external laser module in a front panel.
    LaserModule,
    /// An engine in a socket: the box must be opened.
    Engine,
    /// A compute tray with its accelerators.
    Tray,
    /// A whole switch box.
    Box,
    /// A rack: its backplane.
    Rack,
    /// A power supply in a rack's shelf.
    PowerSupply,
    /// A pump of a cooling unit.
    Pump,
}

impl RepairUnit {
    /// All units: those of links and boxes, smallest first, then those of racks.
    pub const ALL: [Self; 9] = [
        Self::Cable,
        Self::Module,
        Self::LaserModule,
        Self::Engine,
        Self::Tray,
        Self::Box,
        Self::Rack,
        Self::PowerSupply,
        Self::Pump,
    ];

    /// The name as in the catalog's ids.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cable => "cable",
            Self::Module => "module",
            Self::LaserModule => "laser_module",
            Self::Engine => "engine",
            Self::Tray => "tray",
            Self::Box => "box",
            Self::Rack => "rack",
            Self::PowerSupply => "power_supply",
            Self::Pump => "pump",
        }
    }

    /// Ports lost while the fault lasts and while it is repaired.
    ///
    /// # Model
    /// A fault takes the ports behind the failed part. Cable and modules are swapped with the box running; an
    /// engine or a box takes all ports of the box with it.
    ///
    /// # Example
    /// ```
    /// use lightloom_operations::{Blast, RepairUnit};
    /// use lightloom_units::{Count, Quantity};
    /// // Meta's 51.2T switch: a 6.4T engine serves 8 ports of 800G; its repair takes all 64.
    /// let (engine, all) = (Count::from_si(8.0), Count::from_si(64.0));
    /// assert_eq!(RepairUnit::Box.blast(engine, all), Blast { faulty: engine, in_repair: all });
    /// ```
    #[must_use]
    pub fn blast(self, ports_behind_the_fault: Count, ports_of_the_box: Count) -> Blast {
        let in_repair = match self {
            Self::Cable | Self::Module | Self::LaserModule | Self::PowerSupply | Self::Pump => {
                ports_behind_the_fault
            }
            Self::Engine | Self::Tray | Self::Box | Self::Rack => ports_of_the_box,
        };
        Blast { faulty: ports_behind_the_fault, in_repair }
    }
}

impl std::fmt::Display for RepairUnit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::LaserModule => "laser module",
            Self::PowerSupply => "power supply",
            other => other.name(),
        })
    }
}

/// Ports lost by one failure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blast {
    /// While the fault lasts: from its start until repair begins.
    pub faulty: Count,
    /// While it is repaired.
    pub in_repair: Count,
}

/// What kind of event stops a link or a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// Gone for seconds, back by itself.
    Flap,
    /// Cured by a reset or restart from a distance.
    Reset,
    /// Cured by cleaning or reseating a connector.
    Reseat,
    /// Something is swapped.
    Hard(RepairUnit),
}

/// How long an event lasts, from its start to full service.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// The kind of event.
    pub event: Event,
    /// Until it is noticed and located.
    pub detect: Time,
    /// Until hands (or a reset) arrive, with the part.
    pub wait: Time,
    /// Work on the machine; labour.
    pub hands_on: Time,
    /// Tests until it is in service again.
    pub requalify: Time,
}

impl Repair {
    /// Times from the catalog: `repair.*`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>, event: Event) -> Result<Self, FactError> {
        let unit = match event {
            Event::Flap => {
                let detect = facts.get("repair.flap.duration")?;
                let zero = Time::ZERO;
                return Ok(Self { event, detect, wait: zero, hands_on: zero, requalify: zero });
            }
            Event::Reset => {
                return Ok(Self {
                    event,
                    detect: facts.get("repair.detect")?,
                    wait: facts.get("repair.reset.duration")?,
                    hands_on: Time::ZERO,
                    requalify: facts.get("repair.tray.requalify")?,
                });
            }
            Event::Reseat => "reseat",
            Event::Hard(unit) => unit.name(),
        };
        // A part that is not kept on site must be delivered first.
        let delivery = facts.find(&format!("repair.{unit}.delivery"))?.unwrap_or(Time::ZERO);
        Ok(Self {
            event,
            detect: facts.get("repair.detect")?,
            wait: delivery.max(facts.get("repair.technician")?),
            hands_on: facts.get(&format!("repair.{unit}.hands_on"))?,
            requalify: facts.get(&format!("repair.{unit}.requalify"))?,
        })
    }

    /// From the fault until repair begins.
    #[must_use]
    pub fn faulty(&self) -> Time {
        self.detect + self.wait
    }

    /// From the start of the repair until full service.
    #[must_use]
    pub fn in_repair(&self) -> Time {
        self.hands_on + self.requalify
    }

    /// From the fault until full service (MTTR).
    #[must_use]
    pub fn total(&self) -> Time {
        self.faulty() + self.in_repair()
    }

    pub(crate) fn check(&self) -> Result<(), OperationsError> {
        for (what, time) in [
            ("the detection time", self.detect),
            ("the waiting time", self.wait),
            ("the hands-on time", self.hands_on),
            ("the requalification time", self.requalify),
        ] {
            not_negative(what, time)?;
        }
        Ok(())
    }
}
