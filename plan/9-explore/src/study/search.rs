//! A search for the front in generations, on islands that never meet: so that any number of processes find what one finds.

use super::axis::Axis;
use super::bench::Row;
use super::file::Optimise;
use super::limit::goal;
use super::nsga2::{Member, Nsga2};
use super::space::{MOST_POINTS, Point, Space};
use super::{Study, StudyError};
use lightloom_scenario::Problem;
use std::collections::{BTreeMap, BTreeSet};

/// Members of an island, and most islands, where the study does not say how many there are.
const MEMBERS: u32 = 50;
const MOST_ISLANDS: u32 = 8;
/// Least members of an island, and most of all islands.
const POPULATION: [u32; 2] = [4, 100_000];
/// Rows of one island that are kept for others to meet; what they meet beyond is computed again.
const KEPT_ROWS: usize = 1 << 16;

impl Optimise {
    /// Islands: as the study says, or one for every fifty members, at most eight.
    #[must_use]
    pub fn islands(&self) -> u32 {
        self.islands.unwrap_or((self.population / MEMBERS).clamp(1, MOST_ISLANDS))
    }

    /// Points that it looks at, at most.
    #[must_use]
    pub fn most_points(&self) -> u64 {
        u64::from(self.population).saturating_mul(u64::from(self.generations))
    }

    /// Members of an island; islands differ by one at most.
    fn members(&self, island: u64) -> usize {
        let (all, of) = (u64::from(self.population), u64::from(self.islands().max(1)));
        usize::try_from((island + 1) * all / of - island * all / of).unwrap_or(0)
    }

    /// Whether it can be made over a space.
    pub(super) fn check(&self, text: &str, goals: bool, space: &Space) -> Result<(), StudyError> {
        let problem = |key: &str, message: String, hint: &str| {
            Err(StudyError::Study(Problem::at(text, key, message, Some(hint.to_owned()))))
        };
        let [least, most] = POPULATION;
        if !goals {
            let hint = "add [pareto] with minimise = [..] or maximise = [..]";
            return problem("optimise", "there is no goal to seek".to_owned(), hint);
        }
        if space.samples > 1 {
            let hint = "take a range in the place of sampled: a search chooses, it does not draw";
            return problem("optimise", "a drawn axis cannot be chosen".to_owned(), hint);
        }
        if !(least..=most).contains(&self.population) {
            let message = format!("a population of {}", self.population);
            return problem("optimise.population", message, "give 4 to 100000; 100 is usual");
        }
        if self.generations == 0 || self.most_points() > MOST_POINTS {
            let message = format!("{} generations of {}", self.generations, self.population);
            let hint = "give 1 and more, and at most 1000000000 points together";
            return problem("optimise.generations", message, hint);
        }
        if !(1..=self.population / least).contains(&self.islands()) {
            let message = format!("{} islands of {} members", self.islands(), self.population);
            let hint = "give 1 and more, each of four members at least";
            return problem("optimise.islands", message, hint);
        }
        Ok(())
    }
}

/// What an island asks for: the points of its next generation that it sees for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The chunk that they are.
    pub chunk: u64,
    /// Points, rising.
    pub points: Vec<u64>,
}

/// A population that breeds by itself.
struct Island {
    number: u64,
    nsga2: Nsga2,
    asked: Vec<Vec<f64>>,
    seen: BTreeSet<u64>,
}

/// The islands that a process holds, which go through the generations side by side.
///
/// # Model
/// The population is parted among islands, each with a stream of random numbers by its number. An island sees what it looked at
/// itself and nothing else, so that its chunks are the same whoever computes them; the front is that of all their points.
///
/// # Validity
/// Islands find less than one population of the same size: beside it they lose where generations are few or members of an island
/// below some fifty (`docs/book/src/how-to/studies.md` has figures).
pub struct Search<'s, 'a> {
    study: &'s Study<'a>,
    generations: u64,
    generation: u64,
    islands: Vec<Island>,
    /// Of every point seen on any island: goals, and how far limits are broken.
    known: BTreeMap<u64, (Vec<f64>, f64)>,
    /// Rows that other islands may meet.
    rows: BTreeMap<u64, Row>,
}

impl<'s, 'a> Search<'s, 'a> {
    /// The search of a shard; nothing where the study asks for none.
    pub(super) fn new(study: &'s Study<'a>, shard: u64, of: u64) -> Option<Self> {
        let asked = study.file.optimise.as_ref()?;
        let generations = u64::from(asked.generations);
        let chunks = study.shard(shard, of);
        let genes = study.space().axes.len();
        let island = |number: u64| Island {
            number,
            nsga2: Nsga2::new(genes, asked.members(number), asked.seed, number),
            asked: Vec::new(),
            seen: BTreeSet::new(),
        };
        Some(Self {
            study,
            generations,
            generation: 0,
            islands: (chunks.start / generations..chunks.end / generations).map(island).collect(),
            known: BTreeMap::new(),
            rows: BTreeMap::new(),
        })
    }

    /// The next generation of every island; nothing after the last.
    pub fn ask(&mut self) -> Vec<Asked> {
        if self.generation >= self.generations {
            return Vec::new();
        }
        let (study, generation, generations) = (self.study, self.generation, self.generations);
        let ask = |island: &mut Island| {
            island.asked = island.nsga2.ask();
            let all = island.asked.iter().map(|genes| point(study.space(), genes));
            let all: BTreeSet<u64> = all.collect();
            let points = all.difference(&island.seen).copied().collect();
            Asked { chunk: island.number * generations + generation, points }
        };
        self.generation += 1;
        self.islands.iter_mut().map(ask).collect()
    }

    /// Rows for what islands ask: each point once, and none that another island has met.
    #[must_use]
    pub fn rows(&self, asked: &[&Asked]) -> Vec<Vec<Row>> {
        let all: BTreeSet<u64> = asked.iter().flat_map(|a| &a.points).copied().collect();
        let new: Vec<u64> = all.into_iter().filter(|p| !self.rows.contains_key(p)).collect();
        let new = self.study.rows(&new);
        let of = |point: &u64| {
            let place = new.binary_search_by_key(point, |row| row.point).ok();
            place.map(|i| &new[i]).or_else(|| self.rows.get(point)).cloned()
        };
        asked.iter().map(|a| a.points.iter().filter_map(of).collect()).collect()
    }

    /// Takes the rows that the islands asked for, in their order.
    pub fn tell(&mut self, rows: Vec<Vec<Row>>) {
        let study = self.study;
        let several = self.islands.len() > 1;
        for (island, rows) in self.islands.iter_mut().zip(rows) {
            for row in rows {
                island.seen.insert(row.point);
                self.known.entry(row.point).or_insert_with(|| weighed(study, &row));
                if several && self.rows.len() < KEPT_ROWS {
                    self.rows.insert(row.point, row);
                }
            }
            let asked = std::mem::take(&mut island.asked);
            let members = asked.into_iter().map(|genes| {
                let known = self.known.get(&point(study.space(), &genes)).cloned();
                let (goals, broken) = known.unwrap_or((Vec::new(), f64::INFINITY));
                Member { genes, goals, broken }
            });
            island.nsga2.tell(members.collect());
        }
    }
}

/// Goals of a point and by how much it breaks limits: without end where it could not be computed.
fn weighed(study: &Study<'_>, row: &Row) -> (Vec<f64>, f64) {
    let limits = study.limits.iter().map(|limit| limit.broken(&row.cells));
    let broken = if row.refused.is_none() { limits.sum() } else { f64::INFINITY };
    (goal(row.point, &row.cells, &study.goals).values, broken)
}

/// The point of the grid that genes mean.
fn point(space: &Space, genes: &[f64]) -> u64 {
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
    space.number(&Point { sample: 0, index })
}
