//! Which of several designs wins over the range of two inputs.

use crate::break_even::{Axis, BreakEvenError};
use serde::Serialize;
use std::collections::BTreeMap;

/// How finely to look: cells of the first look on each axis, and how often cells of a border are quartered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Fineness {
    /// Cells of the first look, on each axis.
    pub cells: u16,
    /// Quarterings.
    pub levels: u8,
}

impl Default for Fineness {
    /// 8 by 8 cells, borders to a 64th of each range.
    fn default() -> Self {
        Self { cells: 8, levels: 3 }
    }
}

/// A rectangle of the map.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Cell {
    /// First input, low and high.
    pub x: [f64; 2],
    /// Second input, low and high.
    pub y: [f64; 2],
    /// Winner at its corners: low low, high low, low high, high high.
    pub corners: [usize; 4],
}

impl Cell {
    /// The winner, where all corners agree.
    #[must_use]
    pub fn winner(&self) -> Option<usize> {
        let first = self.corners[0];
        self.corners.iter().all(|w| *w == first).then_some(first)
    }
}

/// A place between two winners, known to half a cell of the last level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BorderPoint {
    /// First input.
    pub x: f64,
    /// Second input.
    pub y: f64,
    /// Winner to the left or below.
    pub from: usize,
    /// Winner to the right or above.
    pub to: usize,
}

/// Which design wins where.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WinnerMap {
    /// Rectangles that cover the map without overlap.
    pub cells: Vec<Cell>,
    /// Places between winners.
    pub border: Vec<BorderPoint>,
    /// How often the function was called.
    pub evaluations: u32,
}

impl WinnerMap {
    /// Share of the map, in steps of its axes, that each design wins; cells on a border count by their corners.
    #[must_use]
    pub fn shares(&self, x: &Axis, y: &Axis) -> BTreeMap<usize, f64> {
        let mut shares = BTreeMap::new();
        for cell in &self.cells {
            let width = x.share_of(cell.x[1]) - x.share_of(cell.x[0]);
            let height = y.share_of(cell.y[1]) - y.share_of(cell.y[0]);
            for corner in cell.corners {
                *shares.entry(corner).or_insert(0.0) += 0.25 * width * height;
            }
        }
        shares
    }
}

/// Looks up the winner over two inputs, finely only where winners meet.
///
/// # Model
/// A quadtree: `cells x cells` rectangles, of which those whose boundary sees more than one winner are quartered,
/// `levels` times. No point is evaluated twice.
///
/// # Validity
/// A winner whose whole region lies within a cell of the first look is not seen. A straight border costs about
/// `3 cells 2^levels` calls beside the first `(cells + 1)^2`, where a full grid would cost `(cells 2^levels + 1)^2`.
///
/// # Errors
/// [`BreakEvenError`] when the fineness is out of bounds or the function refuses; its place is the first input.
///
/// # Example
/// ```
/// use lightloom_economics::break_even::{Axis, BreakEvenError, Spacing};
/// use lightloom_economics::winner_map::{Fineness, winner_map};
/// // Design 1 wins outside a quarter circle of radius 1.
/// let axis = Axis::new(0.0, 1.0, Spacing::Linear)?;
/// let f = |x: f64, y: f64| Ok::<usize, std::convert::Infallible>(usize::from(x * x + y * y > 1.0));
/// let map = winner_map(f, &axis, &axis, Fineness { cells: 8, levels: 4 })?;
/// let inside = map.shares(&axis, &axis)[&0];
/// assert!((inside - std::f64::consts::FRAC_PI_4).abs() < 0.01 && map.evaluations < 1_000);
/// # Ok::<(), BreakEvenError<std::convert::Infallible>>(())
/// ```
pub fn winner_map<E>(
    mut f: impl FnMut(f64, f64) -> Result<usize, E>,
    x: &Axis,
    y: &Axis,
    fineness: Fineness,
) -> Result<WinnerMap, BreakEvenError<E>> {
    let setting = |what, needed, found: f64| Err(BreakEvenError::Setting { what, needed, found });
    if !(1..=256).contains(&fineness.cells) {
        return setting("the number of cells", "from 1 to 256", f64::from(fineness.cells));
    }
    if fineness.levels > 8 {
        return setting("the number of quarterings", "at most 8", f64::from(fineness.levels));
    }
    let whole = u32::from(fineness.cells) << fineness.levels;
    let at = |axis: &Axis, i: u32| axis.at(f64::from(i) / f64::from(whole));
    let mut known = BTreeMap::new();
    let mut look = |known: &mut BTreeMap<(u32, u32), usize>, i: u32, j: u32| {
        if let Some(winner) = known.get(&(i, j)) {
            return Ok(*winner);
        }
        let place = (at(x, i), at(y, j));
        let winner =
            f(place.0, place.1).map_err(|error| BreakEvenError::Function { at: place.0, error })?;
        known.insert((i, j), winner);
        Ok(winner)
    };
    let mut size = 1_u32 << fineness.levels;
    let mut open: Vec<(u32, u32)> = (0..u32::from(fineness.cells))
        .flat_map(|j| (0..u32::from(fineness.cells)).map(move |i| (i * size, j * size)))
        .collect();
    let corners = |i: u32, j: u32, s: u32| [(i, j), (i + s, j), (i, j + s), (i + s, j + s)];
    for (i, j) in &open {
        for (a, b) in corners(*i, *j, size) {
            look(&mut known, a, b)?;
        }
    }
    let mut closed = Vec::new();
    while size > 1 {
        let half = size / 2;
        let (mut waiting, mut quartered) = (open, Vec::new());
        // A neighbour's quartering may show a winner on the edge of a cell whose corners agree: look again.
        loop {
            let (split, keep): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|&(i, j)| {
                let edge =
                    [(i + half, j), (i, j + half), (i + size, j + half), (i + half, j + size)];
                let first = known.get(&(i, j));
                let others = corners(i, j, size).into_iter().chain(edge);
                others.filter_map(|p| known.get(&p)).any(|w| Some(w) != first)
            });
            waiting = keep;
            if split.is_empty() {
                break;
            }
            for (i, j) in split {
                for (a, b) in corners(i, j, half) {
                    for (c, d) in corners(a, b, half) {
                        look(&mut known, c, d)?;
                    }
                    quartered.push((a, b));
                }
            }
        }
        closed.extend(waiting.into_iter().map(|(i, j)| (i, j, size)));
        (open, size) = (quartered, half);
    }
    closed.extend(open.into_iter().map(|(i, j)| (i, j, 1)));
    closed.sort_unstable_by_key(|&(i, j, _)| (j, i));
    let mut cells = Vec::with_capacity(closed.len());
    for (i, j, s) in closed {
        let mut winners = [0; 4];
        for (winner, (a, b)) in winners.iter_mut().zip(corners(i, j, s)) {
            *winner = look(&mut known, a, b)?;
        }
        let (xs, ys) = ([at(x, i), at(x, i + s)], [at(y, j), at(y, j + s)]);
        cells.push(Cell { x: xs, y: ys, corners: winners });
    }
    let evaluations = u32::try_from(known.len()).unwrap_or(u32::MAX);
    Ok(WinnerMap { border: border(&known, x, y, whole), cells, evaluations })
}

/// Places between neighbours on the finest grid that have different winners.
fn border(known: &BTreeMap<(u32, u32), usize>, x: &Axis, y: &Axis, whole: u32) -> Vec<BorderPoint> {
    let mut points = Vec::new();
    let at = |axis: &Axis, i: f64| axis.at(i / f64::from(whole));
    for (&(i, j), &from) in known {
        for (di, dj) in [(1, 0), (0, 1)] {
            let Some(&to) = known.get(&(i + di, j + dj)).filter(|to| **to != from) else {
                continue;
            };
            points.push(BorderPoint {
                x: at(x, f64::from(i) + 0.5 * f64::from(di)),
                y: at(y, f64::from(j) + 0.5 * f64::from(dj)),
                from,
                to,
            });
        }
    }
    points
}
