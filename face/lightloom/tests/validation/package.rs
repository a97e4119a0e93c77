//! Figures of products: one of them, or the difference of two.

use lightloom::Library;
use lightloom::decide::check::Figure;
use lightloom::evidence::Facts;
use lightloom::fabric::{Inlet, SwitchPart};
use lightloom::package::{LaserModule, LitModule, Made, Measure, Product};
use lightloom::units::BitRate;
use std::collections::BTreeMap;

/// Products with what became of them, laser modules, and the switches of boxes.
pub(crate) struct Products<'l> {
    made: BTreeMap<&'l str, (&'l Product, Made)>,
    lit: BTreeMap<&'l str, LitModule>,
    inlet: Inlet,
    switches: BTreeMap<&'static str, SwitchPart>,
}

/// Switches whose boxes are set beside published ones, with optics that their own facts do not rest on.
const SWITCHES: [&str; 2] = ["spectrum6", "tomahawk5"];

impl<'l> Products<'l> {
    pub(crate) fn make(library: &'l Library, facts: &Facts<'_>) -> Self {
        let make = |(id, product): (&'l String, &'l Product)| {
            let made = product
                .make(facts, &library.technologies, &library.processes, &library.standard)
                .unwrap();
            (id.as_str(), (product, made))
        };
        let light = |(id, m): (&'l String, &'l LaserModule)| (id.as_str(), m.light(facts).unwrap());
        let inlet = Inlet::from_facts(facts).unwrap();
        let switch = |name| (name, SwitchPart::from_facts(facts, name, &inlet).unwrap());
        Self {
            made: library.products.iter().map(make).collect(),
            lit: library.laser_modules.iter().map(light).collect(),
            switches: SWITCHES.into_iter().map(switch).collect(),
            inlet,
        }
    }

    /// A figure by the identifier of its row: `product.measure`, `product.less.other`, `product.saving.other`,
    /// `product.box-power.switch`; or of a laser module.
    pub(crate) fn figure(&self, id: &str) -> f64 {
        let parts: Vec<&str> = id.split('.').collect();
        let [product, measure] = [parts[0], parts[1]];
        if let Some(module) = self.lit.get(product) {
            return of_laser_module(module, measure);
        }
        match measure {
            "less" => {
                self.of(product, Measure::OpticsPower) - self.for_payload_of(parts[2], product)
            }
            "saving" => {
                let all = self.of(product, Measure::OpticsPower);
                (1.0 - self.for_payload_of(parts[2], product) / all) * 100.0
            }
            "box-power" => self.box_power(product, parts[2]),
            // A module's latency counts one pass.
            "two-passes" => 2.0 * self.of(product, Measure::ModuleLatency),
            "lasers-1600g" => {
                let (product, _) = self.made[product];
                self.of(&product.id, Measure::Lasers) * (1600.0 / product.rate.as_gbps())
            }
            measure => self.of(product, measured(measure)),
        }
    }

    /// Power at the inlet of a switch full of a product: core, transceivers, optics, fans and supply, as the fabric floor adds
    /// them, W.
    fn box_power(&self, product: &str, switch: &str) -> f64 {
        let (product, made) = &self.made[product];
        let part = &self.switches[switch];
        let ports = part.capacity / product.port;
        let port = made.port.optics_power[1] + made.port.host_power[1];
        self.inlet.draw(part.core_power + port * ports, part.fan_share).as_w()
    }

    /// Power of a product for the payload of another.
    fn for_payload_of(&self, product: &str, other: &str) -> f64 {
        self.of(product, Measure::OpticsPower)
            * (self.made[other].0.rate / self.made[product].0.rate)
    }

    fn of(&self, id: &str, measure: Measure) -> f64 {
        let (product, made) = self.made.get(id).unwrap_or_else(|| panic!("no product `{id}`"));
        made.figure(product, measure).unwrap_or_else(|| panic!("{id} has no {}", measure.name()))
    }

    /// The published facts that products name.
    pub(crate) fn facts(&self) -> Vec<Figure> {
        let of = |(product, made): &(&Product, Made)| -> Vec<Figure> {
            let figure = |p: &lightloom::package::PublishedFigure| Figure {
                what: format!("{}: {}", product.name, p.of.name()),
                fact: p.fact.clone(),
                computed: made.figure(product, p.of).unwrap() * p.of.si(),
            };
            product.published.iter().map(figure).collect()
        };
        self.made.values().flat_map(of).collect()
    }
}

/// A figure of a laser module at its rated light.
fn of_laser_module(module: &LitModule, measure: &str) -> f64 {
    let [lane, all] = [200.0, 102_400.0].map(BitRate::gbps);
    match measure {
        "power" => module.electrical.as_w(),
        "box-power" => (module.electrical * module.modules(all, lane)).as_w(),
        "box-modules" => module.modules(all, lane),
        "efficiency" => module.efficiency.value() * 100.0,
        "lanes" => module.lanes,
        _ => panic!("a laser module has no measure `{measure}`"),
    }
}

fn measured(name: &str) -> Measure {
    let value = toml::Value::String(name.to_owned());
    value.try_into().unwrap_or_else(|_| panic!("no measure `{name}`"))
}
