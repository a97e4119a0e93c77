//! From text to a scenario or a lane, with every error placed.

use crate::problem::{Problem, did_you_mean, one_of, suggestion, visible};
use crate::schema::{Scenario, describe, required};
use serde::de::DeserializeOwned;

/// Version of the format that this program reads.
pub const FORMAT: u32 = 1;

/// What is read: a kind of file.
#[derive(Debug)]
pub struct Kind {
    /// Its name in a sentence.
    pub noun: &'static str,
    /// Its JSON Schema.
    pub schema: fn() -> serde_json::Value,
    /// Where a user finds that.
    pub help: &'static str,
}

const SCENARIO: Kind = Kind {
    noun: "scenario",
    schema: crate::json_schema,
    help: "`lightloom scenario schema` describes every key",
};

/// Largest text that is read: far beyond any real one.
const MOST_BYTES: usize = 1 << 20;

/// Reads a scenario.
///
/// # Errors
/// A [`Problem`] with place, key path and hint: bad TOML, an unknown key, a bare number, a wrong unit, a value
/// of the wrong type, another format version.
pub fn parse(text: &str) -> Result<Scenario, Problem> {
    let scenario: Scenario = parse_as(text, &SCENARIO)?;
    check_format(text, scenario.lightloom)?;
    Ok(scenario)
}

/// Refuses another version of the format.
///
/// # Errors
/// A [`Problem`] at the key `lightloom`.
pub fn check_format(text: &str, found: u32) -> Result<(), Problem> {
    if found == FORMAT {
        return Ok(());
    }
    let message = format!("this is format {found}, this program reads {FORMAT}");
    Err(Problem::at(text, "lightloom", message, Some(format!("write `lightloom = {FORMAT}`"))))
}

/// Reads a file of a kind.
///
/// # Errors
/// As [`parse`].
pub fn parse_as<T: DeserializeOwned>(text: &str, kind: &Kind) -> Result<T, Problem> {
    let whole = |message: String, hint: &str| Problem {
        message,
        path: String::new(),
        span: None,
        hint: Some(hint.to_owned()),
    };
    if text.len() > MOST_BYTES {
        let message =
            format!("the file has {} bytes, a {} has at most {MOST_BYTES}", text.len(), kind.noun);
        return Err(whole(message, &format!("is this a {}?", kind.noun)));
    }
    let deserializer = toml::Deserializer::parse(text).map_err(|e| syntax(text, &e))?;
    serde_path_to_error::deserialize(deserializer).map_err(|e| typed(text, &e, kind))
}

fn syntax(text: &str, e: &toml::de::Error) -> Problem {
    let span = e.span().map(|s| visible(text, s));
    let found = span.clone().and_then(|s| text.get(s)).unwrap_or_default();
    let (message, hint) = match e.message() {
        "duplicate key" => (format!("`{found}` is given twice"), "keep one of the two"),
        words => (
            format!("not TOML: {words}"),
            "texts stand in double quotes, tables in [brackets], comments after #",
        ),
    };
    Problem { message, path: String::new(), span, hint: Some(hint.to_owned()) }
}

fn typed(text: &str, e: &serde_path_to_error::Error<toml::de::Error>, kind: &Kind) -> Problem {
    let describe = |path: &str| describe(&(kind.schema)(), path);
    let inner = e.inner();
    let mut path = e.path().to_string();
    if path == "." {
        path.clear();
    }
    let raw = inner.message();
    if let Some(key) = raw.strip_prefix("missing field ").map(|key| key.trim_matches('`')) {
        let missing = missing(text, &(kind.schema)(), &path, key);
        let at = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        let named: Vec<String> = missing.iter().map(|key| format!("`{key}`")).collect();
        let message = match named.as_slice() {
            [one] => format!("the key {one} is missing"),
            [head @ .., last] => format!("the keys {} and {last} are missing", head.join(", ")),
            [] => raw.to_owned(),
        };
        let described: Vec<String> = missing.iter().filter_map(|key| describe(&at(key))).collect();
        let hint = match described.as_slice() {
            few if (1..=DESCRIBED).contains(&few.len()) => few.join("\n"),
            _ => kind.help.to_owned(),
        };
        let mut problem = Problem::at(text, &at(key), message, Some(hint));
        // A key of the whole file has no table to point at: the file's start stands for it.
        problem.span = problem.span.or_else(|| (!text.is_empty()).then(|| visible(text, 0..0)));
        return problem;
    }
    // Quantities carry their hint in the text, the only channel that serde leaves.
    let (message, hint) = match raw.split_once("; hint: ") {
        Some((message, hint)) => (message.to_owned(), Some(hint.to_owned())),
        None => explain(raw),
    };
    let hint = told_by_its_words(raw, &path, describe).or(hint);
    let span = inner
        .span()
        .map(|s| visible(text, s))
        .or_else(|| Problem::at(text, &path, String::new(), None).span);
    let hint = hint.or_else(|| describe(&path)).or_else(|| Some(kind.help.to_owned()));
    Problem { message, path, span, hint }
}

/// Missing keys that are told what they are; of more only their names.
const DESCRIBED: usize = 3;

/// All keys that a table must have and has not; serde names the first.
fn missing(text: &str, schema: &serde_json::Value, table: &str, first: &str) -> Vec<String> {
    let absent = || {
        let root: toml::Table = text.parse().ok()?;
        let mut here = &root;
        for key in table.split('.').filter(|key| !key.is_empty()) {
            let (name, element) = key.split_once('[').unwrap_or((key, ""));
            let mut value = here.get(name)?;
            if let Some(index) = element.strip_suffix(']') {
                value = value.get(index.parse::<usize>().ok()?)?;
            }
            here = value.as_table()?;
        }
        let keys = required(schema, table).into_iter().filter(|key| !here.contains_key(*key));
        Some(keys.map(str::to_owned).collect::<Vec<_>>())
    };
    // A table of several kinds has no list of its own.
    absent().filter(|keys| keys.iter().any(|key| key == first)).unwrap_or(vec![first.to_owned()])
}

/// For an unknown key like no other, the keys beside it whose description holds the word: `years` is in that of `period`.
fn told_by_its_words(
    raw: &str,
    path: &str,
    describe: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    const TOLD: usize = 3;
    let quoted: Vec<&str> = raw.split('`').skip(1).step_by(2).collect();
    let (asked, known) = quoted.split_first().filter(|_| raw.starts_with("unknown field"))?;
    if did_you_mean(asked, known.iter().copied()).is_some() {
        return None;
    }
    let word = asked.to_lowercase();
    let word = word.trim_end_matches('s');
    let beside = path.rsplit_once('.').map_or("", |(table, _)| table);
    let speaks = |key: &&&str| {
        let path = if beside.is_empty() { (**key).to_owned() } else { format!("{beside}.{key}") };
        word.chars().count() > 2
            && describe(&path).is_some_and(|words| words.to_lowercase().contains(word))
    };
    let found: Vec<String> =
        known.iter().filter(speaks).take(TOLD).map(|key| format!("`{key}`")).collect();
    one_of(&found).map(|found| format!("did you mean {found}? There are: {}", known.join(", ")))
}

/// Turns serde's words into the house's.
fn explain(raw: &str) -> (String, Option<String>) {
    let quoted: Vec<&str> = raw.split('`').skip(1).step_by(2).collect();
    if raw.starts_with("unknown field") && quoted.len() > 1 {
        let hint = suggestion(quoted[0], quoted[1..].iter().copied());
        return (format!("unknown key `{}`", quoted[0]), Some(hint));
    }
    if raw.starts_with("unknown variant") && quoted.len() > 1 {
        let hint = suggestion(quoted[0], quoted[1..].iter().copied());
        return (format!("`{}` is not one of the allowed values", quoted[0]), Some(hint));
    }
    if raw == "wanted exactly 1 element, more than 1 element" {
        return ("more than one kind is given here; exactly one belongs".to_owned(), None);
    }
    if raw == "wanted string or table" {
        return ("expected a name in quotes".to_owned(), None);
    }
    let mismatch =
        raw.strip_prefix("invalid type: ").or_else(|| raw.strip_prefix("invalid value: "));
    match mismatch.and_then(|m| m.rsplit_once(", expected ")) {
        Some((found, expected)) => {
            (format!("expected {}, found {}", wanted(expected), given(found)), None)
        }
        None => (raw.to_owned(), None),
    }
}

/// A type in serde's words, as a reader of TOML calls it.
fn wanted(expected: &str) -> String {
    match expected {
        "u64" => "a whole number, zero or more".to_owned(),
        "u32" => format!("a whole number from 0 to {}", u32::MAX),
        "u16" => format!("a whole number from 0 to {}", u16::MAX),
        "f64" => "a number".to_owned(),
        "a string" => "a text in quotes".to_owned(),
        "a sequence" => "a list in [brackets]".to_owned(),
        _ if expected.starts_with("struct ") => "a table".to_owned(),
        _ => expected.to_owned(),
    }
}

/// A value in serde's words, as a reader of TOML calls it.
fn given(found: &str) -> String {
    let (kind, value) = found.split_once(' ').unwrap_or((found, ""));
    match kind {
        // Beyond 64 bits the parser names its own type too.
        "integer" => format!("the whole number {}", value.split(" as ").next().unwrap_or(value)),
        "floating" => format!("the decimal number {}", value.trim_start_matches("point ")),
        "string" => format!("the text {value}"),
        "boolean" => value.to_owned(),
        "map" => "a table".to_owned(),
        "sequence" => "a list".to_owned(),
        _ => found.to_owned(),
    }
}
