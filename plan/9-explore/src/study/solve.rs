//! Crossovers and break-evens: the value of an axis at which something is just so, sought as a root.

use super::axis::{Moves, Place};
use super::bench::Bench;
use super::file::{Scale, Solve};
use super::limit::Names;
use super::output::Cell;
use super::space::Space;
use lightloom_economics::{Axis, Effort, Spacing, break_even};
use lightloom_scenario::Problem;
use lightloom_scenario::problem::suggestion;
use serde::Serialize;

/// How finely an axis is looked through, and how closely a root is narrowed: to a millionth of a step.
const EFFORT: Effort = Effort { steps: 24, halvings: 20 };

/// What is sought.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sought {
    axis: usize,
    output: usize,
    against: Against,
    for_each: Option<usize>,
    pub(crate) what: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Against {
    Output(usize),
    /// In the output's unit.
    Value(f64),
}

/// A root, or that there is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// What was sought.
    pub what: String,
    /// The axis that was moved.
    pub axis: String,
    /// Where the other axis stood: its key and value.
    pub beside: Option<[String; 2]>,
    /// The value; left out where nothing changes sign between the ends.
    pub at: Option<f64>,
    /// Unit of the value.
    pub unit: String,
    /// Whether the first rises over the second, or the value, as the axis rises.
    pub rising: Option<bool>,
    /// Whether it jumps there, because another technology takes a link, instead of passing.
    pub jump: Option<bool>,
    /// The difference at the low and high end of the axis.
    pub at_ends: Option<[f64; 2]>,
    /// Why nothing could be sought.
    pub refused: Option<String>,
}

impl Sought {
    pub(crate) fn new(
        solve: &Solve,
        i: usize,
        space: &Space,
        names: &mut Names<'_>,
    ) -> Result<Self, Problem> {
        let path = format!("solve[{i}]");
        let text = names.text;
        let axis_of = |key: &str, at: &str| {
            let known = space.axes.iter().position(|a| a.key == key);
            known.ok_or_else(|| {
                let hint = suggestion(key, space.axes.iter().map(|a| a.key.as_str()));
                let message = format!("`{key}` is no axis of this study");
                Problem::at(text, &format!("{path}.{at}"), message, Some(hint))
            })
        };
        let axis = axis_of(&solve.vary, "vary")?;
        let own = &space.axes[axis];
        let whole = own.form.is_none_or(|f| f == super::number::Form::Whole);
        if whole || own.is_joined() || own.ends().is_none_or(|[low, high]| low >= high) {
            let hint =
                "seek over an axis of quantities with a range: between whole numbers nothing lies"
                    .to_owned();
            let message = format!("`{}` has no values between its own", solve.vary);
            return Err(Problem::at(text, &format!("{path}.vary"), message, Some(hint)));
        }
        let for_each = solve.for_each.as_deref().map(|key| axis_of(key, "for_each")).transpose()?;
        if for_each.is_some_and(|other| other == axis || space.axes[other].is_drawn()) {
            let hint = Some("give another axis, with values or a range".to_owned());
            let message = "it cannot be sought again at each of these".to_owned();
            return Err(Problem::at(text, &format!("{path}.for_each"), message, hint));
        }
        let (output, against, what) = match (&solve.equal, &solve.output, &solve.reaches) {
            (Some([a, b]), None, None) => {
                let first = names.number(a, &format!("{path}.equal[0]"))?;
                let second = names.number(b, &format!("{path}.equal[1]"))?;
                let units = [first, second].map(|o| names.outputs[o].unit);
                if first == second || units[0] != units[1] {
                    let message = format!("`{a}` and `{b}` cannot cross");
                    let hint = Some("give two outputs of the same unit".to_owned());
                    return Err(Problem::at(text, &format!("{path}.equal"), message, hint));
                }
                (first, Against::Output(second), format!("{a} = {b}"))
            }
            (None, Some(output), Some(value)) => {
                let place = names.number(output, &format!("{path}.output"))?;
                let limit = names.value(place, value, &format!("{path}.reaches"))?;
                let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                (place, Against::Value(limit), format!("{output} = {shown}"))
            }
            _ => {
                let message = "it is not said what is sought".to_owned();
                let hint = "write equal = [\"a\", \"b\"], or output = \"a\" and reaches = \"1 MW\""
                    .to_owned();
                return Err(Problem::at(text, &path, message, Some(hint)));
            }
        };
        Ok(Self { axis, output, against, for_each, what })
    }

    /// Clusters that are decided and judged again for it, and points of money, about: it ends sooner where nothing turns.
    pub(crate) fn tries(&self, space: &Space) -> [u64; 3] {
        let others = self.for_each.map_or(1, |other| space.axes[other].len());
        let tries = others.saturating_mul(1 + u64::from(EFFORT.steps) + u64::from(EFFORT.halvings));
        let mut all = [0; 3];
        let place = |moves: Moves| match moves {
            Moves::Key => 0,
            Moves::Fact(_) => 1,
            Moves::Money(_) => 2,
        };
        all[place(space.axes[self.axis].moves)] += tries;
        if let Some(other) = self.for_each {
            all[place(space.axes[other].moves)] += others;
        }
        all
    }

    /// Seeks it, at each value of the other axis.
    pub(crate) fn found(&self, space: &Space, bench: &Bench<'_>) -> Vec<Found> {
        match self.for_each {
            None => self.roots(space, bench, None),
            Some(other) => {
                let all = 0..space.axes[other].len();
                all.flat_map(|i| self.roots(space, bench, Some((other, i)))).collect()
            }
        }
    }

    fn roots(&self, space: &Space, bench: &Bench<'_>, other: Option<(usize, u64)>) -> Vec<Found> {
        let own = &space.axes[self.axis];
        let beside = other.map(|(axis, i)| {
            let axis = &space.axes[axis];
            let mut index = vec![0; space.axes.len()];
            index[other.map_or(0, |o| o.0)] = i;
            let point = super::space::Point { sample: 0, index };
            let shown = match space.place(other.map_or(0, |o| o.0), &point) {
                Place::Number(number) => {
                    axis.form.map_or_else(|| number.to_string(), |f| f.show(number))
                }
                Place::Other(value) => {
                    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
                }
            };
            [axis.key.clone(), shown]
        });
        let none = Found {
            what: self.what.clone(),
            axis: own.key.clone(),
            beside,
            at: None,
            unit: own.form.map_or("", |f| f.unit()).to_owned(),
            rising: None,
            jump: None,
            at_ends: None,
            refused: None,
        };
        let number = |cells: &[Cell], output: usize| match &cells[output] {
            Cell::Number(x) => *x,
            Cell::Text(_) => f64::NAN,
        };
        let difference = |value: f64| -> Result<f64, String> {
            let cells = bench.beside((self.axis, value), other)?;
            let first = number(&cells, self.output);
            Ok(first
                - match self.against {
                    Against::Output(second) => number(&cells, second),
                    Against::Value(limit) => limit,
                })
        };
        let spacing = if own.scale == Scale::Log { Spacing::Logarithmic } else { Spacing::Linear };
        let [low, high] = own.ends().unwrap_or_default();
        let sought = Axis::new(low, high, spacing).map_err(|e| e.to_string());
        let found = sought
            .and_then(|axis| break_even(difference, &axis, EFFORT).map_err(|e| e.to_string()));
        match found {
            Err(why) => vec![Found { refused: Some(why), ..none }],
            Ok(found) if found.crossings.is_empty() => {
                vec![Found { at_ends: Some(found.at_ends), ..none }]
            }
            Ok(found) => found
                .crossings
                .iter()
                .map(|crossing| Found {
                    at: Some(crossing.at),
                    rising: Some(crossing.rising),
                    jump: Some(crossing.jump),
                    at_ends: Some(found.at_ends),
                    ..none.clone()
                })
                .collect(),
        }
    }
}
