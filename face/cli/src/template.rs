//! A scenario with a comment on every key, from the descriptions in the schema.

use lightloom::economics::Finance;
use lightloom::scenario::schema::words;
use lightloom::units::significant;

/// Keys of `[economics]` that people have terms of their own for.
const TERMS: [&str; 4] = ["electricity", "pue", "period", "discount"];

/// The terms of money that a scenario leaves to the catalog, as comments to take into use: with its values, so that taking
/// them in changes nothing.
pub(crate) fn with_terms(text: &str, finance: &Finance) -> String {
    const TABLE: &str = "[economics]\n";
    let schema = lightloom::scenario::json_schema();
    let own = text.split_once(TABLE).map(|(_, own)| own.split("\n[").next().unwrap_or(own));
    let value = |key: &str| match key {
        "electricity" => finance.tariff.electricity.to_string(),
        "pue" => finance.tariff.pue.to_string(),
        "period" => finance.life.to_string(),
        _ => format!("{} %", significant(100.0 * finance.discount.value(), 4)),
    };
    let given = |key: &str| {
        own.is_some_and(|own| own.lines().any(|line| line.starts_with(&format!("{key} = "))))
    };
    let mut terms =
        String::from("# Your terms of money, in US dollars; as comments, the catalog's:\n");
    for key in TERMS.into_iter().filter(|key| !given(key)) {
        let about = words(&schema, &format!("economics.{key}")).unwrap_or_default();
        terms.push_str(&format!("# {key} = \"{}\"   # {about}\n", value(key)));
    }
    match text.split_once(TABLE) {
        Some((before, after)) => format!("{before}{TABLE}{terms}{after}"),
        None => format!("{}\n\n{TABLE}{terms}", text.trim_end()),
    }
}

/// Puts each key's description above it.
pub(crate) fn commented(text: &str) -> String {
    let schema = lightloom::scenario::json_schema();
    let words = |path: &[String]| words(&schema, &path.join("."));
    let mut out = String::new();
    let mut table: Vec<String> = Vec::new();
    let mut within = None;
    for line in text.lines() {
        let trimmed = line.trim();
        if let Some(end) = within {
            // Inside a long string or list: nothing to say until it closes.
            if trimmed.ends_with(end) {
                within = None;
            }
        } else if let Some(header) = trimmed.strip_prefix('[') {
            let name = header.split(']').next().unwrap_or_default();
            table = name.split('.').map(str::to_owned).collect();
            comment(&mut out, words(&table));
        } else if let Some((key, value)) =
            trimmed.split_once(" = ").filter(|_| !trimmed.starts_with('#'))
        {
            let mut path = table.clone();
            path.push(key.to_owned());
            comment(&mut out, words(&path));
            within = match value {
                "\"\"\"" => Some("\"\"\""),
                "[" => Some("]"),
                _ => None,
            };
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn comment(out: &mut String, description: Option<String>) {
    const WIDTH: usize = 98;
    let Some(description) = description else { return };
    let mut line = String::from("#");
    for word in description.split_whitespace() {
        if line.len() + 1 + word.len() > WIDTH {
            out.push_str(&line);
            out.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    out.push_str(&line);
    out.push('\n');
}
