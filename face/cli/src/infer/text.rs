//! A serving sheet as text for a terminal.

use crate::job::{heading, joules, put, seconds};
use crate::text::{heading as section, new_table, paragraph, right_from};
use lightloom::decide::plan::{FrontierRow, InferSheet, PoolsRow, ServedRow};
use lightloom::units::{DataSize, significant, thousands};
use std::fmt::Write as _;

/// Points of the frontier that are shown.
const POINTS: usize = 10;

pub(super) fn sheet(s: &InferSheet) -> String {
    let mut out = String::new();
    heading(&mut out, &s.setting, Some(&s.model));
    let job = &s.job;
    let _ = writeln!(
        out,
        "prompts of {} tokens, answers of {}; weights {}, cache {}; {}; instances up to {}\n",
        thousands(job.prompt),
        thousands(job.output),
        job.precision,
        job.cache,
        job.engine,
        thousands(job.largest)
    );
    paragraph(&mut out, &s.meaning);
    section(&mut out, "Two ends of serving");
    ends(&mut out, s);
    for (name, row) in [
        ("latency-bound", Some(&s.latency_bound)),
        ("throughput-bound", s.throughput_bound.as_ref()),
    ] {
        if let Some(pools) = row.and_then(|r| r.pools.as_ref()) {
            paragraph(&mut out, &pools_in_words(name, pools));
        }
    }
    section(&mut out, "Speed for one user against throughput");
    frontier(&mut out, s);
    out
}

/// Both answers side by side, a line for each quantity.
fn ends(out: &mut String, s: &InferSheet) {
    let target = format!("throughput-bound at {}+", significant(s.job.tokens_per_s_per_user, 3));
    let columns = [Some(&s.latency_bound), s.throughput_bound.as_ref()];
    let mut grid = new_table(&["", "latency-bound", &target]);
    right_from(&mut grid, 1, 3);
    let mut row = |name: &str, of: &dyn Fn(&ServedRow) -> String| {
        let cells = columns.map(|c| c.map_or_else(|| "-".to_owned(), of));
        grid.add_row([name.to_owned()].into_iter().chain(cells));
    };
    let per_second = |rate: f64| format!("{} tokens/s", significant(rate, 4));
    row("one user", &|r| per_second(r.point.tokens_per_s_per_user));
    row("one accelerator", &|r| per_second(r.point.tokens_per_s_per_accelerator));
    row("time per token", &|r| seconds(r.point.step_s));
    row("  kernels", &|r| seconds(r.split.kernels_s));
    row("  all-reduces", &|r| seconds(r.split.tensor_s));
    row("  expert exchange", &|r| seconds(r.split.expert_s));
    row("  launches", &|r| seconds(r.split.overhead_s));
    row("  prompts of others", &|r| seconds(r.split.prompts_s));
    row("first token, at least", &|r| seconds(r.first_token_s));
    row("instance", &|r| format!("{} accelerators", thousands(r.point.accelerators)));
    row("cut", &|r| cut(&r.point));
    row("users", &|r| thousands(r.users));
    row("users that would fit", &|r| thousands(r.batch_limit.saturating_mul(r.point.data)));
    row("weights on one", &|r| DataSize::bytes(r.weights_gb * 1e9).to_string());
    row("prompts' caches, if stored", &|r| {
        format!("{} Gb/s", significant(r.prompt_cache_gbps_per_accelerator, 3))
    });
    row("kernels run", &|r| format!("{:.0} %", r.busy * 100.0));
    row("energy of a token", &|r| r.energy.map_or_else(|| "-".to_owned(), |e| joules(e.total_j)));
    if columns.iter().flatten().any(|r| r.usd_per_million_tokens.is_some()) {
        row("million tokens", &|r| {
            r.usd_per_million_tokens.map_or_else(|| "-".to_owned(), dollars_each)
        });
    }
    put(out, &grid);
    let energy = s.latency_bound.energy.as_ref();
    if energy.is_some_and(|e| e.network_j.is_none()) {
        out.push_str("Energy is that of accelerators, hosts and facility: no link is decided.\n");
    }
}

/// A cut in few words.
fn cut(point: &FrontierRow) -> String {
    let mut words = vec![format!("tensor {}", point.tensor)];
    if point.data > 1 {
        words.push(format!("data {}", point.data));
    }
    if point.expert > 1 {
        words.push(format!("expert {}", point.expert));
    }
    words.join(", ")
}

fn pools_in_words(name: &str, p: &PoolsRow) -> String {
    let prefill = p.prefill_instances * p.prefill_instance;
    let decode = p.accelerators.saturating_sub(prefill);
    format!(
        "Pools, {name}: prompts on {}, answers on {}, {} tokens/s from each of these {}; a prompt's cache of {} moves in {} and loads its link {:.1} %.",
        instances(p.prefill_instances, prefill),
        instances(p.decode_instances, decode),
        significant(p.tokens_per_s_per_accelerator, 4),
        thousands(p.accelerators),
        DataSize::bytes(p.cache_gb * 1e9),
        seconds(p.transfer_s),
        p.link_load * 100.0
    )
}

/// `4 x 32 accelerators`.
fn instances(count: u64, all: u64) -> String {
    format!("{} x {} accelerators", thousands(count), thousands(all / count.max(1)))
}

/// The price of a million tokens.
fn dollars_each(usd: f64) -> String {
    if usd < 1.0 { format!("${usd:.3}") } else { format!("${usd:.2}") }
}

fn frontier(out: &mut String, s: &InferSheet) {
    let pooled = s.frontier.iter().any(|p| p.disaggregated);
    let mut grid = new_table(&[
        "one user",
        "one accelerator",
        "time per token",
        "instance",
        "cut",
        "batch",
        if pooled { "prompts" } else { "" },
    ]);
    right_from(&mut grid, 0, 4);
    right_from(&mut grid, 5, 6);
    let shown = thinned(&s.frontier);
    for point in &shown {
        grid.add_row([
            significant(point.tokens_per_s_per_user, 4),
            significant(point.tokens_per_s_per_accelerator, 4),
            seconds(point.step_s),
            thousands(point.accelerators),
            cut(point),
            thousands(point.batch),
            match (pooled, point.disaggregated) {
                (true, true) => "pool of their own".to_owned(),
                (true, false) => "between steps".to_owned(),
                (false, _) => String::new(),
            },
        ]);
    }
    put(out, &grid);
    let _ = writeln!(
        out,
        "\nTokens per second. {} of {} points that no other beats, of {} ways tried; --json has all.",
        shown.len(),
        s.frontier.len(),
        thousands(s.tried)
    );
}

/// About as many points as are shown, evenly in the logarithm of the speed, the ends among them.
fn thinned(all: &[FrontierRow]) -> Vec<&FrontierRow> {
    let (Some(first), Some(last)) = (all.first(), all.last()) else { return Vec::new() };
    if all.len() <= POINTS {
        return all.iter().collect();
    }
    let span = libm::log(last.tokens_per_s_per_user / first.tokens_per_s_per_user);
    let mut shown: Vec<&FrontierRow> = Vec::new();
    for k in 0..POINTS {
        #[expect(clippy::cast_precision_loss, reason = "about ten points")]
        let share = k as f64 / (POINTS - 1) as f64;
        let wanted = span * share;
        let away = |p: &FrontierRow| {
            (libm::log(p.tokens_per_s_per_user / first.tokens_per_s_per_user) - wanted).abs()
        };
        let nearest = all.iter().min_by(|a, b| away(a).total_cmp(&away(b)));
        if let Some(point) = nearest.filter(|p| !shown.contains(p)) {
            shown.push(point);
        }
    }
    shown
}
