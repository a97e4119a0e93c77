//! Tags of a page or a drawing.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test uses a part")]

/// A start or end tag.
#[derive(Debug)]
pub struct Tag<'a> {
    pub name: &'a str,
    pub attributes: Vec<(&'a str, &'a str)>,
    pub end: bool,
    /// What stands between it and the next tag.
    pub text: &'a str,
}

impl<'a> Tag<'a> {
    pub fn get(&self, attribute: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(name, _)| *name == attribute).map(|(_, value)| *value)
    }
}

/// Tags of a page whose attributes are all quoted; what `style` and `script` hold is passed over.
pub fn tags(page: &str) -> Vec<Tag<'_>> {
    let mut out: Vec<Tag<'_>> = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let end = rest.starts_with('/');
        let body = rest.strip_prefix('/').unwrap_or(rest);
        let name_end = body.find(|c: char| c.is_whitespace() || c == '>').unwrap();
        let name = &body[..name_end];
        let mut inside = &body[name_end..];
        let mut attributes = Vec::new();
        loop {
            inside = inside.trim_start();
            if let Some(after) = inside.strip_prefix('>') {
                rest = after;
                break;
            }
            let stop = inside.find(|c: char| c == '=' || c == '>' || c.is_whitespace()).unwrap();
            let attribute = &inside[..stop];
            inside = &inside[stop..];
            let value = match inside.strip_prefix("=\"") {
                Some(quoted) => {
                    let close = quoted.find('"').unwrap();
                    inside = &quoted[close + 1..];
                    &quoted[..close]
                }
                None => "",
            };
            attributes.push((attribute, value));
        }
        if !end && (name == "style" || name == "script") {
            rest = &rest[rest.find(&format!("</{name}>")).unwrap()..];
        }
        let text = &rest[..rest.find('<').unwrap_or(rest.len())];
        out.push(Tag { name, attributes, end, text });
    }
    out
}

/// Elements without an end tag.
const VOID: [&str; 4] = ["!DOCTYPE", "meta", "link", "br"];

pub fn assert_well_formed(page: &str) {
    let tags = tags(page);
    let mut open: Vec<&str> = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    for tag in &tags {
        if tag.end {
            assert_eq!(open.pop(), Some(tag.name), "closes what is not open");
        } else if !VOID.contains(&tag.name) && tag.get("/").is_none() {
            open.push(tag.name);
        }
        let mut names: Vec<&str> = tag.attributes.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|w| w[0] != w[1]), "an attribute twice: {tag:?}");
        ids.extend(tag.get("id"));
    }
    assert!(open.is_empty(), "left open: {open:?}");
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id twice");
    for tag in &tags {
        let references = tag.get("aria-labelledby").unwrap_or("").split_whitespace();
        let anchor = tag.get("href").and_then(|h| h.strip_prefix('#'));
        for id in references.chain(anchor) {
            assert!(ids.contains(&id), "refers to no id: {id}");
        }
    }
}
