//! Oversubscription: of the leaf, or of every layer of a folded Clos.

use lightloom_units::Ratio;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{
    BoolDeserializer, F64Deserializer, I64Deserializer, SeqAccessDeserializer, StrDeserializer,
    U64Deserializer,
};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bandwidth of a switch downwards over that upwards, layer by layer from the leaf; `1 x` is non-blocking.
///
/// One ratio is the leaf's: the layers above are non-blocking. A list has one for each layer from the leaf, and the
/// layers beyond it are non-blocking: `["1 x", "7 x"]` narrows what leaves a pod.
///
/// # Example
/// ```
/// use lightloom_fabric::Oversubscription;
/// use lightloom_units::Ratio;
/// let leaf = Oversubscription::leaf(Ratio::new(3.0));
/// assert_eq!((leaf.of(0).value(), leaf.of(1).value()), (3.0, 1.0));
/// let pods = Oversubscription::layers(vec![Ratio::new(1.0), Ratio::new(7.0)]);
/// assert_eq!((pods.of(0).value(), pods.of(1).value(), pods.of(2).value()), (1.0, 7.0, 1.0));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Oversubscription {
    ratios: Vec<Ratio>,
}

impl Default for Oversubscription {
    fn default() -> Self {
        Self::leaf(NON_BLOCKING)
    }
}

const NON_BLOCKING: Ratio = Ratio::new(1.0);

impl Oversubscription {
    /// Of the leaf alone.
    #[must_use]
    pub fn leaf(ratio: Ratio) -> Self {
        Self { ratios: vec![ratio] }
    }

    /// Of each layer from the leaf.
    #[must_use]
    pub const fn layers(ratios: Vec<Ratio>) -> Self {
        Self { ratios }
    }

    /// That of a layer, from 0 for the leaf.
    #[must_use]
    pub fn of(&self, layer: usize) -> Ratio {
        self.ratios.get(layer).copied().unwrap_or(NON_BLOCKING)
    }

    /// The ratios that were given, from the leaf.
    #[must_use]
    pub fn given(&self) -> &[Ratio] {
        &self.ratios
    }
}

impl Serialize for Oversubscription {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.ratios.as_slice() {
            [leaf] => leaf.serialize(serializer),
            ratios => ratios.serialize(serializer),
        }
    }
}

/// A ratio, or a list of them; whatever else is there is an error in the words of a ratio.
struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Oversubscription;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a ratio such as \"3 x\", or a list of one for each layer from the leaf")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ratio::deserialize(StrDeserializer::new(text)).map(Oversubscription::leaf)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ratio::deserialize(F64Deserializer::new(value)).map(Oversubscription::leaf)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ratio::deserialize(I64Deserializer::new(value)).map(Oversubscription::leaf)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ratio::deserialize(U64Deserializer::new(value)).map(Oversubscription::leaf)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ratio::deserialize(BoolDeserializer::new(value)).map(Oversubscription::leaf)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        let ratios = Vec::<Ratio>::deserialize(SeqAccessDeserializer::new(list))?;
        if ratios.is_empty() {
            return Err(A::Error::invalid_length(0, &self));
        }
        Ok(Oversubscription { ratios })
    }
}

impl<'de> Deserialize<'de> for Oversubscription {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMany)
    }
}

impl JsonSchema for Oversubscription {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Oversubscription".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let ratio = generator.subschema_for::<Ratio>();
        json_schema!({
            "description": "Of the leaf alone, or of each layer from the leaf.",
            "anyOf": [ratio, { "type": "array", "items": ratio, "minItems": 1 }]
        })
    }
}
