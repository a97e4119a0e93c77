//! A study in text.

use crate::columns::{Column, left, right, table_of};
use crate::failure::Failure;
use crate::job::put;
use crate::text::{heading, new_table, paragraph};
use lightloom::explore::study::results::{Numbers, OutputRow};
use lightloom::explore::study::solve::Found;
use lightloom::explore::study::{Estimate, Output, Study, Summary};
use lightloom::units::{significant, thousands};
use std::fmt::Write as _;
use std::path::Path;

/// Roots that are printed; the file has all.
const SHOWN: usize = 8;

/// What a study takes, before it begins.
pub(super) fn work(study: &Study<'_>, shard: (u64, u64)) -> String {
    let work = study.work();
    let mut out = format!("{}: {}", study.file.name, count(study.space().len(), "point"));
    let chunks = study.shard(shard.0, shard.1);
    if let Some(search) = &study.file.optimise {
        let (most, islands) = (thousands(work.points), u64::from(search.islands()));
        let _ = write!(out, "; a search looks at {most} at most, on {}", count(islands, "island"));
        if shard.1 > 1 {
            let own = (chunks.end - chunks.start) / u64::from(search.generations.max(1));
            let _ = write!(out, ", {own} in shard {} of {}", shard.0, shard.1);
        }
    } else if shard.1 > 1 {
        let (from, to) = (study.points_of(chunks.start).start, study.points_of(chunks.end).start);
        let _ = write!(out, ", {} in shard {} of {}", count(to - from, "point"), shard.0, shard.1);
    }
    let _ = write!(out, "; {} decided from the start", count(work.decided, "cluster"));
    if work.judged > 0 {
        let _ = write!(out, ", {} judged again with facts moved", count(work.judged, "cluster"));
    }
    out.push_str("; the rest is arithmetic of money.\n");
    if chunks.is_empty() {
        let more = match study.file.optimise {
            Some(_) => "more islands in [optimise]",
            None => "a smaller chunk",
        };
        let _ = writeln!(out, "This shard has nothing to do: there is work for more with {more}.");
    }
    if work.again && study.file.optimise.is_none() {
        out.push_str(
            "Clusters are too many to be kept and come back: put axes that move only money last.\n",
        );
    }
    out
}

/// How long it may take.
pub(super) fn time(estimate: &Estimate) -> String {
    let time = duration(estimate.seconds);
    let time = if estimate.at_most { time.replace("about", "at most about") } else { time };
    let mut out = format!("Estimated time: {time} on this machine, from ");
    if let Some([least, longest]) = estimate.cluster {
        let [least, longest] = [least, longest].map(|s| significant(s, 2));
        let clusters = count(estimate.clusters, "cluster");
        let _ = write!(out, "{clusters} of {least} to {longest} s and ");
    }
    let _ = writeln!(out, "{} measured.", count(estimate.points, "point"));
    out
}

fn count(n: u64, what: &str) -> String {
    format!("{} {what}{}", thousands(n), if n == 1 { "" } else { "s" })
}

/// Seconds in the unit that they are told in, no closer than they are known.
pub(super) fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 10.0 => "less than 10 s".to_owned(),
        s if s < 100.0 => format!("about {:.0} s", (s / 10.0).round() * 10.0),
        s if s < 6e3 => format!("about {} min", significant(s / 60.0, 2)),
        s if s < 3.6e5 => format!("about {} h", significant(s / 3600.0, 2)),
        s => format!("about {} days", significant(s / 86_400.0, 2)),
    }
}

/// The registry.
pub(super) fn outputs(like: &str) -> Result<String, Failure> {
    let mut table = new_table(&["output", "unit", "what it is"]);
    let mut any = false;
    for output in Output::all().filter(|o| o.name.contains(like)) {
        let unit = if output.text { "text" } else { output.unit };
        table.add_row([output.name.as_str(), unit, output.about]);
        any = true;
    }
    if !any {
        return Err(Failure::Unknown {
            message: format!("no output holds `{like}`"),
            hint: "leave it out, and all are listed".to_owned(),
        });
    }
    let mut out = String::new();
    put(&mut out, &table);
    Ok(out)
}

fn found(found: &Found) -> String {
    let beside =
        found.beside.as_ref().map_or_else(String::new, |[key, value]| format!(" at {key} {value}"));
    let sought = format!("{}{beside}", found.what);
    match (found.at, &found.refused) {
        (_, Some(why)) => format!("{sought}: cannot be sought over {}: {why}", found.axis),
        (Some(at), _) => {
            let how = if found.jump == Some(true) {
                ", a jump: another technology takes a link there"
            } else {
                ""
            };
            let value = format!("{} {}", significant(at, 6), found.unit);
            format!("{sought}: {} = {}{how}", found.axis, value.trim_end())
        }
        (None, _) => format!("{sought}: at no {} between its ends", found.axis),
    }
}

/// What a share of the points lies below.
fn below(numbers: &Numbers, share: usize) -> String {
    numbers.quantiles.map_or_else(|| "-".to_owned(), |q| significant(q[share], 6))
}

/// What a finished study says.
pub(super) fn summary(s: &Summary, out_folder: &Path) -> String {
    let mut out = format!("{}\n\n", s.name);
    let of = if s.points < s.space { format!(" of {}", thousands(s.space)) } else { String::new() };
    let computed = format!(
        "{}: {}{of} points computed, {} keep every constraint, {} are refused.",
        s.scenario,
        thousands(s.points),
        thousands(s.feasible),
        thousands(s.refused)
    );
    paragraph(&mut out, &computed);
    for reason in &s.reasons {
        let points = count(reason.points, "point");
        paragraph(&mut out, &format!("- {points}, first {}: {}", reason.first, reason.said));
    }
    let others = s.refused - s.reasons.iter().map(|r| r.points).sum::<u64>().min(s.refused);
    if others > 0 {
        paragraph(
            &mut out,
            &format!("- {} for other reasons: points.csv has all", count(others, "point")),
        );
    }
    heading(&mut out, "Outputs over the feasible points");
    let numbers: Vec<(&OutputRow, Numbers)> =
        s.outputs.iter().filter_map(|row| Some((row, row.numbers?))).collect();
    let mut columns: Vec<Column<'_, (&OutputRow, Numbers)>> = vec![
        left("output", &|(row, _)| row.name.clone()),
        left("unit", &|(row, _)| row.unit.clone()),
        right("least", &|(_, n)| significant(n.least, 6)),
        right("at point", &|(_, n)| n.least_at.to_string()),
        right("mean", &|(_, n)| significant(n.mean, 6)),
        right("most", &|(_, n)| significant(n.most, 6)),
        left("at point", &|(_, n)| n.most_at.to_string()),
    ];
    if numbers.iter().any(|(_, n)| n.quantiles.is_some()) {
        columns.extend([
            right("5 %", &|(_, n)| below(n, 0)),
            right("50 %", &|(_, n)| below(n, 1)),
            right("95 %", &|(_, n)| below(n, 2)),
        ]);
    }
    put(&mut out, &table_of(&numbers, &columns));
    for row in s.outputs.iter().filter(|row| !row.texts.is_empty()) {
        let shown: Vec<String> =
            row.texts.iter().map(|(text, n)| format!("{text} ({})", thousands(*n))).collect();
        paragraph(&mut out, &format!("- {}: {}", row.name, shown.join("; ")));
    }
    if !s.front.is_empty() {
        let first: Vec<String> = s.front.iter().take(10).map(u64::to_string).collect();
        let more = if s.front.len() > 10 { ", .." } else { "" };
        let points = count(s.front.len() as u64, "point");
        let line = format!("- Front: {points} ({}{more})", first.join(", "));
        paragraph(&mut out, &line);
    }
    if !s.solved.is_empty() {
        heading(&mut out, "Sought");
        let shown = s.solved.iter().take(SHOWN);
        shown.for_each(|one| paragraph(&mut out, &format!("- {}", found(one))));
        if s.solved.len() > SHOWN {
            let more = format!("- and {} more in solved.csv", s.solved.len() - SHOWN);
            paragraph(&mut out, &more);
        }
    }
    let _ = writeln!(out, "\nResults: {}", out_folder.display());
    out
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn times_are_told_no_closer_than_they_are_known() {
        for (seconds, told) in [
            (0.0, "less than 10 s"),
            (42.0, "about 40 s"),
            (151.0, "about 2.5 min"),
            (7140.0, "about 2 h"),
            (1e6, "about 12 days"),
        ] {
            assert_eq!(duration(seconds), told);
        }
    }
}
