//! The shipped catalog, its shops, and technologies with their bodies and loads.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    reason = "each test takes what it needs"
)]

use lightloom_evidence::{Catalog, Facts};
use lightloom_link::com::ComSpec;
use lightloom_link::{Fec, Line, Node, Pam};
use lightloom_package::heat::Loads;
use lightloom_package::space::Body;
use lightloom_package::{
    Made, Port, PortSpec, Process, Product, ReachSearch, Shop, Technology, assemble,
};
use lightloom_units::{BitRate, Length};
use std::collections::BTreeMap;
use std::sync::Arc;

pub fn catalog() -> Catalog {
    Catalog::parse(lightloom_catalog::FACTS).unwrap()
}

pub fn technologies() -> BTreeMap<String, Technology> {
    lightloom_catalog::TECHNOLOGIES
        .iter()
        .map(|(file, text)| Technology::parse(file, text).unwrap())
        .map(|t| (t.id.clone(), t))
        .collect()
}

pub fn processes() -> BTreeMap<String, Process> {
    let parse = |(file, text): &(&str, &str)| Process::parse(file, text).unwrap();
    lightloom_catalog::PROCESSES.iter().map(parse).map(|p| (p.id.clone(), p)).collect()
}

pub fn products() -> Vec<Product> {
    let parse = |(file, text): &(&str, &str)| Product::parse(file, text).unwrap();
    let files = lightloom_catalog::PRODUCTS.iter();
    // Laser modules have a shape of their own.
    files.filter(|(_, text)| !text.contains("kind = \"laser-module\"")).map(parse).collect()
}

/// Every product, computed.
pub fn made(facts: &Facts<'_>) -> Vec<(Product, Made)> {
    let (technologies, processes, standard) = (technologies(), processes(), standard());
    let make = |product: Product| {
        let made = product.make(facts, &technologies, &processes, &standard).unwrap();
        (product, made)
    };
    products().into_iter().map(make).collect()
}

pub fn standard() -> Arc<ComSpec> {
    let (name, text) = lightloom_catalog::STANDARD;
    Arc::new(ComSpec::parse(name, text).unwrap())
}

/// What is done in a shop with everything that ships, chips in 3 nm.
pub fn in_shop<T>(facts: &Facts<'_>, work: impl FnOnce(&Shop<'_>) -> T) -> T {
    let (technologies, processes, standard) = (technologies(), processes(), standard());
    work(&Shop::new(facts, &technologies, &processes, &standard, Node::N3, Node::N3).unwrap())
}

/// A port of 1.6 Tb/s between two switches, lanes of 200 Gb/s.
pub fn ports(facts: &Facts<'_>) -> BTreeMap<String, (Technology, Port)> {
    in_shop(facts, ports_of)
}

fn ports_of(shop: &Shop<'_>) -> BTreeMap<String, (Technology, Port)> {
    let line = Line { payload: BitRate::gbps(200.0), pam: Pam::Pam4, fec: Fec::Kp4 };
    let mut ports = BTreeMap::new();
    for (id, technology) in shop.technologies() {
        let copper = technology.engine.is_none();
        let length = Length::m(if copper { 1.0 } else { 30.0 });
        let rate = BitRate::tbps(1.6);
        let spec = PortSpec {
            rate,
            line,
            length,
            nominal_length: length,
            near_is_switch: true,
            through_circuit_switch: false,
        };
        let port = assemble(shop, technology, &spec, ReachSearch::AtLength).unwrap();
        ports.insert(id.clone(), (technology.clone(), port));
    }
    ports
}

/// Payload of a technology's lane or wavelength where a port's lanes have 200 Gb/s.
pub fn payload(technology: &Technology) -> BitRate {
    let own = technology.engine.as_ref().and_then(|e| e.line);
    own.map_or(BitRate::gbps(200.0), |line| line.payload)
}

/// Bodies and loads of all technologies.
pub fn bodies(facts: &Facts<'_>) -> Vec<(Technology, Body, Loads)> {
    ports(facts)
        .into_values()
        .map(|(technology, port)| {
            let own = payload(&technology);
            let body =
                Body::from_facts(facts, &technology, own, port.module_dsp, port.sharing).unwrap();
            (technology, body, Loads::of_switch(&port))
        })
        .collect()
}
