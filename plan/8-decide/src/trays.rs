//! What the links of a floor are made of: in racks, and through each stretch of tray.

use crate::candidate::Candidate;
use crate::decide::{Case, Decided};
use crate::plan::FloorMedium;
use crate::reach;
use lightloom_fabric::{LinkClass, RackKind};
use lightloom_scenario::run::as_f64;

/// Most runs of tray of one class: past this the drawing gains nothing.
const MOST_RUNS: usize = 400;

/// A medium for each link class that has cables.
pub(crate) fn media(case: &Case<'_>, decided: &Decided, picks: &[Candidate]) -> Vec<FloorMedium> {
    let classes = decided.structure.fabric.link_classes.iter().zip(picks);
    let medium = |(class, pick): (&LinkClass, &Candidate)| {
        let technology = case.library.offer(&pick.technology);
        let leaving = class.pathway.as_ref().map_or(0.0, |pathway| pathway.leaving().value());
        FloorMedium {
            class: class.name.clone(),
            tier: class.tier.name().to_owned(),
            family: technology
                .filter(|_| pick.unfit.is_none())
                .map(|t| reach::family(t).to_owned()),
            technology: technology.map_or_else(String::new, |t| t.name.clone()),
            links: class.links,
            in_racks: (leaving < 1.0).then(|| RackKind::Accelerator.label()),
            runs_m: runs(decided, class),
        }
    };
    classes.filter(|(class, _)| !class.on_board).map(medium).collect()
}

/// A tray: where its first stretch begins, what one stretch adds to x and y, and the links in each stretch.
struct Tray {
    from: [f64; 2],
    step: [f64; 2],
    links: Vec<f64>,
}

/// Runs of the trays that a class lies in: x and y of both ends in metres, and links.
fn runs(decided: &Decided, class: &LinkClass) -> Vec<[f64; 5]> {
    let trays = trays(decided, class);
    let fine: Vec<[f64; 5]> = trays.iter().flat_map(|tray| tray.runs(alike)).collect();
    if fine.len() <= MOST_RUNS {
        return fine;
    }
    let whole: Vec<[f64; 5]> = trays.iter().flat_map(|tray| tray.runs(|_, _| true)).collect();
    let stride = whole.len().div_ceil(MOST_RUNS).max(1);
    whole.into_iter().step_by(stride).collect()
}

/// Whether two stretches hold about as many links: within a factor of two.
fn alike(a: f64, b: f64) -> bool {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of links")]
    let octave = |links: f64| (links.max(1.0) as u64).ilog2();
    octave(a) == octave(b)
}

impl Tray {
    /// Neighbouring stretches that hold links and are alike, with the mean of what they hold.
    fn runs(&self, alike: impl Fn(f64, f64) -> bool) -> Vec<[f64; 5]> {
        let mut found: Vec<(usize, usize, f64)> = Vec::new();
        for (i, links) in self.links.iter().enumerate().filter(|(_, links)| **links > 0.0) {
            match found.last_mut() {
                Some((_, end, sum)) if *end == i && alike(self.links[i - 1], *links) => {
                    *end += 1;
                    *sum += links;
                }
                _ => found.push((i, i + 1, *links)),
            }
        }
        let at = |i: usize| [0, 1].map(|axis| self.from[axis] + i as f64 * self.step[axis]);
        let run = |(start, end, sum): (usize, usize, f64)| {
            let ([x, y], [to_x, to_y]) = (at(start), at(end));
            [x, y, to_x, to_y, sum / (end - start) as f64]
        };
        found.into_iter().map(run).collect()
    }
}

/// The trays of a class, over the middle of the racks.
fn trays(decided: &Decided, class: &LinkClass) -> Vec<Tray> {
    let Some(pathway) = &class.pathway else { return Vec::new() };
    let hall = &decided.structure.spec.hall;
    let plan = &decided.structure.fabric.floor_plan;
    let links: Vec<f64> = pathway.shares().map(|share| share * as_f64(class.links)).collect();
    let (along, across) = links.split_at(pathway.along_rows().min(links.len()));
    let in_row = hall.racks_per_row as usize;
    let rows = along.len() / (in_row + 1);
    let in_hall = rows / (plan.halls as usize).max(1);
    let (pitch, deep) = (hall.geometry.pitch.as_m(), hall.geometry.depth.as_m());
    let next = deep + hall.geometry.aisle.as_m();
    let corner = |n: usize| plan.hall_outlines.get(n).map(|h| [h.x.as_m(), h.y.as_m()]);
    let mut trays = Vec::new();
    for (row, links) in along.chunks(in_row + 1).enumerate() {
        let Some([x, y]) = corner(row / in_hall.max(1)) else { break };
        let y = y + (row % in_hall.max(1)) as f64 * next + deep / 2.0;
        let from = [x + pitch / 2.0, y];
        trays.push(Tray { from, step: [pitch, 0.0], links: links.to_vec() });
    }
    for (column, links) in across.chunks(in_hall + 1).enumerate() {
        let Some([x, y]) = corner(column / in_row.max(1)) else { break };
        let x = x + ((column % in_row.max(1)) as f64 + 0.5) * pitch;
        let from = [x, y + deep / 2.0];
        trays.push(Tray { from, step: [0.0, next], links: links.to_vec() });
    }
    trays
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_stretches_are_one_run() {
        let links = vec![0.0, 5.0, 6.0, 20.0, 0.0, 7.0];
        let tray = Tray { from: [1.0, 4.0], step: [0.5, 0.0], links };
        // 5 and 6 are alike, 20 is another octave, and nothing lies between it and the last.
        assert_eq!(
            tray.runs(alike),
            [[1.5, 4.0, 2.5, 4.0, 5.5], [2.5, 4.0, 3.0, 4.0, 20.0], [3.5, 4.0, 4.0, 4.0, 7.0]]
        );
        assert_eq!(tray.runs(|_, _| true).len(), 2);
    }
}
