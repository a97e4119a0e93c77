//! Exchange of tokens between experts (mixture of experts): dispatch and combine.

use super::{Group, Pipelining};
use lightloom_units::Time;
use serde::Serialize;

/// What is exchanged between experts, for one rank.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Exchange {
    /// Tokens of one rank.
    pub tokens: f64,
    /// Bytes of one token's vector, scales included.
    pub bytes_per_token: f64,
    /// Experts that a token visits, k.
    pub copies: u64,
    /// Experts in all, E.
    pub experts: u64,
    /// Most domains that a token's experts lie in, where routing is limited so (DeepSeek-V3: 4 of 8 nodes).
    pub node_limit: Option<u64>,
    /// How tokens choose.
    pub routing: Routing,
}

/// How tokens choose their experts. Both are balanced: every expert gets as many tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Routing {
    /// Each token takes k of E experts with equal chance, as trained routers do about.
    Uniform,
    /// Each token's experts lie on different ranks as far as there are any, as benchmarks of kernels often choose.
    Spread,
}

/// Time of one exchange and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ExchangeCost {
    /// All of it.
    pub time: Time,
    /// What the smallest exchange takes.
    pub latency: Time,
    /// Copies of a token that leave its rank over each tier of the network, innermost first.
    pub copies: [f64; super::MAX_TIERS],
    /// Time of these copies at the rate that the kernel reaches.
    pub wire: [Time; super::MAX_TIERS],
    /// Whether tokens cross once and are copied there, instead of once for each expert.
    pub staged: bool,
}

impl Exchange {
    /// Mean number of distinct places, out of so many, that a token's experts lie in. `domains` are those to
    /// which the limit applies.
    fn places(&self, places: f64, domains: f64) -> f64 {
        let k = self.copies as f64;
        if self.routing == Routing::Spread {
            return k.min(places);
        }
        let reachable = self.node_limit.map_or(domains, |limit| (limit as f64).min(domains));
        // Within the reachable domains: fewer experts, fewer places.
        let (experts, places) =
            (self.experts as f64 * reachable / domains, places * reachable / domains);
        let outside = experts - experts / places.max(1.0);
        // C(outside, k) / C(experts, k), factor by factor.
        let mut missed = 1.0;
        for j in 0..self.copies.min(64) {
            missed *= (outside - j as f64).max(0.0) / (experts - j as f64).max(1.0);
        }
        (places * (1.0 - missed)).min(k)
    }
}

impl Group<'_> {
    /// Time of one exchange of tokens between experts: every rank sends its tokens to the ranks that hold
    /// their experts (dispatch), or the results come back (combine).
    ///
    /// # Model
    /// The quicker of two kernels. *Direct* (low latency): each of k copies goes straight to its rank; on a tier,
    /// the share of ranks reached over it; all tiers at once. *Staged* (normal): a token crosses to each distant
    /// domain once and is copied there to each rank once. Distinct places hit, of n, by k of E experts:
    /// `n (1 - C(E - E/n, k) / C(E, k))`; with routing limited to M domains, within those. Time is the kernel's
    /// start plus `max + p (sum - max)` over tiers.
    ///
    /// # Validity
    /// Balanced experts; multiply by max/mean otherwise. DeepEP on H800 and H100 over one to 32 nodes and GB200
    /// within one domain of 8 or 16: within 20 %. On two and four ranks of GB200 the library's kernel is up to
    /// twice as slow as its bytes.
    ///
    /// # Source
    /// DeepEP (github.com/deepseek-ai/DeepEP), its normal and low-latency kernels; arXiv 2412.19437, section 3.2.2.
    #[must_use]
    pub fn exchange(&self, exchange: Exchange, pipelining: Pipelining) -> Time {
        self.exchange_cost(exchange, pipelining).time
    }

    /// [`Group::exchange`] with its parts.
    #[must_use]
    pub fn exchange_cost(&self, exchange: Exchange, pipelining: Pipelining) -> ExchangeCost {
        let direct = self.exchange_by(exchange, pipelining, false);
        let staged = self.exchange_by(exchange, pipelining, true);
        if staged.time < direct.time { staged } else { direct }
    }

    /// The cost by one of the two kernels.
    #[must_use]
    pub fn exchange_by(
        &self,
        exchange: Exchange,
        pipelining: Pipelining,
        staged: bool,
    ) -> ExchangeCost {
        let bytes = exchange.tokens * exchange.bytes_per_token;
        let outermost = self.levels().last().map_or(1.0, |l| self.size() / l.inner);
        let (mut slowest, mut sum, mut latency) = (0.0_f64, 0.0, 0.0_f64);
        let (mut copies, mut wire) = ([0.0; super::MAX_TIERS], [Time::ZERO; super::MAX_TIERS]);
        for level in self.levels() {
            let library = &self.library(level).experts;
            let (share, launch, sent) = if staged {
                // Instances of the tier inside that the token gets to, less its own.
                let places = exchange.places(self.size() / level.inner, outermost);
                let sent = places * (level.joined - 1.0) / level.joined;
                (library.staged, library.staged_launch, sent)
            } else {
                let sent =
                    exchange.copies as f64 * level.inner * (level.joined - 1.0) / self.size();
                (library.direct, library.direct_launch, sent)
            };
            let t = bytes * sent * level.exchange / share.value();
            slowest = slowest.max(t);
            sum += t;
            latency = latency.max(launch.as_s() + level.latency);
            if let (Some(c), Some(w)) = (copies.get_mut(level.tier), wire.get_mut(level.tier)) {
                *c = sent;
                *w = Time::s(t);
            }
        }
        // Direct copies of all tiers are sent side by side; staged ones are forwarded.
        let serial = if staged { pipelining.0.value() } else { 0.0 };
        let time = Time::s(latency + slowest + serial * (sum - slowest));
        ExchangeCost { time, latency: Time::s(latency), copies, wire, staged }
    }
}
