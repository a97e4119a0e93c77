//! `lightloom cost`.

mod text;

use crate::failure::Failure;
use crate::named;
use crate::output;
use clap::Args;
use lightloom::Library;
use lightloom::decide::cost_sheet::{SAMPLES, cost_sheet, published};
use lightloom::decide::decide;
use lightloom::evidence::Facts;
use lightloom_report::drawing::cost_stack;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct CostArguments {
    /// The scenario: a file, or the name of a shipped one.
    #[arg(default_value = "gb300-nvl72-4608")]
    scenario: String,
    #[command(flatten)]
    stated: named::Stated,
    /// The strategy whose bill and years are shown.
    #[arg(long, value_name = "ID", default_value = "recommended")]
    strategy: String,
    /// Points of the facts of money at which every strategy is counted.
    #[arg(long, value_name = "COUNT", default_value_t = SAMPLES)]
    samples: u32,
    /// Show published budgets, savings and costs beside what their own parts come to; no scenario is counted.
    #[arg(long, conflicts_with_all = ["strategy", "samples", "svg"])]
    published: bool,
    /// Draw cost over the years by strategy.
    #[arg(long, value_name = "FILE.svg")]
    svg: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.cost/1`, or `lightloom.cost-published/1`) instead of text.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &CostArguments) -> Result<(), Failure> {
    let library = Library::shipped()?;
    if arguments.published {
        let facts = Facts::nominal(&library.catalog);
        let rows = published(&facts).map_err(|e| Failure::Run(Box::new(e)))?;
        return output::answer(&rows, arguments.json, None, text::published);
    }
    if !(16..=16_384).contains(&arguments.samples) {
        return Err(Failure::Usage {
            message: format!("{} samples", arguments.samples),
            hint: "--samples is 16 to 16384; 5 and 95 % of fewer mean nothing".to_owned(),
        });
    }
    named::strategy("--strategy", &arguments.strategy)?;
    let named = named::find_with(&arguments.scenario, &arguments.stated)?;
    let case = named.case(&library);
    let facts = named.facts(&library)?;
    let decided = decide(&case, &facts).map_err(|e| named.failure(e))?;
    let sheet =
        cost_sheet(&case, &facts, &decided, arguments.samples).map_err(|e| named.failure(e))?;
    let figure = arguments.svg.as_deref().map(|file| (file, cost_stack(&sheet)));
    output::answer(&sheet, arguments.json, figure, |sheet| text::sheet(sheet, &arguments.strategy))
}
