//! The largest switch or accelerator bandwidth that a package reaches, and what binds it.

use crate::heat::{HeatError, Loads, Part, Place, Thermal};
use crate::space::Body;
use crate::technology::{Cooling, Site};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Area, BitRate, Count, EnergyPerBit, Length, Power, Quantity, Ratio};
use serde::{Deserialize, Serialize};

/// What can bind a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// Lanes over the edge of the host's silicon.
    Edge,
    /// Fibres over the edge of the package, the interposer or the stack.
    Fibres,
    /// Area for engines, connectors or balls.
    Area,
    /// Front panel of the box.
    FrontPanel,
    /// Power that is delivered to the package.
    Power,
    /// Temperatures.
    Heat,
}

impl Limit {
    /// Name in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Edge => "die edge",
            Self::Fibres => "fibre count",
            Self::Area => "area",
            Self::FrontPanel => "front panel",
            Self::Power => "power",
            Self::Heat => "heat",
        }
    }
}

/// A package of a given size, in a box of a given height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Package {
    /// Largest die of one exposure.
    pub reticle: Area,
    /// Silicon of the host.
    pub silicon: Area,
    /// Interposer.
    pub interposer: Area,
    /// Side of the substrate.
    pub side: Length,
    /// Share of an edge that can be used.
    pub edge_share: f64,
    /// Share of the area beside the silicon on which engines can stand.
    pub area_share: f64,
    /// Area of the substrate for the balls of one lane, power's share included.
    pub ball_area: Area,
    /// Area of a connector on the package for one lane of copper.
    pub copper_lane: Area,
    /// Rack units of front panel.
    pub rack_units: f64,
    /// Power that is delivered, with air and with liquid.
    pub power: [Power; 2],
    /// Energy of the core per bit switched.
    pub core: EnergyPerBit,
    /// Power that does not follow the bandwidth: an accelerator's arithmetic.
    pub fixed: Power,
}

impl Package {
    /// A switch package of today's size from `package.*`, with the core of `switch.nvswitch6`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        let ratio = |id: &str| facts.get::<Ratio>(&format!("package.{id}")).map(Ratio::value);
        let reticle: Area = facts.get("package.reticle")?;
        let pitch: Length = facts.get("package.ball_pitch")?;
        let balls = facts.get::<Count>("package.balls_per_lane")?.value();
        Ok(Self {
            reticle,
            silicon: reticle * ratio("silicon")?,
            interposer: reticle * ratio("interposer")?,
            side: facts.get("package.side")?,
            edge_share: ratio("edge_share")?,
            area_share: ratio("area_share")?,
            ball_area: pitch * pitch * (balls / ratio("ball_share")?),
            copper_lane: facts.get("package.copper_lane")?,
            rack_units: facts.get::<Count>("package.rack_units")?.value(),
            power: [facts.get("package.power.air")?, facts.get("package.power.liquid")?],
            core: facts.get("switch.nvswitch6.core_energy")?,
            fixed: Power::ZERO,
        })
    }

    /// Usable edge of the host's silicon, taken as one square block.
    #[must_use]
    pub fn die_edge(&self) -> Length {
        square_edge(self.silicon) * self.edge_share
    }

    /// The host in this package at a bandwidth.
    #[must_use]
    pub const fn place(&self, bandwidth: BitRate) -> Place {
        Place { silicon: self.silicon, core: self.core, fixed: self.fixed, bandwidth }
    }

    /// Area on which a technology's conversions, connectors or balls stand.
    fn room(&self, site: Site) -> Area {
        let rest = |whole: Area| (whole - self.silicon).max(Area::ZERO) * self.area_share;
        match site {
            Site::Substrate => rest(self.side * self.side),
            Site::Interposer => rest(self.interposer),
            Site::Stacked => self.silicon * self.area_share,
            Site::Panel | Site::Backplane | Site::Board => self.side * self.side,
        }
    }

    /// Edge over which a technology's fibres leave the package; `None` where they do not begin on it.
    fn fibre_edge(&self, site: Site) -> Option<Length> {
        let edge = match site {
            Site::Substrate => self.side * 4.0,
            Site::Interposer => square_edge(self.interposer),
            Site::Stacked => square_edge(self.silicon),
            Site::Panel | Site::Backplane | Site::Board => return None,
        };
        Some(edge * self.edge_share)
    }
}

/// Edge of a square.
fn square_edge(area: Area) -> Length {
    Length::m(4.0 * area.as_m2().max(0.0).sqrt())
}

/// Bandwidths that each limit allows, one direction, and the least of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Reach {
    /// Lanes over the die's edge; absent where chips are stacked.
    pub edge: Option<BitRate>,
    /// Fibres over the package's edge; absent for copper and for modules.
    pub fibres: Option<BitRate>,
    /// Area for engines, connectors or balls; absent where the catalog knows no engine's area.
    pub area: Option<BitRate>,
    /// Front panel; absent where none is used.
    pub front_panel: Option<BitRate>,
    /// Power delivered; absent where nothing takes power.
    pub power: Option<BitRate>,
    /// Temperatures.
    pub heat: Option<BitRate>,
    /// The part that sets the limit by heat.
    pub hottest: Part,
    /// The least.
    pub bandwidth: BitRate,
    /// What sets the least.
    pub binding: Limit,
}

impl Reach {
    /// Every limit with its bandwidth, in the order in which ties are named.
    #[must_use]
    pub const fn limits(&self) -> [(Limit, Option<BitRate>); 6] {
        [
            (Limit::Edge, self.edge),
            (Limit::Fibres, self.fibres),
            (Limit::Area, self.area),
            (Limit::FrontPanel, self.front_panel),
            (Limit::Power, self.power),
            (Limit::Heat, self.heat),
        ]
    }
}

/// The largest bandwidth of a package with a technology.
///
/// # Model
/// Edge: usable die edge times [`ElectricalEdge::density`](crate::space::ElectricalEdge::density). Fibres: usable edge of
/// what carries the engines times [`FibreLayout::per_edge`](crate::space::FibreLayout::per_edge). Area: engines by their
/// footprint on what the silicon leaves free (stacked ones under the silicon), copper on the package by the area of its
/// connectors, everything that leaves through the board by its balls. Front panel: rack units times bits through one.
/// Power: `(P - fixed) / (core + lanes + conversion on the package)`; lasers outside take none of it. Heat:
/// [`Thermal::highest_bandwidth`]. The least binds.
///
/// # Validity
/// One block of silicon without memory beside it. Each limit is computed as if it were alone: engines do not make room for
/// one another's fibres. The cooling is that of `thermal`, not what the technology's file says.
///
/// # Errors
/// [`HeatError`] when temperatures cannot be computed.
pub fn reach(
    package: &Package,
    body: &Body,
    loads: &Loads,
    thermal: &Thermal,
) -> Result<Reach, HeatError> {
    let place = package.place(BitRate::ZERO);
    let hot = thermal.highest_bandwidth(body, &place, loads)?;
    Ok(reach_at(package, body, loads, thermal.coolant.cooling, hot))
}

/// [`reach`], where the limit by heat and the part that sets it are known: from [`Thermal::highest_bandwidth`] of this package
/// and body, or from a report of them ([`HeatReport`](crate::heat::HeatReport)). The search for it is most of the time.
#[must_use]
pub fn reach_at(
    package: &Package,
    body: &Body,
    loads: &Loads,
    cooling: Cooling,
    (hot, hottest): (BitRate, Part),
) -> Reach {
    let edge = body.edge.map(|e| e.density(body.payload) * package.die_edge());
    let fibres = match (&body.fibres, package.fibre_edge(body.site)) {
        (Some(layout), Some(edge)) => Some(layout.per_edge() * edge),
        _ => None,
    };
    let room = package.room(body.site);
    let on_package = body.site.is_on_package();
    let area = match (&body.engine, on_package) {
        (Some(engine), true) => Some(engine.density() * room),
        (None, true) if body.fibres.is_some() => None,
        (None, true) => Some(body.payload * (room.si() / package.copper_lane.si())),
        (_, false) => Some(body.payload * (room.si() / package.ball_area.si())),
    };
    let front_panel = body.per_rack_unit().map(|rate| rate * package.rack_units);

    let [air, liquid] = package.power;
    let delivered = if cooling == Cooling::Air { air } else { liquid };
    let mut per_bit = package.core + loads.host;
    if on_package {
        per_bit += loads.conversion();
        if body.laser_modules <= 0.0 {
            per_bit += loads.laser;
        }
    }
    let left = (delivered - package.fixed).max(Power::ZERO);
    let power = (per_bit > EnergyPerBit::ZERO).then(|| left / per_bit);

    let mut reach = Reach {
        edge,
        fibres,
        area,
        front_panel,
        power,
        heat: Some(hot),
        hottest,
        bandwidth: hot,
        binding: Limit::Heat,
    };
    for (limit, bandwidth) in reach.limits() {
        if let Some(bandwidth) = bandwidth.filter(|b| *b < reach.bandwidth) {
            reach.bandwidth = bandwidth;
            reach.binding = limit;
        }
    }
    reach
}
