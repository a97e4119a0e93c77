//! Runs the command in a folder of its own.

use serde_json::Value;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Compares with the snapshot of the test's name.
macro_rules! as_before {
    ($said:expr $(,)?) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => true }, {
            insta::assert_snapshot!($said);
        })
    };
}

/// A shipped scenario's text.
pub(crate) fn shipped(name: &str) -> String {
    let file = format!("{name}.toml");
    let found = lightloom::catalog::SCENARIOS.iter().find(|(shipped, _)| *shipped == file);
    found.map(|(_, text)| (*text).to_owned()).unwrap()
}

/// The scenario that the bad ones are edits of.
pub(crate) fn base() -> String {
    shipped("gb300-nvl72-4608")
}

/// One rack of it: quick, with every tier and both jobs.
pub(crate) fn one_rack() -> String {
    edited(&[("accelerators = 4608", "accelerators = 72"), ("layers = 2\n", "")])
}

/// The base scenario with the first of each text replaced by another.
pub(crate) fn edited(edits: &[(&str, &str)]) -> String {
    let mut text = base();
    for (from, to) in edits {
        assert!(text.contains(from), "the scenario has no `{from}`");
        text = text.replacen(from, to, 1);
    }
    text
}

/// A fresh folder, removed when dropped.
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self { path }
    }

    /// A folder with a scenario in it.
    pub(crate) fn with(scenario: &str) -> Self {
        let folder = Self::new();
        folder.write("scenario.toml", scenario.as_bytes());
        folder
    }

    pub(crate) fn write(&self, file: &str, bytes: &[u8]) {
        std::fs::write(self.path.join(file), bytes).unwrap();
    }

    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path.join(file)).unwrap()
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.path.join(file)
    }

    pub(crate) fn bytes(&self, file: &str) -> Vec<u8> {
        std::fs::read(self.path.join(file)).unwrap()
    }

    pub(crate) fn exists(&self, file: &str) -> bool {
        self.path.join(file).exists()
    }

    /// What lies in a folder of it, in order.
    pub(crate) fn files_in(&self, folder: &str) -> Vec<String> {
        names(&self.path.join(folder))
    }

    /// A symbolic link in the folder.
    #[cfg(unix)]
    pub(crate) fn link(&self, to: &str, name: &str) {
        std::os::unix::fs::symlink(to, self.path.join(name)).unwrap();
    }

    pub(crate) fn make_folder(&self, name: &str) {
        std::fs::create_dir(self.path.join(name)).unwrap();
    }

    /// What lies in the folder, in order.
    pub(crate) fn files(&self) -> Vec<String> {
        names(&self.path)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lightloom"));
        command.current_dir(&self.path).env("NO_COLOR", "1").args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays is of no consequence.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// What a command says that succeeds, with nothing on standard error.
pub(crate) fn said(folder: &Folder, arguments: &[&str]) -> String {
    let output = folder.run(arguments);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{arguments:?}");
    stdout(&output)
}

/// Its document: the arguments with `--json`.
pub(crate) fn document(folder: &Folder, arguments: &[&str]) -> Value {
    serde_json::from_str(&said(folder, &[arguments, &["--json"]].concat())).unwrap()
}

/// What the command says to bad input, one after the other; each must be refused with this exit code, on
/// standard error alone, and leave no file behind.
pub(crate) fn refusals<T: AsRef<str>>(code: i32, cases: &[(T, Folder, &[&str])]) -> String {
    let mut out = String::new();
    for (title, folder, arguments) in cases {
        let (title, before) = (title.as_ref(), folder.files());
        let output = folder.run(arguments);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{title}: {said}");
        assert_eq!(stdout(&output), "", "{title}");
        assert_eq!(folder.files(), before, "{title}: a file was left behind");
        assert!(!said.contains("panicked"), "{title}: {said}");
        let _ = writeln!(out, "### {title}\n{}\n", said.trim_end());
    }
    out
}

/// [`refusals`] of `lightloom plan` for edits of the base scenario; a plan and a report are asked for.
pub(crate) fn refused_edits(cases: &[&[(&str, &str)]]) -> String {
    let plan: &[&str] = &["plan", "scenario.toml", "--report", "report.html"];
    let case = |edits: &&[(&str, &str)]| {
        let shown: Vec<String> =
            edits.iter().map(|(from, to)| format!("{} -> {}", line(from), line(to))).collect();
        (shown.join("; "), Folder::with(&edited(edits)), plan)
    };
    let cases: Vec<(String, Folder, &[&str])> = cases.iter().map(case).collect();
    refusals(2, &cases)
}

fn line(text: &str) -> String {
    if text.is_empty() { "(nothing)".to_owned() } else { text.trim().replace('\n', " ⏎ ") }
}
