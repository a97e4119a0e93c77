//! The files of this folder, embedded.

/// A file's name and text.
type File = (&'static str, &'static str);

macro_rules! files {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../", $folder, $name)))),+]
    };
}

/// The cases, in the order of their ids.
pub(crate) const CASES: &[File] = files!("cases/":
    "korthikanti.toml",
    "vtrain-multi.toml",
    "vtrain-single.toml",
    "mcore-h100.toml",
    "mlperf-405b.toml",
    "blackwell-405b.toml",
    "bridge.toml",
    "nemotron.toml",
    "deepseek-training.toml",
    "domain-size.toml",
    "nccl-large.toml",
    "nccl-node.toml",
    "nccl-nodes.toml",
    "nccl-sweep.toml",
    "nccl-racks.toml",
    "experts-crossing.toml",
    "gb200-experts.toml",
    "deepep-low-latency.toml",
    "deepep-normal.toml",
    "llama-70b-decode.toml",
    "wide-decoding.toml",
    "wide-prompts.toml",
    "energy.toml",
    "goodput.toml",
    "fleets.toml",
    "link-failures.toml",
    "published-figures.toml",
    "fsdp.toml",
    "narayanan.toml",
    "model-counts.toml",
);

/// Measured tables as they were published.
pub(crate) const MEASURED: &[File] = files!("measured/":
    "gb200_nvl72_moe_alltoall.csv",
    "h100_deepep_low_latency.csv",
    "h100_deepep_normal.csv",
    "llama31_70b_serving.csv",
    "nccl_single_domain.csv",
    "vtrain_a100_multi_node.csv",
    "vtrain_a100_single_node.csv",
);
