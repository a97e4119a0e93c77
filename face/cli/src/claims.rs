//! `lightloom claims`.

use crate::args::ClaimsArguments;
use crate::columns::{left, right, table_of};
use crate::failure::Failure;
use crate::text::{heading, new_table, paragraph, right_from};
use lightloom::Library;
use lightloom::decide::claims::{CLAIMS, Claim, Claims, Grounds, Unanswered, claims};
use lightloom::evidence::Facts;
use lightloom::units::significant;
use std::fmt::Write as _;

/// The cluster at whose boundaries claims are weighed.
const CLUSTER: &str = "gb300-nvl72-4608";

pub(crate) fn run(arguments: &ClaimsArguments) -> Result<(), Failure> {
    let ids = known(&arguments.claims)?;
    let found = weigh(&ids)?;
    if let Some(file) = &arguments.report {
        crate::plan::write_whole(file, &lightloom_report::claims_html(&found))?;
    }
    if arguments.json {
        // The document holds finite numbers and strings only: it always serialises.
        let json = serde_json::to_string_pretty(&found).unwrap_or_default();
        return crate::print(&format!("{json}\n"));
    }
    let mut out = text(&found, ids.is_empty());
    if let Some(file) = &arguments.report {
        let _ = writeln!(out, "\nPage: {}", file.display());
    }
    crate::print(&out)
}

/// Claims that speak of a word, else what there is.
fn spoken_of(word: &str) -> String {
    const SHOWN: usize = 8;
    let word = word.to_lowercase();
    let speaks = |text: &str| word.chars().count() > 2 && text.to_lowercase().contains(&word);
    let about: Vec<&str> =
        CLAIMS.iter().filter(|(_, text)| speaks(text)).map(|(id, _)| *id).take(SHOWN).collect();
    if about.is_empty() {
        return "claims are C01 to C41; `lightloom claims` without a name lists and weighs all"
            .to_owned();
    }
    format!("of `{word}` speak {}; `lightloom claims` without a name weighs all", about.join(", "))
}

/// Identifiers as they are written in the list.
fn known(asked: &[String]) -> Result<Vec<String>, Failure> {
    let find = |id: &String| {
        // `c2` is C02 too.
        let number = id.trim_start_matches(['c', 'C']).parse::<u32>().ok();
        let written = number.map_or_else(|| id.clone(), |n| format!("C{n:02}"));
        let found = CLAIMS.iter().find(|(known, _)| known.eq_ignore_ascii_case(&written));
        found.map(|(known, _)| (*known).to_owned()).ok_or_else(|| Failure::Unknown {
            message: format!("there is no claim `{id}`"),
            hint: spoken_of(id),
        })
    };
    asked.iter().map(find).collect()
}

fn weigh(ids: &[String]) -> Result<Claims, Failure> {
    let library = Library::shipped()?;
    let facts = Facts::nominal(&library.catalog);
    let file = format!("{CLUSTER}.toml");
    let shipped = lightloom::catalog::SCENARIOS.iter().find(|(name, _)| *name == file);
    let text = shipped.map_or("", |(_, text)| text);
    let scenario = lightloom::scenario::parse(text)
        .map_err(|problem| Failure::scenario(std::path::Path::new(&file), text, problem))?;
    let refused = |error| Failure::Run(Box::new(error));
    let name = format!("scenarios/{CLUSTER}");
    let grounds = Grounds::new(&library, &facts, (&name, &scenario, text)).map_err(refused)?;
    claims(&grounds, ids).map_err(refused)
}

fn text(found: &Claims, all: bool) -> String {
    let mut out = String::new();
    if all {
        overview(&mut out, &found.claims);
    }
    for claim in &found.claims {
        one(&mut out, claim);
    }
    unanswered(&mut out, &found.unanswered);
    out
}

fn overview(out: &mut String, claims: &[Claim]) {
    heading(out, "Claims of the field, weighed by computed numbers");
    let mut table = new_table(&["id", "verdict", "kept", "broken", "open", "turns at"]);
    right_from(&mut table, 2, 6);
    for claim in claims {
        use lightloom::decide::claims::Finding::{Broken, Kept, Open};
        let count = |finding| {
            let found = claim.answers.iter().filter(|a| a.finding == Some(finding));
            found.count().to_string()
        };
        table.add_row([
            claim.id.clone(),
            claim.verdict.name().to_owned(),
            count(Kept),
            count(Broken),
            count(Open),
            claim.turn.as_ref().map_or_else(
                || "-".to_owned(),
                |turn| format!("{} %", significant(turn.percent, 3)),
            ),
        ]);
    }
    let _ = writeln!(out, "{table}");
    paragraph(
        out,
        "Turns at: how far the number that turns the verdict lies from its bound, in percent of the bound.",
    );
}

fn one(out: &mut String, claim: &Claim) {
    heading(out, &format!("{}: {}", claim.id, claim.verdict.name()));
    paragraph(out, &claim.claim);
    out.push('\n');
    let table = table_of(
        &claim.answers,
        &[
            left("what", &|answer| answer.what.clone()),
            left("boundary", &|answer| answer.boundary.clone()),
            right("computed", &|answer| answer.text()),
            right("claimed", &|answer| answer.bound_text()),
            right("margin", &|answer| answer.margin_text()),
            left("finding", &|answer| answer.finding.map_or("", |f| f.name()).to_owned()),
        ],
    );
    let _ = writeln!(out, "{table}\n");
    for answer in &claim.answers {
        let mut also = Vec::new();
        if answer.evidence.is_some() {
            also.push(format!("evidence spans {}", answer.evidence_text()));
        }
        if let Some(published) = &answer.published {
            also.push(format!("published {published}"));
        }
        if !also.is_empty() {
            paragraph(out, &format!("- {}, {}: {}", answer.what, answer.boundary, also.join("; ")));
        }
    }
    paragraph(out, &claim.explanation);
    if let Some(turn) = &claim.turn {
        paragraph(out, &turn.text());
    }
    let _ = writeln!(out, "Shown by: {}", claim.command);
}

fn unanswered(out: &mut String, claims: &[Unanswered]) {
    if claims.is_empty() {
        return;
    }
    heading(out, "Not yet answered");
    for claim in claims {
        paragraph(out, &format!("- {} {}", claim.id, claim.claim));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test may panic")]
mod tests {
    use super::*;
    use crate::args::Arguments;
    use crate::questions::tests::words;
    use clap::Parser;

    /// The page holds every claim with its command, and another test keeps it up to date.
    #[test]
    fn every_command_that_a_claim_names_may_be_typed() {
        let page = include_str!("../../../validation/claims.md");
        let commands = page.lines().filter_map(|line| line.strip_prefix("Shown by `"));
        let commands: Vec<&str> = commands.filter_map(|rest| rest.strip_suffix("`.")).collect();
        assert_eq!(commands.len(), CLAIMS.len());
        for command in commands.iter().flat_map(|shown| shown.split("; ")) {
            let words = words(command).into_iter().chain(["--json".to_owned()]);
            let parsed = Arguments::try_parse_from(words);
            assert!(parsed.is_ok(), "`{command}`: {}", parsed.unwrap_err());
        }
    }
}
