//! The catalog: sources and facts, parsed from TOML files and checked.

use crate::{Fact, Kind, Rival, Shape};
use foldhash::fast::FixedState;
use lightloom_units::{QUANTITIES, Unit};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use toml::Spanned;

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Title, with authors or publisher.
    pub title: String,
    /// Stable address. Empty only for the project's own assumptions.
    pub url: String,
}

/// All facts and sources.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    facts: Vec<Fact>,
    sources: BTreeMap<String, Source>,
    /// Only looked up, never walked: its order is no one's.
    index: Index,
}

/// Positions by id, hashed by a fixed key: models look up facts some hundred thousand times in a plan.
type Index = HashMap<String, usize, FixedState>;

/// One thing that is wrong with the catalog.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// File name as given to [`Catalog::parse`].
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Fact or source.
    pub id: String,
    /// What is wrong, and what to write.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.id, self.message)
    }
}

/// The catalog cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the catalog has {} problem(s), first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
pub struct CatalogError(pub Vec<Problem>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    sources: BTreeMap<String, Spanned<RawSource>>,
    #[serde(default)]
    fact: Vec<RawFact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    title: Option<String>,
    url: Option<String>,
}

// Every field is optional here so that a check can name all that is missing, not only the first.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFact {
    id: Spanned<String>,
    about: Option<String>,
    quantity: Option<String>,
    value: Option<toml::Value>,
    range: Option<[String; 2]>,
    #[serde(default)]
    shape: Shape,
    kind: Option<Kind>,
    year: Option<u16>,
    source: Option<String>,
    row: Option<String>,
    note: Option<String>,
    #[serde(default)]
    rivals: Vec<RawRival>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRival {
    value: String,
    kind: Kind,
    source: String,
    note: Option<String>,
}

/// Key of the source that stands for the project's own assumptions.
pub const OWN_ASSUMPTION: &str = "lightloom";

impl Catalog {
    /// Parses and checks files given as (name, text).
    ///
    /// # Errors
    /// A [`CatalogError`] with *every* problem: a fact without source, unit, kind or description, an
    /// unknown source, a value outside its range, an assumption without range, an id given twice.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, CatalogError> {
        let mut catalog = Self::default();
        let mut problems = Vec::new();
        let mut raw_facts = Vec::new();
        for (file, text) in files {
            match toml::from_str::<RawFile>(text) {
                Ok(raw) => {
                    for (id, source) in raw.sources {
                        let line = line_of(text, source.span().start);
                        catalog.add_source(file, line, &id, source.into_inner(), &mut problems);
                    }
                    raw_facts.extend(raw.fact.into_iter().map(|f| (*file, *text, f)));
                }
                Err(e) => problems.push(Problem {
                    file: (*file).to_owned(),
                    line: e.span().map_or(1, |s| line_of(text, s.start)),
                    id: "TOML".to_owned(),
                    message: e.message().to_owned(),
                }),
            }
        }
        for (file, text, raw) in raw_facts {
            let line = line_of(text, raw.id.span().start);
            let id = raw.id.get_ref().clone();
            let mut note = |message: String| {
                problems.push(Problem { file: file.to_owned(), line, id: id.clone(), message });
            };
            if let Some(fact) = catalog.read_fact(file, line, raw, &mut note) {
                if catalog.index.contains_key(&fact.id) {
                    note("this id is given twice".to_owned());
                } else {
                    catalog.index.insert(fact.id.clone(), 0);
                    catalog.facts.push(fact);
                }
            }
        }
        catalog.facts.sort_by(|a, b| a.id.cmp(&b.id));
        catalog.index = catalog.facts.iter().enumerate().map(|(i, f)| (f.id.clone(), i)).collect();
        if problems.is_empty() {
            Ok(catalog)
        } else {
            problems.sort();
            Err(CatalogError(problems))
        }
    }

    fn add_source(
        &mut self,
        file: &str,
        line: usize,
        id: &str,
        raw: RawSource,
        problems: &mut Vec<Problem>,
    ) {
        let mut note = |message: &str| {
            problems.push(Problem {
                file: file.to_owned(),
                line,
                id: format!("sources.{id}"),
                message: message.to_owned(),
            });
        };
        let title = raw.title.unwrap_or_default();
        let url = raw.url.unwrap_or_default();
        if title.trim().is_empty() {
            note("the source has no title");
        }
        if id != OWN_ASSUMPTION && !url.starts_with("https://") && !url.starts_with("http://") {
            note("the source has no stable address: give `url`");
        }
        if self.sources.insert(id.to_owned(), Source { title, url }).is_some() {
            note("this source is given twice");
        }
    }

    fn read_fact(
        &self,
        file: &str,
        line: usize,
        raw: RawFact,
        note: &mut impl FnMut(String),
    ) -> Option<Fact> {
        let mut missing = Vec::new();
        let about = raw.about.filter(|t| !t.trim().is_empty());
        for (name, absent) in [
            ("about", about.is_none()),
            ("quantity", raw.quantity.is_none()),
            ("value", raw.value.is_none()),
            ("kind", raw.kind.is_none()),
            ("source", raw.source.is_none()),
        ] {
            if absent {
                missing.push(format!("`{name}`"));
            }
        }
        if !missing.is_empty() {
            note(format!("the fact has no {}", missing.join(", no ")));
        }
        let source = raw.source.filter(|s| self.knows_source(s, note));
        for rival in &raw.rivals {
            self.knows_source(&rival.source, note);
        }
        let quantity = raw.quantity?;
        let Some((quantity, units)) = QUANTITIES.iter().find(|(name, _)| *name == quantity) else {
            let names: Vec<_> = QUANTITIES.iter().map(|(name, _)| *name).collect();
            note(format!("no quantity is called `{quantity}`; there are: {}", names.join(", ")));
            return None;
        };
        let text = match raw.value? {
            toml::Value::String(text) => text,
            bare => {
                note(format!(
                    "the value `{bare}` has no unit: write it as text with a unit of {quantity}"
                ));
                return None;
            }
        };
        let mut read = |text: &str| match parse(text, units) {
            Some(pair) => Some(pair),
            None => {
                note(format!("`{text}` is not {quantity} with its unit"));
                None
            }
        };
        let (value, unit) = read(&text)?;
        let range = match &raw.range {
            Some([low, high]) => Some((read(low)?.0, read(high)?.0)),
            None => None,
        };
        let rivals = raw
            .rivals
            .into_iter()
            .map(|r| {
                Some(Rival {
                    value: read(&r.value)?.0,
                    kind: r.kind,
                    source: r.source,
                    note: r.note,
                })
            })
            .collect::<Option<Vec<_>>>()?;
        let kind = raw.kind?;
        if kind == Kind::Assumed && range.is_none() {
            note("an assumption needs a `range`".to_owned());
        }
        let (low, high) = range.unwrap_or((value, value));
        if !(low <= value && value <= high) {
            note(format!("the value `{text}` lies outside its range"));
        }
        if raw.shape == Shape::LogUniform && low <= 0.0 {
            note("a log-uniform range must lie above zero".to_owned());
        }
        Some(Fact {
            id: raw.id.into_inner(),
            about: about?,
            quantity,
            unit,
            value,
            low,
            high,
            shape: raw.shape,
            kind,
            year: raw.year,
            source: source?,
            row: raw.row,
            note: raw.note,
            rivals,
            file: file.to_owned(),
            line,
        })
    }

    fn knows_source(&self, key: &str, note: &mut impl FnMut(String)) -> bool {
        let known = self.sources.contains_key(key);
        if !known {
            note(format!("no source is called `{key}`: add [sources.{key}]"));
        }
        known
    }

    /// All facts, ordered by id.
    #[must_use]
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// All sources by key.
    #[must_use]
    pub fn sources(&self) -> &BTreeMap<String, Source> {
        &self.sources
    }

    /// A fact by id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Fact> {
        self.position(id).map(|i| &self.facts[i])
    }

    /// A fact's position in [`Catalog::facts`].
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// The source of a fact.
    #[must_use]
    pub fn source_of(&self, fact: &Fact) -> Option<&Source> {
        self.sources.get(&fact.source)
    }

    /// The names below a prefix: `children("accelerator")` gives `gb300`, `h100`, ...
    #[must_use]
    pub fn children(&self, prefix: &str) -> Vec<&str> {
        let dotted = format!("{prefix}.");
        // Facts are in the order of their ids.
        let start = self.facts.partition_point(|f| f.id < dotted);
        let mut names: Vec<&str> = self.facts[start..]
            .iter()
            .map_while(|f| f.id.strip_prefix(&dotted))
            .map(|rest| rest.split('.').next().unwrap_or(rest))
            .collect();
        names.dedup();
        names
    }
}

pub(crate) fn parse(text: &str, units: &'static [Unit]) -> Option<(f64, &'static str)> {
    let text = text.trim();
    let unit = units.iter().filter(|u| text.ends_with(u.symbol)).max_by_key(|u| u.symbol.len())?;
    let number: f64 =
        text[..text.len() - unit.symbol.len()].trim().replace('_', "").parse().ok()?;
    let si = number * unit.factor + unit.offset;
    si.is_finite().then_some((si, unit.symbol))
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset.min(text.len())].matches('\n').count() + 1
}
