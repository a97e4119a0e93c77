//! `lightloom com`.

use crate::args::{ComArguments, GridArgument, PortsArgument};
use crate::failure::Failure;
use crate::text::{new_table, paragraph, right_from, signed_db};
use lightloom::catalog::{BACKPLANES, COM};
use lightloom::link::Tier;
use lightloom::link::com::{
    Aggressor, Channels, ComError, ComOutcome, ComSpec, Equalisers, Margin, Options, Resolution,
    Search, SpecError, evaluate,
};
use lightloom::link::network::{ChannelFile, ChannelFileError, MixedModeError, PortOrder};
use lightloom::scenario::problem::suggestion;
use lightloom::units::{Frequency, significant};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::time::Instant;

/// Most bytes of a Touchstone file: a million points of four ports.
const LARGEST: u64 = 1_000_000_000;

/// A file that was read.
pub(crate) struct Read {
    role: &'static str,
    pub(crate) file: String,
    pub(crate) channel: ChannelFile,
}

pub(crate) fn run(arguments: &ComArguments) -> Result<(), Failure> {
    let order = arguments.ports.map(|ports| match ports {
        PortsArgument::Through12_34 => PortOrder::Through12_34,
        PortsArgument::Through13_24 => PortOrder::Through13_24,
        PortsArgument::Through14_23 => PortOrder::Through14_23,
    });
    let through = read(&arguments.through, "through", order)?;
    let spec = match &arguments.spec {
        Some(name) => specification(name)?,
        None => served(&through)?,
    };
    // A coupling has no through path of its own: its ports are those of the channel it disturbs.
    let order = order.or(through.channel.order);
    let mut files = vec![through];
    for (paths, role) in [(&arguments.fext, "far end"), (&arguments.next, "near end")] {
        for path in paths {
            files.push(read(path, role, order)?);
        }
    }
    let channels = Channels {
        through: files[0].channel.channel.clone(),
        aggressors: files[1..]
            .iter()
            .map(|f| {
                let kind = if f.role == "far end" { Aggressor::FarEnd } else { Aggressor::NearEnd };
                (kind, f.channel.channel.clone())
            })
            .collect(),
    };
    let options = Options {
        resolution: match arguments.grid {
            GridArgument::Fast => Resolution::Fast,
            GridArgument::Official => Resolution::Official,
        },
        search: if arguments.exhaustive { Search::Exhaustive } else { Search::Uphill },
        cases: arguments.package.iter().map(|name| case_name(&spec, name)).collect(),
    };
    let start = Instant::now();
    let outcome = evaluate(&spec, &channels, &options).map_err(|error| refusal(&error))?;
    let seconds = start.elapsed().as_secs_f64();
    let audit = audit(&spec, &channels, &outcome).map_err(|error| refusal(&error))?;
    let written = match &arguments.svg {
        Some(folder) => {
            let name = files[0].file.as_str();
            let drawings = crate::figures::of_com(&spec, &channels.through, &outcome, name)
                .map_err(|error| refusal(&error))?;
            Some((folder, crate::figures::write(folder, &drawings)?))
        }
        None => None,
    };
    if arguments.json {
        return crate::print(&format!("{:#}\n", document(&outcome, &files, audit, seconds)));
    }
    let mut out = text(&spec, &outcome, &files, audit);
    if arguments.spec.is_none() {
        paragraph(
            &mut out,
            &format!(
                "No --spec was given: {} is that of the fastest backplane lanes whose Nyquist frequency the file reaches. Others: {}.",
                spec.name,
                shipped().filter(|name| *name != spec.name).collect::<Vec<_>>().join(", ")
            ),
        );
    }
    if let Some((folder, names)) = written {
        let _ = writeln!(out, "\nFigures in {}: {}", folder.display(), names.join(", "));
    }
    crate::print(&out)
}

/// COM of the deciding case on the official grid, with the same setting of its equalisers, less what was found on a
/// coarser one; `None` for what was found there.
fn audit(
    spec: &ComSpec,
    channels: &Channels,
    outcome: &ComOutcome,
) -> Result<Option<f64>, ComError> {
    if outcome.resolution == Resolution::Official {
        return Ok(None);
    }
    let case = outcome.deciding();
    let options = Options {
        resolution: Resolution::Official,
        search: Search::Fixed(case.taps.setting()),
        cases: vec![case.case.clone()],
    };
    let official = evaluate(spec, channels, &options)?;
    Ok(Some(official.com_db - case.margin.com_db))
}

/// Names of shipped tables.
fn shipped() -> impl Iterator<Item = &'static str> + Clone {
    COM.iter().map(|(file, _)| file.trim_end_matches(".toml"))
}

/// The table by which a measured channel is judged where none is named.
fn served(through: &Read) -> Result<ComSpec, Failure> {
    let top = through.channel.channel.frequency_hz.last().copied().unwrap_or(0.0);
    let tables = BACKPLANES.iter().map(|(file, text)| ComSpec::parse(file, text));
    let tables: Vec<ComSpec> =
        tables.collect::<Result<_, _>>().map_err(|error| refusal(&ComError::Spec(error)))?;
    let reached = ComSpec::reached(&tables, Frequency::hz(top)).cloned();
    reached.map_or_else(|| specification("802.3dj-kr"), Ok)
}

/// A shipped table by name, or a file.
pub(crate) fn specification(name: &str) -> Result<ComSpec, Failure> {
    let own = COM.iter().find(|(file, _)| file.strip_suffix(".toml") == Some(name));
    let parsed = if let Some((file, text)) = own {
        ComSpec::parse(file, text)
    } else {
        let path = Path::new(name);
        if !path.exists() && path.extension().is_none_or(|e| e != "toml") {
            return Err(Failure::Unknown {
                message: format!("there is no COM specification `{name}`"),
                hint: format!("{}; or give a TOML file", suggestion(name, shipped())),
            });
        }
        let text =
            crate::plan::read(path, "shipped tables are named without .toml, e.g. 802.3dj-kr")?;
        ComSpec::parse(name, &text)
    };
    parsed.map_err(|error| refusal(&ComError::Spec(error)))
}

/// A case by its name, or by its number from one.
fn case_name(spec: &ComSpec, given: &str) -> String {
    let named = spec.cases.iter().any(|c| c.name.eq_ignore_ascii_case(given));
    let numbered = given.parse::<usize>().ok().and_then(|n| spec.cases.get(n.wrapping_sub(1)));
    match numbered {
        Some(case) if !named => case.name.clone(),
        _ => given.to_owned(),
    }
}

/// A channel that is a piece of a lane.
pub(crate) fn read_channel(path: &Path) -> Result<Read, Failure> {
    read(path, "piece", None)
}

fn read(path: &Path, role: &'static str, order: Option<PortOrder>) -> Result<Read, Failure> {
    let file = path.display().to_string();
    let failed = |reason: String, hint: &str| Failure::Input {
        file: file.clone(),
        reason,
        hint: Some(hint.to_owned()),
    };
    let whole = std::fs::File::open(path).and_then(|open| {
        let mut bytes = Vec::new();
        // A device may never end.
        open.take(LARGEST + 1).read_to_end(&mut bytes).map(|_| bytes)
    });
    let bytes = whole.map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => {
            failed("there is no such file".to_owned(), "give a Touchstone file (.s4p, .s2p, .ts)")
        }
        _ => failed(e.to_string(), "give a file that may be read"),
    })?;
    if bytes.len() as u64 > LARGEST {
        let reason = format!("it has more than {} MB", LARGEST / 1_000_000);
        return Err(failed(reason, "give a Touchstone file of four ports or two"));
    }
    let channel = ChannelFile::read(&bytes, &file, order).map_err(|error| {
        let hint = match &error {
            ChannelFileError::Modes(MixedModeError::Ambiguous { .. }) => {
                "say which ports are a line: --ports 12-34, 13-24 or 14-23"
            }
            ChannelFileError::Ports { .. } => "take two lines out of a larger file first",
            ChannelFileError::Quality(_) => {
                "measure again or make it passive first: a channel cannot give more power than it takes"
            }
            _ => "export the file again as Touchstone; is it whole?",
        };
        failed(error.to_string(), hint)
    })?;
    Ok(Read { role, file, channel })
}

fn refusal(error: &ComError) -> Failure {
    let hint = match error {
        ComError::Spec(SpecError::UnknownCase { .. }) => "leave out --package for all cases",
        ComError::Spec(_) => "compare with the shipped tables in catalog/com",
        ComError::TooShort { .. } => "measure more points: 10 MHz apart is usual",
        ComError::Bandwidth { .. } => {
            "take a specification of a lower symbol rate, or a wider measurement"
        }
        ComError::Resample { .. } => "export it with ascending frequencies in even steps",
        ComError::NoEye { .. } => {
            "check the port order with --ports, and that this is not an aggressor's file"
        }
        ComError::NotFinite { .. } => "look at the file's values: something there is extreme",
    };
    Failure::Usage { message: error.to_string(), hint: hint.to_owned() }
}

fn document(outcome: &ComOutcome, files: &[Read], audit: Option<f64>, seconds: f64) -> Value {
    let case = outcome.deciding();
    let margin = &case.margin;
    json!({
        "schema": "lightloom.com/1",
        "spec": outcome.spec,
        "grid": outcome.resolution,
        "tier": Tier::from(outcome.resolution).name(),
        "distance_to_tier_above_db": audit,
        "com_db": outcome.com_db,
        "pass_db": outcome.pass_db,
        "passes": outcome.passes(),
        "package": case.case,
        "fom_db": case.fom_db,
        "pre_fec_ber": margin.pre_fec_ber,
        "signal_v": margin.signal_v,
        "noise_v": margin.noise_v,
        "sigma": margin.sigma,
        "limiter": margin.without.limiter(),
        "taps": case.taps,
        "packages": outcome.cases,
        "files": files.iter().map(|f| json!({
            "file": f.file,
            "role": f.role,
            "ports": f.channel.order.map(|o| o.to_string()),
            "remarks": f.channel.remarks,
        })).collect::<Vec<_>>(),
        "seconds": seconds,
    })
}

fn text(spec: &ComSpec, outcome: &ComOutcome, files: &[Read], audit: Option<f64>) -> String {
    let mut out = String::new();
    let case = outcome.deciding();
    let aggressors = match files.len() - 1 {
        0 => "no aggressors".to_owned(),
        1 => "one aggressor".to_owned(),
        n => format!("{n} aggressors"),
    };
    let _ = writeln!(
        out,
        "{}: {}, {} GBd {}\n{}, {aggressors}, {:.1} dB at {:.2} GHz\n",
        spec.name,
        spec.title,
        significant(spec.symbol_rate.as_gbd(), 7),
        spec.modulation,
        files[0].file,
        case.channel_loss_db,
        spec.symbol_rate.nyquist().as_ghz(),
    );
    let verdict = if outcome.passes() { "passes" } else { "fails" };
    let most = case.margin.without.limiter();
    paragraph(
        &mut out,
        &format!(
            "COM is {:.2} dB and {verdict}: {:+.2} dB against {:.0} dB. What limits it most is {most}.",
            outcome.com_db,
            outcome.com_db - outcome.pass_db,
            outcome.pass_db,
        ),
    );
    out.push('\n');
    cases(&mut out, outcome);
    let _ = writeln!(out, "\nNoise at the detector{}", of_case(outcome));
    noise_rows(&mut out, &case.margin);
    let _ = writeln!(out, "\nEqualisers{}", of_case(outcome));
    equaliser_rows(&mut out, &case.taps, &case.margin);
    if let Some(db) = audit {
        out.push('\n');
        let (tier, distance) = (Tier::from(outcome.resolution), signed_db(db));
        paragraph(
            &mut out,
            &format!("Tier {tier}; T3, the standard's grid, gives {distance} at the same setting."),
        );
    }
    let mut remarks: Vec<String> = Vec::new();
    for file in files {
        remarks.extend(file.channel.remarks.iter().map(|r| format!("{}: {r}", file.file)));
    }
    remarks.extend(spec.note.clone());
    if !remarks.is_empty() {
        out.push('\n');
        for remark in remarks {
            paragraph(&mut out, &format!("- {remark}"));
        }
    }
    out
}

fn of_case(outcome: &ComOutcome) -> String {
    if outcome.cases.len() == 1 {
        String::new()
    } else {
        format!(", package {}", outcome.deciding().case)
    }
}

fn cases(out: &mut String, outcome: &ComOutcome) {
    let header =
        ["package", "COM", "FOM", "A_s", "A_ni", "die to die", "pre-FEC BER", "settings tried"];
    let mut table = new_table(&header);
    right_from(&mut table, 1, header.len());
    for (i, case) in outcome.cases.iter().enumerate() {
        let mark = if i == outcome.worst { "▶ " } else { "  " };
        table.add_row(vec![
            format!("{mark}{}", case.case),
            format!("{:.2} dB", case.margin.com_db),
            format!("{:.2} dB", case.fom_db),
            format!("{:.2} mV", case.margin.signal_v * 1e3),
            format!("{:.2} mV", case.margin.noise_v * 1e3),
            format!("{:.1} dB", case.die_to_die_loss_db),
            format!("{:.1e}", case.margin.pre_fec_ber),
            case.evaluations.to_string(),
        ]);
    }
    let _ = writeln!(out, "{table}");
}

/// A table of a margin's noises.
pub(crate) fn noise_rows(out: &mut String, margin: &Margin) {
    let header = ["source", "rms", "", "COM without it"];
    let mut table = new_table(&header);
    right_from(&mut table, 1, 2);
    right_from(&mut table, 3, 4);
    let rms = margin.sigma.by_source_v();
    let largest = rms.iter().fold(0.0_f64, |a, b| a.max(*b));
    for ((name, com_db), rms) in margin.without.parts().into_iter().zip(rms) {
        if rms <= 0.0 {
            continue;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 24")]
        let bar = "█".repeat((rms / largest * 24.0).round() as usize);
        table.add_row(vec![
            name.to_owned(),
            format!("{:.3} mV", rms * 1e3),
            bar,
            format!("{:+.2} dB", com_db - margin.com_db),
        ]);
    }
    let _ = writeln!(out, "{table}");
}

/// Lines of the equalisers' taps.
pub(crate) fn equaliser_rows(out: &mut String, t: &Equalisers, margin: &Margin) {
    let taps = |taps: &[(i32, f64)]| {
        let all: Vec<String> = taps
            .iter()
            .map(|(p, w)| if *p == 0 { format!("[{w:.3}]") } else { format!("{w:+.3}") })
            .collect();
        all.join(" ")
    };
    let _ = writeln!(out, "  transmitter  {}", taps(&t.transmitter));
    let _ = writeln!(
        out,
        "  CTLE         {:.0} dB, low frequency {:.1} dB",
        t.ctle_gain_db, t.ctle_low_frequency_gain_db
    );
    if !t.feed_forward.is_empty() {
        // The fixed taps are the first run of neighbours, floating groups the others.
        let mut runs = t.feed_forward.chunk_by(|a, b| b.0 == a.0 + 1);
        let fixed = runs.next().unwrap_or_default();
        for (i, row) in fixed.chunks(12).enumerate() {
            let _ = writeln!(out, "  {:<11}  {}", if i == 0 { "FFE" } else { "" }, taps(row));
        }
        for group in runs {
            let _ = writeln!(out, "    from {:+3}    {}", group[0].0, taps(group));
        }
    }
    if !t.feedback.is_empty() {
        let last = t.feedback.iter().rposition(|b| *b != 0.0).map_or(0, |i| i + 1);
        let all: Vec<String> = t.feedback[..last]
            .iter()
            .map(|b| if b.abs() < 5e-4 { "0".to_owned() } else { format!("{b:+.3}") })
            .collect();
        let mut first = true;
        for row in all.chunks(12) {
            let head = if first { "  DFE          " } else { "               " };
            let _ = writeln!(out, "{head}{}", row.join(" "));
            first = false;
        }
    }
    if let Some(sequence) = &margin.sequence {
        let _ = writeln!(
            out,
            "  MLSD         {:+.2} dB on the {:.2} dB of feedback alone",
            sequence.gain_db, sequence.com_feedback_db
        );
    }
}
