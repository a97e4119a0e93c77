//! Figures of products: one of them, or the difference of two.

use lightloom::Library;
use lightloom::decide::check::Figure;
use lightloom::evidence::Facts;
use lightloom::package::{Made, Measure, Product};
use std::collections::BTreeMap;

/// Products with what became of them.
pub(crate) struct Products<'l>(BTreeMap<&'l str, (&'l Product, Made)>);

impl<'l> Products<'l> {
    pub(crate) fn make(library: &'l Library, facts: &Facts<'_>) -> Self {
        let make = |(id, product): (&'l String, &'l Product)| {
            let made = product
                .make(facts, &library.technologies, &library.processes, &library.standard)
                .unwrap();
            (id.as_str(), (product, made))
        };
        Self(library.products.iter().map(make).collect())
    }

    /// A figure by the identifier of its row: `product.measure`, `product.less.other`, `product.saving.other`.
    pub(crate) fn figure(&self, id: &str) -> f64 {
        let parts: Vec<&str> = id.split('.').collect();
        let [product, measure] = [parts[0], parts[1]];
        match measure {
            "less" => {
                self.of(product, Measure::OpticsPower) - self.for_payload_of(parts[2], product)
            }
            "saving" => {
                let all = self.of(product, Measure::OpticsPower);
                (1.0 - self.for_payload_of(parts[2], product) / all) * 100.0
            }
            // A module's latency counts one pass.
            "two-passes" => 2.0 * self.of(product, Measure::ModuleLatency),
            "lasers-1600g" => {
                let (product, _) = self.0[product];
                self.of(&product.id, Measure::Lasers) * (1600.0 / product.rate.as_gbps())
            }
            measure => self.of(product, measured(measure)),
        }
    }

    /// Power of a product for the payload of another.
    fn for_payload_of(&self, product: &str, other: &str) -> f64 {
        self.of(product, Measure::OpticsPower) * (self.0[other].0.rate / self.0[product].0.rate)
    }

    fn of(&self, id: &str, measure: Measure) -> f64 {
        let (product, made) = self.0.get(id).unwrap_or_else(|| panic!("no product `{id}`"));
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
        self.0.values().flat_map(of).collect()
    }
}

fn measured(name: &str) -> Measure {
    let value = toml::Value::String(name.to_owned());
    value.try_into().unwrap_or_else(|_| panic!("no measure `{name}`"))
}
