//! Shell completions and the man page, from the same definitions as the help.

use crate::args::{Arguments, CompletionsArguments, Target};
use crate::failure::Failure;
use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

pub(crate) fn run(arguments: &CompletionsArguments) -> Result<(), Failure> {
    let mut command = Arguments::command();
    let mut text = Vec::new();
    let shell = match arguments.target {
        Target::Bash => Some(Shell::Bash),
        Target::Elvish => Some(Shell::Elvish),
        Target::Fish => Some(Shell::Fish),
        Target::Powershell => Some(Shell::PowerShell),
        Target::Zsh => Some(Shell::Zsh),
        Target::Man => None,
    };
    match shell {
        Some(shell) => generate(shell, &mut command, "lightloom", &mut text),
        None => clap_mangen::Man::new(command)
            .render(&mut text)
            .map_err(|error| Failure::Output { to: "the man page".to_owned(), error })?,
    }
    crate::print(&String::from_utf8_lossy(&text))
}
