//! Every product of the catalog, computed, as one table; and what must hold of them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

mod common;

use common::{catalog, made};
use lightloom_evidence::Facts;
use lightloom_package::Measure;
use lightloom_package::technology::{Engine, Source};
use std::fmt::Write as _;

#[test]
fn every_product_is_made() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let mut text = String::new();
    for (product, made) in made(&facts) {
        writeln!(text, "{}: {:+.1} dB", product.name, made.port.margin.as_db()).unwrap();
        for measure in Measure::ALL {
            if let Some(x) = made.figure(&product, measure) {
                writeln!(text, "    {:<34} {x:>9.2} {}", measure.name(), measure.unit()).unwrap();
            }
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn light_ends_where_the_link_says() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    for (product, made) in made(&facts) {
        let Some(light) = made.port.light.as_deref() else { continue };
        // The electrical share of a lane, from the bottom up: what leaves the wall is what the energy split says.
        let payload = made
            .technology
            .engine
            .as_ref()
            .and_then(|e| e.line)
            .map_or(product.lane.payload, |l| l.payload);
        let laser = (made.port.energy.laser * payload).as_w();
        assert!((light.wall_plug.as_w() / laser - 1.0).abs() < 1e-6, "{}", product.id);
        // Mean power behind the last stage and received amplitude differ by the extinction alone: between 0 and 3 dB.
        let end = light.stages.last().unwrap().after;
        let gain = (light.amplitude_received - end).as_db();
        assert!((-3.1..3.02).contains(&gain), "{}: {gain} dB", product.id);
        assert!((light.laser - end - light.loss()).as_db().abs() < 1e-9, "{}", product.id);
        let source = made.technology.engine.as_ref().map(Engine::source);
        if matches!(source, Some(Source::MicroLed | Source::Vcsel)) {
            continue;
        }
        // What the research notes call stuck at 15 to 17 dB, splitters among lanes apart (K26).
        let loss = light.loss() - light.stages[0].loss;
        assert!((9.0..19.0).contains(&loss.as_db()), "{}: {loss}", product.id);
    }
}

#[test]
fn what_is_built_so_shines_so() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    for (product, made) in made(&facts) {
        let Some(light) = made.port.light.as_deref() else { continue };
        if let Some(launch) = product.engine.launch {
            let above = (light.amplitude_launched - launch).as_db();
            let at_most = light.reserve().as_db().abs() < 1e-9;
            assert!(above > -1e-9 || at_most, "{}: {above} dB", product.id);
        }
        if product.engine.rated_light == Some(true) && product.engine.launch.is_none() {
            assert!(light.reserve().as_db().abs() < 1e-9, "{}", product.id);
        }
        if product.engine.digital == Some(true) {
            assert!(made.port.module_dsp, "{}", product.id);
        }
    }
}
