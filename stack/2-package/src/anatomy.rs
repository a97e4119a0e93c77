//! The way of one lane from the die of a chip to its fibre or cable: stretches with length, loss, energy and delay.
//!
//! | file | what |
//! |---|---|
//! | `bodies` | what the way leads through, with sizes: what a cross-section is drawn from |
//! | `curve` | energy and loss against electrical path length, for every technology |
//! | `lane` | loss, energy and delay of a link, told to the stretches where they arise |

mod bodies;
mod curve;
mod lane;

pub use bodies::{Body, BodyKind, bodies};
pub use curve::{PathPoint, path_curve};
pub use lane::anatomy;

use crate::Site;
use lightloom_link::{EnergySplit, LatencySplit};
use lightloom_units::{BitRate, Decibel, EnergyPerBit, Frequency, Length, Time};

/// What a stretch is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Transceivers and pads of the host chip.
    Die,
    /// A line in the package.
    Package,
    /// Wires of a parallel bus from die to die.
    Wires,
    /// A separable contact: a name of the catalog.
    Contact(String),
    /// A line on the board.
    Board,
    /// A cable over the board.
    Flyover,
    /// A line beyond the outermost contact: in a module or a plug.
    Module,
    /// Where the signal is decided before it leaves.
    Retimer(Regeneration),
    /// Where it is lifted as it comes in, and not decided.
    Redriver,
    /// Driver and modulator.
    Transmitter,
    /// Photodiode and amplifier.
    Receiver,
    /// This end's share of the laser.
    Laser,
    /// From chip to fibre.
    Coupler,
    /// Voltage conversion and controller.
    Supply,
    /// The fibre between the ends.
    Fibre,
    /// The cable between the ends.
    Cable,
}

/// What decides a signal on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Regeneration {
    /// A digital signal processor.
    Digital,
    /// An analogue equaliser with a clock of its own.
    Analogue,
    /// The far side of a parallel bus, and the engine's own lanes.
    DieToDie,
}

/// A stretch of a lane.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// What it is.
    pub part: Part,
    /// Length of copper along the lane; the cable's or fibre's between the ends.
    pub length: Length,
    /// Loss of copper at the lane's Nyquist frequency, pads of chips that end it included.
    pub copper_loss: Decibel,
    /// Loss of light; of a modulator with its bias point.
    pub light_loss: Decibel,
    /// Energy for a bit that leaves and a bit that comes in: of a link whose ends are alike, the link's.
    pub energy: EnergySplit,
    /// Delay on the slower of both ways.
    pub latency: LatencySplit,
}

/// What a part bought to a standard must serve beyond the channel at hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reserve {
    /// Loss.
    pub loss: Decibel,
    /// Delay that the link floor counts for it.
    pub delay: Time,
}

/// One end of a lane, from the die outwards.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneEnd {
    /// Technology.
    pub technology: String,
    /// Where the conversion stands.
    pub site: Site,
    /// Stretches; copper first in its order, then what converts.
    pub stretches: Vec<Stretch>,
    /// What the standard's channel has beyond this one.
    pub reserve: Reserve,
}

impl LaneEnd {
    /// Copper from the die's pad to the conversion or the cable.
    #[must_use]
    pub fn electrical_path(&self) -> Length {
        self.stretches.iter().map(|s| s.length).sum()
    }

    /// Loss of this copper at Nyquist.
    #[must_use]
    pub fn copper_loss(&self) -> Decibel {
        sum(self.stretches.iter().map(|s| s.copper_loss))
    }

    /// Loss that the circuits at its ends are built for.
    #[must_use]
    pub fn built_for(&self) -> Decibel {
        self.copper_loss() + self.reserve.loss
    }

    /// Energy for a bit out and a bit in.
    #[must_use]
    pub fn energy(&self) -> EnergySplit {
        self.stretches.iter().fold(EnergySplit::default(), |sum, s| sum + s.energy)
    }
}

/// The anatomy of a lane: both ends and what lies between.
#[derive(Debug, Clone, PartialEq)]
pub struct Anatomy {
    /// Payload of the lane on the medium.
    pub payload: BitRate,
    /// Frequency at which copper's loss is stated.
    pub nyquist: Frequency,
    /// The switch end and the near end.
    pub ends: [LaneEnd; 2],
    /// Cable or fibre; with the pads on the cable's side, where plugs decide.
    pub between: Stretch,
    /// Light lost to what the link allows for: dispersion, interference, ageing.
    pub light_allowance: Decibel,
    /// Collecting and decoding codewords in the receiving chip.
    pub fec: Time,
    /// Largest loss of copper that a receiver must equalise.
    pub loss: Decibel,
    /// Gauge of copper.
    pub awg: Option<u8>,
    /// Smallest margin of both ways.
    pub margin: Decibel,
    /// Whether it closes, with a cable that is built.
    pub closes: bool,
}

impl Anatomy {
    /// Energy of the lane per bit in one direction, both ends, mean of both directions: as [`crate::Port::energy`].
    #[must_use]
    pub fn energy(&self) -> EnergySplit {
        (self.ends[0].energy() + self.ends[1].energy()).scaled(0.5)
    }

    /// One-way latency of the slower way: as [`crate::Port::latency`].
    #[must_use]
    pub fn latency(&self) -> LatencySplit {
        let ends = self.ends.iter().flat_map(|e| &e.stretches);
        let mut total = LatencySplit { fec: self.fec, ..LatencySplit::default() };
        for stretch in ends.chain([&self.between]) {
            total.serdes += stretch.latency.serdes;
            total.retimer += stretch.latency.retimer;
            total.flight += stretch.latency.flight;
        }
        total.flight += self.ends[0].reserve.delay + self.ends[1].reserve.delay;
        total
    }
}

/// Electrical path length: copper from the die's pad to the conversion to light at the switch end; where nothing is
/// converted, from die to die.
///
/// # Model
/// Sum of the lengths of lines, wires and cables; contacts and chips have none.
///
/// # Example
/// ```
/// # use lightloom_package::anatomy::{anatomy, path_length};
/// # use lightloom_package::{PortSpec, Process, Shop, Technology};
/// # use lightloom_link::{Fec, Line, Node, Pam, com::ComSpec};
/// # use lightloom_units::{BitRate, Length};
/// # use std::{collections::BTreeMap, sync::Arc};
/// let catalog = lightloom_evidence::Catalog::parse(lightloom_catalog::FACTS)?;
/// let facts = lightloom_evidence::Facts::nominal(&catalog);
/// # let mut technologies = BTreeMap::new();
/// # for (file, text) in lightloom_catalog::TECHNOLOGIES {
/// #     let t = Technology::parse(file, text)?;
/// #     technologies.insert(t.id.clone(), t);
/// # }
/// # let mut processes = BTreeMap::new();
/// # for (file, text) in lightloom_catalog::PROCESSES {
/// #     let p = Process::parse(file, text)?;
/// #     processes.insert(p.id.clone(), p);
/// # }
/// # let standard = Arc::new(ComSpec::parse(lightloom_catalog::STANDARD.0, lightloom_catalog::STANDARD.1)?);
/// # let shop = Shop::new(&facts, &technologies, &processes, &standard, Node::N3, Node::N3)?;
/// let spec = PortSpec {
///     rate: BitRate::gbps(800.0),
///     line: Line { payload: BitRate::gbps(200.0), pam: Pam::Pam4, fec: Fec::Kp4 },
///     length: Length::m(30.0),
///     nominal_length: Length::m(30.0),
///     near_is_switch: true,
///     through_circuit_switch: false,
/// };
/// // 25 mm of package between the switch and an engine on its substrate.
/// let lane = anatomy(&shop, &technologies["cpo-switch"], &spec)?;
/// assert!((path_length(&lane).as_mm() - 25.0).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn path_length(anatomy: &Anatomy) -> Length {
    let own = anatomy.ends[0].electrical_path();
    match anatomy.between.part {
        Part::Cable => own + anatomy.between.length + anatomy.ends[1].electrical_path(),
        _ => own,
    }
}

fn sum(losses: impl Iterator<Item = Decibel>) -> Decibel {
    losses.fold(Decibel::ZERO, |sum, loss| sum + loss)
}

/// Host transceivers and retimers of a split: what the electrical side spends.
const fn electrical(energy: &EnergySplit) -> [EnergyPerBit; 2] {
    [energy.host_serdes, energy.retimer]
}
