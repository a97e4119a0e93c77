//! Pages of the reference that follow from the program: its commands, and the keys of files by their JSON Schemas.

use crate::links::anchor;
use crate::said;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const GENERATED: &str = "<!-- generated -->\n";

/// The names of the commands below some command; none where it has no commands below.
pub(crate) fn subcommands(command: &[&str]) -> Vec<String> {
    let help = said(&[command, &["--help"]].concat());
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    // Descriptions that go on in the next line are indented further.
    let names = lines.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("    "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Every command with its help.
pub(crate) fn commands() -> String {
    let mut page = format!(
        "{GENERATED}# Commands\n\n\
         What `lightloom COMMAND --help` prints. Exit codes: 0 done, 1 a file cannot be written or a model left its range, \
         2 wrong input. `--json` prints one documented object instead of text, wherever it is offered.\n"
    );
    help_of(&mut page, &[]);
    page
}

fn help_of(page: &mut String, command: &[&str]) {
    let title = [&["lightloom"], command].concat().join(" ");
    let level = if command.len() > 1 { "###" } else { "##" };
    let help = said(&[command, &["--help"]].concat());
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(page, "\n{level} {title}\n\n```text\n{}\n```\n", help.join("\n"));
    for name in subcommands(command) {
        help_of(page, &[command, &[&name]].concat());
    }
}

/// Every key of a scenario.
pub(crate) fn scenario_keys() -> String {
    let intro = "Every key of a scenario file (TOML), from the JSON Schema that `lightloom scenario schema` prints. A key without \
         a default must be there; keys that are not listed are refused. Quantities are texts with a unit: `\"800 Gb/s\"`, \
         `\"2 m\"`. What numbers may be is checked by `lightloom scenario check`.";
    let schema = said(&["scenario", "schema"]);
    keys("Keys of a scenario", intro, &schema, Headings::Paths)
}

/// Every key of a lane file.
pub(crate) fn lane_keys() -> String {
    let intro = "Every key of a lane file for `lightloom link`, from `lightloom link --schema`. `lightloom link --example NAME` \
         prints files to start from.";
    keys("Keys of a lane", intro, &said(&["link", "--schema"]), Headings::Types)
}

/// Every key of the plan document.
pub(crate) fn plan_document() -> String {
    let intro = "What `lightloom plan --json` prints, from `lightloom scenario schema --plan`. Every number has its unit in its \
         key; energy per bit is for one payload bit in one direction, bandwidth per direction, latency one way. What may be \
         left out is `null` where there is nothing to say.";
    let schema = said(&["scenario", "schema", "--plan"]);
    keys("The plan document", intro, &schema, Headings::Types)
}

/// What a type's section is called: by the keys where it stands, or by its name in the schema.
#[derive(Clone, Copy, PartialEq)]
enum Headings {
    Paths,
    Types,
}

/// A schema's objects: the root's keys, then each object that they lead to.
fn keys(title: &str, intro: &str, schema: &str, headings: Headings) -> String {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let mut schema = Schema { root: &schema, headings: BTreeMap::new(), order: Vec::new() };
    schema.walk(schema.root, "", headings);
    let mut page = format!("{GENERATED}# {title}\n\n{intro}\n\n## Top level\n\n");
    schema.table(&mut page, schema.root);
    for name in &schema.order {
        let node = schema.named(name);
        let _ = write!(page, "\n## {}\n\n{}\n\n", schema.headings[name], words(node));
        schema.table(&mut page, node);
    }
    page
}

struct Schema<'s> {
    root: &'s Value,
    /// Headings of objects by their names.
    headings: BTreeMap<String, String>,
    /// Objects as they are met.
    order: Vec<String>,
}

impl<'s> Schema<'s> {
    fn named(&self, name: &str) -> &'s Value {
        &self.root["$defs"][name]
    }

    /// Meets all objects below a node, breadth first, and gives them headings.
    fn walk(&mut self, root: &'s Value, path: &str, headings: Headings) {
        let mut waiting = vec![(root, path.to_owned())];
        let mut at = 0;
        while let Some((node, path)) = waiting.get(at).cloned() {
            at += 1;
            let keys = choices(node).into_iter().flat_map(ordered).chain(ordered(node));
            for (key, below) in keys {
                let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                for name in references(below) {
                    let target = self.named(name);
                    if !has_keys(target) {
                        continue;
                    }
                    match self.headings.get_mut(name) {
                        // Where it stands in two or three places, it is named after all.
                        Some(heading) if headings == Headings::Paths => {
                            if heading.matches('`').count() < 6 {
                                let _ = write!(heading, ", `{path}`");
                            }
                        }
                        Some(_) => {}
                        None => {
                            let heading = match headings {
                                Headings::Paths => format!("`{path}`"),
                                Headings::Types => name.to_owned(),
                            };
                            self.headings.insert(name.to_owned(), heading);
                            self.order.push(name.to_owned());
                            waiting.push((target, path.clone()));
                        }
                    }
                }
            }
        }
    }

    fn table(&self, page: &mut String, node: &Value) {
        let choices = choices(node);
        if !choices.is_empty() {
            page.push_str("| one of | value | what it is |\n|---|---|---|\n");
        }
        for choice in choices {
            let (name, value) = match properties(choice).as_slice() {
                [(key, below)] => (format!("`{{ {key} = ... }}`"), self.kind(below)),
                _ => (self.kind(choice), String::new()),
            };
            let _ = writeln!(page, "| {name} | {value} | {} |", cell(&words(choice)));
        }
        let keys = ordered(node);
        if !keys.is_empty() {
            page.push_str("| key | value | what it is |\n|---|---|---|\n");
        }
        for (key, below) in keys {
            let default = match &below["default"] {
                _ if is_required(node, key) => String::new(),
                Value::Null | Value::Object(_) => " (may be left out)".to_owned(),
                Value::Array(list) if list.is_empty() => " (may be left out)".to_owned(),
                value => format!(" (default `{}`)", value.to_string().replace('"', "")),
            };
            let _ = writeln!(
                page,
                "| `{key}` | {}{default} | {} |",
                self.kind(below),
                cell(&words(below))
            );
        }
    }

    /// What may stand for a node, in a few words.
    fn kind(&self, node: &Value) -> String {
        if let Some(name) = node["$ref"].as_str().and_then(name_of) {
            if let Some(heading) = self.headings.get(name) {
                return format!("[{}](#{})", heading.replace('`', ""), anchor(heading));
            }
            return self.kind(self.named(name));
        }
        for several in ["anyOf", "oneOf"] {
            if let Some(choices) = node[several].as_array() {
                let choices = choices.iter().filter(|c| c["type"] != "null");
                let kinds: Vec<String> = choices.map(|choice| self.choice(choice)).collect();
                let parted = kinds.iter().any(|kind| kind.contains(": "));
                return kinds.join(if parted { "<br>" } else { " or " });
            }
        }
        if let Some(values) = node["enum"].as_array() {
            let values: Vec<String> = values.iter().map(|v| format!("`{}`", bare(v))).collect();
            return values.join(", ");
        }
        if !node["const"].is_null() {
            return format!("`{}`", bare(&node["const"]));
        }
        let kind = node["type"].as_str().or_else(|| node["type"].as_array()?.first()?.as_str());
        match kind {
            Some("string") if node["pattern"].is_string() => match node["description"].as_str() {
                Some(words) if words.starts_with("a ") || words.starts_with("an ") => {
                    cell(words.split(" with its unit").next().unwrap_or(words))
                }
                _ => "quantity".to_owned(),
            },
            Some("string") => "text".to_owned(),
            Some("integer") => "whole number".to_owned(),
            Some("number") => "number".to_owned(),
            Some("boolean") => "`true` or `false`".to_owned(),
            Some("array") if node["items"].is_object() => match self.kind(&node["items"]) {
                kind if ["text", "number", "whole number"].contains(&kind.as_str()) => {
                    format!("list of {kind}s")
                }
                kind => format!("list of {kind}"),
            },
            Some("array") => "list".to_owned(),
            Some("object") => {
                let keys = ordered(node).into_iter();
                let keys = keys.map(|(key, below)| format!("`{key}` ({})", self.kind(below)));
                let keys = keys.collect::<Vec<_>>().join(", ");
                if keys.is_empty() { "table".to_owned() } else { format!("table of {keys}") }
            }
            _ => "any".to_owned(),
        }
    }

    /// One of several values: a name with its words, or a table with one key.
    fn choice(&self, node: &Value) -> String {
        let keys = properties(node);
        if let [(key, below)] = keys.as_slice() {
            return format!("`{{ {key} = ... }}`: {}", self.kind(below));
        }
        match (node["const"].is_null(), node["description"].as_str()) {
            (false, Some(words)) => format!("{}: {}", self.kind(node), cell(&short(words))),
            _ => self.kind(node),
        }
    }
}

/// Whether a definition is a table of keys, or a choice of such: then it has a section of its own.
fn has_keys(node: &Value) -> bool {
    !properties(node).is_empty()
        || choices(node).iter().any(|choice| !properties(choice).is_empty())
}

/// What a node may be one of.
fn choices(node: &Value) -> Vec<&Value> {
    node["oneOf"].as_array().into_iter().flatten().collect()
}

fn is_required(node: &Value, key: &str) -> bool {
    node["required"].as_array().is_some_and(|keys| keys.iter().any(|known| known == key))
}

/// The keys that must be there, as they are declared, then the others.
fn ordered(node: &Value) -> Vec<(&str, &Value)> {
    let mut keys = properties(node);
    let required = node["required"].as_array().into_iter().flatten();
    let required: Vec<&str> = required.filter_map(Value::as_str).collect();
    keys.sort_by_key(|(key, _)| required.iter().position(|r| r == key).unwrap_or(usize::MAX));
    keys
}

fn properties(node: &Value) -> Vec<(&str, &Value)> {
    let properties = node["properties"].as_object().into_iter().flatten();
    properties.map(|(key, below)| (key.as_str(), below)).collect()
}

/// The names of the definitions that a node refers to, through options, lists and choices.
fn references(node: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = node["$ref"].as_str().and_then(name_of).into_iter().collect();
    for several in ["anyOf", "oneOf"] {
        for choice in node[several].as_array().into_iter().flatten() {
            names.extend(references(choice));
        }
    }
    names.extend(properties(node).into_iter().flat_map(|(_, below)| references(below)));
    if node["items"].is_object() {
        names.extend(references(&node["items"]));
    }
    names
}

fn name_of(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/$defs/")
}

/// The description of a node, without the sections that are for programmers.
fn words(node: &Value) -> String {
    short(node["description"].as_str().unwrap_or_default())
}

fn short(words: &str) -> String {
    words.split("\n\n").next().unwrap_or_default().replace('\n', " ")
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A text as it may stand in a table's cell: what Markdown or HTML would take for signs of their own is escaped, but for
/// what stands between backticks. Links of doc comments become their words.
pub(crate) fn cell(text: &str) -> String {
    let text = text.replace("[`", "`").replace("`]", "`").replace('|', "\\|");
    let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => part.replace('<', "&lt;").replace('>', "&gt;").replace('*', "\\*").replace('[', "\\["),
        _ => format!("`{part}`"),
    });
    parts.collect()
}

#[test]
fn cells_keep_what_is_code_and_escape_the_rest() {
    assert_eq!(cell("a | b < c, `x < y` [z]"), "a \\| b &lt; c, `x < y` \\[z]");
    assert_eq!(cell("as [`Pam`]"), "as `Pam`");
}
