//! What fails in a cluster, and which accelerators that stops: by hand for GB300 with co-packaged switches.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

use lightloom::Library;
use lightloom::decide::draws::place;
use lightloom::decide::operations_sheet::operations_study;
use lightloom::decide::{Case, Rule, decide_links};
use lightloom::evidence::Facts;
use lightloom::operations::{ComponentClass, FlapRates};
use lightloom::package::ServiceUnit;
use lightloom::scenario::Fitted;
use lightloom::scenario::run::{Behind, Components, LinkFault, Opened, components};

const GB300: &str = include_str!("../../../scenarios/gb300-nvl72-4608.toml");

/// All that fails with co-packaged switches, and the ports of each link class by its name.
fn failing(text: &str) -> (Components, Vec<(String, Fitted)>, FlapRates) {
    let library = Library::shipped().unwrap();
    let facts = Facts::nominal(&library.catalog);
    let scenario = lightloom::scenario::parse(text).unwrap();
    let case = Case { library: &library, scenario: &scenario, text };
    let decided = decide_links(&case, &facts).unwrap();
    let at = place(Rule::CoPackagedSwitch);
    let ports: Vec<Fitted> =
        decided.strategies[at].picks.iter().map(|pick| pick.fitted.clone()).collect();
    let found = components(&scenario, &facts, &decided.structure, &ports).unwrap();
    let names = decided.structure.fabric.link_classes.iter().map(|class| class.name.clone());
    (found, names.zip(ports).collect(), FlapRates::from_facts(&facts).unwrap())
}

fn named<'c>(found: &'c Components, name: &str) -> &'c ComponentClass {
    found.classes.iter().find(|class| class.name == name).unwrap_or_else(|| {
        let names: Vec<&String> = found.classes.iter().map(|class| &class.name).collect();
        panic!("no {name} in {names:?}")
    })
}

#[test]
fn opening_a_leaf_stops_what_it_serves() {
    let (found, ports, _) = failing(GB300);
    let (_, uplink) = ports.iter().find(|(name, _)| name == "scale-out leaf-spine").unwrap();
    let engine = uplink.port.failures.iter().find(|mode| mode.unit == ServiceUnit::Box).unwrap();
    let class = ports.iter().position(|(name, _)| name == "scale-out leaf-spine").unwrap();
    let mode = uplink.port.failures.iter().position(|mode| mode == engine).unwrap();
    let at = |opened| {
        let fault = Some(LinkFault::Part(mode, Some(opened)));
        let mut places = found.of_link_class(class);
        &found.classes[places.find(|k| found.faults[*k] == fault).unwrap()]
    };
    let (leaf, above) = (at(Opened::Leaf), at(Opened::Above));
    // 4,608 accelerators at 64 leaves; spines have equal neighbours.
    assert!((leaf.stopped_in_repair.value() - 72.0).abs() < 1e-9);
    assert!(above.stopped_in_repair.value().abs() < 1e-9);
    for end in [leaf, above] {
        assert!(
            end.stopped_while_faulty.value().abs() < 1e-9
                && end.job_stop_share.value().abs() < 1e-9
        );
        assert!((end.failure_rate / engine.rate - 0.5).abs() < 1e-12);
    }
    let switch = named(&found, "scale-out leaf switch");
    assert!((switch.stopped_in_repair.value() - 72.0).abs() < 1e-9);
}

/// An engine of 3.2 Tb/s serves four links of 800 Gb/s, and a box has 144 ports: whichever end's box is opened.
#[test]
fn an_engine_between_switches_stops_all_its_ports() {
    let (found, ports, _) = failing(GB300);
    let class = ports.iter().position(|(name, _)| name == "scale-out leaf-spine").unwrap();
    let port = &ports[class].1.port;
    let behind = Behind { per_port: 0.0, per_rack: 72.0 };
    let mut opened = 0;
    for fault in found.of_link_class(class).filter_map(|k| found.faults[k]) {
        let stops = fault.ports(port, 144.0, &behind);
        let (faulty, in_repair) = match fault {
            LinkFault::Part(_, Some(_)) => (4.0, 144.0),
            // A laser and its module: by the lanes that they feed, of which a link of 800 Gb/s has four.
            LinkFault::Part(_, None) => {
                let fed = port.sharing.unwrap();
                (fed.lanes_per_laser / 4.0, fed.lanes_per_module.unwrap() / 4.0)
            }
            LinkFault::Dirt | LinkFault::Flap => (1.0, 1.0),
        };
        assert!((stops.faulty.value() - faulty.max(1.0)).abs() < 1e-9, "{fault:?}: {stops:?}");
        assert!(
            (stops.in_repair.value() - in_repair.max(1.0)).abs() < 1e-9,
            "{fault:?}: {stops:?}"
        );
        opened += u32::from(matches!(fault, LinkFault::Part(_, Some(_))));
    }
    assert!(opened >= 2, "no engine at either end");
}

#[test]
fn with_several_planes_the_others_go_on() {
    let text = GB300.replacen("[scale_out]\n", "[scale_out]\nplanes = 2\n", 1);
    assert_ne!(text, GB300);
    let (found, ..) = failing(&text);
    for class in found.classes.iter().filter(|class| class.name.starts_with("scale-out ")) {
        assert!(class.stopped_while_faulty.value().abs() < 1e-9, "{}", class.name);
        assert!(class.stopped_in_repair.value().abs() < 1e-9, "{}", class.name);
        assert!(class.job_stop_share.value().abs() < 1e-9, "{}", class.name);
    }
    // The front end has one.
    assert!(named(&found, "front-end leaf switch").stopped_in_repair.value() > 1.0);
}

/// A co-packaged switch ends in a module at the interface, which flaps as modules do.
#[test]
fn a_plugged_end_flaps() {
    let (found, ports, flaps) = failing(GB300);
    let (plug, engine) = (flaps.pluggable, flaps.cpo().unwrap());
    let of = |class: &str| named(&found, &format!("{class}: flap")).failure_rate;
    let (_, downlink) = ports.iter().find(|(name, _)| name == "scale-out nic-leaf").unwrap();
    assert!(downlink.port.near != downlink.port.technology);
    assert!((of("scale-out nic-leaf") / ((plug + engine) / 2.0) - 1.0).abs() < 1e-12);
    assert!((of("scale-out leaf-spine") / engine - 1.0).abs() < 1e-12);
    assert!(engine < plug);
}

/// What is given has no range: it moves nothing, and what rests on it is narrower.
#[test]
fn what_is_held_is_not_moved() {
    let library = Library::shipped().unwrap();
    let scenario = lightloom::scenario::parse(GB300).unwrap();
    let case = Case { library: &library, scenario: &scenario, text: GB300 };
    let free = Facts::nominal(&library.catalog);
    let decided = decide_links(&case, &free).unwrap();
    let studied = |facts: &Facts<'_>| {
        let study = operations_study(&case, facts, &decided).unwrap();
        study.strategies.into_iter().find(|s| s.id == "cpo-switch").unwrap()
    };
    let before = studied(&free);
    let most = &before.moved_by[0].fact;
    let facts = library.catalog.facts();
    let at = facts.iter().position(|fact| fact.id == *most).unwrap();
    let after = studied(&free.holding([(at, facts[at].value)]));
    assert!(after.moved_by.iter().all(|row| row.fact != *most), "{most}");
    let width = |[low, high]: [f64; 2]| high - low;
    assert!(width(after.difference_range_h) < width(before.difference_range_h));
    assert!((after.difference_h - before.difference_h).abs() < 1e-9 * before.difference_h.abs());
}
