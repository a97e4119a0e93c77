//! The page of claims: each with its verdict, numbers, boundary and command.

use lightloom::Library;
use lightloom::decide::claims::{Answer, CLAIMS, Claim, Claims, Grounds, Verdict, claims};
use lightloom::evidence::Facts;
use std::fmt::Write as _;

const CLUSTER: &str = "gb300-nvl72-4608";

/// Weighs all claims.
pub(crate) fn weigh() -> Claims {
    let library = Library::shipped().unwrap();
    let facts = Facts::nominal(&library.catalog);
    let text = include_str!("../../../../scenarios/gb300-nvl72-4608.toml");
    let scenario = lightloom::scenario::parse(text).unwrap();
    let name = format!("scenarios/{CLUSTER}");
    let grounds = Grounds::new(&library, &facts, (&name, &scenario, text)).unwrap();
    claims(&grounds, &[]).unwrap()
}

pub(crate) fn page(found: &Claims, renew: &str) -> String {
    let mut out = String::from("# The claims of the field, weighed\n\n");
    let count = |verdict| found.claims.iter().filter(|c| c.verdict == verdict).count();
    let counts: Vec<String> = Verdict::ALL.iter().map(|v| v.counted(count(*v))).collect();
    let _ = writeln!(
        out,
        "\
{} of {} claims have an answer: {}. A verdict follows from computed numbers and the bound that the claim sets them; none is
written down. `kept` and `broken` are numbers on either side of a bound, `open` ones whose evidence lies on both: the range of one fact and its
rivals, or 5 to 95 % of joint draws of all facts. A claim holds when
every number keeps its bound, holds at this boundary when some keep theirs and some break it, and is contradicted when every number
breaks it; it is undecided where the open numbers would decide between two of these. The margin is the distance from the bound in percent of it, positive where it is kept. `lightloom claims` prints the same.

A test fails when this page is stale. Renew it: `{renew}`
",
        found.claims.len(),
        CLAIMS.len(),
        counts.join(", "),
    );
    for claim in &found.claims {
        section(&mut out, claim);
    }
    assert!(found.unanswered.is_empty(), "claims without an answer: {:?}", found.unanswered);
    out
}

fn section(out: &mut String, claim: &Claim) {
    let _ = writeln!(out, "## {}: {}\n\n> {}\n", claim.id, claim.verdict.name(), claim.claim);
    out.push_str("| what | boundary | computed | claimed | margin | finding | beside |\n");
    out.push_str("|---|---|---:|---:|---:|---|---|\n");
    for answer in &claim.answers {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} |",
            answer.what,
            answer.boundary,
            answer.text(),
            answer.bound_text(),
            answer.margin_text(),
            answer.finding.map_or("", |f| f.name()),
            beside(answer),
        );
    }
    let turn = claim.turn.as_ref().map_or_else(String::new, |turn| format!(" {}", turn.text()));
    let _ = writeln!(out, "\n{}{turn}\n\nShown by `{}`.\n", claim.explanation, claim.command);
}

fn beside(answer: &Answer) -> String {
    let spread = answer.evidence.map(|_| format!("evidence spans {}", answer.evidence_text()));
    let all: Vec<String> = spread.into_iter().chain(answer.published.clone()).collect();
    all.join("; ")
}
