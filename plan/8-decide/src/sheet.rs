//! A technology or a product in depth: the package floor's answers, and what repairs make of them, as one document.

use crate::anatomy::cross_sections;
use crate::check::{Figure, row};
use crate::plan::{
    AskedRow, CheckRow, HeatRow, JointRow, LaserRow, LightBudgetRow, LightStageRow, LinkRow,
    MakeupRow, MakingRow, PackagePowerRow, PackageYieldRow, Part, ServiceRow, Sheet, SpaceRow,
    StepRow, StretchReceiverRow, ToleranceRow,
};
use lightloom_evidence::Facts;
use lightloom_link::optics::OpticsError;
use lightloom_link::{Fec, Line, LinkError, Node, Pam};
use lightloom_operations::{Event, Repair};
use lightloom_package::coupling::{Alignment, Couplings, Layout};
use lightloom_package::heat::{HeatReport, Loads, Thermal};
use lightloom_package::space::{Body, Limit, Package, density_row};
use lightloom_package::technology::{Interface, Partner, Retiming};
use lightloom_package::{
    ActiveCable, AssemblyError, LaserSupply, Medium, Port, PortSpec, Product, ReachSearch,
    ServiceUnit, Sharing, Shop, Technology, assemble, make,
};
use lightloom_scenario::run::{Behind, Stopped, repair_unit, stopped};
use lightloom_scenario::{Library, RunError};
use lightloom_units::{
    BitRate, Count, EnergyPerBit, Length, Money, Power, Ratio, Temperature, Time,
};
use std::borrow::Cow;

/// Version of the document.
pub const SCHEMA: &str = "lightloom.package/1";

/// What a technology is looked into at.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Payload of the port in one direction.
    pub rate: BitRate,
    /// Signal of an electrical lane.
    pub line: Line,
    /// Length of the cable or fibre; `None` for 30 m of fibre and 1 m of copper.
    pub length: Option<Length>,
    /// Whether a technology faces what stands at accelerators where it stands at switches; else one like itself.
    pub faces_partner: bool,
    /// Whether its fibres pass an optical circuit switch.
    pub through_circuit_switch: bool,
    /// Process nodes of host chips and of modules.
    pub nodes: [Node; 2],
    /// Payload of the box whose ports a repair may take, one direction.
    pub box_rate: BitRate,
    /// Chips of the box; `None` for as few as carry it, each as large as the largest that is sold.
    pub chips: Option<f64>,
    /// Accelerators behind its ports; `None` for one behind each, and a rack of the newest domain.
    pub behind: Option<Behind>,
}

impl Default for Asked {
    /// A port of 800 Gb/s on 200G PAM4 lanes of a 102.4T box in 3 nm.
    fn default() -> Self {
        Self {
            rate: BitRate::gbps(800.0),
            line: Line { payload: BitRate::gbps(200.0), pam: Pam::Pam4, fec: Fec::Kp4 },
            length: None,
            faces_partner: false,
            through_circuit_switch: false,
            nodes: [Node::N3, Node::N3],
            box_rate: BitRate::gbps(102_400.0),
            chips: None,
            behind: None,
        }
    }
}

impl Asked {
    fn length(&self, technology: &Technology) -> Length {
        let usual = match technology.medium() {
            Medium::Copper => Length::m(1.0),
            Medium::Fibre => Length::m(30.0),
        };
        self.length.unwrap_or(usual)
    }

    /// What a product is looked into at: as it is built.
    #[must_use]
    pub fn of_product(product: &Product) -> Self {
        Self {
            rate: product.port,
            line: product.lane,
            length: None,
            faces_partner: false,
            through_circuit_switch: false,
            nodes: [product.nodes.host, product.nodes.module],
            box_rate: product.rate,
            chips: product.parts.chips,
            behind: None,
        }
    }
}

/// What a picojoule per bit makes of a rack: accelerators of a Rubin domain, the bandwidth of each, and the power.
///
/// # Errors
/// [`RunError`] when the catalog lacks the accelerator.
pub fn picojoule_in_a_rack(facts: &Facts<'_>) -> Result<(Count, BitRate, Power), RunError> {
    let domain: Count = facts.get("accelerator.rubin.domain")?;
    let each: BitRate = facts.get("accelerator.rubin.scale_up_bandwidth")?;
    Ok((domain, each, EnergyPerBit::pj_per_bit(1.0) * each * domain.value()))
}

/// The sheet of a technology.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn sheet(
    library: &Library,
    facts: &Facts<'_>,
    technology: &Technology,
    asked: &Asked,
) -> Result<Sheet, RunError> {
    let [host, module] = asked.nodes;
    // A product's assembly is a technology that the library does not list.
    let mut all = Cow::Borrowed(&library.technologies);
    if !all.contains_key(&technology.id) {
        all.to_mut().insert(technology.id.clone(), technology.clone());
    }
    let Library { processes, standard, .. } = library;
    let shop = Shop::new(facts, &all, processes, standard, host, module)?;
    sheet_of(&shop, library, facts, technology, asked)
}

/// The sheet of a technology by a shop that may know its links already.
///
/// The shop's facts and process nodes are those asked for.
pub(crate) fn sheet_of(
    shop: &Shop<'_>,
    library: &Library,
    facts: &Facts<'_>,
    technology: &Technology,
    asked: &Asked,
) -> Result<Sheet, RunError> {
    let [host, module] = asked.nodes;
    let length = asked.length(technology);
    let spec = PortSpec {
        rate: asked.rate,
        line: asked.line,
        length,
        nominal_length: length,
        near_is_switch: !asked.faces_partner,
        through_circuit_switch: asked.through_circuit_switch,
    };
    let port = assemble(shop, technology, &spec, ReachSearch::Full)?;
    let ports = asked.box_rate / asked.rate;
    let watts = |w: Power| w.as_w();
    Ok(Sheet {
        schema: SCHEMA,
        id: technology.id.clone(),
        name: technology.name.clone(),
        about: technology.about.clone(),
        kind: "technology".to_owned(),
        family: crate::reach::family(technology).to_owned(),
        asked: AskedRow {
            rate_gbps: asked.rate.as_gbps(),
            lane_gbps: asked.line.payload.as_gbps(),
            modulation: asked.line.pam.name().to_owned(),
            code: asked.line.fec.name().to_owned(),
            length_m: length.as_m(),
            host_node: host.name().to_owned(),
            module_node: module.name().to_owned(),
            box_tbps: asked.box_rate.as_tbps(),
        },
        makeup: makeup(library, technology, asked, &port),
        link: link(&port, length),
        power: PackagePowerRow {
            optics_w: watts(port.optics_power[1]),
            near_optics_w: watts(port.optics_power[0]),
            host_w: watts(port.host_power[1]),
            box_optics_w: watts(port.optics_power[1]) * ports,
            box_interconnect_w: watts(port.optics_power[1] + port.host_power[1]) * ports,
        },
        link_usd: port.cost.total().as_usd(),
        light: port.light.as_deref().map(|light| LightBudgetRow {
            wall_plug_mw: light.wall_plug.as_w() * 1e3,
            efficiency_percent: light.efficiency.value() * 100.0,
            laser_dbm: light.laser.as_dbm(),
            laser_limit_dbm: light.laser_limit.as_dbm(),
            stages: light
                .stages
                .iter()
                .map(|stage| LightStageRow {
                    name: stage.name.to_owned(),
                    loss_db: stage.loss.as_db(),
                    after_dbm: stage.after.as_dbm(),
                })
                .collect(),
            loss_db: light.loss().as_db(),
            launched_oma_dbm: light.amplitude_launched.as_dbm(),
            received_oma_dbm: light.amplitude_received.as_dbm(),
        }),
        receiver: crate::receiver::receiver(facts, technology)?,
        lasers: lasers(facts, technology, asked, port.sharing)?,
        cross_sections: cross_sections(shop, technology, &spec)?,
        space: space(facts, technology, asked, &port)?,
        heat: heat(facts, technology, asked, &port)?,
        making: making(shop, technology, asked, &port)?,
        service: service(facts, &port, ports, asked.behind)?,
        published: Vec::new(),
    })
}

/// The sheet of a product, as it is built, with what is published of it.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn product_sheet(
    library: &Library,
    facts: &Facts<'_>,
    product: &Product,
) -> Result<Sheet, RunError> {
    let technology = product.assembly(&library.technologies)?;
    let made = product.make(facts, &library.technologies, &library.processes, &library.standard)?;
    let mut sheet = sheet(library, facts, &technology, &Asked::of_product(product))?;
    product.kind.name().clone_into(&mut sheet.kind);
    let published = product.published.iter().filter_map(|p| {
        let figure = Figure {
            what: p.of.name().to_owned(),
            fact: p.fact.clone(),
            computed: made.figure(product, p.of)? * p.of.si(),
        };
        row(figure, facts)
    });
    sheet.published = published.collect::<Vec<CheckRow>>();
    Ok(sheet)
}

fn makeup(library: &Library, technology: &Technology, asked: &Asked, port: &Port) -> MakeupRow {
    let engine = technology.engine.as_ref();
    let text = |name: fn(&lightloom_package::technology::Engine) -> &str| {
        engine.map(|e| name(e).to_owned())
    };
    let partner = match &technology.partner {
        Partner::Same => None,
        Partner::Other(_) if !asked.faces_partner => None,
        Partner::Other(id) | Partner::Facing(id) => {
            library.technologies.get(id).map(|t| t.name.clone())
        }
    };
    let unit = technology.service();
    let external = engine.is_some_and(|e| e.laser == "external");
    let mut replaceable = Vec::new();
    if external {
        replaceable.push(ServiceUnit::LaserModule.name().to_owned());
    }
    replaceable.push(unit.name().to_owned());
    MakeupRow {
        site: technology.site.name().to_owned(),
        placement: if technology.at_both_ends() { "both ends" } else { "switch" }.to_owned(),
        partner,
        interface: match engine.map(|e| e.interface) {
            Some(Interface::DieToDie) => "parallel bus",
            Some(Interface::Serdes) | None => "serial lanes",
        }
        .to_owned(),
        retimed: match (engine.map(|e| e.retiming), &technology.cable) {
            (Some(Retiming::Both), _) => "both ways",
            (Some(Retiming::Transmit), _) => "the transmitted signal",
            (None, Some(cable)) if cable.active == Some(ActiveCable::Retimer) => "both ways",
            _ => "nothing",
        }
        .to_owned(),
        cooling: technology.cooling.name().to_owned(),
        modulator: text(|e| &e.modulator),
        laser: text(|e| &e.laser),
        coupler: text(|e| &e.coupler),
        alignment: text(|e| &e.alignment),
        bond: text(|e| &e.bond),
        wavelengths: engine.map(|e| e.wavelengths),
        optical_lane_gbps: engine.and_then(|e| e.line).map(|l| l.payload.as_gbps()),
        unit_gbps: engine.map(|e| e.capacity.as_gbps()),
        repair_unit: unit.name().to_owned(),
        replaceable,
        fibres: port.fibres,
        awg: port.awg,
    }
}

fn link(port: &Port, length: Length) -> LinkRow {
    let part = |name: &str, value: f64| Part { name: name.to_owned(), value };
    let receivers = port.receivers.iter().map(|r| StretchReceiverRow {
        stretch: r.stretch.to_owned(),
        loss_db: r.loss.as_db(),
        class: r.rung.map(|rung| rung.class.name().to_owned()),
        pj_per_bit: r.rung.map(|rung| rung.energy.as_pj_per_bit()),
        margin_db: r.rung.map(|rung| rung.margin.as_db()),
    });
    LinkRow {
        closes: port.closes(),
        reason: port.reason(length),
        margin_db: port.margin.as_db(),
        limiter: port.limiter.name().to_owned(),
        reach_m: port.reach.as_m(),
        module_dsp: port.module_dsp,
        receivers: receivers.collect(),
        energy: port.energy.parts().iter().map(|(n, e)| part(n, e.as_pj_per_bit())).collect(),
        lane_pj_per_bit: port.energy.lane().as_pj_per_bit(),
        optics_pj_per_bit: port.energy.optics().as_pj_per_bit(),
        latency: port.latency.parts().iter().map(|(n, t)| part(n, t.as_ns())).collect(),
        latency_ns: port.latency.total().as_ns(),
    }
}

/// Time for which lasers must shine without repair.
const MISSION: Time = Time::years(5.0);

fn lasers(
    facts: &Facts<'_>,
    technology: &Technology,
    asked: &Asked,
    sharing: Option<Sharing>,
) -> Result<Option<LaserRow>, RunError> {
    let supply = |payload| LaserSupply::of(facts, technology, asked.line.payload, payload, sharing);
    let [Some(port), Some(all)] = [supply(BitRate::gbps(1600.0))?, supply(asked.box_rate)?] else {
        return Ok(None);
    };
    let lit = |spares| -> Result<f64, RunError> {
        let lit = all.lit_after(MISSION, spares).map_err(LinkError::from);
        Ok(lit.map_err(AssemblyError::from)?.value() * 100.0)
    };
    Ok(Some(LaserRow {
        lanes_per_laser: all.lanes_per_laser,
        for_1600g: port.lasers,
        of_box: all.lasers,
        modules_of_box: all.modules,
        fit: all.rate.as_fit(),
        lit_percent: lit(0)?,
        lit_with_spares_percent: lit(1)?,
    }))
}

/// Body and loads of a technology's switch end.
fn body(
    facts: &Facts<'_>,
    technology: &Technology,
    asked: &Asked,
    port: &Port,
) -> Result<(Body, Loads), RunError> {
    let line = technology.engine.as_ref().and_then(|e| e.line).map(|l| l.payload);
    let payload = line.unwrap_or(asked.line.payload);
    let body = Body::from_facts(facts, technology, payload, port.module_dsp, port.sharing)?;
    Ok((body, Loads::of_switch(port)))
}

fn space(
    facts: &Facts<'_>,
    technology: &Technology,
    asked: &Asked,
    port: &Port,
) -> Result<SpaceRow, RunError> {
    let (body, loads) = body(facts, technology, asked, port)?;
    let package = Package::from_facts(facts)?;
    let thermal = Thermal::from_facts(facts, technology.cooling)?;
    let row = density_row(technology, &package, &body, &loads, &thermal)?;
    let limits = row.reach.limits().into_iter();
    let known = limits.filter_map(|(limit, bandwidth)| {
        Some(Part { name: limit.name().to_owned(), value: bandwidth?.as_tbps() })
    });
    Ok(SpaceRow {
        edge_gbps_per_mm: row.per_edge.as_gbps_per_mm(),
        edge_limit: row.edge_limit,
        circuits_gbps_per_mm2: row.per_circuits.map(|d| d.as_gbps_per_mm2()),
        footprint_gbps_per_mm2: row.per_footprint.map(|d| d.as_gbps_per_mm2()),
        package_gbps_per_mm2: row.per_package.as_gbps_per_mm2(),
        panel_tbps_per_ru: row.per_rack_unit.map(|d| d.as_tbps()),
        side_mm: package.side.as_mm(),
        reticles: package.silicon / package.reticle,
        rack_units: package.rack_units,
        limits_tbps: known.collect(),
        largest_tbps: row.reach.bandwidth.as_tbps(),
        binding: match row.reach.binding {
            Limit::Heat => format!("heat of the {}", row.reach.hottest.name()),
            limit => limit.name().to_owned(),
        },
    })
}

fn heat(
    facts: &Facts<'_>,
    technology: &Technology,
    asked: &Asked,
    port: &Port,
) -> Result<Vec<HeatRow>, RunError> {
    let (body, loads) = body(facts, technology, asked, port)?;
    let package = Package::from_facts(facts)?;
    // A box of several chips is looked at by one of them.
    let chips = match asked.chips {
        Some(chips) => chips.max(1.0),
        None => {
            let largest: BitRate = facts.get("switch.spectrum6.capacity")?;
            (asked.box_rate / largest).ceil().max(1.0)
        }
    };
    let place = package.place(asked.box_rate / chips);
    let reports = lightloom_package::heat::compare(facts, &body, &place, &loads)?;
    Ok(reports.iter().map(|report| heat_row(report, technology)).collect())
}

fn heat_row(report: &HeatReport, technology: &Technology) -> HeatRow {
    let celsius = |t: Temperature| t.as_kelvin() - 273.15;
    let parts = report.parts.iter();
    let left = parts.clone().find(|p| p.part == report.tightest).map_or(0.0, |p| p.left_kelvin);
    HeatRow {
        cooling: report.cooling.name().to_owned(),
        own: report.cooling == technology.cooling,
        inlet_c: celsius(report.inlet),
        tbps: report.bandwidth.as_tbps(),
        power_w: report.power.as_w(),
        parts_c: parts
            .map(|p| Part { name: p.part.name().to_owned(), value: celsius(p.temperature) })
            .collect(),
        tightest: report.tightest.name().to_owned(),
        left_k: left,
        flux_w_per_cm2: report.host_flux.as_w_per_cm2(),
        most_flux_w_per_cm2: report.highest_flux.as_w_per_cm2(),
        most_tbps: report.highest_bandwidth.as_tbps(),
        most_by: report.highest_by.name().to_owned(),
        ring_span_k: report.rings.map(|r| r.kelvin()),
        ring_heater_mw: report.rings.map(|r| r.heater.as_w() * 1e3),
        laser_efficiency: report.laser.map(|l| l.efficiency.value()),
        laser_failures: report.laser.map(|l| l.failures.value()),
        rack_w: report.rack.power.as_w(),
        rack_boxes: report.rack.boxes,
    }
}

/// Engines drawn for the distribution of a joint's loss, and the seed.
const JOINTS: f64 = 200_000.0;
const SEED: u64 = 1;

fn making(
    shop: &Shop<'_>,
    technology: &Technology,
    asked: &Asked,
    port: &Port,
) -> Result<Option<MakingRow>, RunError> {
    let Some(engine) = &technology.engine else { return Ok(None) };
    let made = make(shop, technology, &asked.line, port.module_dsp, port.sharing)?;
    let percent = |ratio: Ratio| ratio.value() * 100.0;
    let fibres = made.fibres.value();
    let of_joints = |e: OpticsError| AssemblyError::Manufacture(e.into());
    let alignment = Alignment::from_facts(shop.facts(), &engine.alignment).map_err(of_joints)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let [fibre_count, engines] = [fibres, JOINTS / fibres].map(|x| x.clamp(1.0, 1e6) as u32);
    let layout = Layout { fibres: fibre_count, rows: engine.fibre_rows, per_laser: 4 };
    let drawn = Couplings::draw(&alignment, layout, engines, SEED).map_err(of_joints)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let needed = (asked.box_rate / engine.capacity).ceil().clamp(1.0, 1e5) as u64;
    let per_spare = shop.facts().get::<Count>("package.engines_per_spare")?.value();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let spares = (needed as f64 / per_spare).ceil().clamp(1.0, 1e5) as u64;
    let package = [0, spares].into_iter().map(|spares| {
        let found = made.package(needed, spares).map_err(AssemblyError::from)?;
        Ok(PackageYieldRow {
            needed,
            spares,
            percent: percent(if spares > 0 { found.with_spares } else { found.without_spares }),
        })
    });
    let package = package.collect::<Result<Vec<_>, AssemblyError>>()?;
    Ok(Some(MakingRow {
        process: made.name.clone(),
        unit_gbps: made.capacity.as_gbps(),
        lanes: made.lanes.value(),
        fibres,
        steps: made
            .steps
            .iter()
            .map(|step| StepRow {
                name: step.name.clone(),
                cost_usd: step.cost.as_usd(),
                loss_usd: step.loss.as_usd(),
                yield_percent: percent(step.step_yield),
            })
            .collect(),
        dominant: made.dominant.clone(),
        dominant_loss: made.dominant_loss.clone(),
        steps_usd: made.cost.as_usd(),
        level: made.level.unit.value(),
        cost_usd: made.cost_at_level.as_usd(),
        usd_per_gbps: made.cost_at_level.as_usd() / made.capacity.as_gbps(),
        margin_percent: percent(made.margin),
        price_usd: made.price.as_usd(),
        first_pass_percent: percent(made.first_pass),
        through_percent: percent(made.through),
        escaped_percent: percent(made.escaped),
        tolerances: made
            .tolerances
            .iter()
            .map(|case| ToleranceRow {
                scale: case.scale.value(),
                joint_percent: percent(case.joint_yield),
                attach_percent: percent(case.attach_yield),
                steps_usd: case.cost.map(Money::as_usd),
            })
            .collect(),
        joints: JointRow {
            alignment: engine.alignment.clone(),
            drawn: fibres * f64::from(engines),
            mean_db: drawn.joint.mean.as_db(),
            p50_db: drawn.joint.p50.as_db(),
            p99_db: drawn.joint.p99.as_db(),
            worst_lane_p99_db: drawn.engine.p99.as_db(),
            joint_percent: percent(drawn.joint_yield),
            engine_percent: percent(drawn.engine_yield),
        },
        package,
    }))
}

pub(crate) fn service(
    facts: &Facts<'_>,
    port: &Port,
    ports: f64,
    behind: Option<Behind>,
) -> Result<Vec<ServiceRow>, RunError> {
    let behind = match behind {
        Some(behind) => behind,
        None => Behind {
            per_port: 1.0,
            per_rack: facts.get::<Count>("accelerator.rubin.domain")?.value(),
        },
    };
    let mut rows = Vec::new();
    for mode in &port.failures {
        let repair = Repair::from_facts(facts, Event::Hard(repair_unit(mode.unit)))?;
        let Stopped { ports: of, accelerators } = stopped(mode.unit, port, ports, &behind);
        let [faulty, in_repair] = [of.faulty.value(), of.in_repair.value()];
        let hours = faulty * repair.faulty().as_hours() + in_repair * repair.in_repair().as_hours();
        rows.push(ServiceRow {
            part: mode.part.to_owned(),
            fit: mode.rate.as_fit(),
            unit: mode.unit.name().to_owned(),
            box_runs: of.in_repair == of.faulty,
            ports_faulty: faulty,
            ports_in_repair: in_repair,
            accelerators_faulty: accelerators.faulty.value(),
            accelerators_in_repair: accelerators.in_repair.value(),
            wait_h: repair.faulty().as_hours(),
            hands_on_h: repair.hands_on.as_hours(),
            requalify_h: repair.requalify.as_hours(),
            spare_usd: spare(port, mode.unit, ports),
            port_hours: mode.rate.as_fit() * 1e-9 * 8760.0 * 1000.0 * hours,
        });
    }
    Ok(rows)
}

/// Price of what is kept or ordered: known of what the package floor prices.
fn spare(port: &Port, unit: ServiceUnit, ports: f64) -> Option<f64> {
    let end = (port.cost.retimer + port.cost.ends).as_usd() / 2.0;
    match unit {
        ServiceUnit::Cable => Some(port.cost.total().as_usd()),
        ServiceUnit::Module => Some(end + port.cost.laser.as_usd() / 2.0),
        ServiceUnit::Engine => Some(end * port.ports_per_unit.min(ports)),
        ServiceUnit::LaserModule | ServiceUnit::Box | ServiceUnit::Rack => None,
    }
}
