//! Files that tests read: our own small ones, and shared channels where they are there.

#![allow(dead_code, clippy::unwrap_used, clippy::print_stderr, reason = "tests use parts of it")]

use lightloom_link::network::{Network, Touchstone, ports_of_name};
use num_complex::Complex64;
use std::path::{Path, PathBuf};

/// The bytes of a file under `tests/data`.
pub(crate) fn data(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A network under `tests/data`.
pub(crate) fn network(name: &str) -> Network {
    Network::from_touchstone(&data(name), ports_of_name(name)).unwrap().network
}

/// The lines of a table under `tests/data`, split at commas, without its first line.
pub(crate) fn table(name: &str) -> Vec<Vec<String>> {
    let text = String::from_utf8(data(name)).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// The complex number in two fields.
pub(crate) fn complex(fields: &[String]) -> Complex64 {
    Complex64::new(fields[0].parse().unwrap(), fields[1].parse().unwrap())
}

/// A shared channel. `None`, with a word on why, where the folder is not there: it is no part of the repository.
pub(crate) fn shared(name: &str) -> Option<Touchstone> {
    let root = std::env::var_os("LIGHTLOOM_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = root.join("channels").join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(
            Network::from_touchstone(&bytes, ports_of_name(name))
                .unwrap_or_else(|e| panic!("{name}: {e}")),
        ),
        Err(error) => {
            eprintln!(
                "skipped: {name} is not there ({error}); set LIGHTLOOM_SHARED to the shared folder"
            );
            None
        }
    }
}
