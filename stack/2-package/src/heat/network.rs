//! Nodes and resistances.

use crate::heat::{HeatError, positive};
use lightloom_units::{Power, Quantity, Temperature, ThermalResistance};

/// A network of thermal resistances between `N` nodes and a coolant's inlet.
///
/// # Model
/// `G dT = P`: `G` has each node's conductances on its diagonal and minus the conductance between two nodes elsewhere; `dT`
/// are kelvin above the inlet. `G` is symmetric, and positive definite when every node has a way to the inlet.
///
/// # Validity
/// Steady state; resistances that do not change with temperature.
///
/// # Source
/// Kirchhoff's laws; the stack `T_j = T_cool + P (R_die + R_TIM1 + R_lid + R_TIM2 + R_plate)` is its case of one node.
///
/// # Example
/// ```
/// use lightloom_package::heat::Network;
/// use lightloom_units::{Power, Temperature, ThermalResistance};
/// // Two chips of 0.1 K/W, joined by 0.2 K/W; only the first is on. In parallel: 0.1 with 0.3 are 0.075 K/W.
/// let mut pair = Network::<2>::default();
/// pair.ground(0, ThermalResistance::k_per_w(0.1))?;
/// pair.ground(1, ThermalResistance::k_per_w(0.1))?;
/// pair.connect(0, 1, ThermalResistance::k_per_w(0.2))?;
/// let inlet: Temperature = "40 degC".parse()?;
/// let [hot, warm] = pair.solve(inlet, &[Power::w(400.0), Power::w(0.0)])?;
/// assert!((hot.kelvin_above(inlet) - 30.0).abs() < 1e-9);
/// assert!((warm.kelvin_above(inlet) - 10.0).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Network<const N: usize> {
    /// Conductances between nodes, below the diagonal; to the inlet on it. W/K.
    conductance: [[f64; N]; N],
}

/// Share of a node's conductance that must be left after what other nodes take of it; less is rounding.
const LEAST_PIVOT: f64 = 1e-13;

impl<const N: usize> Default for Network<N> {
    fn default() -> Self {
        Self { conductance: [[0.0; N]; N] }
    }
}

impl<const N: usize> Network<N> {
    /// Adds a resistance between two nodes.
    ///
    /// # Errors
    /// [`HeatError`] for a resistance that is not above zero, a node that does not exist.
    pub fn connect(
        &mut self,
        a: usize,
        b: usize,
        resistance: ThermalResistance,
    ) -> Result<(), HeatError> {
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        *self.at(high, low)? += conductance(resistance)?;
        Ok(())
    }

    /// Adds a resistance from a node to the coolant's inlet.
    ///
    /// # Errors
    /// As [`Network::connect`].
    pub fn ground(&mut self, node: usize, resistance: ThermalResistance) -> Result<(), HeatError> {
        self.connect(node, node, resistance)
    }

    fn at(&mut self, row: usize, column: usize) -> Result<&mut f64, HeatError> {
        let place = self.conductance.get_mut(row).and_then(|r| r.get_mut(column));
        place.ok_or(HeatError::NoSuchNode { node: row, nodes: N })
    }

    /// Temperatures of all nodes.
    ///
    /// # Errors
    /// [`HeatError::Isolated`] when a node has no way to the inlet, [`HeatError::NotFinite`].
    pub fn solve(
        &self,
        inlet: Temperature,
        powers: &[Power; N],
    ) -> Result<[Temperature; N], HeatError> {
        let kelvin = self.rise(&powers.map(Power::si))?;
        Ok(kelvin.map(|k| inlet.warmer_by(k)))
    }

    /// Kelvin above the inlet for powers in watts.
    ///
    /// `G = L D L'`, column by column, with what a column takes from later ones only where it has an element: a package is
    /// nearly a tree, so there are few as long as the nodes that most others lead to come last. Nothing is allocated.
    pub(crate) fn rise(&self, powers_w: &[f64; N]) -> Result<[f64; N], HeatError> {
        let g = &self.conductance;
        let mut pivot = [0.0; N];
        let mut lower = [[0.0; N]; N];
        for i in 0..N {
            pivot[i] += g[i][i];
            for j in 0..i {
                pivot[i] += g[i][j];
                pivot[j] += g[i][j];
                lower[i][j] = -g[i][j];
            }
        }
        let whole = pivot;
        let mut kelvin = *powers_w;
        for k in 0..N {
            let grounded = pivot[k] > LEAST_PIVOT * whole[k];
            if !grounded {
                return Err(HeatError::Isolated { node: k });
            }
            for i in k + 1..N {
                let (above, from) = lower.split_at_mut(i);
                let Some(row) = from.first_mut() else { continue };
                let element = row[k];
                if element == 0.0 {
                    continue;
                }
                let share = element / pivot[k];
                // Rows above this one are divided by the pivot already.
                for (j, other) in above.iter().enumerate().skip(k + 1) {
                    row[j] -= element * other[k];
                }
                pivot[i] -= share * element;
                kelvin[i] -= share * kelvin[k];
                row[k] = share;
            }
        }
        for i in (0..N).rev() {
            kelvin[i] /= pivot[i];
            for k in i + 1..N {
                kelvin[i] -= lower[k][i] * kelvin[k];
            }
        }
        match kelvin.iter().find(|k| !k.is_finite()) {
            Some(&value) => Err(HeatError::NotFinite { what: "a temperature", value }),
            None => Ok(kelvin),
        }
    }

    /// Heat that leaves by the resistances to the inlet: in balance the sum of the powers.
    #[must_use]
    pub fn heat_out(&self, inlet: Temperature, temperatures: &[Temperature; N]) -> Power {
        let nodes = self.conductance.iter().enumerate().zip(temperatures);
        nodes.map(|((i, row), t)| Power::w(row[i] * t.kelvin_above(inlet))).sum()
    }
}

fn conductance(resistance: ThermalResistance) -> Result<f64, HeatError> {
    let hint = "packages have 0.02 to 0.2 K/W, modules about 1 K/W";
    Ok(1.0 / positive("a thermal resistance in K/W", resistance.as_k_per_w(), hint)?)
}
