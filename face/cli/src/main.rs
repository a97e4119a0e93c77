//! `lightloom`: the command line. No model code here; every number comes from the floors.
//!
//! Exit codes: 0 done; 1 something outside the input failed (a file cannot be written, a floor refused what the
//! checks let pass); 2 the input is wrong (usage, scenario, catalog).

mod args;
mod breakeven;
mod catalog;
mod claims;
mod collective;
mod columns;
mod com;
mod compare;
mod completions;
mod confidence;
mod cost;
mod density;
mod fabric;
mod failure;
mod fec;
mod figures;
mod infer;
mod job;
mod joint;
mod laser_module;
mod link;
mod making;
mod meaning;
mod named;
mod operate;
mod output;
mod package;
mod plan;
mod questions;
mod reach;
mod readiness;
mod scenario;
mod setting;
mod study;
mod template;
mod text;
mod train;
mod validate;
mod world_size;

use args::{Arguments, Command};
use clap::Parser;
use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let result = match &arguments.command {
        Command::Questions(asked) => questions::run(asked),
        Command::Plan(plan) => plan::run(plan),
        Command::Catalog(catalog) => catalog::run(catalog),
        Command::Scenario(scenario) => scenario::run(&scenario.command),
        Command::Reach(reach) => reach::run(reach),
        Command::Link(link) => link::run(link),
        Command::Package(package) => package::run(package),
        Command::Fabric(fabric) => fabric::run(fabric),
        Command::Train(train) => train::run(train),
        Command::Infer(infer) => infer::run(infer),
        Command::Collective(collective) => collective::run(collective),
        Command::WorldSize(asked) => world_size::run(asked),
        Command::Operate(asked) => operate::run(asked),
        Command::Cost(asked) => cost::run(asked),
        Command::BreakEven(asked) => breakeven::run(asked),
        Command::Readiness(asked) => readiness::run(asked),
        Command::Study(asked) => study::run(asked),
        Command::Com(com) => com::run(com),
        Command::Fec(fec) => fec::run(fec),
        Command::Claims(claims) => claims::run(claims),
        Command::Validate(validate) => validate::run(validate),
        Command::Completions(completions) => completions::run(completions),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Help and version, or what is wrong with the words that were typed; for a word that is no command, those that are
/// about it.
fn usage(error: &clap::Error) -> ExitCode {
    use clap::error::{ContextKind, ContextValue, ErrorKind};
    use std::io::Write as _;
    let printed = error.print().and_then(|()| std::io::stdout().flush());
    if let (Err(failed), false) = (printed, error.use_stderr())
        && failed.kind() != std::io::ErrorKind::BrokenPipe
    {
        return Failure::Output { to: "standard output".to_owned(), error: failed }.report();
    }
    if let (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word))) =
        (error.kind(), error.get(ContextKind::InvalidSubcommand))
    {
        let lines = questions::about(word);
        let mut hint = String::new();
        if !lines.is_empty() {
            hint.push_str(&format!("\nAbout `{word}`:\n  {}\n", lines.join("\n  ")));
        }
        hint.push_str("\n`lightloom questions` lists what may be asked, with its commands.\n");
        // Nothing is left to tell anyone when standard error is gone.
        let _ = anstream::stderr().write_all(hint.as_bytes());
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Writes to standard output. A reader that has gone away is not an error.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write as _;
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Output { to: "standard output".to_owned(), error: e })
        }
        _ => Ok(()),
    }
}
