//! Where points are computed: a cluster decided once for each combination of what moves it, money put on it point by point.

use super::axis::{Moves, Place};
use super::output::{Cell, Output, Sight, TIERS, taken};
use super::space::{Point, Space};
use lightloom_decide::anew::{Anew, Watch};
use lightloom_decide::tally::{Clerk, Standing, Tally};
use lightloom_decide::{Case, Decided, Rule, decide_links};
use lightloom_evidence::Facts;
use lightloom_scenario::run::view;
use lightloom_scenario::schema::Scenario;
use lightloom_scenario::{Library, RunError, with_keys};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use toml::Value;

/// Decided clusters that are kept for later points.
pub(crate) const KEPT: usize = 64;
/// Points of one cluster that a thread takes at a time.
const BATCH: usize = 256;

/// One point computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its number.
    pub point: u64,
    /// Values of the outputs.
    pub cells: Vec<Cell>,
    /// Why it could not be computed; then no cell means anything.
    pub refused: Option<String>,
}

/// Values of scenario keys, by axis: what everything is decided anew for.
pub(super) type Keys = Vec<(usize, u64)>;

/// A scenario that was decided from the start.
struct Base {
    scenario: Scenario,
    text: String,
    decided: Decided,
}

/// Of each combination, newest use last; a refusal is known too.
type Cache<K, V> = Mutex<Vec<(K, Result<Arc<V>, String>)>>;

/// The bench of a study.
pub(crate) struct Bench<'a> {
    library: &'a Library,
    /// The scenario as it stands.
    scenario: Scenario,
    text: String,
    space: Space,
    outputs: Vec<Output>,
    jobs: bool,
    wanted: [bool; Rule::ALL.len()],
    as_it_stands: [String; 3],
    bases: Cache<Keys, Base>,
    tallies: Cache<(Keys, Keys), Tally<'a>>,
}

impl<'a> Bench<'a> {
    /// Decides the scenario as it stands, which shows whether it can be.
    pub(crate) fn new(
        library: &'a Library,
        (scenario, text): (&Scenario, &str),
        space: Space,
        outputs: Vec<Output>,
    ) -> Result<Self, RunError> {
        let mut wanted = [false; Rule::ALL.len()];
        outputs.iter().for_each(|o| o.wants(&mut wanted));
        let mut bench = Self {
            library,
            scenario: scenario.clone(),
            text: text.to_owned(),
            jobs: outputs.iter().any(|o| o.job),
            space,
            outputs,
            wanted,
            as_it_stands: Default::default(),
            bases: Mutex::default(),
            tallies: Mutex::default(),
        };
        let tally = bench.fresh(&Vec::new(), &Vec::new())?;
        let standings = tally.clerk().at(tally.terms(), &[true; Rule::ALL.len()])?;
        if let Some(recommended) = standings.last().and_then(Option::as_ref) {
            let fabric = &tally.decided().structure.fabric;
            bench.as_it_stands = TIERS.map(|tier| taken(fabric, recommended, tier));
        }
        keep(&bench.tallies, (Vec::new(), Vec::new()), Ok(Arc::new(tally)));
        Ok(bench)
    }

    /// The points.
    pub(crate) const fn space(&self) -> &Space {
        &self.space
    }

    /// What is looked at.
    pub(crate) fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// Points by their numbers, in that order, on all threads.
    pub(crate) fn rows(&self, numbers: &[u64]) -> Vec<Row> {
        let points: Vec<Point> = numbers.iter().map(|n| self.space.point(*n)).collect();
        let mut groups: BTreeMap<(Keys, Keys), Vec<usize>> = BTreeMap::new();
        for (i, point) in points.iter().enumerate() {
            groups.entry(self.combination(point)).or_default().push(i);
        }
        let few = groups.len() <= KEPT;
        let of_group = |((keys, facts), members): (&(Keys, Keys), &Vec<usize>)| {
            let tally = self.tally(keys, facts, few);
            let batches: Vec<Vec<(usize, Row)>> = members
                .par_chunks(BATCH)
                .map(|batch| {
                    let mut clerk = tally.as_ref().map(|t| (t.as_ref(), t.clerk()));
                    let one = |i: &usize| (*i, self.row(numbers[*i], &points[*i], &mut clerk));
                    batch.iter().map(one).collect()
                })
                .collect();
            batches.into_iter().flatten().collect::<Vec<(usize, Row)>>()
        };
        // Few clusters are decided one after the other, each on all threads; many side by side.
        let parts: Vec<Vec<(usize, Row)>> = if few {
            groups.iter().map(of_group).collect()
        } else {
            groups.par_iter().map(of_group).collect()
        };
        let mut rows: Vec<(usize, Row)> = parts.into_iter().flatten().collect();
        rows.sort_by_key(|(i, _)| *i);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// What must be decided anew for a point: its places on the axes of keys, and of facts.
    pub(super) fn combination(&self, point: &Point) -> (Keys, Keys) {
        let (mut keys, mut facts) = (Vec::new(), Vec::new());
        for (i, axis) in self.space.axes.iter().enumerate() {
            let place = if axis.is_drawn() { u64::from(point.sample) } else { point.index[i] };
            match axis.moves {
                Moves::Money(_) => {}
                Moves::Fact(_) => facts.push((i, place)),
                Moves::Key => keys.push((i, place)),
            }
        }
        (keys, facts)
    }

    fn place(&self, (axis, place): (usize, u64)) -> Place {
        let mut point = Point { sample: 0, index: vec![0; self.space.axes.len()] };
        if self.space.axes[axis].is_drawn() {
            point.sample = u32::try_from(place).unwrap_or(u32::MAX);
        } else {
            point.index[axis] = place;
        }
        self.space.place(axis, &point)
    }

    fn tally(&self, keys: &Keys, facts: &Keys, kept: bool) -> Result<Arc<Tally<'a>>, String> {
        let known = (keys.clone(), facts.clone());
        if let Some(found) = look(&self.tallies, &known) {
            return found;
        }
        let made = self.fresh(keys, facts).map(Arc::new).map_err(|e| e.to_string());
        if kept {
            keep(&self.tallies, known, made.clone());
        }
        made
    }

    fn fresh(&self, keys: &Keys, facts: &Keys) -> Result<Tally<'a>, RunError> {
        let base = self.base(keys)?;
        self.moved(&base, &self.facts_at(facts))
    }

    /// Facts by position, and their values in SI, at places of their axes.
    fn facts_at(&self, facts: &Keys) -> Vec<(usize, f64)> {
        let moved = facts.iter().filter_map(|own| match self.space.axes[own.0].moves {
            Moves::Fact(position) => Some((position, self.si(*own)?)),
            Moves::Money(_) | Moves::Key => None,
        });
        moved.collect()
    }

    /// The number at a place of an axis in SI; nothing at a name or list.
    fn si(&self, own: (usize, u64)) -> Option<f64> {
        match self.place(own) {
            Place::Number(number) => {
                Some(self.space.axes[own.0].form.map_or(number, |form| form.si(number)))
            }
            Place::Other(_) => None,
        }
    }

    /// Keys of the scenario and their values at places of their axes.
    fn stated(&self, keys: &Keys) -> Vec<(&str, Value)> {
        let stated = keys.iter().map(|own| self.space.axes[own.0].states(own.1, &self.place(*own)));
        stated.flatten().collect()
    }

    /// A base with facts at these positions at these values in SI.
    fn moved(&self, base: &Base, moved: &[(usize, f64)]) -> Result<Tally<'a>, RunError> {
        let stands = view(&base.scenario, &self.library.catalog);
        let case = Case { library: self.library, scenario: &base.scenario, text: &base.text };
        if moved.is_empty() {
            let decided = base.decided.clone();
            return Tally::new(
                self.library,
                (&base.scenario, &base.text),
                stands,
                decided,
                self.jobs,
            );
        }
        let mut facts: Option<Facts<'a>> = None;
        for (position, si) in moved {
            facts = Some(facts.as_ref().unwrap_or(&stands).with(*position, *si));
        }
        let facts = facts.unwrap_or_else(|| view(&base.scenario, &self.library.catalog));
        let anew = Anew::new(&case, &stands, &base.decided, Watch::All)?;
        let decided = anew.decide(&base.scenario, &facts)?;
        Tally::new(self.library, (&base.scenario, &base.text), facts, decided, self.jobs)
    }

    fn base(&self, keys: &Keys) -> Result<Arc<Base>, RunError> {
        if let Some(Ok(base)) = look(&self.bases, keys) {
            return Ok(base);
        }
        let base = Arc::new(self.decided(&self.stated(keys))?);
        keep(&self.bases, keys.clone(), Ok(Arc::clone(&base)));
        Ok(base)
    }

    fn decided(&self, values: &[(&str, Value)]) -> Result<Base, RunError> {
        let (scenario, text) = if values.is_empty() {
            (self.scenario.clone(), self.text.clone())
        } else {
            with_keys(&self.text, values)?
        };
        let case = Case { library: self.library, scenario: &scenario, text: &text };
        let decided = decide_links(&case, &view(&scenario, &self.library.catalog))?;
        Ok(Base { scenario, text, decided })
    }

    fn row(
        &self,
        number: u64,
        point: &Point,
        clerk: &mut Result<(&Tally<'a>, Clerk<'_, 'a>), &String>,
    ) -> Row {
        let (tally, clerk) = match clerk {
            Ok((tally, clerk)) => (*tally, clerk),
            Err(why) => {
                return Row { point: number, cells: self.nothing(), refused: Some((*why).clone()) };
            }
        };
        let mut terms = tally.terms().clone();
        for (i, axis) in self.space.axes.iter().enumerate() {
            if let (Moves::Money(term), Place::Number(value)) =
                (axis.moves, self.space.place(i, point))
            {
                term.put(axis.form.map_or(value, |form| form.si(value)), &mut terms);
            }
        }
        match clerk.at(&terms, &self.wanted) {
            Ok(standings) => {
                Row { point: number, cells: self.cells(tally, &standings), refused: None }
            }
            Err(error) => {
                Row { point: number, cells: self.nothing(), refused: Some(error.to_string()) }
            }
        }
    }

    fn cells(&self, tally: &Tally<'_>, standings: &[Option<Standing>]) -> Vec<Cell> {
        let fabric = &tally.decided().structure.fabric;
        let sight = Sight { standings, fabric, as_it_stands: &self.as_it_stands };
        self.outputs.iter().map(|output| output.read(&sight)).collect()
    }

    fn nothing(&self) -> Vec<Cell> {
        let none =
            |o: &Output| if o.text { Cell::Text(String::new()) } else { Cell::Number(f64::NAN) };
        self.outputs.iter().map(none).collect()
    }

    /// The outputs with one axis at any value between its ends, another at one of its own, and all else as the scenario has it.
    pub(crate) fn beside(
        &self,
        (axis, number): (usize, f64),
        other: Option<(usize, u64)>,
    ) -> Result<Vec<Cell>, String> {
        let own = &self.space.axes[axis];
        let si = own.form.map_or(number, |form| form.si(number));
        let of_other = |is: fn(&Moves) -> bool| -> Keys {
            other.into_iter().filter(|o| is(&self.space.axes[o.0].moves)).collect()
        };
        let keys = of_other(|m| *m == Moves::Key);
        let facts = of_other(|m| matches!(m, Moves::Fact(_)));
        let text = |e: RunError| e.to_string();
        let tally = match own.moves {
            Moves::Money(_) => self.tally(&keys, &facts, true)?,
            Moves::Fact(position) => {
                let mut moved = self.facts_at(&facts);
                moved.push((position, si));
                let base = self.base(&keys).map_err(text)?;
                Arc::new(self.moved(&base, &moved).map_err(text)?)
            }
            Moves::Key => {
                let mut values = own.states(0, &Place::Number(number));
                values.extend(self.stated(&keys));
                let base = self.decided(&values).map_err(text)?;
                Arc::new(self.moved(&base, &self.facts_at(&facts)).map_err(text)?)
            }
        };
        let mut terms = tally.terms().clone();
        for (axis, si) in std::iter::once((own, Some(si)))
            .chain(other.map(|o| (&self.space.axes[o.0], self.si(o))))
        {
            if let (Moves::Money(term), Some(si)) = (axis.moves, si) {
                term.put(si, &mut terms);
            }
        }
        let standings = tally.clerk().at(&terms, &self.wanted).map_err(|e| e.to_string())?;
        Ok(self.cells(&tally, &standings))
    }
}

fn look<K: PartialEq + Clone, V>(cache: &Cache<K, V>, key: &K) -> Option<Result<Arc<V>, String>> {
    let mut kept = cache.lock().unwrap_or_else(PoisonError::into_inner);
    let place = kept.iter().position(|(known, _)| known == key)?;
    let found = kept.remove(place);
    let value = found.1.clone();
    kept.push(found);
    Some(value)
}

fn keep<K: PartialEq, V>(cache: &Cache<K, V>, key: K, value: Result<Arc<V>, String>) {
    let mut kept = cache.lock().unwrap_or_else(PoisonError::into_inner);
    kept.retain(|(known, _)| *known != key);
    if kept.len() >= KEPT {
        let _ = kept.remove(0);
    }
    kept.push((key, value));
}
