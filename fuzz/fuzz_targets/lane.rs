//! Any bytes as a lane file: read, built and bounded without a panic, and never a number that is none.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lightloom_link::{Tier, evaluate};
use lightloom_scenario::{Lane, Library};
use std::sync::{Arc, LazyLock};

static LIBRARY: LazyLock<Library> =
    LazyLock::new(|| Library::shipped().expect("the shipped catalog is sound"));

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(lane) = Lane::parse(text) else { return };
    let standard = Arc::clone(&LIBRARY.standard);
    let mut read = |_: &str| Err("no file is read here".to_owned());
    let Ok((spec, parameters)) = lane.build(text, &LIBRARY, &standard, &mut read) else { return };
    // The bound always; the pulse response of short lanes, for its time.
    let tiers = if spec.sections.len() == 1 { &[Tier::Bound, Tier::Pulse][..] } else { &[Tier::Bound] };
    for tier in tiers {
        if let Ok(outcome) = evaluate(&spec, &parameters, *tier) {
            assert!(outcome.margin.as_db().is_finite());
            assert!(outcome.energy().lane().as_pj_per_bit().is_finite());
            assert!((0.0..=0.5).contains(&outcome.pre_fec_ber));
        }
    }
});
