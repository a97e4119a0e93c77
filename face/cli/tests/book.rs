//! The book in `docs/book`, and the README: every command on its pages runs and says what is shown, every link leads somewhere, and the
//! pages of its reference are what the program says of itself.
//!
//! `LIGHTLOOM_RENEW=1 cargo test -p lightloom-cli --test book` writes the reference anew, and the lines of shown output
//! that have changed; read what moved.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;
#[path = "book/catalog.rs"]
mod catalog;
#[allow(dead_code, reason = "shared by several tests")]
#[path = "common/channels.rs"]
mod channels;
#[path = "book/console.rs"]
mod console;
#[path = "book/links.rs"]
mod links;
#[path = "book/pages.rs"]
mod pages;
#[path = "book/reference.rs"]
mod reference;

use common::{Folder, stderr, stdout};

/// What the command prints; it must succeed.
fn said(arguments: &[&str]) -> String {
    let output = Folder::new().run(arguments);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{arguments:?}");
    stdout(&output)
}

/// Whether pages are to be written anew.
fn renewing() -> bool {
    std::env::var_os("LIGHTLOOM_RENEW").is_some()
}

const RENEW: &str = "LIGHTLOOM_RENEW=1 cargo test -p lightloom-cli --test book";

#[test]
fn every_command_runs_and_says_what_is_shown() {
    let mut reading = console::Reading::default();
    let pages = [pages::written(), vec![pages::readme()]].concat();
    for walk in console::walks(&pages) {
        reading.walk(&walk);
    }
    let console::Reading { commands, wrong, .. } = reading;
    assert!(wrong.is_empty(), "{}\nrenew: {RENEW}", wrong.join("\n"));
    // The nine questions alone have more.
    assert!(commands > 40, "{commands} commands: are the blocks marked `console`?");
}

#[test]
fn every_link_and_every_named_file_exists() {
    let wrong = links::broken(&pages::read());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_flag_in_prose_exists() {
    let wrong = links::unknown_words(&pages::written(), &reference::commands());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_model_of_the_stack_is_in_the_theory() {
    let named = links::named(&pages::read());
    let missing: Vec<String> =
        pages::models().into_iter().filter(|file| !named.contains(file)).collect();
    assert!(missing.is_empty(), "no page of the theory names the models in {missing:#?}");
}

#[test]
fn every_page_is_in_the_summary() {
    let (mut listed, mut found) = (pages::listed(), pages::files());
    listed.sort();
    found.sort();
    assert_eq!(listed, found);
}

#[test]
fn the_reference_is_up_to_date() {
    let mut fresh = vec![
        ("commands.md".to_owned(), reference::commands()),
        ("scenario-keys.md".to_owned(), reference::scenario_keys()),
        ("lane-keys.md".to_owned(), reference::lane_keys()),
        ("plan-document.md".to_owned(), reference::plan_document()),
    ];
    fresh.extend(catalog::pages());
    let mut stale = Vec::new();
    for (name, text) in fresh {
        assert!(text.len() < 100_000, "{name} has {} bytes", text.len());
        if !pages::is_same_or_renewed(&format!("reference/{name}"), &text) {
            stale.push(name);
        }
    }
    assert!(stale.is_empty(), "stale: {stale:?}; renew: {RENEW}");
}

#[test]
fn every_subcommand_has_an_example_in_the_book() {
    let pages: String = pages::written().into_iter().map(|page| page.text).collect();
    for name in reference::subcommands(&[]) {
        assert!(
            pages.contains(&format!("\n$ lightloom {name}")),
            "no page runs `lightloom {name}`"
        );
    }
}
