//! `lightloom package`: technologies and products in depth, and beside each other.

use crate::args::{PackageArguments, PackageCommand, PackageOne, PortArguments};
use crate::failure::Failure;
use crate::meaning::{modulation, node, quantity};
use crate::named::no_technology;
use crate::output;
use crate::text::{heading, new_table, paragraph, right_from};
use lightloom::Library;
use lightloom::decide::check::{Figure, row};
use lightloom::decide::plan::{
    BondRow, CheckRow, CrossSectionRow, HeatRow, LaserRow, LightBudgetRow, MakeupRow,
    ReceiverNoiseRow, ServiceRow, Sheet, SpaceRow,
};
use lightloom::decide::sheet::{Asked, product_sheet, sheet};
use lightloom::evidence::Facts;
use lightloom::link::Line;
use lightloom::scenario::RunError;
use lightloom::units::{Length, significant};
use lightloom_report::drawing::{Drawing, Size, cross_section};
use std::fmt::Write as _;

pub(crate) fn run(arguments: &PackageArguments) -> Result<(), Failure> {
    match &arguments.command {
        None => one(&arguments.one),
        Some(PackageCommand::Compare(compare)) => crate::compare::run(compare),
        Some(PackageCommand::Density(density)) => crate::density::run(density),
        Some(PackageCommand::Yield(made)) => crate::making::run(made),
        Some(PackageCommand::Joint(joint)) => crate::joint::run(joint),
    }
}

fn one(arguments: &PackageOne) -> Result<(), Failure> {
    let library = crate::plan::library(arguments.port.technologies_folder.as_deref())?;
    let Some(id) = &arguments.technology else { return crate::print(&list(&library)) };
    if let Some(module) = library.laser_modules.get(id) {
        return crate::laser_module::print(&library, module, arguments.json);
    }
    let facts = Facts::nominal(&library.catalog);
    let asked = asked(&arguments.port)?;
    let sheet = look(&library, &facts, id, &asked)?;
    let written = match &arguments.svg {
        Some(folder) => crate::figures::write(folder, &figures(&sheet))?,
        None => Vec::new(),
    };
    if arguments.json {
        return output::json(&sheet);
    }
    let mut out = text(&sheet);
    for file in written {
        let _ = writeln!(out, "Figure: {file}");
    }
    crate::print(&out)
}

/// Its figures, with the names of their files.
fn figures(sheet: &Sheet) -> Vec<(String, Drawing)> {
    let drawing = |row: &CrossSectionRow| {
        let name = format!("{}-{}.svg", row.technology, row.end.replace(' ', "-"));
        (name, cross_section(row, Size::Slide))
    };
    sheet.cross_sections.iter().map(drawing).collect()
}

/// Sheets of some technologies and products, or of all technologies.
pub(crate) fn sheets(
    library: &Library,
    ids: &[String],
    asked: &Asked,
) -> Result<Vec<Sheet>, Failure> {
    let facts = Facts::nominal(&library.catalog);
    let all: Vec<String> = library.technologies.keys().cloned().collect();
    let ids = if ids.is_empty() { &all } else { ids };
    ids.iter().map(|id| look(library, &facts, id, asked)).collect()
}

/// The port that was asked for.
pub(crate) fn asked(port: &PortArguments) -> Result<Asked, Failure> {
    let payload: lightloom::units::BitRate = quantity("--lane", &port.lane)?;
    if !(1.0..=448.0).contains(&payload.as_gbps()) {
        return Err(Failure::Usage {
            message: format!("a lane of {payload} lies outside 1 to 448 Gb/s"),
            hint: "give the payload of one lane, e.g. \"200 Gb/s\"".to_owned(),
        });
    }
    if !(1..=64).contains(&port.lanes) {
        return Err(Failure::Usage {
            message: format!("a port of {} lanes lies outside 1 to 64", port.lanes),
            hint: "800 Gb/s are four lanes of 200 Gb/s".to_owned(),
        });
    }
    let rate = payload * f64::from(port.lanes);
    let box_rate = quantity("--box", &port.of_box)?;
    if box_rate < rate {
        return Err(Failure::Usage {
            message: format!("a box of {box_rate} has no port of {rate}"),
            hint: "give --box the payload of the whole switch in one direction".to_owned(),
        });
    }
    let length = match &port.length {
        Some(text) => Some(quantity("--length", text)?),
        None => None,
    };
    if length.is_some_and(|l: Length| l > Length::m(100_000.0)) {
        return Err(Failure::Usage {
            message: "a link of more than 100 km lies outside the models".to_owned(),
            hint: "links in a hall are shorter than 2 km".to_owned(),
        });
    }
    Ok(Asked {
        rate,
        line: Line { payload, pam: modulation(port.pam)?, fec: port.code.fec() },
        length,
        faces_partner: false,
        through_circuit_switch: false,
        nodes: [node("--host-node", &port.host_node)?, node("--module-node", &port.module_node)?],
        box_rate,
        chips: None,
        behind: None,
    })
}

/// The sheet of a technology or a product.
pub(crate) fn look(
    library: &Library,
    facts: &Facts<'_>,
    id: &str,
    asked: &Asked,
) -> Result<Sheet, Failure> {
    let found = match (library.technologies.get(id), library.products.get(id)) {
        (Some(technology), _) => sheet(library, facts, technology, asked),
        (None, Some(product)) => product_sheet(library, facts, product),
        (None, None) if library.laser_modules.contains_key(id) => {
            return Err(Failure::Usage {
                message: format!("`{id}` is a laser module: it has no port"),
                hint: format!("`lightloom package {id}` shows it alone"),
            });
        }
        (None, None) => return Err(no_technology(library, id)),
    };
    found.map_err(|error| Failure::Run(Box::new(error)))
}

fn list(library: &Library) -> String {
    let mut out = String::new();
    heading(&mut out, "Technologies: built as their channel needs");
    let mut table = new_table(&["id", "name", "what"]);
    for t in library.technologies.values() {
        table.add_row([&t.id, &t.name, &t.about]);
    }
    let _ = writeln!(out, "{table}");
    heading(&mut out, "Products: built as their makers did");
    let mut table = new_table(&["id", "name", "made of", "what"]);
    for p in library.products.values() {
        table.add_row([&p.id, &p.name, &p.technology, &p.about]);
    }
    let _ = writeln!(out, "{table}");
    heading(&mut out, "External laser modules");
    let mut table = new_table(&["id", "name", "what"]);
    for m in library.laser_modules.values() {
        table.add_row([&m.id, &m.name, &m.about]);
    }
    let _ = writeln!(out, "{table}");
    out
}

fn text(sheet: &Sheet) -> String {
    let asked = &sheet.asked;
    let mut out = format!("{}\n", sheet.name);
    paragraph(&mut out, &sheet.about);
    let _ = writeln!(
        out,
        "A port of {} Gb/s on {} Gb/s {} lanes, {}, over {}; host chip in {}, module or engine in {}",
        significant(asked.rate_gbps, 4),
        significant(asked.lane_gbps, 4),
        asked.modulation,
        asked.code,
        metres(asked.length_m),
        asked.host_node,
        asked.module_node,
    );
    heading(&mut out, "Made of");
    makeup(&mut out, &sheet.makeup);
    link(&mut out, sheet);
    if let Some(light) = &sheet.light {
        heading(&mut out, "Light of a lane, from the wall plug to the photodiode");
        budget(&mut out, light);
    }
    if let Some(row) = &sheet.receiver {
        receiver(&mut out, row);
    }
    if let Some(row) = &sheet.lasers {
        lasers(&mut out, row, asked.box_tbps);
    }
    for row in &sheet.cross_sections {
        way(&mut out, row);
    }
    space(&mut out, &sheet.space);
    heat(&mut out, &sheet.heat);
    if let Some(making) = &sheet.making {
        crate::making::one(&mut out, making);
    }
    heading(&mut out, "Power, both directions of a port");
    let power = &sheet.power;
    let mut table = new_table(&["boundary", "W"]);
    right_from(&mut table, 1, 2);
    for (name, watts) in [
        ("optics of the switch end, with lasers", power.optics_w),
        ("optics of the near end", power.near_optics_w),
        ("transceivers in the switch chip", power.host_w),
        ("optics of the box full of such ports", power.box_optics_w),
        ("optics and transceivers of the box", power.box_interconnect_w),
    ] {
        table.add_row([name.to_owned(), significant(watts, 3)]);
    }
    let _ = writeln!(out, "{table}");
    heading(&mut out, "When something fails");
    service(&mut out, &sheet.service, asked.box_tbps);
    if !sheet.published.is_empty() {
        printed(&mut out, "Beside what is published", &sheet.published);
    }
    out
}

/// Figures of the package floor as rows beside what is published.
pub(crate) fn beside(
    figures: Result<Vec<Figure>, RunError>,
    facts: &Facts<'_>,
) -> Result<Vec<CheckRow>, Failure> {
    let figures = figures.map_err(|e| Failure::Run(Box::new(e)))?;
    Ok(figures.into_iter().filter_map(|figure| row(figure, facts)).collect())
}

/// Computed beside published, as a table.
pub(crate) fn printed(out: &mut String, title: &str, rows: &[CheckRow]) {
    heading(out, title);
    let mut table = new_table(&["what", "computed", "published", "off by", "kind", "source"]);
    right_from(&mut table, 1, 4);
    for row in rows {
        // No sign before a zero.
        let off = if row.error_percent.abs() < 0.5 { 0.0 } else { row.error_percent };
        table.add_row([
            row.what.clone(),
            row.computed.clone(),
            row.published.clone(),
            if off.abs() > 0.0 { format!("{off:+.0} %") } else { "0 %".to_owned() },
            row.kind.clone(),
            row.source.title.clone(),
        ]);
    }
    let _ = writeln!(out, "{table}");
}

fn makeup(out: &mut String, made: &MakeupRow) {
    let mut row = |name: &str, text: String| {
        let _ = writeln!(out, "  {name:<12} {text}");
    };
    let beside = made.partner.as_ref().map_or(String::new(), |p| format!("; the other end: {p}"));
    row("conversion", format!("{}, at {}{beside}", made.site, the(&made.placement)));
    row("host side", format!("{}, retimed: {}", made.interface, made.retimed));
    if let (Some(modulator), Some(laser), Some(coupler), Some(bond)) =
        (&made.modulator, &made.laser, &made.coupler, &made.bond)
    {
        row(
            "light",
            format!("modulator {modulator}, laser {laser}, coupler {coupler}, bond {bond}"),
        );
    }
    if let (Some(wavelengths), Some(alignment)) = (made.wavelengths, &made.alignment) {
        let lane = made
            .optical_lane_gbps
            .map_or(String::new(), |gbps| format!(" of {} Gb/s", significant(gbps, 4)));
        row(
            "fibres",
            format!(
                "{:.0} a port, {wavelengths} wavelength{}{lane} on each, aligned {alignment}",
                made.fibres,
                if wavelengths == 1 { "" } else { "s" },
            ),
        );
    }
    if let Some(awg) = made.awg {
        row("cable", format!("{awg} AWG"));
    }
    row("cooling", made.cooling.clone());
    row("replaced", made.replaceable.join("; "));
}

fn the(placement: &str) -> String {
    if placement == "switch" { "the switch".to_owned() } else { placement.to_owned() }
}

fn metres(m: f64) -> String {
    format!("{:.1}", Length::m(m))
}

fn link(out: &mut String, sheet: &Sheet) {
    let row = &sheet.link;
    heading(out, "Does it close");
    let verdict = match &row.reason {
        None => format!(
            "It closes with {:.1} dB to spare, up to {}",
            row.margin_db,
            metres(row.reach_m)
        ),
        Some(reason) => format!("It does not close: {reason}"),
    };
    paragraph(
        out,
        &format!(
            "{verdict}; what limits it most is {}. {}.",
            row.limiter,
            if row.module_dsp { "A DSP retimes it" } else { "No DSP retimes it" }
        ),
    );
    let mut table = new_table(&["stretch", "loss", "receiver", "pJ/bit", "margin"]);
    right_from(&mut table, 1, 2);
    right_from(&mut table, 3, 5);
    for r in &row.receivers {
        table.add_row([
            r.stretch.clone(),
            format!("{:.1} dB", r.loss_db),
            r.class.clone().unwrap_or_default(),
            r.pj_per_bit.map_or(String::new(), |x| format!("{x:.2}")),
            r.margin_db.map_or(String::new(), |x| format!("{x:+.1} dB")),
        ]);
    }
    let _ = writeln!(out, "{table}");
    heading(out, "Energy of a bit one way, both ends, and latency one way");
    let mut table = new_table(&["energy", "pJ/bit", "share", "latency", "ns"]);
    right_from(&mut table, 1, 3);
    right_from(&mut table, 4, 5);
    let shown: Vec<_> = row.energy.iter().filter(|p| p.value > 0.0).collect();
    for i in 0..shown.len().max(row.latency.len()) {
        let mut cells = [const { String::new() }; 5];
        if let Some(part) = shown.get(i) {
            cells[0].clone_from(&part.name);
            cells[1] = format!("{:.2}", part.value);
            cells[2] = format!("{:.0} %", part.value / row.lane_pj_per_bit * 100.0);
        }
        if let Some(part) = row.latency.get(i) {
            cells[3].clone_from(&part.name);
            cells[4] = format!("{:.1}", part.value);
        }
        table.add_row(cells);
    }
    table.add_row([
        "chip to chip".to_owned(),
        format!("{:.2}", row.lane_pj_per_bit),
        String::new(),
        "chip to chip".to_owned(),
        format!("{:.1}", row.latency_ns),
    ]);
    let within = if sheet.light.is_some() { "of it optics" } else { "of it in plugs" };
    table.add_row([within.to_owned(), format!("{:.2}", row.optics_pj_per_bit)]);
    let _ = writeln!(out, "{table}");
}

fn budget(out: &mut String, light: &LightBudgetRow) {
    let mut table = new_table(&["", "takes", "leaves"]);
    right_from(&mut table, 1, 3);
    table.add_row([
        "wall plug, the lane's share".to_owned(),
        String::new(),
        format!("{} mW", significant(light.wall_plug_mw, 3)),
    ]);
    table.add_row([
        format!("laser, {:.0} % of it as light", light.efficiency_percent),
        String::new(),
        format!("{:+.1} dBm", light.laser_dbm),
    ]);
    for stage in &light.stages {
        table.add_row([
            stage.name.clone(),
            format!("{:.1} dB", stage.loss_db),
            format!("{:+.1} dBm", stage.after_dbm),
        ]);
    }
    let _ = writeln!(out, "{table}");
    paragraph(
        out,
        &format!(
            "{:.1} dB from the laser to the photodiode. Modulation amplitude {:+.1} dBm into the fibre, {:+.1} dBm at the \
             photodiode. The laser has {:.1} dB more.",
            light.loss_db,
            light.launched_oma_dbm,
            light.received_oma_dbm,
            (light.laser_limit_dbm - light.laser_dbm).max(0.0),
        ),
    );
}

fn receiver(out: &mut String, row: &ReceiverNoiseRow) {
    let each = |b: &BondRow| {
        format!(
            "{} {} fF, {} pA/sqrt(Hz), {:+.1} dB",
            b.bond,
            significant(b.capacitance_ff, 3),
            significant(b.noise_pa_per_root_hz, 3),
            b.gain_db,
        )
    };
    let bonds: Vec<String> = row.bonds.iter().map(each).collect();
    paragraph(
        out,
        &format!(
            "Its amplifier, behind a {} bond, sees {} fF and has {} pA/sqrt(Hz). Light saved by the bond, where that noise \
             decides: {}.",
            row.own.bond,
            significant(row.own.capacitance_ff, 3),
            significant(row.own.noise_pa_per_root_hz, 3),
            bonds.join("; "),
        ),
    );
}

fn way(out: &mut String, row: &CrossSectionRow) {
    heading(out, &format!("From the die to the {}", if row.is_light { "fibre" } else { "cable" }));
    let mut table = new_table(&["part", "mm", "copper", "light", "pJ/bit", "ns"]);
    right_from(&mut table, 1, 6);
    let or_blank = |x: f64, digits: usize, unit: &str| {
        if x.abs() < 5e-3 { String::new() } else { format!("{x:.digits$}{unit}") }
    };
    for stretch in &row.stretches {
        table.add_row([
            stretch.name.clone(),
            or_blank(stretch.length_mm, 1, ""),
            or_blank(stretch.copper_db, 1, " dB"),
            or_blank(stretch.light_db, 1, " dB"),
            or_blank(stretch.pj_per_bit, 2, ""),
            or_blank(stretch.ns, 2, ""),
        ]);
    }
    let _ = writeln!(out, "{table}");
    let built = row.built_for_db.map_or(String::new(), |db| {
        format!("; its circuits are built for the {db:.1} dB that the standard asks")
    });
    paragraph(
        out,
        &format!(
            "{:.1} mm of copper with {:.1} dB at {:.1} GHz{built}. This end spends {:.2} pJ on a bit out and a bit in.",
            row.electrical_path_mm, row.copper_db, row.nyquist_ghz, row.pj_per_bit
        ),
    );
}

fn space(out: &mut String, row: &SpaceRow) {
    heading(out, "Space, one direction");
    let area = row.footprint_gbps_per_mm2.map_or(String::new(), |d| {
        format!(", {} Gb/s over a square millimetre of engine", significant(d, 3))
    });
    let panel = row
        .panel_tbps_per_ru
        .map_or(String::new(), |d| format!(", {} Tb/s through a rack unit", significant(d, 3)));
    paragraph(
        out,
        &format!(
            "{} Gb/s over a millimetre of edge, set by the {}{area}{panel}. A package of {:.0} mm with {} reticles of \
             silicon in a box of {} rack units goes up to {} Tb/s; what binds it is {}.",
            significant(row.edge_gbps_per_mm, 3),
            row.edge_limit,
            row.side_mm,
            significant(row.reticles, 2),
            significant(row.rack_units, 2),
            significant(row.largest_tbps, 3),
            row.binding,
        ),
    );
    let limits: Vec<String> =
        row.limits_tbps.iter().map(|p| format!("{} {}", p.name, significant(p.value, 3))).collect();
    paragraph(out, &format!("Each limit alone, Tb/s: {}.", limits.join(", ")));
}

fn heat(out: &mut String, rows: &[HeatRow]) {
    let Some(first) = rows.first() else { return };
    heading(
        out,
        &format!("Heat of a package of {} Tb/s, warmest coolant", significant(first.tbps, 4)),
    );
    let mut header = vec!["cooling".to_owned(), "inlet".to_owned()];
    header.extend(first.parts_c.iter().map(|p| p.name.clone()));
    header.extend(["nearest its limit", "left", "most", "by"].map(str::to_owned));
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = new_table(&header);
    let parts = first.parts_c.len();
    right_from(&mut table, 1, 2 + parts);
    right_from(&mut table, 3 + parts, 5 + parts);
    for row in rows {
        let mark = if row.own { "▶ " } else { "  " };
        let mut cells = vec![format!("{mark}{}", row.cooling), format!("{:.0} degC", row.inlet_c)];
        cells.extend(row.parts_c.iter().map(|p| format!("{:.0} degC", p.value)));
        cells.extend([
            row.tightest.clone(),
            format!("{:.0} K", row.left_k),
            format!("{} Tb/s", significant(row.most_tbps, 3)),
            row.most_by.clone(),
        ]);
        table.add_row(cells);
    }
    let _ = writeln!(out, "{table}");
    for row in rows.iter().filter(|r| r.own) {
        let rings = match (row.ring_span_k, row.ring_heater_mw) {
            (Some(span), Some(heater)) => {
                format!(" Rings are tuned over {span:.0} K, by up to {heater:.1} mW each.")
            }
            _ => String::new(),
        };
        let laser = match (row.laser_efficiency, row.laser_failures) {
            (Some(efficiency), Some(failures)) => format!(
                " The laser gives {efficiency:.2} times the light of one at 50 degC and fails {failures:.1} times as often."
            ),
            _ => String::new(),
        };
        paragraph(
            out,
            &format!(
                "{} W, {:.0} W/cm2 of the host's silicon, which holds {:.0}.{rings}{laser} A rack of {} kW cools {:.0} such \
                 boxes.",
                significant(row.power_w, 3),
                row.flux_w_per_cm2,
                row.most_flux_w_per_cm2,
                significant(row.rack_w / 1e3, 3),
                row.rack_boxes,
            ),
        );
    }
}

fn lasers(out: &mut String, row: &LaserRow, box_tbps: f64) {
    let modules = row
        .modules_of_box
        .map_or(String::new(), |m| format!(" in {m:.0} module{}", if m > 1.0 { "s" } else { "" }));
    paragraph(
        out,
        &format!(
            "A laser feeds {:.0} lanes: {:.0} for 1.6 Tb/s, {:.0}{modules} for a box of {} Tb/s. At {:.0} FIT each all \
             shine for five years without repair with {:.1} %, with one spare in each group {:.2} %.",
            row.lanes_per_laser,
            row.for_1600g,
            row.of_box,
            significant(box_tbps, 4),
            row.fit,
            row.lit_percent,
            row.lit_with_spares_percent,
        ),
    );
}

fn service(out: &mut String, rows: &[ServiceRow], box_tbps: f64) {
    let mut table = new_table(&[
        "part",
        "FIT",
        "replaced",
        "ports down",
        "in repair",
        "accelerators",
        "in repair",
        "wait",
        "hands on",
        "tests",
        "spare",
        "port-hours",
    ]);
    right_from(&mut table, 1, 2);
    right_from(&mut table, 3, 12);
    let hours = |h: f64| {
        if h < 1.0 { format!("{:.0} min", h * 60.0) } else { format!("{} h", significant(h, 2)) }
    };
    for row in rows {
        table.add_row([
            row.part.clone(),
            format!("{:.0}", row.fit),
            row.unit.clone(),
            format!("{:.0}", row.ports_faulty),
            format!("{:.0}", row.ports_in_repair),
            format!("{:.0}", row.accelerators_faulty),
            format!("{:.0}", row.accelerators_in_repair),
            hours(row.wait_h),
            hours(row.hands_on_h),
            hours(row.requalify_h),
            row.spare_usd.map_or_else(|| "-".to_owned(), |usd| format!("${usd:.0}")),
            significant(row.port_hours, 3),
        ]);
    }
    let _ = writeln!(out, "{table}");
    paragraph(
        out,
        &format!(
            "FIT of a port, both ends. Ports of a box of {} Tb/s, and accelerators, that stop until the repair begins, and \
             while it lasts; one accelerator hangs on each port, and a rack holds a whole domain. Port-hours lost in a year for \
             a thousand ports.",
            significant(box_tbps, 4)
        ),
    );
}
