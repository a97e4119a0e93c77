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
//! | [`front`], [`nsga2`], [`search`] | the Pareto front, of all points or by search on islands |
//! | [`solve`] | crossovers as roots |
//! | [`work`] | what it costs: counted, and measured on some of its points |
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
pub mod search;
pub mod solve;
pub mod space;
pub mod table;
pub mod work;

pub use bench::Row;
pub use chunk::{ChunkError, Key};
pub use file::{StudyFile, json_schema, parse};
pub use output::{Cell, Output};
pub use results::{Collector, Summary};
pub use search::{Asked, Search};
pub use work::{Estimate, Left, Work};

use bench::Bench;
use lightloom_scenario::{Library, Problem, RunError};
use limit::{Limit, Names};
use solve::{Found, Sought};
use space::Space;
use std::ops::Range;
use work::MOST_CHUNKS;

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

/// A study on its scenario.
pub struct Study<'a> {
    /// The file.
    pub file: StudyFile,
    /// Name of the scenario.
    pub scenario_name: String,
    key: Key,
    /// Points of a chunk, and chunks.
    chunk: u64,
    chunks: u64,
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
        if let Some(chunk) = file.chunk.filter(|chunk| !(1..=MOST_CHUNK).contains(chunk)) {
            let hint = "give 1 to 1048576, or leave it out: then it follows from the axes";
            return Err(problem("chunk", format!("chunks of {chunk} points"), hint));
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
            search.check(text, !goals.is_empty(), &space)?;
        }
        let chunk = file.chunk.map_or_else(|| Work::of(&file, &space).usual_chunk(), u64::from);
        let chunks = match &file.optimise {
            Some(search) => u64::from(search.islands()) * u64::from(search.generations),
            None => space.len().div_ceil(chunk),
        };
        if chunks > MOST_CHUNKS {
            let (key, hint) = match file.optimise {
                Some(_) => ("optimise.generations", "take fewer islands and generations together"),
                None => ("chunk", "take a larger chunk, or leave it out"),
            };
            let hint = format!("{hint}: a million at most, each is a file");
            return Err(problem(key, format!("{chunks} chunks"), &hint));
        }
        // Of the content too: a build that parts points otherwise is told apart.
        let parted = format!("{chunks} chunks of {chunk}");
        let key = Key::of(content(text, scenario_text).into_iter().chain([parted.as_str()]));
        let bench = Bench::new(library, (&scenario, scenario_text), space, names.outputs)
            .map_err(StudyError::Run)?;
        let scenario_name = scenario.name;
        Ok(Self { file, scenario_name, key, chunk, chunks, bench, limits, goals, sought })
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

    /// Number of chunks; generations of all islands of a search, island by island.
    #[must_use]
    pub const fn chunks(&self) -> u64 {
        self.chunks
    }

    /// Points of a chunk; those of a search are not known before.
    #[must_use]
    pub fn points_of(&self, chunk: u64) -> Range<u64> {
        let end = self.space().len();
        chunk.saturating_mul(self.chunk).min(end)
            ..chunk.saturating_add(1).saturating_mul(self.chunk).min(end)
    }

    /// Chunks of a shard, which is counted from 1: neighbours together, since they share clusters; whole islands of a search.
    #[must_use]
    pub fn shard(&self, shard: u64, of: u64) -> Range<u64> {
        // Chunks that cannot be parted.
        let whole = self.file.optimise.as_ref().map_or(1, |search| u64::from(search.generations));
        let (of, parts) = (u128::from(of.max(1)), u128::from(self.chunks() / whole));
        let edge = |k: u64| u64::try_from(u128::from(k) * parts / of).unwrap_or(u64::MAX) * whole;
        edge(shard.saturating_sub(1))..edge(shard)
    }

    /// Computes points.
    #[must_use]
    pub fn rows(&self, points: &[u64]) -> Vec<Row> {
        self.bench.rows(points)
    }

    /// Whether it computes a row just as it is.
    #[must_use]
    pub fn says(&self, row: &Row) -> bool {
        self.seal(0, std::slice::from_ref(row)) == self.seal(0, &self.rows(&[row.point]))
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

    /// The search of a shard, where the study asks for one.
    #[must_use]
    pub fn search(&self, shard: u64, of: u64) -> Option<Search<'_, 'a>> {
        Search::new(self, shard, of)
    }

    /// Seeks all that is to be solved.
    #[must_use]
    pub fn solve(&self) -> Vec<Found> {
        self.sought.iter().flat_map(|s| s.found(self.space(), &self.bench)).collect()
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
