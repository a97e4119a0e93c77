//! What temperatures allow: bandwidth of a package, boxes in a rack, flow of coolant.

use crate::heat::{Coolant, HeatError, Loads, Part, Place, Thermal, positive};
use crate::space::Body;
use crate::technology::Cooling;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, Power, VolumeFlow};
use serde::Serialize;

/// Largest bandwidth that is looked at.
const MOST_TBPS: f64 = 1e5;

/// Volume of air or liquid that carries a power away while it warms by so many kelvin.
///
/// # Model
/// `V = P / (rho c dT)`
///
/// # Errors
/// [`HeatError::NotPositive`] for a rise that is not above zero.
///
/// # Example
/// ```
/// use lightloom_package::heat::coolant_flow;
/// use lightloom_package::Cooling;
/// use lightloom_units::Power;
/// // Systems notes, section 4: 120 kW take about 19 000 CFM at a rise of 20 degF.
/// let flow = coolant_flow(Cooling::Air, Power::w(120e3), 20.0 / 1.8)?;
/// assert!((flow.as_cfm() / 19_000.0 - 1.0).abs() < 0.02);
/// # Ok::<(), lightloom_package::heat::HeatError>(())
/// ```
pub fn coolant_flow(cooling: Cooling, power: Power, kelvin: f64) -> Result<VolumeFlow, HeatError> {
    let kelvin = positive("the rise of a coolant in K", kelvin, "5 to 20 K are usual")?;
    let litres = 6e4 * power.as_w() / (Coolant::joule_per_m3_kelvin(cooling) * kelvin);
    Ok(VolumeFlow::l_per_min(litres))
}

/// Kelvin by which a flow warms that takes up a power.
///
/// # Errors
/// [`HeatError::NotPositive`] for a flow that is not above zero.
pub fn coolant_rise(cooling: Cooling, power: Power, flow: VolumeFlow) -> Result<f64, HeatError> {
    let hint = "a switch box takes 3 L/min or 400 CFM";
    let flow = positive("the flow of a coolant in m3/s", flow.as_m3_per_s(), hint)?;
    Ok(power.as_w() / (Coolant::joule_per_m3_kelvin(cooling) * flow))
}

/// What a rack can cool.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RackLimit {
    /// Power of a rack.
    pub power: Power,
    /// Boxes of a power that it cools.
    pub boxes: f64,
}

impl RackLimit {
    /// Reads `heat.rack.COOLING`, for boxes of a power.
    ///
    /// # Errors
    /// [`HeatError`] when the catalog lacks it, or the box takes no power.
    pub fn from_facts(facts: &Facts<'_>, cooling: Cooling, each: Power) -> Result<Self, HeatError> {
        Self::of(Self::power_from_facts(facts, cooling)?, each)
    }

    pub(crate) fn power_from_facts(
        facts: &Facts<'_>,
        cooling: Cooling,
    ) -> Result<Power, FactError> {
        facts.get(&format!("heat.rack.{}", cooling.name()))
    }

    /// A rack of a power, for boxes of a power.
    ///
    /// # Errors
    /// [`HeatError`] when the box takes no power.
    pub fn of(power: Power, each: Power) -> Result<Self, HeatError> {
        let watts = positive("the power of a box in W", each.as_w(), "switches take 1 to 8 kW")?;
        Ok(Self { power, boxes: libm::floor(power.as_w() / watts) })
    }
}

impl Thermal {
    /// The largest bandwidth of a place at which no part exceeds its limit, everything on and the coolant at its warmest;
    /// and the part that sets it. The place's own bandwidth is not used.
    ///
    /// # Model
    /// Engines run at full load, as many as the bandwidth takes; only below one engine's capacity is its load reduced. The
    /// bandwidth is where the margin of the tightest part is zero.
    ///
    /// # Errors
    /// As [`Thermal::temperatures`].
    pub fn highest_bandwidth(
        &self,
        body: &Body,
        place: &Place,
        loads: &Loads,
    ) -> Result<(BitRate, Part), HeatError> {
        let state = self.full();
        let at = |tbps: f64| -> Result<(Part, f64), HeatError> {
            let place = Place { bandwidth: BitRate::tbps(tbps), ..*place };
            let found = self.temperatures(body, &place, loads, &state)?;
            Ok(self.tightest(body, &found))
        };
        let mut low = 1e-6;
        let (part, left) = at(low)?;
        if left <= 0.0 {
            return Ok((BitRate::ZERO, part));
        }
        // By slope from the point before: the network is linear but for the number of engines.
        let mut high = 100.0;
        let mut left_low = (part, left);
        let mut left_high = at(high)?;
        while left_high.1 > 0.0 {
            (low, left_low) = (high, left_high);
            high *= 4.0;
            if high > MOST_TBPS {
                return Ok((BitRate::tbps(low), left_low.0));
            }
            left_high = at(high)?;
        }
        // The search asks for its ends again.
        let known = |tbps: f64| match tbps.to_bits() {
            bits if bits == low.to_bits() => Ok(left_low),
            bits if bits == high.to_bits() => Ok(left_high),
            _ => at(tbps),
        };
        let mut failed = None;
        let root = lightloom_num::root(
            |tbps| match known(tbps) {
                Ok((_, left)) => left,
                Err(error) => {
                    failed = Some(error);
                    0.0
                }
            },
            low,
            high,
            1e-4,
        );
        if let Some(error) = failed {
            return Err(error);
        }
        let tbps = root?;
        Ok((BitRate::tbps(tbps), at(tbps)?.0))
    }
}
