//! The Touchstone reader on arbitrary bytes: it answers or refuses, and what it answers can be written and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lightloom_link::network::{FileVersion, Format, Layout, Network, Unit};

fuzz_target!(|input: (Option<u8>, &[u8])| {
    let (hint, bytes) = input;
    let Ok(read) = Network::from_touchstone(bytes, hint.map(usize::from)) else { return };
    for unit in [Unit::Hz, Unit::GHz] {
        let layout = Layout { version: FileVersion::Two, format: Format::RealImaginary, unit };
        // Parameters near the largest double may overflow in a conversion; the writer must say so.
        let Ok(text) = read.network.to_touchstone(layout) else { continue };
        let again = Network::from_touchstone(text.as_bytes(), None).expect("our own file");
        assert_eq!(again.network, read.network);
    }
});
