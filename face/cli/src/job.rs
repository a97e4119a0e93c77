//! What jobs have in common: models by name or file, precisions, and how a job's setting reads.

use crate::failure::Failure;
use crate::text::{new_table, right_from};
use clap::ValueEnum;
use comfy_table::Table;
use lightloom::Library;
use lightloom::decide::plan::{EnergyRow, ModelRow, SettingRow};
use lightloom::evidence::Facts;
use lightloom::scenario::problem::suggestion;
use lightloom::units::{BitRate, Energy, Quantity as _, Time, significant, thousands};
use lightloom::workload::{Model, Precision};
use std::fmt::Write as _;
use std::path::Path;

pub(crate) use lightloom::decide::training_sheet::seconds;

/// Arithmetic, as flags name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PrecisionArgument {
    Bf16,
    Fp8,
    Fp4,
}

impl From<PrecisionArgument> for Precision {
    fn from(argument: PrecisionArgument) -> Self {
        match argument {
            PrecisionArgument::Bf16 => Self::Bf16,
            PrecisionArgument::Fp8 => Self::Fp8,
            PrecisionArgument::Fp4 => Self::Fp4,
        }
    }
}

/// A model of the catalog, or of a `config.json`.
pub(crate) fn model(library: &Library, name: &str) -> Result<Model, Failure> {
    if let Some(model) = library.models.get(name) {
        return Ok(model.clone());
    }
    let path = Path::new(name);
    if !path.exists() && path.extension().is_none_or(|e| e != "json") {
        return Err(Failure::Unknown {
            message: format!("there is no model or file `{name}`"),
            hint: suggestion(name, library.models.keys().map(String::as_str)),
        });
    }
    let text = crate::plan::read(path, "give a config.json as Hugging Face has it beside a model")?;
    // Most are called config.json: the folder says which model it is.
    let stem = path.file_stem().filter(|s| *s != "config");
    let folder = path.parent().and_then(Path::file_name);
    let called = stem.or(folder).unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Model::from_hugging_face(&called, name, &text).map_err(|e| Failure::Usage {
        message: format!("{name}: {}", e.to_string().trim_start_matches("config.json: ")),
        hint: e.hint(),
    })
}

/// A name below a head of the catalog that has this fact: a framework, an engine.
pub(crate) fn part(
    facts: &Facts<'_>,
    [head, field, noun]: [&str; 3],
    name: &str,
) -> Result<(), Failure> {
    let catalog = facts.catalog();
    let has = |n: &&str| catalog.get(&format!("{head}.{n}.{field}")).is_some();
    let known: Vec<&str> = catalog.children(head).into_iter().filter(has).collect();
    if known.contains(&name) {
        return Ok(());
    }
    Err(Failure::Unknown {
        message: format!("the catalog has no {noun} called `{name}`"),
        hint: suggestion(name, known),
    })
}

/// A value that neither scenario nor flag says.
pub(crate) fn unsaid(what: &str, flag: &str) -> Failure {
    Failure::Usage {
        message: format!("it is not said {what}"),
        hint: format!("give {flag}, or a scenario that says so"),
    }
}

/// Model and networks in a few lines.
pub(crate) fn heading(out: &mut String, setting: &SettingRow, model: Option<&ModelRow>) {
    let on = if setting.name.contains(&setting.accelerator) {
        setting.name.clone()
    } else {
        format!("{} ({})", setting.name, setting.accelerator)
    };
    match model {
        Some(model) => {
            let billions = |n: f64| format!("{} G", significant(n / 1e9, 4));
            let _ = writeln!(out, "{} on {on}", model.name);
            let active = if model.experts > 0 {
                format!(", {} active, {} experts", billions(model.active_parameters), model.experts)
            } else {
                String::new()
            };
            let _ = writeln!(
                out,
                "{} parameters{active}, {} layers",
                billions(model.parameters),
                model.layers
            );
        }
        None => {
            let _ = writeln!(out, "{on}");
        }
    }
    for n in &setting.networks {
        let _ = writeln!(
            out,
            "{} of {}: {} each way, {}",
            n.name,
            thousands(n.accelerators),
            bytes_rate(n.gbytes_per_s),
            Time::ns(n.latency_ns)
        );
    }
    for note in &setting.notes {
        let _ = writeln!(out, "note: {note}");
    }
}

/// A bandwidth in bytes: `450 GB/s`.
pub(crate) fn bytes_rate(gbytes_per_s: f64) -> String {
    let rate = BitRate::gbytes_per_s(gbytes_per_s);
    let (number, unit) = match rate.as_bytes_per_s() {
        b if b >= 1e12 => (b / 1e12, "TB/s"),
        b if b >= 1e9 => (b / 1e9, "GB/s"),
        b if b >= 1e6 => (b / 1e6, "MB/s"),
        b => (b / 1e3, "kB/s"),
    };
    format!("{} {unit}", significant(number, 4))
}

/// A rate of tokens: `921 k tokens/s`.
pub(crate) fn tokens(per_second: f64) -> String {
    let (number, unit) = match per_second {
        t if t >= 1e9 => (t / 1e9, "G "),
        t if t >= 1e6 => (t / 1e6, "M "),
        t if t >= 1e5 => (t / 1e3, "k "),
        t => (t, ""),
    };
    format!("{} {unit}tokens/s", significant(number, 4))
}

/// A table, without the blanks that columns end with.
pub(crate) fn put(out: &mut String, grid: &Table) {
    for line in grid.to_string().lines() {
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

/// Energy of a token and where it goes.
pub(crate) fn energy(row: Option<&EnergyRow>) -> String {
    let Some(row) = row else { return "not known: the catalog has no power of it".to_owned() };
    let network = match row.network_j {
        Some(j) => format!("network {}", joules(j)),
        None => "without the network: no link is decided".to_owned(),
    };
    format!(
        "{} a token (accelerators and hosts {}, {network}, facility {})",
        joules(row.total_j),
        joules(row.accelerators_j),
        joules(row.facility_j)
    )
}

/// Energy with a unit that suits it.
pub(crate) fn joules(j: f64) -> String {
    Energy::from_si(j).to_string()
}

/// Bars of shares of a whole, a line each: name, time, share.
pub(crate) fn bars(out: &mut String, parts: &[(&str, f64)], whole: f64) {
    const WIDEST: f64 = 40.0;
    let mut table = new_table(&["", "time", "share", ""]);
    right_from(&mut table, 1, 3);
    for (name, s) in parts {
        let share = s / whole;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "columns")]
        let columns = (share * WIDEST).round().clamp(0.0, WIDEST) as usize;
        let bar = if columns == 0 { "▏".to_owned() } else { "█".repeat(columns) };
        table.add_row([(*name).to_owned(), seconds(*s), format!("{:.1} %", share * 100.0), bar]);
    }
    // Without the header, which says nothing here.
    for line in table.to_string().lines().skip(2) {
        let _ = writeln!(out, "{}", line.trim_end());
    }
}
