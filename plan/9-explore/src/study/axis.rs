//! An axis of a study: what it moves, and where it stands at each of its places.

use super::file::Scale;
use super::number::Form;
use lightloom_decide::tally::Term;
use lightloom_evidence::Shape;
use lightloom_num::Sobol;
use std::collections::BTreeMap;
use toml::Value;

/// What an axis moves, which says how much must be done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moves {
    /// Money alone: arithmetic on a decided cluster.
    Money(Term),
    /// A fact, by position: candidates are judged again near the decided links.
    Fact(usize),
    /// A key of the scenario: everything is decided from the start.
    Key,
}

/// Values of an axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Values {
    /// Numbers of the axis' unit.
    Numbers(Vec<f64>),
    /// Names, lists, switches.
    Others(Vec<Value>),
    /// Low end, most likely value and high end in the axis' unit; dimension of the draws.
    Drawn(Shape, [f64; 3], usize),
}

/// An axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Its key.
    pub key: String,
    /// What it is.
    pub about: String,
    /// How its numbers are written; `None` for names and lists.
    pub form: Option<Form>,
    /// What it moves.
    pub moves: Moves,
    /// Equal ratios between values.
    pub scale: Scale,
    pub(super) values: Values,
    /// Keys that move along, each with a value for each of the axis.
    pub(super) together: BTreeMap<String, Vec<Value>>,
}

/// Where an axis stands at a point.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// At a number of its unit.
    Number(f64),
    /// At a name or list.
    Other(Value),
}

impl Axis {
    /// Values in the grid; 1 for an axis that is drawn.
    #[must_use]
    pub fn len(&self) -> u64 {
        match &self.values {
            Values::Numbers(all) => all.len() as u64,
            Values::Others(all) => all.len() as u64,
            Values::Drawn(..) => 1,
        }
    }

    /// Never: an axis has a value at least.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is drawn.
    #[must_use]
    pub const fn is_drawn(&self) -> bool {
        matches!(self.values, Values::Drawn(..))
    }

    /// Ends of the numbers, in the unit; `None` for names and lists.
    #[must_use]
    pub fn ends(&self) -> Option<[f64; 2]> {
        match &self.values {
            Values::Numbers(all) => {
                let least = all.iter().copied().reduce(f64::min)?;
                Some([least, all.iter().copied().reduce(f64::max)?])
            }
            Values::Drawn(_, [low, _, high], _) => Some([*low, *high]),
            Values::Others(_) => None,
        }
    }

    /// The value at a place of the grid, or of a draw.
    #[must_use]
    pub fn at(&self, index: u64, sample: u32, sobol: &Sobol) -> Place {
        let i = usize::try_from(index).unwrap_or(usize::MAX);
        match &self.values {
            Values::Numbers(all) => Place::Number(all.get(i).copied().unwrap_or(f64::NAN)),
            Values::Others(all) => {
                Place::Other(all.get(i).cloned().unwrap_or(Value::Boolean(false)))
            }
            Values::Drawn(shape, [low, value, high], dimension) => {
                let u = sobol.coordinate(sample, *dimension);
                let form = self.form.unwrap_or(Form::Bare);
                let [low, value, high] = [*low, *value, *high].map(|x| form.si(x));
                Place::Number(form.of_si(shape.quantile(u, low, value, high)))
            }
        }
    }

    /// A place as a scenario writes it.
    #[must_use]
    pub fn write(&self, place: &Place) -> Value {
        match place {
            Place::Number(number) => self.form.unwrap_or(Form::Bare).write(*number),
            Place::Other(value) => value.clone(),
        }
    }

    /// The keys that it states in a scenario at a place of the grid, or of a draw.
    #[must_use]
    pub fn states(&self, index: u64, place: &Place) -> Vec<(&str, Value)> {
        let along = self.together.iter().filter_map(|(key, values)| {
            let value = values.get(usize::try_from(index).unwrap_or(usize::MAX))?;
            Some((key.as_str(), value.clone()))
        });
        std::iter::once((self.key.as_str(), self.write(place))).chain(along).collect()
    }

    /// Whether other keys move along.
    #[must_use]
    pub fn is_joined(&self) -> bool {
        !self.together.is_empty()
    }

    /// A heading: the key, and the unit where there is one.
    #[must_use]
    pub fn heading(&self) -> String {
        match self.form.map(|f| f.unit()).filter(|u| !u.is_empty()) {
            Some(unit) => format!("{} [{unit}]", self.key),
            None => self.key.clone(),
        }
    }
}
