//! A training sheet as text for a terminal.

use crate::job::{bars, energy, heading, put, seconds, tokens};
use crate::text::{heading as section, new_table, paragraph, right_from};
use lightloom::decide::plan::{CutRow, MemoryRow, TrainSheet};
use lightloom::decide::training_sheet::{degrees, step_parts};
use lightloom::units::{DataSize, significant, thousands};
use std::fmt::Write as _;

pub(super) fn sheet(s: &TrainSheet) -> String {
    let mut out = String::new();
    heading(&mut out, &s.setting, Some(&s.model));
    let (job, step) = (&s.job, s.job.sequence.saturating_mul(s.job.batch));
    let _ = writeln!(
        out,
        "steps of {} sequences of {} tokens ({} tokens), {}, {}\n",
        thousands(job.batch),
        thousands(job.sequence),
        thousands(step),
        job.precision,
        job.software
    );
    for difference in &s.differences {
        paragraph(&mut out, &format!("- {difference}"));
    }
    if !s.differences.is_empty() {
        out.push('\n');
    }
    let Some(best) = s.best.first() else { return out };
    paragraph(&mut out, &s.meaning);
    out.push('\n');
    summary(&mut out, best, job.accelerators);
    section(&mut out, "Where the step goes");
    bars(&mut out, &step_parts(&best.split), best.step_s);
    section(&mut out, "How the cut lies on the networks");
    axes(&mut out, best);
    section(&mut out, "Memory of the fullest accelerator");
    memory(&mut out, &best.memory);
    let title = match s.best.len() {
        1 => "The cut".to_owned(),
        n => format!("The best {n} cuts, and why they lose"),
    };
    section(&mut out, &title);
    table(&mut out, &s.best);
    out.push('\n');
    paragraph(&mut out, &counts(s));
    if let Some(free) = &s.untold {
        let less = (1.0 - free.step_s / best.step_s) * 100.0;
        let told = format!(
            "With no degree told, the quickest is {less:.1} % shorter, {}: {}, micro-batch {}.",
            seconds(free.step_s),
            words(free),
            free.micro_batch
        );
        paragraph(&mut out, &told);
    }
    out
}

fn summary(out: &mut String, best: &CutRow, available: u64) {
    let line = |out: &mut String, name: &str, text: &str| {
        let _ = writeln!(out, "{name:<10}{text}");
    };
    let step = format!(
        "{}, {}, {} for each accelerator",
        seconds(best.step_s),
        tokens(best.tokens_per_s),
        significant(best.tokens_per_s_per_accelerator, 4)
    );
    line(out, "step", &step);
    let mfu =
        format!("{:.1} %, kernels run {:.0} % of the time", best.mfu * 100.0, best.busy * 100.0);
    line(out, "MFU", &mfu);
    line(out, "energy", &energy(best.energy.as_ref()));
    let used = if best.accelerators == available {
        format!("{} accelerators", thousands(available))
    } else {
        format!("{} of {} accelerators", thousands(best.accelerators), thousands(available))
    };
    line(out, "cut", &format!("{}, on {used}", words(best)));
    let micro = best.micro_batches;
    let batches = format!("{} of {}, {}", thousands(micro), best.micro_batch, best.schedule);
    line(out, "batches", &format!("{batches}, {} divided over copies", best.sharding));
}

/// The cut without degrees of one.
fn words(cut: &CutRow) -> String {
    let CutRow { tensor, context, expert, pipeline, interleave, data, .. } = *cut;
    let mut words = degrees([tensor, context, expert, pipeline, interleave, data]);
    words.push(format!("recompute {}", cut.recompute));
    words.join(", ")
}

fn axes(out: &mut String, best: &CutRow) {
    if best.axes.is_empty() {
        out.push_str("One accelerator: nothing is exchanged.\n");
        return;
    }
    let mut grid = new_table(&["axis", "ranks", "apart", "lies on", "exposed", "of the step"]);
    right_from(&mut grid, 1, 3);
    right_from(&mut grid, 4, 6);
    for axis in &best.axes {
        let spread: Vec<String> = axis
            .spread
            .iter()
            .map(|s| format!("{} x {}", significant(s.joins, 4), s.network))
            .collect();
        grid.add_row([
            axis.axis.clone(),
            thousands(axis.ranks),
            thousands(axis.stride),
            spread.join(", "),
            seconds(axis.exposed_s),
            format!("{:.1} %", axis.exposed_s / best.step_s * 100.0),
        ]);
    }
    put(out, &grid);
    out.push('\n');
    let wires: Vec<String> = best
        .wires
        .iter()
        .map(|w| {
            let share = w.exposed_s / best.step_s * 100.0;
            format!("{} over {} ({share:.1} %)", seconds(w.exposed_s), w.network)
        })
        .collect();
    let told =
        format!("Exposed by the outermost network that an axis reaches: {}.", wires.join(", "));
    paragraph(out, &told);
}

fn memory(out: &mut String, m: &MemoryRow) {
    let size = |gb: f64| DataSize::bytes(gb * 1e9).to_string();
    let _ = writeln!(
        out,
        "{} of {} usable ({:.0} %): weights {}, gradients {}, optimizer {}, activations {}",
        size(m.total_gb),
        size(m.usable_gb),
        m.total_gb / m.usable_gb * 100.0,
        size(m.weights_gb),
        size(m.gradients_gb),
        size(m.optimizer_gb),
        size(m.activations_gb)
    );
}

fn table(out: &mut String, cuts: &[CutRow]) {
    let differ = |of: fn(&CutRow) -> &String| cuts.iter().any(|c| of(c) != of(&cuts[0]));
    let schedules = differ(|c| &c.schedule) || differ(|c| &c.sharding);
    let mut grid = new_table(&[
        "tensor",
        "context",
        "expert",
        "pipeline",
        "chunks",
        "data",
        "micro",
        "recompute",
        "step",
        "MFU",
        "memory",
        "loses by",
    ]);
    right_from(&mut grid, 0, 7);
    right_from(&mut grid, 8, 11);
    for cut in cuts {
        let degrees = [
            cut.tensor,
            cut.context,
            cut.expert,
            cut.pipeline,
            cut.interleave,
            cut.data,
            cut.micro_batch,
        ];
        let mut loses = match &cut.loss {
            None => String::new(),
            Some(loss) => {
                format!("{:.1} %: {} +{}", loss.slower_percent, loss.part, seconds(loss.by_s))
            }
        };
        if schedules {
            loses = format!("{loses} [{}, {}]", cut.schedule, cut.sharding);
        }
        grid.add_row(degrees.iter().map(|n| thousands(*n)).chain([
            cut.recompute.clone(),
            seconds(cut.step_s),
            format!("{:.1} %", cut.mfu * 100.0),
            DataSize::bytes(cut.memory.total_gb * 1e9).to_string(),
            loses.trim().to_owned(),
        ]));
    }
    put(out, &grid);
}

/// What became of all cuts.
fn counts(s: &TrainSheet) -> String {
    let c = &s.counts;
    if c.tried == 1 {
        return "One cut was tried, as it was told.".to_owned();
    }
    let all = [
        (c.refused, "do not divide the job"),
        (c.too_large, "do not fit memory"),
        (c.dominated, "recompute more than they must"),
        (c.too_slow, "lose by their arithmetic alone"),
        (c.timed, "timed"),
    ];
    let parts: Vec<String> = all
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{} {what}", thousands(*n)))
        .collect();
    format!("{} cuts: {}.", thousands(c.tried), parts.join(", "))
}
