//! Floor 7, the scenario: a cluster in a TOML file, and the one pipeline through all floors below.
//!
//! | file | what |
//! |---|---|
//! | [`schema`] | every key of a scenario file |
//! | [`load`], [`problem`], `limits`, `keys` | from text to [`Scenario`], with every error placed |
//! | [`lane`] | every key of a lane file, and the link that it asks for |
//! | [`light`] | its optical section |
//! | [`library`] | facts, technologies and models that scenarios name |
//! | [`network`] | the fabric that a scenario asks for, and what each link's port must do |
//! | [`operating`] | how a cluster is kept running: repair times, stores, checkpoints |
//! | [`stated`] | facts that a scenario states itself |
//! | [`setting`] | accelerator, networks and power as models see them, decided or in outline |
//! | [`mod@run`] | ports to power, bill, availability, money; models to step time and tokens |

mod keys;
pub mod lane;
pub mod library;
pub mod light;
mod limits;
pub mod load;
pub mod network;
pub mod operating;
pub mod problem;
pub mod run;
pub mod schema;
pub mod setting;
pub mod stated;

pub use keys::{with_keys, with_typed};
pub use lane::Lane;
pub use library::{Library, LibraryError};
pub use load::parse;
pub use network::{Structure, port_spec, signal, structure, structure_with_ports};
pub use problem::Problem;
pub use run::{Fitted, Outcome, RunError, Served, Work, run, work};
pub use schema::Scenario;
pub use setting::{Overrides, Setting, SettingError};
pub use stated::check_facts;

/// The JSON Schema of scenario files.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Scenario).to_value()
}
