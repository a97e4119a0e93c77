//! A technology, declared: parts, distances, and where the conversion sits.

use crate::ServiceUnit;
use lightloom_link::{Fec, Pam};
use lightloom_units::{BitRate, DecibelMilliwatt};
use serde::{Deserialize, Serialize};

/// Group of technologies, for colours and strategies.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Copper without light.
    Copper,
    /// Modules in a front panel.
    Pluggable,
    /// Optics on the board, not on the package.
    NearPackage,
    /// Optics on the package.
    CoPackaged,
}

/// What lies between the two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Medium {
    /// Twin-axial copper.
    Copper,
    /// Single-mode fibre.
    Fibre,
}

/// Where the conversion to light stands; for copper, where its cable begins.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Site {
    /// In the front panel.
    Panel,
    /// Behind the box, at a rack's backplane.
    Backplane,
    /// On the board, behind the front panel.
    Board,
    /// On the package's substrate, beside the chip.
    Substrate,
    /// On the chip's own interposer.
    Interposer,
    /// Under or on the chip.
    Stacked,
}

impl Site {
    /// All, from the farthest to the nearest.
    pub const ALL: [Self; 6] = [
        Self::Panel,
        Self::Backplane,
        Self::Board,
        Self::Substrate,
        Self::Interposer,
        Self::Stacked,
    ];

    /// Name in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Panel => "front panel",
            Self::Backplane => "backplane",
            Self::Board => "board",
            Self::Substrate => "package substrate",
            Self::Interposer => "interposer",
            Self::Stacked => "stack of chips",
        }
    }

    /// Whether it is part of the chip's package.
    #[must_use]
    pub const fn is_on_package(self) -> bool {
        matches!(self, Self::Substrate | Self::Interposer | Self::Stacked)
    }
}

/// What carries the heat of the conversion away.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Cooling {
    /// Fins in the air of the box.
    Air,
    /// A plate with liquid.
    Liquid,
}

impl Cooling {
    /// Name in a sentence, as in the catalog's identifiers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Air => "air",
            Self::Liquid => "liquid",
        }
    }
}

/// A piece of the electrical path of one end, from the chip outwards. Lengths are names of
/// `distance.*` facts, so that their ranges reach the results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Piece {
    /// A line in the package.
    Package(String),
    /// A line on a board.
    Board(String),
    /// A contact: a `connector.*` fact.
    Connector(String),
    /// A fly-over cable of so many AWG.
    Flyover {
        /// Gauge.
        awg: u8,
        /// Name of its length.
        length: String,
    },
}

/// Where the signal is decided on its way through a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Retiming {
    /// Nowhere: linear both ways.
    None,
    /// In the transmit direction only.
    Transmit,
    /// Both ways.
    Both,
}

/// The interface between the host chip and the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Interface {
    /// Serial lanes.
    Serdes,
    /// A parallel die-to-die bus; the engine is its own retimer.
    DieToDie,
}

/// The optical part of an end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engine {
    /// Host interface.
    pub interface: Interface,
    /// Where the signal is decided.
    pub retiming: Retiming,
    /// Name of the modulator's facts.
    pub modulator: String,
    /// Name of the laser's facts.
    pub laser: String,
    /// Name of the coupler's facts.
    pub coupler: String,
    /// Name of the bond between electronic and photonic chip.
    pub bond: String,
    /// Wavelengths on one fibre.
    pub wavelengths: u32,
    /// Lanes side by side in one imaging fibre; one in any other.
    #[serde(default = "one")]
    pub cores: u32,
    /// The optical lane, where it differs from the host's.
    pub line: Option<EngineLine>,
    /// How fibres are brought to the chip: name of the `alignment.*` facts.
    pub alignment: String,
    /// Rows of fibres at the coupler: one along an edge, several over an array of gratings.
    #[serde(default = "one")]
    pub fibre_rows: u32,
    /// How it is made: name of a flow in `catalog/processes/`.
    pub process: String,
    /// Whether its retimers are digital whatever the channel needs: a part that was built so. Else the channel decides.
    #[serde(default)]
    pub digital: bool,
    /// Whether its lasers shine at their rated power, as those of some parts that are sold; else at what the link needs.
    #[serde(default)]
    pub rated_light: bool,
    /// Outer modulation amplitude that it launches at least, where a standard asks for it or it was measured.
    pub launch: Option<DecibelMilliwatt>,
    /// Name of the filters that bring wavelengths into one fibre and part them (`multiplexer.NAME.loss`); rings do it alone.
    pub multiplexer: Option<String>,
    /// Payload of one engine or module; sets how much one failure takes.
    pub capacity: BitRate,
}

/// Where an engine's light comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Laser modules in the front panel.
    External,
    /// Lasers in the module or engine, their light modulated behind them.
    Internal,
    /// One vertical-cavity laser for each lane, modulated by its current.
    Vcsel,
    /// One micro-LED for each lane, modulated by its current.
    MicroLed,
}

impl Engine {
    /// Where its light comes from: directly modulated sources by the name of the modulator, else by that of the laser.
    #[must_use]
    pub fn source(&self) -> Source {
        match (self.modulator.as_str(), self.laser.as_str()) {
            ("vcsel", _) => Source::Vcsel,
            ("microled", _) => Source::MicroLed,
            (_, "external") => Source::External,
            _ => Source::Internal,
        }
    }

    /// Fibres of one direction that so many lanes take.
    #[must_use]
    pub fn strands(&self, lanes: f64) -> f64 {
        libm::ceil(lanes / self.lanes_per_fibre() - 1e-9)
    }

    /// Lanes of one fibre: wavelengths on a core, times cores.
    #[must_use]
    pub fn lanes_per_fibre(&self) -> f64 {
        f64::from(self.wavelengths.max(1)) * f64::from(self.cores.max(1))
    }

    /// Name of its cable's facts, `cost.NAME.*` and `cable.NAME.*`.
    #[must_use]
    pub fn cable(&self) -> &'static str {
        if self.source() == Source::MicroLed { "imaging" } else { "fibre" }
    }

    /// Whether one laser of each colour may feed that colour of as many fibres as its power allows: rings part the colours,
    /// and neither a standard nor its maker sets the light.
    #[must_use]
    pub fn shares_colours(&self) -> bool {
        let set = self.launch.is_some() || self.rated_light || self.multiplexer.is_some();
        let lasers = matches!(self.source(), Source::External | Source::Internal);
        self.wavelengths > 1 && lasers && !set
    }
}

const fn one() -> u32 {
    1
}

/// An optical lane of its own, behind a parallel interface.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineLine {
    /// Payload of one wavelength.
    pub payload: BitRate,
    /// Modulation.
    pub pam: Pam,
    /// Code.
    pub fec: Fec,
}

/// What the plugs of an active cable hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActiveCable {
    /// A linear redriver in the receiving plug of each direction, behind the wire: nothing is decided in the cable.
    Redriver,
    /// A retimer in each plug.
    Retimer,
}

/// The copper part of an end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cable {
    /// Gauges to choose from, thinnest first.
    pub awg: Vec<u8>,
    /// What its plugs hold; nothing in a passive cable.
    pub active: Option<ActiveCable>,
    /// Highest length that is built, where handling and not the signal sets it: a `distance.*` fact.
    pub longest: Option<String>,
}

/// What stands at the near end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Partner {
    /// The same technology.
    Same,
    /// Another one, by id, where that end is not a switch: a co-packaged switch facing a pluggable NIC. Between switches the same.
    Other(String),
    /// Another one, by id, whatever that end is.
    Facing(String),
}

/// A technology as written in `catalog/technologies/NAME.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Technology {
    /// Identifier.
    pub id: String,
    /// Name as people write it.
    pub name: String,
    /// Short name of one end, where it faces a different one: `NPO`. Left out, the name.
    pub end: Option<String>,
    /// One sentence.
    pub about: String,
    /// Group.
    pub family: Family,
    /// Where the conversion stands.
    pub site: Site,
    /// What cools it.
    pub cooling: Cooling,
    /// Electrical path of one end.
    pub path: Vec<Piece>,
    /// Whether its parts are bought to the chip-to-module standard and must serve the standard's channel.
    #[serde(default)]
    pub standard_channel: bool,
    /// The optical part; absent for copper.
    pub engine: Option<Engine>,
    /// The copper part; absent for fibre.
    pub cable: Option<Cable>,
    /// What stands at the near end.
    pub partner: Partner,
    /// Lowest and highest payload of a lane that it is built for.
    pub lanes: [BitRate; 2],
    /// Whether the cable must stay within a rack or between neighbouring trays.
    #[serde(default)]
    pub fixed_in_rack: bool,
}

/// A technology file that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TechnologyError {
    /// Not the right TOML.
    #[error("{file}: {message}")]
    Parse {
        /// File name.
        file: String,
        /// The parser's words, with line and column.
        message: String,
    },
    /// An id that would read as that of a pair.
    #[error("{file}: the id `{id}` holds `~`, which stands between the two ends of a pair")]
    Id {
        /// File name.
        file: String,
        /// The id.
        id: String,
    },
    /// Neither engine nor cable, or both.
    #[error("{file}: a technology has either an [engine] or a [cable]")]
    Medium {
        /// File name.
        file: String,
    },
}

impl Technology {
    /// Reads one file.
    ///
    /// # Errors
    /// [`TechnologyError`] with the file's name and the parser's position.
    pub fn parse(file: &str, text: &str) -> Result<Self, TechnologyError> {
        let technology: Self = toml::from_str(text).map_err(|e| TechnologyError::Parse {
            file: file.to_owned(),
            message: e.to_string(),
        })?;
        if technology.id.contains(crate::pair::FACING) {
            return Err(TechnologyError::Id { file: file.to_owned(), id: technology.id });
        }
        if technology.engine.is_some() == technology.cable.is_some() {
            return Err(TechnologyError::Medium { file: file.to_owned() });
        }
        Ok(technology)
    }

    /// Short name of one end.
    #[must_use]
    pub fn end_name(&self) -> &str {
        self.end.as_deref().unwrap_or(&self.name)
    }

    /// What the plugs of its cable hold; nothing for a passive cable and for light.
    #[must_use]
    pub fn active(&self) -> Option<ActiveCable> {
        self.cable.as_ref().and_then(|c| c.active)
    }

    /// Copper or fibre.
    #[must_use]
    pub const fn medium(&self) -> Medium {
        if self.engine.is_some() { Medium::Fibre } else { Medium::Copper }
    }

    /// Whether its light runs in one mode, as a circuit switch passes it.
    #[must_use]
    pub fn single_mode(&self) -> bool {
        let source = self.engine.as_ref().map(Engine::source);
        matches!(source, Some(Source::External | Source::Internal))
    }

    /// Whether the conversion can be parted from its chip: a contact lies between them.
    #[must_use]
    pub fn is_separable(&self) -> bool {
        self.path.iter().any(|piece| matches!(piece, Piece::Connector(_)))
    }

    /// What is replaced when the conversion fails.
    ///
    /// # Model
    /// What lies beyond the outermost contact: a plug with its cable, a module, an engine in a socket behind the panel.
    /// Without contact the conversion is one piece with its box; cables that are built into a rack are one with it.
    #[must_use]
    pub fn service(&self) -> ServiceUnit {
        match (self.medium(), self.site) {
            (Medium::Copper, Site::Panel) => ServiceUnit::Cable,
            (Medium::Copper, _) => ServiceUnit::Rack,
            (Medium::Fibre, Site::Panel) => ServiceUnit::Module,
            (Medium::Fibre, _) if self.is_separable() => ServiceUnit::Engine,
            (Medium::Fibre, _) => ServiceUnit::Box,
        }
    }

    /// At which of a link's ends the conversion stands at this technology's site: the switch's alone, or both.
    #[must_use]
    pub fn at_both_ends(&self) -> bool {
        self.partner == Partner::Same
    }

    /// Whether it is built for a lane rate.
    #[must_use]
    pub fn serves(&self, lane: BitRate) -> bool {
        self.lanes[0] <= lane && lane <= self.lanes[1]
    }
}
