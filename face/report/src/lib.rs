//! The report: a [`Plan`] as one HTML file for the people who decide.
//!
//! The page loads nothing from elsewhere, needs no script to be read, prints, follows light and dark mode, and is the
//! same bytes for the same plan. No model is computed here: figures are drawn from the plan's own numbers.
//!
//! | file | what |
//! |---|---|
//! | `page` | the document, its head, navigation, the nine questions in order |
//! | `board` | what to take on each kind of link, the nine answers |
//! | `decision`, `reach`, `tiers`, `packages`, `strategies`, `models`, `operations`, `money`, `floor`, `lengths`, `rejected`, `evidence`, `checks`, `limits` | a section each |
//! | `floor_media` | in `floor`: copper and light in trays and racks |
//! | `readiness` | when technologies can be bought, and whom that suits |
//! | `worst` | in `tiers`: the section that decides a link, by its figures |
//! | `reach_chart`, `crossover`, `measures` | the drawings of `reach`, the figures of `strategies` |
//! | `bars`, `svg`, `table`, `figure`, `colour` | what sections draw with |
//! | `format` | numbers for people |
//! | [`drawing`] | figures of the link floor as SVG, for a page or as files of their own |

mod bars;
mod board;
mod checks;
mod colour;
mod crossover;
mod decision;
pub mod drawing;
mod evidence;
mod figure;
mod floor;
mod floor_media;
mod format;
mod lengths;
mod limits;
mod measures;
mod models;
mod money;
mod operations;
mod packages;
mod page;
mod reach;
mod reach_chart;
mod readiness;
mod rejected;
mod scheme;
mod strategies;
mod svg;
mod table;
mod tiers;
mod worst;

use lightloom_decide::plan::Plan;

/// The report on a plan, as a self-contained HTML document.
///
/// Names and sentences of the plan are escaped; of addresses only `http` and `https` become links. A number that is not
/// finite shows as a dash. Long lists are capped, and the page says where.
#[must_use]
pub fn html(plan: &Plan) -> String {
    page::page(plan).into_string()
}
