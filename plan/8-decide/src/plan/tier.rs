//! Network tiers of a plan: switches, links, and every technology on each.

use super::SectionRow;
use schemars::JsonSchema;
use serde::Serialize;

/// One network tier.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TierPlan {
    /// `scale-up`, `scale-out`, `front-end`.
    pub tier: String,
    /// Title: `Scale-up: 72 accelerators, 7.2 Tb/s each`.
    pub title: String,
    /// Switches by layer.
    pub switches: Vec<SwitchRow>,
    /// Link classes from the accelerator up.
    pub classes: Vec<ClassPlan>,
}

/// Switches of a layer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SwitchRow {
    /// `scale-out leaf`.
    pub name: String,
    /// How many.
    pub count: u64,
    /// Ports of one.
    pub radix: u64,
    /// Share of the ports that are used.
    pub use_of_ports: f64,
    /// Rate of a port, one direction.
    pub port_gbps: f64,
    /// Racks that they stand in.
    pub rack: String,
}

/// Links of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ClassPlan {
    /// Stable name: `scale-out leaf-spine`; a class that is split by length has `..., to 3 m` and `..., beyond 3 m`.
    pub name: String,
    /// Layers that it joins: 0 is accelerators or interfaces, switches count from 1.
    pub layers: [u64; 2],
    /// Links.
    pub links: u64,
    /// Rate of one link.
    pub rate_gbps: f64,
    /// Payload of one lane.
    pub lane_gbps: f64,
    /// Modulation.
    pub modulation: String,
    /// Routed lengths.
    pub length: LengthRow,
    /// Every technology and pair of two on these links: usable ones first, by five-year cost or the buyer's points.
    pub options: Vec<OptionRow>,
    /// Identifier of the one to take; `None` when nothing closes.
    pub recommended: Option<String>,
    /// Identifier of what would be taken next by cost or the buyer's points, were there no limits on the whole (its option says
    /// whether it would break one); `None` where no other is usable.
    pub next_best: Option<String>,
    /// Why, with numbers.
    pub why: String,
    /// The section that decides the margin of what is taken, to be drawn; behind it that of the nearest miss, which would
    /// cost less but does not close. Where nothing closes, that of the stand-in.
    pub worst_sections: Vec<SectionRow>,
}

/// What would be taken next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextBest<'c> {
    /// Its option.
    pub option: &'c OptionRow,
    /// What it costs over the years more than what is taken, USD; `None` where nothing is.
    pub costs_more_usd: Option<f64>,
}

impl ClassPlan {
    /// The option that is taken.
    #[must_use]
    pub fn taken(&self) -> Option<&OptionRow> {
        self.option(self.recommended.as_deref()?)
    }

    /// Options worth a reader's time, in their order: every technology, and the pairs that are preferred to all usable technologies
    /// or taken. Other pairs are between what their two ends show by themselves.
    pub fn shown(&self) -> impl Iterator<Item = &OptionRow> {
        let mut beaten = false;
        self.options.iter().filter(move |option| {
            beaten |= option.usable && !option.pair;
            let taken = self.recommended.as_ref() == Some(&option.technology);
            !option.pair || taken || option.usable && !beaten
        })
    }

    /// The next best option; `None` where no other is usable.
    #[must_use]
    pub fn next_best(&self) -> Option<NextBest<'_>> {
        let option = self.option(self.next_best.as_deref()?)?;
        let costs_more_usd = self.taken().map(|taken| option.cost_usd - taken.cost_usd);
        Some(NextBest { option, costs_more_usd })
    }

    fn option(&self, technology: &str) -> Option<&OptionRow> {
        self.options.iter().find(|option| option.technology == technology)
    }
}

/// Routed lengths of a link class.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LengthRow {
    /// Shortest.
    pub min_m: f64,
    /// Mean.
    pub mean_m: f64,
    /// Half are no longer.
    pub p50_m: f64,
    /// 95 % are no longer.
    pub p95_m: f64,
    /// Longest.
    pub max_m: f64,
    /// Lower edge of the histogram.
    pub bins_start_m: f64,
    /// Width of a bin.
    pub bin_m: f64,
    /// Links in each bin.
    pub bins: Vec<u64>,
}

/// A technology on a link class.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OptionRow {
    /// Identifier.
    pub technology: String,
    /// Name.
    pub name: String,
    /// Whether it is two technologies, one at each end.
    pub pair: bool,
    /// `copper`, `pluggable`, `near-package`, `co-packaged`.
    pub family: String,
    /// Technology at the end that is not a switch, where it differs.
    pub near: Option<String>,
    /// Closes at the longest length, is built for the lane rate, and is ready by the year of deployment.
    pub usable: bool,
    /// Why it is not usable, with a number; `None` when usable.
    pub rejected_because: Option<String>,
    /// Why it is not taken although it is usable, with a number; `None` for the one that is taken.
    pub passed_over: Option<String>,
    /// Whether it would be preferred but for a limit of the buyer on the whole.
    pub over_limit: bool,
    /// Points by the buyer's weights, 0 to 1; `None` where cost alone chooses.
    pub score: Option<f64>,
    /// Margin at the longest length, beyond the design margin.
    pub margin_db: f64,
    /// What limits it.
    pub limiter: String,
    /// Copper loss at Nyquist that a receiver must equalise.
    pub loss_db: f64,
    /// Longest link that closes.
    pub reach_m: f64,
    /// Share of the class's links within that reach.
    pub share_within_reach: f64,
    /// Whether a digital signal processor sits in the module: an outcome.
    pub module_dsp: bool,
    /// Gauge, for copper.
    pub awg: Option<u8>,
    /// Energy from chip to chip, both ends (boundary: lane).
    pub lane_pj_per_bit: f64,
    /// Energy of modules or engines with lasers, both ends (boundary: optics).
    pub optics_pj_per_bit: f64,
    /// Energy by component, pJ/bit.
    pub energy_split: Vec<Part>,
    /// One-way latency at the mean length, without switches.
    pub latency_ns: f64,
    /// Latency by component, ns.
    pub latency_split: Vec<Part>,
    /// Power of the module or engine at the lower and the upper end.
    pub optics_w: [f64; 2],
    /// Bandwidth through one rack unit of front panel, where a panel is involved.
    pub panel_tbps_per_ru: Option<f64>,
    /// Bandwidth over a millimetre of package edge.
    pub edge_gbps_per_mm: f64,
    /// What sets the edge density.
    pub edge_limit: String,
    /// What a repair replaces.
    pub repair_unit: String,
    /// Ports that one failed unit stops, in ports of this class.
    pub ports_per_unit: f64,
    /// Hard failures of a link.
    pub failure_fit: f64,
    /// Price of a link with cable of mean length, to the buyer.
    pub link_usd: f64,
    /// Fibres of a link.
    pub fibres: f64,
    /// Lasers of a link.
    pub lasers: f64,
    /// Cost of all links of the class over the years: price, energy, facility, repair, downtime.
    pub cost_usd: f64,
    /// That cost by part, USD.
    pub cost_split: Vec<Part>,
    /// Year from which it can be bought.
    pub ready_year: f64,
    /// Vendors.
    pub vendors: f64,
}

/// A named part of a sum.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Part {
    /// Name.
    pub name: String,
    /// Value, in the unit of the sum.
    pub value: f64,
}
