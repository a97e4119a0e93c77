//! `lightloom fabric compare --published`.

use crate::failure::Failure;
use crate::output;
use crate::text::{heading, new_table, paragraph, right_from};
use lightloom::Library;
use lightloom::decide::study::{STUDIES, Studies, Study, StudyRow, study};
use lightloom::evidence::Facts;
use lightloom::scenario::problem::suggestion;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Studies of the named systems, or by their own names; all where none is named.
pub(super) fn run(names: &[String], json: bool) -> Result<(), Failure> {
    let mut wanted: Vec<&str> = Vec::new();
    for name in names {
        let of_name =
            STUDIES.iter().filter(|(id, systems)| id == name || systems.contains(&name.as_str()));
        let before = wanted.len();
        wanted.extend(of_name.map(|(id, _)| *id));
        if wanted.len() == before {
            let known =
                STUDIES.iter().flat_map(|(id, systems)| systems.iter().chain([id]).copied());
            let known: BTreeSet<&str> = known.collect();
            return Err(Failure::Unknown {
                message: format!("no study of `{name}` is known"),
                hint: suggestion(name, known),
            });
        }
    }
    let asked = |id: &&str| wanted.is_empty() || wanted.contains(id);
    let library = Library::shipped()?;
    let facts = Facts::nominal(&library.catalog);
    let mut found = Studies { schema: "lightloom.fabric-studies/1", studies: Vec::new() };
    for id in STUDIES.iter().map(|(id, _)| *id).filter(asked) {
        found.studies.extend(study(&library, &facts, id).map_err(|e| Failure::Run(Box::new(e)))?);
    }
    output::answer(&found, json, None, text)
}

fn text(found: &Studies) -> String {
    let mut out = String::new();
    for study in &found.studies {
        heading(&mut out, &study.title);
        paragraph(&mut out, &study.about);
        out.push('\n');
        rows(&mut out, "computed", &study.rows);
        if !study.arithmetic.is_empty() {
            out.push_str("\nThe study's figures from each other\n");
            rows(&mut out, "from its own", &study.arithmetic);
        }
        sources(&mut out, study);
    }
    out
}

fn rows(out: &mut String, computed: &str, rows: &[StudyRow]) {
    let mut table = new_table(&["what", "of", computed, "published", "off by", "why"]);
    right_from(&mut table, 2, 5);
    let (mut boundaries, mut causes): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for row in rows {
        let boundary = letter(place(&mut boundaries, &row.boundary));
        let why = match row.cause.as_str() {
            "" => String::new(),
            cause => (place(&mut causes, cause) + 1).to_string(),
        };
        table.add_row([
            row.what.clone(),
            boundary.to_string(),
            row.computed.clone(),
            row.published.clone(),
            row.deviation.clone(),
            why,
        ]);
    }
    let _ = writeln!(out, "{table}");
    for (n, boundary) in boundaries.iter().enumerate() {
        let _ = writeln!(out, "{}: {boundary}", letter(n));
    }
    for (n, cause) in causes.iter().enumerate() {
        paragraph(out, &format!("{}: {cause}", n + 1));
    }
}

/// Place of a text in a list, where it is added once.
fn place<'t>(list: &mut Vec<&'t str>, text: &'t str) -> usize {
    list.iter().position(|known| *known == text).unwrap_or_else(|| {
        list.push(text);
        list.len() - 1
    })
}

fn letter(n: usize) -> char {
    (b'a'..=b'z').nth(n % 26).map_or('?', char::from)
}

fn sources(out: &mut String, study: &Study) {
    let mut known: Vec<String> = Vec::new();
    for row in study.rows.iter().chain(&study.arithmetic) {
        let source = format!("{}, {} ({})", row.source.title, row.source.url, row.kind);
        if !known.contains(&source) {
            known.push(source);
        }
    }
    out.push('\n');
    for source in known {
        paragraph(out, &format!("- {source}"));
    }
}
