//! Named products: what is sold, as assemblies of the same parts that technologies are made of.
//!
//! A [`Technology`] is built as its channel needs; a product is as its maker built it. So a product may hold a DSP that
//! its channel could do without, and lasers that shine at their rated power. It states parts and counts, never results.

mod measure;

pub use measure::Measure;

use crate::light::Sharing;
use crate::space::{FibreConnector, FibreConnectorKind, FibreLayout, Panel};
use crate::technology::{
    Cooling, Engine, EngineLine, Interface, Retiming, Site, Source, Technology,
};
use crate::{AssemblyError, LaserSupply, Port, PortSpec, Process, ReachSearch, Shop, assemble};
use lightloom_evidence::{FactError, Facts};
use lightloom_link::com::ComSpec;
use lightloom_link::{Line, Node};
use lightloom_units::{BitRate, DecibelMilliwatt, Length};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is sold as one piece.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ProductKind {
    /// A module of a front panel.
    Module,
    /// An optical engine or chiplet.
    Engine,
    /// A switch box.
    Switch,
    /// A cable with its ends.
    Cable,
}

impl ProductKind {
    /// Name in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Engine => "engine",
            Self::Switch => "switch",
            Self::Cable => "cable",
        }
    }
}

/// Where a product's engine differs from its technology's.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineChanges {
    /// Host interface.
    pub interface: Option<Interface>,
    /// Where the signal is decided.
    pub retiming: Option<Retiming>,
    /// Name of the modulator's facts.
    pub modulator: Option<String>,
    /// Name of the laser's facts.
    pub laser: Option<String>,
    /// Name of the coupler's facts.
    pub coupler: Option<String>,
    /// Name of the bond between electronic and photonic chip.
    pub bond: Option<String>,
    /// Wavelengths on one fibre.
    pub wavelengths: Option<u32>,
    /// Name of the multiplexer's facts.
    pub multiplexer: Option<String>,
    /// The optical lane, where it differs from the host's.
    pub line: Option<EngineLine>,
    /// Whether its retimers are digital whatever the channel needs.
    pub digital: Option<bool>,
    /// Whether its lasers shine at their rated power.
    pub rated_light: Option<bool>,
    /// Outer modulation amplitude that it launches at least.
    pub launch: Option<DecibelMilliwatt>,
    /// Payload of one engine or module.
    pub capacity: Option<BitRate>,
}

/// The signal on a product's electrical lanes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductNodes {
    /// Process of the chip that it faces.
    pub host: Node,
    /// Process of its own circuits.
    pub module: Node,
}

/// What its maker says it holds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// Switch or accelerator chips.
    pub chips: Option<f64>,
    /// Optical engines that work.
    pub engines: Option<f64>,
    /// Optical engines kept in reserve.
    pub spare_engines: Option<f64>,
    /// Laser modules.
    pub laser_modules: Option<f64>,
    /// Lasers.
    pub lasers: Option<f64>,
    /// Fibres that carry data.
    pub fibres: Option<f64>,
    /// Height of the box.
    pub height: Option<Length>,
    /// Fibre connectors of its front panel.
    pub connector: Option<FibreConnectorKind>,
}

/// A published figure that a product's own is set beside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedFigure {
    /// What it is a figure of.
    pub of: Measure,
    /// The fact that publishes it.
    pub fact: String,
}

/// A product as written in `catalog/products/NAME.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Identifier.
    pub id: String,
    /// Name as its maker writes it.
    pub name: String,
    /// One sentence.
    pub about: String,
    /// What is sold.
    pub kind: ProductKind,
    /// Where its makeup is published: ids of sources.
    pub sources: Vec<String>,
    /// The technology whose parts it is made of.
    pub technology: String,
    /// Where its conversion stands, where that differs.
    pub site: Option<Site>,
    /// What cools it, where that differs.
    pub cooling: Option<Cooling>,
    /// Where its engine differs.
    #[serde(default)]
    pub engine: EngineChanges,
    /// The signal of its electrical lanes.
    pub lane: Line,
    /// Process nodes.
    pub nodes: ProductNodes,
    /// Payload of a unit in one direction.
    pub rate: BitRate,
    /// Payload of one of its ports.
    pub port: BitRate,
    /// What its maker says it holds.
    #[serde(default)]
    pub parts: Parts,
    /// Published figures.
    #[serde(default)]
    pub published: Vec<PublishedFigure>,
}

/// A product that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProductError {
    /// Not the right TOML.
    #[error("{file}: {message}")]
    Parse {
        /// File name.
        file: String,
        /// The parser's words, with line and column.
        message: String,
    },
    /// No such technology.
    #[error("the product `{product}` is made of `{technology}`, which is no technology")]
    NoTechnology {
        /// The product.
        product: String,
        /// What it names.
        technology: String,
    },
    /// It has no light, but changes of it.
    #[error("the product `{product}` changes an engine that `{technology}` does not have")]
    NoEngine {
        /// The product.
        product: String,
        /// What it names.
        technology: String,
    },
    /// A rate that cannot be.
    #[error("the product `{product}`: its ports of {port} do not make {rate}")]
    Rate {
        /// The product.
        product: String,
        /// Payload of a port.
        port: BitRate,
        /// Payload of a unit.
        rate: BitRate,
    },
    /// A floor refused.
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
    /// A fact is missing.
    #[error(transparent)]
    Fact(#[from] FactError),
}

/// A product's figures, computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// Its assembly.
    pub technology: Technology,
    /// One of its ports, facing one like it over the reference length.
    pub port: Port,
    /// Ports of a unit.
    pub ports: f64,
    /// Payload of an engine.
    pub engine: BitRate,
    /// Lasers of a unit; `None` for copper.
    pub lasers: Option<LaserSupply>,
    /// Most payload through a rack unit of a front panel full of its connectors and laser modules; `None` where the product
    /// names no connector.
    pub per_rack_unit: Option<BitRate>,
}

/// Length over which a product faces one like it: fibre of a row, imaging fibre between neighbouring racks, a cable in a rack.
fn reference(technology: &Technology) -> Length {
    Length::m(match technology.engine.as_ref().map(Engine::source) {
        None => 1.0,
        Some(Source::MicroLed) => 10.0,
        Some(_) => 100.0,
    })
}

impl Product {
    /// Reads one file.
    ///
    /// # Errors
    /// [`ProductError`] with the file's name and the parser's position, and for a rate that its ports do not make.
    pub fn parse(file: &str, text: &str) -> Result<Self, ProductError> {
        let product: Self = toml::from_str(text)
            .map_err(|e| ProductError::Parse { file: file.to_owned(), message: e.to_string() })?;
        let ports = product.rate / product.port;
        if !(ports.is_finite() && ports >= 1.0 && (ports - libm::round(ports)).abs() < 1e-6) {
            let Self { id, port, rate, .. } = product;
            return Err(ProductError::Rate { product: id, port, rate });
        }
        Ok(product)
    }

    /// Its assembly: the technology with its changes, the same at both ends.
    ///
    /// # Errors
    /// [`ProductError`] where it names a technology that does not exist, or changes an engine that is not there.
    pub fn assembly(
        &self,
        technologies: &BTreeMap<String, Technology>,
    ) -> Result<Technology, ProductError> {
        let Some(base) = technologies.get(&self.technology) else {
            return Err(ProductError::NoTechnology {
                product: self.id.clone(),
                technology: self.technology.clone(),
            });
        };
        let mut made = Technology {
            id: self.id.clone(),
            name: self.name.clone(),
            about: self.about.clone(),
            partner: crate::technology::Partner::Same,
            site: self.site.unwrap_or(base.site),
            cooling: self.cooling.unwrap_or(base.cooling),
            ..base.clone()
        };
        match &mut made.engine {
            Some(engine) => {
                let EngineChanges {
                    interface,
                    retiming,
                    modulator,
                    laser,
                    coupler,
                    bond,
                    wavelengths,
                    multiplexer,
                    line,
                    digital,
                    rated_light,
                    launch,
                    capacity,
                } = self.engine.clone();
                set(&mut engine.interface, interface);
                set(&mut engine.retiming, retiming);
                set(&mut engine.modulator, modulator);
                set(&mut engine.laser, laser);
                set(&mut engine.coupler, coupler);
                set(&mut engine.bond, bond);
                set(&mut engine.wavelengths, wavelengths);
                set(&mut engine.digital, digital);
                set(&mut engine.rated_light, rated_light);
                set(&mut engine.capacity, capacity);
                engine.multiplexer = multiplexer.or(engine.multiplexer.take());
                engine.line = line.or(engine.line);
                engine.launch = launch.or(engine.launch);
            }
            None if self.engine != EngineChanges::default() => {
                return Err(ProductError::NoEngine {
                    product: self.id.clone(),
                    technology: self.technology.clone(),
                });
            }
            None => {}
        }
        Ok(made)
    }

    /// Builds it and one like it at the other end.
    ///
    /// # Model
    /// One port over 100 m of fibre or 1 m of copper, evaluated as any technology's; a unit is its ports together. Lasers,
    /// laser modules, engines and fibres are counted from the lanes and what they share.
    ///
    /// # Errors
    /// [`ProductError`] for missing facts or parts, or a link outside the models' range.
    pub fn make(
        &self,
        facts: &Facts<'_>,
        technologies: &BTreeMap<String, Technology>,
        processes: &BTreeMap<String, Process>,
        standard: &Arc<ComSpec>,
    ) -> Result<Made, ProductError> {
        let technology = self.assembly(technologies)?;
        let ProductNodes { host, module } = self.nodes;
        let shop = Shop::new(facts, technologies, processes, standard, host, module)?;
        let length = reference(&technology);
        let spec = PortSpec {
            rate: self.port,
            line: self.lane,
            length,
            nominal_length: length,
            near_is_switch: true,
            through_circuit_switch: false,
        };
        let port = assemble(&shop, &technology, &spec, ReachSearch::Full)?;
        let lasers =
            LaserSupply::of(facts, &technology, self.lane.payload, self.rate, port.sharing)?;
        let per_rack_unit = self.per_rack_unit(facts, &technology, port.sharing)?;
        Ok(Made {
            per_rack_unit,
            ports: self.rate / self.port,
            engine: technology.engine.as_ref().map_or(self.rate, |e| e.capacity),
            lasers,
            technology,
            port,
        })
    }
}

impl Product {
    /// Most payload through a rack unit of a panel of the connectors that it names.
    fn per_rack_unit(
        &self,
        facts: &Facts<'_>,
        technology: &Technology,
        sharing: Option<Sharing>,
    ) -> Result<Option<BitRate>, FactError> {
        let Some(kind) = self.parts.connector else { return Ok(None) };
        let Panel::Fibres { lasers, .. } = Panel::of(facts, technology, sharing)? else {
            return Ok(None);
        };
        let connector = FibreConnector::from_facts(facts, kind)?;
        let line = technology.engine.as_ref().and_then(|e| e.line);
        let payload = line.map_or(self.lane.payload, |line| line.payload);
        let layout = FibreLayout::of(facts, technology, payload)?;
        Ok(Panel::Fibres { connector, lasers }.per_rack_unit(payload, layout.as_ref()))
    }
}

fn set<T>(value: &mut T, change: Option<T>) {
    if let Some(change) = change {
        *value = change;
    }
}
