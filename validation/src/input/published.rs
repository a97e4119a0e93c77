//! Figures that follow from published inputs by one formula: whether sources agree with themselves, and with ours.

use lightloom_units::{
    FailureRate, Frequency, Money, MoneyPerEnergy, MoneyPerTime, Power, Ratio, Time,
};
use serde::Deserialize;

/// A formula and its inputs, by `figure`. Every figure has one unit.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "figure", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Published {
    /// `FIT`: upper confidence bound of a failure rate.
    FailureBound {
        /// Failures seen.
        failures: f64,
        /// Devices times hours.
        device_time: Time,
        /// Confidence.
        confidence: f64,
    },
    /// `h`: mean life from a device-time and failures.
    MeanLife {
        /// Failures seen.
        failures: f64,
        /// Devices times hours.
        device_time: Time,
    },
    /// `h`: ports of some boxes times their time.
    DeviceTime {
        /// Boxes.
        boxes: f64,
        /// Ports of a box.
        ports: f64,
        /// Time of each.
        time: Time,
    },
    /// `endpoints` of a full fat tree.
    Endpoints {
        /// Ports of a switch.
        radix: u64,
        /// Layers.
        layers: u32,
    },
    /// `%` of assemblies in which each of so many joints, or engines, is good; spare ones may be bad.
    AllGood {
        /// Probability that one is good.
        each: f64,
        /// How many there are.
        installed: u64,
        /// How many must be good; all where it is left out.
        #[serde(default)]
        needed: Option<u64>,
    },
    /// `h` between the interruptions of a job, from the failure rate of its nodes.
    JobInterval {
        /// Failures of a node.
        node: FailureRate,
        /// Accelerators of the job.
        accelerators: f64,
        /// Accelerators of a node.
        per_node: f64,
    },
    /// `h` between events.
    Interval {
        /// Events seen.
        events: f64,
        /// In which time.
        time: Time,
    },
    /// `%/yr` of items.
    AnnualRate {
        /// Events seen.
        events: f64,
        /// Among so many items.
        items: f64,
        /// In which time.
        time: Time,
    },
    /// `kW` of parts, of all or of a rack.
    PartsPower {
        /// How many of each kind.
        counts: Vec<f64>,
        /// Power of one of each kind.
        each: Vec<Power>,
        /// Racks over which they are spread; one where it is left out.
        #[serde(default)]
        racks: Option<f64>,
        /// Share that remains; all where it is left out.
        #[serde(default)]
        remains: Option<f64>,
    },
    /// `%` that a saving in a part is of the whole: power.
    SavingOfWhole {
        /// Saving in the part.
        saving: Ratio,
        /// The part's share of the whole.
        share: Ratio,
    },
    /// `%` that a saving in the network is of a cluster, by the budgets of the facts `reference.cluster.*`.
    ClusterSaving {
        /// Layers of the network that saves: `two_layer`, `three_layer`.
        layers: String,
        /// Layers of the budget that it is a saving of.
        budget: String,
    },
    /// `USD` to the buyer, from cost and the vendor's gross margin.
    Price {
        /// Cost.
        cost: Money,
        /// Gross margin.
        margin: Ratio,
    },
    /// `W` at the facility's meter.
    FacilityPower {
        /// Power of the machines behind their supplies.
        power: Power,
        /// Efficiency of the supplies.
        supply: f64,
        /// Facility power over IT power.
        pue: Ratio,
    },
    /// `USD/yr` of electricity.
    YearlyEnergy {
        /// Power at the meter.
        power: Power,
        /// Share of the time.
        load: Ratio,
        /// Price.
        electricity: MoneyPerEnergy,
    },
    /// `USD` for a million tokens.
    MillionTokens {
        /// An accelerator-hour.
        hour: MoneyPerTime,
        /// Tokens of an accelerator.
        tokens: Frequency,
    },
    /// `min` between the failures of many like items.
    FleetInterval {
        /// Items.
        items: f64,
        /// Mean life of one.
        life: Time,
    },
    /// `x`: decibels as a ratio of powers.
    PowerRatio {
        /// Decibels.
        decibels: f64,
    },
}

impl Published {
    /// Its unit.
    pub(crate) const fn unit(&self) -> &'static str {
        match self {
            Self::FailureBound { .. } => "FIT",
            Self::MeanLife { .. }
            | Self::DeviceTime { .. }
            | Self::JobInterval { .. }
            | Self::Interval { .. } => "h",
            Self::Endpoints { .. } => "endpoints",
            Self::AllGood { .. } | Self::SavingOfWhole { .. } | Self::ClusterSaving { .. } => "%",
            Self::AnnualRate { .. } => "%/yr",
            Self::PartsPower { .. } => "kW",
            Self::Price { .. } | Self::MillionTokens { .. } => "USD",
            Self::FacilityPower { .. } => "W",
            Self::YearlyEnergy { .. } => "USD/yr",
            Self::FleetInterval { .. } => "min",
            Self::PowerRatio { .. } => "x",
        }
    }
}
