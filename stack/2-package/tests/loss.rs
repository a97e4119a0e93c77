//! More loss never costs less energy: longer copper between chip and conversion, technology by technology.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

mod common;

use common::{catalog, processes, standard, technologies};
use lightloom_evidence::Facts;
use lightloom_link::{Fec, Line, Node, Pam};
use lightloom_package::{PortSpec, ReachSearch, Shop, assemble};
use lightloom_units::{BitRate, Length, Quantity};

#[test]
fn more_loss_never_costs_less_energy() {
    let catalog = catalog();
    let (technologies, processes, standard) = (technologies(), processes(), standard());
    let nominal = Facts::nominal(&catalog);
    let mut compared = 0;
    for (fact, lengths) in [
        ("distance.board.panel", [60.0, 100.0, 150.0, 200.0, 260.0, 320.0]),
        ("distance.board.onboard", [40.0, 80.0, 120.0, 160.0, 200.0, 260.0]),
        ("distance.board.near", [20.0, 50.0, 80.0, 110.0, 140.0, 180.0]),
        ("distance.package.engine", [2.0, 8.0, 16.0, 25.0, 35.0, 50.0]),
    ] {
        let position = catalog.facts().iter().position(|f| f.id == fact).unwrap();
        for gbps in [100.0, 200.0] {
            for t in technologies
                .values()
                .filter(|t| format!("{:?}", t.path).contains(fact.rsplit('.').next().unwrap()))
            {
                let mut least = 0.0;
                for length in lengths {
                    let facts = nominal.with(position, Length::mm(length).si());
                    let shop =
                        Shop::new(&facts, &technologies, &processes, &standard, Node::N3, Node::N3)
                            .unwrap();
                    let line = Line { payload: BitRate::gbps(gbps), pam: Pam::Pam4, fec: Fec::Kp4 };
                    let fibre = Length::m(if t.cable.is_some() { 0.5 } else { 30.0 });
                    let spec = PortSpec {
                        rate: BitRate::gbps(800.0),
                        line,
                        length: fibre,
                        nominal_length: fibre,
                        near_is_switch: true,
                        through_circuit_switch: false,
                    };
                    let port = assemble(&shop, t, &spec, ReachSearch::AtLength).unwrap();
                    if !port.closes() {
                        break;
                    }
                    let energy = port.energy.lane().as_pj_per_bit();
                    assert!(
                        // Equalisers are searched, and so is the light that they leave needed: some settings are luckier.
                        energy > 0.98 * least,
                        "{} at {gbps} Gb/s, {fact} {length} mm: {energy:.3} after {least:.3} pJ/bit",
                        t.id
                    );
                    compared += usize::from(least > 0.0);
                    least = energy.max(least);
                }
            }
        }
    }
    assert!(compared > 60, "{compared} steps were compared");
}
