//! Rows, their errors, and the page that holds them.

use crate::Computed;
use lightloom::decide::check::Figure;
use lightloom::decide::study::{Study, StudyRow};
use lightloom::evidence::{Catalog, Kind};
use lightloom::units::{Decibel, significant};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A line of the table.
pub(crate) struct Row {
    /// Its identifier in the file of published figures, or that of its fact.
    id: String,
    pub(crate) what: String,
    pub(crate) computed: String,
    pub(crate) published: String,
    /// Decibels between the computed value and the nearer end of what was published; zero within it.
    pub(crate) ratio_db: f64,
    error: String,
    kind: Kind,
    source: String,
}

/// A file of published figures: `validation/link.toml`, `validation/package.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Published {
    sources: BTreeMap<String, Source>,
    row: BTreeMap<String, Entry>,
    cause: BTreeMap<String, Cause>,
}

/// Why some rows are wrong, in words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cause {
    rows: Vec<String>,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    title: String,
    url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    what: String,
    value: Option<f64>,
    range: Option<[f64; 2]>,
    at_most: Option<f64>,
    at_least: Option<f64>,
    unit: String,
    kind: Kind,
    source: String,
    row: String,
}

impl Entry {
    /// Ends, and how they are written.
    fn ends(&self) -> ([f64; 2], String) {
        match (self.value, self.range, self.at_most, self.at_least) {
            (Some(x), None, None, None) => ([x, x], shown(x, &self.unit)),
            (None, Some([a, b]), None, None) if a < b => {
                ([a, b], format!("{a} to {}", shown(b, &self.unit)))
            }
            (None, None, Some(x), None) => {
                ([f64::NEG_INFINITY, x], format!("at most {}", shown(x, &self.unit)))
            }
            (None, None, None, Some(x)) => {
                ([x, f64::INFINITY], format!("at least {}", shown(x, &self.unit)))
            }
            _ => panic!("{}: a value, a range, or one bound", self.what),
        }
    }
}

fn shown(x: f64, unit: &str) -> String {
    let number = if x != 0.0 && x.abs() < 1e-2 { format!("{x:e}") } else { significant(x, 4) };
    format!("{number} {unit}").trim_end().to_owned()
}

/// Distance in decibels, and the error in words.
fn error(computed: f64, [low, high]: [f64; 2], decibels: bool) -> (f64, String) {
    let end = if computed < low {
        low
    } else if computed > high {
        high
    } else {
        return (0.0, "0".to_owned());
    };
    if decibels {
        let off = computed - end;
        (off, if off.abs() < 5e-3 { "0".to_owned() } else { format!("{off:+.2} dB") })
    } else {
        let ratio = computed / end;
        let percent = (ratio - 1.0) * 100.0;
        let digits = usize::from(percent.abs() < 9.95);
        let shown = format!("{percent:+.digits$} %");
        let shown = if percent.abs() < 0.05 { "0".to_owned() } else { shown };
        (Decibel::from_power_ratio(ratio).as_db(), shown)
    }
}

fn source(title: &str, url: &str, row: &str) -> String {
    let title = title.replace('|', "/");
    if url.is_empty() { format!("{title} ({row})") } else { format!("[{title}]({url}) ({row})") }
}

impl Published {
    pub(crate) fn read(text: &str) -> Self {
        toml::from_str(text).unwrap()
    }

    /// Identifiers of the rows.
    pub(crate) fn asked(&self) -> impl Iterator<Item = &str> {
        self.row.keys().map(String::as_str)
    }

    /// Every row with its computed value. A row without value, a value without row, an idle source: each is an error.
    pub(crate) fn rows(&self, catalog: &Catalog, computed: &Computed) -> Vec<Row> {
        let [asked, given] =
            [self.row.keys().collect::<BTreeSet<_>>(), computed.keys().collect::<BTreeSet<_>>()];
        let lacking: Vec<_> = asked.symmetric_difference(&given).collect();
        assert!(lacking.is_empty(), "published or computed only: {lacking:?}");
        let used: BTreeSet<&str> = self.row.values().map(|e| e.source.as_str()).collect();
        let idle: Vec<_> = self.sources.keys().filter(|s| !used.contains(s.as_str())).collect();
        assert!(idle.is_empty(), "sources that no row uses: {idle:?}");
        self.row.iter().map(|(id, entry)| self.row(catalog, id, entry, computed[id])).collect()
    }

    fn row(&self, catalog: &Catalog, id: &str, entry: &Entry, computed: f64) -> Row {
        let (title, url) =
            match (self.sources.get(&entry.source), catalog.sources().get(&entry.source)) {
                (Some(s), None) => (&s.title, &s.url),
                (None, Some(s)) => (&s.title, &s.url),
                _ => panic!(
                    "{}: the source `{}` must be in one of the files",
                    entry.what, entry.source
                ),
            };
        let (ends, published) = entry.ends();
        let (ratio_db, error) = error(computed, ends, matches!(entry.unit.as_str(), "dB" | "dBm"));
        Row {
            id: id.to_owned(),
            what: entry.what.clone(),
            computed: rounded(computed, &entry.unit),
            published,
            ratio_db,
            error,
            kind: entry.kind,
            source: source(title, url, &entry.row),
        }
    }
}

impl Published {
    /// Rows that are off and in no cause.
    pub(crate) fn unexplained<'r>(&self, rows: &'r [Row]) -> Vec<&'r str> {
        let explained = |r: &&Row| self.cause.values().any(|c| c.rows.contains(&r.id));
        let off = rows.iter().filter(|r| r.error != "0" && !explained(r));
        off.map(|r| r.id.as_str()).collect()
    }
}

/// Causes that the page tells.
const TOLD: usize = 8;

impl Published {
    /// The worst row of each cause with its words, until enough are told.
    fn causes<'r>(&self, rows: &'r [Row]) -> Vec<(&'r Row, &str)> {
        let known: BTreeSet<&str> = rows.iter().map(|r| r.id.as_str()).collect();
        let all = || self.cause.values().flat_map(|c| &c.rows);
        let unknown: Vec<_> = all().filter(|id| !known.contains(id.as_str())).collect();
        assert!(unknown.is_empty(), "causes of rows that are not there: {unknown:?}");
        let mut told: Vec<(&Row, &str)> = Vec::new();
        for row in rows.iter().filter(|r| r.error != "0") {
            let of_row = self.cause.values().find(|c| c.rows.contains(&row.id));
            let why = of_row.map_or("Not explained yet.", |c| c.why.as_str());
            if of_row.is_none() || told.iter().all(|t| t.1 != why) {
                told.push((row, why));
            }
            if told.len() == TOLD {
                break;
            }
        }
        told
    }
}

/// Three digits; decibels to the hundredth, where digits mean little.
fn rounded(x: f64, unit: &str) -> String {
    match unit {
        // No minus before a zero.
        "dB" | "dBm" => format!("{:.2} {unit}", if x.abs() < 5e-3 { 0.0 } else { x }),
        _ if x != 0.0 && x.abs() < 1e-2 => format!("{x:.2e} {unit}").trim_end().to_owned(),
        "" => significant(x, 4),
        _ => format!("{} {unit}", significant(x, 3)),
    }
}

impl Row {
    /// A figure of a study of clusters.
    pub(crate) fn of_study(study: &Study, row: &StudyRow) -> Self {
        let StudyRow { what, boundary, computed, published, .. } = row;
        let name = study.title.split(',').next().unwrap_or_default();
        Self {
            id: row.fact.clone(),
            what: format!("{name}, {what}; {boundary}"),
            computed: computed.clone(),
            published: published.clone(),
            ratio_db: row.deviation_db,
            error: if row.deviation.is_empty() { "0".to_owned() } else { row.deviation.clone() },
            kind: Kind::ALL.into_iter().find(|kind| kind.name() == row.kind).unwrap(),
            source: source(&row.source.title, &row.source.url, &row.row),
        }
    }

    /// A figure of the plans' own table.
    pub(crate) fn of_fact(catalog: &Catalog, figure: Figure) -> Self {
        let fact = catalog.get(&figure.fact).unwrap();
        let published = if fact.is_uncertain() {
            let low = fact.show(fact.low);
            let number = low.strip_suffix(&fact.unit).unwrap_or(&low).trim_end();
            format!("{number} to {}", fact.show(fact.high))
        } else {
            fact.show(fact.value)
        };
        let decibels = matches!(fact.unit, "dB" | "dBm");
        let (ratio_db, mut error) = error(figure.computed, [fact.low, fact.high], decibels);
        if fact.unit == "degC" && error != "0" {
            // A share of the absolute temperature says little.
            error =
                format!("{:+.0} K", figure.computed - figure.computed.clamp(fact.low, fact.high));
        }
        let from = catalog.source_of(fact).unwrap();
        Self {
            id: figure.fact,
            what: figure.what,
            computed: fact.show_to(figure.computed, 3),
            published,
            ratio_db,
            error,
            kind: fact.kind,
            source: source(&from.title, &from.url, fact.row.as_deref().unwrap_or("no row")),
        }
    }
}

/// The whole page: what is compared, the table, and what is wrong in words.
pub(crate) fn page(title: &str, words: &str, rows: &[Row], published: &Published) -> String {
    let count = rows.len();
    let within = rows.iter().filter(|r| r.error == "0").count();
    let off = |db: f64| rows.iter().filter(|r| r.ratio_db.abs() > db).count();
    let mut out = format!(
        "\
# {title}

Sorted by the decibels between the computed value and the nearer end of what was published: figures in dB or dBm by their
difference, all others by their ratio (1 dB is a quarter more, 3 dB twice as much).

{count} figures: {within} agree to the digits shown or lie within the published range, {} are off by more than 1 dB, {} of these by
more than 3 dB. {words}

| what | computed | published | error | kind | source |
|---|---:|---:|---:|---|---|
",
        off(1.0),
        off(3.0)
    );
    for r in rows {
        let Row { what, computed, published, error, kind, source, .. } = r;
        writeln!(out, "| {what} | {computed} | {published} | {error} | {kind} | {source} |")
            .unwrap();
    }
    out.push_str("\n## The worst, and why they are wrong\n\n");
    for (place, (row, why)) in published.causes(rows).into_iter().enumerate() {
        let Row { what, computed, published, .. } = row;
        writeln!(out, "{}. **{what}**, {computed} beside {published}. {why}", place + 1).unwrap();
    }
    out
}

/// A study: its figures beside ours, its figures beside each other, and why they differ.
pub(crate) fn study(out: &mut String, study: &Study) {
    writeln!(out, "\n## {}\n\n{}\n", study.title, study.about).unwrap();
    study_rows(out, study, &study.rows, "computed");
    if !study.arithmetic.is_empty() {
        out.push_str("\nThe study's figures from each other:\n\n");
        study_rows(out, study, &study.arithmetic, "from its own");
    }
}

fn study_rows(out: &mut String, study: &Study, rows: &[StudyRow], computed: &str) {
    writeln!(out, "| what | {computed} | published | off by | why | source |").unwrap();
    out.push_str("|---|---:|---:|---:|---|---|\n");
    let mut causes: Vec<&str> = Vec::new();
    for row in rows {
        let why = match row.cause.as_str() {
            "" => String::new(),
            cause => {
                let known = causes.iter().position(|c| *c == cause);
                let at = known.unwrap_or_else(|| {
                    causes.push(cause);
                    causes.len() - 1
                });
                (at + 1).to_string()
            }
        };
        let Row { what, computed, published, error, source, .. } = Row::of_study(study, row);
        writeln!(out, "| {what} | {computed} | {published} | {error} | {why} | {source} |")
            .unwrap();
    }
    for (n, cause) in causes.iter().enumerate() {
        let gap = if n == 0 { "\n" } else { "" };
        writeln!(out, "{gap}{}. {cause}", n + 1).unwrap();
    }
}
