//! What can be wrong with a fabric that somebody asks for.

use lightloom_units::{BitRate, Length};

/// A fabric cannot be built or billed as asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FabricError {
    /// A number that must be at least one is zero.
    #[error("{what} is zero")]
    Zero {
        /// The number.
        what: &'static str,
    },
    /// A quantity is zero, negative or not finite where it must be positive.
    #[error("{what} is {value}, it must be a positive finite number")]
    NotPositive {
        /// The quantity.
        what: &'static str,
        /// Its value in SI units.
        value: f64,
    },
    /// A quantity is negative or not finite where it must be zero or more.
    #[error("{what} is {value}, it must be a finite number and not negative")]
    Negative {
        /// The quantity.
        what: String,
        /// Its value in SI units.
        value: f64,
    },
    /// A length beyond any building.
    #[error("{what} is {value}, more than {most}")]
    TooLong {
        /// The length.
        what: &'static str,
        /// Its value.
        value: Length,
        /// The limit.
        most: Length,
    },
    /// Something does not divide into equal parts.
    #[error("{whole} {things} do not divide into parts of {part} ({part_name})")]
    DoesNotDivide {
        /// How many there are.
        whole: u64,
        /// Of what.
        things: &'static str,
        /// Size of a part.
        part: u64,
        /// What a part is.
        part_name: &'static str,
    },
    /// A single tier of switches cannot reach every accelerator of the domain.
    #[error(
        "one tier of switches with {radix} ports cannot join a domain of {domain} accelerators with {links} links each"
    )]
    DomainTooLarge {
        /// Accelerators in the domain.
        domain: u64,
        /// Links of one accelerator.
        links: u64,
        /// Ports of one switch chip.
        radix: u64,
    },
    /// A topology has another size than the scenario says.
    #[error("{given} {what} were asked for, a `{topology}` of these parameters has {needed}")]
    OtherTopology {
        /// What is counted.
        what: &'static str,
        /// Name of the topology.
        topology: &'static str,
        /// What was asked for.
        given: u64,
        /// What it has.
        needed: u64,
    },
    /// Links of different rates that do not make up the bandwidth asked for.
    #[error("the links of an accelerator carry {carried} together, {asked} were asked for")]
    OtherBandwidth {
        /// What they carry, one direction.
        carried: BitRate,
        /// What was asked for.
        asked: BitRate,
    },
    /// A topology whose endpoints cannot be interfaces.
    #[error("a `{topology}` is no network of interfaces and switches that a cluster may have")]
    NoNetwork {
        /// Name of the topology.
        topology: &'static str,
        /// What to give in its place.
        instead: &'static str,
    },
    /// The parameters do not describe a network of this kind.
    #[error("{what} is {found}, it must be {needed}")]
    NotOfThisKind {
        /// Parameters.
        what: &'static str,
        /// What they are.
        found: String,
        /// What they must be.
        needed: &'static str,
    },
    /// A switch has fewer ports than its place needs.
    #[error("{place} needs {needed} ports, the switch has {radix}")]
    RadixTooSmall {
        /// The place in the network.
        place: &'static str,
        /// Ports needed.
        needed: u64,
        /// Ports there.
        radix: u64,
    },
    /// Too few switches: a link of an accelerator has no switch, or a switch too few ports.
    #[error("{given} first-tier switches were asked for, {needed}")]
    SwitchCount {
        /// Switches asked for.
        given: u64,
        /// What is needed instead, in words.
        needed: String,
    },
    /// A Clos network of so many layers has too few ports.
    #[error(
        "{endpoints} endpoints do not fit {layers} layer(s) of switches with {radix} ports of their rate"
    )]
    TooManyEndpoints {
        /// Endpoints of one plane.
        endpoints: u64,
        /// Layers of switches.
        layers: u64,
        /// Ports of one switch.
        radix: u64,
    },
    /// A row of the hall has no room for accelerator racks beside its leaf racks.
    #[error("a row of {racks_per_row} racks has no room beside {leaf_racks} leaf rack(s)")]
    RowTooShort {
        /// Racks in a row.
        racks_per_row: u64,
        /// Leaf racks that the row would need.
        leaf_racks: u64,
    },
    /// More than can be counted or placed.
    #[error("{what}: {count} are more than the {most} that can be handled")]
    TooLarge {
        /// What.
        what: &'static str,
        /// How many, saturating.
        count: u64,
        /// The limit.
        most: u64,
    },
    /// A bill needs one technology for each link class.
    #[error("{choices} technologies were given for {classes} link classes")]
    Choices {
        /// Link classes of the fabric.
        classes: usize,
        /// Choices given.
        choices: usize,
    },
    /// A technology was chosen for links of another rate.
    #[error(
        "`{class}` runs at {needed} per link and direction, `{technology}` was given for {given}"
    )]
    OtherRate {
        /// Link class.
        class: String,
        /// Its rate.
        needed: BitRate,
        /// The technology.
        technology: String,
        /// Rate of the technology's link.
        given: BitRate,
    },
}

impl FabricError {
    /// What to change.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Zero { .. } => "give at least 1".to_owned(),
            Self::NotPositive { .. } => "give a value above zero".to_owned(),
            Self::OtherTopology { needed, .. } => {
                format!("give {needed}, or other parameters of the topology")
            }
            Self::OtherBandwidth { carried, .. } => {
                format!("ask for {carried}, or give other rates")
            }
            Self::NoNetwork { instead, .. } => format!("give {instead}"),
            Self::TooLong { most, .. } => format!("stay below {most}"),
            Self::Negative { .. } => "give zero or more".to_owned(),
            Self::DoesNotDivide { whole, part, .. } => {
                let below = whole / part * part;
                let above = below.saturating_add(*part);
                if below == 0 {
                    format!("give a multiple of {part}, such as {above}")
                } else {
                    format!("give a multiple of {part}, such as {below} or {above}")
                }
            }
            Self::DomainTooLarge { domain, .. } => format!(
                "use switches with at least {domain} ports, split the links into slower ones, or use two tiers"
            ),
            Self::RadixTooSmall { needed, .. } => format!(
                "use a switch with at least {needed} ports, slower ports, smaller or fewer groups, or a lower uplink ratio"
            ),
            Self::SwitchCount { .. } => "leave the switch count out to get the fewest".to_owned(),
            Self::TooManyEndpoints { layers, .. } if *layers < crate::clos::MOST_LAYERS => {
                "allow more layers, a larger radix or more planes of slower ports".to_owned()
            }
            Self::TooManyEndpoints { .. } => {
                "use a larger radix or more planes of slower ports".to_owned()
            }
            Self::RowTooShort { .. } => {
                "make rows longer, or put more switches into a network rack".to_owned()
            }
            Self::TooLarge { most, .. } => format!("stay below {most}"),
            Self::NotOfThisKind { needed, .. } if needed.starts_with("no longer") => {
                "leave out the last ones".to_owned()
            }
            Self::NotOfThisKind { needed, .. } => format!("give {needed}"),
            Self::Choices { classes, .. } => {
                format!("give {classes} choices, in the order of the fabric's link classes")
            }
            Self::OtherRate { needed, .. } => format!("evaluate the technology at {needed}"),
        }
    }
}

/// `value`, or an error when it is zero.
pub(crate) fn at_least_one(what: &'static str, value: u64) -> Result<u64, FabricError> {
    if value == 0 { Err(FabricError::Zero { what }) } else { Ok(value) }
}

/// Most ports of one switch: beyond any product, and few enough to search.
const MOST_PORTS: u64 = 1 << 20;

/// The ports of a switch, or an error when they are none or too many.
pub(crate) fn ports(radix: u64) -> Result<u64, FabricError> {
    at_least_one("the radix of a switch", radix)?;
    if radix <= MOST_PORTS {
        Ok(radix)
    } else {
        let what = "ports of a switch";
        Err(FabricError::TooLarge { what, count: radix, most: MOST_PORTS })
    }
}

/// `value`, or an error when it is not a positive finite number.
pub(crate) fn positive(what: &'static str, value: f64) -> Result<f64, FabricError> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(FabricError::NotPositive { what, value })
    }
}

/// `value`, or an error when it is negative or not finite; `what` names it.
pub(crate) fn not_negative(what: impl FnOnce() -> String, value: f64) -> Result<f64, FabricError> {
    if value.is_finite() && value >= 0.0 {
        Ok(value)
    } else {
        Err(FabricError::Negative { what: what(), value })
    }
}

/// Largest count that any product may reach: exact as `f64`, so that counts and quantities agree.
const MOST: u64 = 1 << 53;

/// The product of counts, or an error when it is beyond what can be counted.
pub(crate) fn product(what: &'static str, factors: &[u64]) -> Result<u64, FabricError> {
    let count = factors.iter().fold(1, |a: u64, b| a.saturating_mul(*b));
    if count <= MOST { Ok(count) } else { Err(FabricError::TooLarge { what, count, most: MOST }) }
}

/// `whole / part`, or an error when it leaves a rest.
pub(crate) fn divide(
    whole: u64,
    things: &'static str,
    part: u64,
    part_name: &'static str,
) -> Result<u64, FabricError> {
    at_least_one(part_name, part)?;
    if whole.is_multiple_of(part) {
        Ok(whole / part)
    } else {
        Err(FabricError::DoesNotDivide { whole, things, part, part_name })
    }
}
