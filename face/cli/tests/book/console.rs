//! The commands of the book: run as a reader would, in order, and held against what the page shows.
//!
//! | block | what the test does |
//! |---|---|
//! | ```` ```console ```` | runs each line `$ lightloom ...`; the lines below it must be what is printed, `...` stands for any lines |
//! | ```` ```console,exit-2 ```` | the same for a command that must fail so |
//! | ```` ```toml,lane.toml ````, ```` ```json,config.json ```` | writes the file |
//! | `![...](images/X.svg)` | a figure that a command of the page draws as `X.svg` must be the file |
//! | ```` ```diff ```` | changes the file that its first line, `--- lane.toml`, names: lines with `-` become lines with `+` |
//!
//! A page that says `<!-- channel: thru.s4p -->` finds such a file: a board of 250 mm by formula.
//! A page runs in a folder of its own, unless it says `<!-- continues -->`: then in that of the page before it.

use crate::channels::{board, four_port};
use crate::common::{Folder, stderr, stdout};
use crate::pages::{self, Block, Page};
use std::collections::BTreeMap;
use std::ops::Range;
use std::process::Output;

const CHANNEL: &str = "<!-- channel: ";

/// Pages that share a folder, in their order.
pub(crate) fn walks(pages: &[Page]) -> Vec<Vec<Page>> {
    let mut walks: Vec<Vec<Page>> = Vec::new();
    for page in pages {
        match walks.last_mut() {
            Some(walk) if page.text.contains("<!-- continues -->") => walk.push(page.clone()),
            _ => walks.push(vec![page.clone()]),
        }
    }
    walks
}

/// The book as it is read: commands typed, answers compared.
#[derive(Default)]
pub(crate) struct Reading {
    pub(crate) commands: usize,
    /// What differs from what is shown.
    pub(crate) wrong: Vec<String>,
    /// What commands said: pages show parts of one answer several times, and a plan takes seconds.
    answers: BTreeMap<String, Output>,
}

/// A command with what the page shows of its answer.
struct Shown {
    arguments: Vec<String>,
    /// Lines of the block that hold the answer.
    answer: Range<usize>,
}

/// Lines of a page that are to be others.
type Renewed = (Range<usize>, Vec<String>);

impl Reading {
    /// Reads pages that share a folder.
    pub(crate) fn walk(&mut self, pages: &[Page]) {
        let folder = Folder::new();
        for page in pages {
            let channels = page
                .text
                .lines()
                .filter_map(|line| line.strip_prefix(CHANNEL)?.strip_suffix(" -->"));
            for name in channels {
                folder.write(name, four_port(&board(250.0)).as_bytes());
            }
            let renewed = self.page(&folder, page);
            if crate::renewing() {
                let mut lines: Vec<String> = page.text.lines().map(str::to_owned).collect();
                // From the last to the first, so that none moves the others.
                for (range, fresh) in renewed.into_iter().rev() {
                    lines.splice(range, fresh);
                }
                std::fs::write(pages::source().join(&page.file), lines.join("\n") + "\n").unwrap();
            }
        }
    }

    fn page(&mut self, folder: &Folder, page: &Page) -> Vec<Renewed> {
        let mut renewed = Vec::new();
        for block in pages::blocks(&page.text) {
            let place = format!("{}:{}", page.file, block.line);
            match block.info[0].as_str() {
                "console" => renewed.extend(self.console(folder, &block, &place)),
                "diff" => edit(folder, &block, &place),
                "toml" | "json" if block.info.len() == 2 => {
                    folder.write(&block.info[1], (block.body.join("\n") + "\n").as_bytes());
                }
                _ => {}
            }
        }
        self.figures(folder, page);
        renewed
    }

    /// The figures of a page that its commands have drawn are what they draw.
    fn figures(&mut self, folder: &Folder, page: &Page) {
        let drawn = folder.files();
        let within = page.file.rsplit_once('/').map_or("", |(within, _)| within);
        for line in page.text.lines().filter(|line| line.starts_with("![")) {
            let Some(file) = line.rsplit_once("](").and_then(|(_, f)| f.strip_suffix(')')) else {
                continue;
            };
            let name = file.rsplit_once('/').map_or(file, |(_, name)| name);
            if drawn.iter().any(|drawn| drawn == name)
                && !pages::is_same_or_renewed(&format!("{within}/{file}"), &folder.read(name))
            {
                self.wrong.push(format!("{}: {file} is not what is drawn now", page.file));
            }
        }
    }

    /// Runs the commands of a block.
    fn console(&mut self, folder: &Folder, block: &Block, place: &str) -> Vec<Renewed> {
        let exit = block.info.iter().find_map(|word| word.strip_prefix("exit-")?.parse().ok());
        let mut renewed = Vec::new();
        for shown in commands(block, place) {
            self.commands += 1;
            let arguments: Vec<&str> = shown.arguments.iter().map(String::as_str).collect();
            let output = self.answer(folder, &arguments);
            let said = stdout(&output) + &stderr(&output);
            if output.status.code() != Some(exit.unwrap_or(0)) {
                self.wrong
                    .push(format!("{place}: {arguments:?} ends with {}: {said}", output.status));
                continue;
            }
            let answer = &block.body[shown.answer.clone()];
            // Empty lines at the end are no loss.
            let said: Vec<&str> = said.trim_end().lines().map(str::trim_end).collect();
            if answer.is_empty() || is_shown(answer, &said) {
                continue;
            }
            match crate::renewing().then(|| renew(answer, &said)) {
                Some(Ok(fresh)) => {
                    // Lines of the page are counted from zero, the block's from behind its fence.
                    let at = |line: usize| block.line + line;
                    renewed.push((at(shown.answer.start)..at(shown.answer.end), fresh));
                }
                Some(Err(line)) => {
                    self.wrong.push(format!("{place}: nothing like this is printed: {line}"));
                }
                None => {
                    let [said, answer] = [said.join("\n"), answer.join("\n")];
                    self.wrong
                        .push(format!("{place}: {arguments:?} says\n{said}\nand not\n{answer}"));
                }
            }
        }
        renewed
    }

    /// Runs a command, unless the same one has been run on the same files. What writes is run each time.
    fn answer(&mut self, folder: &Folder, arguments: &[&str]) -> Output {
        let writes = ["new", "study", "--report", "--svg"];
        if arguments.iter().any(|argument| writes.contains(argument)) {
            return folder.run(arguments);
        }
        let mut key = format!("{arguments:?}");
        for file in folder.files().iter().filter(|file| arguments.contains(&file.as_str())) {
            key += &folder.read(file);
        }
        self.answers.entry(key).or_insert_with(|| folder.run(arguments)).clone()
    }
}

/// The commands of a block: `$ lightloom ...`, a backslash at the end of a line joins the next.
fn commands(block: &Block, place: &str) -> Vec<Shown> {
    let mut commands: Vec<Shown> = Vec::new();
    let mut joined: Option<String> = None;
    for (at, line) in block.body.iter().enumerate() {
        let text = match joined.take() {
            Some(before) => before + line.trim_start(),
            None if line.starts_with("$ ") => line[2..].to_owned(),
            None => {
                let command = commands.last_mut().unwrap_or_else(|| panic!("{place} has no `$`"));
                command.answer.end = at + 1;
                continue;
            }
        };
        if let Some(before) = text.strip_suffix('\\') {
            joined = Some(before.to_owned());
            continue;
        }
        let mut words = words(&text);
        assert_eq!(words.first().map(String::as_str), Some("lightloom"), "{place}: {text}");
        words.remove(0);
        commands.push(Shown { arguments: words, answer: at + 1..at + 1 });
    }
    assert!(joined.is_none(), "{place} ends in the middle of a command");
    commands
}

/// Words of a command as a shell parts them: at spaces that are not between quotes.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut started) = (Vec::new(), String::new(), None, false);
    for c in text.chars() {
        match (quote, c) {
            (None, '"' | '\'') => (quote, started) = (Some(c), true),
            (Some(q), c) if c == q => quote = None,
            (None, ' ') if started => {
                words.push(std::mem::take(&mut word));
                started = false;
            }
            (None, ' ') => {}
            (_, c) => {
                word.push(c);
                started = true;
            }
        }
    }
    if started {
        words.push(word);
    }
    words
}

/// Whether an answer is what is shown; `...` stands for any lines.
fn is_shown(shown: &[String], said: &[&str]) -> bool {
    match shown.split_first() {
        None => said.is_empty(),
        Some((line, rest)) if line == "..." => {
            (0..=said.len()).any(|skipped| is_shown(rest, &said[skipped..]))
        }
        Some((line, rest)) => said.first() == Some(&line.trim_end()) && is_shown(rest, &said[1..]),
    }
}

/// The part of a new answer that is most like what was shown: of each stretch between `...`, from the line most like its
/// first to the line most like its last.
fn renew(shown: &[String], said: &[&str]) -> Result<Vec<String>, String> {
    let mut fresh = Vec::new();
    let mut from = 0;
    let stretches: Vec<&[String]> = shown.split(|line| line == "...").collect();
    for (at, stretch) in stretches.iter().enumerate() {
        if at > 0 {
            fresh.push("...".to_owned());
        }
        let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else { continue };
        let start = if at == 0 { 0 } else { most_like(first, said, from)? };
        let end = match at + 1 == stretches.len() {
            true => said.len() - 1,
            // No earlier than half of the lines that were shown: short lines are like many.
            false => most_like(last, said, start + (stretch.len() - 1) / 2)?,
        };
        fresh.extend(said[start..=end].iter().map(|line| (*line).to_owned()));
        from = end + 1;
    }
    Ok(fresh)
}

/// The line from some place on that shares most words with one, numbers left aside; the nearest of equal ones.
fn most_like(line: &str, said: &[&str], from: usize) -> Result<usize, String> {
    let words = |text: &str| -> Vec<String> {
        let bare = text.replace(|c: char| c.is_ascii_digit(), "#");
        bare.split_whitespace().map(str::to_owned).collect()
    };
    let sought = words(line);
    let likeness = |other: &str| {
        let mut others = words(other);
        let total = sought.len() + others.len();
        let same = sought.iter().filter(|word| {
            let at = others.iter().position(|other| other == *word);
            at.map(|at| others.swap_remove(at)).is_some()
        });
        (200 * same.count()).checked_div(total).unwrap_or(100)
    };
    let best = (from..said.len()).max_by_key(|&at| (likeness(said[at]), said.len() - at));
    best.filter(|&at| likeness(said[at]) >= 50).ok_or_else(|| line.to_owned())
}

/// Changes a file as a `diff` block says.
fn edit(folder: &Folder, block: &Block, place: &str) {
    let Some(name) = block.body.first().and_then(|line| line.strip_prefix("--- ")) else {
        panic!("{place}: the first line of a diff names the file: `--- cluster.toml`");
    };
    let mut text = folder.read(name);
    let mut lines = block.body[1..].iter().peekable();
    while lines.peek().is_some() {
        let mut take = |sign: char| {
            let mut out = String::new();
            while let Some(line) = lines.next_if(|line| line.starts_with(sign)) {
                out += &line[1..];
                out.push('\n');
            }
            out
        };
        let (kept, old, new) = (take(' '), take('-'), take('+'));
        let (from, to) = (format!("{kept}{old}"), format!("{kept}{new}"));
        assert!(!from.is_empty(), "{place}: what is added needs a line before it");
        assert_eq!(text.matches(&from).count(), 1, "{place}: `{name}` must have once:\n{from}");
        text = text.replacen(&from, &to, 1);
    }
    folder.write(name, text.as_bytes());
}

#[test]
fn shown_lines_are_those_that_are_said() {
    let shown = |lines: &[&str]| lines.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>();
    let said = ["title", "power 12 W", "price 3 $", "end"];
    assert!(is_shown(&shown(&["title", "...", "end"]), &said));
    assert!(is_shown(&shown(&["...", "price 3 $", "..."]), &said));
    assert!(is_shown(&shown(&["title", "power 12 W", "...", "price 3 $", "end"]), &said));
    assert!(!is_shown(&shown(&["title", "price 3 $", "..."]), &said));
    assert!(!is_shown(&shown(&["title"]), &said));
    // What was shown at 10 W is found again, with the line that is new between.
    let fresh = renew(
        &shown(&["...", "power 10 W", "price 2 $", "..."]),
        &["title", "power 12 W", "mass 1 kg", "price 3 $"],
    );
    assert_eq!(fresh.unwrap(), ["...", "power 12 W", "mass 1 kg", "price 3 $", "..."]);
    assert!(renew(&shown(&["...", "nothing alike", "..."]), &said).is_err());
}

#[test]
fn commands_are_parted_as_a_shell_does() {
    assert_eq!(
        words(r#"lightloom reach --lane "200 Gb/s" --awg '' x"#),
        ["lightloom", "reach", "--lane", "200 Gb/s", "--awg", "", "x"]
    );
}
