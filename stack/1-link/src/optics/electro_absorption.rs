//! The electro-absorption modulator: a measured table of transmission against voltage.

use crate::optics::error::{OpticsError, positive, within};
use crate::optics::extinction::Transfer;
use crate::optics::{Filter, Modulator, ModulatorDynamics};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{
    Capacitance, Decibel, Frequency, Power, Quantity, Ratio, Resistance, Voltage,
};
use num_complex::Complex64;
use std::f64::consts::PI;

/// An electro-absorption modulator.
///
/// # Model
/// `T(V)` from a table, straight lines between its points in decibels: absorption is exponential in the field's
/// effect. The Henry factor `alpha` couples intensity to phase, `d phi/dt = (alpha / 2) d ln P/dt`, and enters the
/// fibre's response ([`crate::optics::SingleModeFibre::response`]). Bandwidth: `1 / (2 pi R C)`.
///
/// # Validity
/// Within the table; beyond it the end value holds. `alpha` of one bias point stands for the whole swing.
///
/// # Source
/// F. Koyama and K. Iga, J. Lightwave Technol. 6 (1988) 87 (chirp of external modulators).
#[derive(Debug, Clone, PartialEq)]
pub struct ElectroAbsorption {
    table: Vec<(f64, f64)>,
    /// Henry (chirp) factor at the bias; negative values narrow the pulse in normal dispersion.
    pub chirp: f64,
    /// Source and series resistance.
    pub resistance: Resistance,
    /// Junction and pad capacitance.
    pub capacitance: Capacitance,
}

/// Source and load of a driver's line.
const LINE_OHM: f64 = 50.0;

impl Transfer for ElectroAbsorption {
    fn transmission(&self, drive_v: f64) -> f64 {
        Decibel::db(-self.loss_db(drive_v)).power_ratio()
    }
}

impl ElectroAbsorption {
    /// From a table of (voltage, loss), in rising voltage.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] unless there are two points or more, voltages rise, and no loss is below zero.
    ///
    /// # Example
    /// ```
    /// use lightloom_link::optics::{ElectroAbsorption, Transfer};
    /// use lightloom_units::{Capacitance, Decibel, Quantity, Resistance, Voltage};
    /// // 300-Gb/s PAM4 IM/DD link with a GeSi modulator (OFC 2026 W2A.42): 3.5 dB, and 3.1 dB more at 2 V.
    /// let table = [(0.0, 3.5), (2.0, 6.6)].map(|(v, db)| (Voltage::from_si(v), Decibel::db(db)));
    /// let eam = ElectroAbsorption::new(
    ///     &table, 0.0, Resistance::from_si(50.0), Capacitance::from_si(40e-15))?;
    /// assert!((10.0 * (eam.transmission(0.0) / eam.transmission(2.0)).log10() - 3.1).abs() < 1e-9);
    /// # Ok::<(), lightloom_link::optics::OpticsError>(())
    /// ```
    pub fn new(
        table: &[(Voltage, Decibel)],
        chirp: f64,
        resistance: Resistance,
        capacitance: Capacitance,
    ) -> Result<Self, OpticsError> {
        let points: Vec<(f64, f64)> = table.iter().map(|(v, d)| (v.si(), d.as_db())).collect();
        let enough = points.len() >= 2;
        let first = points.first().map_or(f64::NAN, |p| p.0);
        within(
            enough,
            "points of the table",
            "two or more",
            first,
            "give loss at both ends of the drive",
        )?;
        for pair in points.windows(2) {
            positive(
                "step of voltage in the table in V",
                pair[1].0 - pair[0].0,
                "sort the table by voltage",
            )?;
        }
        for (_, loss) in &points {
            within(
                *loss >= 0.0,
                "loss in the table in dB",
                "zero or more",
                *loss,
                "an absorber has no gain",
            )?;
        }
        within(
            chirp.abs() < 100.0,
            "chirp factor",
            "within -100 to 100",
            chirp,
            "typical values are -1 to 3",
        )?;
        Ok(Self { table: points, chirp, resistance, capacitance })
    }

    /// Reads `modulator.eam.loss`, `.extinction` at `.drive`, `.bandwidth` and `.chirp`: a table of two points, and the
    /// capacitance that gives the bandwidth with a line of 50 ohm.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        let loss: Decibel = facts.get("modulator.eam.loss")?;
        let more: Decibel = facts.get("modulator.eam.extinction")?;
        let drive: Voltage = facts.get("modulator.eam.drive")?;
        let bandwidth: Frequency = facts.get("modulator.eam.bandwidth")?;
        Ok(Self {
            table: vec![(0.0, loss.as_db()), (drive.si(), (loss + more).as_db())],
            chirp: facts.get::<Ratio>("modulator.eam.chirp")?.value(),
            resistance: Resistance::from_si(LINE_OHM),
            capacitance: Capacitance::from_si(1.0 / (2.0 * PI * LINE_OHM * bandwidth.as_hz())),
        })
    }

    /// The modulator of the catalog as the quick model takes it, driven over its whole table.
    ///
    /// # Model
    /// Mean loss: the mean of the outer levels of [`Transfer::transmission`]; dynamics: the pole of R and C.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks one.
    pub fn modulator(facts: &Facts<'_>) -> Result<Modulator, FactError> {
        let eam = Self::from_facts(facts)?;
        let ends = [eam.table.first(), eam.table.last()].map(|p| p.map_or(0.0, |(v, _)| *v));
        let [bright, dark] = ends.map(|v| eam.transmission(v));
        Ok(Modulator {
            mean_loss: -Decibel::from_power_ratio(0.5 * (bright + dark)),
            extinction: Decibel::from_power_ratio(bright / dark),
            dynamics: ModulatorDynamics::Filter(Filter::OnePole { bandwidth: eam.bandwidth() }),
            driver: facts.get("modulator.eam.driver")?,
            tuning: Power::ZERO,
        })
    }

    /// 3 dB bandwidth: `1 / (2 pi R C)`.
    #[must_use]
    pub fn bandwidth(&self) -> Frequency {
        Frequency::hz(1.0 / (2.0 * PI * self.resistance.si() * self.capacitance.si()))
    }

    fn loss_db(&self, v: f64) -> f64 {
        let (Some(first), Some(last)) = (self.table.first(), self.table.last()) else { return 0.0 };
        if v <= first.0 {
            return first.1;
        }
        let segment = self.table.windows(2).find(|p| v <= p[1].0);
        segment.map_or(last.1, |p| p[0].1 + (p[1].1 - p[0].1) * (v - p[0].0) / (p[1].0 - p[0].0))
    }

    /// Small-signal response: one pole at `1 / (2 pi R C)`.
    #[must_use]
    pub fn response(&self, f_hz: f64) -> Complex64 {
        let x = 2.0 * PI * f_hz * self.resistance.si() * self.capacitance.si();
        Complex64::new(1.0, 0.0) / Complex64::new(1.0, x)
    }
}
