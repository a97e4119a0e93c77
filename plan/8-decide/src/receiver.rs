//! What the bond of an engine costs in light.

use crate::plan::{BondRow, ReceiverNoiseRow};
use lightloom_evidence::{FactError, Facts};
use lightloom_link::optics::{BONDS, ReceiverNoise};
use lightloom_package::Technology;
use lightloom_package::technology::Source;
use lightloom_units::Quantity;

/// A technology's receiver by each bond; `None` for copper and for receivers that have an amplifier of their own.
///
/// # Errors
/// [`FactError`] when the catalog lacks one.
pub(crate) fn receiver(
    facts: &Facts<'_>,
    technology: &Technology,
) -> Result<Option<ReceiverNoiseRow>, FactError> {
    let Some(engine) = technology.engine.as_ref().filter(|e| e.source() != Source::MicroLed) else {
        return Ok(None);
    };
    let noise = ReceiverNoise::from_facts(facts)?;
    let row = |name: &str| -> Result<BondRow, FactError> {
        let before = noise.before_amplifier(ReceiverNoise::bond(facts, name)?);
        let density = noise.sized(before);
        Ok(BondRow {
            bond: name.to_owned(),
            capacitance_ff: before.si() * 1e15,
            noise_pa_per_root_hz: density.si() * 1e12,
            gain_db: ReceiverNoise::gain(noise.reference, density).as_db(),
        })
    };
    Ok(Some(ReceiverNoiseRow {
        own: row(&engine.bond)?,
        bonds: BONDS.into_iter().map(row).collect::<Result<_, _>>()?,
    }))
}
