//! The sheet of a technology or a product: everything that the package floor knows of it, as one document.

use super::{CheckRow, CrossSectionRow, Part};
use schemars::JsonSchema;
use serde::Serialize;

/// One technology or product, looked into. Schema `lightloom.package/1`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Sheet {
    /// Version of this document.
    pub schema: &'static str,
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// One sentence.
    pub about: String,
    /// `technology`, or what is sold: `module`, `engine`, `switch`, `laser module`, `cable`.
    pub kind: String,
    /// Family of the technology.
    pub family: String,
    /// What it was asked for.
    pub asked: AskedRow,
    /// What it is made of.
    pub makeup: MakeupRow,
    /// Whether a link of it closes, and with what.
    pub link: LinkRow,
    /// Power, by boundary.
    pub power: PackagePowerRow,
    /// Price of the link to the buyer, both ends and the cable.
    pub link_usd: f64,
    /// Light of a lane; absent for copper.
    pub light: Option<LightBudgetRow>,
    /// Its receiver's noise by bond; absent for copper and for receivers with an amplifier of their own.
    pub receiver: Option<ReceiverNoiseRow>,
    /// Lasers; absent for copper.
    pub lasers: Option<LaserRow>,
    /// The way of a lane through its end, and the far end where that differs.
    pub cross_sections: Vec<CrossSectionRow>,
    /// How densely it packs, and how far a package of today's size goes with it.
    pub space: SpaceRow,
    /// Temperatures with air and with liquid.
    pub heat: Vec<HeatRow>,
    /// How its module or engine is made; absent for copper.
    pub making: Option<MakingRow>,
    /// What fails and what is then done.
    pub service: Vec<ServiceRow>,
    /// Published figures of a product beside its own.
    pub published: Vec<CheckRow>,
}

/// What a sheet was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AskedRow {
    /// Payload of the port in one direction.
    pub rate_gbps: f64,
    /// Payload of an electrical lane.
    pub lane_gbps: f64,
    /// Modulation.
    pub modulation: String,
    /// Code.
    pub code: String,
    /// Length of the cable or fibre.
    pub length_m: f64,
    /// Process of host chips.
    pub host_node: String,
    /// Process of modules and engines.
    pub module_node: String,
    /// Payload of the box whose ports a repair may take.
    pub box_tbps: f64,
}

/// What a technology is made of.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MakeupRow {
    /// Where the conversion stands, or where the cable begins.
    pub site: String,
    /// At which ends it stands there: `switch`, `both ends`.
    pub placement: String,
    /// What stands at the other end of the link that was looked at, where that differs.
    pub partner: Option<String>,
    /// Interface of the host chip: `serial lanes`, `parallel bus`.
    pub interface: String,
    /// What decides the signal on its way: `nothing`, `the transmitted signal`, `both ways`.
    pub retimed: String,
    /// Cooling.
    pub cooling: String,
    /// Modulator or source of light.
    pub modulator: Option<String>,
    /// Where the lasers stand: `internal`, `external`.
    pub laser: Option<String>,
    /// Coupler.
    pub coupler: Option<String>,
    /// How fibres are aligned.
    pub alignment: Option<String>,
    /// Bond between electronic and photonic chip.
    pub bond: Option<String>,
    /// Wavelengths on a fibre.
    pub wavelengths: Option<u32>,
    /// Payload of an optical lane.
    pub optical_lane_gbps: Option<f64>,
    /// Payload of a module or engine.
    pub unit_gbps: Option<f64>,
    /// What is replaced when the conversion fails.
    pub repair_unit: String,
    /// What can be replaced in the field, the least first.
    pub replaceable: Vec<String>,
    /// Fibres of a port, both directions.
    pub fibres: f64,
    /// Gauge of copper.
    pub awg: Option<u8>,
}

/// Whether a link closes, and what its circuits must be.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LinkRow {
    /// Whether it closes at the length asked for.
    pub closes: bool,
    /// Why not.
    pub reason: Option<String>,
    /// Smallest margin.
    pub margin_db: f64,
    /// What limits it.
    pub limiter: String,
    /// Longest that closes, up to 2 km.
    pub reach_m: f64,
    /// Whether a module holds a DSP.
    pub module_dsp: bool,
    /// Receivers of the lane, one for each stretch between two points of decision.
    pub receivers: Vec<StretchReceiverRow>,
    /// Energy per bit in one direction by component, both ends.
    pub energy: Vec<Part>,
    /// From chip to chip.
    pub lane_pj_per_bit: f64,
    /// Module or engine with its laser.
    pub optics_pj_per_bit: f64,
    /// One-way latency by component.
    pub latency: Vec<Part>,
    /// Its sum.
    pub latency_ns: f64,
}

/// A stretch between two points of decision, and the receiver that closes it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StretchReceiverRow {
    /// `copper`, `light`, `die to die`.
    pub stretch: String,
    /// Loss of its copper at Nyquist.
    pub loss_db: f64,
    /// The cheapest class that closes it, or the one that comes nearest.
    pub class: Option<String>,
    /// Energy of a transceiver of that class at that loss.
    pub pj_per_bit: Option<f64>,
    /// Its margin.
    pub margin_db: Option<f64>,
}

/// Power of one port by boundary, both directions, and what a little energy makes of a rack.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PackagePowerRow {
    /// Optics of the switch end.
    pub optics_w: f64,
    /// Optics of the near end.
    pub near_optics_w: f64,
    /// Transceivers in the switch chip.
    pub host_w: f64,
    /// Optics of a box full of such ports.
    pub box_optics_w: f64,
    /// Optics and transceivers of such a box.
    pub box_interconnect_w: f64,
}

/// Light of one lane.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LightBudgetRow {
    /// Electrical power of the lane's share of its laser.
    pub wall_plug_mw: f64,
    /// Optical over electrical power of the laser.
    pub efficiency_percent: f64,
    /// Power of the laser, all its lanes.
    pub laser_dbm: f64,
    /// The most it has.
    pub laser_limit_dbm: f64,
    /// Stretches.
    pub stages: Vec<LightStageRow>,
    /// From the laser to the photodiode.
    pub loss_db: f64,
    /// Modulation amplitude that is launched.
    pub launched_oma_dbm: f64,
    /// Modulation amplitude that is received.
    pub received_oma_dbm: f64,
}

/// A stretch of the way of light.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LightStageRow {
    /// What takes it.
    pub name: String,
    /// What it takes.
    pub loss_db: f64,
    /// Mean power behind it.
    pub after_dbm: f64,
}

/// Noise of a receiver from the capacitance before its amplifier.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReceiverNoiseRow {
    /// With the technology's own bond.
    pub own: BondRow,
    /// With each bond.
    pub bonds: Vec<BondRow>,
}

/// A receiver with a bond between photodiode and amplifier.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BondRow {
    /// The bond.
    pub bond: String,
    /// Photodiode and bond.
    pub capacitance_ff: f64,
    /// Input-referred noise density.
    pub noise_pa_per_root_hz: f64,
    /// Light saved against C4 where this noise decides.
    pub gain_db: f64,
}

/// Lasers of a technology.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LaserRow {
    /// Lanes that one feeds.
    pub lanes_per_laser: f64,
    /// Lasers for 1.6 Tb/s in one direction.
    pub for_1600g: f64,
    /// Lasers of a box.
    pub of_box: f64,
    /// Laser modules of a box; absent where lasers stand in modules or engines.
    pub modules_of_box: Option<f64>,
    /// Failure rate of one.
    pub fit: f64,
    /// Probability that all of a box shine after five years, without repair.
    pub lit_percent: f64,
    /// The same with one spare for each laser module, or for as many lasers as one would hold.
    pub lit_with_spares_percent: f64,
}

/// Densities of one direction, and the largest package.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SpaceRow {
    /// Over the edge where the conversion or the connector sits.
    pub edge_gbps_per_mm: f64,
    /// What sets it.
    pub edge_limit: String,
    /// Over the circuits of an engine.
    pub circuits_gbps_per_mm2: Option<f64>,
    /// Over the footprint of an engine.
    pub footprint_gbps_per_mm2: Option<f64>,
    /// Of the largest package over its substrate.
    pub package_gbps_per_mm2: f64,
    /// Through a rack unit of front panel.
    pub panel_tbps_per_ru: Option<f64>,
    /// Side of the package's substrate.
    pub side_mm: f64,
    /// Silicon of the host, in dies of one exposure.
    pub reticles: f64,
    /// Rack units of the box.
    pub rack_units: f64,
    /// What each limit allows, Tb/s.
    pub limits_tbps: Vec<Part>,
    /// The least of them.
    pub largest_tbps: f64,
    /// What sets it.
    pub binding: String,
}

/// Temperatures of a package of the size and payload of its box, by one way of cooling.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct HeatRow {
    /// `air` or `liquid`.
    pub cooling: String,
    /// Whether the technology is made for it.
    pub own: bool,
    /// Warmest inlet.
    pub inlet_c: f64,
    /// Payload of the package, one direction.
    pub tbps: f64,
    /// Heat of host, conversions and lasers.
    pub power_w: f64,
    /// Parts with their temperatures, degC.
    pub parts_c: Vec<Part>,
    /// The part that is nearest to its limit.
    pub tightest: String,
    /// Kelvin that it has left.
    pub left_k: f64,
    /// Heat flux of the host's silicon.
    pub flux_w_per_cm2: f64,
    /// Flux at which that silicon is at its limit.
    pub most_flux_w_per_cm2: f64,
    /// Payload at which a part is at its limit.
    pub most_tbps: f64,
    /// That part.
    pub most_by: String,
    /// Kelvin over which rings are tuned.
    pub ring_span_k: Option<f64>,
    /// Their heater's power at the most.
    pub ring_heater_mw: Option<f64>,
    /// Laser efficiency over that at 50 degC.
    pub laser_efficiency: Option<f64>,
    /// Laser failure rate over that at 50 degC.
    pub laser_failures: Option<f64>,
    /// What a rack cools.
    pub rack_w: f64,
    /// Such boxes in it.
    pub rack_boxes: f64,
}

/// How a module or engine is made. Money for each good unit.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MakingRow {
    /// The flow.
    pub process: String,
    /// Payload of a unit in one direction.
    pub unit_gbps: f64,
    /// Lanes of a unit.
    pub lanes: f64,
    /// Fibre joints at its chip.
    pub fibres: f64,
    /// Steps in their order.
    pub steps: Vec<StepRow>,
    /// The step with the largest cost and loss.
    pub dominant: String,
    /// The step whose loss of yield costs most.
    pub dominant_loss: Option<String>,
    /// Sum of the steps: material, work, lost yield.
    pub steps_usd: f64,
    /// What is sold over that sum, by a unit whose cost is published: lasers apart where that is without them.
    pub level: f64,
    /// Cost of a good unit at that level.
    pub cost_usd: f64,
    /// The same by payload of one direction.
    pub usd_per_gbps: f64,
    /// Gross margin of whoever sells it.
    pub margin_percent: f64,
    /// Price to the buyer.
    pub price_usd: f64,
    /// Units that pass every test at once.
    pub first_pass_percent: f64,
    /// Units that are shipped, repaired ones included.
    pub through_percent: f64,
    /// Shipped units that are bad nevertheless.
    pub escaped_percent: f64,
    /// Errors of alignment scaled.
    pub tolerances: Vec<ToleranceRow>,
    /// Joints of fibre and chip.
    pub joints: JointRow,
    /// The box's engines in their packages, without and with spares.
    pub package: Vec<PackageYieldRow>,
}

impl MakingRow {
    /// Cost of the steps with all errors of alignment doubled, over that without; `None` where next to none is good then.
    #[must_use]
    pub fn doubled_errors(&self) -> Option<f64> {
        let doubled = self.tolerances.iter().find(|t| (t.scale - 2.0).abs() < 1e-9)?;
        Some(doubled.steps_usd? / self.steps_usd)
    }

    /// Share of boxes whose engines all work at the last test, without spares or with.
    #[must_use]
    pub fn of_box(&self, spared: bool) -> Option<&PackageYieldRow> {
        self.package.iter().find(|p| (p.spares > 0) == spared)
    }
}

/// A step of a flow.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StepRow {
    /// Name.
    pub name: String,
    /// Material and work.
    pub cost_usd: f64,
    /// What its loss of yield adds.
    pub loss_usd: f64,
    /// Units that it leaves whole.
    pub yield_percent: f64,
}

/// A flow with all errors of alignment scaled.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ToleranceRow {
    /// Factor on every error.
    pub scale: f64,
    /// Joints that are good.
    pub joint_percent: f64,
    /// Units all of whose joints are good.
    pub attach_percent: f64,
    /// Cost of a good unit, steps alone; absent where next to none is good.
    pub steps_usd: Option<f64>,
}

/// Loss of joints beyond that of perfect ones, drawn.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct JointRow {
    /// How fibres are aligned.
    pub alignment: String,
    /// Joints drawn.
    pub drawn: f64,
    /// Mean extra loss of a joint.
    pub mean_db: f64,
    /// Half of the joints stay below.
    pub p50_db: f64,
    /// Ninety-nine in a hundred stay below.
    pub p99_db: f64,
    /// Of the worst lane of an engine, ninety-nine engines in a hundred stay below: what lasers must have more.
    pub worst_lane_p99_db: f64,
    /// Joints within the limit.
    pub joint_percent: f64,
    /// Engines without a bad joint.
    pub engine_percent: f64,
}

/// Yield of a package of several engines.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PackageYieldRow {
    /// Engines that must work.
    pub needed: u64,
    /// Engines built in besides.
    pub spares: u64,
    /// Packages with as many good engines as they need.
    pub percent: f64,
}

/// A way to fail, and what is then done.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ServiceRow {
    /// What fails.
    pub part: String,
    /// How often, one port, both ends.
    pub fit: f64,
    /// What is replaced.
    pub unit: String,
    /// Whether the box runs on meanwhile.
    pub box_runs: bool,
    /// Ports that stop until the repair begins.
    pub ports_faulty: f64,
    /// Ports that stop while it lasts.
    pub ports_in_repair: f64,
    /// Accelerators that stop until the repair begins: those that the ports serve alone.
    pub accelerators_faulty: f64,
    /// Accelerators that stop while it lasts.
    pub accelerators_in_repair: f64,
    /// Until it is noticed, located and the part and hands are there.
    pub wait_h: f64,
    /// Work on the machine.
    pub hands_on_h: f64,
    /// Tests until it serves again.
    pub requalify_h: f64,
    /// Price of the part that is kept or ordered.
    pub spare_usd: Option<f64>,
    /// Port-hours lost in a year for a thousand ports.
    pub port_hours: f64,
}
