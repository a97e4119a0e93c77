//! Clos counts against published tables.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::clos;
use lightloom_fabric::clos::{count, most_endpoints};
use lightloom_fabric::{ClosSpec, FabricError, Oversubscription};
use lightloom_units::Ratio;
use proptest::prelude::*;

fn switches(endpoints: u64, spec: &ClosSpec) -> Vec<u64> {
    count(endpoints, spec).unwrap().layers.iter().map(|l| l.switches).collect()
}

fn links(endpoints: u64, spec: &ClosSpec) -> Vec<u64> {
    count(endpoints, spec).unwrap().layers.iter().map(|l| l.links).collect()
}

#[test]
fn most_endpoints_of_full_trees() {
    // systems.md 2.1.
    assert_eq!(most_endpoints(64, 3), Some(65_536));
    assert_eq!(most_endpoints(72, 3), Some(93_312));
    assert_eq!(most_endpoints(128, 2), Some(8_192));
    assert_eq!(most_endpoints(144, 2), Some(10_368));
    assert_eq!(most_endpoints(512, 3), Some(33_554_432));
    assert_eq!(most_endpoints(64, 0), None);
    assert_eq!(most_endpoints(u64::MAX, 4), None);
}

#[test]
fn dgx_superpod_b200() {
    // S212-S215: 64 x 400G, leaf / spine / core.
    let spec = clos(8, 400.0, 1, 64, 8);
    assert_eq!(switches(512, &spec), [16, 8]);
    assert_eq!(switches(1_024, &spec), [32, 16]);
    assert_eq!(switches(2_048, &spec), [64, 32]);
    assert_eq!(switches(4_096, &spec), [128, 128, 64]);
    assert_eq!(links(512, &spec), [512, 512]);
    assert_eq!(links(4_096, &spec), [4_096, 4_096, 4_096]);
}

#[test]
fn dgx_superpod_b300_xdr() {
    // S218-S220: 144 x 800G. `ceil(N / k)` gives 16 spines for 2,304; 72 uplinks spread evenly over 18.
    let spec = clos(8, 800.0, 1, 144, 8);
    assert_eq!(switches(576, &spec), [8, 4]);
    assert_eq!(switches(1_152, &spec), [16, 8]);
    assert_eq!(switches(2_304, &spec), [32, 18]);
    assert_eq!(links(2_304, &spec), [2_304, 2_304]);
}

#[test]
fn lambda_cpo_fabric() {
    // S238, S239, E025: all switches of 144 ports for 576, 4,608, 10,368, 41,472 accelerators.
    let spec = clos(8, 800.0, 1, 144, 1);
    for (endpoints, published) in [(576, 12), (4_608, 100), (10_368, 216), (41_472, 1_440)] {
        assert_eq!(switches(endpoints, &spec).iter().sum::<u64>(), published);
    }
}

#[test]
fn planes_split_the_interface_and_multiply_the_switches() {
    // A 102.4T switch as 128 x 800G carries 8,192 endpoints in two layers, as 4 planes of 512 x 200G 131,072.
    let wide = clos(4, 800.0, 1, 128, 1);
    let narrow = clos(4, 800.0, 4, 512, 1);
    assert_eq!(count(131_072, &wide).unwrap().layers.len(), 3);
    let counted = count(131_072, &narrow).unwrap();
    assert_eq!(counted.layers.len(), 2);
    assert_eq!(switches(131_072, &narrow), [4 * 512, 4 * 256]);
    assert!((counted.port_rate.as_gbps() - 200.0).abs() < 1e-9);
    assert_eq!(counted.layers[0].links, 4 * 131_072);
}

#[test]
fn oversubscription_at_the_leaf() {
    // 3:1 on 64 ports: 48 down, 16 up. 3,072 endpoints: 64 leaves, 1,024 uplinks, 16 spines of 64.
    let spec = ClosSpec {
        oversubscription: Oversubscription::leaf(Ratio::new(3.0)),
        ..clos(8, 400.0, 1, 64, 1)
    };
    let counted = count(3_072, &spec).unwrap();
    assert_eq!((counted.leaf_down, counted.leaf_up), (48, 16));
    assert_eq!(switches(3_072, &spec), [64, 16]);
    assert_eq!(links(3_072, &spec), [3_072, 1_024]);
    assert!((counted.oversubscription().value() - 3.0).abs() < 1e-12);
}

/// Uplinks whose number is prime are no reason for a core switch for each.
#[test]
fn uplinks_that_do_not_divide_evenly_are_rounded_up() {
    // 16,704 endpoints of 64 ports: 522 leaves in 17 pods of 31. A core switch can take three links of a spine in each
    // pod, 51 of its 64 ports, so eleven serve the 31 uplinks: 33 are wired, and 31 + 33 are a spine's ports.
    let counted = count(16_704, &clos(1, 400.0, 1, 64, 1)).unwrap();
    assert_eq!(switches(16_704, &clos(1, 400.0, 1, 64, 1)), [522, 17 * 32, 32 * 11]);
    assert_eq!((counted.layers[2].spread, counted.layers[2].trunk), (11, 3));
    assert_eq!(counted.layers[2].links, 17 * 32 * 33);
    // 18,056: 565 leaves in 18 pods of 32. A spine has no port for a 33rd uplink, so the 32 are spread by two.
    let counted = count(18_056, &clos(1, 400.0, 1, 64, 1)).unwrap();
    assert_eq!((counted.layers[2].spread, counted.layers[2].trunk), (16, 2));
}

#[test]
fn one_switch_where_it_suffices() {
    assert_eq!(switches(64, &clos(8, 400.0, 1, 64, 8)), [1]);
    assert_eq!(switches(65, &clos(8, 400.0, 1, 64, 1)), [3, 2]);
}

#[test]
fn errors_say_what_to_do() {
    let spec = ClosSpec { layers: Some(2), ..clos(8, 400.0, 1, 64, 1) };
    let error = count(4_096, &spec).unwrap_err();
    assert_eq!(error, FabricError::TooManyEndpoints { endpoints: 4_096, layers: 2, radix: 64 });
    assert!(error.hint().contains("more layers"));
    let one_port = clos(8, 400.0, 1, 1, 1);
    assert!(matches!(count(2, &one_port), Err(FabricError::RadixTooSmall { .. })));
    let none = clos(8, 400.0, 0, 64, 1);
    assert!(matches!(count(2, &none), Err(FabricError::Zero { .. })));
    let huge = clos(8, 400.0, u64::MAX, 64, u64::MAX);
    assert!(matches!(count(u64::MAX, &huge), Err(FabricError::TooLarge { .. })));
    let nan = ClosSpec {
        oversubscription: Oversubscription::leaf(Ratio::new(f64::NAN)),
        ..clos(8, 400.0, 1, 64, 1)
    };
    assert!(matches!(count(64, &nan), Err(FabricError::NotPositive { .. })));
}

proptest! {
    /// Whatever is built: every switch has ports for its links, every endpoint a way up, in each plane.
    #[test]
    fn ports_suffice(
        endpoints in 1_u64..200_000,
        half in 1_u64..300,
        planes in 1_u64..5,
        rails in 1_u64..9,
        o in 0.3_f64..8.0,
    ) {
        let spec = ClosSpec { oversubscription: Oversubscription::leaf(Ratio::new(o)), ..clos(1, 400.0, planes, 2 * half, rails) };
        if let Ok(clos) = count(endpoints, &spec) {
            prop_assert_eq!(clos.layers[0].links, endpoints * planes);
            for (i, layer) in clos.layers.iter().enumerate() {
                let up = clos.layers.get(i + 1).map_or(0, |above| above.spread * above.trunk);
                let down = layer.fan_in * layer.trunk;
                prop_assert!(down + up <= 2 * half, "layer {} of {:?}", i, clos);
                prop_assert_eq!(layer.switches, layer.groups * layer.switches_per_group);
                // Room for everything below.
                let below = if i == 0 { endpoints } else { clos.layers[i - 1].groups };
                prop_assert!(layer.groups * layer.fan_in >= below);
                // Above the leaf nothing is oversubscribed, and no more is wired than comes out even.
                let even = clos.layers.get(i + 1).map_or(0, |above| above.spread);
                if i > 0 && up > 0 { prop_assert!(up >= down && up < down + even, "{:?}", clos); }
            }
            prop_assert_eq!(clos.layers[clos.layers.len() - 1].groups, 1);
        }
    }

    /// A network that is full has the closed-form count.
    #[test]
    fn full_trees(half in 2_u64..24, layers in 2_u32..5) {
        let endpoints = most_endpoints(2 * half, layers).unwrap();
        let spec = clos(1, 400.0, 1, 2 * half, 1);
        let got = switches(endpoints, &spec);
        let mut expected = vec![endpoints / half; layers as usize];
        expected[layers as usize - 1] /= 2;
        prop_assert_eq!(got, expected);
        let same_layers = ClosSpec { layers: Some(u64::from(layers)), ..spec };
        prop_assert!(count(endpoints + 1, &same_layers).is_err());
    }
}
