//! What the tests of this floor share.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses its part; a helper may unwrap"
)]

use lightloom_evidence::Catalog;

/// The files that this floor reads, the power supply's efficiency of the fabric floor last.
pub(crate) fn catalog() -> Catalog {
    Catalog::parse(&[
        ("sources.toml", include_str!("../../../../catalog/sources.toml")),
        ("economics.toml", include_str!("../../../../catalog/facts/economics.toml")),
        ("money.toml", include_str!("../../../../catalog/facts/money.toml")),
        ("readiness.toml", include_str!("../../../../catalog/facts/readiness.toml")),
        ("buyers.toml", include_str!("../../../../catalog/facts/buyers.toml")),
        ("fabric.toml", include_str!("../../../../catalog/facts/fabric.toml")),
    ])
    .unwrap()
}

/// Relative nearness.
#[track_caller]
pub(crate) fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() <= tolerance, "{found} is not {expected}");
}
