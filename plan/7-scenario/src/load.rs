//! From text to a scenario, with every error placed.

use crate::problem::{Problem, suggestion};
use crate::schema::Scenario;

/// Version of the format that this program reads.
pub const FORMAT: u32 = 1;

/// Largest scenario text that is read: far beyond any real one.
const MOST_BYTES: usize = 1 << 20;

/// Reads a scenario.
///
/// # Errors
/// A [`Problem`] with place, key path and hint: bad TOML, an unknown key, a bare number, a wrong unit, a value
/// of the wrong type, another format version.
pub fn parse(text: &str) -> Result<Scenario, Problem> {
    let whole = |message: String, hint: &str| Problem {
        message,
        path: String::new(),
        span: None,
        hint: Some(hint.to_owned()),
    };
    if text.len() > MOST_BYTES {
        let message = format!("the file has {} bytes, a scenario has at most {MOST_BYTES}", text.len());
        return Err(whole(message, "is this a scenario?"));
    }
    let deserializer = toml::Deserializer::parse(text).map_err(|e| syntax(&e))?;
    let scenario: Scenario =
        serde_path_to_error::deserialize(deserializer).map_err(|e| typed(text, &e))?;
    if scenario.lightloom != FORMAT {
        let message = format!("this is format {}, this program reads {FORMAT}", scenario.lightloom);
        let hint = Some(format!("write `lightloom = {FORMAT}`"));
        return Err(Problem::at(text, "lightloom", message, hint));
    }
    Ok(scenario)
}

fn syntax(e: &toml::de::Error) -> Problem {
    Problem {
        message: format!("not TOML: {}", e.message()),
        path: String::new(),
        span: e.span(),
        hint: Some("strings stand in double quotes, tables in [brackets]".to_owned()),
    }
}

fn typed(text: &str, e: &serde_path_to_error::Error<toml::de::Error>) -> Problem {
    let inner = e.inner();
    let mut path = e.path().to_string();
    if path == "." {
        path.clear();
    }
    let raw = inner.message().to_owned();
    // Quantities carry their hint in the text, the only channel that serde leaves.
    let (message, hint) = match raw.split_once("; hint: ") {
        Some((message, hint)) => (message.to_owned(), Some(hint.to_owned())),
        None => explain(&raw),
    };
    let mut span = inner.span().filter(|s| !s.is_empty());
    if message.starts_with("the key `") && message.ends_with("is missing") {
        // The parser marks the whole table; its heading says more.
        span = Problem::at(text, &path, String::new(), None).span;
    }
    Problem { message, path, span, hint }
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
    if raw.starts_with("missing field") && quoted.len() == 1 {
        let hint = "`lightloom scenario schema` describes every key".to_owned();
        return (format!("the key `{}` is missing", quoted[0]), Some(hint));
    }
    (raw.to_owned(), None)
}
