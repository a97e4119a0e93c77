//! Constants of a communication library from a measured sweep.

use crate::collective_sheet::Ranks;
use crate::plan::{FitRow, MeasuredRow, MeasuredSheet};
use lightloom_evidence::Catalog;
use lightloom_units::{Ratio, Time, significant};
use lightloom_workload::collective::{Algorithm, Group, Operation};
use lightloom_workload::import::Sweep;
use lightloom_workload::{NetworkTier, WorkloadError};
use std::fmt::Write as _;

/// The share that long messages reach, by what carries them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carrier {
    /// Rings and trees.
    Ring,
    /// Reduction in the switches.
    InNetwork,
    /// All-to-all.
    Exchange,
}

/// Which constants are fitted: start-up of the innermost network used, share of the outermost.
#[derive(Debug, Clone, Copy)]
struct Constants {
    inner: usize,
    outer: usize,
    carrier: Carrier,
}

impl Constants {
    fn of(group: &Group<'_>, operation: Operation, largest: Algorithm) -> Option<Self> {
        let inner = group.spread().next()?.0;
        let outer = group.spread().last()?.0;
        let carrier = match (operation, largest) {
            (Operation::AllToAll, _) => Carrier::Exchange,
            // Across hosts trees carry what switches inside have added.
            (_, Algorithm::InNetwork) if inner == outer => Carrier::InNetwork,
            _ => Carrier::Ring,
        };
        Some(Self { inner, outer, carrier })
    }

    fn read(self, tiers: &[NetworkTier]) -> [f64; 2] {
        let (inner, outer) = (&tiers[self.inner].library, &tiers[self.outer].library);
        match self.carrier {
            Carrier::Ring => [inner.launch.as_s(), outer.bandwidth.value()],
            Carrier::InNetwork => {
                let share = outer.in_network.map_or(1.0, |i| i.bandwidth.value());
                [inner.launch.as_s(), share]
            }
            Carrier::Exchange => [inner.exchange.launch.as_s(), outer.exchange.bandwidth.value()],
        }
    }

    fn set(self, tiers: &mut [NetworkTier], [launch, share]: [f64; 2]) {
        let share = Ratio::new(share);
        let start = Time::s(launch);
        match self.carrier {
            Carrier::Ring => {
                tiers[self.inner].library.launch = start;
                tiers[self.outer].library.bandwidth = share;
            }
            Carrier::InNetwork => {
                tiers[self.inner].library.launch = start;
                if let Some(reduction) = &mut tiers[self.outer].library.in_network {
                    reduction.bandwidth = share;
                }
            }
            Carrier::Exchange => {
                tiers[self.inner].library.exchange.launch = start;
                tiers[self.outer].library.exchange.bandwidth = share;
            }
        }
    }

    /// Names of both below `collective.LIBRARY`.
    const fn fields(self) -> [&'static str; 2] {
        match self.carrier {
            Carrier::Ring => ["launch", "bandwidth_fraction"],
            Carrier::InNetwork => ["launch", "in_network_fraction"],
            Carrier::Exchange => ["exchange_launch", "exchange_fraction"],
        }
    }
}

/// A sweep beside what is computed, with start-up and share of line rate fitted to it.
///
/// # Model
/// The two constants minimise the mean square of `ln(computed / measured)` over all sizes, the library choosing its
/// algorithm for each: so a microsecond and a millisecond weigh the same. Start-up is that of the innermost network of the
/// group, the share that of its outermost; everything else stays as the catalog has it.
///
/// # Validity
/// Two constants describe short and long messages; in between the catalog's steps and chunks decide.
///
/// # Errors
/// As [`Ranks::group`].
pub fn fit(
    on: &Ranks<'_>,
    catalog: &Catalog,
    sweep: &Sweep,
    operation: Operation,
    origin: &str,
) -> Result<MeasuredSheet, WorkloadError> {
    let group = on.group()?;
    let times = |tiers: &[NetworkTier]| -> Vec<f64> {
        let group = Group::place(tiers, on.ranks, on.stride);
        let time = |p: &lightloom_workload::import::SweepPoint| {
            group.time(operation, p.size, on.pipelining).as_s()
        };
        sweep.points.iter().map(time).collect()
    };
    let largest = sweep.points.last().map(|p| group.cost(operation, p.size, on.pipelining));
    let constants = largest.and_then(|l| Constants::of(&group, operation, l.algorithm));
    let mut tiers = on.setting.tiers.clone();
    let before = times(&tiers);
    let mut rows = Vec::new();
    let mut file = String::new();
    if let Some(constants) = constants {
        let start = constants.read(&tiers);
        let misfit = |at: [f64; 2]| {
            let mut tiers = on.setting.tiers.clone();
            constants.set(&mut tiers, at.map(libm::exp));
            let logs = times(&tiers);
            let square = |(t, p): (&f64, &lightloom_workload::import::SweepPoint)| {
                let log = libm::log(t / p.time.as_s());
                log * log
            };
            logs.iter().zip(&sweep.points).map(square).sum::<f64>()
        };
        let found = descend(start.map(libm::log), misfit).map(libm::exp);
        constants.set(&mut tiers, found);
        let library =
            |tier: usize| on.setting.libraries.get(tier).map_or_else(String::new, Clone::clone);
        let heads = [library(constants.inner), library(constants.outer)];
        for (k, (field, head)) in constants.fields().into_iter().zip(&heads).enumerate() {
            let show = |value: f64| match k {
                0 => format!("{} us", significant(value * 1e6, 3)),
                _ => format!("{} %", significant(value * 100.0, 3)),
            };
            rows.push(FitRow {
                fact: format!("collective.{head}.{field}"),
                before: show(start[k]),
                fitted: show(found[k]),
            });
        }
        file = facts_file(catalog, &heads, &rows, &described(sweep, on, origin));
    }
    let after = times(&tiers);
    let error = |computed: f64, measured: f64| (computed / measured - 1.0) * 100.0;
    let rows_of: Vec<MeasuredRow> = sweep
        .points
        .iter()
        .zip(before.iter().zip(&after))
        .map(|(p, (before, after))| MeasuredRow {
            bytes: p.size.as_bytes(),
            measured_us: p.time.as_us(),
            computed_us: before * 1e6,
            error_percent: error(*before, p.time.as_s()),
            fitted_us: after * 1e6,
            fitted_error_percent: error(*after, p.time.as_s()),
        })
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "rows of a file")]
    let mean = |of: fn(&MeasuredRow) -> f64| {
        rows_of.iter().map(|r| of(r).abs()).sum::<f64>() / rows_of.len().max(1) as f64
    };
    Ok(MeasuredSheet {
        version: sweep.version.clone(),
        mean_error_percent: mean(|r| r.error_percent),
        fitted_mean_error_percent: mean(|r| r.fitted_error_percent),
        rows: rows_of,
        constants: rows,
        facts_file: file,
    })
}

/// The minimum near a start, by steps along each axis that halve where neither way is down.
fn descend(mut at: [f64; 2], misfit: impl Fn([f64; 2]) -> f64) -> [f64; 2] {
    let mut least = misfit(at);
    let mut step = 0.5;
    while step > 1e-5 {
        let mut moved = false;
        for axis in 0..2 {
            for sign in [step, -step] {
                let mut next = at;
                next[axis] += sign;
                let value = misfit(next);
                if value.is_finite() && value < least {
                    (at, least, moved) = (next, value, true);
                }
            }
        }
        if !moved {
            step /= 2.0;
        }
    }
    at
}

fn described(sweep: &Sweep, on: &Ranks<'_>, origin: &str) -> String {
    let version = sweep.version.as_ref().map_or_else(String::new, |v| format!(", version {v}"));
    format!("fitted to {} sizes over {} ranks in {origin}{version}", sweep.points.len(), on.ranks)
}

/// The libraries of a group under names of their own, each as the catalog has it but for the fitted constants.
///
/// Whole libraries, so that `--library` can take one.
fn facts_file(catalog: &Catalog, heads: &[String; 2], rows: &[FitRow], note: &str) -> String {
    let mut out = String::from(
        "# Check: lightloom catalog --check --file FILE. Use: --facts FILE --library NAME-measured.\n",
    );
    let mut written: Vec<&str> = Vec::new();
    for head in heads {
        if written.contains(&head.as_str()) {
            continue;
        }
        written.push(head);
        let own = |fact: &str| fact.strip_prefix(&format!("collective.{head}.")).map(str::to_owned);
        let mut fields: Vec<(String, Option<&FitRow>)> =
            catalog.facts().iter().filter_map(|f| own(&f.id)).map(|field| (field, None)).collect();
        for row in rows {
            let Some(field) = own(&row.fact) else { continue };
            match fields.iter_mut().find(|(known, _)| *known == field) {
                Some((_, fitted)) => *fitted = Some(row),
                None => fields.push((field, Some(row))),
            }
        }
        for (field, fitted) in fields {
            entry(&mut out, catalog, head, &field, fitted, note);
        }
    }
    out
}

fn entry(
    out: &mut String,
    catalog: &Catalog,
    head: &str,
    field: &str,
    fitted: Option<&FitRow>,
    note: &str,
) {
    let known = catalog
        .get(&format!("collective.{head}.{field}"))
        .or_else(|| catalog.get(&format!("collective.{field}")));
    let Some(known) = known else { return };
    let text = |s: &str| s.replace('\\', "\\\\").replace('"', "\\\"");
    let _ = writeln!(out, "\n[[fact]]\nid = \"collective.{head}-measured.{field}\"");
    let _ = writeln!(out, "about = \"{}\"\nquantity = \"{}\"", text(&known.about), known.quantity);
    match fitted {
        Some(row) => {
            let _ = writeln!(
                out,
                "value = \"{}\"\nkind = \"model\"\nsource = \"lightloom\"\nnote = \"{}; the catalog has {}\"",
                row.fitted,
                text(note),
                row.before
            );
        }
        None => {
            let _ = writeln!(
                out,
                "value = \"{}\"\nrange = [\"{}\", \"{}\"]\nkind = \"{}\"\nsource = \"{}\"",
                known.show(known.value),
                known.show(known.low),
                known.show(known.high),
                known.kind,
                text(&known.source)
            );
        }
    }
}
