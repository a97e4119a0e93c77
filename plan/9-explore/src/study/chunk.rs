//! A chunk of computed points as bytes, sealed with what it is of.

use super::bench::Row;
use super::output::Cell;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What a study's content is known by: scenario, study, catalog, version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// Of texts, each with its length, so that no two lists run into each other.
    pub(crate) fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut hash = Sha256::new();
        for text in texts {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        Self(hash.finalize().into())
    }

    /// As 64 hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        self.0.iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// Why bytes are no chunk of this study.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    /// Cut short, changed, or no chunk at all.
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    /// A chunk, of something else.
    #[error("it belongs to another study, scenario, catalog or version of lightloom")]
    Foreign,
    /// A chunk of this study in another's place.
    #[error("it is chunk {found}, chunk {expected} belongs here")]
    Misplaced {
        /// What it is.
        found: u64,
        /// What it should be.
        expected: u64,
    },
}

const MAGIC: &[u8; 8] = b"LLSTUDY1";
const HEAD: usize = 8 + 32 + 8 + 8;
const SEAL: usize = 32;

/// Rows as bytes.
///
/// # Model
/// Name and version of the format, key, number of the chunk, number of rows; numbers of the points; refusals; column by column
/// numbers, or places in the list of texts that ends the body; SHA-256 of all that. Little-endian.
#[must_use]
pub fn seal(key: &Key, index: u64, rows: &[Row]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEAD + SEAL + rows.len() * 64);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&key.0);
    out.extend_from_slice(&index.to_le_bytes());
    out.extend_from_slice(&(rows.len() as u64).to_le_bytes());
    let mut texts = Texts::default();
    rows.iter().for_each(|row| out.extend_from_slice(&row.point.to_le_bytes()));
    for row in rows {
        let place = row.refused.as_ref().map_or(0, |why| texts.place(why) + 1);
        out.extend_from_slice(&place.to_le_bytes());
    }
    let columns = rows.first().map_or(0, |row| row.cells.len());
    for column in 0..columns {
        for row in rows {
            match &row.cells[column] {
                Cell::Number(number) => out.extend_from_slice(&number.to_le_bytes()),
                Cell::Text(text) => {
                    out.extend_from_slice(&u64::from(texts.place(text)).to_le_bytes());
                }
            }
        }
    }
    out.extend_from_slice(&(texts.list.len() as u64).to_le_bytes());
    for text in &texts.list {
        out.extend_from_slice(&(text.len() as u64).to_le_bytes());
        out.extend_from_slice(text.as_bytes());
    }
    let seal = Sha256::digest(&out);
    out.extend_from_slice(&seal);
    out
}

/// Texts, each once, in the order in which they appear.
#[derive(Default)]
struct Texts {
    list: Vec<String>,
    places: BTreeMap<String, u32>,
}

impl Texts {
    fn place(&mut self, text: &str) -> u32 {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(text.to_owned());
        self.places.insert(text.to_owned(), place);
        place
    }
}

/// The rows of a chunk; `texts` says which columns are texts.
///
/// # Errors
/// [`ChunkError`].
pub fn open(bytes: &[u8], key: &Key, index: u64, texts: &[bool]) -> Result<Vec<Row>, ChunkError> {
    let Some(body) = bytes.len().checked_sub(SEAL).filter(|n| *n >= HEAD) else {
        return Err(ChunkError::Damaged("it is too short"));
    };
    if bytes[..8] != *MAGIC {
        return Err(ChunkError::Damaged("it does not begin as a chunk"));
    }
    if Sha256::digest(&bytes[..body]).as_slice() != &bytes[body..] {
        return Err(ChunkError::Damaged("its checksum is another"));
    }
    if bytes[8..40] != key.0 {
        return Err(ChunkError::Foreign);
    }
    let mut reader = Reader { rest: &bytes[40..body] };
    let found = reader.whole()?;
    if found != index {
        return Err(ChunkError::Misplaced { found, expected: index });
    }
    let n = reader.whole()?;
    // What is sealed and counts more rows than it holds was never written here.
    let n = usize::try_from(n).ok().filter(|n| n.saturating_mul(12) <= bytes.len());
    let n = n.ok_or(ChunkError::Damaged("it counts rows that it does not hold"))?;
    let points: Vec<u64> = (0..n).map(|_| reader.whole()).collect::<Result<_, _>>()?;
    let refusals: Vec<u32> = (0..n).map(|_| reader.short()).collect::<Result<_, _>>()?;
    let columns: Vec<Vec<u64>> = texts
        .iter()
        .map(|_| (0..n).map(|_| reader.whole()).collect())
        .collect::<Result<_, ChunkError>>()?;
    let list = reader.texts()?;
    let text = |place: u64| {
        let place = usize::try_from(place).ok();
        place.and_then(|p| list.get(p)).cloned().ok_or(ChunkError::Damaged("a text is missing"))
    };
    let row = |i: usize| -> Result<Row, ChunkError> {
        let cells = columns.iter().zip(texts).map(|(column, is_text)| {
            Ok(if *is_text {
                Cell::Text(text(column[i])?)
            } else {
                Cell::Number(f64::from_bits(column[i]))
            })
        });
        let refused = match refusals[i] {
            0 => None,
            place => Some(text(u64::from(place - 1))?),
        };
        Ok(Row { point: points[i], cells: cells.collect::<Result<_, ChunkError>>()?, refused })
    };
    (0..n).map(row).collect()
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, n: usize) -> Result<&'b [u8], ChunkError> {
        let (taken, rest) =
            self.rest.split_at_checked(n).ok_or(ChunkError::Damaged("it ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn whole(&mut self) -> Result<u64, ChunkError> {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(self.take(8)?);
        Ok(u64::from_le_bytes(bytes))
    }

    fn short(&mut self) -> Result<u32, ChunkError> {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(self.take(4)?);
        Ok(u32::from_le_bytes(bytes))
    }

    fn texts(&mut self) -> Result<Vec<String>, ChunkError> {
        let count = self.whole()?;
        let mut list = Vec::new();
        for _ in 0..count {
            let n = usize::try_from(self.whole()?).unwrap_or(usize::MAX);
            let text = std::str::from_utf8(self.take(n)?);
            list.push(text.map_err(|_| ChunkError::Damaged("a text is none"))?.to_owned());
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test may panic")]

    use super::*;

    fn rows() -> Vec<Row> {
        let row = |point, x, text: &str, refused: Option<&str>| Row {
            point,
            cells: vec![Cell::Number(x), Cell::Text(text.to_owned())],
            refused: refused.map(str::to_owned),
        };
        vec![
            row(7, 1.5, "dac", None),
            row(8, -0.0, "a, \"b\"", None),
            row(9, 3.0, "", Some("too large")),
        ]
    }

    #[test]
    fn what_is_sealed_is_opened() {
        let key = Key::of(["a", "b"]);
        let bytes = seal(&key, 3, &rows());
        assert_eq!(open(&bytes, &key, 3, &[false, true]).unwrap(), rows());
        assert_eq!(seal(&key, 3, &rows()), bytes);
    }

    #[test]
    fn every_changed_byte_is_found_and_foreign_ones_are_told() {
        let key = Key::of(["a", "b"]);
        let bytes = seal(&key, 3, &rows());
        for i in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[i] ^= 1;
            assert!(
                matches!(open(&changed, &key, 3, &[false, true]), Err(ChunkError::Damaged(_))),
                "byte {i}"
            );
            assert!(open(&bytes[..i], &key, 3, &[false, true]).is_err(), "cut at {i}");
        }
        assert_ne!(Key::of(["ab", ""]), key);
        let foreign = open(&bytes, &Key::of(["ab", ""]), 3, &[false, true]);
        assert_eq!(foreign, Err(ChunkError::Foreign));
        let other = open(&bytes, &key, 4, &[false, true]);
        assert_eq!(other, Err(ChunkError::Misplaced { found: 3, expected: 4 }));
    }
}
