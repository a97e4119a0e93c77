//! From an entry of a study file to an axis, every value looked at, with errors placed.

use super::axis::{Axis, Moves, Values};
use super::file::{Range, Sampled, Scale, Vary};
use super::number::{Form, hint, read};
use lightloom_decide::tally::Term;
use lightloom_evidence::{Catalog, Shape};
use lightloom_num::Sobol;
use lightloom_scenario::problem::suggestion;
use lightloom_scenario::schema::words;
use lightloom_scenario::{Problem, Scenario, with_keys};
use toml::Value;

/// Most values of an axis.
const MOST_STEPS: u32 = 1_000_000;

/// Reads one axis.
pub(super) struct Reader<'r> {
    pub(super) text: &'r str,
    pub(super) path: String,
    pub(super) scenario: &'r Scenario,
    pub(super) scenario_text: &'r str,
    pub(super) catalog: &'r Catalog,
}

impl Reader<'_> {
    fn problem(&self, key: &str, message: String, hint: String) -> Problem {
        Problem::at(self.text, &format!("{}{key}", self.path), message, Some(hint))
    }

    pub(super) fn axis(&self, vary: &Vary, drawn: usize) -> Result<Axis, Problem> {
        let key = vary.key.as_str();
        let (moves, quantity, about) = self.meaning(key)?;
        let given = [vary.values.is_some(), vary.range.is_some(), vary.sampled.is_some()];
        if given.iter().filter(|g| **g).count() != 1 {
            let message = format!("`{key}` needs exactly one of values, range, sampled");
            let hint = "write values = [..], range = { from = .., to = .., steps = .. } or sampled = \"own\"";
            return Err(self.problem("", message, hint.to_owned()));
        }
        let mut scale = Scale::Linear;
        let (form, values) = if let Some(values) = &vary.values {
            self.list(values, quantity)?
        } else if let Some(range) = &vary.range {
            scale = range.scale;
            self.range(range, quantity)?
        } else {
            self.drawn(vary.sampled.as_ref().unwrap_or(&Sampled::Own), key, quantity, drawn)?
        };
        let moves = if vary.together.is_empty() { moves } else { self.joined(vary, moves)? };
        let together = vary.together.clone();
        let axis = Axis { key: key.to_owned(), about, form, moves, scale, values, together };
        let at = match &axis.values {
            _ if vary.values.is_some() => ".values",
            Values::Drawn(..) => ".sampled",
            Values::Numbers(_) | Values::Others(_) => ".range",
        };
        self.check(&axis, at)?;
        Ok(axis)
    }

    /// What an axis moves that takes other keys along: the scenario itself.
    fn joined(&self, vary: &Vary, moves: Moves) -> Result<Moves, Problem> {
        let listed = vary.values.as_ref().map(Vec::len);
        if self.catalog.get(&vary.key).is_some() || matches!(moves, Moves::Money(Term::Premium(_)))
        {
            let message =
                format!("`{}` is no key of the scenario, so none goes along with it", vary.key);
            return Err(self.problem(
                ".together",
                message,
                "give it an axis of its own".to_owned(),
            ));
        }
        for (key, values) in &vary.together {
            if listed != Some(values.len()) {
                let count = listed.map_or_else(|| "a list of".to_owned(), |n| n.to_string());
                let message = format!(
                    "`{key}` has {} values to go with {count} values of `{}`",
                    values.len(),
                    vary.key
                );
                let hint = "give each key of `together` a list as long as `values`".to_owned();
                return Err(self.problem(".together", message, hint));
            }
        }
        Ok(Moves::Key)
    }

    /// What a key moves, the quantity that it needs, and what it is.
    fn meaning(&self, key: &str) -> Result<(Moves, Option<&'static str>, String), Problem> {
        let term = Term::find(key, self.scenario);
        if let Some(position) = self.catalog.position(key) {
            let fact = &self.catalog.facts()[position];
            let moves = term.map_or(Moves::Fact(position), Moves::Money);
            return Ok((moves, Some(fact.quantity), fact.about.clone()));
        }
        if let Some(Term::Premium(rule)) = term {
            let about = format!(
                "Price of {} over a retimed pluggable on the same links",
                rule.light().unwrap_or_default()
            );
            return Ok((Moves::Money(Term::Premium(rule)), Some("ratio"), about));
        }
        let schema = lightloom_scenario::json_schema();
        let head = key.split('.').next().unwrap_or_default();
        let is_key = words(&schema, key).is_some()
            || words(&schema, head).is_some() && key.contains("topology.");
        if is_key && !matches!(key, "lightloom" | "name" | "about" | "sources") {
            let about = words(&schema, key).unwrap_or_default();
            return Ok((term.map_or(Moves::Key, Moves::Money), None, about));
        }
        let mut known = keys(&schema);
        known.extend(
            ["premium.lpo", "premium.npo", "premium.cpo-switch", "premium.cpo-accelerator"]
                .map(str::to_owned),
        );
        known.extend(self.catalog.facts().iter().map(|f| f.id.clone()));
        let near = suggestion(key, known.iter().map(String::as_str));
        let hint = match near.split_once("? ") {
            Some((near, _)) => format!("{near}?"),
            None => "give a key of the scenario such as scale_up.domain, a fact of `lightloom catalog` by its id, or premium.cpo-switch".to_owned(),
        };
        Err(self.problem(".key", format!("nothing is called `{key}`"), hint))
    }

    fn list(
        &self,
        values: &[Value],
        quantity: Option<&str>,
    ) -> Result<(Option<Form>, Values), Problem> {
        if values.is_empty() {
            return Err(self.problem(
                ".values",
                "the list is empty".to_owned(),
                "give a value at least".to_owned(),
            ));
        }
        let mut numbers = Vec::with_capacity(values.len());
        let mut form: Option<Form> = None;
        for (i, value) in values.iter().enumerate() {
            let at = format!(".values[{i}]");
            match (read(value, quantity), form) {
                (Some((number, own)), None) => {
                    form = Some(own);
                    numbers.push(number);
                }
                (Some((number, own)), Some(first)) if same_kind(own, first) => {
                    numbers.push(if own == first { number } else { first.of_si(own.si(number)) });
                }
                (Some(_), Some(_)) => {
                    let message = format!("{value} is another kind of value than the first");
                    return Err(self.problem(
                        &at,
                        message,
                        "give all values in one quantity".to_owned(),
                    ));
                }
                (None, _) if quantity.is_some() || form.is_some() => {
                    let message = format!("{value} is no number with its unit");
                    return Err(self.problem(&at, message, hint(quantity)));
                }
                (None, _) => {}
            }
        }
        let twice = values.iter().enumerate().find(|(i, v)| values[..*i].contains(v));
        if let Some((i, value)) = twice {
            let message = format!("{value} is given twice");
            return Err(self.problem(
                &format!(".values[{i}]"),
                message,
                "keep one of the two".to_owned(),
            ));
        }
        if numbers.len() == values.len() {
            // Whole and broken numbers together are written as broken ones.
            let bare = values.iter().any(|v| matches!(v, Value::Float(_)));
            let form = form.map(|f| if bare { Form::Bare } else { f });
            return Ok((form, Values::Numbers(numbers)));
        }
        if !numbers.is_empty() {
            let message = "some values are numbers and some are not".to_owned();
            return Err(self.problem(".values", message, "give values of one kind".to_owned()));
        }
        Ok((None, Values::Others(values.to_vec())))
    }

    fn ends<const N: usize>(
        &self,
        at: &str,
        ends: [&Value; N],
        quantity: Option<&str>,
    ) -> Result<(Form, [f64; N]), Problem> {
        let mut numbers = [0.0; N];
        let mut form: Option<Form> = None;
        for (slot, value) in numbers.iter_mut().zip(ends) {
            let Some((number, own)) = read(value, quantity) else {
                let message = format!("{value} is no number with its unit");
                return Err(self.problem(at, message, hint(quantity)));
            };
            let first = *form.get_or_insert(own);
            if !same_kind(own, first) {
                let message = format!("{} and {value} are of two kinds", ends[0]);
                let hint = "write all of them with a unit of the same quantity".to_owned();
                return Err(self.problem(at, message, hint));
            }
            *slot = if own == first { number } else { first.of_si(own.si(number)) };
        }
        Ok((form.unwrap_or(Form::Bare), numbers))
    }

    fn range(
        &self,
        range: &Range,
        quantity: Option<&str>,
    ) -> Result<(Option<Form>, Values), Problem> {
        let (form, [from, to]) = self.ends(".range", [&range.from, &range.to], quantity)?;
        if !(2..=MOST_STEPS).contains(&range.steps) {
            let message = format!("{} steps", range.steps);
            return Err(self.problem(
                ".range.steps",
                message,
                format!("steps are 2 to {MOST_STEPS}, both ends among them"),
            ));
        }
        if range.scale == Scale::Log && !(from > 0.0 && to > 0.0) {
            let message = "equal ratios need both ends above zero".to_owned();
            return Err(self.problem(
                ".range",
                message,
                "write scale = \"linear\", or move the end".to_owned(),
            ));
        }
        let values = steps([from, to], range.steps, range.scale, form == Form::Whole);
        if values.iter().any(|value| !form.si(*value).is_finite()) {
            let message = format!("no numbers reach from {} to {}", form.show(from), form.show(to));
            return Err(self.problem(".range", message, "take ends that are closer".to_owned()));
        }
        if values.windows(2).any(|w| w[0].to_bits() == w[1].to_bits()) {
            let message = format!(
                "{} steps from {} to {} give a value twice",
                range.steps,
                form.show(from),
                form.show(to)
            );
            return Err(self.problem(
                ".range.steps",
                message,
                "take fewer steps, or ends that differ".to_owned(),
            ));
        }
        Ok((Some(form), Values::Numbers(values)))
    }

    fn drawn(
        &self,
        sampled: &Sampled,
        key: &str,
        quantity: Option<&str>,
        dimension: usize,
    ) -> Result<(Option<Form>, Values), Problem> {
        let at = ".sampled";
        let (form, shape, ends) = match sampled {
            Sampled::Own => {
                let fact = self.catalog.get(key).filter(|f| f.is_uncertain());
                let Some(fact) = fact else {
                    let message = format!("`{key}` has no range of its own");
                    let hint =
                        "only facts with a range have: write sampled = { uniform = [.., ..] }";
                    return Err(self.problem(at, message, hint.to_owned()));
                };
                let unit = super::number::units_of(fact.quantity).and_then(|(name, units)| {
                    Some((name, units.iter().find(|u| u.symbol == fact.unit)?))
                });
                let form = unit.map_or(Form::Bare, |(name, unit)| Form::Quantity(name, *unit));
                (form, fact.shape, [fact.low, fact.value, fact.high].map(|si| form.of_si(si)))
            }
            Sampled::Uniform([low, high]) => {
                let (form, [low, high]) = self.ends(at, [low, high], quantity)?;
                (form, Shape::Uniform, [low, f64::midpoint(low, high), high])
            }
            Sampled::LogUniform([low, high]) => {
                let (form, [low, high]) = self.ends(at, [low, high], quantity)?;
                (form, Shape::LogUniform, [low, f64::midpoint(low, high), high])
            }
            Sampled::Triangular([low, value, high]) => {
                let (form, ends) = self.ends(at, [low, value, high], quantity)?;
                (form, Shape::Triangular, ends)
            }
        };
        let [low, value, high] = ends;
        let above = shape != Shape::LogUniform || form.si(low) > 0.0;
        if !(low < high && low <= value && value <= high && above) {
            let message =
                format!("from {} to {} is no such distribution", form.show(low), form.show(high));
            return Err(self.problem(
                at,
                message,
                "ends rise, the most likely value lies between; log-uniform ones are above zero"
                    .to_owned(),
            ));
        }
        Ok((Some(form), Values::Drawn(shape, ends, dimension)))
    }

    /// Tries an axis: a key of the scenario must take every value, so that a mistyped one is told before hours of work.
    fn check(&self, axis: &Axis, at: &str) -> Result<(), Problem> {
        let least = axis.ends().zip(axis.form).map(|([least, _], form)| form.si(least));
        let fact =
            self.catalog.get(&axis.key).filter(|f| f.low >= 0.0 && !f.unit.starts_with("dB"));
        if let Some((fact, _)) = fact.zip(least).filter(|(_, least)| *least < 0.0) {
            let message = format!("`{}` is never below zero", axis.key);
            let hint =
                format!("its own range is {} to {}", fact.show(fact.low), fact.show(fact.high));
            return Err(self.problem(at, message, hint));
        }
        if matches!(axis.moves, Moves::Fact(_) | Moves::Money(Term::Premium(_)))
            || self.catalog.get(&axis.key).is_some()
        {
            return Ok(());
        }
        let sobol = Sobol::new(0);
        // Numbers of one form are read alike: the ends stand for all of them.
        let tried: Vec<u64> = match &axis.values {
            Values::Others(all) => (0..all.len() as u64).collect(),
            _ if axis.is_joined() => (0..axis.len()).collect(),
            _ => vec![0, axis.len() - 1],
        };
        for index in tried {
            let stated = axis.states(index, &axis.at(index, 0, &sobol));
            if let Err(problem) = with_keys(self.scenario_text, &stated) {
                let value = if at == ".values" { format!("{at}[{index}]") } else { at.to_owned() };
                let unknown = problem.message.starts_with("unknown key");
                let at = if unknown { ".key" } else { &value };
                return Err(self.problem(
                    at,
                    format!("`{}`: {}", named(&problem.path, &axis.key), problem.message),
                    problem.hint.unwrap_or_default(),
                ));
            }
        }
        Ok(())
    }
}

/// The key that a problem names, or else the axis' own.
fn named<'k>(path: &'k str, key: &'k str) -> &'k str {
    if path.is_empty() { key } else { path }
}

/// Whether two forms can stand on one axis.
fn same_kind(a: Form, b: Form) -> bool {
    match (a, b) {
        (Form::Quantity(a, _), Form::Quantity(b, _)) => a == b,
        (Form::Quantity(..), _) | (_, Form::Quantity(..)) => false,
        _ => true,
    }
}

/// Equal steps between two ends, which are exact; whole numbers are rounded.
#[must_use]
pub fn steps([from, to]: [f64; 2], steps: u32, scale: Scale, whole: bool) -> Vec<f64> {
    let last = f64::from(steps.saturating_sub(1).max(1));
    let at = |i: u32| {
        let share = f64::from(i) / last;
        let value = match scale {
            _ if i == 0 => from,
            _ if i + 1 == steps => to,
            Scale::Linear => from + (to - from) * share,
            Scale::Log => from * libm::pow(to / from, share),
        };
        if whole { value.round() } else { value }
    };
    (0..steps).map(at).collect()
}

/// Keys of a schema that hold values, with dots.
fn keys(schema: &serde_json::Value) -> Vec<String> {
    let resolve = |node: &serde_json::Value| -> serde_json::Value {
        let reference =
            |n: &serde_json::Value| n.get("$ref").and_then(|r| r.as_str()).map(str::to_owned);
        let optional = || node.get("anyOf")?.as_array()?.iter().find_map(reference);
        let name = reference(node).or_else(optional);
        let name = name.as_deref().and_then(|r| r.strip_prefix("#/$defs/"));
        name.and_then(|n| schema.get("$defs")?.get(n)).unwrap_or(node).clone()
    };
    let mut out = Vec::new();
    let mut open = vec![(String::new(), schema.clone())];
    while let Some((path, node)) = open.pop() {
        let node = resolve(&node);
        match node.get("properties").and_then(|p| p.as_object()) {
            Some(inner) if path.matches('.').count() < 4 => {
                for (name, node) in inner {
                    let path =
                        if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    open.push((path, node.clone()));
                }
            }
            _ => out.push(path),
        }
    }
    out.sort();
    out
}
