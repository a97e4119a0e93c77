//! One fact: a value with range, kind and source.

use serde::{Deserialize, Serialize};

/// How a number is known, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Someone measured it and says how.
    Measured,
    /// A standard, a data sheet or a manual states it.
    Spec,
    /// Computed or estimated by somebody's model.
    Model,
    /// Stated by a vendor, an analyst or the press.
    Claimed,
    /// Nobody's number: ours, with a wide range.
    Assumed,
}

impl Kind {
    /// All kinds, strongest first.
    pub const ALL: [Self; 5] =
        [Self::Measured, Self::Spec, Self::Model, Self::Claimed, Self::Assumed];

    /// The name as written in the catalog.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Spec => "spec",
            Self::Model => "model",
            Self::Claimed => "claimed",
            Self::Assumed => "assumed",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// The distribution of a fact between the ends of its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// Most likely at the value, falling linearly to both ends: the default.
    #[default]
    Triangular,
    /// Anywhere between the ends.
    Uniform,
    /// Uniform in the logarithm; for ranges over decades. Both ends must be positive.
    LogUniform,
}

impl Shape {
    /// The value below which the share `u` of the distribution lies.
    ///
    /// # Model
    /// Inverse distribution function. Triangular with mode `v` on `[a, b]`, `c = (v-a)/(b-a)`:
    /// `a + sqrt(u (b-a)(v-a))` for `u < c`, else `b - sqrt((1-u)(b-a)(b-v))`. Uniform `a + u (b-a)`.
    /// Log-uniform `a (b/a)^u`.
    ///
    /// # Validity
    /// `0 <= u <= 1`, `low <= value <= high`; a range of zero width gives `value`.
    ///
    /// # Example
    /// ```
    /// use lightloom_evidence::Shape;
    /// assert_eq!(Shape::Uniform.quantile(0.25, 0.0, 3.0, 4.0), 1.0);
    /// assert_eq!(Shape::Triangular.quantile(0.75, 0.0, 3.0, 4.0), 3.0);
    /// ```
    #[must_use]
    pub fn quantile(self, u: f64, low: f64, value: f64, high: f64) -> f64 {
        let width = high - low;
        if width <= 0.0 {
            return value;
        }
        match self {
            Self::Triangular => {
                if u * width < value - low {
                    low + (u * width * (value - low)).sqrt()
                } else {
                    high - ((1.0 - u) * width * (high - value)).sqrt()
                }
            }
            Self::Uniform => low + u * width,
            Self::LogUniform => low * libm::pow(high / low, u),
        }
    }
}

/// Another source's value for the same thing: kept, not averaged.
#[derive(Debug, Clone, PartialEq)]
pub struct Rival {
    /// Value in SI units.
    pub value: f64,
    /// How it is known.
    pub kind: Kind,
    /// Key of its source.
    pub source: String,
    /// What differs: boundary, node, date.
    pub note: Option<String>,
}

/// A number from the world.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Dotted name, from the general to the particular: `serdes.xsr.energy`.
    pub id: String,
    /// What it is, in one sentence with its boundary.
    pub about: String,
    /// Name of the quantity, as in [`lightloom_units::QUANTITIES`].
    pub quantity: &'static str,
    /// The unit that the catalog writes it in.
    pub unit: &'static str,
    /// Nominal value in SI units.
    pub value: f64,
    /// Low end of the range in SI units.
    pub low: f64,
    /// High end of the range in SI units.
    pub high: f64,
    /// Distribution over the range.
    pub shape: Shape,
    /// How it is known.
    pub kind: Kind,
    /// Year of the source's statement.
    pub year: Option<u16>,
    /// Key of its source in the catalog.
    pub source: String,
    /// Row of the research notes that it was taken from.
    pub row: Option<String>,
    /// Caveat.
    pub note: Option<String>,
    /// What other sources say.
    pub rivals: Vec<Rival>,
    /// File that holds it.
    pub file: String,
    /// Line in that file, from 1.
    pub line: usize,
}

impl Fact {
    /// The value, or any SI number of this quantity, in the unit of the catalog: `1.1 pJ/bit`.
    #[must_use]
    pub fn show(&self, si: f64) -> String {
        self.show_to(si, 6)
    }

    /// The same with so many significant digits.
    #[must_use]
    pub fn show_to(&self, si: f64, digits: usize) -> String {
        let unit = lightloom_units::QUANTITIES
            .iter()
            .filter(|(name, _)| *name == self.quantity)
            .flat_map(|(_, units)| units.iter())
            .find(|u| u.symbol == self.unit);
        match unit {
            Some(u) => {
                let number = (si - u.offset) / u.factor;
                format!("{} {}", lightloom_units::significant(number, digits), u.symbol)
            }
            None => format!("{si}"),
        }
    }

    /// A text with a unit of the fact's quantity, in SI units; `None` where it is none.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<f64> {
        let units = lightloom_units::QUANTITIES.iter().find(|(name, _)| *name == self.quantity);
        crate::catalog::parse(text, units?.1).map(|(si, _)| si)
    }

    /// Whether the range has any width.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        self.high > self.low
    }
}
