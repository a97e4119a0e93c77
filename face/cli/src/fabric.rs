//! `lightloom fabric`: topologies by their parameters.

mod export;
mod parameters;
mod picture;
mod topology;

use crate::failure::Failure;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct FabricArguments {
    #[command(subcommand)]
    command: FabricCommand,
}

#[derive(Debug, Subcommand)]
enum FabricCommand {
    /// Count and measure a topology by its parameters; without a name, list all.
    Topology(TopologyArguments),
    /// Write a graph for other programs.
    Export(ExportArguments),
}

#[derive(Debug, Args)]
struct TopologyArguments {
    /// A topology; left out, all are listed with their parameters.
    name: Option<String>,
    /// Its parameters: `p=4`, `dims=4x4x8`, `wrap=true,false`.
    #[arg(value_name = "KEY=VALUE")]
    parameters: Vec<String>,
    /// Draw it too.
    #[arg(long, value_name = "FILE.svg", requires = "name")]
    svg: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.topology/1`) instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct ExportArguments {
    #[command(subcommand)]
    what: ExportWhat,
}

#[derive(Debug, Subcommand)]
enum ExportWhat {
    /// The graph of a topology.
    Topology(ExportTopology),
}

#[derive(Debug, Args)]
struct ExportTopology {
    /// A topology, as `lightloom fabric topology` lists them.
    name: String,
    /// Its parameters: `p=4`, `dims=4x4x8`.
    #[arg(value_name = "KEY=VALUE")]
    parameters: Vec<String>,
    /// How the graph is written.
    #[arg(long, value_enum)]
    format: Format,
    /// File to write [default: standard output].
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Graphviz.
    Dot,
    /// GraphML, with names, classes and links as keys.
    Graphml,
    /// One edge a line: from, to, class, links.
    Csv,
    /// One JSON object (schema `lightloom.graph/1`).
    Json,
}

pub(crate) fn run(arguments: &FabricArguments) -> Result<(), Failure> {
    match &arguments.command {
        FabricCommand::Topology(arguments) => topology::run(arguments),
        FabricCommand::Export(ExportArguments { what: ExportWhat::Topology(arguments) }) => {
            export::run(arguments)
        }
    }
}
