//! Prints a page with the cross-section of every technology and the curve of the electrical path, to look at while
//! designing: `cargo run --example packages > packages.html`. A number is the lane rate in Gb/s, 200 without.

#![allow(clippy::print_stdout, missing_docs)]

#[path = "../tests/common/packages.rs"]
mod packages;

use lightloom_report::drawing::{Size, cross_section, electrical_path};

fn main() {
    let lane = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(200.0);
    let (sections, curve) = packages::at(lane);
    println!("<!DOCTYPE html><meta charset=\"utf-8\"><title>Packages</title>");
    println!("<style>body {{ margin: 0 }} svg {{ display: block }}</style>");
    println!("{}", electrical_path(&curve).standalone());
    for section in &sections {
        println!("{}", cross_section(section, Size::Slide).standalone());
    }
    for section in &sections {
        println!("{}", cross_section(section, Size::Row).standalone());
    }
}
