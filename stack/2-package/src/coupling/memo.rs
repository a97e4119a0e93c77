//! Yields of engines that were computed once: plans ask for the same few again and again.

use crate::coupling::Alignment;
use lightloom_link::optics::OpticsError;
use lightloom_units::{Quantity, Ratio};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Bits of every number that a yield follows from.
type Key = [u64; 16];

/// Yields by alignment and fibres; pure, so that any shops may share one.
#[derive(Debug, Default)]
pub(crate) struct Memo(Mutex<BTreeMap<Key, f64>>);

impl Memo {
    /// [`Alignment::engine_yield`], computed by whoever needs it first.
    pub(crate) fn engine_yield(
        &self,
        alignment: &Alignment,
        fibres: u32,
        rows: u32,
    ) -> Result<Ratio, OpticsError> {
        let key = key(alignment, fibres, rows);
        // Entries are whole at any time, whatever happened to a thread that held the map.
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        if let Some(known) = known {
            return Ok(Ratio::new(known));
        }
        let made = alignment.engine_yield(fibres, rows)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, made.value());
        Ok(made)
    }
}

fn key(a: &Alignment, fibres: u32, rows: u32) -> Key {
    let lens = a.fibre_behind_lens.map_or(0.0, Quantity::si);
    let numbers = [
        a.modes[0].si(),
        a.modes[1].si(),
        a.wavelength.si(),
        lens,
        a.aperture.map_or(0.0, Quantity::si),
        a.offset.si(),
        a.tilt.si(),
        a.gap.si(),
        a.gap_spread.si(),
        a.rotation.si(),
        a.pitch_error.si(),
        a.limit.si(),
        a.pitch.si(),
        a.array.si(),
        f64::from(fibres),
        f64::from(rows),
    ];
    numbers.map(f64::to_bits)
}
