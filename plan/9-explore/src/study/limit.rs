//! What must hold at a point, and what is sought of it.

use super::file::{Constraint, Pareto};
use super::front::Goal;
use super::number::{Form, hint, read};
use super::output::{Cell, Output};
use lightloom_scenario::Problem;
use toml::Value;

/// A limit on an output.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Limit {
    output: usize,
    bound: Bound,
}

#[derive(Debug, Clone, PartialEq)]
enum Bound {
    /// In the output's unit.
    AtMost(f64),
    AtLeast(f64),
    Is(String),
}

/// Outputs by name: those of the file, and those that something else asks for behind them.
pub(crate) struct Names<'n> {
    pub(crate) text: &'n str,
    pub(crate) outputs: Vec<Output>,
}

impl Names<'_> {
    /// The place of an output, which is added where it is not among them.
    pub(crate) fn place(&mut self, name: &str, path: &str) -> Result<usize, Problem> {
        if let Some(place) = self.outputs.iter().position(|o| o.name == name) {
            return Ok(place);
        }
        let output = Output::find(name).map_err(|near| {
            let near =
                near.split_once("? ").map_or_else(String::new, |(near, _)| format!("{near}? "));
            let hint = format!("{near}`lightloom study outputs` lists all");
            Problem::at(self.text, path, format!("no output is called `{name}`"), Some(hint))
        })?;
        self.outputs.push(output);
        Ok(self.outputs.len() - 1)
    }

    /// The same, of an output that is a number.
    pub(crate) fn number(&mut self, name: &str, path: &str) -> Result<usize, Problem> {
        let place = self.place(name, path)?;
        if self.outputs[place].text {
            let hint = Some("give an output that has a unit".to_owned());
            return Err(Problem::at(self.text, path, format!("`{name}` is a text"), hint));
        }
        Ok(place)
    }

    /// A value for an output, in its unit.
    pub(crate) fn value(&self, place: usize, value: &Value, path: &str) -> Result<f64, Problem> {
        let output = &self.outputs[place];
        let quantity = Some(output.quantity).filter(|q| !matches!(*q, "" | "count"));
        match read(value, quantity) {
            Some((number, form)) => Ok(match form {
                Form::Quantity(..) => {
                    form.si(number) / super::output::factor(output.quantity, output.unit)
                }
                Form::Whole | Form::Bare => number,
            }),
            None => {
                let message = format!("{value} is no value of `{}`", output.name);
                Err(Problem::at(self.text, path, message, Some(hint(quantity))))
            }
        }
    }

    pub(crate) fn limits(&mut self, all: &[Constraint]) -> Result<Vec<Limit>, Problem> {
        let mut limits = Vec::new();
        for (i, constraint) in all.iter().enumerate() {
            let path = format!("constraint[{i}]");
            let name = constraint.output.as_str();
            let output = self.place(name, &format!("{path}.output"))?;
            let text = self.outputs[output].text;
            let given = [
                constraint.at_most.is_some(),
                constraint.at_least.is_some(),
                constraint.is.is_some(),
            ];
            if given.iter().filter(|g| **g).count() != 1 || text != constraint.is.is_some() {
                let (message, hint) = if text {
                    (format!("`{name}` is a text"), "write is = \"..\" and nothing else")
                } else {
                    (
                        format!("`{name}` is a number"),
                        "write one of at_most = \"..\" and at_least = \"..\"",
                    )
                };
                return Err(Problem::at(self.text, &path, message, Some(hint.to_owned())));
            }
            let bound = match (&constraint.at_most, &constraint.at_least, &constraint.is) {
                (Some(value), ..) => {
                    Bound::AtMost(self.value(output, value, &format!("{path}.at_most"))?)
                }
                (_, Some(value), _) => {
                    Bound::AtLeast(self.value(output, value, &format!("{path}.at_least"))?)
                }
                (.., is) => Bound::Is(is.clone().unwrap_or_default()),
            };
            limits.push(Limit { output, bound });
        }
        Ok(limits)
    }

    /// Outputs of the goals and their signs.
    pub(crate) fn goals(&mut self, pareto: &Pareto) -> Result<Vec<(usize, f64)>, Problem> {
        let mut goals: Vec<(usize, f64)> = Vec::new();
        for (names, key, sign) in
            [(&pareto.minimise, "minimise", 1.0), (&pareto.maximise, "maximise", -1.0)]
        {
            for (i, name) in names.iter().enumerate() {
                let path = format!("pareto.{key}[{i}]");
                let place = self.number(name, &path)?;
                if goals.iter().any(|(known, _)| *known == place) {
                    let hint = Some("keep one of the two".to_owned());
                    return Err(Problem::at(
                        self.text,
                        &path,
                        format!("`{name}` is a goal twice"),
                        hint,
                    ));
                }
                goals.push((place, sign));
            }
        }
        if goals.is_empty() {
            let hint = Some("give outputs in minimise = [..] or maximise = [..]".to_owned());
            return Err(Problem::at(self.text, "pareto", "there is no goal".to_owned(), hint));
        }
        Ok(goals)
    }
}

impl Limit {
    /// By how much it is broken, as a share of the limit; 0 when it is kept.
    pub(crate) fn broken(&self, cells: &[Cell]) -> f64 {
        let share = |over: f64, limit: f64| {
            let broken = over / limit.abs().max(f64::MIN_POSITIVE);
            // What has no value keeps no limit.
            if over.is_nan() { f64::INFINITY } else { broken.clamp(0.0, f64::MAX) }
        };
        match (&self.bound, &cells[self.output]) {
            (Bound::AtMost(limit), Cell::Number(x)) => share(x - limit, *limit),
            (Bound::AtLeast(limit), Cell::Number(x)) => share(limit - x, *limit),
            (Bound::Is(is), Cell::Text(text)) if is == text => 0.0,
            _ => 1.0,
        }
    }
}

/// A point by its goals.
pub(crate) fn goal(point: u64, cells: &[Cell], goals: &[(usize, f64)]) -> Goal {
    let value = |(output, sign): &(usize, f64)| match &cells[*output] {
        Cell::Number(x) => sign * x,
        Cell::Text(_) => f64::NAN,
    };
    Goal { point, values: goals.iter().map(value).collect() }
}
