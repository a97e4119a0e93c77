//! Every product of the catalog, computed, as one table; and what must hold of them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

use lightloom_evidence::{Catalog, Facts};
use lightloom_link::com::ComSpec;
use lightloom_package::{Measure, Product, Technology};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

fn technologies() -> BTreeMap<String, Technology> {
    let parse = |(file, text): &(&str, &str)| Technology::parse(file, text).unwrap();
    lightloom_catalog::TECHNOLOGIES.iter().map(parse).map(|t| (t.id.clone(), t)).collect()
}

fn products() -> Vec<Product> {
    let parse = |(file, text): &(&str, &str)| Product::parse(file, text).unwrap();
    lightloom_catalog::PRODUCTS.iter().map(parse).collect()
}

fn standard() -> Arc<ComSpec> {
    let (name, text) = lightloom_catalog::STANDARD;
    Arc::new(ComSpec::parse(name, text).unwrap())
}

#[test]
fn every_product_is_made() {
    let catalog = Catalog::parse(lightloom_catalog::FACTS).unwrap();
    let facts = Facts::nominal(&catalog);
    let (technologies, standard) = (technologies(), standard());
    let mut text = String::new();
    for product in products() {
        let made = product.make(&facts, &technologies, &standard).unwrap();
        writeln!(text, "{}: {:+.1} dB", product.name, made.port.margin.as_db()).unwrap();
        for measure in Measure::ALL {
            if let Some(x) = made.figure(&product, measure) {
                writeln!(text, "    {:<34} {x:>9.2} {}", measure.name(), measure.unit()).unwrap();
            }
        }
    }
    insta::assert_snapshot!(text);
}
