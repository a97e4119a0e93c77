//! The sheet of a collective operation: every way that the library has, on placed ranks, on a torus, over circuits.

use crate::plan::{
    AlgorithmRow, COLLECTIVE_SCHEMA, CollectiveSheet, ExchangeRow, SettingRow, TierBytesRow,
};
use crate::sentence::as_percent;
use lightloom_scenario::Setting;
use lightloom_units::{BitRate, DataSize, Time, thousands};
use lightloom_workload::collective::{
    Algorithm, CircuitSchedule, Circuits, Cost, Exchange, Group, Limit, Operation, Pipelining,
    Torus, TorusSchedule, WireProtocol,
};
use lightloom_workload::{NetworkTier, WorkloadError};

/// Ranks on a setting.
#[derive(Debug, Clone, Copy)]
pub struct Ranks<'a> {
    /// Accelerators and networks.
    pub setting: &'a Setting,
    /// Ranks of the group.
    pub ranks: u64,
    /// Distance of neighbours in rank order.
    pub stride: u64,
    /// How tiers of one collective overlap.
    pub pipelining: Pipelining,
}

impl<'a> Ranks<'a> {
    /// The group, checked.
    ///
    /// # Errors
    /// [`WorkloadError::Parallelism`]: fewer than two ranks, or more than the networks join.
    pub fn group(&self) -> Result<Group<'a>, WorkloadError> {
        self.check()?;
        Ok(Group::place(&self.setting.tiers, self.ranks, self.stride))
    }

    fn check(&self) -> Result<(), WorkloadError> {
        let fail = |what, value, problem: String, hint: String| {
            Err(WorkloadError::Parallelism { what, value, problem, hint })
        };
        let there = self.setting.accelerators;
        if self.ranks < 2 {
            let hint = "a group has at least two ranks".to_owned();
            return fail("group", self.ranks, "exchanges nothing".to_owned(), hint);
        }
        if self.stride == 0 {
            let hint = "neighbours in rank order are 1 apart".to_owned();
            return fail("stride", 0, "puts all ranks on one accelerator".to_owned(), hint);
        }
        if self.ranks.saturating_mul(self.stride) > there.saturating_add(self.stride - 1) {
            let apart =
                if self.stride > 1 { format!(" {} apart", self.stride) } else { String::new() };
            let problem = format!("ranks{apart} are more than the {there} accelerators hold");
            let hint = format!("at most {}, or more --accelerators", there / self.stride);
            return fail("group", self.ranks, problem, hint);
        }
        Ok(())
    }
}

/// The name of an operation, as the command has it.
#[must_use]
pub const fn operation_name(operation: Operation) -> &'static str {
    match operation {
        Operation::AllGather => "all-gather",
        Operation::ReduceScatter => "reduce-scatter",
        Operation::AllReduce => "all-reduce",
        Operation::Broadcast => "broadcast",
        Operation::AllToAll => "all-to-all",
        Operation::SendReceive => "p2p",
    }
}

/// The name of an algorithm.
pub(crate) const fn algorithm_name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Ring => "ring",
        Algorithm::Tree => "double binary tree",
        Algorithm::BinaryTree => "binary tree",
        Algorithm::Halving => "recursive halving",
        Algorithm::Hierarchical => "hierarchical",
        Algorithm::InNetwork => "in-network reduction",
        Algorithm::Pairwise => "pairwise",
        Algorithm::TwoStage => "two-stage",
        Algorithm::Direct => "direct",
    }
}

/// An operation by every algorithm and protocol.
///
/// # Errors
/// As [`Ranks::group`].
pub fn collective_sheet(
    on: &Ranks<'_>,
    operation: Operation,
    size: DataSize,
) -> Result<CollectiveSheet, WorkloadError> {
    let group = on.group()?;
    let names: Vec<&str> = on.setting.tiers.iter().map(|t| t.name.as_str()).collect();
    let factor = operation.bus_factor(on.ranks);
    let rows = group.alternatives(operation, size, on.pipelining).map(|cost| {
        let variant = match cost.protocol {
            WireProtocol::LowLatency => "low-latency",
            WireProtocol::Simple => "simple",
        };
        row(&cost, algorithm_name(cost.algorithm), variant, size, factor, &names)
    });
    let rows = sorted(rows.collect());
    let bound = line_rate(&on.setting.tiers, &group);
    Ok(CollectiveSheet {
        setting: Some(SettingRow::of(on.setting)),
        stride: on.stride,
        meaning: meaning(&rows, bound),
        ..sheet(operation_name(operation), size, on.ranks, rows)
    })
}

/// An exchange of tokens between experts by both kernels; `size` is the tokens of one rank.
///
/// # Errors
/// As [`Ranks::group`]; experts that no token visits.
pub fn exchange_sheet(
    on: &Ranks<'_>,
    name: &str,
    exchange: Exchange,
) -> Result<CollectiveSheet, WorkloadError> {
    let group = on.group()?;
    if exchange.copies == 0 || exchange.copies > exchange.experts {
        return Err(WorkloadError::Parallelism {
            what: "top_k",
            value: exchange.copies,
            problem: format!("is not between 1 and the {} experts", exchange.experts),
            hint: "give --experts and --top-k, or a --model that has experts".to_owned(),
        });
    }
    let size = DataSize::bytes(exchange.tokens * exchange.bytes_per_token);
    let rows = [false, true].map(|staged| {
        let cost = group.exchange_by(exchange, on.pipelining, staged);
        let sent = on.setting.tiers.iter().zip(cost.copies.iter().zip(&cost.wire));
        AlgorithmRow {
            algorithm: if cost.staged { "staged" } else { "direct" }.to_owned(),
            variant: if cost.staged { "a copy for each domain" } else { "a copy for each expert" }
                .to_owned(),
            time_us: cost.time.as_us(),
            latency_us: cost.latency.as_us(),
            algorithm_gbytes_per_s: gbytes(size / cost.time),
            bus_gbytes_per_s: gbytes(size / cost.time) * cost.copies.iter().sum::<f64>(),
            limit: limit(&cost.wire, cost.latency, &on.setting.tiers),
            sent: sent
                .filter(|(_, (copies, _))| **copies > 0.0)
                .map(|(tier, (copies, wire))| TierBytesRow {
                    network: tier.name.clone(),
                    bytes: size.as_bytes() * copies,
                    wire_us: wire.as_us(),
                })
                .collect(),
        }
    });
    let rows = sorted(rows.to_vec());
    Ok(CollectiveSheet {
        setting: Some(SettingRow::of(on.setting)),
        stride: on.stride,
        exchange: Some(ExchangeRow {
            experts: exchange.experts,
            copies: exchange.copies,
            node_limit: exchange.node_limit,
        }),
        meaning: meaning(&rows, None),
        ..sheet(name, size, on.ranks, rows)
    })
}

/// An operation on a torus, by both schedules.
///
/// # Errors
/// As [`Torus::check`].
pub fn torus_sheet(
    torus: &Torus,
    operation: Operation,
    size: DataSize,
) -> Result<CollectiveSheet, WorkloadError> {
    torus.check()?;
    let used: Vec<u64> = torus.lengths.iter().copied().filter(|l| *l > 1).collect();
    let ranks: u64 = used.iter().copied().fold(1, u64::saturating_mul);
    let names: Vec<String> = (1..=torus.lengths.len()).map(|i| format!("dimension {i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let factor = operation.bus_factor(ranks);
    let schedules = [
        (TorusSchedule::DimensionByDimension, "one dimension after the other"),
        (TorusSchedule::AllDimensions, "all dimensions at once"),
    ];
    let rows = schedules.map(|(schedule, variant)| {
        let cost = torus.cost_of(schedule, operation, size);
        row(&cost, algorithm_name(cost.algorithm), variant, size, factor, &names)
    });
    let shape: Vec<String> = used.iter().map(ToString::to_string).collect();
    let rows = sorted(rows.to_vec());
    Ok(CollectiveSheet {
        network: Some(format!(
            "torus {}, links of {} each way",
            shape.join(" x "),
            bytes_rate(torus.link)
        )),
        meaning: meaning(&rows, None),
        ..sheet(operation_name(operation), size, ranks, rows)
    })
}

/// An operation over optical circuits, set up once or for every step.
///
/// # Errors
/// As [`Circuits::check`].
pub fn circuits_sheet(
    circuits: &Circuits,
    operation: Operation,
    size: DataSize,
) -> Result<CollectiveSheet, WorkloadError> {
    circuits.check()?;
    let factor = operation.bus_factor(circuits.ranks);
    let schedules = [
        (CircuitSchedule::Static, "circuits stay"),
        (CircuitSchedule::EachStep, "circuits anew for every step"),
    ];
    let rows = schedules.map(|(schedule, variant)| {
        let cost = circuits.cost_of(schedule, operation, size);
        row(&cost, algorithm_name(cost.algorithm), variant, size, factor, &["circuits"])
    });
    let rows = sorted(rows.to_vec());
    Ok(CollectiveSheet {
        network: Some(format!(
            "{} ports of {} over optical circuits, {} to set them up",
            circuits.ports,
            bytes_rate(circuits.rate),
            circuits.reconfiguration
        )),
        meaning: meaning(&rows, None),
        ..sheet(operation_name(operation), size, circuits.ranks, rows)
    })
}

fn sheet(
    operation: &str,
    size: DataSize,
    ranks: u64,
    algorithms: Vec<AlgorithmRow>,
) -> CollectiveSheet {
    CollectiveSheet {
        schema: COLLECTIVE_SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        setting: None,
        network: None,
        operation: operation.to_owned(),
        bytes: size.as_bytes(),
        ranks,
        stride: 1,
        exchange: None,
        algorithms,
        measured: None,
        meaning: String::new(),
    }
}

fn row(
    cost: &Cost,
    algorithm: &str,
    variant: &str,
    size: DataSize,
    factor: f64,
    names: &[&str],
) -> AlgorithmRow {
    let rate = gbytes(size / cost.time);
    let name = |i: usize| names.get(i).copied().unwrap_or_default().to_owned();
    AlgorithmRow {
        algorithm: algorithm.to_owned(),
        variant: variant.to_owned(),
        time_us: cost.time.as_us(),
        latency_us: cost.latency.as_us(),
        algorithm_gbytes_per_s: rate,
        bus_gbytes_per_s: rate * factor,
        limit: match cost.limit() {
            Limit::Latency => "latency".to_owned(),
            Limit::Tier(i) => name(i),
        },
        sent: cost
            .bytes
            .iter()
            .zip(&cost.wire)
            .enumerate()
            .filter(|(_, (bytes, _))| bytes.as_bytes() > 0.0)
            .map(|(i, (bytes, wire))| TierBytesRow {
                network: name(i),
                bytes: bytes.as_bytes(),
                wire_us: wire.as_us(),
            })
            .collect(),
    }
}

fn limit(wire: &[Time], latency: Time, tiers: &[NetworkTier]) -> String {
    let slowest = tiers.iter().zip(wire).fold(None, |worst: Option<(&str, Time)>, (tier, t)| {
        if worst.is_none_or(|(_, w)| *t > w) { Some((tier.name.as_str(), *t)) } else { worst }
    });
    match slowest {
        Some((name, wire)) if wire > latency => name.to_owned(),
        _ => "latency".to_owned(),
    }
}

fn sorted(mut rows: Vec<AlgorithmRow>) -> Vec<AlgorithmRow> {
    // Stable: of equal times the one that is tried first stays first.
    rows.sort_by(|a, b| a.time_us.total_cmp(&b.time_us));
    rows
}

/// Line rate of the outermost network that a group uses, and its name.
fn line_rate<'t>(tiers: &'t [NetworkTier], group: &Group<'_>) -> Option<(&'t str, f64)> {
    let outermost = group.spread().last()?.0;
    let tier = tiers.get(outermost)?;
    Some((tier.name.as_str(), gbytes(tier.bandwidth)))
}

fn gbytes(rate: BitRate) -> f64 {
    rate.as_bytes_per_s() / 1e9
}

fn bytes_rate(rate: BitRate) -> String {
    format!("{} GB/s", lightloom_units::significant(gbytes(rate), 4))
}

fn meaning(rows: &[AlgorithmRow], line: Option<(&str, f64)>) -> String {
    let Some(best) = rows.first() else { return String::new() };
    let paced = if best.limit == "latency" {
        format!("{} of it is latency", as_percent((best.latency_us / best.time_us).min(1.0)))
    } else {
        format!("paced by {}", best.limit)
    };
    let mut out = format!("Quickest is {}, {}; {paced}", named(best, rows), Time::us(best.time_us));
    if let Some((_, rate)) = line.filter(|(name, _)| *name == best.limit) {
        out.push_str(&format!(
            " at a bus bandwidth of {} of line rate",
            as_percent(best.bus_gbytes_per_s / rate)
        ));
    }
    let other = rows.iter().find(|r| r.algorithm != best.algorithm).or(rows.get(1));
    if let Some(other) = other {
        out.push_str(&format!(
            "; next is {}, {:.2} times as long",
            named(other, rows),
            other.time_us / best.time_us
        ));
    }
    out.push('.');
    out
}

/// A way by its algorithm; by its variant too where all are the same algorithm.
fn named(row: &AlgorithmRow, rows: &[AlgorithmRow]) -> String {
    if rows.iter().all(|r| r.algorithm == row.algorithm) {
        format!("{}, {}", row.algorithm, row.variant)
    } else {
        row.algorithm.clone()
    }
}

/// A count with its noun: `8 ranks`.
#[must_use]
pub fn counted(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", thousands(n), if n == 1 { "" } else { "s" })
}
