//! What may be typed.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Where copper ends, where light begins, and what either gains.
///
/// Lightloom computes the interconnect of an AI datacenter, from the photon to the token and from the lane to the
/// balance sheet.
#[derive(Debug, Parser)]
#[command(name = "lightloom", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "\
First steps:
  lightloom questions              what may be asked, with the command that answers it
  lightloom scenario new my.toml   a commented scenario to edit
  lightloom plan my.toml           the decision, and a page to forward (my.html)

Exit codes: 0 done, 1 a file cannot be written or a model left its range, 2 wrong input.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the nine questions, and the commands that answer each.
    Questions(crate::questions::QuestionsArguments),
    /// Decide the interconnect of a scenario: technologies by tier, cluster totals, a report.
    Plan(PlanArguments),
    /// List parts, facts and technologies with value, range, kind and source.
    Catalog(CatalogArguments),
    /// Create, check or describe scenario files.
    Scenario(ScenarioArguments),
    /// Show how far passive copper reaches, by lane rate, modulation, gauge and cable.
    Reach(ReachArguments),
    /// Evaluate one lane from a file: any chain of copper, measured pieces and light.
    Link(LinkArguments),
    /// Look into a technology or a product: makeup, link, light, heat, space, cost, repair.
    Package(Box<PackageArguments>),
    /// Count, measure, draw and export topologies.
    Fabric(crate::fabric::FabricArguments),
    /// Time a training step: the best parallelisations, where the step goes, why others lose.
    Train(Box<crate::train::TrainArguments>),
    /// Serve a model: latency-bound and throughput-bound side by side, and the frontier between.
    Infer(Box<crate::infer::InferArguments>),
    /// Time a collective by every algorithm; beside measured sweeps, and fitted to them.
    Collective(Box<crate::collective::CollectiveArguments>),
    /// Show what the size of the scale-up domain gives a model, by copper, mixed and light.
    WorldSize(crate::world_size::WorldSizeArguments),
    /// Simulate years of a cluster: what fails, what it stops, what is kept, what a job gets done.
    Operate(Box<crate::operate::OperateArguments>),
    /// Count what every strategy costs, with ranges: bill, capital, years, tokens, carbon, owned against rented.
    Cost(crate::cost::CostArguments),
    /// Seek the value of any input at which a decision flips, and map who wins over two.
    #[command(name = "breakeven")]
    BreakEven(crate::breakeven::BreakEvenArguments),
    /// Show when technologies can be bought, on what evidence, what waiting or being early costs, and whom each suits.
    Readiness(crate::readiness::ReadinessArguments),
    /// Compute a scenario over any keys and facts: grids, draws, constraints, fronts, crossovers; resumable, sharded.
    Study(Box<crate::study::StudyArguments>),
    /// Compute the channel operating margin of Touchstone files.
    Com(ComArguments),
    /// Show what each forward error correction leaves of a bit error ratio, with margin and latency.
    Fec(FecArguments),
    /// Weigh the claims that the field makes by computed numbers, each with its boundary.
    Claims(ClaimsArguments),
    /// Compute what was measured of workloads and collectives: error, limit, accepted or not, worst first.
    Validate(crate::validate::ValidateArguments),
    /// Print shell completions or the man page.
    Completions(CompletionsArguments),
}

#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// The scenario: a file (TOML), or the name of a shipped one.
    pub(crate) scenario: String,
    #[command(flatten)]
    pub(crate) stated: crate::named::Stated,
    /// Print one JSON object (schema `lightloom.plan/1`) instead of text; writes a report only with --report.
    #[arg(long)]
    pub(crate) json: bool,
    /// Where to write the HTML report [default: the scenario's name with .html, in this folder].
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,
    /// Write no report.
    #[arg(long, conflicts_with = "report")]
    pub(crate) no_report: bool,
    /// Add technologies from a folder of TOML files; an id given again replaces the shipped one.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) technologies: Option<PathBuf>,
    /// Samples of all uncertain facts at once, from which the plan says how sure it is: 64 and more.
    #[arg(long, value_name = "N", default_value_t = lightloom::explore::confidence::SAMPLES, value_parser = clap::value_parser!(u32).range(64..=1_048_576))]
    pub(crate) samples: u32,
    /// Whom to believe, instead of the catalog's value and range for each claim.
    #[arg(long, value_enum, value_name = "WHOM")]
    pub(crate) believe: Option<BeliefArgument>,
    /// Show every technology on every link, not the usable ones and the nearest misses; and every conflict of sources.
    #[arg(long, short)]
    pub(crate) all: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum BeliefArgument {
    /// Vendors at their word: claims stand without a range, and take the place of other sources' figures.
    Claims,
    /// Only what was measured or specified: a claim gives way to such a figure of another source, or stands at the end of its
    /// range that speaks against new technologies. The project's own assumptions and models stay.
    Measured,
}

impl From<BeliefArgument> for lightloom::explore::Belief {
    fn from(argument: BeliefArgument) -> Self {
        match argument {
            BeliefArgument::Claims => Self::Claims,
            BeliefArgument::Measured => Self::Measured,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct CatalogArguments {
    /// A fact, a part or the head of either (`serdes`, `accelerator.gb300`), `technologies`, `models`, `systems`, `sources`.
    pub(crate) id: Option<String>,
    /// Check the catalog: fails on a fact without source, unit or kind.
    #[arg(long)]
    pub(crate) check: bool,
    /// Check or list these fact files too.
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) file: Vec<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ScenarioArguments {
    #[command(subcommand)]
    pub(crate) command: ScenarioCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ScenarioCommand {
    /// Create a scenario with a comment on every key.
    New {
        /// File to create; it must not exist. Left out, the scenario is printed.
        file: Option<PathBuf>,
        /// Shipped scenario or system to start from (`lightloom catalog systems`).
        #[arg(long, default_value = "gb300-nvl72-4608")]
        from: String,
    },
    /// Check a scenario without planning it.
    Check {
        /// The scenario: a file, or the name of a shipped one.
        file: String,
    },
    /// Print the JSON Schema of scenario files, or of the plan.
    Schema {
        /// The plan's schema instead.
        #[arg(long)]
        plan: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ReachArguments {
    /// Payload of a lane; may be given again.
    #[arg(long, value_name = "RATE", default_values = ["50 Gb/s", "100 Gb/s", "200 Gb/s", "400 Gb/s"])]
    pub(crate) lane: Vec<String>,
    /// Levels of the modulation: the one that reaches farthest is shown; may be given again.
    #[arg(long, value_name = "LEVELS", default_values_t = [4, 6, 8])]
    pub(crate) pam: Vec<u32>,
    /// Wire gauge; may be given again [default: those that each cable is built with].
    #[arg(long)]
    pub(crate) awg: Vec<u8>,
    /// One cable only: dac, copper-backplane or co-packaged-copper.
    #[arg(long, value_name = "ID")]
    pub(crate) technology: Option<String>,
    /// Least COM, dB.
    #[arg(long, value_name = "DB", default_value_t = 3.0, allow_hyphen_values = true)]
    pub(crate) margin: f64,
    /// Tier T2: the fast grid of `com` instead of the coarse one.
    #[arg(long)]
    pub(crate) fine: bool,
    /// Write the reach as a figure too.
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) svg: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.reach/1`) instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LinkArguments {
    /// Lane file (TOML).
    #[arg(value_name = "LANE.toml")]
    pub(crate) lane: Option<PathBuf>,
    /// How deep it is looked into.
    #[arg(long, value_enum, default_value = "t2")]
    pub(crate) tier: TierArgument,
    /// The table whose reference receiver the receivers are made as, of method 178a [default: 802.3dj-kr].
    #[arg(long, value_name = "NAME|FILE.toml")]
    pub(crate) standard: Option<String>,
    /// Write figures of every section into a folder.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) svg: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.link/1`) instead of text.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print a lane file to start from: passive-cable, active-cable, linear-pluggable, retimed-pluggable, co-packaged,
    /// multimode, wdm-ring, microled.
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "passive-cable")]
    pub(crate) example: Option<String>,
    /// Print the JSON Schema of lane files.
    #[arg(long)]
    pub(crate) schema: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum TierArgument {
    /// Bound: loss and folded noise of unbounded equalisers.
    T0,
    /// Pulse response and finite equalisers.
    T1,
    /// Channel operating margin.
    T2,
    /// The same on the standard's own grid.
    T3,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct PackageArguments {
    #[command(subcommand)]
    pub(crate) command: Option<PackageCommand>,
    #[command(flatten)]
    pub(crate) one: PackageOne,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PackageCommand {
    /// Set technologies beside each other: where light begins, path, loss, energy, latency, repair.
    Compare(PackageCompare),
    /// Show how densely each packs, what binds the largest package, and how fibres meet chips.
    Density(PackageMany),
    /// Show how modules and engines are made: yield and cost by step, joints, spares.
    Yield(PackageYield),
    /// Show what a joint of fibre and chip loses by offset, tilt and gap.
    Joint(crate::joint::PackageJoint),
}

#[derive(Debug, Args)]
pub(crate) struct PackageOne {
    /// A technology or a product by its id; left out, they are listed.
    #[arg(value_name = "TECH")]
    pub(crate) technology: Option<String>,
    #[command(flatten)]
    pub(crate) port: PortArguments,
    /// Write its figures into a folder.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) svg: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.package/1`) instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PackageCompare {
    /// Technologies or products by their ids [default: all technologies].
    #[arg(value_name = "TECH")]
    pub(crate) technologies: Vec<String>,
    #[command(flatten)]
    pub(crate) port: PortArguments,
    /// Write the figure of energy and loss against the electrical path.
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) svg: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.package-compare/1`) instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PackageYield {
    #[command(flatten)]
    pub(crate) of: PackageMany,
    /// Draw what errors of alignment make of the cost of a unit.
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) svg: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PackageMany {
    /// Technologies or products by their ids [default: all technologies].
    #[arg(value_name = "TECH")]
    pub(crate) technologies: Vec<String>,
    #[command(flatten)]
    pub(crate) port: PortArguments,
    /// Print one JSON object (schema `lightloom.package-density/1` or `lightloom.package-yield/1`) instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The port that technologies are looked into at. Products are as they are built.
#[derive(Debug, Args)]
pub(crate) struct PortArguments {
    /// Payload of an electrical lane.
    #[arg(long, value_name = "RATE", default_value = "200 Gb/s")]
    pub(crate) lane: String,
    /// Lanes of a port.
    #[arg(long, value_name = "COUNT", default_value_t = 4)]
    pub(crate) lanes: u32,
    /// Levels of the modulation: 2, 4, 6 or 8.
    #[arg(long, value_name = "LEVELS", default_value_t = 4)]
    pub(crate) pam: u32,
    /// The code.
    #[arg(long, value_enum, default_value = "kp4")]
    pub(crate) code: Code,
    /// Length of the cable or fibre [default: 30 m of fibre, 1 m of copper].
    #[arg(long, value_name = "LENGTH")]
    pub(crate) length: Option<String>,
    /// Process of host chips: 7nm, 5nm, 3nm, 2nm.
    #[arg(long, value_name = "NODE", default_value = "3nm")]
    pub(crate) host_node: String,
    /// Process of modules and engines.
    #[arg(long, value_name = "NODE", default_value = "3nm")]
    pub(crate) module_node: String,
    /// Payload of the box whose ports a repair may take, one direction.
    #[arg(long = "box", value_name = "RATE", default_value = "102.4 Tb/s")]
    pub(crate) of_box: String,
    /// Add technologies and products from a folder of TOML files; an id given again replaces the shipped one.
    #[arg(long = "technologies", value_name = "FOLDER")]
    pub(crate) technologies_folder: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ComArguments {
    /// The victim's channel between the packages: four ports, or two that are differential already.
    #[arg(value_name = "THRU.s4p")]
    pub(crate) through: PathBuf,
    /// A far-end aggressor's channel; may be given again.
    #[arg(long, value_name = "FILE")]
    pub(crate) fext: Vec<PathBuf>,
    /// A near-end aggressor's channel; may be given again.
    #[arg(long, value_name = "FILE")]
    pub(crate) next: Vec<PathBuf>,
    /// A shipped table, or a file in the same form: 802.3ck-kr, 802.3ck-cr, 802.3ck-c2m, 802.3dj-kr, 802.3dj-cr,
    /// 802.3dj-c2c, 802.3dj-c2m [default: a backplane of the fastest lanes that the file's top frequency serves].
    #[arg(long, value_name = "NAME|FILE.toml")]
    pub(crate) spec: Option<String>,
    /// A package case of the table, by name or by number from one; may be given again [default: all].
    #[arg(long, value_name = "CASE")]
    pub(crate) package: Vec<String>,
    /// Grid of frequencies and samples.
    #[arg(long, value_enum, default_value = "fast")]
    pub(crate) grid: GridArgument,
    /// Try every setting of the equalisers, not only those on the way uphill.
    #[arg(long)]
    pub(crate) exhaustive: bool,
    /// Which ports are the ends of a line [default: as the through file's transmission shows].
    #[arg(long, value_enum, value_name = "ORDER")]
    pub(crate) ports: Option<PortsArgument>,
    /// Write figures of the deciding package case into a folder: insertion-loss.svg, pulse.svg, noise.svg, eye.svg.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) svg: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.com/1`) instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum GridArgument {
    /// 50 MHz a bin, 16 samples a unit interval (32 for Annex 93A).
    Fast,
    /// 10 MHz a bin, 32 samples a unit interval, as the standard has it.
    Official,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PortsArgument {
    /// Port 1 to 2 and 3 to 4.
    #[value(name = "12-34")]
    Through12_34,
    /// Port 1 to 3 and 2 to 4.
    #[value(name = "13-24")]
    Through13_24,
    /// Port 1 to 4 and 2 to 3.
    #[value(name = "14-23")]
    Through14_23,
}

#[derive(Debug, Args)]
pub(crate) struct FecArguments {
    /// Bit error ratio before the code, between 0 and 0.5; with --dfe that of first errors.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) ber: f64,
    /// One code only [default: all].
    #[arg(long)]
    pub(crate) code: Option<Code>,
    /// Codewords whose symbols alternate: 1, 2 or 4.
    #[arg(long, value_name = "CODEWORDS", default_value_t = 1)]
    pub(crate) interleave: u32,
    /// Tap of a decision-feedback equaliser, 0 to 1 times the main one: its errors come in bursts.
    #[arg(long, value_name = "TAP", allow_hyphen_values = true)]
    pub(crate) dfe: Option<f64>,
    /// Precode the line by 1/(1+D), which turns a burst into two errors.
    #[arg(long, requires = "dfe")]
    pub(crate) precoding: bool,
    /// Levels of the modulation: 2, 4, 6 or 8.
    #[arg(long, value_name = "LEVELS", default_value_t = 4)]
    pub(crate) pam: u32,
    /// Payload of all lanes that share a codeword, for the latency.
    #[arg(long, default_value = "800 Gb/s")]
    pub(crate) rate: String,
    /// Highest ratio of 64-octet frames that may be lost [default: what IEEE 802.3 asks behind RS(544,514)].
    #[arg(long, value_name = "RATIO", allow_hyphen_values = true)]
    pub(crate) frame_loss: Option<f64>,
    /// Print one JSON object (schema `lightloom.fec/1`) instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Code {
    /// No correction.
    None,
    /// RS(528,514).
    #[value(alias = "kr4")]
    Rs528,
    /// RS(272,258), low latency.
    #[value(alias = "low-latency-rs272")]
    Rs272,
    /// RS(544,514).
    Kp4,
    /// RS(544,514) with an inner Hamming(128,120), soft-decided.
    Kp4Hamming,
}

#[derive(Debug, Args)]
pub(crate) struct ClaimsArguments {
    /// Claims by their identifiers, such as C02 [default: all].
    #[arg(value_name = "ID")]
    pub(crate) claims: Vec<String>,
    /// Write them as a page too.
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.claims/1`) instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// For which shell, or `man` for the man page.
    pub(crate) target: Target,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Target {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
    Man,
}
