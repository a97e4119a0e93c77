//! What may be moved: named inputs, and every fact of the catalog.

use super::BreakEvenSheetError;
use crate::plan::InputRow;
use lightloom_economics::{Axis, Spacing};
use lightloom_evidence::{Catalog, Facts};
use lightloom_scenario::RunError;
use lightloom_scenario::problem::suggestion;
use lightloom_scenario::run::finance;
use lightloom_scenario::schema::{Economics, Scenario};
use lightloom_units::{
    MoneyPerEnergy, MoneyPerPower, MoneyPerTime, Quantity, Ratio, Time, significant,
};

/// What an input moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Knob {
    /// Price of a strategy's own technology over that of a retimed pluggable on the same links, less one.
    Premium,
    Electricity,
    Pue,
    Discount,
    AcceleratorHour,
    Period,
    Facility,
    Labour,
    Maintenance,
    /// Factor on the failures of the strategy's own technology.
    FailureRate,
    /// Factor on all hands-on times.
    TechnicianTime,
    /// Fall of prices with several vendors, for a cluster that is bought later.
    Erosion,
    /// A fact, by position.
    Fact(usize),
}

/// Years after which a cluster is bought when prices are eroded.
pub(super) const WAIT_YEARS: f64 = 3.0;

/// Names of inputs, and what they are.
pub const NAMED: [(&str, &str); 14] = [
    (
        "premium",
        "price of the strategy's own technology over that of a retimed pluggable on the same links",
    ),
    ("electricity", "price of electricity at the meter"),
    ("pue", "facility power over IT power"),
    ("discount", "interest on capital by year"),
    ("accelerator-hour", "worth of an accelerator-hour that is lost"),
    ("period", "time over which cost is counted"),
    ("facility", "building, power and cooling plant by IT power"),
    ("labour", "a technician, by the hour"),
    ("maintenance", "service contracts by year over the price of the hardware"),
    ("engine-margin", "gross margin of who sells co-packaged and near-package engines"),
    ("module-margin", "gross margin of who sells modules"),
    (
        "erosion",
        "fall by year of prices of optics with many vendors, for a cluster bought in three years",
    ),
    ("failure-rate", "factor on the failures of the strategies' own technologies"),
    ("technician-time", "factor on all hands-on times"),
];

/// An input with its unit and range.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// What it is.
    pub about: String,
    /// Its unit; empty for a number.
    pub unit: String,
    pub(super) knob: Knob,
    /// Where it stands now, in SI.
    pub(super) now: Option<f64>,
    range: [f64; 2],
    /// SI value of one of the unit, and of zero of it.
    scale: [f64; 2],
}

impl Input {
    /// An input by its name: one of [`NAMED`], or a fact's id.
    ///
    /// # Errors
    /// [`BreakEvenSheetError::Unknown`], with what may be asked.
    pub fn find(
        name: &str,
        scenario: &Scenario,
        facts: &Facts<'_>,
    ) -> Result<Self, BreakEvenSheetError> {
        let catalog = facts.catalog();
        let money = finance(scenario, facts).map_err(RunError::from)?;
        let kwh = 1.0 / 3.6e6;
        let hour = 1.0 / 3600.0;
        let year = Time::years(1.0).as_s();
        let tariff = &money.tariff;
        let (knob, now, range, unit, factor) = match name {
            "premium" => (Knob::Premium, None, [-0.9, 3.0], "%", 0.01),
            "electricity" => {
                let now = tariff.electricity.si();
                (Knob::Electricity, Some(now), [0.01 * kwh, 0.4 * kwh], "USD/kWh", kwh)
            }
            "pue" => (Knob::Pue, Some(tariff.pue.value()), [1.0, 2.0], "", 1.0),
            "discount" => (Knob::Discount, Some(money.discount.value()), [0.0, 0.3], "%", 0.01),
            "accelerator-hour" => {
                let now = money.accelerator_hour.si();
                (Knob::AcceleratorHour, Some(now), [0.0, 20.0 * hour], "USD/h", hour)
            }
            "period" => (Knob::Period, Some(money.life.as_s()), [year, 10.0 * year], "yr", year),
            "facility" => (Knob::Facility, Some(money.facility.si()), [1.0, 40.0], "USD/W", 1.0),
            "labour" => (Knob::Labour, Some(money.labour.si()), [0.0, 500.0 * hour], "USD/h", hour),
            "maintenance" => {
                (Knob::Maintenance, Some(money.maintenance.value()), [0.0, 0.15], "%", 0.01)
            }
            "failure-rate" => (Knob::FailureRate, Some(1.0), [0.03, 30.0], "x", 1.0),
            "technician-time" => (Knob::TechnicianTime, Some(1.0), [0.1, 20.0], "x", 1.0),
            "erosion" => {
                let now: Ratio = facts.get("erosion.multi_vendor").map_err(RunError::from)?;
                (Knob::Erosion, Some(now.value()), [0.0, 0.5], "%", 0.01)
            }
            "engine-margin" => return Self::fact("cost.margin.engine", name, facts),
            "module-margin" => return Self::fact("cost.margin.module", name, facts),
            id if catalog.get(id).is_some() => return Self::fact(id, id, facts),
            other => return Err(unknown(other, catalog)),
        };
        let about = NAMED.iter().find(|(known, _)| *known == name).map_or("", |(_, about)| about);
        Ok(Self {
            name: name.to_owned(),
            about: about.to_owned(),
            unit: unit.to_owned(),
            knob,
            now,
            range,
            scale: [factor, 0.0],
        })
    }

    fn fact(id: &str, name: &str, facts: &Facts<'_>) -> Result<Self, BreakEvenSheetError> {
        let catalog = facts.catalog();
        let Some((position, fact)) = catalog.position(id).zip(catalog.get(id)) else {
            return Err(unknown(id, catalog));
        };
        let unit = lightloom_units::QUANTITIES
            .iter()
            .filter(|(quantity, _)| *quantity == fact.quantity)
            .flat_map(|(_, units)| units.iter())
            .find(|unit| unit.symbol == fact.unit);
        let scale = unit.map_or([1.0, 0.0], |unit| [unit.factor, unit.offset]);
        let wide = 3.0;
        let range = if fact.is_uncertain() {
            [fact.low, fact.high]
        } else if fact.value.abs() > 0.0 {
            let ends = [fact.value / wide, fact.value * wide];
            [ends[0].min(ends[1]), ends[0].max(ends[1])]
        } else {
            [-1.0, 1.0]
        };
        Ok(Self {
            name: name.to_owned(),
            about: fact.about.clone(),
            unit: fact.unit.to_owned(),
            knob: Knob::Fact(position),
            now: Some(fact.value),
            range,
            scale,
        })
    }

    /// The same over another range, whose ends are numbers with or without the unit.
    ///
    /// # Errors
    /// [`BreakEvenSheetError::Value`] for an end that is no number of this unit, or ends in the wrong order.
    pub fn within(
        mut self,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<Self, BreakEvenSheetError> {
        for (k, end) in [from, to].into_iter().enumerate() {
            if let Some(text) = end {
                self.range[k] = self.parse(text)?;
            }
        }
        self.axis()?;
        Ok(self)
    }

    fn parse(&self, text: &str) -> Result<f64, BreakEvenSheetError> {
        let text = text.trim();
        let number = text.strip_suffix(self.unit.as_str()).unwrap_or(text).trim();
        let value = number.parse::<f64>().ok().filter(|v| v.is_finite());
        let value = value.map(|v| v * self.scale[0] + self.scale[1]);
        let least = match self.knob {
            Knob::Premium => -0.99,
            Knob::Pue => 1.0,
            Knob::Period => Time::years(1.0).as_s(),
            Knob::Fact(_) => f64::NEG_INFINITY,
            _ => 0.0,
        };
        let most = match self.knob {
            Knob::Discount | Knob::Erosion | Knob::Maintenance => 0.95,
            Knob::Pue => 10.0,
            Knob::Period => Time::years(100.0).as_s(),
            _ => f64::INFINITY,
        };
        let hair = 1e-9 * least.abs();
        match value {
            Some(value) if (least - hair..=most).contains(&value) => Ok(value),
            Some(_) => Err(BreakEvenSheetError::Value {
                message: format!("{} cannot be {text}", self.name),
                hint: if most.is_finite() {
                    format!("it lies between {} and {}", self.shown(least), self.shown(most))
                } else {
                    format!("it is at least {}", self.shown(least))
                },
            }),
            None => Err(BreakEvenSheetError::Value {
                message: format!("`{text}` is no value of {}", self.name),
                hint: format!(
                    "write a number{}, such as {}",
                    if self.unit.is_empty() { String::new() } else { format!(" in {}", self.unit) },
                    self.shown(self.now.unwrap_or(self.range[1]))
                ),
            }),
        }
    }

    /// The range as an axis: by ratios where it spans a decade and more.
    ///
    /// # Errors
    /// [`BreakEvenSheetError::Value`].
    pub(super) fn axis(&self) -> Result<Axis, BreakEvenSheetError> {
        let [low, high] = self.range;
        let wide = low > 0.0 && high / low > 30.0;
        let spacing = if wide { Spacing::Logarithmic } else { Spacing::Linear };
        Axis::new(low, high, spacing).map_err(|e| BreakEvenSheetError::Value {
            message: format!(
                "{} from {} to {} is no range",
                self.name,
                self.shown(low),
                self.shown(high)
            ),
            hint: e.hint().to_owned(),
        })
    }

    /// A value in SI, as a number of the unit.
    #[must_use]
    pub fn to_unit(&self, si: f64) -> f64 {
        (si - self.scale[1]) / self.scale[0]
    }

    /// A value in SI with its unit.
    #[must_use]
    pub fn shown(&self, si: f64) -> String {
        self.in_unit(self.to_unit(si))
    }

    /// A number of the unit, with it.
    #[must_use]
    pub fn in_unit(&self, value: f64) -> String {
        let number = significant(value, 4);
        let sign = if self.knob == Knob::Premium && value > 0.0 { "+" } else { "" };
        let text = format!("{sign}{number} {}", self.unit);
        text.trim_end().to_owned()
    }

    /// As a row of the document.
    #[must_use]
    pub fn row(&self) -> InputRow {
        InputRow {
            name: self.name.clone(),
            about: self.about.clone(),
            unit: self.unit.clone(),
            now: self.now.map(|now| self.to_unit(now)),
            range: self.range.map(|end| self.to_unit(end)),
            chosen_anew: self.knob != Knob::Premium,
        }
    }

    /// Whether it moves prices and rates alone, so that no link need be looked at again.
    pub(super) const fn is_of_finance(&self) -> bool {
        !matches!(
            self.knob,
            Knob::Fact(_) | Knob::FailureRate | Knob::TechnicianTime | Knob::Erosion
        )
    }

    /// States the value in a scenario, where it is a key of it.
    pub(super) fn state(&self, value: f64, economics: &mut Economics) {
        match self.knob {
            Knob::Electricity => economics.electricity = Some(MoneyPerEnergy::from_si(value)),
            Knob::Pue => economics.pue = Some(Ratio::new(value)),
            Knob::Discount => economics.discount = Some(Ratio::new(value)),
            Knob::AcceleratorHour => {
                economics.accelerator_hour = Some(MoneyPerTime::from_si(value));
            }
            Knob::Period => economics.period = Some(Time::s(value)),
            Knob::Facility => {
                economics.facility = Some(MoneyPerPower::from_si(value));
            }
            Knob::Labour => economics.labour = Some(MoneyPerTime::from_si(value)),
            Knob::Maintenance => economics.maintenance = Some(Ratio::new(value)),
            _ => {}
        }
    }
}

fn unknown(name: &str, catalog: &Catalog) -> BreakEvenSheetError {
    let named = NAMED.iter().map(|(known, _)| *known);
    let ids = catalog.facts().iter().map(|f| f.id.as_str());
    let near = suggestion(name, named.clone().chain(ids));
    let near = near.split_once('?').map_or("", |(near, _)| near);
    let near = if near.starts_with("did you mean") { format!("{near}? ") } else { String::new() };
    let all: Vec<&str> = named.collect();
    BreakEvenSheetError::Unknown {
        name: name.to_owned(),
        hint: format!(
            "{near}You may ask for {}, or any fact of `lightloom catalog` by its id",
            all.join(", ")
        ),
    }
}
