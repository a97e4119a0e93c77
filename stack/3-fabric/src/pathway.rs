//! Cables in trays: how many run through each stretch of the trays along and across the rows.

use crate::placement::{Place, Site};
use lightloom_units::Ratio;

/// Links of one class in every stretch of tray, in proportion: a tray along each row, and cross trays.
///
/// # Model
/// A stretch is one rack place long in the tray along a row, and from one row to the next in a cross tray. A run leaves
/// its first row where the cross tray stands that it takes ([`CrossTrays`]), and joins its last row there. Runs from hall
/// to hall take the cross tray at the middle of either; what lies between halls is a duct that is not looked into.
///
/// [`CrossTrays`]: crate::hall::CrossTrays
#[derive(Debug, Clone, PartialEq)]
pub struct Pathway {
    racks_per_row: u64,
    rows_per_hall: u64,
    middle: u64,
    /// Row by row, `racks_per_row + 1` entries each: what begins less what ends there, until [`Pathway::settle`].
    along: Vec<i64>,
    /// Hall by hall, column by column, `rows_per_hall + 1` entries each.
    across: Vec<i64>,
    /// Weight of all runs, those inside racks too.
    total: u64,
    /// Weight of those between racks.
    between_racks: u64,
}

/// Which column a run changes rows in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Over the far end.
    FarEnd,
    /// In the middle of the row.
    Middle,
}

impl Pathway {
    pub(crate) fn new(site: &Site) -> Self {
        let rows = site.halls * site.rows_per_hall;
        let cells = |n: u64, each: u64| vec![0; (n * (each + 1)) as usize];
        Self {
            racks_per_row: site.racks_per_row,
            rows_per_hall: site.rows_per_hall,
            middle: site.middle_slot(),
            along: cells(rows, site.racks_per_row),
            across: cells(site.halls * site.racks_per_row, site.rows_per_hall),
            total: 0,
            between_racks: 0,
        }
    }

    /// Adds runs of a weight between two racks.
    pub(crate) fn add(&mut self, a: Place, b: Place, turn: Turn, weight: u64) {
        self.between_racks += weight;
        self.lay(a, b, turn, weight);
    }

    /// Lays the second leg of runs that were added.
    pub(crate) fn lay(&mut self, a: Place, b: Place, turn: Turn, weight: u64) {
        let weight = weight as i64;
        let middle = self.middle;
        if a.hall != b.hall {
            for end in [a, b] {
                self.run_along(end.row, end.slot, middle, weight);
                self.run_across(end.hall, middle, end.row % self.rows_per_hall, 0, weight);
            }
            return;
        }
        let column = if turn == Turn::FarEnd || a.row == b.row { b.slot } else { middle };
        self.run_along(a.row, a.slot, column, weight);
        self.run_along(b.row, column, b.slot, weight);
        let [from, to] = [a.row, b.row].map(|row| row % self.rows_per_hall);
        self.run_across(a.hall, column, from, to, weight);
    }

    fn run_along(&mut self, row: u64, from: u64, to: u64, weight: i64) {
        let first = (row * (self.racks_per_row + 1)) as usize;
        step(&mut self.along[first..], from, to, weight);
    }

    fn run_across(&mut self, hall: u64, column: u64, from: u64, to: u64, weight: i64) {
        let first = ((hall * self.racks_per_row + column) * (self.rows_per_hall + 1)) as usize;
        step(&mut self.across[first..], from, to, weight);
    }

    /// Turns what begins and ends into what runs through, of so much weight in all.
    pub(crate) fn settle(&mut self, total: u64) {
        self.total = total;
        for (cells, each) in
            [(&mut self.along, self.racks_per_row), (&mut self.across, self.rows_per_hall)]
        {
            for tray in cells.chunks_mut(each as usize + 1) {
                let mut running = 0;
                for cell in tray {
                    running += *cell;
                    *cell = running;
                }
            }
        }
    }

    /// Share of the class's links in every stretch, those along rows first.
    pub fn shares(&self) -> impl Iterator<Item = f64> + '_ {
        let total = self.total.max(1) as f64;
        self.along.iter().chain(&self.across).map(move |runs| *runs as f64 / total)
    }

    /// Share of the class's links that leave their rack.
    #[must_use]
    pub fn leaving(&self) -> Ratio {
        Ratio::new(self.between_racks as f64 / self.total.max(1) as f64)
    }

    /// The pathway of those links alone that are so large a share of the class and hold all that leave their racks.
    pub(crate) fn of_share(&self, share: f64) -> Self {
        let total = (self.total as f64 * share).round() as u64;
        Self { total: total.max(self.between_racks), ..self.clone() }
    }

    /// Stretches along rows; those across follow.
    #[must_use]
    pub fn along_rows(&self) -> usize {
        self.along.len()
    }
}

fn step(tray: &mut [i64], from: u64, to: u64, weight: i64) {
    let (first, last) = (from.min(to) as usize, from.max(to) as usize);
    tray[first] += weight;
    tray[last] -= weight;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(row: u64, slot: u64) -> Place {
        Place { x: 0.0, y: 0.0, hall: row / 3, row, slot }
    }

    fn empty() -> Pathway {
        Pathway {
            racks_per_row: 4,
            rows_per_hall: 3,
            middle: 2,
            along: vec![0; 6 * 5],
            across: vec![0; 2 * 4 * 4],
            total: 0,
            between_racks: 0,
        }
    }

    /// Stretches that hold something: (along, row, slot) or (across, column, row), with the share.
    fn filled(pathway: &Pathway) -> Vec<(bool, usize, usize, f64)> {
        let along = pathway.along_rows();
        pathway
            .shares()
            .enumerate()
            .filter(|(_, share)| *share != 0.0)
            .map(|(i, share)| match i.checked_sub(along) {
                None => (true, i / 5, i % 5, share),
                Some(i) => (false, i / 4, i % 4, share),
            })
            .collect()
    }

    #[test]
    fn a_run_turns_over_its_far_end() {
        let mut pathway = empty();
        pathway.add(place(0, 0), place(2, 3), Turn::FarEnd, 5);
        pathway.settle(pathway.between_racks);
        // Three rack places along row 0, then two rows across in column 3.
        let expected = [
            (true, 0, 0, 1.0),
            (true, 0, 1, 1.0),
            (true, 0, 2, 1.0),
            (false, 3, 0, 1.0),
            (false, 3, 1, 1.0),
        ];
        assert_eq!(filled(&pathway), expected);
    }

    #[test]
    fn a_run_in_one_row_takes_no_cross_tray() {
        let mut pathway = empty();
        pathway.add(place(1, 3), place(1, 1), Turn::Middle, 2);
        pathway.add(place(1, 1), place(1, 2), Turn::Middle, 2);
        pathway.settle(pathway.between_racks);
        assert_eq!(filled(&pathway), [(true, 1, 1, 1.0), (true, 1, 2, 0.5)]);
    }

    #[test]
    fn runs_between_halls_meet_in_the_middle() {
        let mut pathway = empty();
        pathway.add(place(1, 0), place(3, 3), Turn::FarEnd, 1);
        pathway.settle(pathway.between_racks);
        let expected =
            [(true, 1, 0, 1.0), (true, 1, 1, 1.0), (true, 3, 2, 1.0), (false, 2, 0, 1.0)];
        assert_eq!(filled(&pathway), expected);
    }
}
