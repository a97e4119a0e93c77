//! Prints the report on a plan made by hand, to look at while designing: `cargo run --example sample > sample.html`.
//! A number multiplies the cluster: `cargo run --example sample 228`.

#![allow(clippy::print_stdout, missing_docs)]

#[path = "../tests/common/mod.rs"]
mod common;

fn main() {
    let scale = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1);
    println!("{}", lightloom_report::html(&common::plan(scale)));
}
