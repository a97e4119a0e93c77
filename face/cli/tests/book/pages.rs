//! The pages of the book as files: which there are, and their blocks of code.

use std::path::{Path, PathBuf};

/// A page by its path under `docs/book/src`.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) file: String,
    pub(crate) text: String,
}

/// A fenced block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// The line of its fence, counted from one.
    pub(crate) line: usize,
    /// What stands behind the opening fence, parted at commas.
    pub(crate) info: Vec<String>,
    pub(crate) body: Vec<String>,
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn source() -> PathBuf {
    repository().join("docs/book/src")
}

/// The pages that the summary lists, in its order.
pub(crate) fn listed() -> Vec<String> {
    let summary = std::fs::read_to_string(source().join("SUMMARY.md")).unwrap();
    let links = summary.lines().filter_map(|line| line.split_once("](")?.1.split_once(')'));
    links.map(|(file, _)| file.trim_start_matches("./").to_owned()).collect()
}

/// The pages that there are, but for the summary.
pub(crate) fn files() -> Vec<String> {
    let pages = below(&source(), "", "md").into_iter();
    pages.filter(|page| page != "SUMMARY.md").collect()
}

/// The files of the stack that document a model: from `0-base` to `6-economics`.
pub(crate) fn models() -> Vec<String> {
    let root = repository();
    let is_model = |file: &String| {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        file.contains("/src/") && text.contains("/// # Model")
    };
    below(&root, "stack", "rs").into_iter().filter(is_model).collect()
}

/// The files below a folder whose names end so, as seen from the root, in order.
fn below(root: &Path, folder: &str, ending: &str) -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![root.join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                let name = path.strip_prefix(root).unwrap().to_string_lossy();
                found.push(name.replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// All pages in the summary's order, with what they include in its place.
pub(crate) fn read() -> Vec<Page> {
    let page = |file: String| Page { text: with_includes(&file), file };
    listed().into_iter().map(page).collect()
}

/// The pages that people wrote, as they are on disk: neither generated nor included.
pub(crate) fn written() -> Vec<Page> {
    let text = |file: &str| std::fs::read_to_string(source().join(file)).unwrap();
    let pages = listed().into_iter().map(|file| Page { text: text(&file), file });
    pages.filter(|page| !page.text.contains("<!-- generated -->")).collect()
}

/// The project's README, whose commands and answers are held as the book's are.
pub(crate) fn readme() -> Page {
    let file = "../../../README.md".to_owned();
    Page { text: std::fs::read_to_string(source().join(&file)).unwrap(), file }
}

/// A page with each `{{#include FILE}}` replaced by the file.
fn with_includes(file: &str) -> String {
    let path = source().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let line =
        |line: &str| match line.strip_prefix("{{#include ").and_then(|l| l.strip_suffix("}}")) {
            Some(name) => {
                let included = path.parent().unwrap().join(name.trim());
                std::fs::read_to_string(&included)
                    .unwrap_or_else(|e| panic!("{file} includes {name}: {e}"))
            }
            None => format!("{line}\n"),
        };
    text.lines().map(line).collect()
}

/// Whether a generated page is on disk as it should be; where pages are to be renewed, it is written.
pub(crate) fn is_same_or_renewed(file: &str, fresh: &str) -> bool {
    let path = source().join(file);
    let same = std::fs::read_to_string(&path).is_ok_and(|committed| committed == fresh);
    if !same && crate::renewing() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, fresh).unwrap();
        return true;
    }
    same
}

/// The fenced blocks of a page.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<(Block, usize)> = None;
    for (at, line) in text.lines().enumerate() {
        let ticks = line.chars().take_while(|c| *c == '`').count();
        match open.as_mut() {
            Some((_, fence)) if ticks >= *fence && line.len() == ticks => {
                blocks.extend(open.take().map(|(block, _)| block));
            }
            Some((block, _)) => block.body.push(line.to_owned()),
            None if ticks >= 3 => {
                let info = line[ticks..].split(',').map(|word| word.trim().to_owned()).collect();
                open = Some((Block { line: at + 1, info, body: Vec::new() }, ticks));
            }
            None => {}
        }
    }
    assert!(open.is_none(), "a block of code is not closed: {open:?}");
    blocks
}

#[test]
fn blocks_know_their_lines_and_words() {
    let text = "a\n```console,exit-2\n$ x\n```\n````md\n```\n````\n";
    let [first, second] = blocks(text).try_into().unwrap();
    assert_eq!(
        (first.line, first.info, first.body),
        (2, vec!["console".into(), "exit-2".into()], vec!["$ x".into()])
    );
    assert_eq!((second.line, second.body), (5, vec!["```".to_owned()]));
}
