//! `validation/link.md`: what the link floor computes beside what others published, worst first.
//!
//! The table is made here and compared with the committed file, so that it never goes stale. No error is too large for
//! it: what is wrong is to be seen, not to be tuned away.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[path = "../../../../stack/1-link/tests/common/channels.rs"]
mod channels;
#[path = "../../../../stack/1-link/tests/common/mod.rs"]
mod common;
mod copper;
mod direct;
mod energy;
#[path = "../../../../stack/1-link/tests/common/lanes.rs"]
mod lanes;
mod light;
#[path = "../../../../stack/1-link/tests/common/oracle.rs"]
mod oracle;
mod signal;
mod table;

use lightloom::Library;
use lightloom::decide::check;
use lightloom::evidence::Facts;
use std::collections::BTreeMap;
use table::{Published, Row};

/// Computed values by the identifier of their row in `validation/link.toml`, in its unit.
type Computed = BTreeMap<String, f64>;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../validation/link.md");
const RENEW: &str = "LIGHTLOOM_RENEW=1 cargo test -p lightloom --test validation";

fn rows(published: &Published) -> Vec<Row> {
    let library = Library::shipped().unwrap();
    let facts = Facts::nominal(&library.catalog);
    let mut computed = Computed::new();
    copper::compute(&facts, &mut computed);
    signal::compute(&facts, &mut computed);
    light::compute(&facts, &mut computed);
    direct::compute(&facts, &mut computed);
    energy::compute(&library, &facts, &mut computed);
    let mut rows = published.rows(&library.catalog, &computed);
    for figure in check::link_figures(&library, &facts).unwrap() {
        rows.push(Row::of_fact(&library.catalog, figure));
    }
    rows.sort_by(|a, b| b.ratio_db.abs().total_cmp(&a.ratio_db.abs()).then(a.what.cmp(&b.what)));
    rows
}

#[test]
fn the_table_of_computed_beside_published_is_up_to_date() {
    let published = Published::read();
    let rows = rows(&published);
    for row in &rows {
        assert!(
            row.ratio_db.is_finite(),
            "{}: {} beside {}",
            row.what,
            row.computed,
            row.published
        );
    }
    let fresh = table::page(&rows, &published, RENEW);
    if std::env::var_os("LIGHTLOOM_RENEW").is_some() {
        std::fs::write(FILE, fresh).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(FILE).unwrap_or_default();
    let stale = fresh.lines().zip(committed.lines()).find(|(a, b)| a != b);
    assert!(fresh == committed, "validation/link.md is stale; renew it: {RENEW}\nfirst: {stale:?}");
}
