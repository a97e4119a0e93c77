//! `lightloom fec`.

use crate::args::FecArguments;
use crate::failure::Failure;
use crate::meaning::{modulation, quantity};
use crate::text::{new_table, paragraph};
use comfy_table::CellAlignment;
use lightloom::Library;
use lightloom::evidence::Facts;
use lightloom::link::fec::comparison::{CodeRow, ComparisonError, LatencyRow, ResultRow};
use lightloom::link::fec::{
    Bursts, Comparison, ErrorStatistics, FecError, Frame, Interleaving, Precoding, Question,
    Target, compare,
};
use lightloom::link::{Fec, Pam};
use lightloom::units::{BitRate, significant};
use serde_json::json;
use std::fmt::Write as _;

pub(crate) fn run(arguments: &FecArguments) -> Result<(), Failure> {
    let question = question(arguments)?;
    let library = Library::shipped()?;
    let facts = Facts::nominal(&library.catalog);
    let comparison = compare(&facts, &question).map_err(|error| refusal(&error))?;
    if arguments.json {
        crate::print(&format!("{:#}\n", json!(comparison)))
    } else {
        crate::print(&text(&comparison))
    }
}

fn usage(message: impl Into<String>, hint: impl Into<String>) -> Failure {
    Failure::Usage { message: message.into(), hint: hint.into() }
}

fn question(arguments: &FecArguments) -> Result<Question, Failure> {
    let interleaving = Interleaving::ALL
        .into_iter()
        .find(|i| i.codewords() == arguments.interleave)
        .ok_or_else(|| {
            let message =
                format!("{} interleaved codewords are not modelled", arguments.interleave);
            usage(message, "--interleave is 1 (100GBASE-R), 2 (200G and 400G) or 4 (800G and 1.6T)")
        })?;
    let pam = modulation(arguments.pam)?;
    let payload = quantity("--rate", &arguments.rate)?;
    let precoding = if arguments.precoding { Precoding::On } else { Precoding::Off };
    let bursts = arguments.dfe.map(|tap| Bursts::of_tap(tap, precoding));
    let codes = arguments.code.map_or_else(|| Fec::ALL.to_vec(), |code| vec![code.fec()]);
    let frame_loss_ratio = arguments.frame_loss.unwrap_or(interleaving.frame_loss_of_8023());
    Ok(Question {
        before: ErrorStatistics { ber: arguments.ber, pam, bursts },
        interleaving,
        target: Target { frame: Frame::SMALLEST, frame_loss_ratio },
        payload,
        codes,
    })
}

/// Which argument a refusal is about.
fn refusal(error: &ComparisonError) -> Failure {
    let hint = match error {
        ComparisonError::Fact(_) => "compare with the shipped files in catalog/",
        ComparisonError::Fec(error) => match error {
            FecError::BitErrorRatio(_) | FecError::Certain { .. } => {
                "give --ber as a ratio, e.g. --ber 2.4e-4"
            }
            FecError::FrameLoss(_) => {
                "give --frame-loss as a ratio, e.g. 6.2e-10, which 802.3 takes for a BER of 1e-12"
            }
            FecError::Tap(_) | FecError::Propagation(_) => {
                "give --dfe as a share of the main tap, e.g. --dfe 0.5"
            }
            FecError::Rate(_) => "give --rate with a unit, e.g. --rate \"800 Gb/s\"",
            FecError::BurstsBeforeInnerCode => "leave out --dfe, or take --code kp4",
            FecError::Unreachable(_) => "take a smaller --dfe tap, --precoding or a stronger code",
            FecError::Frame(_) | FecError::Code { .. } | FecError::Numerics(_) => {
                "an extreme value: move it towards the middle of its range"
            }
        },
    };
    usage(error.to_string(), hint)
}

/// Two digits; what is below every target is not told apart.
fn ratio(value: f64) -> String {
    match value {
        v if v < 1e-30 => "< 1e-30".to_owned(),
        v if v < 0.01 => format!("{v:.1e}"),
        v => format!("{v:.2}"),
    }
}

fn decibels(value: f64) -> String {
    // No sign before a zero.
    if value.abs() < 0.005 { "0.00 dB".to_owned() } else { format!("{value:+.2} dB") }
}

fn text(c: &Comparison) -> String {
    let mut out = String::new();
    let together = match c.interleaved_codewords {
        1 => "codewords one by one".to_owned(),
        v => format!("{v} codewords interleaved"),
    };
    let kept: Vec<&CodeRow> =
        c.codes.iter().filter(|r| r.result.is_some_and(|r| r.keeps_target)).collect();
    let cheapest = kept.iter().min_by(|a, b| a.overhead.total_cmp(&b.overhead));
    let answer = match (cheapest, c.codes.as_slice()) {
        (Some(row), [_]) => format!("{} keeps the target.", row.name),
        (None, [row]) => format!("{} does not keep the target.", row.name),
        (Some(row), _) => {
            let quickest =
                kept.iter().min_by(|a, b| a.latency.total_ns.total_cmp(&b.latency.total_ns));
            let quicker = match quickest {
                Some(q) if q.code != row.code => format!("; {} has the least latency", q.name),
                _ => String::new(),
            };
            format!("{} keeps the target with the least overhead{quicker}.", row.name)
        }
        (None, _) => "No code here keeps the target.".to_owned(),
    };
    let _ = writeln!(
        out,
        "A bit error ratio of {} in {}, {together}, {}\nTarget: at most {} of all 64-octet frames lost\n",
        if c.ber < 0.01 { format!("{:e}", c.ber) } else { c.ber.to_string() },
        c.modulation,
        BitRate::gbps(c.payload_gbps),
        ratio(c.target_frame_loss_ratio),
    );
    paragraph(&mut out, &answer);
    if let Some(bursts) = &c.bursts {
        let precoded = match bursts.precoding {
            Precoding::On => ", precoded",
            Precoding::Off => "",
        };
        paragraph(
            &mut out,
            &format!(
                "An error goes on with a probability of {}{precoded}: a counter before the code shows a bit error ratio of {}.",
                significant(bursts.continuation_probability, 3),
                ratio(bursts.ber_counted)
            ),
        );
    }
    out.push('\n');
    table(&mut out, c);
    if let [row] = c.codes.as_slice() {
        let mut say = |text: &str| paragraph(&mut out, text);
        if row.latency.total_ns > 0.0 {
            say(&format!("Latency: {}.", causes(&row.latency)));
        }
        say(&format!(
            "Published threshold: {:e}, for a frame loss of {}.",
            row.published_threshold_ber,
            ratio(row.published_at_frame_loss_ratio)
        ));
        if let Some(ResultRow { codeword_error_ratio_other_precoding: Some(other), .. }) =
            row.result
        {
            let changed = match c.bursts.as_ref().map(|b| b.precoding) {
                Some(Precoding::On) => "Without",
                _ => "With",
            };
            say(&format!("{changed} precoding it would lose {} of its codewords.", ratio(other)));
        }
    }
    if c.modulation != Pam::Pam4 && c.codes.iter().any(|r| r.code == Fec::Kp4Hamming) {
        paragraph(&mut out, "- The table of the inner code holds for PAM4: an estimate here.");
    }
    for row in &c.codes {
        if let Some(why) = &row.not_modelled {
            paragraph(&mut out, &format!("- {}: {why}", row.name));
        }
    }
    out
}

fn table(out: &mut String, c: &Comparison) {
    let mut header =
        vec!["code", "codewords lost", "frames lost", "BER behind", "threshold", "margin"];
    if c.bursts.is_some() {
        header.push("precoding");
    }
    header.extend(["overhead", "latency"]);
    let mut table = new_table(&header);
    for index in 1..header.len() {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for row in &c.codes {
        let cell = |show: &dyn Fn(&ResultRow) -> String| {
            row.result.as_ref().map_or_else(|| "-".to_owned(), show)
        };
        let mark = if row.result.is_some_and(|r| r.keeps_target) { "✓ " } else { "  " };
        let mut cells = vec![
            format!("{mark}{}", row.name),
            cell(&|r| r.codeword_error_ratio.map_or_else(|| "-".to_owned(), ratio)),
            cell(&|r| ratio(r.frame_loss_ratio)),
            cell(&|r| ratio(r.ber_behind)),
            cell(&|r| format!("{:.2e}", r.threshold_ber)),
            cell(&|r| decibels(r.margin_db)),
        ];
        if c.bursts.is_some() {
            cells.push(cell(
                &|r| match (r.better_precoding, r.codeword_error_ratio_other_precoding) {
                    (Some(Precoding::On), _) => "better on".to_owned(),
                    (Some(Precoding::Off), _) => "better off".to_owned(),
                    _ => "-".to_owned(),
                },
            ));
        }
        cells.extend([
            format!("{:.1} %", (row.overhead - 1.0) * 100.0),
            format!("{:.0} ns", row.latency.total_ns),
        ]);
        table.add_row(cells);
    }
    let _ = writeln!(out, "{table}");
}

/// Where the time goes.
fn causes(latency: &LatencyRow) -> String {
    let causes: Vec<String> = [
        ("collecting", latency.collect_ns),
        ("decoding", latency.decode_ns),
        ("inner decoding", latency.inner_decode_ns),
        ("interleaver", latency.interleaver_ns),
    ]
    .into_iter()
    .filter(|(_, ns)| *ns > 0.0)
    .map(|(name, ns)| format!("{name} {ns:.0} ns"))
    .collect();
    causes.join(", ")
}
