//! Published systems: each parses, names its sources, and is built at every size that is published.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

use lightloom::Library;
use lightloom::evidence::Facts;
use lightloom::fabric::ScaleUp;
use std::collections::BTreeSet;

#[test]
fn every_system_is_built_at_every_published_size() {
    let library = Library::shipped().unwrap();
    let facts = Facts::nominal(&library.catalog);
    for (file, text) in lightloom::catalog::SYSTEMS {
        let system = lightloom::scenario::parse(text).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert!(!system.sources.is_empty(), "{file} names no source");
        for source in &system.sources {
            assert!(source.url.starts_with("https://"), "{file}: {}", source.title);
        }
        let cluster = &system.cluster;
        let listed = cluster.sizes.is_empty() || cluster.sizes.contains(&cluster.accelerators);
        assert!(listed, "{file} is shipped at a size that is not among those published");
        let sizes = cluster.sizes.iter().copied().chain([cluster.accelerators]);
        for accelerators in sizes.collect::<BTreeSet<_>>() {
            let mut sized = system.clone();
            sized.cluster.accelerators = accelerators;
            let built = lightloom::scenario::structure(&sized, text, &facts)
                .unwrap_or_else(|e| panic!("{file} at {accelerators}: {e}"));
            let fabric = &built.fabric;
            assert_eq!(fabric.accelerators, accelerators, "{file}");
            // A port in use is an end of a link.
            for group in &fabric.switch_groups {
                let used = group.use_of_ports.value();
                assert!(used > 0.0 && used <= 1.0, "{file}: {} uses {used}", group.name);
            }
            for class in &fabric.link_classes {
                assert!(class.links > 0 && class.lengths.max >= class.lengths.min, "{file}");
            }
            let rate = system.scale_up.bandwidth_per_direction;
            let part = built.parts.accelerator.scale_up_bandwidth;
            assert!(
                ((rate / part) - 1.0).abs() < 0.01,
                "{file}: {rate} of scale-up, its accelerator has {part}"
            );
            if let ScaleUp::Wired(summary) = &fabric.scale_up {
                assert_eq!(summary.endpoints, system.scale_up.domain, "{file}");
            }
        }
    }
}

#[test]
fn a_system_is_found_under_one_name() {
    let names: Vec<&str> = lightloom::catalog::SYSTEMS.iter().map(|(name, _)| *name).collect();
    let unique: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), unique.len());
    // What is both a plan and a system is one text.
    for (name, text) in lightloom::catalog::SCENARIOS {
        if let Some((_, system)) = lightloom::catalog::SYSTEMS.iter().find(|(n, _)| n == name) {
            assert_eq!(system, text, "{name}");
        }
    }
}
