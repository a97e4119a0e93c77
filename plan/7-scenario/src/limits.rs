//! What each number of a scenario may be: checked before any floor, each at its own key.

use crate::problem::{Problem, suggestion};
use crate::run::as_f64;
use crate::schema::{Buyer, BuyerLimits, Economics, Hall, Network, Scenario, Signal, describe};
use lightloom_economics::Buyer as Profile;
use lightloom_economics::carbon::GRIDS;
use lightloom_fabric::Oversubscription;
use lightloom_units::{
    BitRate, Length, Money, MoneyPerEnergy, MoneyPerPower, MoneyPerTime, Power, Quantity, Ratio,
    Time,
};

/// Refuses what no cluster is. Limits lie far beyond any plan, so that no model leaves its range within them.
///
/// # Errors
/// A [`Problem`] at the first key whose value lies outside.
pub(crate) fn check(scenario: &Scenario, text: &str) -> Result<(), Problem> {
    let limits = Limits { text };
    limits.count("year", u64::from(scenario.year), [2000, 2100])?;
    limits.cluster(scenario)?;
    limits.scale_up(scenario)?;
    limits.network("scale_out", &scenario.scale_out)?;
    if let Some(front_end) = &scenario.front_end {
        limits.network("front_end", front_end)?;
    }
    limits.hall(&scenario.hall)?;
    limits.work(scenario)?;
    limits.economics(scenario)?;
    limits.buyer(&scenario.buyer)?;
    limits.operations(scenario)
}

/// Most accelerators of a cluster, and of anything in it.
const MOST: u64 = 1_000_000_000;
/// Most tokens and sequences, as the workload floor counts them.
const MOST_TOKENS: u64 = 1 << 31;
const JOULES_PER_KWH: f64 = 3.6e6;

struct Limits<'t> {
    text: &'t str,
}

impl Limits<'_> {
    fn cluster(&self, scenario: &Scenario) -> Result<(), Problem> {
        let cluster = &scenario.cluster;
        self.count("cluster.accelerators", cluster.accelerators, [1, MOST])?;
        for size in &cluster.sizes {
            self.count("cluster.sizes", *size, [1, MOST])?;
        }
        self.count("cluster.accelerators_per_host", cluster.accelerators_per_host, [1, 4096])
    }

    fn scale_up(&self, scenario: &Scenario) -> Result<(), Problem> {
        let up = &scenario.scale_up;
        self.count("scale_up.domain", up.domain, [1, MOST])?;
        self.count("scale_up.links", up.links, [1, 4096])?;
        if let Some(switches) = up.switches {
            self.count("scale_up.switches", switches, [1, MOST])?;
        }
        if let Some(second) = &up.second_tier {
            self.count("scale_up.second_tier.group", second.group, [1, MOST])?;
            self.ratio("scale_up.second_tier.uplink_ratio", second.uplink_ratio)?;
        }
        let link = up.bandwidth_per_direction / as_f64(up.links);
        self.rate("scale_up.bandwidth_per_direction", up.bandwidth_per_direction)?;
        self.lane("scale_up.signal.lane", &up.signal, link, "bandwidth_per_direction over links")?;
        for rate in &up.link_rates {
            self.rate("scale_up.link_rates", *rate)?;
            self.lane(
                "scale_up.signal.lane",
                &up.signal,
                *rate,
                "that of its class in link_rates",
            )?;
        }
        match &up.second_signal {
            Some(signal) => self.quantity("scale_up.second_signal.lane", signal.lane, LANES),
            None => Ok(()),
        }
    }

    fn network(&self, name: &str, network: &Network) -> Result<(), Problem> {
        let key = |key: &str| format!("{name}.{key}");
        self.count(&key("nics_per_host"), network.nics_per_host, [1, 4096])?;
        self.count(&key("planes"), network.planes, [1, 4096])?;
        self.count(&key("rails"), network.rails, [1, 4096])?;
        if let Some(layers) = network.layers {
            self.count(&key("layers"), layers, [1, 4])?;
        }
        for ratio in network.oversubscription.given() {
            self.ratio(&key("oversubscription"), *ratio)?;
        }
        self.topology(name, network)?;
        self.rate(&key("bandwidth_per_direction"), network.bandwidth_per_direction)?;
        let link = network.bandwidth_per_direction / as_f64(network.planes);
        self.lane(&key("signal.lane"), &network.signal, link, "bandwidth_per_direction over planes")
    }

    /// What a topology has of its own is not said twice.
    fn topology(&self, name: &str, network: &Network) -> Result<(), Problem> {
        let Some(topology) = &network.topology else { return Ok(()) };
        let other = [
            ("rails", network.rails != 1),
            ("layers", network.layers.is_some()),
            ("oversubscription", network.oversubscription != Oversubscription::default()),
        ];
        let Some((key, _)) = other.into_iter().find(|(_, given)| *given) else { return Ok(()) };
        let message = format!("`{key}` is of a folded Clos, the topology is `{}`", topology.name());
        let hint = format!("leave `{key}` out, or the topology");
        Err(Problem::at(self.text, &format!("{name}.{key}"), message, Some(hint)))
    }

    fn hall(&self, hall: &Hall) -> Result<(), Problem> {
        for (path, value, most) in [
            ("hall.accelerators_per_rack", hall.accelerators_per_rack, 4096),
            ("hall.rack.chips_per_switch_tray", hall.rack.chips_per_switch_tray, 4096),
            ("hall.racks_per_row", hall.racks_per_row, 1000),
            ("hall.rows_per_hall", hall.rows_per_hall, 200_000),
            ("hall.switches_per_rack", hall.switches_per_rack, MOST),
            ("hall.scale_up_chips_per_rack", hall.scale_up_chips_per_rack, MOST),
        ] {
            self.count(path, value, [1, most])?;
        }
        let tray = [Length::mm(10.0), Length::m(3.0)];
        self.quantity("hall.rack.host_height", hall.rack.host_height, tray)?;
        self.quantity("hall.rack.switch_tray_height", hall.rack.switch_tray_height, tray)?;
        self.quantity("hall.hall_gap", hall.hall_gap, [Length::ZERO, Length::m(100e3)])?;
        for (path, length) in
            [("hall.pitch", hall.pitch), ("hall.depth", hall.depth), ("hall.aisle", hall.aisle)]
        {
            if let Some(length) = length {
                self.quantity(path, length, [Length::mm(100.0), Length::m(100.0)])?;
            }
        }
        Ok(())
    }

    fn work(&self, scenario: &Scenario) -> Result<(), Problem> {
        if let Some(training) = &scenario.training {
            self.count("training.sequence", training.sequence, [1, MOST_TOKENS])?;
            self.count("training.global_batch", training.global_batch, [1, MOST_TOKENS])?;
            if let Some(accelerators) = training.accelerators {
                let most = scenario.cluster.accelerators;
                self.count("training.accelerators", accelerators, [1, most])?;
            }
        }
        if let Some(serving) = &scenario.serving {
            self.count("serving.prompt", serving.prompt, [1, MOST_TOKENS])?;
            self.count("serving.output", serving.output, [1, MOST_TOKENS])?;
            if let Some(largest) = serving.largest_instance {
                self.count("serving.largest_instance", largest, [1, MOST])?;
            }
            let speed = serving.tokens_per_second_per_user;
            if !(0.001..=1e6).contains(&speed) {
                return Err(self.outside("serving.tokens_per_second_per_user", "0.001", "1000000"));
            }
        }
        Ok(())
    }

    fn economics(&self, scenario: &Scenario) -> Result<(), Problem> {
        let given = &scenario.economics;
        if let Some(period) = given.period {
            self.quantity("economics.period", period, [Time::years(1.0), Time::years(100.0)])?;
        }
        if let Some(price) = given.electricity {
            let most = MoneyPerEnergy::from_si(10.0 / JOULES_PER_KWH);
            self.quantity("economics.electricity", price, [MoneyPerEnergy::ZERO, most])?;
        }
        if let Some(pue) = given.pue {
            self.quantity("economics.pue", pue, [Ratio::new(1.0), Ratio::new(10.0)])?;
        }
        if let Some(price) = given.accelerator_hour {
            let most = MoneyPerTime::from_si(10_000.0 / 3600.0);
            self.quantity("economics.accelerator_hour", price, [MoneyPerTime::ZERO, most])?;
        }
        self.rates(given)?;
        if let Some(price) = given.labour {
            let most = MoneyPerTime::from_si(10_000.0 / 3600.0);
            self.quantity("economics.labour", price, [MoneyPerTime::ZERO, most])?;
        }
        if let Some(price) = given.facility {
            let most = MoneyPerPower::from_si(1000.0);
            self.quantity("economics.facility", price, [MoneyPerPower::ZERO, most])?;
        }
        if let Some(life) = given.depreciation_life {
            let ends = [Time::years(1.0), Time::years(100.0)];
            self.quantity("economics.depreciation_life", life, ends)?;
        }
        match &given.grid {
            Some(name) if !GRIDS.contains(&name.as_str()) => {
                let message = format!("the catalog has no grid called `{name}`");
                let hint = suggestion(name, GRIDS);
                Err(Problem::at(self.text, "economics.grid", message, Some(hint)))
            }
            _ => Ok(()),
        }
    }

    fn buyer(&self, buyer: &Buyer) -> Result<(), Problem> {
        if let Some(name) = buyer.profile.as_deref().filter(|name| !Profile::KNOWN.contains(name)) {
            let message = format!("the catalog has no buyer called `{name}`");
            let hint = Some(suggestion(name, Profile::KNOWN));
            return Err(Problem::at(self.text, "buyer.profile", message, hint));
        }
        if let Some(weights) = &buyer.weights {
            if buyer.profile.is_some() {
                let message = "a profile and weights of one's own: one of them chooses".to_owned();
                let hint = Some("leave out `profile` or `[buyer.weights]`".to_owned());
                return Err(Problem::at(self.text, "buyer.profile", message, hint));
            }
            for (name, weight) in weights.named() {
                if !(0.0..=1e6).contains(&weight) {
                    return Err(self.outside(&format!("buyer.weights.{name}"), "0", "1000000"));
                }
            }
            if weights.named().iter().all(|(_, weight)| *weight <= 0.0) {
                let message = "no weight is above zero: nothing is weighed".to_owned();
                let hint = Some("give one or more, such as `cost = 3` and `energy = 1`".to_owned());
                return Err(Problem::at(self.text, "buyer.weights", message, hint));
            }
        }
        let BuyerLimits { network_power, cluster_power, network_price, racks } = buyer.limits;
        let power = [Power::w(1.0), Power::w(1e12)];
        if let Some(most) = network_power {
            self.quantity("buyer.limits.network_power", most, power)?;
        }
        if let Some(most) = cluster_power {
            self.quantity("buyer.limits.cluster_power", most, power)?;
        }
        if let Some(most) = network_price {
            let ends = [Money::from_si(1.0), Money::from_si(1e15)];
            self.quantity("buyer.limits.network_price", most, ends)?;
        }
        match racks {
            Some(most) => self.count("buyer.limits.racks", most, [1, MOST]),
            None => Ok(()),
        }
    }

    /// Shares by year and of prices: from nothing to less than all.
    fn rates(&self, given: &Economics) -> Result<(), Problem> {
        for (path, value) in [
            ("economics.discount", given.discount),
            ("economics.maintenance", given.maintenance),
            ("economics.module_margin", given.module_margin),
            ("economics.engine_margin", given.engine_margin),
            ("economics.erosion", given.erosion),
        ] {
            if value.is_some_and(|value| !(0.0..=0.95).contains(&value.value())) {
                return Err(self.outside(path, "0 %", "95 %"));
            }
        }
        match given.utilisation {
            Some(share) if !(0.01..=1.0).contains(&share.value()) => {
                Err(self.outside("economics.utilisation", "1 %", "100 %"))
            }
            _ => Ok(()),
        }
    }

    fn operations(&self, scenario: &Scenario) -> Result<(), Problem> {
        let given = &scenario.operations;
        let minutes = |n: f64| Time::s(60.0 * n);
        let year = Time::years(1.0);
        for (key, count) in
            [("technicians", given.technicians), ("nodes_needed", given.nodes_needed)]
        {
            if let Some(count) = count {
                self.count(&format!("operations.{key}"), count, [1, MOST])?;
            }
        }
        for (key, time, range) in [
            ("detect", given.detect, [Time::ZERO, minutes(1440.0)]),
            ("response", given.response, [Time::ZERO, minutes(43_200.0)]),
            ("checkpoint_interval", given.every(), [Time::s(1.0), year]),
            ("checkpoint", given.checkpoint, [Time::s(0.001), minutes(1440.0)]),
            ("restart", given.restart, [Time::ZERO, year]),
            ("spares.resupply", given.spares.resupply, [minutes(60.0), Time::years(10.0)]),
        ] {
            if let Some(time) = time {
                self.quantity(&format!("operations.{key}"), time, range)?;
            }
        }
        if let Some(level) = given.spares.level {
            let range = [Ratio::new(0.5), Ratio::new(0.999_9)];
            self.quantity("operations.spares.level", level, range)?;
        }
        Ok(())
    }

    fn count(&self, path: &str, value: u64, [least, most]: [u64; 2]) -> Result<(), Problem> {
        if (least..=most).contains(&value) {
            return Ok(());
        }
        Err(self.outside(path, &least.to_string(), &most.to_string()))
    }

    fn quantity<Q: Quantity>(
        &self,
        path: &str,
        value: Q,
        [least, most]: [Q; 2],
    ) -> Result<(), Problem> {
        // A hair for limits that rounding moves.
        let hair = 1e-9 * most.si();
        if (least.si() - hair..=most.si() + hair).contains(&value.si()) {
            return Ok(());
        }
        Err(self.outside(path, &least.to_string(), &most.to_string()))
    }

    fn ratio(&self, path: &str, value: Ratio) -> Result<(), Problem> {
        self.quantity(path, value, [Ratio::new(0.01), Ratio::new(1000.0)])
    }

    fn rate(&self, path: &str, value: BitRate) -> Result<(), Problem> {
        self.quantity(path, value, [BitRate::gbps(1.0), BitRate::gbps(1e6)])
    }

    /// A lane fits the range, and into its link.
    fn lane(&self, path: &str, signal: &Signal, link: BitRate, of: &str) -> Result<(), Problem> {
        self.quantity(path, signal.lane, LANES)?;
        if signal.lane <= link * (1.0 + 1e-9) {
            return Ok(());
        }
        let message = format!("a lane of {} is faster than its link of {link}", signal.lane);
        let hint = format!("a link has one lane or more; its rate is {of}");
        Err(Problem::at(self.text, path, message, Some(hint)))
    }

    fn outside(&self, path: &str, least: &str, most: &str) -> Problem {
        let key = path.rsplit('.').next().unwrap_or(path);
        let message = format!("`{key}` must lie between {least} and {most}");
        Problem::at(self.text, path, message, describe(&crate::json_schema(), path))
    }
}

/// Slowest and fastest lane; what a symbol rate allows is checked with the code's overhead.
const LANES: [BitRate; 2] = [BitRate::gbps(1.0), BitRate::gbps(1000.0)];
