//! Modules, fibre connectors and lasers in a rack unit of front panel.

use crate::light::Sharing;
use crate::space::FibreLayout;
use crate::technology::{Cooling, Medium, Site, Technology};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, Count, Length, Power, Ratio};
use serde::{Deserialize, Serialize};

/// A kind of module that stands in the front panel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FormFactor {
    /// Modules in a rack unit, as switches are built.
    pub modules: f64,
    /// Lanes of a module.
    pub lanes: f64,
    /// Power that its cage cools.
    pub power: Power,
    /// Modules in a rack unit by width and rows alone; absent where the width is not known.
    pub fitting: Option<f64>,
}

impl FormFactor {
    /// Reads `panel.NAME.*`: `osfp`, `qsfp-dd`, `xpo`.
    ///
    /// # Model
    /// By geometry `rows * floor(panel.width / (width + panel.wall))` modules fit; switches are built with what is stated,
    /// as ports come in powers of two.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let id = |field: &str| format!("panel.{name}.{field}");
        let fitting = match facts.find::<Length>(&id("width"))? {
            Some(width) => {
                let pitch = width + facts.get::<Length>("panel.wall")?;
                let rows = facts.get::<Count>(&id("rows"))?.value();
                Some(rows * libm::floor(facts.get::<Length>("panel.width")? / pitch))
            }
            None => None,
        };
        let (modules, lanes, power) = Self::built(facts, name)?;
        Ok(Self { modules, lanes, power, fitting })
    }

    fn built(facts: &Facts<'_>, name: &str) -> Result<(f64, f64, Power), FactError> {
        let modules = facts.get::<Count>(&format!("panel.{name}.modules"))?.value();
        let lanes = facts.get::<Count>(&format!("panel.{name}.lanes"))?.value();
        Ok((modules, lanes, facts.get(&format!("panel.{name}.power"))?))
    }

    /// Bits through a rack unit with lanes of a payload.
    #[must_use]
    pub fn per_rack_unit(&self, payload: BitRate) -> BitRate {
        payload * (self.lanes * self.modules)
    }
}

/// Connectors of many fibres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FibreConnectorKind {
    /// MPO.
    Mpo,
    /// The smaller MMC.
    Mmc,
}

/// A connector of many fibres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FibreConnector {
    /// Connectors in a rack unit that holds nothing else.
    pub connectors: f64,
    /// Fibres of a connector.
    pub fibres: f64,
}

impl FibreConnector {
    /// Reads `panel.mpo.*` and, for the smaller one, `panel.mmc.over_mpo`.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, kind: FibreConnectorKind) -> Result<Self, FactError> {
        let mpo = facts.get::<Count>("panel.mpo.connectors")?.value();
        let more = match kind {
            FibreConnectorKind::Mpo => 1.0,
            FibreConnectorKind::Mmc => facts.get::<Ratio>("panel.mmc.over_mpo")?.value(),
        };
        let fibres = facts.get::<Count>("panel.mpo.fibres")?.value();
        Ok(Self { connectors: mpo * more, fibres })
    }
}

/// External laser modules in the panel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LaserPanel {
    /// Modules in a rack unit that holds nothing else.
    pub modules: f64,
    /// Lanes that a module feeds.
    pub lanes: f64,
}

impl LaserPanel {
    /// Reads `panel.laser.modules`, for modules that feed so many lanes.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>, lanes: f64) -> Result<Self, FactError> {
        Ok(Self { modules: facts.get::<Count>("panel.laser.modules")?.value(), lanes })
    }
}

/// What a technology puts into the front panel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Panel {
    /// Nothing: backplanes, and cables that begin on the package and stay in the rack.
    None,
    /// Modules or plugs in cages.
    Modules(FormFactor),
    /// Fibre connectors, and the laser modules that share the panel with them where lasers are external.
    Fibres {
        /// Connectors.
        connector: FibreConnector,
        /// Laser modules.
        lasers: Option<LaserPanel>,
    },
}

impl Panel {
    /// The panel of a technology: OSFP cages for what air cools, XPO where liquid does, MPO connectors for fibres from
    /// engines behind the panel; laser modules as they are shared, or else as the catalog says.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks a fact.
    pub fn of(
        facts: &Facts<'_>,
        technology: &Technology,
        sharing: Option<Sharing>,
    ) -> Result<Self, FactError> {
        if technology.site == Site::Panel {
            let name = if technology.cooling == Cooling::Liquid { "xpo" } else { "osfp" };
            let (modules, lanes, power) = FormFactor::built(facts, name)?;
            return Ok(Self::Modules(FormFactor { modules, lanes, power, fitting: None }));
        }
        let Some(engine) = &technology.engine else { return Ok(Self::None) };
        debug_assert_eq!(technology.medium(), Medium::Fibre);
        let connector = FibreConnector::from_facts(facts, FibreConnectorKind::Mpo)?;
        let sharing = match sharing {
            Some(sharing) => sharing,
            None => Sharing::stated(facts, engine)?,
        };
        let lasers = sharing.lanes_per_module.map(|fed| LaserPanel::from_facts(facts, fed));
        let lasers = lasers.transpose()?;
        Ok(Self::Fibres { connector, lasers })
    }

    /// Bits through a rack unit, one direction.
    ///
    /// # Model
    /// Modules: modules x lanes x payload. Fibres and lasers share the panel: with `f` connectors and `l` laser modules
    /// for each bit rate, `1 / (f / f_max + l / l_max)`.
    ///
    /// # Validity
    /// A panel of nothing else: no air inlets, management ports or handles. It bounds what is built.
    #[must_use]
    pub fn per_rack_unit(&self, payload: BitRate, layout: Option<&FibreLayout>) -> Option<BitRate> {
        match self {
            Self::None => None,
            Self::Modules(form) => Some(form.per_rack_unit(payload)),
            Self::Fibres { connector, lasers } => {
                let per_fibre = layout?.per_fibre();
                // Shares of a rack unit that one terabit a second takes.
                let unit = BitRate::tbps(1.0);
                let fibres = 2.0 * (unit / per_fibre) / (connector.fibres * connector.connectors);
                let light = lasers.map_or(0.0, |l| unit / payload / (l.lanes * l.modules));
                Some(unit / (fibres + light))
            }
        }
    }
}
