//! What a job runs on: a scenario with its links decided, or an accelerator and networks as flags say.

use crate::failure::Failure;
use crate::meaning::quantity;
use crate::named::{self, Named};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lightloom::decide::{decide_links, mix::mix};
use lightloom::evidence::{Catalog, Facts};
use lightloom::scenario::problem::suggestion;
use lightloom::scenario::setting::outline_of;
use lightloom::scenario::{LibraryError, Overrides, Setting, SettingError};
use lightloom::units::{BitRate, Time};
use lightloom::{Library, Scenario};
use std::path::PathBuf;
use std::time::Duration;

/// What stands for an accelerator that no shipped cluster has.
const REFERENCE: &str = "dgx-h100-superpod-1024";

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What it runs on")]
pub(crate) struct SettingArguments {
    /// A scenario: a file, or the name of a shipped one. Left out, --accelerator says what the job runs on.
    #[arg(help_heading = "Arguments")]
    pub(crate) scenario: Option<String>,
    /// A technology for a link class, in the place of the recommended one: `"scale-out leaf-spine=cpo-switch"`.
    #[arg(long, value_name = "CLASS=TECHNOLOGY", requires = "scenario")]
    pub(crate) technology: Vec<String>,
    /// The accelerator: a part of the catalog (`h100`, `gb300`). Networks are those of the first shipped cluster that has it.
    #[arg(long, value_name = "NAME")]
    pub(crate) accelerator: Option<String>,
    /// Accelerators in all.
    #[arg(long, value_name = "N")]
    pub(crate) accelerators: Option<u64>,
    /// Accelerators of one scale-up domain.
    #[arg(long, value_name = "N")]
    pub(crate) domain: Option<u64>,
    /// Scale-up bandwidth of one accelerator, one direction: `"900 GB/s"`.
    #[arg(long, value_name = "RATE")]
    pub(crate) scale_up: Option<String>,
    /// Scale-out bandwidth of one accelerator, one direction.
    #[arg(long, value_name = "RATE")]
    pub(crate) scale_out: Option<String>,
    /// Hardware latency within a domain, one way, without software: `"600 ns"`.
    #[arg(long, value_name = "TIME")]
    pub(crate) scale_up_latency: Option<String>,
    /// Hardware latency between domains, one way, without software.
    #[arg(long, value_name = "TIME")]
    pub(crate) scale_out_latency: Option<String>,
    /// Communication library within a domain: `nvlink3`, `nvlink4`, `nvlink5`, or one of --facts.
    #[arg(long, value_name = "NAME")]
    pub(crate) library: Option<String>,
    /// Facts besides the shipped ones, such as those that `lightloom collective --measured` prints.
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) facts: Vec<PathBuf>,
}

impl SettingArguments {
    /// The shipped catalog with the facts that are given.
    pub(crate) fn catalog(&self) -> Result<Library, Failure> {
        let mut library = Library::shipped()?;
        if !self.facts.is_empty() {
            let mut own = Vec::new();
            for path in &self.facts {
                let text =
                    crate::plan::read(path, "give a file of facts, as those in catalog/facts")?;
                own.push((path.display().to_string(), text));
            }
            let mut files = lightloom::catalog::FACTS.to_vec();
            files.extend(own.iter().map(|(name, text)| (name.as_str(), text.as_str())));
            library.catalog = Catalog::parse(&files).map_err(LibraryError::from)?;
        }
        Ok(library)
    }

    /// The scenario, where one is named.
    pub(crate) fn named(&self) -> Result<Option<Named>, Failure> {
        self.scenario.as_deref().map(named::find).transpose()
    }

    /// What the job runs on.
    pub(crate) fn setting(
        &self,
        library: &Library,
        facts: &Facts<'_>,
        named: Option<&Named>,
    ) -> Result<Setting, Failure> {
        let told = self.told()?;
        let Some(named) = named else {
            if told.accelerator.is_none() {
                return Err(Failure::Usage {
                    message: "it is not said what the job runs on".to_owned(),
                    hint: "name a scenario (`lightloom catalog systems` lists them), or give --accelerator"
                        .to_owned(),
                });
            }
            return outline_of(facts, &clusters(), &told).map_err(|e| failure(e, None));
        };
        let technologies = named::technologies(&self.technology)?;
        let case = named.case(library);
        let spinner = spinner("choosing technologies for the links");
        let decided = decide_links(&case, facts);
        spinner.finish_and_clear();
        let decided = decided.map_err(|e| named.failure(e))?;
        let mix = mix(&case, facts, &decided, &technologies).map_err(|e| named.mix_failure(e))?;
        let outcome = mix.outcome.as_ref();
        Setting::of(&named.scenario, &named.text, facts, &decided.structure, outcome)
            .map_err(SettingError::from)
            .and_then(|setting| {
                if told == Overrides::default() {
                    return Ok(setting);
                }
                let mut setting = setting.with(facts, &told)?;
                setting.notes.push(format!(
                    "told otherwise than the scenario: {}; power and price of links are the scenario's",
                    self.flags().join(", ")
                ));
                Ok(setting)
            })
            .map_err(|e| failure(e, Some(named)))
    }

    /// Flags that take the place of what a scenario says.
    fn flags(&self) -> Vec<&'static str> {
        let all = [
            ("--accelerator", self.accelerator.is_some()),
            ("--accelerators", self.accelerators.is_some()),
            ("--domain", self.domain.is_some()),
            ("--scale-up", self.scale_up.is_some()),
            ("--scale-out", self.scale_out.is_some()),
            ("--scale-up-latency", self.scale_up_latency.is_some()),
            ("--scale-out-latency", self.scale_out_latency.is_some()),
            ("--library", self.library.is_some()),
        ];
        all.into_iter().filter_map(|(flag, given)| given.then_some(flag)).collect()
    }

    fn told(&self) -> Result<Overrides, Failure> {
        let rate = |flag: &str, text: &Option<String>| -> Result<Option<BitRate>, Failure> {
            let rate: Option<BitRate> =
                text.as_deref().map(|text| quantity(flag, text)).transpose()?;
            match rate.filter(|r| *r <= BitRate::ZERO) {
                Some(rate) => Err(Failure::Usage {
                    message: format!("{flag}: {rate} carries nothing"),
                    hint: "give what one accelerator sends in one direction: \"900 GB/s\""
                        .to_owned(),
                }),
                None => Ok(rate),
            }
        };
        let time = |flag: &str, text: &Option<String>| -> Result<Option<Time>, Failure> {
            let time: Option<Time> =
                text.as_deref().map(|text| quantity(flag, text)).transpose()?;
            match time.filter(|t| *t < Time::ZERO) {
                Some(time) => Err(Failure::Usage {
                    message: format!("{flag}: {time} is before the message was sent"),
                    hint: "give a time such as \"600 ns\"".to_owned(),
                }),
                None => Ok(time),
            }
        };
        for (flag, count) in [("--accelerators", self.accelerators), ("--domain", self.domain)] {
            if count.is_some_and(|n| n == 0 || n > 1 << 31) {
                return Err(Failure::Usage {
                    message: format!("{flag} {} is not between 1 and 2^31", count.unwrap_or(0)),
                    hint: "give a number of accelerators, such as 72".to_owned(),
                });
            }
        }
        Ok(Overrides {
            accelerator: self.accelerator.clone(),
            accelerators: self.accelerators,
            domain: self.domain,
            scale_up: rate("--scale-up", &self.scale_up)?,
            scale_out: rate("--scale-out", &self.scale_out)?,
            scale_up_latency: time("--scale-up-latency", &self.scale_up_latency)?,
            scale_out_latency: time("--scale-out-latency", &self.scale_out_latency)?,
            library: self.library.clone(),
        })
    }
}

/// The shipped clusters, that which stands for unknown ones first among those of equal accelerators.
fn clusters() -> Vec<Scenario> {
    let shipped = lightloom::catalog::SCENARIOS.iter().chain(lightloom::catalog::SYSTEMS);
    let mut files: Vec<(&str, &str)> = shipped.copied().collect();
    files.sort_by_key(|(file, _)| file.trim_end_matches(".toml") != REFERENCE);
    // Tests keep the shipped ones free of errors.
    files.iter().filter_map(|(_, text)| lightloom::scenario::parse(text).ok()).collect()
}

fn failure(error: SettingError, named: Option<&Named>) -> Failure {
    let message = error.to_string();
    match error {
        SettingError::Run(error) => match named {
            Some(named) => named.failure(error),
            None => Failure::Run(Box::new(error)),
        },
        SettingError::Workload(error) => Failure::of_workload(&error),
        SettingError::Part { name, known, .. } => {
            Failure::Unknown { message, hint: suggestion(&name, known.iter().map(String::as_str)) }
        }
        SettingError::Unsaid { .. } => Failure::Usage {
            message,
            hint: "give --domain, --scale-up and --scale-out, and --library for its kind of links"
                .to_owned(),
        },
    }
}

/// Turns on a terminal while something takes long.
pub(crate) fn spinner(message: &'static str) -> ProgressBar {
    let progress = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        progress.set_style(style);
    }
    progress.enable_steady_tick(Duration::from_millis(80));
    progress.set_message(message);
    progress
}
