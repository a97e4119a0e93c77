//! The Touchstone reader on arbitrary bytes: it answers or refuses, what it answers can be written and read again, and
//! can be judged without a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lightloom_link::network::{FileVersion, Format, Layout, Network, PortOrder, Unit};

fuzz_target!(|input: (Option<u8>, &[u8])| {
    let (hint, bytes) = input;
    let Ok(read) = Network::from_touchstone(bytes, hint.map(usize::from)) else { return };
    for unit in [Unit::Hz, Unit::GHz] {
        let layout = Layout { version: FileVersion::Two, format: Format::RealImaginary, unit };
        // Parameters whose squares overflow are refused.
        let Ok(text) = read.network.to_touchstone(layout) else { continue };
        let again = Network::from_touchstone(text.as_bytes(), None).expect("our own file");
        assert_eq!(again.network, read.network);
    }
    let network = &read.network;
    if let Ok((repaired, _)) = network.made_passive() {
        assert!(repaired.passivity().is_ok_and(|passivity| passivity.worst <= 1.0));
    }
    let _ = network.reciprocity();
    let _ = network.resampled(&[0.0, 1.0, 1e9, 5e12]);
    if network.ports < 3 && network.frequency_hz.len() < 64 {
        let _ = network.causality();
    }
    let _ = PortOrder::detect(network);
    let _ = read.mixed_mode().map(|modes| modes.conversion());
    let _ = network.mixed_mode(PortOrder::Through14_23).map(|modes| modes.conversion());
});
