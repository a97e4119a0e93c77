//! `lightloom fabric compare`.

use super::CompareArguments;
use crate::columns::{left, right, table_of};
use crate::failure::Failure;
use crate::named;
use crate::output;
use crate::text::{heading, new_table, paragraph, right_from};
use lightloom::Library;
use lightloom::decide::fabric_compare::{FabricComparison, compare, decided_with};
use lightloom::decide::sentence::dollars;
use lightloom::units::{Power, thousands};
use lightloom_report::drawing::fabric_comparison;
use std::fmt::Write as _;

pub(super) fn run(arguments: &CompareArguments) -> Result<(), Failure> {
    if arguments.published {
        return super::studies::run(&arguments.scenarios, arguments.json);
    }
    if arguments.scenarios.len() + arguments.radix.len() < 2 {
        return Err(Failure::Usage {
            message: "there is one fabric only, and nothing to compare it with".to_owned(),
            hint: "name another scenario, or ports such as --radix 64,128,512".to_owned(),
        });
    }
    let library = Library::shipped()?;
    let mut found = Vec::new();
    for name in &arguments.scenarios {
        let named = named::find(name)?;
        let (case, facts) = (named.case(&library), named.facts(&library)?);
        let one = |radix| decided_with(&case, &facts, radix).map_err(|e| named.failure(e));
        if arguments.radix.is_empty() {
            found.push((named.scenario.name.clone(), one(None)?));
        }
        for radix in &arguments.radix {
            found.push((named.scenario.name.clone(), one(Some(*radix))?));
        }
    }
    let comparison = compare(found.iter().map(|(name, decided)| (name.as_str(), decided)));
    let figure = arguments.svg.as_deref().map(|file| (file, fabric_comparison(&comparison)));
    output::answer(&comparison, arguments.json, figure, text)
}

fn text(found: &FabricComparison) -> String {
    let mut out = String::new();
    heading(&mut out, "Scale-out by the ports of its switches");
    let table = table_of(
        &found.rows,
        &[
            left("cluster", &|r| r.name.clone()),
            right("ports", &|r| r.switch_ports.to_string()),
            right("layers", &|r| r.layers.to_string()),
            right("switches", &|r| thousands(r.switches)),
            right("links", &|r| thousands(r.links)),
            right("hops", &|r| r.hops.to_string()),
            right("path", &|r| format!("{:.0} ns", r.path_ns)),
        ],
    );
    let _ = writeln!(out, "{table}");
    heading(&mut out, "What it takes, by what the links are made of");
    let mut table = new_table(&[
        "ports",
        "layers",
        "strategy",
        "scale-out",
        "network",
        "against the first",
        "price",
        "over the years",
        "against the first",
        "accelerators fed",
    ]);
    right_from(&mut table, 0, 2);
    right_from(&mut table, 3, 10);
    let first = found.rows.first().and_then(|r| r.strategies.first());
    let change = |new: f64, old: Option<f64>| match old {
        Some(old) if old > 0.0 => format!("{:+.1} %", (new / old - 1.0) * 100.0),
        _ => "-".to_owned(),
    };
    let mut notes: Vec<String> = Vec::new();
    for r in &found.rows {
        for s in &r.strategies {
            let mark = if s.unfit.is_empty() { "" } else { " *" };
            table.add_row([
                r.switch_ports.to_string(),
                r.layers.to_string(),
                format!("{}{mark}", s.id),
                Power::w(s.scale_out_w).to_string(),
                Power::w(s.network_w).to_string(),
                change(s.network_w, first.map(|f| f.network_w)),
                dollars(s.network_usd),
                dollars(s.network_cost_usd),
                change(s.network_cost_usd, first.map(|f| f.network_cost_usd)),
                s.accelerators_fed.map_or_else(|| "-".to_owned(), |n| format!("{n:.0}")),
            ]);
            for why in &s.unfit {
                let note = format!("- * {}: {why}", s.id);
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
        }
    }
    let _ = writeln!(out, "{table}");
    for note in notes {
        paragraph(&mut out, &note);
    }
    paragraph(
        &mut out,
        "Power at the inlets of the racks: switches, interfaces and optics, of scale-out alone and of all networks. Price and cost: \
         of all networks, cost over the years that the scenario counts. \
         Switches of other ports are of the same making: capacity, core power and price go with their ports. Accelerators fed: \
         what the saving in cluster power against the first row's baseline would feed.",
    );
    out
}
