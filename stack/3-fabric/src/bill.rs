//! From a technology for each link class to the bill of materials.

use crate::error::{FabricError, not_negative};
use crate::fabric::{Fabric, Tier};
use crate::link_class::{End, LinkClass};
use crate::{Accelerator, Inlet, NicPart, RackPart, SwitchPart};
use lightloom_units::{
    Area, BitRate, Count, DelayPerLength, EnergyPerBit, FailureRate, Length, Mass, Money, Power,
    Ratio, Time,
};
use serde::Serialize;

/// What the fabric needs to know of one link: the floors below give it, or a person types it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinkSummary {
    /// Rate, one direction; that of the link class.
    pub rate: BitRate,
    /// SerDes in the two chips, transmitter in one and receiver in the other, per bit of one direction.
    /// Nothing in modules, engines or active cable ends.
    pub serdes_energy: EnergyPerBit,
    /// Module, engine or active cable end at the lower and at the upper end of the class: both directions,
    /// with its share of lasers, at its own supply. Zero for passive copper.
    pub optics_power_per_end: [Power; 2],
    /// One way from chip to chip: SerDes, error correction, modules. Without propagation.
    pub latency: Time,
    /// Propagation.
    pub delay_per_m: DelayPerLength,
    /// Both ends with connectors, to the buyer, without cable.
    pub cost_per_link: Money,
    /// One metre of cable, to the buyer.
    pub cost_per_m: Money,
    /// Fibres, both directions; zero for copper.
    pub fibres: Count,
    /// Lasers, both directions; a shared one counts by its share.
    pub lasers: Count,
    /// Hard failures of both ends and the cable.
    pub failure_rate: FailureRate,
    /// Mass of one metre of cable.
    pub cable_mass_per_m: Mass,
    /// Outer diameter of the link's cable.
    pub cable_diameter: Length,
}

impl LinkSummary {
    /// A link of nothing: it takes no power, costs nothing, and has neither fibre nor mass. What a fabric takes beside its links is
    /// what it takes with these.
    #[must_use]
    pub const fn nothing(rate: BitRate) -> Self {
        Self {
            rate,
            serdes_energy: EnergyPerBit::ZERO,
            optics_power_per_end: [Power::ZERO; 2],
            latency: Time::ZERO,
            delay_per_m: DelayPerLength::ZERO,
            cost_per_link: Money::ZERO,
            cost_per_m: Money::ZERO,
            fibres: Count::ZERO,
            lasers: Count::ZERO,
            failure_rate: FailureRate::ZERO,
            cable_mass_per_m: Mass::ZERO,
            cable_diameter: Length::ZERO,
        }
    }
}

/// The technology chosen for a link class.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Choice {
    /// Its name.
    pub technology: String,
    /// Longest link that it closes.
    pub reach: Length,
    /// One link of it.
    pub per_link: LinkSummary,
}

/// Parts of the fabric beside its links.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parts {
    /// The accelerator.
    pub accelerator: Accelerator,
    /// Scale-up switch chip, all tiers.
    pub scale_up_switch: SwitchPart,
    /// Scale-out switch, all layers.
    pub scale_out_switch: SwitchPart,
    /// Front-end switch, all layers; unused without a front end.
    pub front_end_switch: SwitchPart,
    /// Scale-out network interface.
    pub scale_out_nic: NicPart,
    /// Front-end network interface; unused without a front end.
    pub front_end_nic: NicPart,
    /// Power conversion.
    pub inlet: Inlet,
    /// Racks of accelerators.
    pub accelerator_rack: RackPart,
    /// Racks of switches.
    pub network_rack: RackPart,
}

impl Parts {
    /// The switch of a tier.
    #[must_use]
    pub const fn switch(&self, tier: Tier) -> &SwitchPart {
        match tier {
            Tier::ScaleUp => &self.scale_up_switch,
            Tier::ScaleOut => &self.scale_out_switch,
            Tier::FrontEnd => &self.front_end_switch,
        }
    }

    /// The interface of a tier; scale-up has none.
    #[must_use]
    pub const fn nic(&self, tier: Tier) -> Option<&NicPart> {
        match tier {
            Tier::ScaleUp => None,
            Tier::ScaleOut => Some(&self.scale_out_nic),
            Tier::FrontEnd => Some(&self.front_end_nic),
        }
    }
}

/// One line of the bill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BillLine {
    /// Tier that it belongs to.
    pub tier: Tier,
    /// What: `scale-out nic-leaf: retimed pluggable`, `scale-out leaf switch`.
    pub item: String,
    /// How many.
    pub count: u64,
    /// Price of one to the buyer; a link with cable of mean length.
    pub unit_price: Money,
    /// Price of all.
    pub total: Money,
}

/// Bill of materials of the network: links, switches, interfaces. Accelerators and hosts are not in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bill {
    /// Lines, in the order of the fabric's link classes, switch groups, interfaces.
    pub lines: Vec<BillLine>,
    /// Sum of the lines.
    pub total: Money,
    /// Cable of all links.
    pub cable_length: Length,
    /// Mass of that cable.
    pub cable_mass: Mass,
    /// Fibres of all links.
    pub fibres: Count,
    /// Lasers of all links.
    pub lasers: Count,
    /// Hard failures of all links.
    pub link_failure_rate: FailureRate,
    /// Cross-section of the cables that start in one accelerator rack, packed in squares; mean over racks.
    pub bundle_area_per_accelerator_rack: Area,
    /// For each link class, the share of its links within the reach of its technology.
    pub served: Vec<Ratio>,
}

/// Checks that there is one sensible choice for each class.
pub(crate) fn check(fabric: &Fabric, choices: &[Choice]) -> Result<(), FabricError> {
    let (classes, given) = (fabric.link_classes.len(), choices.len());
    if classes != given {
        return Err(FabricError::Choices { classes, choices: given });
    }
    for (class, choice) in fabric.link_classes.iter().zip(choices) {
        let link = &choice.per_link;
        if ((link.rate / class.rate) - 1.0).abs() > 1e-6 || !link.rate.as_gbps().is_finite() {
            return Err(FabricError::OtherRate {
                class: class.name.clone(),
                needed: class.rate,
                technology: choice.technology.clone(),
                given: link.rate,
            });
        }
        for (what, value) in [
            ("SerDes energy", link.serdes_energy.as_pj_per_bit()),
            ("optics power", link.optics_power_per_end[0].as_w()),
            ("optics power", link.optics_power_per_end[1].as_w()),
            ("latency", link.latency.as_ns()),
            ("delay per length", (link.delay_per_m * Length::m(1.0)).as_ns()),
            ("cost of a link", link.cost_per_link.as_usd()),
            ("cost of a metre", link.cost_per_m.as_usd()),
            ("number of fibres", link.fibres.value()),
            ("number of lasers", link.lasers.value()),
            ("failure rate", link.failure_rate.as_fit()),
            ("cable mass", link.cable_mass_per_m.as_kg()),
            ("cable diameter", link.cable_diameter.as_m()),
            ("reach", choice.reach.as_m()),
        ] {
            not_negative(|| format!("the {what} of `{}`", choice.technology), value)?;
        }
    }
    Ok(())
}

/// Bills the fabric.
///
/// # Model
/// A link costs its two ends and its cable at the class's mean routed length. A cable's bundle takes the
/// square of its diameter; it starts in an accelerator rack when an end is an accelerator, an interface, or
/// a first-tier scale-up switch that stands there. What runs on a board is no cable.
///
/// # Validity
/// One technology for a class. Links beyond its reach are billed all the same, and `served` says how many
/// are within.
///
/// # Errors
/// [`FabricError`] when the choices are not one for each class, at its rate, finite and not negative.
pub fn bill(fabric: &Fabric, choices: &[Choice], parts: &Parts) -> Result<Bill, FabricError> {
    check(fabric, choices)?;
    let mut lines = Vec::new();
    let mut add = |tier: Tier, item: String, count: u64, unit_price: Money| {
        lines.push(BillLine { tier, item, count, unit_price, total: unit_price * count as f64 });
    };
    let mut cable_length = Length::ZERO;
    let mut cable_mass = Mass::ZERO;
    let mut fibres = Count::ZERO;
    let mut lasers = Count::ZERO;
    let mut failure_rate = FailureRate::ZERO;
    let mut bundle = Area::ZERO;
    for (class, choice) in fabric.link_classes.iter().zip(choices) {
        let (link, links) = (&choice.per_link, class.links as f64);
        let mean = class.lengths.mean;
        let unit_price = link.cost_per_link + link.cost_per_m * mean.as_m();
        add(class.tier, format!("{}: {}", class.name, choice.technology), class.links, unit_price);
        cable_length += mean * links;
        cable_mass += link.cable_mass_per_m * (mean.as_m() * links);
        fibres += link.fibres * links;
        lasers += link.lasers * links;
        failure_rate += link.failure_rate * links;
        if starts_in_accelerator_rack(class) {
            bundle += link.cable_diameter * link.cable_diameter * links;
        }
    }
    for group in &fabric.switch_groups {
        let item = format!("{} switch", group.name);
        add(group.tier, item, group.switches, parts.switch(group.tier).price);
    }
    for group in &fabric.nics {
        if let Some(nic) = parts.nic(group.tier) {
            add(group.tier, format!("{} interface", group.tier.name()), group.nics, nic.price);
        }
    }
    let served = |(class, choice): (&LinkClass, &Choice)| class.lengths.share_within(choice.reach);
    Ok(Bill {
        total: lines.iter().map(|line| line.total).sum(),
        lines,
        cable_length,
        cable_mass,
        fibres,
        lasers,
        link_failure_rate: failure_rate,
        bundle_area_per_accelerator_rack: bundle / fabric.accelerator_racks() as f64,
        served: fabric.link_classes.iter().zip(choices).map(served).collect(),
    })
}

fn starts_in_accelerator_rack(class: &LinkClass) -> bool {
    if class.on_board {
        return false;
    }
    match class.ends[0] {
        End::Accelerator | End::Nic => true,
        End::Switch(layer) => class.tier == Tier::ScaleUp && layer == 1,
    }
}
