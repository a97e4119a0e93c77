//! What a joint of fibre and chip loses when it is misaligned, as one document.

use crate::plan::{JointSheet, MisalignedRow};
use lightloom_evidence::Facts;
use lightloom_link::optics::{Misalignment, OpticsError, within};
use lightloom_package::coupling::Alignment;
use lightloom_units::{Angle, Decibel, Length};

/// Version of the document.
const SCHEMA: &str = "lightloom.package-joint/1";
/// Extra loss of which offset and tilt are told.
const ONE: Decibel = Decibel::db(1.0);
const SMALL: &str = "the model is one of small angles, to 11 deg";

/// What a misalignment costs by each way of alignment that is named, in the order of their names.
///
/// # Model
/// [`Alignment::extra_loss`] of each error alone and of all together; [`Alignment::tolerances`] at 1 dB.
///
/// # Validity
/// Offsets to 1 mm, tilts to 0.2 rad, for which an angle is small, gaps to 10 mm: beyond there is no joint.
///
/// # Errors
/// [`OpticsError`] beyond that, and for a way of alignment that the catalog does not know.
pub fn joint_sheet(
    facts: &Facts<'_>,
    names: &[&str],
    miss: &Misalignment,
) -> Result<JointSheet, OpticsError> {
    let offset = um(miss.offset);
    within((0.0..=1e3).contains(&offset), "offset in um", "0 to 1000", offset, "1 um is usual")?;
    let tilt = miss.tilt_rad;
    within((0.0..=0.2).contains(&tilt), "tilt in rad", "0 to 0.2", tilt, SMALL)?;
    let gap = um(miss.gap);
    within((0.0..=1e4).contains(&gap), "gap in um", "0 to 10000", gap, "10 um is usual")?;
    Ok(JointSheet {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        offset_um: offset,
        tilt_deg: tilt.to_degrees(),
        gap_um: gap,
        joints: names.iter().map(|name| row(facts, name, miss)).collect::<Result<_, _>>()?,
    })
}

fn um(length: Length) -> f64 {
    1e6 * length.as_m()
}

fn degrees(angle: Angle) -> f64 {
    angle.as_rad().to_degrees()
}

fn row(facts: &Facts<'_>, name: &str, miss: &Misalignment) -> Result<MisalignedRow, OpticsError> {
    let alignment = Alignment::from_facts(facts, name)?;
    let extra = |miss: Misalignment| alignment.extra_loss(&miss).map(Decibel::as_db);
    let none = Misalignment::default();
    let (offset_of_one, tilt_of_one) = alignment.tolerances(ONE)?;
    let perfect = match alignment.aperture {
        Some(_) => None,
        None => Some(alignment.joint()?.loss(&none).as_db()),
    };
    Ok(MisalignedRow {
        alignment: name.to_owned(),
        modes_um: alignment.modes.map(um),
        many_modes: alignment.aperture.is_some(),
        perfect_db: perfect,
        offset_db: extra(Misalignment { offset: miss.offset, ..none })?,
        tilt_db: extra(Misalignment { tilt_rad: miss.tilt_rad, ..none })?,
        gap_db: extra(Misalignment { gap: miss.gap, ..none })?,
        together_db: extra(*miss)?,
        offset_of_1_db_um: um(offset_of_one),
        tilt_of_1_db_deg: degrees(tilt_of_one),
        usual_offset_um: um(alignment.offset),
        usual_tilt_deg: degrees(alignment.tilt),
        limit_db: alignment.limit.as_db(),
    })
}
