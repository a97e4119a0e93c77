//! `lightloom collective`.

mod measured;
mod text;

use crate::failure::Failure;
use crate::meaning::quantity;
use crate::named::facts_of;
use crate::output;
use crate::setting::SettingArguments;
use clap::{Args, ValueEnum};
use lightloom::decide::collective_sheet::{
    Ranks, circuits_sheet, collective_sheet, exchange_sheet, torus_sheet,
};
use lightloom::decide::plan::CollectiveSheet;
use lightloom::evidence::Facts;
use lightloom::units::{BitRate, DataSize, Quantity as _, Time};
use lightloom::workload::WorkloadError;
use lightloom::workload::collective::{
    Circuits, Exchange, Library, MAX_TIERS, Operation, Pipelining, Routing, Torus,
};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct CollectiveArguments {
    /// The operation.
    #[arg(value_enum, value_name = "OPERATION")]
    operation: OperationArgument,
    /// Size of the whole vector, as nccl-tests counts it; of dispatch and combine, of the tokens of one rank: "1 GiB".
    #[arg(required_unless_present = "measured")]
    size: Option<String>,
    #[command(flatten)]
    on: SettingArguments,
    /// Ranks of the group [default: a scale-up domain, or those of the torus or of the measured sweep].
    #[arg(long, value_name = "RANKS", help_heading = "Ranks")]
    group: Option<u64>,
    /// Distance of neighbours in rank order: 8 for the data-parallel groups behind tensor parallelism of 8.
    #[arg(long, value_name = "RANKS", default_value_t = 1, help_heading = "Ranks")]
    stride: u64,
    #[command(flatten)]
    experts: ExpertArguments,
    #[command(flatten)]
    other: OtherNetworks,
    /// Output of nccl-tests or rccl-tests: set beside what is computed, and constants fitted to it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["torus", "circuits"], help_heading = "Measured sweeps")]
    measured: Option<PathBuf>,
    /// Write the fitted library as a file of facts, for --facts; left out, it is printed.
    #[arg(long, value_name = "FILE.toml", requires = "measured", help_heading = "Measured sweeps")]
    save: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.collective/1`) instead of text.
    #[arg(long, help_heading = "Output")]
    json: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Dispatch and combine")]
struct ExpertArguments {
    /// A model whose experts are exchanged; or give --experts and --top-k.
    #[arg(long, value_name = "NAME|config.json")]
    model: Option<String>,
    /// Experts in all.
    #[arg(long, value_name = "N")]
    experts: Option<u64>,
    /// Experts that a token visits.
    #[arg(long, value_name = "N")]
    top_k: Option<u64>,
    /// Most domains that a token's experts lie in (DeepSeek-V3: 4).
    #[arg(long, value_name = "N")]
    node_limit: Option<u64>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Networks that are no scenario")]
struct OtherNetworks {
    /// A torus: `4x4x4`, up to four dimensions.
    #[arg(long, value_name = "LENGTHS", requires = "link", conflicts_with_all = ["scenario", "circuits"])]
    torus: Option<String>,
    /// Ports of each rank into optical circuit switches.
    #[arg(long, value_name = "PORTS", requires_all = ["link", "group"], conflicts_with = "scenario")]
    circuits: Option<u64>,
    /// Rate of one link of the torus, or of one port, one direction: "100 GB/s".
    #[arg(long, value_name = "RATE")]
    link: Option<String>,
    /// Time from one rank to the next, hardware and software.
    #[arg(long, value_name = "TIME", default_value = "1 us")]
    hop: String,
    /// Time to set up new circuits, until links carry data again.
    #[arg(long, value_name = "TIME", default_value = "10 ms")]
    reconfiguration: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OperationArgument {
    AllReduce,
    AllGather,
    ReduceScatter,
    #[value(alias = "alltoall")]
    AllToAll,
    Broadcast,
    /// Every rank to the next one of its group.
    #[value(name = "p2p", aliases = ["sendrecv", "send-receive"])]
    SendReceive,
    /// Tokens to their experts.
    Dispatch,
    /// Results from the experts.
    Combine,
}

impl OperationArgument {
    /// The operation; `None` for an exchange between experts.
    const fn operation(self) -> Option<Operation> {
        Some(match self {
            Self::AllReduce => Operation::AllReduce,
            Self::AllGather => Operation::AllGather,
            Self::ReduceScatter => Operation::ReduceScatter,
            Self::AllToAll => Operation::AllToAll,
            Self::Broadcast => Operation::Broadcast,
            Self::SendReceive => Operation::SendReceive,
            Self::Dispatch | Self::Combine => return None,
        })
    }
}

pub(crate) fn run(arguments: &CollectiveArguments) -> Result<(), Failure> {
    let sheet = sheet(arguments)?;
    if let (Some(file), Some(measured)) = (&arguments.save, &sheet.measured) {
        crate::plan::write_whole(file, &measured.facts_file)?;
    }
    if arguments.json {
        return output::json(&sheet);
    }
    let mut out = text::sheet(&sheet);
    if let Some(measured) = &sheet.measured {
        match &arguments.save {
            Some(file) => out.push_str(&format!("\nFacts: {}\n", file.display())),
            None => out.push_str(&format!("\n{}", measured.facts_file)),
        }
    }
    crate::print(&out)
}

fn sheet(arguments: &CollectiveArguments) -> Result<CollectiveSheet, Failure> {
    let mut on = arguments.on.clone();
    let size = match arguments.size.as_deref() {
        // A sweep has sizes of its own: what stands after the operation may be the scenario.
        Some(text) if arguments.measured.is_some() && DataSize::parse(text).is_err() => {
            on.scenario = Some(text.to_owned());
            None
        }
        given => given.map(size).transpose()?,
    };
    let library = on.catalog()?;
    let other = &arguments.other;
    if other.torus.is_some() || other.circuits.is_some() {
        // Both need a size: only a sweep brings its own, and neither takes one.
        let facts = Facts::nominal(&library.catalog);
        return alone(arguments, &facts, size.unwrap_or(DataSize::ZERO));
    }
    let named = on.named()?;
    let facts = facts_of(named.as_ref(), &library)?;
    let exchange = match arguments.operation.operation() {
        None => Some(exchange(arguments, &library, size.unwrap_or(DataSize::ZERO))?),
        Some(_) => None,
    };
    let sweep = arguments
        .measured
        .as_deref()
        .map(|file| measured::read(file, arguments.operation))
        .transpose()?;
    let setting = on.setting(&library, &facts, named.as_ref())?;
    let measured = sweep.as_ref().map(|(sweep, _)| sweep.ranks);
    let ranks = Ranks {
        setting: &setting,
        ranks: arguments.group.or(measured).unwrap_or(setting.domain()),
        stride: arguments.stride,
        pipelining: Pipelining::from_facts(&facts).map_err(|e| Failure::Run(Box::new(e.into())))?,
    };
    let refused = |e| Failure::of_workload(&e);
    if let Some(exchange) = exchange {
        let name =
            if arguments.operation == OperationArgument::Dispatch { "dispatch" } else { "combine" };
        return exchange_sheet(&ranks, name, exchange).map_err(refused);
    }
    let operation = arguments.operation.operation().unwrap_or(Operation::AllReduce);
    let largest = sweep.as_ref().and_then(|(sweep, _)| sweep.points.last()).map(|p| p.size);
    let size = size.or(largest).unwrap_or(DataSize::ZERO);
    let sheet = collective_sheet(&ranks, operation, size).map_err(refused)?;
    let Some((sweep, file)) = sweep else { return Ok(sheet) };
    let measured =
        measured::fitted(&ranks, &library.catalog, &sweep, operation, file).map_err(refused)?;
    Ok(CollectiveSheet { measured: Some(measured), ..sheet })
}

fn size(text: &str) -> Result<DataSize, Failure> {
    let size: DataSize = quantity("SIZE", text)?;
    if size.as_bytes() >= 1.0 && size.as_bytes() <= 1e18 {
        return Ok(size);
    }
    Err(Failure::Usage {
        message: format!("SIZE `{text}` is not between 1 byte and 10^18"),
        hint: "give the whole vector: \"1 GiB\", \"64 KiB\"".to_owned(),
    })
}

/// What is exchanged between experts.
fn exchange(
    arguments: &CollectiveArguments,
    library: &lightloom::Library,
    size: DataSize,
) -> Result<Exchange, Failure> {
    let given = &arguments.experts;
    let model = given.model.as_deref().map(|name| crate::job::model(library, name)).transpose()?;
    let of_model = model.as_ref().and_then(|m| m.experts);
    if let (Some(model), None) = (&model, of_model) {
        return Err(Failure::Usage {
            message: format!("{} has no experts", model.name),
            hint:
                "take a model with experts (`lightloom catalog models`), or --experts and --top-k"
                    .to_owned(),
        });
    }
    let unsaid = || Failure::Usage {
        message: "it is not said between how many experts tokens are exchanged".to_owned(),
        hint: "give --model deepseek-v3, or --experts 256 --top-k 8".to_owned(),
    };
    let experts = given.experts.or(of_model.map(|e| e.n_routed_experts)).ok_or_else(unsaid)?;
    let copies = given.top_k.or(of_model.map(|e| e.num_experts_per_tok)).ok_or_else(unsaid)?;
    Ok(Exchange {
        // Time follows the product of both alone.
        tokens: 1.0,
        bytes_per_token: size.as_bytes(),
        copies,
        experts,
        node_limit: given.node_limit,
        routing: Routing::Uniform,
    })
}

/// A torus, or circuits: networks described by themselves.
fn alone(
    arguments: &CollectiveArguments,
    facts: &Facts<'_>,
    size: DataSize,
) -> Result<CollectiveSheet, Failure> {
    let Some(operation) = arguments.operation.operation() else {
        return Err(Failure::Usage {
            message: "tokens are not exchanged between experts on a torus or over circuits here"
                .to_owned(),
            hint: "take all-to-all, which is that exchange with every rank alike".to_owned(),
        });
    };
    let other = &arguments.other;
    let link: BitRate = quantity("--link", other.link.as_deref().unwrap_or_default())?;
    let hop: Time = quantity("--hop", &other.hop)?;
    let name = arguments.on.library.as_deref().unwrap_or("nvlink5");
    crate::job::part(facts, ["collective", "launch", "communication library"], name)?;
    let library = Library::from_facts(facts, name).map_err(|e| Failure::Run(Box::new(e.into())))?;
    let refused = |e: WorkloadError| Failure::Usage {
        message: e.to_string().trim_start_matches("network tiers: ").to_owned(),
        hint: "lengths, ranks, ports and rates are above zero".to_owned(),
    };
    if let Some(text) = &other.torus {
        let torus = Torus { lengths: lengths(text)?, link, hop, launch: library.launch };
        return torus_sheet(&torus, operation, size).map_err(refused);
    }
    let circuits = Circuits {
        ranks: arguments.group.unwrap_or(0),
        ports: other.circuits.unwrap_or(0),
        rate: link,
        hop,
        reconfiguration: quantity("--reconfiguration", &other.reconfiguration)?,
        launch: library.launch,
    };
    circuits_sheet(&circuits, operation, size).map_err(refused)
}

fn lengths(text: &str) -> Result<[u64; MAX_TIERS], Failure> {
    let wrong = || Failure::Usage {
        message: format!("--torus `{text}` is no list of one to {MAX_TIERS} lengths"),
        hint: "write 4x4x4".to_owned(),
    };
    let mut lengths = [1; MAX_TIERS];
    let given: Vec<&str> = text.split('x').collect();
    if given.len() > MAX_TIERS {
        return Err(wrong());
    }
    for (slot, length) in lengths.iter_mut().zip(given) {
        *slot = length.trim().parse().map_err(|_| wrong())?;
    }
    Ok(lengths)
}
