//! The shipped catalog, embedded as text. Data only: the floors parse it.
//!
//! | folder | what | read by |
//! |---|---|---|
//! | `sources.toml`, `facts/` | every number from the world, with source | `lightloom_evidence::Catalog` |
//! | `technologies/` | interconnect technologies as assemblies | `lightloom_package::Technology` |
//! | `products/` | named products, made of the same parts | `lightloom_package::Product` |
//! | `processes/` | how modules and engines are made | `lightloom_package::Process` |
//! | `com/` | tables of the channel operating margin, by version | `lightloom_link::com::ComSpec` |
//! | `optics/` | optical specifications of interfaces | `lightloom_link::optics::Pmd` |
//! | `models/` | language models | `lightloom_workload::Model` |
//! | `lanes/` | lanes to start from | `lightloom_scenario::Lane` |
//! | `../scenarios/` | clusters that are planned, and published systems | `lightloom_scenario::Scenario` |

/// A file's name and text.
pub type File = (&'static str, &'static str);

macro_rules! files {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../", $folder, $name)))),+]
    };
}

/// Sources and facts.
pub const FACTS: &[File] = &[
    ("sources.toml", include_str!("../sources.toml")),
    ("link.toml", include_str!("../facts/link.toml")),
    ("package.toml", include_str!("../facts/package.toml")),
    ("body.toml", include_str!("../facts/body.toml")),
    ("space.toml", include_str!("../facts/space.toml")),
    ("heat.toml", include_str!("../facts/heat.toml")),
    ("fabric.toml", include_str!("../facts/fabric.toml")),
    ("systems.toml", include_str!("../facts/systems.toml")),
    ("workload.toml", include_str!("../facts/workload.toml")),
    ("operations.toml", include_str!("../facts/operations.toml")),
    ("economics.toml", include_str!("../facts/economics.toml")),
    ("money.toml", include_str!("../facts/money.toml")),
    ("readiness.toml", include_str!("../facts/readiness.toml")),
    ("buyers.toml", include_str!("../facts/buyers.toml")),
    ("published.toml", include_str!("../facts/published.toml")),
    ("studies.toml", include_str!("../facts/studies.toml")),
    ("optics.toml", include_str!("../facts/optics.toml")),
    ("manufacture.toml", include_str!("../facts/manufacture.toml")),
];

/// Interconnect technologies.
pub const TECHNOLOGIES: &[File] = files!("technologies/":
    "acc.toml",
    "aec.toml",
    "co-packaged-copper.toml",
    "copper-backplane.toml",
    "cpo-accelerator.toml",
    "cpo-interposer.toml",
    "cpo-stacked.toml",
    "cpo-switch.toml",
    "cpo-switch-linear.toml",
    "dac.toml",
    "half-retimed-pluggable.toml",
    "linear-pluggable.toml",
    "microled.toml",
    "near-package-optics.toml",
    "on-board-optics.toml",
    "optical-interposer.toml",
    "retimed-pluggable.toml",
);

/// Named products, made of the parts of technologies, and external laser modules.
pub const PRODUCTS: &[File] = files!("products/":
    "bailly.toml",
    "cobo-800g.toml",
    "davisson.toml",
    "els-6400g.toml",
    "elsfp.toml",
    "humboldt.toml",
    "intel-oci.toml",
    "mosaic-800g.toml",
    "npo-6400g.toml",
    "nvidia-dwdm.toml",
    "oif-3200g.toml",
    "osfp-1600g-dr8.toml",
    "osfp-1600g-dr8-5nm.toml",
    "osfp-1600g-lpo.toml",
    "osfp-1600g-lro.toml",
    "osfp-800g-2xfr4.toml",
    "osfp-800g-2xsr4.toml",
    "osfp-800g-dr8.toml",
    "osfp-800g-lpo.toml",
    "passage-l20.toml",
    "passage-m1000.toml",
    "q3450.toml",
    "qsfp-dd-400g-dr4.toml",
    "sn6800.toml",
    "sn6810.toml",
    "teraphy.toml",
    "xpo-12800g.toml",
);

/// Flows of manufacture.
pub const PROCESSES: &[File] = files!("processes/":
    "interposer-engine.toml",
    "microled-engine.toml",
    "module.toml",
    "socketed-engine.toml",
    "stacked-engine.toml",
    "substrate-engine.toml",
);

/// Tables of the channel operating margin.
pub const COM: &[File] = files!("com/":
    "802.3ck-kr.toml",
    "802.3ck-cr.toml",
    "802.3ck-c2m.toml",
    "802.3dj-kr.toml",
    "802.3dj-cr.toml",
    "802.3dj-c2c.toml",
    "802.3dj-c2m.toml",
);

/// Those of backplanes: what a measured channel from package to package is judged by unless another is named.
pub const BACKPLANES: &[File] = files!("com/":
    "802.3ck-kr.toml",
    "802.3dj-kr.toml",
);

/// The table whose reference receiver the receivers of all lanes are made of: the longest reach at the newest rate.
pub const STANDARD: File = ("802.3dj-kr.toml", include_str!("../com/802.3dj-kr.toml"));

/// Optical specifications of interfaces.
pub const PMDS: &[File] = files!("optics/":
    "400gbase-dr4.toml",
    "400gbase-fr4.toml",
    "800gbase-dr8.toml",
);

/// Language models.
pub const MODELS: &[File] = files!("models/":
    "deepseek-v3.toml",
    "gpt-oss-120b.toml",
    "gpt3-175b.toml",
    "grok-1.toml",
    "kimi-k2.toml",
    "llama-3.1-405b.toml",
    "llama-3.1-70b.toml",
    "llama-3.1-8b.toml",
    "llama-4-maverick.toml",
    "mixtral-8x7b.toml",
    "nemotron4-340b.toml",
    "qwen2.5-72b.toml",
    "qwen3-235b.toml",
    "qwen3-30b.toml",
);

/// Lanes to start from.
pub const LANES: &[File] = files!("lanes/":
    "active-cable.toml",
    "co-packaged.toml",
    "linear-pluggable.toml",
    "microled.toml",
    "multimode.toml",
    "passive-cable.toml",
    "retimed-pluggable.toml",
    "wdm-ring.toml",
);

/// Scenarios.
pub const SCENARIOS: &[File] = files!("../scenarios/":
    "cloudmatrix384.toml",
    "dgx-h100-superpod-1024.toml",
    "feynman-nvl1152.toml",
    "gb300-nvl72-4608.toml",
    "million-accelerators.toml",
    "rubin-nvl576.toml",
);

macro_rules! systems {
    (plans: $($plan:literal),+; systems: $($name:literal),+ $(,)?) => {
        &[
            $(($plan, include_str!(concat!("../../scenarios/", $plan))),)+
            $(($name, include_str!(concat!("../../scenarios/systems/", $name)))),+
        ]
    };
}

/// Systems that are published or announced, as scenarios: machines without a workload, and those scenarios that are
/// such systems too. Counts beside what is published: `validation/fabric.md`.
pub const SYSTEMS: &[File] = systems!(
    plans:
    "cloudmatrix384.toml",
    "dgx-h100-superpod-1024.toml",
    "feynman-nvl1152.toml",
    "gb300-nvl72-4608.toml",
    "rubin-nvl576.toml";
    systems:
    "alibaba-hpn.toml",
    "colossus.toml",
    "dgx-b200-superpod.toml",
    "dgx-b300-superpod.toml",
    "dgx-b300-xdr-superpod.toml",
    "frontier.toml",
    "gb200-nvl36x2.toml",
    "gb200-nvl576.toml",
    "gb200-nvl72.toml",
    "helios-mi455x.toml",
    "kyber-nvl144.toml",
    "meta-24k.toml",
    "mi355x-node.toml",
    "quantum-x-cpo-2tier.toml",
    "quantum-x-cpo-3tier.toml",
    "rail-only.toml",
    "spectrum-x-cpo-2tier.toml",
    "spectrum-x-cpo-3tier.toml",
    "tpu-v4.toml",
    "tpu-v5p.toml",
    "tpu-v7.toml",
    "trainium2.toml",
    "trainium3.toml",
    "ualink-1024.toml",
    "vera-rubin-nvl72.toml",
);
