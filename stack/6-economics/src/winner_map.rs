//! Which of several designs wins over the range of two inputs.

use crate::break_even::{Axis, BreakEvenError};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

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

/// What is known on the finest grid, and the rectangles so far as (row, column, size).
struct Tree {
    known: BTreeMap<(u32, u32), usize>,
    leaves: BTreeSet<(u32, u32, u32)>,
    levels: u8,
}

impl Tree {
    /// Whether the known points on the edge of a rectangle name more than one winner.
    fn is_mixed(&self, (j, i, s): (u32, u32, u32)) -> bool {
        let first = self.known.get(&(i, j));
        let edge = (0..=s).flat_map(|k| [(i + k, j), (i + k, j + s), (i, j + k), (i + s, j + k)]);
        edge.filter_map(|p| self.known.get(&p)).any(|w| Some(w) != first)
    }

    /// Adds the rectangles that have this point on their edge and a different winner at their corner.
    fn touching(&self, (i, j): (u32, u32), open: &mut Vec<(u32, u32, u32)>) {
        let winner = self.known.get(&(i, j));
        for level in 1..=self.levels {
            let s = 1 << level;
            let starts = |k: u32| {
                let own = k / s * s;
                [Some(own), if own == k { k.checked_sub(s) } else { None }]
            };
            for b in starts(j).into_iter().flatten() {
                for a in starts(i).into_iter().flatten() {
                    if self.leaves.contains(&(b, a, s)) && self.known.get(&(a, b)) != winner {
                        open.push((b, a, s));
                    }
                }
            }
        }
    }
}

/// The corners of a rectangle: low low, high low, low high, high high.
fn corners(i: u32, j: u32, s: u32) -> [(u32, u32); 4] {
    [(i, j), (i + s, j), (i, j + s), (i + s, j + s)]
}

/// Looks up the winner over two inputs, finely only where winners meet.
///
/// # Model
/// A quadtree: `cells x cells` rectangles, of which those with more than one winner among the points known on their edge
/// are quartered, up to `levels` times; a border that leaves a rectangle is followed into its neighbour. No point is evaluated twice.
///
/// # Validity
/// A winner whose whole region lies within a cell of the first look is not seen. A border across the map
/// costs four to nine times `cells 2^levels` calls beside the first `(cells + 1)^2`; a full grid costs `(cells 2^levels + 1)^2`.
///
/// # Errors
/// [`BreakEvenError`] when the fineness is out of bounds or the function refuses; its place is the first input.
///
/// # Example
/// ```
/// use lightloom_economics::break_even::{Axis, Spacing};
/// use lightloom_economics::winner_map::{Fineness, winner_map};
/// // Design 1 wins outside a quarter circle of radius 1.
/// let axis = Axis::new(0.0, 1.0, Spacing::Linear)?;
/// let f = |x: f64, y: f64| Ok::<usize, std::convert::Infallible>(usize::from(x * x + y * y > 1.0));
/// let map = winner_map(f, &axis, &axis, Fineness { cells: 8, levels: 4 })?;
/// let inside = map.shares(&axis, &axis)[&0];
/// assert!((inside - std::f64::consts::FRAC_PI_4).abs() < 0.01 && map.evaluations < 81 + 9 * 128);
/// # Ok::<(), Box<dyn std::error::Error>>(())
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
    let mut tree =
        Tree { known: BTreeMap::new(), leaves: BTreeSet::new(), levels: fineness.levels };
    let mut look = |tree: &mut Tree, (i, j): (u32, u32)| {
        if tree.known.contains_key(&(i, j)) {
            return Ok(false);
        }
        let place = (at(x, i), at(y, j));
        let winner =
            f(place.0, place.1).map_err(|error| BreakEvenError::Function { at: place.0, error })?;
        tree.known.insert((i, j), winner);
        Ok(true)
    };
    let coarse = 1_u32 << fineness.levels;
    for j in 0..u32::from(fineness.cells) {
        for i in 0..u32::from(fineness.cells) {
            let (i, j) = (i * coarse, j * coarse);
            for corner in corners(i, j, coarse) {
                look(&mut tree, corner)?;
            }
            tree.leaves.insert((j, i, coarse));
        }
    }
    let mut open: Vec<_> = tree.leaves.iter().copied().filter(|c| tree.is_mixed(*c)).collect();
    while let Some(cell @ (j, i, size)) = open.pop() {
        if size == 1 || !tree.leaves.remove(&cell) {
            continue;
        }
        let half = size / 2;
        for (a, b) in corners(i, j, half) {
            for corner in corners(a, b, half) {
                if look(&mut tree, corner)? {
                    // A new point on the edge of a cell whose corners agree may show another winner there.
                    tree.touching(corner, &mut open);
                }
            }
        }
        for (a, b) in corners(i, j, half) {
            tree.leaves.insert((b, a, half));
            if tree.is_mixed((b, a, half)) {
                open.push((b, a, half));
            }
        }
    }
    let winner = |point| tree.known.get(&point).copied().unwrap_or_default();
    let cell = |&(j, i, s): &(u32, u32, u32)| Cell {
        x: [at(x, i), at(x, i + s)],
        y: [at(y, j), at(y, j + s)],
        corners: corners(i, j, s).map(winner),
    };
    let cells = tree.leaves.iter().map(cell).collect();
    let known = &tree.known;
    let evaluations = u32::try_from(known.len()).unwrap_or(u32::MAX);
    Ok(WinnerMap { border: border(known, x, y, whole), cells, evaluations })
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
