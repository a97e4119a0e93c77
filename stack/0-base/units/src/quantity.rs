//! What all quantities share: the trait, parsing, printing, and the macro that defines one.

use std::fmt;

/// One way of writing a quantity: `si = number * factor + offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// As written after the number, e.g. `Gb/s`.
    pub symbol: &'static str,
    /// SI value of one of this unit.
    pub factor: f64,
    /// SI value of zero of this unit; not zero for °C only.
    pub offset: f64,
    /// Whether printing may choose it (the others are accepted spellings).
    pub shown: bool,
}

/// A physical or economic quantity held as one finite `f64` in SI units.
pub trait Quantity: Copy + PartialOrd + fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// The quantity's name in prose: `length`, `bit rate`.
    const NAME: &'static str;
    /// Its name with article, for sentences: `a length`, `an energy per bit`.
    const A_NAME: &'static str;
    /// Accepted units, largest first among the shown ones.
    const UNITS: &'static [Unit];
    /// Whether values below zero make sense.
    const SIGNED: bool;

    /// From a value in SI units.
    fn from_si(si: f64) -> Self;
    /// The value in SI units.
    fn si(self) -> f64;

    /// Reads a number with a unit.
    ///
    /// # Errors
    /// A [`ParseQuantityError`] that says what was found and what to write instead.
    fn parse(text: &str) -> Result<Self, ParseQuantityError> {
        parse_si(text, Self::NAME, Self::A_NAME, Self::UNITS, Self::SIGNED).map(Self::from_si)
    }
}

/// Why a text is not a quantity.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.message())]
pub struct ParseQuantityError {
    /// What was expected, e.g. `length`.
    pub expected: &'static str,
    a_expected: &'static str,
    units: &'static [Unit],
    /// What was found.
    pub found: String,
    /// What is wrong with it.
    pub cause: Cause,
}

/// What is wrong with a text that should be a quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// No number at the start.
    NotANumber,
    /// A number without unit.
    MissingUnit,
    /// A unit that this quantity does not have; names the quantity that has it, if any.
    UnknownUnit {
        /// The unit as found.
        unit: String,
        /// The quantity that the unit belongs to.
        belongs_to: Option<&'static str>,
    },
    /// NaN or infinite.
    NotFinite,
    /// Below zero where only zero or more makes sense.
    Negative,
}

impl ParseQuantityError {
    fn message(&self) -> String {
        let (a, found) = (self.a_expected, &self.found);
        match &self.cause {
            Cause::NotANumber => format!("expected {a}, found `{found}`"),
            Cause::MissingUnit => format!("{a} needs a unit, found the bare number `{found}`"),
            Cause::UnknownUnit { unit, belongs_to: Some(other) } => {
                format!("expected {a}, found `{found}`: `{unit}` is a unit of {other}")
            }
            Cause::UnknownUnit { unit, belongs_to: None } => {
                format!("expected {a}, found `{found}`: no unit is written `{unit}`")
            }
            Cause::NotFinite => format!("{a} must be finite, found `{found}`"),
            Cause::Negative => format!("{a} cannot be negative, found `{found}`"),
        }
    }

    /// What to write instead.
    #[must_use]
    pub fn hint(&self) -> String {
        let units = shown_units(self.units);
        match &self.cause {
            Cause::MissingUnit => format!(
                "write it with a unit, e.g. {}; units of {}: {units}",
                self.examples(),
                self.expected
            ),
            Cause::UnknownUnit { unit, .. } => {
                let of =
                    |text: &str| self.units.iter().find(|u| u.symbol.eq_ignore_ascii_case(text));
                match of(unit) {
                    Some(u) => format!("units are case-sensitive: did you mean `{}`?", u.symbol),
                    None if of(&unit.replace('$', "USD")).is_some() => {
                        format!("dollars are written USD: {units}")
                    }
                    None if self.is_money() && is_currency(unit) => format!(
                        "money is in US dollars here, and no exchange rate is built in: multiply by your dollars per unit \
                         of that currency and write {units}"
                    ),
                    None => match self.begun(unit) {
                        Some(u) => {
                            let number = self.found.trim_end_matches(unit.as_str()).trim_end();
                            let meant = match u.symbol.strip_suffix("B/s") {
                                // A factor of eight is not for us to choose.
                                Some(prefix) => format!(
                                    "`{number} {prefix}B/s` (bytes) or `{number} {prefix}b/s` (bits)"
                                ),
                                None => match self.in_capitals(unit) {
                                    Some(large) => {
                                        format!(
                                            "`{number} {}` or `{number} {}`",
                                            u.symbol, large.symbol
                                        )
                                    }
                                    None => format!("`{number} {}`", u.symbol),
                                },
                            };
                            format!("did you mean {meant}? Units of {}: {units}", self.expected)
                        }
                        None => format!("units of {}: {units}", self.expected),
                    },
                }
            }
            Cause::NotANumber => {
                format!(
                    "write a number and a unit, e.g. \"2 {}\"; units of {}: {units}",
                    self.typical(),
                    self.expected
                )
            }
            Cause::NotFinite | Cause::Negative => format!("units of {}: {units}", self.expected),
        }
    }

    /// The unit that an example is written in: what the field counts rates in, else the SI unit.
    fn typical(&self) -> &'static str {
        let shown = |test: fn(&Unit) -> bool| self.units.iter().find(|u| u.shown && test(u));
        let usual = shown(|u| u.symbol == "Gb/s");
        let base = shown(|u| u.factor.to_bits() == 1f64.to_bits());
        usual.or(base).or(self.units.first()).map_or("", |u| u.symbol)
    }

    /// A bare number with its unit; of few units with each, since 9 may be nine times or nine percent.
    fn examples(&self) -> String {
        let shown: Vec<&str> = self.units.iter().filter(|u| u.shown).map(|u| u.symbol).collect();
        let units = if shown.len() <= 2 { shown } else { vec![self.typical()] };
        let all: Vec<String> = units.iter().map(|u| format!("\"{} {u}\"", self.found)).collect();
        all.join(" or ")
    }

    fn is_money(&self) -> bool {
        self.units.iter().any(|u| u.symbol.contains("USD"))
    }

    /// The unit that begins as a text does, where it is more than a prefix of nothing: `G` and `Gbit` of a bit rate.
    fn begun(&self, unit: &str) -> Option<&'static Unit> {
        let begins = |u: &&Unit| u.symbol.len() > unit.len() && u.symbol.starts_with(unit);
        self.units
            .iter()
            .filter(|u| u.shown)
            .find(begins)
            .or_else(|| self.units.iter().find(begins))
    }

    /// The same in capitals: `3.8 m` of power may be milliwatts or megawatts.
    fn in_capitals(&self, unit: &str) -> Option<&'static Unit> {
        let capitals = unit.to_uppercase();
        if capitals == unit { None } else { self.begun(&capitals) }
    }
}

/// Whether a unit is money of another kind, or dollars by another name.
fn is_currency(unit: &str) -> bool {
    const OTHERS: [&str; 13] =
        ["eur", "gbp", "chf", "cny", "rmb", "jpy", "inr", "krw", "cent", "ct/", "€", "£", "¥"];
    let unit = unit.to_lowercase();
    OTHERS.iter().any(|other| unit.starts_with(other))
}

fn shown_units(units: &[Unit]) -> String {
    let names: Vec<_> = units.iter().filter(|u| u.shown).map(|u| u.symbol).collect();
    names.join(", ")
}

/// Length of the longest prefix that is a decimal number.
fn number_prefix(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |mut i: usize| {
        while i < bytes.len() && (bytes[i].is_ascii_digit() || bytes[i] == b'_') {
            i += 1;
        }
        i
    };
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let mut end = digits(sign);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    // An exponent counts only when digits follow, so that `2 eV` style units stay units.
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}

pub(crate) fn parse_si(
    text: &str,
    expected: &'static str,
    a_expected: &'static str,
    units: &'static [Unit],
    signed: bool,
) -> Result<f64, ParseQuantityError> {
    let text = text.trim();
    let fail = |cause| ParseQuantityError {
        expected,
        a_expected,
        units,
        found: text.chars().take(80).collect(),
        cause,
    };
    let lower = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    if lower.starts_with("nan") || lower.starts_with("inf") {
        return Err(fail(Cause::NotFinite));
    }
    let end = number_prefix(text);
    let number: f64 = text[..end].replace('_', "").parse().map_err(|_| fail(Cause::NotANumber))?;
    let symbol = text[end..].trim_start();
    if symbol.is_empty() {
        return Err(fail(Cause::MissingUnit));
    }
    let Some(unit) = units.iter().find(|u| u.symbol == symbol) else {
        let belongs_to = crate::QUANTITIES
            .iter()
            .find(|(_, units)| units.iter().any(|u| u.symbol == symbol))
            .map(|(name, _)| *name);
        let unit = symbol.chars().take(40).collect();
        return Err(fail(Cause::UnknownUnit { unit, belongs_to }));
    };
    let si = number * unit.factor + unit.offset;
    if !si.is_finite() {
        return Err(fail(Cause::NotFinite));
    }
    if !signed && si < 0.0 {
        return Err(fail(Cause::Negative));
    }
    Ok(si)
}

/// A number with so many significant digits, trailing zeros removed, thousands as plain digits.
///
/// ```
/// assert_eq!(lightloom_units::significant(1234.5678, 4), "1235");
/// assert_eq!(lightloom_units::significant(0.0200, 3), "0.02");
/// ```
#[must_use]
pub fn significant(value: f64, digits: usize) -> String {
    if value.abs() < f64::MIN_POSITIVE {
        return "0".to_owned();
    }
    #[expect(clippy::cast_possible_truncation, reason = "a decimal exponent fits in i32")]
    let exponent = libm::floor(libm::log10(value.abs())) as i32;
    let decimals = i32::try_from(digits).unwrap_or(4) - 1 - exponent;
    let text = format!("{value:.*}", usize::try_from(decimals.clamp(0, 12)).unwrap_or(0));
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A count with its thousands apart.
///
/// ```
/// assert_eq!(lightloom_units::thousands(82_944), "82,944");
/// ```
#[must_use]
pub fn thousands(n: u64) -> String {
    grouped(&n.to_string())
}

/// Digits with a comma before every third from the right.
#[must_use]
pub fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Chooses the unit that leaves one to three digits before the point.
pub(crate) fn best_unit(si: f64, units: &'static [Unit]) -> Unit {
    let mut shown = units.iter().filter(|u| u.shown);
    let first = shown.clone().next().copied().unwrap_or(units[0]);
    if si.abs() < f64::MIN_POSITIVE {
        // Zero is written in the SI unit.
        return shown.find(|u| u.factor.to_bits() == 1f64.to_bits()).copied().unwrap_or(first);
    }
    let mut last = first;
    for unit in shown {
        last = *unit;
        // A hair below one still counts, or 1 m would print as 1000 mm after rounding.
        if si.abs() >= unit.factor * 0.99995 {
            break;
        }
    }
    last
}

pub(crate) fn display(f: &mut fmt::Formatter<'_>, si: f64, units: &'static [Unit]) -> fmt::Result {
    let unit = best_unit(si, units);
    let number = (si - unit.offset) / unit.factor;
    let text = match f.precision() {
        Some(decimals) => format!("{number:.decimals$}"),
        None => significant(number, 4),
    };
    let space = if unit.symbol == "%" { "" } else { " " };
    let text = format!("{text}{space}{}", unit.symbol);
    // Not `pad`: it would cut the text at the precision.
    match f.width() {
        Some(width) => write!(f, "{text:>width$}"),
        None => f.write_str(&text),
    }
}

/// The shortest text that parses back to exactly the same value.
pub(crate) fn exact(si: f64, units: &'static [Unit]) -> String {
    let unit = best_unit(si, units);
    let number = (si - unit.offset) / unit.factor;
    if (number * unit.factor + unit.offset).to_bits() == si.to_bits() {
        return format!("{number} {}", unit.symbol);
    }
    match units
        .iter()
        .find(|u| u.factor.to_bits() == 1f64.to_bits() && u.offset.abs() < f64::MIN_POSITIVE)
    {
        Some(base) => format!("{si} {}", base.symbol),
        None => format!("{number} {}", unit.symbol),
    }
}

/// Defines a quantity: its type, trait, arithmetic with itself and with numbers, text and serde forms.
///
/// Units are given largest first; those after `also` are accepted when read and never printed.
macro_rules! quantity {
    (
        $(#[$doc:meta])*
        $name:ident = $text:literal ($a_text:literal), $sign:ident,
        [$(($symbol:literal, $factor:expr)),+ $(,)?]
        $(also [$(($alias:literal, $alias_factor:expr)),* $(,)?])?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, PartialOrd, Default)]
        pub struct $name(f64);

        impl $crate::Quantity for $name {
            const NAME: &'static str = $text;
            const A_NAME: &'static str = $a_text;
            const UNITS: &'static [$crate::Unit] = &[
                $($crate::Unit { symbol: $symbol, factor: $factor, offset: 0.0, shown: true },)+
                $($($crate::Unit { symbol: $alias, factor: $alias_factor, offset: 0.0, shown: false },)*)?
            ];
            const SIGNED: bool = $crate::quantity::quantity!(@sign $sign);
            fn from_si(si: f64) -> Self { Self(si) }
            fn si(self) -> f64 { self.0 }
        }

        impl $name {
            /// Zero.
            pub const ZERO: Self = Self(0.0);
            /// The larger of two.
            #[must_use]
            pub fn max(self, other: Self) -> Self { if other.0 > self.0 { other } else { self } }
            /// The smaller of two.
            #[must_use]
            pub fn min(self, other: Self) -> Self { if other.0 < self.0 { other } else { self } }
            /// Without its sign.
            #[must_use]
            pub fn abs(self) -> Self { Self(self.0.abs()) }
            /// Order by value; finite values only, as everywhere in this crate.
            #[must_use]
            pub fn total_cmp(&self, other: &Self) -> std::cmp::Ordering { self.0.total_cmp(&other.0) }
        }

        impl std::ops::Add for $name { type Output = Self; fn add(self, o: Self) -> Self { Self(self.0 + o.0) } }
        impl std::ops::Sub for $name { type Output = Self; fn sub(self, o: Self) -> Self { Self(self.0 - o.0) } }
        impl std::ops::Neg for $name { type Output = Self; fn neg(self) -> Self { Self(-self.0) } }
        impl std::ops::AddAssign for $name { fn add_assign(&mut self, o: Self) { self.0 += o.0; } }
        impl std::ops::SubAssign for $name { fn sub_assign(&mut self, o: Self) { self.0 -= o.0; } }
        impl std::iter::Sum for $name { fn sum<I: Iterator<Item = Self>>(i: I) -> Self { Self(i.map(|q| q.0).sum()) } }
        $crate::quantity::quantity!(@common $name);
    };
    (@sign signed) => { true };
    (@sign unsigned) => { false };
    (@common $name:ident) => {
        impl std::ops::Mul<f64> for $name { type Output = Self; fn mul(self, k: f64) -> Self { Self(self.0 * k) } }
        impl std::ops::Mul<$name> for f64 { type Output = $name; fn mul(self, q: $name) -> $name { $name(self * q.0) } }
        impl std::ops::Div<f64> for $name { type Output = Self; fn div(self, k: f64) -> Self { Self(self.0 / k) } }
        impl std::ops::Div for $name { type Output = f64; fn div(self, o: Self) -> f64 { self.0 / o.0 } }
        $crate::quantity::quantity!(@text $name);
    };
    (@text $name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), $crate::quantity::exact(self.0, <Self as $crate::Quantity>::UNITS))
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::quantity::display(f, self.0, <Self as $crate::Quantity>::UNITS)
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::ParseQuantityError;
            fn from_str(text: &str) -> Result<Self, Self::Err> { <Self as $crate::Quantity>::parse(text) }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(&$crate::quantity::exact(self.0, <Self as $crate::Quantity>::UNITS))
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                d.deserialize_any($crate::quantity::TextVisitor::<Self>(std::marker::PhantomData))
            }
        }
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $crate::quantity::schema::<Self>()
            }
        }
    };
}

/// States that `A * B = C` makes sense, and with it `C / A = B` and `C / B = A`.
macro_rules! product {
    ($a:ty, $b:ty => $c:ty) => {
        impl std::ops::Mul<$b> for $a {
            type Output = $c;
            fn mul(self, b: $b) -> $c {
                <$c as $crate::Quantity>::from_si(
                    $crate::Quantity::si(self) * $crate::Quantity::si(b),
                )
            }
        }
        impl std::ops::Mul<$a> for $b {
            type Output = $c;
            fn mul(self, a: $a) -> $c {
                a * self
            }
        }
        impl std::ops::Div<$a> for $c {
            type Output = $b;
            fn div(self, a: $a) -> $b {
                <$b as $crate::Quantity>::from_si(
                    $crate::Quantity::si(self) / $crate::Quantity::si(a),
                )
            }
        }
        impl std::ops::Div<$b> for $c {
            type Output = $a;
            fn div(self, b: $b) -> $a {
                <$a as $crate::Quantity>::from_si(
                    $crate::Quantity::si(self) / $crate::Quantity::si(b),
                )
            }
        }
    };
}

pub(crate) use {product, quantity};

/// Separates message from hint where only one text can pass (serde's error). See [`TextVisitor`].
const HINT: &str = "; hint: ";

/// Reads a quantity from a string, and turns a bare number into an error with a hint.
pub(crate) struct TextVisitor<Q>(pub(crate) std::marker::PhantomData<Q>);

impl<Q: Quantity> serde::de::Visitor<'_> for TextVisitor<Q> {
    type Value = Q;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with its unit, as a string", Q::A_NAME)
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Q, E> {
        Q::parse(text).map_err(|e| E::custom(format!("{e}{HINT}{}", e.hint())))
    }
    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Q, E> {
        self.visit_str(&number.to_string())
    }
    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Q, E> {
        self.visit_str(&number.to_string())
    }
    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Q, E> {
        self.visit_str(&number.to_string())
    }
}

pub(crate) fn schema<Q: Quantity>() -> schemars::Schema {
    let example = Q::UNITS.iter().find(|u| u.shown).map_or("", |u| u.symbol);
    let sign = if Q::SIGNED { "[+-]?" } else { "\\+?" };
    let symbols: Vec<_> = Q::UNITS.iter().map(|u| escape(u.symbol)).collect();
    schemars::json_schema!({
        "type": "string",
        "description": format!("{} with its unit: {}", Q::A_NAME, shown_units(Q::UNITS)),
        "examples": [format!("1 {example}")],
        "pattern": format!("^\\s*{sign}[0-9_]*\\.?[0-9_]*([eE][+-]?[0-9]+)?\\s*({})\\s*$", symbols.join("|")),
    })
}

fn escape(symbol: &str) -> String {
    let mut text = String::new();
    for c in symbol.chars() {
        if "\\^$.|?*+()[]{}/".contains(c) {
            text.push('\\');
        }
        text.push(c);
    }
    text
}
