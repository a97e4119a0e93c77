//! The electrical path shrinks from metres to millimetres: energy and loss against its length, for every technology.

use super::{Anatomy, Part, anatomy, electrical, path_length};
use crate::assembly::{AssemblyError, PortSpec, find_reach};
use crate::shop::Shop;
use crate::technology::{Medium, Technology};
use lightloom_link::EnergySplit;
use lightloom_units::{Decibel, EnergyPerBit, Length};

/// A technology on the curve of energy and loss against electrical path length.
#[derive(Debug, Clone, PartialEq)]
pub struct PathPoint {
    /// Technology.
    pub technology: String,
    /// Length of the cable or fibre that it was looked at with.
    pub length: Length,
    /// Copper from the die to the conversion to light; to the other die, where nothing converts.
    pub electrical_path: Length,
    /// Loss of that copper at Nyquist; where plugs decide, the largest between two decisions.
    pub loss: Decibel,
    /// Host transceivers and retimers; redrivers in the plugs of a cable.
    pub electrical: EnergyPerBit,
    /// Driver, heater, amplifier and laser.
    pub optical: EnergyPerBit,
    /// Voltage conversion.
    pub conversion: EnergyPerBit,
    /// Whether the link closes.
    pub closes: bool,
}

impl PathPoint {
    /// A lane's place on the curve.
    ///
    /// # Model
    /// Of light the switch end alone: what it spends on a bit out and a bit in, which is a link's whole energy where its
    /// ends are alike. Of copper the link from die to die.
    #[must_use]
    pub fn of(anatomy: &Anatomy) -> Self {
        let [own, other] = &anatomy.ends;
        let is_cable = anatomy.between.part == Part::Cable;
        let energy = if is_cable { anatomy.energy() } else { own.energy() };
        // What amplifies in a plug of copper is part of the electrical side.
        let [electrical, optical] = match (electrical(&energy).into_iter().sum(), optical(&energy))
        {
            (sum, amplified) if is_cable => [sum + amplified, EnergyPerBit::ZERO],
            (sum, optical) => [sum, optical],
        };
        let pieces = [own.copper_loss(), anatomy.between.copper_loss, other.copper_loss()];
        let retimed = own.stretches.iter().any(|s| matches!(s.part, Part::Retimer(_)));
        let loss = match (is_cable, retimed) {
            (false, _) => own.copper_loss(),
            (true, true) => pieces.into_iter().fold(Decibel::ZERO, Decibel::max),
            (true, false) => super::sum(pieces.into_iter()),
        };
        Self {
            technology: own.technology.clone(),
            length: anatomy.between.length,
            electrical_path: path_length(anatomy),
            loss,
            electrical,
            optical,
            conversion: energy.overhead,
            closes: anatomy.closes,
        }
    }

    /// All energy of the lane.
    #[must_use]
    pub fn total(&self) -> EnergyPerBit {
        self.electrical + self.optical + self.conversion
    }
}

fn optical(energy: &EnergySplit) -> EnergyPerBit {
    energy.driver + energy.tuning + energy.amplifier + energy.laser
}

/// Lengths of cable are told apart by so much.
const STEP: Length = Length::mm(100.0);

/// Every technology of a shop that is built for a lane, by electrical path, longest first.
///
/// # Model
/// Light over the length asked for; copper over the longest cable that closes, no longer than that.
///
/// # Errors
/// As [`anatomy`].
pub fn path_curve(shop: &Shop<'_>, spec: &PortSpec) -> Result<Vec<PathPoint>, AssemblyError> {
    let serving = shop.technologies().values().filter(|t| t.serves(spec.line.payload));
    let mut points =
        serving.map(|t| point(shop, t, spec)).collect::<Result<Vec<_>, AssemblyError>>()?;
    points.sort_by(|a, b| b.electrical_path.total_cmp(&a.electrical_path));
    Ok(points)
}

/// A technology's place on the curve, with the longest cable that closes where it is copper.
///
/// # Errors
/// As [`anatomy`].
fn point(
    shop: &Shop<'_>,
    technology: &Technology,
    spec: &PortSpec,
) -> Result<PathPoint, AssemblyError> {
    if technology.medium() == Medium::Fibre {
        return Ok(PathPoint::of(&anatomy(shop, technology, spec)?));
    }
    let reach = find_reach(shop, technology, technology, spec)?.min(spec.length);
    let mut steps = libm::floor(reach / STEP + 1e-6).max(1.0);
    loop {
        let length = STEP * steps;
        let spec = PortSpec { length, nominal_length: length, ..spec.clone() };
        let point = PathPoint::of(&anatomy(shop, technology, &spec)?);
        // The search for the reach stops within centimetres.
        if point.closes || steps < 2.0 {
            return Ok(point);
        }
        steps -= 1.0;
    }
}
