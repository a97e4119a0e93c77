//! What a study costs to compute: counted, and measured on some of its points.

use super::axis::{Axis, Moves};
use super::bench::{KEPT, Keys};
use super::file::StudyFile;
use super::results::Collector;
use super::space::{Point, Space};
use super::{Row, Study};
use lightloom_num::{mean, to_f64};
use lightloom_scenario::run::as_f64;
use std::collections::BTreeSet;
use std::io;
use std::ops::Range;

/// Points of the usual chunk.
const CHUNK: u64 = 8192;
/// Most chunks: each is a file.
pub(super) const MOST_CHUNKS: u64 = 1_000_000;
/// Clusters of a chunk, where the study does not say how large it is: an interruption costs some seconds, and a study of a hundred
/// clusters has parts for several machines.
const CLUSTERS: u64 = 16;
/// Places where clusters are measured at most, and the seconds after which no further one is begun if there are so many.
const MEASURED: u32 = 24;
const PATIENCE: f64 = 2.0;
const LEAST: usize = 2;
/// Points that each thread takes when they are measured.
const EACH: usize = 512;

/// What a study costs to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Points; of a search those that it looks at, at most.
    pub points: u64,
    /// Clusters that are decided from the start.
    pub decided: u64,
    /// Clusters whose candidates are judged again with facts moved.
    pub judged: u64,
    /// Whether clusters are too many to be kept and come back: axes that move only money should be the last.
    pub again: bool,
    /// Clusters that are made in all, those that come back counted each time.
    pub made: u64,
}

/// What is left of a study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Where its points lie.
    pub among: Range<u64>,
    /// How many there are; of a search those that it looks at, at most.
    pub points: u64,
    /// Whether results are made of all points then, and what is sought is solved.
    pub results: bool,
}

/// The time that a study will take, from a few of its points.
///
/// # Model
/// Clusters and points in proportion to those measured, which are spread over the study; clusters decided from the start, judged again
/// with facts moved, and points of one cluster each on their own.
///
/// # Validity
/// For a quiet machine whose load stays as it is, and clusters like those measured: `cluster` says how far these lie apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Seconds.
    pub seconds: f64,
    /// Whether it is the most that a search may take.
    pub at_most: bool,
    /// Points measured.
    pub points: u64,
    /// Clusters measured.
    pub clusters: u64,
    /// Seconds of the quickest and the slowest cluster measured.
    pub cluster: Option<[f64; 2]>,
}

impl Work {
    /// What a study over a space costs.
    pub(super) fn of(file: &StudyFile, space: &Space) -> Self {
        let count = |is: &dyn Fn(&Moves) -> bool| {
            let moved = space.axes.iter().filter(|a| is(&a.moves));
            let drawn = moved.clone().any(Axis::is_drawn);
            let grid = moved.map(Axis::len).fold(1_u64, u64::saturating_mul);
            grid.saturating_mul(if drawn { u64::from(space.samples) } else { 1 })
        };
        let decided = count(&|m| *m == Moves::Key);
        let all = count(&|m| !matches!(m, Moves::Money(_)));
        let judged = if all > decided { all } else { 0 };
        if let Some(search) = &file.optimise {
            let points = search.most_points();
            let again = all > KEPT as u64;
            return Self { points, decided, judged, again, made: all.min(points) };
        }
        // Points that follow each other in one cluster.
        let tail = space.axes.iter().rev().take_while(|a| matches!(a.moves, Moves::Money(_)));
        let together = tail.map(Axis::len).fold(1_u64, u64::saturating_mul);
        let points = space.len();
        let again = all > KEPT as u64 && all.saturating_mul(together) < points;
        Self { points, decided, judged, again, made: if again { points / together } else { all } }
    }

    /// Points of a chunk where the study does not say: the usual ones, or those of some clusters.
    pub(super) fn usual_chunk(&self) -> u64 {
        let least = self.points.div_ceil(MOST_CHUNKS).clamp(1, CHUNK);
        (self.points.saturating_mul(CLUSTERS) / self.made.max(1)).clamp(least, CHUNK)
    }
}

impl Study<'_> {
    /// What it costs to compute.
    #[must_use]
    pub fn work(&self) -> Work {
        Work::of(&self.file, self.space())
    }

    /// The time that what is left will take, on a clock that tells seconds; it takes some itself.
    ///
    /// What is decided for it is kept, so that little is done twice.
    pub fn estimate(&self, left: &Left, clock: impl Fn() -> f64) -> Estimate {
        let [decided, judged] = self.clusters_timed(&left.among, &clock);
        let one_judged = mean(&judged).or_else(|| mean(&decided)).unwrap_or(0.0);
        let one_decided = mean(&decided).unwrap_or(one_judged);

        let beside = self.beside(left.among.start, EACH * rayon::current_num_threads());
        // Until its cluster is there, a point's time is the cluster's.
        let _ = self.rows(&[left.among.start]);
        let begun = clock();
        let rows = self.rows(&beside);
        let one_point = (clock() - begun) / to_f64(rows.len().max(1));

        let work = self.work();
        let [points, all, made, of_keys] =
            [left.points, work.points, work.made, work.decided].map(as_f64);
        let made = made * (points / all.max(1.0)).min(1.0);
        let from_start =
            if work.again && work.decided > KEPT as u64 { made } else { of_keys.min(made) };
        let mut seconds =
            from_start * one_decided + (made - from_start) * one_judged + points * one_point;
        if left.results {
            seconds += all * self.written(&rows, &clock);
            for tries in self.sought.iter().map(|sought| sought.tries(self.space())) {
                let [keys, facts, money] = tries.map(as_f64);
                seconds += keys * one_decided + facts * one_judged + money * one_point;
            }
        }
        let clusters: Vec<f64> = decided.into_iter().chain(judged).collect();
        let least = clusters.iter().copied().reduce(f64::min);
        let most = clusters.iter().copied().reduce(f64::max);
        Estimate {
            seconds,
            at_most: self.file.optimise.is_some(),
            points: rows.len() as u64,
            clusters: clusters.len() as u64,
            cluster: least.zip(most).map(|(least, most)| [least, most]),
        }
    }

    /// Seconds of clusters spread over the points: of those decided from the start, and of those judged again.
    fn clusters_timed(&self, all: &Range<u64>, clock: &impl Fn() -> f64) -> [Vec<f64>; 2] {
        let begun = clock();
        let [mut decided, mut judged] = [Vec::new(), Vec::new()];
        let mut met = Met::new();
        let spread = (0..MEASURED).map(|i| among(all, i));
        for number in spread.flat_map(|number| [number, self.other_facts(number)]) {
            let times = match met.kind(self.bench.combination(&self.space().point(number))) {
                Kind::Decided => &mut decided,
                Kind::Judged => &mut judged,
                Kind::Known => continue,
            };
            let own = clock();
            let _ = self.rows(&[number]);
            times.push(clock() - own);
            if decided.len() + judged.len() >= LEAST && clock() - begun > PATIENCE {
                break;
            }
        }
        [decided, judged]
    }

    /// Seconds for a row of the results, written to nowhere.
    fn written(&self, rows: &[Row], clock: &impl Fn() -> f64) -> f64 {
        let begun = clock();
        let written = || -> io::Result<()> {
            let mut collector = Collector::begin(self, io::sink(), io::sink())?;
            collector.take(rows)?;
            collector.end(Vec::new()).map(|_| ())
        };
        // Nothing refuses what goes nowhere.
        let _ = written();
        (clock() - begun) / to_f64(rows.len().max(1))
    }

    /// A point with the same keys and other facts; the same one where none are moved.
    fn other_facts(&self, number: u64) -> u64 {
        let space = self.space();
        let mut point = space.point(number);
        for (place, axis) in point.index.iter_mut().zip(&space.axes) {
            if matches!(axis.moves, Moves::Fact(_)) {
                *place = (*place + axis.len().div_ceil(2)) % axis.len();
                if axis.is_drawn() {
                    point.sample = (point.sample + space.samples.div_ceil(2)) % space.samples;
                }
            }
        }
        space.number(&point)
    }

    /// Points of the same cluster, with other money.
    fn beside(&self, number: u64, most: usize) -> Vec<u64> {
        let space = self.space();
        let of_money = |axis: &&Axis| matches!(axis.moves, Moves::Money(_));
        let free = !space.axes.iter().any(|a| a.is_drawn() && !of_money(&a));
        let samples = if free { u64::from(space.samples) } else { 1 };
        let money = space.axes.iter().filter(of_money).map(Axis::len);
        let all = money.fold(samples, u64::saturating_mul).min(most as u64);
        let moved = |k: u64| {
            let Point { sample, mut index } = space.point(number);
            let mut rest = k;
            for (place, axis) in index.iter_mut().zip(&space.axes).rev() {
                if of_money(&axis) {
                    *place = (*place + rest % axis.len()) % axis.len();
                    rest /= axis.len();
                }
            }
            let drawn = (u64::from(sample) + rest % samples) % u64::from(space.samples.max(1));
            let sample = u32::try_from(drawn).unwrap_or(sample);
            space.number(&Point { sample, index })
        };
        (0..all).map(moved).collect()
    }
}

/// What a point needs that those before it did not.
#[derive(Clone, Copy)]
enum Kind {
    Decided,
    Judged,
    Known,
}

/// Combinations that were met. The scenario as it stands is known; the first with facts moved counts as decided, since links are
/// looked into then that are known to all others.
struct Met {
    keys: BTreeSet<Keys>,
    all: BTreeSet<(Keys, Keys)>,
}

impl Met {
    fn new() -> Self {
        Self { keys: BTreeSet::new(), all: BTreeSet::from([(Keys::new(), Keys::new())]) }
    }

    fn kind(&mut self, combination: (Keys, Keys)) -> Kind {
        if !self.all.insert(combination.clone()) {
            Kind::Known
        } else if self.keys.insert(combination.0) {
            Kind::Decided
        } else {
            Kind::Judged
        }
    }
}

/// The i-th of numbers that lie evenly among all, however many are taken: the first, the middle, the quarters.
fn among(all: &Range<u64>, i: u32) -> u64 {
    let length = u128::from(all.end.saturating_sub(all.start));
    let share = u128::from(i.reverse_bits());
    all.start + u64::try_from((length * share) >> 32).unwrap_or(0)
}
