//! Machines and networks that rows name: facts of the catalog, and what the sources say of their clusters.

use crate::fleet::Fleet;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, Time};
use lightloom_workload::collective::Pipelining;
use lightloom_workload::{Machine, Model, NetworkTier, ServingSoftware, TrainingSoftware};
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

const SYSTEMS: &str = include_str!("../systems.toml");

/// The systems cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum SystemError {
    /// The file of systems.
    #[error("validation/systems.toml: {0}")]
    File(String),
    /// A fact that they rest on.
    #[error(transparent)]
    Fact(#[from] FactError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SystemsFile {
    network: BTreeMap<String, NetworkFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NetworkFile {
    #[expect(dead_code, reason = "for readers")]
    about: String,
    tier: Vec<TierFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TierFile {
    /// Constants of the facts `collective.NAME.*`.
    library: String,
    size: u64,
    bandwidth: BitRate,
    latency: Time,
    /// Reduction in the switch other than the library's own: `none`, or the name of its facts.
    in_network: Option<String>,
}

/// Everything that rows name, built once.
#[derive(Debug)]
pub struct Systems<'f> {
    facts: &'f Facts<'f>,
    library: &'f lightloom_scenario::Library,
    machines: BTreeMap<String, Machine>,
    networks: BTreeMap<String, Vec<NetworkTier>>,
    /// How tiers of one collective overlap.
    pub pipelining: Pipelining,
    /// Those that a row asked for: they cost a second, and few rows do.
    fleets: RefCell<BTreeMap<String, Rc<Fleet>>>,
}

impl<'f> Systems<'f> {
    /// The systems of `validation/systems.toml`, and all accelerators of the facts.
    ///
    /// # Errors
    /// [`SystemError`].
    pub fn new(
        library: &'f lightloom_scenario::Library,
        facts: &'f Facts<'f>,
    ) -> Result<Self, SystemError> {
        let file: SystemsFile =
            toml::from_str(SYSTEMS).map_err(|e| SystemError::File(e.to_string()))?;
        let mut machines = BTreeMap::new();
        for name in facts.catalog().children("accelerator") {
            machines.insert(name.to_owned(), Machine::from_facts(facts, name)?);
        }
        let mut networks = BTreeMap::new();
        for (name, network) in file.network {
            let tiers: Result<_, FactError> =
                network.tier.into_iter().map(|t| tier(facts, t)).collect();
            networks.insert(name, tiers?);
        }
        let pipelining = Pipelining::from_facts(facts)?;
        let fleets = RefCell::default();
        Ok(Self { facts, library, machines, networks, pipelining, fleets })
    }

    /// A model of the catalog.
    pub(crate) fn model(&self, name: &str) -> Result<&Model, String> {
        self.library.models.get(name).ok_or_else(|| format!("no model `{name}` in the catalog"))
    }

    /// A machine.
    pub(crate) fn machine(&self, name: &str) -> Result<&Machine, String> {
        self.machines.get(name).ok_or_else(|| format!("no machine `{name}`"))
    }

    /// A network.
    pub(crate) fn network(&self, name: &str) -> Result<&[NetworkTier], String> {
        let found = self.networks.get(name).map(Vec::as_slice);
        found.ok_or_else(|| format!("no network `{name}` in validation/systems.toml"))
    }

    /// A training framework.
    pub(crate) fn training(&self, name: &str) -> Result<TrainingSoftware, String> {
        TrainingSoftware::from_facts(self.facts, name).map_err(|e| e.to_string())
    }

    /// A serving engine.
    pub(crate) fn serving(&self, name: &str) -> Result<ServingSoftware, String> {
        let found = match name {
            "trtllm" => ServingSoftware::from_facts(self.facts),
            other => ServingSoftware::of_engine(self.facts, other),
        };
        found.map_err(|e| e.to_string())
    }

    /// What fails in a shipped cluster.
    pub(crate) fn fleet(&self, name: &str) -> Result<Rc<Fleet>, String> {
        if let Some(known) = self.fleets.borrow().get(name) {
            return Ok(Rc::clone(known));
        }
        let found = Rc::new(Fleet::of(self.library, self.facts, name)?);
        self.fleets.borrow_mut().insert(name.to_owned(), Rc::clone(&found));
        Ok(found)
    }

    /// Technologies and models.
    pub(crate) const fn library(&self) -> &'f lightloom_scenario::Library {
        self.library
    }

    /// The facts.
    pub(crate) const fn facts(&self) -> &Facts<'f> {
        self.facts
    }
}

fn tier(facts: &Facts<'_>, file: TierFile) -> Result<NetworkTier, FactError> {
    let mut library = lightloom_workload::Library::from_facts(facts, &file.library)?;
    match file.in_network.as_deref() {
        None => {}
        Some("none") => library.in_network = None,
        Some(name) => library = library.with_in_network(facts, name)?,
    }
    let TierFile { library: name, size, bandwidth, latency, .. } = file;
    Ok(NetworkTier { name, size, bandwidth, latency, library, torus: None })
}
