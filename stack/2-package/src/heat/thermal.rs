//! The network of a technology in a box or cage.

use crate::heat::path::over;
use crate::heat::{Coolant, HeatError, Loads, Network, Path};
use crate::space::Body;
use crate::technology::{Cooling, Site};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{
    Area, BitRate, EnergyPerBit, Power, Ratio, Temperature, ThermalInsulance, ThermalResistance,
};
use serde::Serialize;

/// Nodes of the network, leaves first.
const LASER: usize = 0;
const LASER_CASE: usize = 1;
const PHOTONIC: usize = 2;
const OTHER_PHOTONIC: usize = 3;
const CASE: usize = 4;
const OTHER_CASE: usize = 5;
const ELECTRONIC: usize = 6;
const OTHER_ELECTRONIC: usize = 7;
const HOST: usize = 8;
const COOLANT: usize = 9;
const NODES: usize = 10;

/// A part whose temperature is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Switch or accelerator.
    Host,
    /// Electronic chip of an engine or module.
    Electronic,
    /// Photonic chip, with its rings where it has them.
    Photonic,
    /// Laser junction.
    Laser,
    /// Case of a module.
    Case,
}

impl Part {
    /// Name in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Host => "host chip",
            Self::Electronic => "electronic chip",
            Self::Photonic => "photonic chip",
            Self::Laser => "laser",
            Self::Case => "module case",
        }
    }
}

/// Highest temperatures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ThermalLimits {
    /// Host chip and electronic chips.
    pub chip: Temperature,
    /// Rings.
    pub ring: Temperature,
    /// Laser junctions.
    pub laser: Temperature,
    /// Cases of modules.
    pub case: Temperature,
}

/// Resistances, coolants and limits, read once for one way of cooling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thermal {
    /// Coolant.
    pub coolant: Coolant,
    /// Layers from die to coolant.
    pub path: Path,
    /// Case of a module to the coolant.
    pub cage: ThermalResistance,
    /// Case of an external laser module to the coolant.
    pub laser_module: ThermalResistance,
    /// Laser junction to its case: inside a module, and in an external laser module.
    pub laser: [ThermalResistance; 2],
    /// Host chip to one engine: on the substrate, and on the interposer.
    pub neighbour: [ThermalResistance; 2],
    /// Bond between chips that are stacked.
    pub stacked: ThermalInsulance,
    /// Limits.
    pub limits: ThermalLimits,
    /// Power of an idle host over that at full load.
    pub idle: f64,
}

/// A host chip with engines around it, or with modules in the panel before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Silicon of the host.
    pub silicon: Area,
    /// Power of the host per bit of its bandwidth, without lanes.
    pub core: EnergyPerBit,
    /// Power of the host that does not follow its bandwidth.
    pub fixed: Power,
    /// Bandwidth of one direction.
    pub bandwidth: BitRate,
}

/// What is switched on, and how warm the coolant comes in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    /// Inlet temperature.
    pub inlet: Temperature,
    /// Share of the host's full power.
    pub host: f64,
    /// Share of full power of the engine that is looked at.
    pub own: f64,
    /// Share of full power of all other engines.
    pub others: f64,
}

/// Temperatures of the parts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Temperatures {
    /// Coolant, mean between inlet and outlet of the box.
    pub coolant: Temperature,
    /// Host chip.
    pub host: Temperature,
    /// Electronic chip; absent for copper.
    pub electronic: Option<Temperature>,
    /// Photonic chip; absent for copper.
    pub photonic: Option<Temperature>,
    /// Laser; absent for copper.
    pub laser: Option<Temperature>,
    /// Case of a module in the panel; absent elsewhere.
    pub case: Option<Temperature>,
}

impl Thermal {
    /// Reads `heat.*` for a way of cooling.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, cooling: Cooling) -> Result<Self, FactError> {
        let name = cooling.name();
        let chip = facts.get("heat.limit.chip")?;
        Ok(Self {
            coolant: Coolant::from_facts(facts, cooling)?,
            path: Path::from_facts(facts, cooling)?,
            cage: facts.get(&format!("heat.cage.{name}"))?,
            laser_module: facts.get(&format!("heat.laser.module.{name}"))?,
            laser: [facts.get("heat.laser.internal")?, facts.get("heat.laser.external")?],
            neighbour: [
                facts.get("heat.neighbour.substrate")?,
                facts.get("heat.neighbour.interposer")?,
            ],
            stacked: facts.get("heat.bond.hybrid")?,
            limits: ThermalLimits {
                chip,
                ring: facts.get("ring.temperature_high")?,
                laser: facts.get("heat.limit.laser")?,
                case: facts.get("heat.limit.case")?,
            },
            idle: facts.get::<Ratio>("heat.idle")?.value(),
        })
    }

    /// Everything on, coolant at its warmest.
    #[must_use]
    pub const fn full(&self) -> State {
        State { inlet: self.coolant.warm, host: 1.0, own: 1.0, others: 1.0 }
    }

    /// The host idle, the other engines off, coolant at its coolest; the engine that is looked at runs.
    #[must_use]
    pub const fn quiet(&self) -> State {
        State { inlet: self.coolant.cold, host: self.idle, own: 1.0, others: 0.0 }
    }

    /// Resistances of a place.
    ///
    /// # Model
    /// Host: its layers to the coolant. Engine: electronic chip by its layers to the coolant, or by its case where it stands in
    /// the panel; photonic chip by its bond to the electronic one; a resistance to the host where both share a package.
    /// Stacked chips have no lid of their own: their heat leaves through the host. All other engines are one node, with
    /// their conductances added, which is exact while they are alike. Lasers: chip to case to the inlet. What stands in
    /// the panel meets the coolant first; the rest meets it at its mean temperature in the box.
    fn network(&self, body: &Body, place: &Place) -> Result<(Network<NODES>, f64), HeatError> {
        let mut net = Network::default();
        net.ground(COOLANT, self.coolant.to_inlet())?;
        net.connect(HOST, COOLANT, self.path.resistance(place.silicon)?)?;
        let mut engines = 0.0;
        if let Some(engine) = &body.engine {
            engines = engines_of(body, place);
            self.engine(&mut net, body, [ELECTRONIC, PHOTONIC, CASE], engine.footprint, 1.0)?;
            let others = engines - 1.0;
            if others > MOST_NEARLY_NONE {
                let nodes = [OTHER_ELECTRONIC, OTHER_PHOTONIC, OTHER_CASE];
                self.engine(&mut net, body, nodes, engine.footprint, others)?;
            } else {
                unused(&mut net, &[OTHER_ELECTRONIC, OTHER_PHOTONIC, OTHER_CASE])?;
            }
            if body.laser_modules > 0.0 {
                net.ground(LASER_CASE, self.laser_module / (body.laser_modules * engines))?;
                net.connect(LASER, LASER_CASE, self.laser[1] / (body.lasers * engines))?;
            } else {
                net.connect(LASER, CASE, self.laser[0] / body.lasers)?;
                unused(&mut net, &[LASER_CASE])?;
            }
        } else {
            unused(&mut net, &[ELECTRONIC, PHOTONIC, CASE])?;
            unused(&mut net, &[OTHER_ELECTRONIC, OTHER_PHOTONIC, OTHER_CASE])?;
            unused(&mut net, &[LASER_CASE, LASER])?;
        }
        Ok((net, engines))
    }

    fn engine(
        &self,
        net: &mut Network<NODES>,
        body: &Body,
        [electronic, photonic, case]: [usize; 3],
        footprint: Area,
        alike: f64,
    ) -> Result<(), HeatError> {
        net.connect(photonic, electronic, over(body.bond, footprint)? / alike)?;
        let [substrate, interposer] = self.neighbour;
        match body.site {
            Site::Stacked => {
                net.connect(electronic, HOST, over(self.stacked, footprint)? / alike)?;
                // A laser inside a stack stands on the photonic chip.
                net.connect(case, photonic, over(body.bond, footprint)? / alike)?;
                return Ok(());
            }
            Site::Substrate => net.connect(electronic, HOST, substrate / alike)?,
            Site::Interposer => net.connect(electronic, HOST, interposer / alike)?,
            Site::Panel | Site::Backplane | Site::Board => {}
        }
        net.connect(electronic, case, self.path.to_lid(footprint)? / alike)?;
        if body.site == Site::Panel {
            return net.ground(case, self.cage / alike);
        }
        net.connect(case, COOLANT, self.path.lid_to_coolant(footprint)? / alike)
    }

    /// Temperatures in a state.
    ///
    /// # Validity
    /// The electrical power of a laser is taken to become heat in it: a tenth leaves as light.
    ///
    /// # Errors
    /// [`HeatError`] for areas, bandwidths or resistances that are not above zero.
    pub fn temperatures(
        &self,
        body: &Body,
        place: &Place,
        loads: &Loads,
        state: &State,
    ) -> Result<Temperatures, HeatError> {
        let (net, engines) = self.network(body, place)?;
        let powers = powers(body, place, loads, state, engines);
        let kelvin = net.rise(&powers)?;
        let at = |node: usize| state.inlet.warmer_by(kelvin[node]);
        let light = body.engine.is_some();
        Ok(Temperatures {
            coolant: at(COOLANT),
            host: at(HOST),
            electronic: light.then(|| at(ELECTRONIC)),
            photonic: light.then(|| at(PHOTONIC)),
            laser: light.then(|| at(LASER)),
            case: (light && body.site == Site::Panel).then(|| at(CASE)),
        })
    }

    /// Heat that goes in and heat that comes out, in a state: the same, if the network is right.
    ///
    /// # Errors
    /// As [`Thermal::temperatures`].
    pub fn balance(
        &self,
        body: &Body,
        place: &Place,
        loads: &Loads,
        state: &State,
    ) -> Result<[Power; 2], HeatError> {
        let (net, engines) = self.network(body, place)?;
        let powers = powers(body, place, loads, state, engines).map(Power::w);
        let solved = net.solve(state.inlet, &powers)?;
        Ok([powers.into_iter().sum(), net.heat_out(state.inlet, &solved)])
    }

    /// Heat of everything in the box that is computed, in a state.
    #[must_use]
    pub fn power(&self, body: &Body, place: &Place, loads: &Loads, state: &State) -> Power {
        powers(body, place, loads, state, engines_of(body, place)).map(Power::w).into_iter().sum()
    }

    /// The part that comes nearest to its limit or exceeds it most, and the kelvin that it has left.
    #[must_use]
    pub fn tightest(&self, body: &Body, found: &Temperatures) -> (Part, f64) {
        let limits = &self.limits;
        let photonic = if body.rings { limits.ring } else { limits.chip };
        let candidates = [
            (Part::Electronic, found.electronic, limits.chip),
            (Part::Photonic, found.photonic, photonic),
            (Part::Laser, found.laser, limits.laser),
            (Part::Case, found.case, limits.case),
        ];
        let mut worst = (Part::Host, limits.chip.kelvin_above(found.host));
        for (part, temperature, limit) in candidates {
            let Some(temperature) = temperature else { continue };
            let left = limit.kelvin_above(temperature);
            if left < worst.1 {
                worst = (part, left);
            }
        }
        worst
    }
}

/// Engines beside the one that is looked at, below which there are none.
const MOST_NEARLY_NONE: f64 = 1e-9;

/// Engines or modules that a bandwidth takes; none for copper.
fn engines_of(body: &Body, place: &Place) -> f64 {
    body.engine.map_or(0.0, |engine| (place.bandwidth / engine.capacity).max(1.0))
}

/// Ties nodes that a technology does not have to the inlet, so that the system stays definite.
fn unused(net: &mut Network<NODES>, nodes: &[usize]) -> Result<(), HeatError> {
    nodes.iter().try_for_each(|n| net.ground(*n, ThermalResistance::k_per_w(1.0)))
}

/// Watts of each node.
fn powers(body: &Body, place: &Place, loads: &Loads, state: &State, engines: f64) -> [f64; NODES] {
    let mut watts = [0.0; NODES];
    let host = (place.core + loads.host) * place.bandwidth + place.fixed;
    watts[HOST] = host.as_w() * state.host;
    if engines <= 0.0 {
        return watts;
    }
    let each = place.bandwidth / engines;
    let others = engines - 1.0;
    let other = if others > MOST_NEARLY_NONE { others * state.others } else { 0.0 };
    let (electronic, photonic) = ((loads.electronic * each).as_w(), (loads.photonic * each).as_w());
    let laser = (loads.laser * each).as_w();
    watts[ELECTRONIC] = electronic * state.own;
    watts[PHOTONIC] = photonic * state.own;
    watts[OTHER_ELECTRONIC] = electronic * other;
    watts[OTHER_PHOTONIC] = photonic * other;
    if body.laser_modules > 0.0 {
        // External lasers are lit for all engines.
        watts[LASER] = laser * (state.own + other);
    } else {
        watts[LASER] = laser * state.own;
        watts[OTHER_CASE] = laser * other;
    }
    watts
}
