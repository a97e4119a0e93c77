//! `lightloom package compare`.

use crate::args::PackageCompare;
use crate::failure::Failure;
use crate::package::{asked, sheets};
use crate::text::{new_table, right_from};
use lightloom::decide::plan::Sheet;
use lightloom::decide::sheet::Asked;
use lightloom::units::significant;
use std::fmt::Write as _;

pub(crate) fn run(arguments: &PackageCompare) -> Result<(), Failure> {
    let library = crate::plan::library(arguments.port.technologies_folder.as_deref())?;
    let asked = Asked { faces_partner: true, ..asked(&arguments.port)? };
    let sheets = sheets(&library, &arguments.technologies, &asked)?;
    if arguments.json {
        let json = serde_json::to_string_pretty(&sheets).unwrap_or_default();
        return crate::print(&format!("{json}\n"));
    }
    crate::print(&text(&sheets))
}

fn text(sheets: &[Sheet]) -> String {
    let mut out = String::new();
    let mut table = new_table(&[
        "technology",
        "conversion",
        "at",
        "host side",
        "dB",
        "receiver",
        "optics",
        "lane",
        "ns",
        "W/800G",
        "repair",
        "margin",
    ]);
    right_from(&mut table, 4, 5);
    right_from(&mut table, 6, 10);
    for s in sheets {
        let first = s.link.receivers.first();
        table.add_row([
            s.name.clone(),
            s.makeup.site.clone(),
            s.makeup.placement.clone(),
            s.makeup.interface.clone(),
            first.map_or(String::new(), |r| format!("{:.1}", r.loss_db)),
            first.and_then(|r| r.class.clone()).unwrap_or_default(),
            format!("{:.1}", s.link.optics_pj_per_bit),
            format!("{:.1}", s.link.lane_pj_per_bit),
            format!("{:.0}", s.link.latency_ns),
            significant(s.power.optics_w / s.asked.rate_gbps * 800.0, 3),
            s.makeup.repair_unit.clone(),
            format!("{:+.1} dB", s.link.margin_db),
        ]);
    }
    let _ = writeln!(out, "{table}");
    out
}
