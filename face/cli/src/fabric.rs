//! `lightloom fabric`: the fabric of a cluster, fabrics side by side, and topologies by their parameters.

mod compare;
mod crossover;
mod export;
mod export_fabric;
mod parameters;
mod picture;
mod sheet;
mod studies;
mod topology;

use crate::failure::Failure;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct FabricArguments {
    #[command(subcommand)]
    command: Option<FabricCommand>,
    #[command(flatten)]
    sheet: SheetArguments,
}

#[derive(Debug, Args)]
struct SheetArguments {
    /// A scenario: a file, or the name of a shipped one.
    #[arg(required = true)]
    scenario: Option<String>,
    /// A technology for a link class, in the place of the recommended one: `"scale-out leaf-spine=cpo-switch"`.
    #[arg(long, value_name = "CLASS=TECHNOLOGY")]
    technology: Vec<String>,
    /// Draw what draws the network's power.
    #[arg(long, value_name = "FILE.svg")]
    svg: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.fabric/1`) instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct CompareArguments {
    /// Scenarios: files, or names of shipped ones.
    #[arg(required_unless_present = "published", value_name = "SCENARIO")]
    scenarios: Vec<String>,
    /// Numbers of ports of a scale-out switch of the same making to compare too: `64,128,144,512`.
    #[arg(long, value_delimiter = ',', value_name = "PORTS")]
    radix: Vec<u64>,
    /// Set what studies published of such clusters beside what is computed: of the named systems, or of all that were studied.
    #[arg(long, conflicts_with = "radix")]
    published: bool,
    /// Draw their network power.
    #[arg(long, value_name = "FILE.svg", conflicts_with = "published")]
    svg: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.fabric-compare/1`, `lightloom.fabric-studies/1` with `--published`) instead of
    /// text.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct CrossoverArguments {
    /// The scenario whose prices, failures and years count: a file, or the name of a shipped one.
    #[arg(default_value = "gb300-nvl72-4608")]
    scenario: String,
    /// Payload of a lane.
    #[arg(long, value_delimiter = ',', default_value = "100 Gb/s,200 Gb/s,400 Gb/s")]
    lane: Vec<String>,
    /// Print one JSON object (schema `lightloom.crossover/1`) instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum FabricCommand {
    /// Fabrics side by side: layers, switches, power, cost, and accelerators that a saving feeds.
    Compare(CompareArguments),
    /// The length at which copper gives way to light: by what closes, by power, by cost.
    Crossover(CrossoverArguments),
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
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct ExportArguments {
    #[command(subcommand)]
    what: Option<ExportWhat>,
    #[command(flatten)]
    fabric: ExportFabric,
}

#[derive(Debug, Args)]
struct ExportFabric {
    /// A scenario, whose link classes are written: a file, or the name of a shipped one.
    #[arg(required = true)]
    scenario: Option<String>,
    /// How they are written.
    #[arg(long, value_enum, required = true)]
    format: Option<Format>,
    /// File to write [default: standard output].
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
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
        None => sheet::run(&arguments.sheet),
        Some(FabricCommand::Compare(arguments)) => compare::run(arguments),
        Some(FabricCommand::Crossover(arguments)) => crossover::run(arguments),
        Some(FabricCommand::Topology(arguments)) => topology::run(arguments),
        Some(FabricCommand::Export(arguments)) => match &arguments.what {
            Some(ExportWhat::Topology(topology)) => export::run(topology),
            None => export_fabric::run(&arguments.fabric),
        },
    }
}
