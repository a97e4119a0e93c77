//! Every number that the catalog ships is read by some model and has a source that a reader can open.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

use lightloom::Library;
use lightloom::decide::{Case, check, decide, document};
use lightloom::evidence::catalog::OWN_ASSUMPTION;
use lightloom::evidence::{Catalog, Facts, Kind};
use std::collections::BTreeSet;

/// Plans every shipped scenario on one view of the facts. Sensitivities read nothing that a plan does not.
fn plan_all(library: &Library, facts: &Facts<'_>) {
    for (file, text) in lightloom::catalog::SCENARIOS {
        let scenario = lightloom::scenario::parse(text).unwrap_or_else(|e| panic!("{file}: {e}"));
        let case = Case { library, scenario: &scenario, text };
        let decided = decide(&case, facts).unwrap_or_else(|e| panic!("{file}: {e}"));
        document(&case, facts, &decided).unwrap();
        check::rows(&case, facts, &decided).unwrap();
    }
}

/// The models that the floors offer and no shipped scenario asks for: other parts, other nodes, the records that
/// operations and economics are held against.
fn read_the_rest(facts: &Facts<'_>) {
    use lightloom::{economics, fabric, link, operations, workload};
    let catalog = facts.catalog();
    let children = |prefix: &str| catalog.children(prefix);
    let has = |id: String| catalog.get(&id).is_some();

    for fec in link::Fec::ALL {
        link::FecParameters::from_facts(facts, fec).unwrap();
    }
    for node in [link::Node::N7, link::Node::N5, link::Node::N3, link::Node::N2] {
        link::SerDes::from_facts(facts, node).unwrap();
    }
    for name in
        children("connector").into_iter().filter(|n| has(format!("connector.{n}.bandwidth")))
    {
        link::Connector::from_facts(facts, name).unwrap();
    }
    for name in children("modulator") {
        link::Modulator::from_facts(facts, name).unwrap();
    }
    for bond in children("bond") {
        link::Detector::from_facts(facts, bond).unwrap();
    }
    for name in children("coupler") {
        link::FibrePath::from_facts(facts, name, lightloom::units::Length::m(1.0)).unwrap();
    }
    let o_band = lightloom::units::Length::um(1.311);
    let none = lightloom::units::Decibel::db(0.0);
    link::optics::SingleModeFibre::from_facts(facts).unwrap();
    link::optics::HollowCoreFibre::from_facts(facts).unwrap();
    link::optics::GratingCoupler::from_facts(facts, o_band).unwrap();
    link::optics::EdgeCoupler::from_facts(facts, o_band).unwrap();
    link::optics::Microring::from_facts(facts).unwrap();
    link::optics::ExternalLaser::from_facts(facts, none, none).unwrap();
    facts.get::<lightloom::units::Voltage>("microring.drive").unwrap();
    facts.get::<lightloom::units::Length>("coupler.grating.centre").unwrap();
    link::optics::ElectroAbsorption::from_facts(facts).unwrap();
    let metre = lightloom::units::Length::m(1.0);
    for grade in ["om3", "om4"] {
        link::Optics::vcsel(facts, grade, "c4", metre).unwrap();
    }
    link::Optics::microled(facts, metre).unwrap();

    for modulator in children("chip.photonic") {
        let rate = lightloom::units::BitRate::gbps(100.0);
        lightloom::package::ChipAreas::from_facts(facts, modulator, rate, 8.0, true).unwrap();
    }

    let library = Library::shipped().unwrap();
    lightloom::decide::published::package_figures(&library, facts).unwrap();
    lightloom::decide::study::studies(&library, facts).unwrap();
    draw_packages(facts);
    read_package(facts);
    for name in children("alignment") {
        lightloom::package::coupling::Alignment::from_facts(facts, name).unwrap();
    }
    for (name, bond) in children("alignment").into_iter().zip(["c4", "pillar", "hybrid", "pillar"])
    {
        for node in [link::Node::N7, link::Node::N5, link::Node::N3, link::Node::N2] {
            for process in library.processes.values() {
                let names = lightloom::package::manufacture::Names { alignment: name, bond, node };
                lightloom::package::manufacture::Flow::from_facts(facts, process, names).unwrap();
            }
        }
    }

    let inlet = fabric::Inlet::from_facts(facts).unwrap();
    for name in children("switch") {
        if has(format!("switch.{name}.lane")) {
            fabric::SwitchPart::fastest_lane(facts, name).unwrap();
        }
        fabric::SwitchPart::from_facts(facts, name, &inlet).unwrap();
    }
    for name in children("rack") {
        fabric::RackPart::from_facts(facts, name).unwrap();
    }
    for level in [fabric::TrayLevel::Overhead, fabric::TrayLevel::UnderFloor] {
        let metre = lightloom::units::Length::m(1.0);
        fabric::HallGeometry::from_facts(facts, (metre, metre), (metre, metre), level).unwrap();
    }
    for name in children("nic") {
        fabric::NicPart::from_facts(facts, name).unwrap();
    }
    for name in children("accelerator") {
        // Some parts are there for one floor only: the A100 to check workloads against.
        workload::Machine::from_facts(facts, name).unwrap();
        if has(format!("accelerator.{name}.domain")) {
            fabric::Accelerator::from_facts(facts, name).unwrap();
        }
        if has(format!("accelerator.{name}.price")) {
            economics::price::accelerator_price(facts, name).unwrap();
        }
    }

    for name in children("collective") {
        // What all links share has no launch; SHARP is an addition to a link.
        if has(format!("collective.{name}.launch")) {
            workload::Library::from_facts(facts, name).unwrap();
        } else {
            workload::collective::InNetwork::from_facts(facts, name).unwrap();
        }
    }
    workload::collective::Pipelining::from_facts(facts).unwrap();
    for name in children("training") {
        workload::TrainingSoftware::from_facts(facts, name).unwrap();
    }
    for name in children("serving_engine") {
        workload::ServingSoftware::of_engine(facts, name).unwrap();
    }

    operations::ComponentRates::from_facts(facts).unwrap();
    operations::FieldRates::from_facts(facts).unwrap();
    operations::FlapRates::from_facts(facts).unwrap();
    operations::InterruptionRecord::all(facts).unwrap();
    operations::Store::from_facts(facts).unwrap();
    operations::service::promised_node(facts).unwrap();
    for name in children("redundancy").into_iter().filter(|n| *n != "common_share") {
        operations::Redundancy::from_facts(facts, name).unwrap();
    }
    for name in operations::record::EXPOSURES {
        operations::Exposure::from_facts(facts, name).unwrap();
    }
    for name in operations::service::SLAS {
        operations::RackSla::from_facts(facts, name).unwrap();
    }
    let hard = operations::RepairUnit::ALL.into_iter().map(operations::Event::Hard);
    for event in
        hard.chain([operations::Event::Flap, operations::Event::Reset, operations::Event::Reseat])
    {
        operations::Repair::from_facts(facts, event).unwrap();
    }

    economics::OpticsQuote::from_facts(facts).unwrap();
    economics::ReferenceDatacenter::from_facts(facts).unwrap();
    for layers in economics::ReferenceBudget::LAYERS {
        economics::ReferenceBudget::from_facts(facts, layers).unwrap();
    }
    for layers in children("reference.cpo") {
        economics::PublishedSaving::from_facts(facts, layers).unwrap();
    }
    for supply in children("erosion") {
        economics::PriceTrend::from_facts(facts, supply).unwrap();
    }
    for name in children("rental") {
        economics::Rental::from_facts(facts, name).unwrap();
    }
    for cooling in
        [economics::Cooling::Air, economics::Cooling::Liquid, economics::Cooling::Hyperscale]
    {
        economics::Finance::from_facts(facts, cooling).unwrap();
    }
    for name in children("ready") {
        economics::Readiness::from_facts(facts, name, None).unwrap();
    }
    read_money(facts);
}

/// What the economics floor knows beyond prices: supply, ownership, greenhouse gas, maturity, buyers.
fn read_money(facts: &Facts<'_>) {
    use lightloom::economics;
    use lightloom::units::{Money, Power};
    let children = |prefix: &str| facts.catalog().children(prefix);
    economics::Supply::from_facts(facts).unwrap();
    for class in children("learning") {
        economics::Learning::from_facts(facts, class).unwrap();
    }
    economics::Depreciation::from_facts(facts).unwrap();
    economics::Early::from_facts(facts).unwrap();
    economics::early_late::generation(facts).unwrap();
    economics::PowerChain::from_facts(facts, economics::Cooling::Liquid).unwrap();
    economics::Rent::from_facts(facts, "1 USD/h".parse().unwrap()).unwrap();
    let finance = economics::Finance::from_facts(facts, economics::Cooling::Liquid).unwrap();
    economics::Owned::from_facts(facts, &finance, Money::usd(1.0), Power::w(1.0)).unwrap();
    facts.get::<lightloom::units::Ratio>("ownership.use").unwrap();
    economics::reference::CoherentModule::from_facts(facts).unwrap();
    for name in children("grid") {
        economics::carbon::grid(facts, name).unwrap();
    }
    for name in children("embodied.accelerator") {
        economics::EmbodiedFactors::from_facts(facts, name).unwrap();
    }
    for name in children("buyer") {
        economics::Buyer::from_facts(facts, name).unwrap();
    }
    for name in children("ready") {
        for tier in economics::readiness::Tier::ALL {
            economics::Maturity::from_facts(facts, name, tier).unwrap();
        }
    }
}

/// The cross-sections of all technologies, whose bodies no plan needs.
fn draw_packages(facts: &Facts<'_>) {
    use lightloom::link::{Fec, Line, Node, Pam};
    use lightloom::units::{BitRate, Length};
    let Library { technologies, processes, standard, .. } = Library::shipped().unwrap();
    let shop = lightloom::package::Shop::new(
        facts,
        &technologies,
        &processes,
        &standard,
        Node::N3,
        Node::N3,
    )
    .unwrap();
    let line = Line { payload: BitRate::gbps(100.0), pam: Pam::Pam4, fec: Fec::Kp4 };
    let (rate, length) = (BitRate::gbps(800.0), Length::m(1.0));
    let spec = lightloom::package::PortSpec {
        rate,
        line,
        length,
        nominal_length: length,
        near_is_switch: true,
        through_circuit_switch: true,
    };
    for technology in technologies.values() {
        lightloom::decide::anatomy::cross_sections(&shop, technology, &spec).unwrap();
    }
}

/// Space and heat of the package floor.
fn read_package(facts: &Facts<'_>) {
    use lightloom::package::{Cooling, heat, space};
    use lightloom::units::{BitRate, Power};
    let payload = BitRate::gbps(200.0);
    for technology in Library::shipped().unwrap().technologies.values() {
        space::Body::from_facts(facts, technology, payload, true, None).unwrap();
    }
    for form in ["osfp", "qsfp-dd", "xpo"] {
        space::FormFactor::from_facts(facts, form).unwrap();
    }
    space::Package::from_facts(facts).unwrap();
    space::layouts(facts, payload).unwrap();
    for cooling in [Cooling::Air, Cooling::Liquid] {
        heat::Thermal::from_facts(facts, cooling).unwrap();
        heat::RackLimit::from_facts(facts, cooling, Power::w(2000.0)).unwrap();
    }
    heat::LaserAging::from_facts(facts).unwrap();
    heat::RingTuner::from_facts(facts).unwrap();
}

/// Facts at positions that are in none of the given lists.
fn unread<'c>(catalog: &'c Catalog, used: &[usize]) -> Vec<&'c str> {
    let all = catalog.facts().iter().enumerate();
    all.filter(|(i, _)| !used.contains(i)).map(|(_, f)| f.id.as_str()).collect()
}

#[test]
fn every_fact_is_read_by_some_model() {
    let library = Library::shipped().unwrap();
    let facts = Facts::nominal(&library.catalog);
    plan_all(&library, &facts);
    let beyond_plans = unread(&library.catalog, &facts.used());
    println!(
        "{} facts are read by no shipped plan:\n{}",
        beyond_plans.len(),
        beyond_plans.join("\n")
    );
    for product in library.products.values() {
        product.make(&facts, &library.technologies, &library.processes, &library.standard).unwrap();
    }
    for module in library.laser_modules.values() {
        module.light(&facts).unwrap();
    }
    read_the_rest(&facts);
    let never = unread(&library.catalog, &facts.used());
    assert!(never.is_empty(), "{} facts are read by nothing:\n{}", never.len(), never.join("\n"));
}

#[test]
fn every_fact_says_where_it_is_from() {
    let library = Library::shipped().unwrap();
    let catalog = &library.catalog;
    let from_research = catalog.facts().iter().filter(|f| f.row.is_some()).count();
    assert!(from_research >= 150, "{from_research} facts name their row of the research notes");
    let mut used = BTreeSet::new();
    for fact in catalog.facts() {
        assert!(!fact.about.is_empty() && !fact.unit.is_empty(), "{}", fact.id);
        // No parsed fact lacks a kind; but our own number must not pass for somebody's.
        let own = fact.source == OWN_ASSUMPTION;
        assert!(!own || fact.kind == Kind::Assumed, "{} is ours, and {}", fact.id, fact.kind);
        used.insert(fact.source.as_str());
        used.extend(fact.rivals.iter().map(|r| r.source.as_str()));
    }
    for product in library.products.values() {
        assert!(!product.sources.is_empty(), "{} says not where it is from", product.id);
        used.extend(product.sources.iter().map(String::as_str));
    }
    for module in library.laser_modules.values() {
        assert!(!module.sources.is_empty(), "{} says not where it is from", module.id);
        used.extend(module.sources.iter().map(String::as_str));
    }
    for key in &used {
        let source = &catalog.sources()[*key];
        assert!(!source.title.is_empty(), "{key}");
        let opens = source.url.starts_with("https://") || source.url.starts_with("http://");
        let whole = !source.url.contains(char::is_whitespace);
        assert!(opens && whole || *key == OWN_ASSUMPTION, "{key}: `{}`", source.url);
    }
    let idle: Vec<&str> =
        catalog.sources().keys().map(String::as_str).filter(|k| !used.contains(k)).collect();
    assert!(idle.is_empty(), "{} sources that nothing uses:\n{}", idle.len(), idle.join("\n"));
}
