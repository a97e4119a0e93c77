//! Floor 8, the decision: every technology on every link, what is feasible, what is best, and why.
//!
//! | file | what |
//! |---|---|
//! | [`mod@alternatives`] | the same accelerators on other fabrics |
//! | [`anatomy`] | cross-sections and the curve of the electrical path, as their figures draw them |
//! | [`candidate`] | a technology on a link class: fit, date, cost over the years |
//! | [`mixed`] | where a class of links is better split by length |
//! | [`mod@study`] | published studies of clusters beside the same clusters computed |
//! | [`strategy`] | rules that give every class its technology |
//! | [`mod@preference`], [`marks`], `preferred` | what the recommended mix is chosen by: cost or a buyer's points, within limits |
//! | [`mod@mix`] | the recommended mix, or another technology on some links |
//! | [`training_search`], [`training_sheet`] | the best cuts of a training job on many threads, and the sheet of them |
//! | [`serving_sheet`] | a served model: quickest and cheapest, the frontier between |
//! | [`collective_sheet`], [`collective_fit`] | a collective by every algorithm; constants from measured sweeps |
//! | [`mod@decide`] | the front door: candidates, strategies, totals |
//! | [`mod@copper`] | copper reach by the pulse response, for every gauge and modulation |
//! | [`mod@site`], [`mod@years`], [`mod@operations_sheet`] | a cluster in operation: its site, years of it on many threads, the sheet |
//! | [`mod@crossover`] | the length at which copper gives way to light, by three measures |
//! | [`reach`] | how far each technology goes at each lane rate |
//! | `receiver` | what the bond of an engine costs in light |
//! | `section` | the section that decides a link, as its figures draw it |
//! | [`mod@sheet`] | a technology or product in depth |
//! | [`mod@fabric_compare`] | fabrics side by side: what fewer tiers save |
//! | [`mod@fabric_sheet`] | the fabric of a cluster in depth |
//! | `floor`, `trays` | racks and trays as they are loaded, and what the links in them are made of |
//! | [`laser_module`] | an external laser module in depth |
//! | [`mod@joint_sheet`] | a joint of fibre and chip that is misaligned |
//! | `packages` | the sheets and the path figure of a plan |
//! | [`sentence`], [`mod@questions`] | the answer in words; the nine questions |
//! | [`plan`], [`mod@document`] | the answer as one document |
//! | [`mod@world_size`] | how large a scale-up domain pays, and what it may be wired with |
//! | [`mod@readiness_sheet`] | dates, vendors and evidence of technologies; waiting, being early, buyers |
//! | [`mod@anew`] | a decided case, decided anew with facts moved |
//! | [`mod@tally`] | a decided case as amounts, on which money and choices are arithmetic |
//! | [`mod@draws`] | the decision under joint draws of all facts |
//! | `ledger`, `price_draws` | what was counted once, on which any prices are put; prices as they are drawn |
//! | [`check`] | computed beside published |
//! | [`mod@claims`] | the claims that the field makes, weighed |

pub mod alternatives;
pub mod anatomy;
pub mod anew;
pub mod break_even_sheet;
pub mod candidate;
pub mod check;
pub mod claims;
pub mod collective_fit;
pub mod collective_sheet;
pub mod copper;
pub mod cost_sheet;
pub mod crossover;
pub mod decide;
pub mod document;
pub mod draws;
pub mod fabric_compare;
pub mod fabric_sheet;
mod floor;
pub mod joint_sheet;
pub mod laser_module;
mod ledger;
pub mod marks;
pub mod mix;
pub mod mixed;
pub mod operations_sheet;
mod packages;
pub mod plan;
pub mod preference;
mod preferred;
mod price_draws;
pub mod published;
pub mod questions;
pub mod reach;
pub mod readiness_sheet;
mod receiver;
mod section;
pub mod sentence;
pub mod serving_sheet;
pub mod sheet;
pub mod site;
pub mod strategy;
pub mod study;
pub mod tally;
pub mod training_search;
pub mod training_sheet;
mod trays;
pub mod world_size;
pub mod years;

pub use candidate::{Candidate, Judge};
pub use decide::{Case, Decided, Evaluated, decide, decide_links, decide_links_on, decide_on};
pub use document::document;
pub use plan::Plan;
pub use preference::Preference;
pub use strategy::Rule;
