//! How sure a plan is, as text: shares of samples, ranges, the inputs that decide, beliefs, sources that disagree.

use crate::text::{heading, new_table, paragraph, right_from, tenths};
use lightloom::decide::plan::{
    BeliefSheet, ChangedClass, Confidence, Conflict, FabricAlternative, GainInputs, IntervalRow,
};
use lightloom::units::{grouped, thousands};
use std::fmt::Write as _;

/// Inputs that are shown for a gain.
const INPUTS: usize = 5;
/// Gains whose inputs are shown, by how their names begin; with `--all` all are.
const GAINS: [&str; 3] = ["network cost", "network power", "productive"];
/// Winners that are shown for a class.
const WINNERS: usize = 4;
/// Letters of a source's title, and of a reason, in a table.
const TITLE: usize = 36;
const WHY: usize = 60;
/// Facts that are named as flipping a class.
const FLIPS: usize = 2;

fn percent(share: f64) -> String {
    format!("{share:.0} %")
}

/// How sure it is.
pub(crate) fn confidence(out: &mut String, found: &Confidence, all: bool) {
    heading(out, "How sure this is");
    if let Some(whole) = found.summary.first() {
        paragraph(out, whole);
    }
    let _ = writeln!(out);
    let mut table =
        new_table(&["link class", "recommended", "serves", found.winning.as_str(), "others"]);
    for class in &found.classes {
        let others = class.winners.iter().filter(|w| w.technology != class.technology);
        let mut names: Vec<String> = others
            .take(WINNERS)
            .map(|w| format!("{} {}", w.technology, percent(w.percent)))
            .collect();
        if class.nothing_percent >= 0.5 {
            names.push(format!("nothing {}", percent(class.nothing_percent)));
        }
        table.add_row(vec![
            class.class.clone(),
            class.technology.clone(),
            percent(class.usable_percent),
            percent(class.wins_percent),
            names.join(", "),
        ]);
    }
    right_from(&mut table, 2, 4);
    let _ = writeln!(out, "{table}");
    for class in &found.classes {
        let flips = class.flips.iter().take(if all { usize::MAX } else { FLIPS });
        let flips: Vec<String> = flips
            .map(|flip| {
                let [low, high] = [flip.low_third_percent, flip.high_third_percent].map(percent);
                format!("{} ({low} where it is low, {high} where it is high)", flip.fact.id)
            })
            .collect();
        if !flips.is_empty() {
            paragraph(
                out,
                &format!("- another winner on {} goes with {}", class.class, flips.join("; ")),
            );
        }
    }
    let _ = writeln!(out);
    if all {
        gains(out, found);
    }
    let mut table = new_table(&[
        "strategy",
        "cheapest network",
        "least power",
        "fewest lost hours",
        "network cost, 5 to 95 %",
    ]);
    for row in &found.strategies {
        let cost = &row.cost_against_baseline_percent;
        table.add_row(vec![
            row.id.clone(),
            percent(row.cheapest_percent),
            percent(row.least_power_percent),
            percent(row.least_lost_percent),
            format!("{:+.1} to {:+.1} %", tenths(cost.low), tenths(cost.high)),
        ]);
    }
    right_from(&mut table, 1, 5);
    let _ = writeln!(out, "{table}");
    paragraph(
        out,
        "Shares of the samples; strategies keep their technologies, and share what they have alike.",
    );
    for gain in &found.inputs {
        if all || GAINS.iter().any(|name| gain.what.starts_with(name)) {
            inputs(out, gain);
        }
    }
}

/// The range of every gain.
fn gains(out: &mut String, found: &Confidence) {
    let mut table =
        new_table(&["change against the baseline", "nominal", "5 %", "50 %", "95 %", "better in"]);
    for gain in &found.gains {
        let row = &gain.change_percent;
        let mut cells = vec![gain.what.clone()];
        cells.extend([row.central, row.low, row.median, row.high].map(|x| format!("{x:+.2} %")));
        cells.push(percent(gain.better_percent));
        table.add_row(cells);
    }
    right_from(&mut table, 1, 6);
    let _ = writeln!(out, "{table}\n");
}

fn inputs(out: &mut String, gain: &GainInputs) {
    heading(out, &format!("The inputs that decide: {}", gain.what));
    let mut table = new_table(&["fact", "range", "kind", "alone", "with others", "source"]);
    let share = |i: &IntervalRow| {
        // A share of a variance is no less than nothing; the estimate may be.
        let [value, low, high] = [i.value, i.low, i.high].map(|x| (x * 100.0).max(0.0));
        format!("{value:.0} % ({low:.0} to {high:.0})")
    };
    for input in gain.inputs.iter().take(INPUTS) {
        let fact = &input.fact;
        table.add_row(vec![
            fact.id.clone(),
            format!("{} to {}", fact.range[0], fact.range[1]),
            fact.kind.clone(),
            share(&input.share.first),
            share(&input.share.total),
            shortened(&fact.source.title, TITLE),
        ]);
    }
    table.add_row(vec![
        format!("all other {} facts", gain.others_count),
        String::new(),
        String::new(),
        share(&gain.others.first),
        share(&gain.others.total),
        String::new(),
    ]);
    right_from(&mut table, 3, 5);
    let _ = writeln!(out, "{table}");
    paragraph(
        out,
        &format!(
            "Its change deviates by {:.2} points; shares of that variance (Sobol indices: of the fact alone, and with all that it acts \
             together with), in brackets 95 % of resamples of {} pairs.",
            gain.deviation_points, gain.pairs
        ),
    );
}

/// A text that fits a table.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let head: String = text.chars().take(most - 1).collect();
    format!("{}…", head.trim_end())
}

/// What a belief takes otherwise.
pub(crate) fn belief(out: &mut String, sheet: &BeliefSheet, all: bool) {
    const SHOWN: usize = 12;
    heading(
        out,
        &format!(
            "Believing {}",
            if sheet.belief == "claims" { "claims" } else { "what was measured" }
        ),
    );
    paragraph(out, &sheet.meaning);
    let moved: Vec<_> = sheet.facts.iter().filter(|fact| fact.moved).collect();
    let _ = writeln!(
        out,
        "{} facts are taken otherwise, {} of them at another value. Saving in network cost: {:.1} % by the catalog, {:.1} % so.",
        sheet.facts.len(),
        moved.len(),
        sheet.saving_by_catalog_percent,
        sheet.saving_percent
    );
    if sheet.changes.is_empty() {
        paragraph(out, "No link class gets another technology.");
    }
    for change in &sheet.changes {
        paragraph(out, &format!("- {}", changed(change)));
    }
    if moved.is_empty() {
        return;
    }
    let mut table = new_table(&["fact", "catalog", "taken", "why"]);
    for fact in moved.iter().take(if all { usize::MAX } else { SHOWN }) {
        let row = &fact.fact;
        table.add_row(vec![
            row.id.clone(),
            row.value.clone(),
            fact.taken.clone(),
            shortened(&fact.why, WHY),
        ]);
    }
    let _ = writeln!(out, "{table}");
    if !all && moved.len() > SHOWN {
        let _ = writeln!(out, "and {} more: --all", moved.len() - SHOWN);
    }
}

fn changed(change: &ChangedClass) -> String {
    let or_nothing = |name: &str| if name.is_empty() { "nothing usable" } else { name }.to_owned();
    format!("{}: {} instead of {}", change.class, or_nothing(&change.to), or_nothing(&change.from))
}

/// The same accelerators on other fabrics.
pub(crate) fn alternatives(out: &mut String, rows: &[FabricAlternative]) {
    heading(out, "The same accelerators on another fabric");
    let mut table = new_table(&[
        "fabric",
        "layers",
        "switches",
        "links",
        "network cost",
        "network power",
        "productive",
        "saves of the network",
        "verdict",
    ]);
    for row in rows {
        let Some(built) = &row.built else { continue };
        table.add_row(vec![
            row.name.clone(),
            built.layers.to_string(),
            thousands(built.switches),
            thousands(built.links),
            format!("${} each", grouped(&format!("{:.0}", built.network_cost_usd_each))),
            format!("{:.0} W each", built.network_w_each),
            format!("{:.2} %", built.productive * 100.0),
            format!(
                "{:+.1} % of cost, {:+.1} % of power",
                tenths(built.cost_saving_percent),
                tenths(built.power_saving_percent)
            ),
            row.verdict.clone(),
        ]);
    }
    right_from(&mut table, 1, 7);
    let _ = writeln!(out, "{table}");
    for row in rows {
        let what = if row.built.is_some() { &row.how } else { &row.verdict };
        paragraph(out, &format!("- {}: {what}", row.name));
    }
    paragraph(
        out,
        "Saved of the plan's, by accelerator; negative costs or draws more. Every technology was put on every link of each. The work is \
         a token of the training job, else of the served model, else a productive hour.",
    );
}

/// Facts on which sources disagree; the first few unless all are wanted.
pub(crate) fn conflicts(out: &mut String, conflicts: &[Conflict], all: bool) {
    if conflicts.is_empty() {
        return;
    }
    heading(out, "Where sources disagree");
    let telling = |c: &&Conflict| {
        all || c
            .rivals
            .iter()
            .any(|r| !r.changes.is_empty() || (r.saving_percent - c.saving_percent).abs() >= 0.05)
    };
    let shown: Vec<&Conflict> = conflicts.iter().filter(telling).collect();
    let mut table = new_table(&["fact", "value", "kind", "saving", "decision"]);
    for conflict in &shown {
        let fact = &conflict.fact;
        table.add_row(vec![
            fact.id.clone(),
            fact.value.clone(),
            fact.kind.clone(),
            format!("{:.1} %", tenths(conflict.saving_percent)),
            "as planned".to_owned(),
        ]);
        for rival in &conflict.rivals {
            let decision = match (rival.builds, rival.changes.len()) {
                (false, _) => "cannot be built so".to_owned(),
                (true, 0) => "the same".to_owned(),
                (true, 1) => "another technology on one link class".to_owned(),
                (true, n) => format!("other technologies on {n} link classes"),
            };
            let saving = if rival.builds {
                format!("{:.1} %", tenths(rival.saving_percent))
            } else {
                "-".to_owned()
            };
            table.add_row(vec![
                "  or".to_owned(),
                rival.value.clone(),
                rival.kind.clone(),
                saving,
                decision,
            ]);
        }
    }
    right_from(&mut table, 3, 4);
    if !shown.is_empty() {
        let _ = writeln!(out, "{table}");
    }
    for (conflict, rival) in shown.iter().flat_map(|c| c.rivals.iter().map(move |r| (c, r))) {
        if !rival.changes.is_empty() {
            let changes: Vec<String> = rival.changes.iter().map(changed).collect();
            let value = format!("{} of {} ({})", conflict.fact.id, rival.value, rival.source.title);
            paragraph(out, &format!("- {value}: {}", changes.join("; ")));
        }
    }
    let still = conflicts.len() - shown.len();
    let _ = writeln!(
        out,
        "{} facts that the decision read have rivals; values are never averaged.{}",
        conflicts.len(),
        if still > 0 { format!(" {still} of them change nothing: --all.") } else { String::new() }
    );
}
