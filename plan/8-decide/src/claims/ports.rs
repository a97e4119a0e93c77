//! Ports of technologies under the joint draws of all facts, and what copper and light make of each other.

use super::grounds::Grounds;
use crate::copper::{CopperError, CopperRequest, CopperTable, copper};
use crate::crossover::{CLOSE, Crossover, PLAN_LANES, crossover};
use crate::draws::{range, views};
use crate::sheet::Asked;
use lightloom_evidence::Facts;
use lightloom_link::{Fec, Line, Pam, Tier};
use lightloom_package::{AssemblyError, Port, PortSpec, ReachSearch, Shop, assemble, reach};
use lightloom_scenario::{Library, RunError};
use lightloom_units::{BitRate, Decibel, Length};
use std::rc::Rc;
use std::sync::Arc;

/// Least COM of a channel that is built: what the standards ask for.
const MARGIN: Decibel = Decibel::db(3.0);
/// Lane rates and modulations of `lightloom reach`.
const LANES: [f64; 4] = [50.0, 100.0, 200.0, 400.0];
const MODULATIONS: [Pam; 3] = [Pam::Pam4, Pam::Pam6, Pam::Pam8];

/// A lane of a payload in Gb/s behind RS(544,514).
pub(super) const fn line(gbps: f64, pam: Pam) -> Line {
    Line { payload: BitRate::gbps(gbps), pam, fec: Fec::Kp4 }
}

/// A port of four lanes of a payload in Gb/s, as `lightloom package --lane` asks for it.
pub(super) fn at_lane(gbps: f64, pam: Pam) -> Asked {
    Asked { rate: BitRate::gbps(4.0 * gbps), line: line(gbps, pam), ..Asked::default() }
}

/// A technology on a link of a length in metres: between two like itself, or facing its partner.
#[derive(Debug, Clone, Copy)]
pub(super) struct On<'i> {
    pub(super) id: &'i str,
    pub(super) line: Line,
    pub(super) metres: f64,
    pub(super) faces_partner: bool,
}

impl<'i> On<'i> {
    /// Between two like itself.
    pub(super) const fn alike(id: &'i str, line: Line, metres: f64) -> Self {
        Self { id, line, metres, faces_partner: false }
    }

    /// Facing what stands at accelerators where it stands at switches.
    pub(super) const fn facing(id: &'i str, line: Line, metres: f64) -> Self {
        Self { id, line, metres, faces_partner: true }
    }
}

impl On<'_> {
    fn spec(&self) -> PortSpec {
        let length = Length::m(self.metres);
        PortSpec {
            rate: self.line.payload * 4.0,
            line: self.line,
            length,
            nominal_length: length,
            near_is_switch: !self.faces_partner,
            through_circuit_switch: false,
        }
    }
}

impl Grounds<'_> {
    /// A figure of ports: at the facts as they are, and 5 and 95 % of joint draws. A draw that cannot be built is left out.
    pub(super) fn of_ports(
        &self,
        links: &[On<'_>],
        figure: impl Fn(&[Port]) -> f64,
    ) -> Result<(f64, [f64; 2]), RunError> {
        self.under_draws(|shop| {
            let port = |on: &On<'_>| {
                assemble(shop, self.technology(on.id)?, &on.spec(), ReachSearch::AtLength)
                    .map_err(RunError::from)
            };
            Ok(figure(&links.iter().map(port).collect::<Result<Vec<_>, _>>()?))
        })
    }

    /// The longest link of a technology that closes, m, with 5 and 95 % of joint draws.
    pub(super) fn reach_of(&self, on: On<'_>) -> Result<(f64, [f64; 2]), RunError> {
        self.under_draws(|shop| Ok(reach(shop, self.technology(on.id)?, &on.spec())?.as_m()))
    }

    /// The same with other values of facts, without draws.
    pub(super) fn reach_with(&self, facts: &Facts<'_>, on: On<'_>) -> Result<f64, RunError> {
        let shop = self.opened(facts)?;
        Ok(reach(&shop, self.technology(on.id)?, &on.spec())?.as_m())
    }

    /// The smallest margin of a link with other values of facts, dB: not estimated, for facts that are moved far.
    pub(super) fn margin_with(&self, facts: &Facts<'_>, on: On<'_>) -> Result<f64, RunError> {
        let shop = self.shop_of(facts)?;
        let port = assemble(&shop, self.technology(on.id)?, &on.spec(), ReachSearch::AtLength)?;
        Ok(port.margin.as_db())
    }

    pub(super) fn under_draws(
        &self,
        figure: impl Fn(&Shop<'_>) -> Result<f64, RunError>,
    ) -> Result<(f64, [f64; 2]), RunError> {
        let nominal = figure(&self.shop)?;
        let drawn = views(self.facts).filter_map(|view| figure(&self.opened(&view).ok()?).ok());
        Ok((nominal, range(nominal, drawn.collect())))
    }

    /// A shop with other values of facts.
    fn shop_of<'s>(&'s self, facts: &'s Facts<'_>) -> Result<Shop<'s>, RunError> {
        let Library { technologies, processes, standard, .. } = self.library;
        let [host, module] = self.shop.nodes();
        Ok(Shop::new(facts, technologies, processes, standard, host, module)?)
    }

    /// The same, its lanes estimated around the nominal ones.
    fn opened<'s>(&'s self, facts: &'s Facts<'_>) -> Result<Shop<'s>, RunError> {
        Ok(self.shop_of(facts)?.around(&self.shop))
    }

    /// Reach of passive copper, as `lightloom reach` has it.
    pub(super) fn copper(&self) -> Result<Rc<CopperTable>, RunError> {
        if let Some(known) = &*self.copper.borrow() {
            return Ok(Rc::clone(known));
        }
        let made = Rc::new(self.copper_with(self.facts)?);
        *self.copper.borrow_mut() = Some(Rc::clone(&made));
        Ok(made)
    }

    /// The same with other values of facts.
    pub(super) fn copper_with(&self, facts: &Facts<'_>) -> Result<CopperTable, RunError> {
        let request = CopperRequest {
            lanes: LANES.map(BitRate::gbps).to_vec(),
            modulations: MODULATIONS.to_vec(),
            gauges: Vec::new(),
            standard: Arc::clone(&self.library.standard),
            margin: MARGIN,
            tier: Tier::Pulse,
        };
        copper(facts, &self.library.technologies, &request).map_err(|error| match error {
            CopperError::Fact(error) => error.into(),
            CopperError::Link { source, .. } => AssemblyError::from(source).into(),
        })
    }

    /// Where copper gives way to light on the cluster, as `lightloom fabric crossover` has it.
    pub(super) fn crossover(&self) -> Result<Rc<Crossover>, RunError> {
        if let Some(known) = &*self.crossover.borrow() {
            return Ok(Rc::clone(known));
        }
        let lanes = PLAN_LANES.map(BitRate::gbps);
        let decided = self.decided()?;
        let made = crossover(&self.case(), self.facts, Some(&decided.links), &lanes, CLOSE)?;
        let made = Rc::new(made);
        *self.crossover.borrow_mut() = Some(Rc::clone(&made));
        Ok(made)
    }
}
