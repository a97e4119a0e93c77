//! Studies: a scenario over any of its keys and any facts, point by point, front, crossovers.
//!
//! | file | what |
//! |---|---|
//! | [`mod@file`] | every key of a study file |
//! | [`number`] | numbers with units as it writes them |
//! | [`output`] | what can be looked at |
//! | [`axis`], [`reader`] | what is moved and where it stands; from the file to it |
//! | [`space`] | the numbering of points |
//! | [`mod@bench`] | how points are computed: decided anew as rarely as may be, money by arithmetic |
//! | `limit` | what must hold, and goals |
//! | [`front`], [`nsga2`] | the Pareto front, of all points or by search |
//! | [`solve`] | crossovers as roots |
//! | [`chunk`] | computed points as sealed bytes |
//! | [`table`], [`results`] | CSV, Parquet, the summary |
//!
//! Nothing here touches files: whoever runs a study keeps its chunks.
//!
//! ```
//! use lightloom_explore::study::Study;
//! use lightloom_scenario::Library;
//! let library = Library::shipped()?;
//! let (_, scenario) = lightloom_catalog::SCENARIOS[1];
//! let text = r#"
//! lightloom = 1
//! name = "Price of electricity"
//! scenario = "dgx-h100-superpod-1024"
//! outputs = ["recommended.network_cost"]
//! [[vary]]
//! key = "economics.electricity"
//! range = { from = "0.04 USD/kWh", to = "0.20 USD/kWh", steps = 5 }
//! "#;
//! let study = Study::open(&library, text, scenario)?;
//! let rows = study.rows(&[0, 4]);
//! assert_eq!(study.space().len(), 5);
//! assert!(rows.iter().all(|row| row.refused.is_none()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod axis;
pub mod bench;
pub mod chunk;
pub mod file;
pub mod front;
mod limit;
pub mod nsga2;
pub mod number;
pub mod output;
pub mod reader;
pub mod results;
pub mod solve;
pub mod space;
pub mod table;

pub use bench::Row;
pub use chunk::{ChunkError, Key};
pub use file::{StudyFile, json_schema, parse};
pub use output::{Cell, Output};
pub use results::{Collector, Summary};

use axis::{Axis, Moves};
use bench::Bench;
use lightloom_scenario::{Library, Problem, RunError};
use limit::{Limit, Names, goal};
use nsga2::{Member, Nsga2};
use solve::{Found, Sought};
use space::Space;
use std::collections::BTreeSet;

/// Schema of a summary.
pub const SCHEMA: &str = "lightloom.study/1";
/// Most points of a chunk: rows of all its outputs are held in memory.
const MOST_CHUNK: u32 = 1 << 20;

/// Why a study cannot begin.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StudyError {
    /// The study file is wrong.
    #[error(transparent)]
    Study(Problem),
    /// The scenario is wrong, or cannot be decided as it stands.
    #[error(transparent)]
    Run(RunError),
}

/// What a study costs to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Points.
    pub points: u64,
    /// Clusters that are decided from the start.
    pub decided: u64,
    /// Clusters whose candidates are judged again with facts moved.
    pub judged: u64,
    /// Whether clusters are too many to be kept and come back: axes that move only money should be the last.
    pub again: bool,
}

/// A study on its scenario.
pub struct Study<'a> {
    /// The file.
    pub file: StudyFile,
    /// Name of the scenario.
    pub scenario_name: String,
    key: Key,
    bench: Bench<'a>,
    limits: Vec<Limit>,
    goals: Vec<(usize, f64)>,
    sought: Vec<Sought>,
}

impl<'a> Study<'a> {
    /// Reads a study and its scenario, looks up every name, and decides the scenario as it stands.
    ///
    /// # Errors
    /// [`StudyError`].
    pub fn open(library: &'a Library, text: &str, scenario_text: &str) -> Result<Self, StudyError> {
        let scenario =
            lightloom_scenario::parse(scenario_text).map_err(|p| StudyError::Run(p.into()))?;
        let file = parse(text).map_err(StudyError::Study)?;
        let problem = |path: &str, message: String, hint: &str| {
            StudyError::Study(Problem::at(text, path, message, Some(hint.to_owned())))
        };
        let space = Space::new(&file, text, (&scenario, scenario_text), &library.catalog)
            .map_err(StudyError::Study)?;
        if !(1..=MOST_CHUNK).contains(&file.chunk) {
            let message = format!("chunks of {} points", file.chunk);
            return Err(problem("chunk", message, "give 1 to 1048576; 8192 is usual"));
        }
        if file.outputs.is_empty() {
            let hint = "name some: `lightloom study outputs` lists them";
            return Err(problem("outputs", "nothing is looked at".to_owned(), hint));
        }
        let mut names = Names { text, outputs: Vec::new() };
        for (i, name) in file.outputs.iter().enumerate() {
            if file.outputs[..i].contains(name) {
                let message = format!("`{name}` is named twice");
                return Err(problem(&format!("outputs[{i}]"), message, "keep one of the two"));
            }
            names.place(name, &format!("outputs[{i}]")).map_err(StudyError::Study)?;
        }
        let limits = names.limits(&file.constraint).map_err(StudyError::Study)?;
        let goals = file.pareto.as_ref().map(|p| names.goals(p)).transpose();
        let goals = goals.map_err(StudyError::Study)?.unwrap_or_default();
        let sought = file.solve.iter().enumerate();
        let sought = sought.map(|(i, solve)| Sought::new(solve, i, &space, &mut names));
        let sought = sought.collect::<Result<Vec<_>, _>>().map_err(StudyError::Study)?;
        if let Some(search) = &file.optimise {
            if goals.is_empty() {
                let hint = "add [pareto] with minimise = [..] or maximise = [..]";
                return Err(problem("optimise", "there is no goal to seek".to_owned(), hint));
            }
            if space.samples > 1 {
                let hint =
                    "take a range in the place of sampled: a search chooses, it does not draw";
                return Err(problem("optimise", "a drawn axis cannot be chosen".to_owned(), hint));
            }
            if search.population < 4 || search.population > 100_000 || search.generations == 0 {
                let hint = "population is 4 to 100000, generations 1 and more";
                return Err(problem("optimise", "no such search".to_owned(), hint));
            }
        }
        let key = Key::of(content(text, scenario_text));
        let bench = Bench::new(library, (&scenario, scenario_text), space, names.outputs)
            .map_err(StudyError::Run)?;
        Ok(Self { file, scenario_name: scenario.name, key, bench, limits, goals, sought })
    }

    /// What its content is known by.
    #[must_use]
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// Its points.
    #[must_use]
    pub fn space(&self) -> &Space {
        self.bench.space()
    }

    /// Its outputs: those of the file, and those that limits, goals and roots ask for.
    #[must_use]
    pub fn outputs(&self) -> &[Output] {
        self.bench.outputs()
    }

    /// Places of the outputs that are goals, with 1 for those that are minimised and -1 for the others.
    #[must_use]
    pub fn goals(&self) -> &[(usize, f64)] {
        &self.goals
    }

    /// Number of chunks; generations of a search.
    #[must_use]
    pub fn chunks(&self) -> u64 {
        match &self.file.optimise {
            Some(search) => u64::from(search.generations),
            None => self.space().len().div_ceil(u64::from(self.file.chunk)),
        }
    }

    /// Points of a chunk.
    #[must_use]
    pub fn points_of(&self, chunk: u64) -> std::ops::Range<u64> {
        let size = u64::from(self.file.chunk);
        let end = self.space().len();
        chunk.saturating_mul(size).min(end)..(chunk + 1).saturating_mul(size).min(end)
    }

    /// Chunks of a shard, which is counted from 1: neighbours together, since they share clusters.
    #[must_use]
    pub fn shard(&self, shard: u64, of: u64) -> std::ops::Range<u64> {
        let (of, chunks) = (u128::from(of.max(1)), u128::from(self.chunks()));
        let edge = |k: u64| u64::try_from(u128::from(k) * chunks / of).unwrap_or(u64::MAX);
        edge(shard.saturating_sub(1))..edge(shard)
    }

    /// Computes points.
    #[must_use]
    pub fn rows(&self, points: &[u64]) -> Vec<Row> {
        self.bench.rows(points)
    }

    /// A chunk as bytes.
    #[must_use]
    pub fn seal(&self, chunk: u64, rows: &[Row]) -> Vec<u8> {
        chunk::seal(&self.key, chunk, rows)
    }

    /// The rows of a chunk.
    ///
    /// # Errors
    /// [`ChunkError`].
    pub fn unseal(&self, chunk: u64, bytes: &[u8]) -> Result<Vec<Row>, ChunkError> {
        let texts: Vec<bool> = self.outputs().iter().map(|o| o.text).collect();
        chunk::open(bytes, &self.key, chunk, &texts)
    }

    /// Whether a point was computed and keeps all limits.
    #[must_use]
    pub fn feasible(&self, row: &Row) -> bool {
        row.refused.is_none() && self.limits.iter().all(|limit| limit.broken(&row.cells) <= 0.0)
    }

    /// The search, where the study asks for one.
    #[must_use]
    pub fn search(&self) -> Option<Search<'_, 'a>> {
        let asked = self.file.optimise.as_ref()?;
        let size = usize::try_from(asked.population).unwrap_or(4);
        let nsga2 = Nsga2::new(self.space().axes.len(), size, asked.seed);
        Some(Search {
            study: self,
            nsga2,
            asked: Vec::new(),
            known: Vec::new(),
            seen: BTreeSet::new(),
        })
    }

    /// Seeks all that is to be solved.
    #[must_use]
    pub fn solve(&self) -> Vec<Found> {
        self.sought.iter().flat_map(|s| s.found(self.space(), &self.bench)).collect()
    }

    /// What it costs to compute.
    #[must_use]
    pub fn work(&self) -> Work {
        let space = self.space();
        let count = |is: &dyn Fn(&Moves) -> bool| {
            let moved = space.axes.iter().filter(|a| is(&a.moves));
            let drawn = moved.clone().any(|a| a.is_drawn());
            let grid = moved.map(Axis::len).fold(1_u64, u64::saturating_mul);
            grid.saturating_mul(if drawn { u64::from(space.samples) } else { 1 })
        };
        let decided = count(&|m| *m == Moves::Key);
        let all = count(&|m| !matches!(m, Moves::Money(_)));
        // Points that follow each other in one cluster.
        let tail = space.axes.iter().rev().take_while(|a| matches!(a.moves, Moves::Money(_)));
        let together = tail.map(Axis::len).fold(1_u64, u64::saturating_mul);
        let again = all > bench::KEPT as u64 && all.saturating_mul(together) < space.len();
        let judged = if all > decided { all } else { 0 };
        Work { points: space.len(), decided, judged, again }
    }
}

/// Texts that a study's content is: in this order, each with what it is.
fn content<'t>(study: &'t str, scenario: &'t str) -> Vec<&'t str> {
    use lightloom_catalog as c;
    let mut texts =
        vec![SCHEMA, env!("CARGO_PKG_VERSION"), study, scenario, c::STANDARD.0, c::STANDARD.1];
    for files in [c::FACTS, c::TECHNOLOGIES, c::PRODUCTS, c::PROCESSES, c::COM, c::MODELS] {
        texts.extend(files.iter().flat_map(|(name, text)| [*name, *text]));
    }
    texts
}

/// A search in generations: each is a chunk of the points that it looks at for the first time.
pub struct Search<'s, 'a> {
    study: &'s Study<'a>,
    nsga2: Nsga2,
    asked: Vec<Vec<f64>>,
    /// Of every point seen: goals, and how far limits are broken.
    known: Vec<(u64, Vec<f64>, f64)>,
    seen: BTreeSet<u64>,
}

impl Search<'_, '_> {
    /// Points of the next generation that were not computed yet, in rising order.
    pub fn ask(&mut self) -> Vec<u64> {
        self.asked = self.nsga2.ask();
        let new: BTreeSet<u64> = self.asked.iter().map(|genes| self.point(genes)).collect();
        new.difference(&self.seen).copied().collect()
    }

    /// Takes the rows of those points.
    pub fn tell(&mut self, rows: &[Row]) {
        for row in rows {
            let goals = goal(row.point, &row.cells, &self.study.goals).values;
            let limits = self.study.limits.iter().map(|l| l.broken(&row.cells));
            let known = row.refused.is_none() && goals.iter().all(|g| g.is_finite());
            let broken = if known { limits.sum() } else { f64::INFINITY };
            self.seen.insert(row.point);
            let place = self.known.partition_point(|(point, ..)| *point < row.point);
            self.known.insert(place, (row.point, goals, broken));
        }
        let asked = std::mem::take(&mut self.asked);
        let members = asked.into_iter().map(|genes| {
            let place = self.known.binary_search_by_key(&self.point(&genes), |(point, ..)| *point);
            let found = place.ok().map(|i| (self.known[i].1.clone(), self.known[i].2));
            let (goals, broken) = found.unwrap_or((Vec::new(), f64::INFINITY));
            Member { genes, goals, broken }
        });
        let members = members.collect();
        self.nsga2.tell(members);
    }

    /// The point of the grid that genes mean.
    fn point(&self, genes: &[f64]) -> u64 {
        let space = self.study.space();
        let place = |(axis, gene): (&Axis, &f64)| {
            #[expect(clippy::cast_precision_loss, reason = "axes have at most a million values")]
            let place = (gene * axis.len() as f64).floor();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and the length"
            )]
            let place = place.max(0.0) as u64;
            place.min(axis.len() - 1)
        };
        let index = space.axes.iter().zip(genes).map(place).collect();
        space.number(&space::Point { sample: 0, index })
    }
}
