//! `key=value` into the parameters of a topology. Names, defaults and descriptions are those of its schema.

use crate::failure::Failure;
use lightloom::fabric::FabricError;
use lightloom::fabric::topology::{
    Dragonfly, DragonflyPlus, FoldedClos, FullMesh, HammingMesh, HyperX, NdFullMesh, OcsTorus,
    RailOnly, Reconfigurable, SwitchPlanes, SwitchedTorus, Topology, Torus, TwoTierDomain,
};
use lightloom::scenario::problem::suggestion;
use schemars::{Schema, schema_for};
use serde_json::{Map, Value, json};

/// A parameter of a topology.
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) about: String,
    /// Whether it may be left out.
    pub(super) optional: bool,
    schema: Value,
}

/// Parameters of a topology by its name.
pub(super) fn of(name: &str) -> Vec<Parameter> {
    let schema = schema(name).to_value();
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let parameter = |(name, schema): (&String, &Value)| Parameter {
        name: name.clone(),
        about: schema["description"].as_str().unwrap_or_default().replace('\n', " "),
        optional: !required.contains(&name.as_str()),
        schema: schema.clone(),
    };
    let all: Vec<Parameter> =
        schema["properties"].as_object().into_iter().flatten().map(parameter).collect();
    let (must, may): (Vec<_>, Vec<_>) = all.into_iter().partition(|p| !p.optional);
    must.into_iter().chain(may).collect()
}

fn schema(name: &str) -> Schema {
    match name {
        "switch-planes" => schema_for!(SwitchPlanes),
        "two-tier" => schema_for!(TwoTierDomain),
        "clos" => schema_for!(FoldedClos),
        "rail-only" => schema_for!(RailOnly),
        "dragonfly" => schema_for!(Dragonfly),
        "dragonfly-plus" => schema_for!(DragonflyPlus),
        "hyperx" => schema_for!(HyperX),
        "torus" => schema_for!(Torus),
        "switched-torus" => schema_for!(SwitchedTorus),
        "ocs-torus" => schema_for!(OcsTorus),
        "full-mesh" => schema_for!(FullMesh),
        "nd-full-mesh" => schema_for!(NdFullMesh),
        "hamming-mesh" => schema_for!(HammingMesh),
        "reconfigurable" => schema_for!(Reconfigurable),
        _ => schema_for!(()),
    }
}

/// The topology of a name and its `key=value` parameters.
pub(super) fn read(name: &str, given: &[String]) -> Result<Topology, Failure> {
    let name = name.replace('_', "-").to_lowercase();
    let name = match name.as_str() {
        "mesh-4d" => "nd-full-mesh",
        "fat-tree" | "folded-clos" => "clos",
        "flattened-butterfly" => "hyperx",
        other => other,
    };
    let names = Topology::LIST.map(|(name, _)| name);
    if !names.contains(&name) {
        let message = format!("no topology is called `{name}`");
        return Err(Failure::Unknown { message, hint: suggestion(name, names) });
    }
    let parameters = of(name);
    let mut map = Map::new();
    for text in given {
        let Some((key, value)) = text.split_once('=') else {
            return Err(usage(format!("`{text}` is no parameter"), "write key=value, such as p=4"));
        };
        let key = key.trim();
        let Some(parameter) = parameters.iter().find(|p| p.name == key) else {
            let message = format!("{name} has no parameter `{key}`");
            let hint = suggestion(key, parameters.iter().map(|p| p.name.as_str()));
            return Err(Failure::Unknown { message, hint });
        };
        if map.insert(key.to_owned(), parameter.parse(value.trim())?).is_some() {
            return Err(usage(format!("`{key}` is given twice"), "give it once"));
        }
    }
    let missing: Vec<&str> = parameters
        .iter()
        .filter(|p| !p.optional && !map.contains_key(&p.name))
        .map(|p| p.name.as_str())
        .collect();
    if !missing.is_empty() {
        let about = |p: &Parameter| {
            let optional = if p.optional { " (may be left out)" } else { "" };
            format!("{}: {}{optional}", p.name, p.about)
        };
        let all: Vec<String> = parameters.iter().map(about).collect();
        let message = format!("{name} needs {}", missing.join(", "));
        return Err(usage(message, all.join("\n")));
    }
    serde_json::from_value(json!({ name: map }))
        .map_err(|error| usage(format!("{name}: {error}"), "see `lightloom fabric topology`"))
}

fn usage(message: String, hint: impl Into<String>) -> Failure {
    Failure::Usage { message, hint: hint.into() }
}

/// What a floor refuses is wrong input here: all of it was typed.
pub(super) fn refused(topology: &Topology, error: &FabricError) -> Failure {
    usage(format!("{}: {error}", topology.name()), error.hint())
}

impl Parameter {
    fn parse(&self, text: &str) -> Result<Value, Failure> {
        self.value(&self.schema, text).ok_or_else(|| {
            let expected = match kind(&self.schema) {
                "integer" => "a whole number".to_owned(),
                "number" => "a number".to_owned(),
                "boolean" => "true or false".to_owned(),
                "array" if kind(&self.schema["items"]) == "boolean" => {
                    "true or false for each dimension, such as true,false".to_owned()
                }
                "array" => "whole numbers, such as 4x4x8".to_owned(),
                _ => "a name".to_owned(),
            };
            usage(format!("{} is `{text}`: expected {expected}", self.name), self.about.clone())
        })
    }

    fn value(&self, schema: &Value, text: &str) -> Option<Value> {
        match kind(schema) {
            "integer" => text.replace('_', "").parse::<u64>().ok().map(Value::from),
            "number" => text.parse::<f64>().ok().filter(|v| v.is_finite()).map(Value::from),
            "boolean" => text.parse::<bool>().ok().map(Value::from),
            "array" => {
                let parts =
                    text.split(['x', ',']).map(|part| self.value(&schema["items"], part.trim()));
                parts.collect::<Option<Vec<Value>>>().map(Value::from)
            }
            _ => Some(Value::from(text)),
        }
    }
}

/// The type of a schema, without `null`.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).find(|k| *k != "null").unwrap_or_default()
        }
        _ => "",
    }
}
