//! Numbers with units as a study file writes them.

use lightloom_units::{QUANTITIES, Unit, significant};
use toml::Value;

/// How numbers of an axis are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// A whole number without unit.
    Whole,
    /// A number without unit.
    Bare,
    /// A text with a unit of this quantity.
    Quantity(&'static str, Unit),
}

impl Form {
    /// The unit; empty where there is none.
    #[must_use]
    pub const fn unit(&self) -> &'static str {
        match self {
            Self::Quantity(_, unit) => unit.symbol,
            Self::Whole | Self::Bare => "",
        }
    }

    /// A number of the unit in SI.
    #[must_use]
    pub fn si(&self, number: f64) -> f64 {
        match self {
            Self::Quantity(_, unit) => number * unit.factor + unit.offset,
            Self::Whole | Self::Bare => number,
        }
    }

    /// A value in SI as a number of the unit.
    #[must_use]
    pub fn of_si(&self, si: f64) -> f64 {
        match self {
            Self::Quantity(_, unit) => (si - unit.offset) / unit.factor,
            Self::Whole | Self::Bare => si,
        }
    }

    /// A number of the unit as a scenario writes it.
    #[must_use]
    pub fn write(&self, number: f64) -> Value {
        match self {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "rounded, and small as it is a count"
            )]
            Self::Whole => Value::Integer(number.round() as i64),
            Self::Bare => Value::Float(number),
            Self::Quantity(_, unit) => Value::String(format!("{number} {}", unit.symbol)),
        }
    }

    /// A number of the unit for people.
    #[must_use]
    pub fn show(&self, number: f64) -> String {
        format!("{} {}", significant(number, 4), self.unit()).trim_end().to_owned()
    }
}

/// A quantity by its name.
pub(crate) fn units_of(quantity: &str) -> Option<(&'static str, &'static [Unit])> {
    QUANTITIES.iter().find(|(name, _)| *name == quantity).copied()
}

/// Reads a number; `None` where the value is none: a text without a unit, a list.
pub(crate) fn read(value: &Value, quantity: Option<&str>) -> Option<(f64, Form)> {
    match value {
        Value::Integer(n) if quantity.is_none() =>
        {
            #[expect(
                clippy::cast_precision_loss,
                reason = "counts in scenarios are far below 2^53"
            )]
            Some((*n as f64, Form::Whole))
        }
        Value::Float(x) if quantity.is_none() && x.is_finite() => Some((*x, Form::Bare)),
        Value::String(text) => {
            let text = text.trim();
            let split = text.find(|c: char| !(c.is_ascii_digit() || "+-._eE".contains(c)));
            let (number, symbol) = text.split_at(split?);
            let number: f64 = number.replace('_', "").parse().ok()?;
            let symbol = symbol.trim();
            let known = QUANTITIES.iter().filter(|(name, _)| quantity.is_none_or(|q| q == *name));
            let found = known
                .filter_map(|(name, units)| {
                    Some((*name, units.iter().find(|u| u.symbol == symbol)?))
                })
                .next();
            let (name, unit) = found?;
            let form = Form::Quantity(name, *unit);
            form.si(number).is_finite().then_some((number, form))
        }
        _ => None,
    }
}

/// What to write for a number of a quantity.
pub(crate) fn hint(quantity: Option<&str>) -> String {
    match quantity.and_then(units_of) {
        Some((name, units)) => {
            let shown: Vec<&str> = units.iter().filter(|u| u.shown).map(|u| u.symbol).collect();
            let first = shown.first().copied().unwrap_or_default();
            format!(
                "write {name} with its unit, such as \"2 {first}\"; units: {}",
                shown.join(", ")
            )
        }
        None => "write a number".to_owned(),
    }
}
