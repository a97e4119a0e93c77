//! Cross-sections and the curve of all shipped technologies, and sheets of some.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test uses a part")]

use lightloom_decide::anatomy::{cross_sections, path_curve};
use lightloom_decide::plan::{CrossSectionRow, PathCurve, Sheet};
use lightloom_decide::sheet::{Asked, sheet};
use lightloom_evidence::Facts;
use lightloom_link::{Fec, Line, Node, Pam};
use lightloom_package::{PortSpec, Shop};
use lightloom_scenario::Library;
use lightloom_units::{BitRate, Length};
use std::sync::OnceLock;

/// The ends of every technology at a lane rate in Gb/s, light over 30 m and copper over 1.2 m; and the curve.
pub fn at(lane: f64) -> (Vec<CrossSectionRow>, PathCurve) {
    let library = Library::shipped().unwrap();
    let facts = Facts::nominal(&library.catalog);
    let Library { technologies, processes, standard, .. } = &library;
    let shop = Shop::new(&facts, technologies, processes, standard, Node::N3, Node::N3).unwrap();
    let spec = |metres: f64| {
        let line = Line { payload: BitRate::gbps(lane), pam: Pam::Pam4, fec: Fec::Kp4 };
        let (rate, length) = (BitRate::gbps(800.0), Length::m(metres));
        PortSpec {
            rate,
            line,
            length,
            nominal_length: length,
            near_is_switch: false,
            through_circuit_switch: false,
        }
    };
    let ends = |t| {
        let t: &lightloom_package::Technology = t;
        let metres = if t.engine.is_some() { 30.0 } else { 1.2 };
        cross_sections(&shop, t, &spec(metres)).unwrap()
    };
    (technologies.values().flat_map(ends).collect(), path_curve(&shop, &spec(30.0)).unwrap())
}

/// Copper, a module, an engine at the switch that faces a module, and engines at both ends.
const LOOKED_INTO: [(&str, f64); 4] =
    [("dac", 1.0), ("retimed-pluggable", 30.0), ("cpo-switch", 30.0), ("cpo-accelerator", 30.0)];

/// The sheets that plans made by hand have: the numbers of shipped technologies.
pub fn sheets() -> Vec<Sheet> {
    static SHEETS: OnceLock<Vec<Sheet>> = OnceLock::new();
    let computed = || {
        let library = Library::shipped().unwrap();
        let facts = Facts::nominal(&library.catalog);
        let one = |(id, metres): (&str, f64)| {
            let length = Some(Length::m(metres));
            let asked = Asked { length, faces_partner: true, ..Asked::default() };
            sheet(&library, &facts, &library.technologies[id], &asked).unwrap()
        };
        LOOKED_INTO.map(one).into()
    };
    SHEETS.get_or_init(computed).clone()
}

/// The curve that they have.
pub fn curve() -> PathCurve {
    static CURVE: OnceLock<PathCurve> = OnceLock::new();
    CURVE.get_or_init(|| at(200.0).1).clone()
}
