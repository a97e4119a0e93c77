//! `validation/*.md`: what the floors compute beside what others published, worst first.
//!
//! The tables are made here and compared with the committed files, so that they never go stale. No error is too large for
//! them: what is wrong is to be seen, not to be tuned away.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[path = "../../../../stack/1-link/tests/common/channels.rs"]
mod channels;
mod claims;
#[path = "../../../../stack/1-link/tests/common/mod.rs"]
mod common;
mod copper;
mod direct;
mod energy;
mod fabric;
#[path = "../../../../stack/1-link/tests/common/lanes.rs"]
mod lanes;
mod light;
#[path = "../../../../stack/1-link/tests/common/oracle.rs"]
mod oracle;
mod package;
mod signal;
mod table;

use lightloom::Library;
use lightloom::decide::check;
use lightloom::decide::published::package_figures;
use lightloom::decide::study::studies;
use lightloom::evidence::Facts;
use std::collections::BTreeMap;
use table::{Published, Row};

/// Computed values by the identifier of their row in `validation/link.toml`, in its unit.
type Computed = BTreeMap<String, f64>;

const RENEW: &str = "LIGHTLOOM_RENEW=1 cargo test -p lightloom --test validation";

/// Compares a page with the committed one, or writes it.
fn is_up_to_date(name: &str, rows: &[Row], fresh: &str) {
    for row in rows {
        let Row { what, computed, published, ratio_db, .. } = row;
        assert!(ratio_db.is_finite(), "{what}: {computed} beside {published}");
    }
    let file = format!("{}/../../validation/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("LIGHTLOOM_RENEW").is_some() {
        std::fs::write(file, fresh).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    let stale = fresh.lines().zip(committed.lines()).find(|(a, b)| a != b);
    assert!(fresh == committed, "validation/{name} is stale; renew it: {RENEW}\nfirst: {stale:?}");
}

fn sort(rows: &mut [Row]) {
    rows.sort_by(|a, b| b.ratio_db.abs().total_cmp(&a.ratio_db.abs()).then(a.what.cmp(&b.what)));
}

#[test]
fn the_link_floor_beside_what_is_published() {
    let published = Published::read(include_str!("../../../../validation/link.toml"));
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
    sort(&mut rows);
    let words = format!(
        "\
Losses are those of the segments (tier T0); receiver classes, reach, linear light and ports with their power are
judged by the pulse response (T1), as plans do; COM is held to another program on the grid of the standard's tables (T3). Of
several published values the table has one row each. Rows marked as given to the model prove arithmetic only. No constant was
moved to make a row come out right. What others published lies in `validation/link.toml` and, as facts `published.*`, in
`catalog/facts/published.toml`; rows in brackets behind a source are those of the research notes.

A test fails when this page is stale. Renew it: `{RENEW}`"
    );
    let fresh =
        table::page("The link floor beside what others published", &words, &rows, &published);
    is_up_to_date("link.md", &rows, &fresh);
}

#[test]
fn the_package_floor_beside_what_is_published() {
    let published = Published::read(include_str!("../../../../validation/package.toml"));
    let library = Library::shipped().unwrap();
    let facts = Facts::nominal(&library.catalog);
    let made = package::Products::make(&library, &facts);
    let computed = published.asked().map(|id| (id.to_owned(), made.figure(id))).collect();
    let mut rows = published.rows(&library.catalog, &computed);
    let mut figures = made.facts();
    figures.extend(package_figures(&library, &facts).unwrap());
    rows.extend(figures.into_iter().map(|f| Row::of_fact(&library.catalog, f)));
    sort(&mut rows);
    let words = format!(
        "\
Products are assemblies of the technologies' parts as their makers built them: `catalog/products`.
A product states parts, counts, process nodes and what light it launches where that is measured or specified; it states no energy,
no power, no latency. One port faces one like it over 100 m of fibre. No constant serves one product only.
Laser modules shine at their rated light in the warmest inlet; a box is a switch of the fabric floor full of one product.
Published figures lie in
`validation/package.toml` and, as facts, in `catalog/facts/published.toml`; rows in brackets behind
a source are those of the research notes.

A test fails when this page is stale. Renew it: `{RENEW}`"
    );
    let fresh =
        table::page("The package floor beside what others published", &words, &rows, &published);
    is_up_to_date("package.md", &rows, &fresh);
}

#[test]
fn the_fabric_floor_beside_what_is_published() {
    let published = Published::read(include_str!("../../../../validation/fabric.toml"));
    let library = Library::shipped().unwrap();
    let facts = Facts::nominal(&library.catalog);
    let mut systems = fabric::Systems::new(&facts);
    let computed = published.asked().map(|id| (id.to_owned(), systems.figure(id))).collect();
    let mut rows = published.rows(&library.catalog, &computed);
    sort(&mut rows);
    let unexplained = published.unexplained(&rows);
    assert!(unexplained.is_empty(), "off, and no cause says why: {unexplained:?}");
    let studies = studies(&library, &facts).unwrap();
    let words = format!(
        "\
Systems are the scenarios of `scenarios/systems`, built and not planned: counts, bandwidths, racks. A deviation
without a cause fails the test. Rack powers and masses rest on facts that were taken from such racks, as their notes say; those rows
prove arithmetic only. Studies of clusters with co-packaged optics follow below. 18 spines for 2,304 GPUs, where 16 have ports enough, follow from the even spread
of 72 uplinks; planes of two ports of 400G explain how two layers join 8,192 ports of 800G. Published figures lie in `validation/fabric.toml`; rows in brackets behind
a source are those of the research notes.

A test fails when this page is stale. Renew it: `{RENEW}`"
    );
    let title = "The fabric floor beside what others published";
    let mut fresh = table::page(title, &words, &rows, &published);
    fresh.push_str("\n# Studies of clusters with co-packaged optics\n\n`lightloom fabric compare --published` prints the same.\n");
    let mut all = rows;
    for study in &studies {
        table::study(&mut fresh, study);
        all.extend(study.rows.iter().map(|row| Row::of_study(study, row)));
    }
    is_up_to_date("fabric.md", &all, &fresh);
}

#[test]
fn the_claims_of_the_field() {
    let found = claims::weigh();
    is_up_to_date("claims.md", &[], &claims::page(&found, RENEW));
}
