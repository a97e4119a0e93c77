//! What a job runs on, and which model: the head of every document of a job.

use lightloom_scenario::Setting;
use lightloom_workload::Model;
use schemars::JsonSchema;
use serde::Serialize;

/// What a job runs on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SettingRow {
    /// Name.
    pub name: String,
    /// The accelerator.
    pub accelerator: String,
    /// Accelerators in all.
    pub accelerators: u64,
    /// Memory of one that a job can fill.
    pub usable_memory_gb: f64,
    /// The networks, innermost first.
    pub networks: Vec<NetworkRow>,
    /// What one accelerator draws with its share of the host; `None` where the catalog does not know it.
    pub accelerator_w: Option<f64>,
    /// Its share of the network; `None` where no link is decided.
    pub network_w: Option<f64>,
    /// Facility power over IT power.
    pub pue: Option<f64>,
    /// What stands in for what was not said.
    pub notes: Vec<String>,
}

/// A network between accelerators.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NetworkRow {
    /// Name.
    pub name: String,
    /// Accelerators that one instance joins.
    pub accelerators: u64,
    /// Of one accelerator, one direction.
    pub gbytes_per_s: f64,
    /// Hardware latency one way, zero load.
    pub latency_ns: f64,
    /// Communication library: a head of `collective.*` facts; empty where it is not of the catalog.
    pub library: String,
}

impl SettingRow {
    /// Of a setting.
    #[must_use]
    pub fn of(setting: &Setting) -> Self {
        let library = |i: usize| setting.libraries.get(i).cloned().unwrap_or_default();
        Self {
            name: setting.name.clone(),
            accelerator: setting.machine.name.clone(),
            accelerators: setting.accelerators,
            usable_memory_gb: setting.machine.usable_memory().as_bytes() / 1e9,
            networks: setting
                .tiers
                .iter()
                .enumerate()
                .map(|(i, t)| NetworkRow {
                    name: t.name.clone(),
                    accelerators: t.size,
                    gbytes_per_s: t.bandwidth.as_bytes_per_s() / 1e9,
                    latency_ns: t.latency.as_ns(),
                    library: library(i),
                })
                .collect(),
            accelerator_w: setting.draw.map(|d| d.accelerator.as_w()),
            network_w: setting.draw.and_then(|d| d.network).map(|n| n.as_w()),
            pue: setting.draw.map(|d| d.pue.value()),
            notes: setting.notes.clone(),
        }
    }
}

/// A model.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ModelRow {
    /// Name.
    pub name: String,
    /// Parameters.
    pub parameters: f64,
    /// Parameters that one token meets.
    pub active_parameters: f64,
    /// Layers.
    pub layers: u64,
    /// Routed experts; none in a dense model.
    pub experts: u64,
}

impl ModelRow {
    /// Of a model.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "parameters are counted to a percent here")]
    pub fn of(model: &Model) -> Self {
        Self {
            name: model.name.clone(),
            parameters: model.parameters() as f64,
            active_parameters: model.active_parameters() as f64,
            layers: model.num_hidden_layers,
            experts: model.experts.map_or(0, |e| e.n_routed_experts),
        }
    }
}
