//! Collectives and exchanges of tokens.

use crate::input::{Collective, Exchange};
use crate::systems::Systems;
use lightloom_units::DataSize;
use lightloom_workload::collective::{self, Group, Operation, WireProtocol};

/// `us`, or `GB/s` of bus bandwidth: what the links of a ring would carry.
// Ranks are far below 2^53.
#[allow(clippy::cast_precision_loss)]
pub(super) fn collective(
    systems: &Systems<'_>,
    asked: &Collective,
    unit: &str,
) -> Result<f64, String> {
    let group = Group::place(systems.network(&asked.network)?, asked.ranks, 1);
    let size = DataSize::bytes(asked.bytes);
    let time = match asked.algorithm {
        None => group.time(asked.operation, size, systems.pipelining),
        Some(algorithm) => group
            .cost_of(algorithm, WireProtocol::Simple, asked.operation, size, systems.pipelining)
            .map(|cost| cost.time)
            .ok_or_else(|| format!("no {algorithm:?} for this operation on this group"))?,
    };
    let passes = if asked.operation == Operation::AllReduce { 2.0 } else { 1.0 };
    let ranks = asked.ranks as f64;
    Ok(match unit {
        "us" => time.as_us(),
        _ => passes * (ranks - 1.0) / ranks * asked.bytes / time.as_s() * 1e-9,
    })
}

/// `us`, or `GB/s` of what a rank gets over NVLink in one domain, its domain over the network, its own part included.
#[allow(clippy::cast_precision_loss)]
pub(super) fn exchange(systems: &Systems<'_>, asked: &Exchange, unit: &str) -> Result<f64, String> {
    let tiers = systems.network(&asked.network)?;
    let domain = tiers.first().map_or(1, |tier| tier.size);
    let ranks = match (asked.ranks, asked.nodes) {
        (Some(ranks), None) => ranks,
        (None, Some(nodes)) => nodes.saturating_mul(domain),
        _ => return Err("an exchange has `ranks` or `nodes`".to_owned()),
    };
    let exchange = collective::Exchange {
        tokens: asked.tokens,
        bytes_per_token: asked.bytes_per_token,
        copies: asked.copies,
        experts: asked.experts,
        node_limit: asked.node_limit,
        routing: asked.routing,
    };
    let group = Group::place(tiers, ranks, 1);
    let cost = group.exchange_by(exchange, systems.pipelining, asked.staged);
    if unit == "us" {
        return Ok(cost.time.as_us());
    }
    let (sent, places) = if ranks <= domain {
        (cost.copies[0], ranks as f64)
    } else {
        (cost.copies[1], ranks as f64 / domain as f64)
    };
    let logical = sent * places / (places - 1.0);
    Ok(logical * asked.tokens * asked.bytes_per_token / cost.time.as_s() * 1e-9)
}
