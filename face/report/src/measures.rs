//! The figures by which strategies are compared.

use crate::format::{
    NONE, amount, availability, change, fixed, hours, joules, seconds, share, sig, usd, watts,
};
use lightloom_decide::plan::{ServingRow, Strategy};

/// A figure of a strategy.
pub(crate) struct Measure {
    pub name: &'static str,
    /// Boundary or unit, said under the name.
    pub about: &'static str,
    pub get: fn(&Strategy) -> Option<f64>,
    show: fn(f64) -> String,
    less_is_better: bool,
    /// Whether a change in percent says something.
    relative: bool,
}

impl Measure {
    /// As text; a dash where the strategy has no such figure.
    pub(crate) fn text(&self, s: &Strategy) -> String {
        (self.get)(s).map_or(NONE.to_owned(), self.show)
    }

    /// Change against the baseline in percent, where both show differently.
    pub(crate) fn against(&self, baseline: &Strategy, s: &Strategy) -> Option<String> {
        let (from, to) = ((self.get)(baseline)?, (self.get)(s)?);
        let told_apart = (self.show)(from) != (self.show)(to);
        (self.relative && from != 0.0 && told_apart).then(|| change((to - from) / from * 100.0))
    }

    /// The best value as text, unless all show the same.
    pub(crate) fn best(&self, all: &[Strategy]) -> Option<String> {
        let sign = if self.less_is_better { 1.0 } else { -1.0 };
        let values = || all.iter().filter_map(self.get).filter(|v| v.is_finite());
        let best = (self.show)(values().min_by(|a, b| (sign * a).total_cmp(&(sign * b)))?);
        values().any(|v| (self.show)(v) != best).then_some(best)
    }
}

const fn less(
    name: &'static str,
    about: &'static str,
    get: fn(&Strategy) -> Option<f64>,
    show: fn(f64) -> String,
) -> Measure {
    Measure { name, about, get, show, less_is_better: true, relative: true }
}

const fn more(
    name: &'static str,
    about: &'static str,
    get: fn(&Strategy) -> Option<f64>,
    show: fn(f64) -> String,
) -> Measure {
    Measure { name, about, get, show, less_is_better: false, relative: true }
}

fn pj(x: f64) -> String {
    format!("{}\u{a0}pJ/bit", sig(x, 3))
}

fn whole(x: f64) -> String {
    if x.abs() < 1e5 { fixed(x, 0) } else { amount(x) }
}

fn kilometres(x: f64) -> String {
    format!("{}\u{a0}km", sig(x, 3))
}

fn tonnes(x: f64) -> String {
    format!("{}\u{a0}t", sig(x, 3))
}

fn square_centimetres(x: f64) -> String {
    format!("{}\u{a0}cm²", sig(x, 3))
}

/// The throughput answer.
fn widest(s: &Strategy) -> Option<&ServingRow> {
    s.decoding.as_ref().and_then(|d| d.widest.as_ref())
}

/// The answer for one user.
pub(crate) fn quickest(s: &Strategy) -> Option<&ServingRow> {
    s.decoding.as_ref().map(|d| &d.quickest)
}

/// Power at five boundaries, each within the next but the first, and what the saving feeds.
pub(crate) const POWER: [Measure; 6] = [
    less("Lane", "chip to chip, mean of all links", |s| Some(s.power.lane_pj_per_bit), pj),
    less("Optics", "modules, engines, active cable ends; DC", |s| Some(s.power.optics_w), watts),
    less(
        "Switch boxes",
        "with what is in them; rack inlet",
        |s| Some(s.power.switch_boxes_w),
        watts,
    ),
    less(
        "Network",
        "switches, interfaces, optics, SerDes; rack inlet",
        |s| Some(s.power.network_w),
        watts,
    ),
    less("Cluster", "network, accelerators, hosts; rack inlet", |s| Some(s.power.cluster_w), watts),
    Measure {
        name: "Accelerators fed",
        about: "by the saving in cluster power",
        get: |s| Some(s.accelerators_fed),
        show: whole,
        less_is_better: false,
        relative: false,
    },
];

/// What the cluster does.
pub(crate) const WORK: [Measure; 8] = [
    less("Training step", "", |s| s.training.as_ref().map(|t| t.step_s), seconds),
    more(
        "Training speed",
        "tokens/s of the cluster",
        |s| s.training.as_ref().map(|t| t.tokens_per_s),
        amount,
    ),
    more("Model FLOP utilisation", "", |s| s.training.as_ref().map(|t| t.mfu), share),
    less(
        "Energy of a trained token",
        "at the meter",
        |s| s.training.as_ref().map(|t| t.joule_per_token),
        joules,
    ),
    more(
        "Decode, quickest",
        "tokens/s for one user",
        |s| quickest(s).map(|r| r.tokens_per_s_per_user),
        whole,
    ),
    more(
        "Decode, widest",
        "tokens/s for one accelerator",
        |s| widest(s).map(|r| r.tokens_per_s_per_accelerator),
        whole,
    ),
    more("", "at tokens/s for one user", |s| widest(s).map(|r| r.tokens_per_s_per_user), whole),
    less(
        "Energy of a decoded token",
        "widest, at the meter",
        |s| widest(s).map(|r| r.joule_per_token),
        joules,
    ),
];

/// What fails, and what is lost.
pub(crate) const OPERATIONS: [Measure; 6] = [
    Measure {
        name: "Availability",
        about: "share of accelerator-hours not lost",
        get: |s| Some(s.operations.availability),
        show: availability,
        less_is_better: false,
        relative: false,
    },
    less(
        "Lost to the network",
        "share of accelerator-hours",
        |s| Some(s.operations.lost_to_network),
        share,
    ),
    more(
        "Job interruption",
        "mean time between, training job",
        |s| Some(s.operations.job_mtti_h),
        hours,
    ),
    Measure {
        name: "Goodput",
        about: "productive share of that job's time",
        get: |s| Some(s.operations.goodput),
        show: share,
        less_is_better: false,
        relative: false,
    },
    less("Network failures", "a year", |s| Some(s.operations.network_failures_per_year), whole),
    less("Hands-on work", "hours a year", |s| Some(s.operations.hands_on_h_per_year), whole),
];

/// What it costs.
pub(crate) const MONEY: [Measure; 9] = [
    less("Network, bought", "links, switches, interfaces", |s| Some(s.cost.network_capex_usd), usd),
    less(
        "Network, over the years",
        "its capex, energy, facility, repairs, downtime",
        |s| Some(s.cost.network_total_usd),
        usd,
    ),
    less(
        "Everything, bought",
        "network, accelerators, hosts, facility",
        |s| Some(s.cost.capex_usd),
        usd,
    ),
    less("Energy", "over the years, at the meter", |s| Some(s.cost.energy_usd), usd),
    less("Repairs and spares", "over the years", |s| Some(s.cost.repair_usd), usd),
    less(
        "Lost accelerator-hours",
        "over the years, their value",
        |s| Some(s.cost.downtime_usd),
        usd,
    ),
    less("Everything, over the years", "", |s| Some(s.cost.total_usd), usd),
    less("Accelerator-hour", "productive", |s| Some(s.cost.usd_per_accelerator_hour), usd),
    less("Million decoded tokens", "widest", |s| s.cost.usd_per_million_tokens, usd),
];

/// What lies in the trays.
pub(crate) const CABLE: [Measure; 5] = [
    less("Cable", "", |s| Some(s.cables.length_km), kilometres),
    less("Cable mass", "", |s| Some(s.cables.mass_t), tonnes),
    less("Fibres", "", |s| Some(s.cables.fibres), whole),
    less("Lasers", "", |s| Some(s.cables.lasers), whole),
    less(
        "Cable bundle",
        "cross-section at an accelerator rack",
        |s| Some(s.cables.bundle_cm2_per_rack),
        square_centimetres,
    ),
];
