//! Exchange of tokens between experts against DeepEP and NVLink kernels (V10).

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::float_cmp,
    reason = "tables of numbers as published"
)]

mod common;

use common::{catalog, dgx_h100, error, nvl72, pipelining, tier};
use lightloom_evidence::Facts;
use lightloom_units::{BitRate, Ratio, Time};
use lightloom_workload::collective::{Exchange, Group, Pipelining, Routing};
use lightloom_workload::{Library, NetworkTier};

/// Eight-bit vectors of 7168 with a scale of four bytes for each 128, and sixteen bits.
const FP8: f64 = 7168.0 + 4.0 * 56.0;
const BF16: f64 = 2.0 * 7168.0;

fn deepseek(tokens: f64, bytes: f64) -> Exchange {
    Exchange {
        tokens,
        bytes_per_token: bytes,
        copies: 8,
        experts: 256,
        node_limit: None,
        routing: Routing::Uniform,
    }
}

/// H800: NVLink of 200 GB/s, network of 50.
fn dgx_h800(facts: &Facts<'_>) -> Vec<NetworkTier> {
    vec![tier(facts, "nvlink4", 8, 200.0, 0.4), tier(facts, "nic", 16384, 50.0, 2.0)]
}

struct Table {
    limit: f64,
    sum: f64,
    rows: f64,
}

impl Table {
    fn row(&mut self, name: &str, ours: f64, measured: f64) {
        let e = error(ours, measured);
        println!("{name}: {ours:8.1} us, measured {measured:8.1}: {:+.1} %", 100.0 * e);
        assert!(e.abs() <= self.limit, "{name}: {ours} us against {measured}");
        self.sum += e.abs();
        self.rows += 1.0;
    }

    fn end(&self, name: &str, mean: f64) {
        let ours = self.sum / self.rows;
        println!("{name}: {:.1} % in the mean of {} rows", 100.0 * ours, self.rows);
        assert!(ours <= mean, "{name}: {ours}");
    }
}

#[test]
fn low_latency_kernels_meet_deepep() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let p = pipelining(&facts);
    let time = |tiers: &[NetworkTier], ranks: u64, tokens: f64, bytes: f64| {
        Group::place(tiers, ranks, 1).exchange_by(deepseek(tokens, bytes), p, false).time.as_us()
    };
    let mut table = Table { limit: 0.20, sum: 0.0, rows: 0.0 };
    // DeepEP docs/legacy.md, H800, 128 tokens.
    let h800 = dgx_h800(&facts);
    let dispatch = [(8, 77.0), (16, 118.0), (32, 155.0), (64, 173.0), (128, 192.0), (256, 194.0)];
    let combine = [(8, 114.0), (16, 195.0), (32, 273.0), (64, 314.0), (128, 369.0), (256, 360.0)];
    for (ranks, us) in dispatch {
        table.row(&format!("H800 LL dispatch EP{ranks} 128"), time(&h800, ranks, 128.0, FP8), us);
    }
    for (ranks, us) in combine {
        table.row(&format!("H800 LL combine EP{ranks} 128"), time(&h800, ranks, 128.0, BF16), us);
    }
    // The sweep of aiconfigurator on H100. Below 32 tokens latency counts, where runs differ by a fifth.
    let h100 = dgx_h100(&facts);
    for line in
        include_str!("../../../validation/measured/h100_deepep_low_latency.csv").lines().skip(1)
    {
        let f: Vec<&str> = line.split(',').collect();
        let number = |i: usize| f[i].parse::<f64>().unwrap();
        let (nodes, tokens) = (f[4].parse::<u64>().unwrap(), number(7));
        if f[9] != "256" || tokens < 32.0 {
            continue;
        }
        let name = format!("H100 LL dispatch {nodes} nodes {tokens}");
        table.row(&name, time(&h100, 8 * nodes, tokens, FP8), number(12));
        let name = format!("H100 LL combine {nodes} nodes {tokens}");
        table.row(&name, time(&h100, 8 * nodes, tokens, BF16), number(10));
    }
    // Eight nodes, of the same sweep as cited in cases.json.
    table.row("H100 LL dispatch 8 nodes 128", time(&h100, 64, 128.0, FP8), 165.5);
    table.row("H100 LL combine 8 nodes 128", time(&h100, 64, 128.0, BF16), 305.7);
    table.end("low latency", 0.10);
}

#[test]
fn normal_kernels_meet_deepep() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let p = pipelining(&facts);
    let time = |tiers: &[NetworkTier], ranks: u64, exchange: Exchange| {
        Group::place(tiers, ranks, 1).exchange_by(exchange, p, true).time.as_us()
    };
    let mut table = Table { limit: 0.20, sum: 0.0, rows: 0.0 };
    // DeepEP docs/legacy.md, H800, 4096 tokens, routing limited to four nodes: GB/s of bytes that a rank gets over
    // NVLink (one node) or its node over the network, its own included.
    let h800 = dgx_h800(&facts);
    for (ranks, fp8, bf16) in
        [(8, 153.0, 158.0), (16, 43.0, 43.0), (32, 58.0, 57.0), (64, 51.0, 50.0)]
    {
        let group = Group::place(&h800, ranks, 1);
        for (bytes, gbytes, name) in [(FP8, fp8, "dispatch"), (BF16, bf16, "combine")] {
            let exchange = Exchange { node_limit: Some(4), ..deepseek(4096.0, bytes) };
            let cost = group.exchange_by(exchange, p, true);
            // Copies that leave, and those that stay, which the published figure counts too.
            let (sent, joined) = if ranks == 8 {
                (cost.copies[0], 8.0)
            } else {
                (cost.copies[1], ranks as f64 / 8.0)
            };
            let logical = sent * joined / (joined - 1.0);
            let published = logical * 4096.0 * bytes / (gbytes * 1e3);
            table.row(
                &format!("H800 {name} EP{ranks} 4096"),
                time(&h800, ranks, exchange),
                published,
            );
        }
    }
    // aiconfigurator on H100: one node with 20 processors, two with 24; notification included.
    let h100 = dgx_h100(&facts);
    for line in include_str!("../../../validation/measured/h100_deepep_normal.csv").lines().skip(1)
    {
        let f: Vec<&str> = line.split(',').collect();
        let number = |i: usize| f[i].parse::<f64>().unwrap();
        let (nodes, tokens) = (f[4].parse::<u64>().unwrap(), number(7));
        let processors = if nodes == 1 { "20" } else { "24" };
        if f[10] != processors || !(256.0..=16384.0).contains(&tokens) {
            continue;
        }
        // Combining over two nodes takes half as long again in its start as dispatching; one constant serves both.
        table.limit = if nodes == 2 && tokens < 2048.0 { 0.35 } else { 0.20 };
        let measured = number(11) + number(12);
        let name = format!("H100 dispatch {nodes} nodes {tokens}");
        table.row(&name, time(&h100, 8 * nodes, deepseek(tokens, FP8)), measured);
        let measured = number(14) + number(15);
        let name = format!("H100 combine {nodes} nodes {tokens}");
        table.row(&name, time(&h100, 8 * nodes, deepseek(tokens, BF16)), measured);
    }
    table.end("normal", 0.12);
}

#[test]
fn nvlink_kernels_meet_gb200() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let p = pipelining(&facts);
    let gb200 = nvl72(&facts, 50.0);
    let mut table = Table { limit: 0.20, sum: 0.0, rows: 0.0 };
    for line in
        include_str!("../../../validation/measured/gb200_nvl72_moe_alltoall.csv").lines().skip(1)
    {
        let f: Vec<&str> = line.split(',').collect();
        let ranks: u64 = f[3].parse().unwrap();
        let tokens: f64 = f[4].parse().unwrap();
        let measured: f64 = f[8].parse().unwrap();
        let bytes = match (f[1], f[2]) {
            ("alltoall_dispatch", "fp8") => 7168.0,
            ("alltoall_dispatch", "bfloat16") | ("alltoall_combine", _) => BF16,
            _ => continue,
        };
        // The library's two-sided kernel. On two and four ranks it is up to twice as slow as its bytes; the first
        // rows of EP16 combine hold a pause of 50 us.
        if f[0] != "NVLinkTwoSided" || ranks < 8 || tokens < 16.0 {
            continue;
        }
        let exchange = Exchange { routing: Routing::Spread, ..deepseek(tokens, bytes) };
        let ours = Group::place(&gb200, ranks, 1).exchange_by(exchange, p, true).time.as_us();
        table.row(&format!("GB200 {} {} EP{ranks} {tokens}", f[1], f[2]), ours, measured);
    }
    table.end("GB200", 0.10);

    // The number that argues for larger domains: crossing nodes at EP16 with few tokens.
    let few = |tiers: &[NetworkTier]| {
        Group::place(tiers, 16, 1).exchange(deepseek(128.0, 7168.0), p).as_us()
    };
    let ratio = few(&dgx_h100(&facts)) / few(&gb200);
    println!(
        "EP16, 128 tokens: two nodes of H100 take {ratio:.1} x a domain of GB200; measured 4.1"
    );
    assert!((2.5..5.5).contains(&ratio), "{ratio}");
}

/// arXiv 2505.09343: 32 tokens, 9 copies, 7000 wide, one byte out and two back, 61 layers, two half batches.
#[test]
fn the_exchange_meets_deepseeks_bound() {
    for (gbytes, exchange_us, token_ms) in [(50.0, 120.96, 14.76), (900.0, 6.72, 0.82)] {
        let wire = [NetworkTier {
            name: "wire".to_owned(),
            size: 1_000_000,
            bandwidth: BitRate::gbytes_per_s(gbytes),
            latency: Time::ZERO,
            library: Library::IDEAL,
        }];
        let exchange = Exchange {
            tokens: 32.0,
            bytes_per_token: 3.0 * 7000.0,
            copies: 9,
            experts: 1_000_000,
            node_limit: None,
            routing: Routing::Uniform,
        };
        // A million ranks, so that no copy stays at home.
        let group = Group::place(&wire, 1_000_000, 1);
        let t = group.exchange(exchange, Pipelining(Ratio::new(0.0)));
        assert!(error(t.as_us(), exchange_us).abs() < 1e-3, "{t}");
        assert!((t.as_s() * 1e3 * 2.0 * 61.0 - token_ms).abs() < 0.01);
    }
}

/// Places that tokens hit, against counting all choices by hand.
#[test]
fn copies_are_counted() {
    let tier = |size, gbytes| NetworkTier {
        name: "t".to_owned(),
        size,
        bandwidth: BitRate::gbytes_per_s(gbytes),
        latency: Time::ZERO,
        library: Library::IDEAL,
    };
    let p = Pipelining(Ratio::new(0.0));
    let tiers = [tier(2, 100.0), tier(4, 10.0)];
    let group = Group::place(&tiers, 4, 1);
    // Two of four experts, one on each of four ranks, two ranks in a domain: of six pairs, two lie in one domain.
    let exchange = Exchange {
        tokens: 1.0,
        bytes_per_token: 1.0,
        copies: 2,
        experts: 4,
        node_limit: None,
        routing: Routing::Uniform,
    };
    let staged = group.exchange_by(exchange, p, true);
    assert!((staged.copies[1] - (4.0 * 2.0 + 2.0 * 1.0) / 6.0 / 2.0).abs() < 1e-12);
    assert!((staged.copies[0] - 2.0 / 2.0).abs() < 1e-12);
    let direct = group.exchange_by(exchange, p, false);
    assert!((direct.copies[1] - 2.0 * 2.0 / 4.0).abs() < 1e-12);
    assert!((direct.copies[0] - 2.0 * 1.0 / 4.0).abs() < 1e-12);
    // Limited to one domain: always one, and half of the time the own one.
    let limited = Exchange { node_limit: Some(1), ..exchange };
    assert!((group.exchange_by(limited, p, true).copies[1] - 0.5).abs() < 1e-12);
    // Spread: as many ranks as copies.
    let spread = Exchange { routing: Routing::Spread, ..exchange };
    assert!((group.exchange_by(spread, p, true).copies[0] - 1.0).abs() < 1e-12);
}
