//! `lightloom package joint`: what a joint of fibre and chip loses when it is misaligned.

use crate::failure::Failure;
use crate::meaning::quantity;
use crate::output;
use crate::text::{heading, new_table, paragraph, right_from};
use clap::Args;
use lightloom::Library;
use lightloom::decide::joint_sheet::joint_sheet;
use lightloom::decide::plan::JointSheet;
use lightloom::evidence::Facts;
use lightloom::link::optics::Misalignment;
use lightloom::package::coupling::Alignment;
use lightloom::scenario::problem::suggestion;
use lightloom::units::{Angle, Length, significant};
use std::fmt::Write as _;

#[derive(Debug, Args)]
#[command(after_help = "Example: lightloom package joint --offset \"1.5 um\" --tilt \"0.5 deg\"")]
pub(crate) struct PackageJoint {
    /// Ways of alignment: active, passive, expanded-beam, imaging [default: all].
    #[arg(value_name = "ALIGNMENT")]
    alignments: Vec<String>,
    /// How far fibre and chip, or two lenses, miss each other sideways.
    #[arg(long, value_name = "LENGTH", default_value = "1 um", allow_hyphen_values = true)]
    offset: String,
    /// Angle between their axes.
    #[arg(long, value_name = "ANGLE", default_value = "0 deg", allow_hyphen_values = true)]
    tilt: String,
    /// Gap along the axis.
    #[arg(long, value_name = "LENGTH", default_value = "0 um", allow_hyphen_values = true)]
    gap: String,
    /// Print one JSON object (schema `lightloom.package-joint/1`) instead of text.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &PackageJoint) -> Result<(), Failure> {
    let offset: Length = quantity("--offset", &arguments.offset)?;
    let tilt: Angle = quantity("--tilt", &arguments.tilt)?;
    let gap: Length = quantity("--gap", &arguments.gap)?;
    let known = |name: &String| {
        Alignment::KNOWN.into_iter().find(|known| known == name).ok_or_else(|| Failure::Unknown {
            message: format!("there is no way of alignment called `{name}`"),
            hint: suggestion(name, Alignment::KNOWN),
        })
    };
    let names: Vec<&str> = if arguments.alignments.is_empty() {
        Alignment::KNOWN.to_vec()
    } else {
        arguments.alignments.iter().map(known).collect::<Result<_, _>>()?
    };
    let library = Library::shipped()?;
    let facts = Facts::nominal(&library.catalog);
    let miss = Misalignment { offset, tilt_rad: tilt.as_rad(), gap };
    let sheet = joint_sheet(&facts, &names, &miss).map_err(|error| Failure::Usage {
        message: error.to_string(),
        hint: "compare with `lightloom catalog alignment`".to_owned(),
    })?;
    output::answer(&sheet, arguments.json, None, text)
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
