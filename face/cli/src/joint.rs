//! `lightloom package joint`: what a joint of fibre and chip loses when it is misaligned.

use crate::failure::Failure;
use crate::meaning::quantity;
use crate::output;
use crate::text::{heading, new_table, paragraph, right_from};
use clap::Args;
use lightloom::Library;
use lightloom::evidence::Facts;
use lightloom::link::optics::{Misalignment, OpticsError};
use lightloom::package::coupling::Alignment;
use lightloom::scenario::problem::suggestion;
use lightloom::units::{Angle, Decibel, Length, significant};
use serde::Serialize;
use std::fmt::Write as _;

#[derive(Debug, Args)]
#[command(after_help = "Example: lightloom package joint --offset \"1.5 um\" --tilt \"0.5 deg\"")]
pub(crate) struct PackageJoint {
    /// Ways of alignment: active, passive, expanded-beam, imaging [default: all].
    #[arg(value_name = "ALIGNMENT")]
    alignments: Vec<String>,
    /// How far fibre and chip, or two lenses, miss each other sideways.
    #[arg(long, value_name = "LENGTH", default_value = "1 um")]
    offset: String,
    /// Angle between their axes.
    #[arg(long, value_name = "ANGLE", default_value = "0 deg")]
    tilt: String,
    /// Gap along the axis.
    #[arg(long, value_name = "LENGTH", default_value = "0 um")]
    gap: String,
    /// Print one JSON object (schema `lightloom.package-joint/1`) instead of text.
    #[arg(long)]
    json: bool,
}

/// The misalignment that was asked for, and what it costs.
#[derive(Debug, Serialize)]
struct JointSheet {
    schema: &'static str,
    version: &'static str,
    offset_um: f64,
    tilt_deg: f64,
    gap_um: f64,
    joints: Vec<JointRow>,
}

/// One way of alignment.
#[derive(Debug, Serialize)]
struct JointRow {
    alignment: String,
    /// Mode field diameters, or diameters of the spots of many modes.
    modes_um: [f64; 2],
    many_modes: bool,
    /// Loss of a perfect joint by modes that differ; none where spots of many modes meet.
    perfect_db: Option<f64>,
    /// What each error alone costs beyond a perfect joint, and all together.
    offset_db: f64,
    tilt_db: f64,
    gap_db: f64,
    together_db: f64,
    /// Offset and tilt that cost one decibel each.
    offset_of_1_db_um: f64,
    tilt_of_1_db_deg: f64,
    /// One sigma on each axis, as the catalog has this way of alignment.
    usual_offset_um: f64,
    usual_tilt_deg: f64,
    /// Extra loss beyond which a joint counts as bad.
    limit_db: f64,
}

const ALIGNMENTS: [&str; 4] = ["active", "passive", "expanded-beam", "imaging"];

pub(crate) fn run(arguments: &PackageJoint) -> Result<(), Failure> {
    let offset: Length = quantity("--offset", &arguments.offset)?;
    let tilt: Angle = quantity("--tilt", &arguments.tilt)?;
    let gap: Length = quantity("--gap", &arguments.gap)?;
    let within = |ok: bool, message: String, hint: &str| match ok {
        true => Ok(()),
        false => Err(Failure::Usage { message, hint: hint.to_owned() }),
    };
    within(
        offset <= Length::mm(1.0),
        format!("an offset of {offset} is no joint"),
        "--offset is at most 1 mm",
    )?;
    within(
        tilt.as_rad() <= 0.2,
        format!("a tilt of {tilt} is no small angle"),
        "--tilt is at most 11 deg: the model is one of small angles",
    )?;
    within(
        gap <= Length::mm(10.0),
        format!("a gap of {gap} is no joint"),
        "--gap is at most 10 mm",
    )?;
    let known = |name: &String| match ALIGNMENTS.contains(&name.as_str()) {
        true => Ok(name.clone()),
        false => Err(Failure::Unknown {
            message: format!("there is no way of alignment called `{name}`"),
            hint: suggestion(name, ALIGNMENTS),
        }),
    };
    let names: Vec<String> = if arguments.alignments.is_empty() {
        ALIGNMENTS.map(str::to_owned).to_vec()
    } else {
        arguments.alignments.iter().map(known).collect::<Result<_, _>>()?
    };
    let library = Library::shipped()?;
    let facts = Facts::nominal(&library.catalog);
    let miss = Misalignment { offset, tilt_rad: tilt.as_rad(), gap };
    let joints = names.iter().map(|name| row(&facts, name, &miss)).collect::<Result<_, _>>();
    let sheet = JointSheet {
        schema: "lightloom.package-joint/1",
        version: env!("CARGO_PKG_VERSION"),
        offset_um: um(offset),
        tilt_deg: tilt.as_rad().to_degrees(),
        gap_um: um(gap),
        joints: joints.map_err(|e: OpticsError| Failure::Usage {
            message: e.to_string(),
            hint: "compare with `lightloom catalog alignment`".to_owned(),
        })?,
    };
    output::answer(&sheet, arguments.json, None, text)
}

fn um(length: Length) -> f64 {
    1e6 * length.as_m()
}

fn row(facts: &Facts<'_>, name: &str, miss: &Misalignment) -> Result<JointRow, OpticsError> {
    let alignment = Alignment::from_facts(facts, name)?;
    let extra = |miss: Misalignment| alignment.extra_loss(&miss).map(Decibel::as_db);
    let none = Misalignment::default();
    // Extra loss is a square of offset and of tilt, for single modes and for spots: one value of each tells all.
    let tiny = 1e-3;
    let by_offset = extra(Misalignment { offset: Length::um(tiny), ..none })?;
    let by_tilt = extra(Misalignment { tilt_rad: tiny, ..none })?;
    let perfect = match alignment.aperture {
        Some(_) => None,
        None => Some(alignment.joint()?.loss(&none).as_db()),
    };
    Ok(JointRow {
        alignment: name.to_owned(),
        modes_um: alignment.modes.map(um),
        many_modes: alignment.aperture.is_some(),
        perfect_db: perfect,
        offset_db: extra(Misalignment { offset: miss.offset, ..none })?,
        tilt_db: extra(Misalignment { tilt_rad: miss.tilt_rad, ..none })?,
        gap_db: extra(Misalignment { gap: miss.gap, ..none })?,
        together_db: extra(*miss)?,
        offset_of_1_db_um: tiny / by_offset.sqrt(),
        tilt_of_1_db_deg: (tiny / by_tilt.sqrt()).to_degrees(),
        usual_offset_um: um(alignment.offset),
        usual_tilt_deg: alignment.tilt.as_rad().to_degrees(),
        limit_db: alignment.limit.as_db(),
    })
}

fn text(sheet: &JointSheet) -> String {
    let mut out = String::new();
    let show = |value: f64| significant(value, 3);
    heading(
        &mut out,
        &format!(
            "One joint of fibre and chip, {} um beside, {} deg off, {} um apart",
            show(sheet.offset_um),
            show(sheet.tilt_deg),
            show(sheet.gap_um)
        ),
    );
    let mut table = new_table(&[
        "alignment",
        "modes, um",
        "perfect",
        "offset costs",
        "tilt costs",
        "gap costs",
        "together",
        "1 dB at",
        "or at",
        "usual error (sigma)",
        "bad beyond",
    ]);
    right_from(&mut table, 2, 11);
    let db = |value: f64| format!("{value:.2} dB");
    for row in &sheet.joints {
        let [first, second] = row.modes_um.map(show);
        table.add_row([
            row.alignment.clone(),
            format!("{first} on {second}"),
            row.perfect_db.map_or_else(|| "-".to_owned(), db),
            db(row.offset_db),
            db(row.tilt_db),
            db(row.gap_db),
            db(row.together_db),
            format!("{} um", show(row.offset_of_1_db_um)),
            format!("{} deg", show(row.tilt_of_1_db_deg)),
            format!("{} um, {} deg", show(row.usual_offset_um), show(row.usual_tilt_deg)),
            db(row.limit_db),
        ]);
    }
    let _ = writeln!(out, "{table}");
    paragraph(
        &mut out,
        "Boundary: one joint between two Gaussian modes, or two spots of many modes (imaging), beyond the loss of a perfect one; \
         the taper on the chip, reflections and the rest of the coupler are not in it. Perfect: modes that differ. Modes and \
         errors are facts: `lightloom catalog alignment`, `lightloom catalog coupler`. What such errors make of yield and cost: \
         `lightloom package yield`.",
    );
    out
}
