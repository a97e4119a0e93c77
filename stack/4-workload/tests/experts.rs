//! Exchange of tokens between experts against a published bound and against counting. Measured kernels are cases of validation
//! (V10).

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::float_cmp,
    reason = "tables of numbers as published"
)]

mod common;

use common::error;
use lightloom_units::{BitRate, Ratio, Time};
use lightloom_workload::collective::{Exchange, Group, Pipelining, Routing};
use lightloom_workload::{Library, NetworkTier};

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
            torus: None,
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
        torus: None,
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
