//! The search for the best setting of transmitter taps and continuous-time equaliser.

use super::equaliser::Solver;
use super::grid::Resolution;
use super::merit::{Analog, Bench, Effort, Merit};
use super::taps::Taps;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How settings are tried.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Search {
    /// Uphill from several starts over the standard's grid.
    #[default]
    Uphill,
    /// Every setting of the standard's grid with fixed taps, then the best few in full.
    Exhaustive,
    /// One setting.
    Fixed(Setting),
}

/// One setting of the equalisers that a search varies.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Gains at 0 Hz of both stages of the continuous-time equaliser, dB.
    pub gains_db: [f64; 2],
    /// Transmitter taps but the cursor, as (position, weight).
    pub taps: Vec<(i32, f64)>,
}

/// Settings that an exhaustive search looks at in full.
const FINALISTS: usize = 48;

/// Coordinates: gain, low-frequency gain, then each transmitter tap.
type Point = Vec<usize>;

struct Searcher<'a, 'b> {
    bench: &'a Bench<'b>,
    axes: Vec<Vec<f64>>,
    positions: Vec<i32>,
    cursor_min: f64,
    analogs: BTreeMap<[usize; 2], Rc<Analog>>,
    seen: BTreeMap<Point, f64>,
    solver: Solver,
    /// Sampling offset of the best so far, in samples from the peak, and its merit, dB.
    offset: i64,
    best_db: f64,
    evaluations: usize,
}

/// The best setting, and how many were tried.
pub(crate) fn search(bench: &Bench<'_>, how: &Search) -> Option<(Merit, usize)> {
    let mut searcher = Searcher::new(bench);
    match how {
        Search::Fixed(setting) => {
            let analog = Rc::new(bench.analog(setting.gains_db, true));
            let taps = Taps::new(setting.taps.iter().copied());
            let everywhere = searcher.everywhere();
            let merit = bench.merit(&mut searcher.solver, &analog, &taps, &everywhere)?;
            Some((merit, 1))
        }
        Search::Uphill => {
            let best = searcher.uphill()?;
            searcher.polish(&best)
        }
        Search::Exhaustive => searcher.exhaustive(),
    }
}

impl<'a, 'b> Searcher<'a, 'b> {
    fn new(bench: &'a Bench<'b>) -> Self {
        let spec = bench.spec;
        let ctle = &spec.receiver.ctle;
        let mut axes = vec![ctle.gain.values_db(), ctle.low_frequency_gain.values_db()];
        axes.extend(spec.transmitter.taps.iter().map(super::spec::Tap::values));
        Self {
            bench,
            axes,
            positions: spec.transmitter.taps.iter().map(|t| t.position).collect(),
            cursor_min: spec.transmitter.cursor_min,
            analogs: BTreeMap::new(),
            seen: BTreeMap::new(),
            solver: Solver::default(),
            offset: 0,
            best_db: f64::NEG_INFINITY,
            evaluations: 0,
        }
    }

    fn taps(&self, point: &[usize]) -> Option<Taps> {
        let weights = point[2..].iter().zip(&self.axes[2..]).map(|(i, axis)| axis[*i]);
        let taps = Taps::new(self.positions.iter().copied().zip(weights));
        // A grid of hundredths must not lose its edge to rounding.
        (taps.cursor() >= self.cursor_min - 1e-9).then_some(taps)
    }

    fn analog(&mut self, gains: [usize; 2]) -> Rc<Analog> {
        if let Some(analog) = self.analogs.get(&gains) {
            return Rc::clone(analog);
        }
        let analog = Rc::new(self.bench.analog(self.gains_db(gains), false));
        self.analogs.insert(gains, Rc::clone(&analog));
        analog
    }

    fn gains_db(&self, gains: [usize; 2]) -> [f64; 2] {
        [self.axes[0][gains[0]], self.axes[1][gains[1]]]
    }

    fn merit(&mut self, point: &[usize], effort: &Effort) -> Option<Merit> {
        let taps = self.taps(point)?;
        let gains = [point[0], point[1]];
        let analog = match effort {
            Effort::Near(_) => self.analog(gains),
            Effort::Full(_) => Rc::new(self.bench.analog(self.gains_db(gains), true)),
        };
        self.evaluations += 1;
        self.bench.merit(&mut self.solver, &analog, &taps, effort)
    }

    /// Merit with fixed taps near the best sampling offset so far; remembered.
    fn quick(&mut self, point: &[usize]) -> f64 {
        if let Some(fom) = self.seen.get(point) {
            return *fom;
        }
        let merit = self.merit(point, &Effort::Near(self.offset));
        let fom = merit.as_ref().map_or(f64::NEG_INFINITY, |m| m.fom_db);
        self.remember(merit.as_ref());
        self.seen.insert(point.to_vec(), fom);
        fom
    }

    /// Takes the sampling offset of a merit that leads.
    fn remember(&mut self, merit: Option<&Merit>) {
        let Some(merit) = merit.filter(|m| m.fom_db > self.best_db) else { return };
        let peak = merit.analog.victim.peak(&merit.taps);
        self.offset = i64::try_from(merit.cursor).unwrap_or(0) - i64::try_from(peak).unwrap_or(0);
        self.best_db = merit.fom_db;
    }

    fn nearest(axis: &[f64], value: f64) -> usize {
        let distance = |i: &usize| (axis[*i] - value).abs();
        (0..axis.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
    }

    /// Points from which to climb: little, middling and strong equalisation.
    fn starts(&self) -> Vec<Point> {
        let typical = |strength: f64| -> Point {
            let mut point = vec![
                Self::nearest(&self.axes[0], -12.0 * strength),
                Self::nearest(&self.axes[1], -4.0 * strength),
            ];
            for (position, axis) in self.positions.iter().zip(&self.axes[2..]) {
                let weight = match position {
                    -1 => -0.2,
                    -2 => 0.05,
                    1 => -0.05,
                    _ => 0.0,
                };
                point.push(Self::nearest(axis, weight * strength));
            }
            point
        };
        vec![typical(0.15), typical(0.6), typical(1.0)]
    }

    /// The best of all starts' climbs, then steps along two coordinates at once until none helps.
    fn uphill(&mut self) -> Option<Point> {
        let mut best: Option<(Point, f64)> = None;
        for start in self.starts() {
            let (point, fom) = self.climb(start);
            if best.as_ref().is_none_or(|b| fom > b.1) {
                best = Some((point, fom));
            }
        }
        let (mut point, mut fom) = best.filter(|b| b.1 > f64::NEG_INFINITY)?;
        while let Some((next, _)) = self.pair_step(&point, fom) {
            (point, fom) = self.climb(next);
        }
        Some(point)
    }

    /// Coordinate by coordinate, in strides that double, until no step helps.
    fn climb(&mut self, mut point: Point) -> (Point, f64) {
        let mut best = self.quick(&point);
        loop {
            let before = best;
            for axis in 0..point.len() {
                for direction in [1, -1] {
                    let mut stride = 1;
                    while let Some(next) = self.moved(&point, &[(axis, direction * stride)]) {
                        let fom = self.quick(&next);
                        if fom <= best {
                            break;
                        }
                        (point, best) = (next, fom);
                        stride = (stride * 2).min(4);
                    }
                }
            }
            if best <= before {
                return (point, best);
            }
        }
    }

    /// The first step along two coordinates at once that helps.
    fn pair_step(&mut self, point: &Point, best: f64) -> Option<(Point, f64)> {
        for a in 0..point.len() {
            for b in a + 1..point.len() {
                for (da, db) in [(1, 1), (1, -1), (-1, 1), (-1, -1)] {
                    if let Some(next) = self.moved(point, &[(a, da), (b, db)]) {
                        let fom = self.quick(&next);
                        if fom > best {
                            return Some((next, fom));
                        }
                    }
                }
            }
        }
        None
    }

    fn moved(&self, point: &[usize], steps: &[(usize, i32)]) -> Option<Point> {
        let mut next = point.to_vec();
        for (axis, step) in steps {
            let i = i64::try_from(next[*axis]).ok()? + i64::from(*step);
            next[*axis] = usize::try_from(i).ok().filter(|i| *i < self.axes[*axis].len())?;
        }
        Some(next)
    }

    /// Every sampling offset of a unit interval.
    fn everywhere(&self) -> Effort {
        let half = i64::try_from(self.bench.grid.samples_per_ui / 2).unwrap_or(0);
        Effort::Full(-half..=half)
    }

    /// The best point in full: floating taps placed at every sampling offset on the official grid, else around the best.
    fn polish(&mut self, point: &[usize]) -> Option<(Merit, usize)> {
        let effort = match self.bench.grid.resolution {
            Resolution::Official => self.everywhere(),
            Resolution::Fast => Effort::Full(self.offset - 1..=self.offset + 1),
            Resolution::Coarse => Effort::Full(self.offset..=self.offset),
        };
        let merit = self.merit(point, &effort)?;
        Some((merit, self.evaluations))
    }

    fn exhaustive(&mut self) -> Option<(Merit, usize)> {
        let mut ranked: Vec<(f64, Point)> = Vec::new();
        let mut point = vec![0; self.axes.len()];
        loop {
            if self.taps(&point).is_some() {
                let merit = self.merit(&point, &Effort::Near(self.offset));
                self.remember(merit.as_ref());
                if let Some(merit) = merit {
                    let at = ranked.partition_point(|r| r.0 >= merit.fom_db);
                    if at < FINALISTS {
                        ranked.insert(at, (merit.fom_db, point.clone()));
                        ranked.truncate(FINALISTS);
                    }
                }
            }
            // Odometer, gains slowest: pulses behind a gain are made once.
            let Some(axis) = (0..point.len()).rev().find(|a| point[*a] + 1 < self.axes[*a].len())
            else {
                break;
            };
            point[axis] += 1;
            point[axis + 1..].fill(0);
            if axis < 2 {
                self.analogs.clear();
            }
        }
        let mut best: Option<Merit> = None;
        for (_, point) in ranked {
            let effort = self.everywhere();
            if let Some(merit) = self.merit(&point, &effort)
                && best.as_ref().is_none_or(|b| merit.fom_db > b.fom_db)
            {
                best = Some(merit);
            }
        }
        best.map(|b| (b, self.evaluations))
    }
}
