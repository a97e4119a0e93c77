//! `lightloom operate`.

mod text;

use crate::failure::Failure;
use crate::{named, output};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lightloom::Library;
use lightloom::decide::decide_links;
use lightloom::decide::operations_sheet::{Length, OperateRequest, Whose, operations_sheet};
use lightloom::units::Ratio;
use lightloom_report::drawing::lost_hours;
use std::path::PathBuf;

/// Most years that may be asked for.
const MOST_YEARS: u64 = 100_000;

#[derive(Debug, Args)]
#[command(
    after_help = "Years are independent histories, added in order: the same seed gives the same bytes on any number of \
threads. Strategies see the same failures of what they share. Files are written whole at the end, so that Ctrl-C leaves nothing \
half done."
)]
pub(crate) struct OperateArguments {
    /// The scenario, whose `[operations]` says how it is kept running: a file, or the name of a shipped one.
    #[arg(default_value = "gb300-nvl72-4608")]
    scenario: String,
    #[command(flatten)]
    stated: named::Stated,
    /// The strategy whose years are simulated: baseline, lpo, npo, cpo-switch, cpo-accelerator or recommended.
    #[arg(long, value_name = "ID", default_value = "recommended")]
    strategy: String,
    /// The recommended mix with a technology on a class of links, as "scale-out leaf-spine=cpo-switch"; may be given again.
    #[arg(long, value_name = "CLASS=TECH", conflicts_with = "strategy")]
    technology: Vec<String>,
    /// A strategy whose same years are set against these, pair by pair.
    #[arg(long, value_name = "ID")]
    against: Option<String>,
    /// Years to simulate, two at least, for one has no interval [default: what a few seconds allow, 4 to 256].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=MOST_YEARS))]
    years: Option<u64>,
    /// Simulate until the 95 % interval of what is lost is within so many percent of it.
    #[arg(long, value_name = "PERCENT", conflicts_with = "years", allow_hyphen_values = true)]
    precision: Option<f64>,
    /// Seed of all histories.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Draw where accelerator-hours go, by strategy.
    #[arg(long, value_name = "FILE.svg")]
    svg: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.operate/1`) instead of text.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &OperateArguments) -> Result<(), Failure> {
    let length = match (arguments.years, arguments.precision) {
        (Some(years), _) => Length::Years(years),
        (None, Some(percent)) if (0.01..=100.0).contains(&percent) => {
            Length::Precision(Ratio::new(percent / 100.0))
        }
        (None, Some(percent)) => {
            return Err(Failure::Usage {
                message: format!("a precision of {percent} %"),
                hint: "--precision is 0.01 to 100".to_owned(),
            });
        }
        (None, None) => Length::Seconds,
    };
    let whose = if arguments.technology.is_empty() {
        Whose::Rule(named::strategy("--strategy", &arguments.strategy)?)
    } else {
        Whose::Mix(named::technologies(&arguments.technology)?)
    };
    let against = arguments.against.as_deref();
    let against = against.map(|id| named::strategy("--against", id)).transpose()?;
    let named = named::find_with(&arguments.scenario, &arguments.stated)?;
    let library = Library::shipped()?;
    let facts = named.facts(&library)?;
    let case = named.case(&library);
    let decided = decide_links(&case, &facts).map_err(|e| named.failure(e))?;
    let asked = OperateRequest { whose, against, length, seed: arguments.seed };
    let bar = bar();
    let sheet = operations_sheet(&case, &facts, &decided, &asked, |progress| {
        bar.set_length(progress.most);
        bar.set_position(progress.done);
        if progress.precision.is_finite() {
            bar.set_message(format!("within {:.1} %", progress.precision * 100.0));
        }
    });
    bar.finish_and_clear();
    let sheet = sheet.map_err(|e| named.mix_failure(e))?;
    let figure = arguments.svg.as_deref().map(|file| (file, lost_hours(&sheet.study)));
    output::answer(&sheet, arguments.json, figure, text::sheet)
}

/// On a terminal only.
fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} years, {msg}") {
        bar.set_style(style);
    }
    bar
}
