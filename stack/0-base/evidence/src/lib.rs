//! Evidence: every number from the world is a [`Fact`] with range, kind and source.
//!
//! - [`fact`]: one fact, its [`Kind`] and the [`Shape`] of its uncertainty.
//! - [`catalog`]: all facts and sources, parsed from TOML and checked.
//! - [`facts`]: a view of the catalog in which each fact has one value (nominal, at an end of its range, or
//!   sampled), and which remembers what was read. This is what models are handed.
//! - [`sourced`]: a value that remembers which facts it rests on and how far each one moves it.
//!
//! ```
//! use lightloom_evidence::{Catalog, Facts, Kind, Sourced};
//! use lightloom_units::{BitRate, EnergyPerBit, Power};
//!
//! let catalog = Catalog::parse(&[("facts.toml", r#"
//!     [sources.isscc]
//!     title = "113G XSR transceiver 5 nm, IEEE LSSC 2025"
//!     url = "https://example.org/xsr"
//!
//!     [[fact]]
//!     id = "serdes.xsr.energy"
//!     about = "energy of an extra-short-reach SerDes, both ends, 5 nm"
//!     quantity = "energy per bit"
//!     value = "1.1 pJ/bit"
//!     range = ["1.0 pJ/bit", "1.7 pJ/bit"]
//!     kind = "measured"
//!     year = 2025
//!     source = "isscc"
//! "#)])?;
//!
//! let facts = Facts::nominal(&catalog);
//! let energy: Sourced<EnergyPerBit> = Sourced::fact(&facts, "serdes.xsr.energy")?;
//! let power: Sourced<Power> = energy.map(|e| e * BitRate::tbps(51.2));
//! assert_eq!(power.value.to_string(), "56.32 W");
//! assert_eq!(power.high().to_string(), "87.04 W");
//! assert_eq!(power.weakest(&catalog), Some(Kind::Measured));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod catalog;
pub mod fact;
pub mod facts;
pub mod sourced;

pub use catalog::{Catalog, CatalogError, Problem, Source};
pub use fact::{Fact, Kind, Rival, Shape};
pub use facts::{FactError, Facts};
pub use sourced::{Sourced, Swing};
