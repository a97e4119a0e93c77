//! The points of a study: numbered with samples slowest and the last axis fastest.

use super::axis::{Axis, Place};
use super::file::StudyFile;
use super::reader::Reader;
use lightloom_evidence::Catalog;
use lightloom_num::Sobol;
use lightloom_scenario::Problem;
use lightloom_scenario::schema::Scenario;

/// Most points of a study; more are searched, not listed.
pub const MOST_POINTS: u64 = 1_000_000_000;
/// All points.
#[derive(Debug, Clone)]
pub struct Space {
    /// Axes in the order of the file.
    pub axes: Vec<Axis>,
    /// Draws; 1 without drawn axes.
    pub samples: u32,
    /// Points of the grid.
    pub grid: u64,
    sobol: Sobol,
}

/// A point by its sample and its place on every axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The draw.
    pub sample: u32,
    /// Places on the axes; 0 on those that are drawn.
    pub index: Vec<u64>,
}

impl Space {
    /// Number of points.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.grid.saturating_mul(u64::from(self.samples))
    }

    /// Never: a study has a point at least.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A point by its number.
    ///
    /// # Model
    /// `number = sample * grid + index`, the index in mixed radix with the last axis as its lowest digit.
    #[must_use]
    pub fn point(&self, number: u64) -> Point {
        let grid = self.grid.max(1);
        let mut rest = number % grid;
        let mut index = vec![0; self.axes.len()];
        for (slot, axis) in index.iter_mut().zip(&self.axes).rev() {
            *slot = rest % axis.len();
            rest /= axis.len();
        }
        Point { sample: u32::try_from(number / grid).unwrap_or(u32::MAX), index }
    }

    /// The number of a point.
    #[must_use]
    pub fn number(&self, point: &Point) -> u64 {
        let axes = self.axes.iter().zip(&point.index);
        let index = axes.fold(0, |n, (axis, i)| n * axis.len() + i);
        u64::from(point.sample) * self.grid + index
    }

    /// Where an axis stands at a point.
    #[must_use]
    pub fn place(&self, axis: usize, point: &Point) -> Place {
        self.axes[axis].at(point.index[axis], point.sample, &self.sobol)
    }

    /// The space of a study on a scenario.
    ///
    /// # Errors
    /// A [`Problem`] of the study file: an axis that there is not, a value that it cannot take, too many points.
    pub fn new(
        study: &StudyFile,
        text: &str,
        (scenario, scenario_text): (&Scenario, &str),
        catalog: &Catalog,
    ) -> Result<Self, Problem> {
        let problem = |path: &str, message: String, hint: String| {
            Problem::at(text, path, message, Some(hint))
        };
        if study.vary.is_empty() {
            let hint = "add [[vary]] with a key and values, a range, or sampled".to_owned();
            return Err(problem("vary", "nothing is varied".to_owned(), hint));
        }
        let mut axes: Vec<Axis> = Vec::with_capacity(study.vary.len());
        for (i, vary) in study.vary.iter().enumerate() {
            let reader =
                Reader { text, path: format!("vary[{i}]"), scenario, scenario_text, catalog };
            if axes.iter().any(|a| a.key == vary.key) {
                let hint = "give all its values to one axis".to_owned();
                let message = format!("`{}` is varied twice", vary.key);
                return Err(problem(&format!("vary[{i}].key"), message, hint));
            }
            let drawn = axes.iter().filter(|a| a.is_drawn()).count();
            axes.push(reader.axis(vary, drawn)?);
        }
        let drawn = axes.iter().any(Axis::is_drawn);
        let samples = match (study.samples, drawn) {
            (None, true) => {
                let hint = "write `samples = 1024` above the tables".to_owned();
                return Err(problem(
                    "samples",
                    "an axis is sampled, but it is not said how often".to_owned(),
                    hint,
                ));
            }
            (Some(_), false) => {
                let hint = "leave `samples` out, or give an axis `sampled`".to_owned();
                return Err(problem("samples", "no axis is sampled".to_owned(), hint));
            }
            (Some(0), true) => {
                let hint = "give 1 and more, best a power of two".to_owned();
                return Err(problem("samples", "no draw gives no point".to_owned(), hint));
            }
            (Some(n), true) => n,
            (None, false) => 1,
        };
        let grid = axes.iter().try_fold(1_u64, |n, axis| n.checked_mul(axis.len()));
        let points = grid.and_then(|n| n.checked_mul(u64::from(samples)));
        let most = if study.optimise.is_some() { u64::MAX >> 1 } else { MOST_POINTS };
        match (grid, points) {
            (Some(grid), Some(points)) if points <= most => {
                Ok(Self { axes, samples, grid, sobol: Sobol::new(study.seed) })
            }
            _ => {
                let hint = "take fewer steps, or seek the front by [optimise]".to_owned();
                let message = format!("the axes have more than {most} points together");
                Err(problem("vary", message, hint))
            }
        }
    }
}
