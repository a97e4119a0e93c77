//! Links between pages, and files of the repository that pages name.

use crate::pages::{self, Page};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

/// Where a page says in which folder the files lie that it names: `<!-- files: stack/1-link/src -->`.
const FOLDER: &str = "<!-- files: ";

/// Every link that leads nowhere and every file that is named and is not there.
pub(crate) fn broken(pages: &[Page]) -> Vec<String> {
    let anchors: BTreeMap<&str, BTreeSet<String>> =
        pages.iter().map(|page| (page.file.as_str(), anchors(&page.text))).collect();
    let mut wrong = Vec::new();
    for page in pages {
        let prose = without_blocks(&page.text);
        for target in targets(&prose) {
            if let Some(why) = why_broken(&page.file, target, &anchors) {
                wrong.push(format!("{}: {target}: {why}", page.file));
            }
        }
        for name in named_files(&prose) {
            if place(page, name).is_none() {
                wrong.push(format!("{}: there is no file `{name}`", page.file));
            }
        }
    }
    wrong
}

/// The files that pages of the theory name.
pub(crate) fn named(pages: &[Page]) -> BTreeSet<String> {
    let theory = pages.iter().filter(|page| page.file.starts_with("theory/"));
    let files = theory.flat_map(|page| {
        let prose = without_blocks(&page.text);
        named_files(&prose).filter_map(|name| place(page, name)).collect::<Vec<_>>()
    });
    files.collect()
}

/// Where a file lies that a page names: at the root, or in a folder that the page says.
fn place(page: &Page, name: &str) -> Option<String> {
    let folders =
        page.text.lines().filter_map(|line| line.strip_prefix(FOLDER)?.strip_suffix(" -->"));
    let folders = folders.flat_map(|folders| folders.split(' '));
    let places = std::iter::once(name.to_owned()).chain(folders.map(|f| format!("{f}/{name}")));
    places.into_iter().find(|place| pages::repository().join(place).exists())
}

fn why_broken(
    from: &str,
    target: &str,
    anchors: &BTreeMap<&str, BTreeSet<String>>,
) -> Option<String> {
    if target.starts_with("https://") || target.starts_with("http://") {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = if path.is_empty() { from.to_owned() } else { resolve(from, path) };
    match anchors.get(file.as_str()) {
        Some(known) if anchor.is_empty() || known.contains(anchor) => None,
        Some(_) => Some(format!("no heading `{anchor}` in {file}")),
        None if pages::source().join(&file).is_file() => None,
        None => Some("no such page".to_owned()),
    }
}

/// A path as seen from a page, without `..`.
fn resolve(from: &str, path: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let folder = Path::new(from).parent().unwrap();
    for part in folder.join(path).components() {
        match part {
            Component::ParentDir => drop(parts.pop()),
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}

/// The targets of links and images.
fn targets(prose: &str) -> impl Iterator<Item = &str> {
    prose
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.trim_start_matches('<').split([')', '>', ' ', '\n']).next())
}

/// Paths in code spans, such as `` `stack/1-link/src/bound.rs` ``; those with capitals stand for many.
fn named_files(prose: &str) -> impl Iterator<Item = &str> {
    let spans = prose.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    spans.filter(|span| {
        let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_./-".contains(c);
        let root = ["stack/", "plan/", "face/", "catalog/", "validation/", "scenarios/", "docs/"];
        span.chars().all(known)
            && (root.iter().any(|r| span.starts_with(r)) || span.ends_with(".rs"))
    })
}

/// A page without its blocks of code.
pub(crate) fn without_blocks(text: &str) -> String {
    let (mut out, mut fenced) = (String::new(), false);
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// Flags and commands in code spans of prose, such as `` `--svg FILE` `` and `` `lightloom catalog fit` ``, that no help knows.
pub(crate) fn unknown_words(pages: &[Page], help: &str) -> Vec<String> {
    let known: BTreeSet<&str> = help.split([' ', '\n', ',', '=', '`', '[', ']', '"']).collect();
    let mut wrong = Vec::new();
    for page in pages {
        let prose = without_blocks(&page.text);
        let spans = prose.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
        for span in spans.filter(|span| span.starts_with("--") || span.starts_with("lightloom ")) {
            let flags = span.split(' ').filter(|word| word.starts_with("--"));
            let command = span.strip_prefix("lightloom ").and_then(|rest| rest.split(' ').next());
            let command = command.filter(|word| word.chars().all(|c| c.is_ascii_lowercase()));
            for word in flags.chain(command).filter(|word| !known.contains(word)) {
                wrong.push(format!("{}: `{span}`: no help has `{word}`", page.file));
            }
        }
    }
    wrong
}

/// The anchors that mdBook gives a page's headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in without_blocks(text).lines() {
        let level = line.chars().take_while(|c| *c == '#').count();
        if (1..=6).contains(&level) && line[level..].starts_with(' ') {
            let name = anchor(line[level..].trim());
            let mut unique = name.clone();
            let mut more = 0;
            while !found.insert(unique.clone()) {
                more += 1;
                unique = format!("{name}-{more}");
            }
        }
        // Anchors that a page sets itself.
        found.extend(
            line.split(" id=\"").skip(1).filter_map(|r| Some(r.split('"').next()?.to_owned())),
        );
    }
    found
}

/// The anchor of a heading: lower case, spaces as hyphens, without other signs.
pub(crate) fn anchor(heading: &str) -> String {
    let sign = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c.to_ascii_lowercase()),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    };
    heading.chars().filter_map(sign).collect()
}

#[test]
fn flags_that_no_help_knows_are_found() {
    let text =
        "`--svg FILE` and `lightloom plan --no-repot`, `lightloom weave x`, `lightloom COMMAND`"
            .to_owned();
    let pages = [Page { file: "a.md".to_owned(), text }];
    let wrong =
        unknown_words(&pages, "  plan  Decide\n      --svg <FILE.svg>  Draw\n  --no-report");
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(wrong[0].contains("--no-repot") && wrong[1].contains("weave"));
}

#[test]
fn links_that_lead_nowhere_are_found() {
    let page = |file: &str, text: &str| Page { file: file.to_owned(), text: text.to_owned() };
    let pages = [
        page(
            "index.md",
            "[a](how/a.md#one-two) [b](how/b.md) [c](how/a.md#three) [d](https://x)\n`stack/nowhere.rs`",
        ),
        page(
            "how/a.md",
            "# One, two\n[up](../index.md) [here](#one-two)\n```\n[x](y.md)\n```\n`stack/1-link/src/bound.rs`",
        ),
    ];
    let wrong = broken(&pages);
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    assert!(
        wrong[0].contains("how/b.md") && wrong[1].contains("three") && wrong[2].contains("nowhere")
    );
}
