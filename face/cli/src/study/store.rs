//! Where the chunks of a study lie: a folder in which every file appears whole or not at all.

use crate::failure::Failure;
use lightloom::explore::study::{Row, Study};
use lightloom::scenario::problem::suggestion;
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Of a study's folder: what it holds, as 64 digits.
const KEY: &str = "key";
/// The study and its scenario as they were, so that shards can be merged without them.
const STUDY: &str = "study.toml";
const SCENARIO: &str = "scenario.toml";

/// A folder of one study, held by one shard.
pub(crate) struct Store {
    folder: PathBuf,
    /// Told apart, so that no two shards write the same unfinished file.
    shard: String,
    /// Held as long as this lives; the system lets go when the process dies.
    _lock: Option<File>,
}

impl Store {
    /// Opens or creates the folder of a study for a shard.
    pub(crate) fn open(
        folder: &Path,
        study: &Study<'_>,
        texts: [&str; 2],
        shard: (u64, u64),
    ) -> Result<Self, Failure> {
        let mut store = Self::at(folder, &format!("{}-of-{}", shard.0, shard.1));
        let chunks = folder.join("chunks");
        std::fs::create_dir_all(&chunks).map_err(|e| output(&chunks, e))?;
        match std::fs::read_to_string(folder.join(KEY)) {
            Ok(_) => store.check(study)?,
            Err(e) if e.kind() == ErrorKind::NotFound => {
                store.refuse_strangers()?;
                store.write(STUDY, texts[0].as_bytes())?;
                store.write(SCENARIO, texts[1].as_bytes())?;
                store.write(KEY, format!("{}\n", study.key().hex()).as_bytes())?;
            }
            Err(e) => return Err(input(&folder.join(KEY), e.to_string(), None)),
        }
        store._lock = Some(store.lock()?);
        Ok(store)
    }

    /// The folder of a study that is read.
    pub(crate) fn at(folder: &Path, shard: &str) -> Self {
        Self { folder: folder.to_owned(), shard: shard.to_owned(), _lock: None }
    }

    /// The study and the scenario that the folder was made for.
    pub(crate) fn texts(&self) -> Result<[String; 2], Failure> {
        let absent = "give the folders that `lightloom study --shard` wrote";
        let read = |name: &str| crate::plan::read(&self.folder.join(name), absent);
        Ok([read(STUDY)?, read(SCENARIO)?])
    }

    /// Whether the folder is of this study.
    pub(crate) fn check(&self, study: &Study<'_>) -> Result<(), Failure> {
        let file = self.folder.join(KEY);
        let found =
            crate::plan::read(&file, "give the folders that `lightloom study --shard` wrote")?;
        if found.trim() == study.key().hex() {
            return Ok(());
        }
        Err(Failure::Unknown {
            message: format!(
                "{} holds another study: its study file, scenario, catalog or version of lightloom differs",
                self.folder.display()
            ),
            hint: "give another folder with --out, or remove that one".to_owned(),
        })
    }

    fn refuse_strangers(&self) -> Result<(), Failure> {
        let listing = std::fs::read_dir(&self.folder)
            .map_err(|e| input(&self.folder, e.to_string(), None))?;
        let names =
            listing.filter_map(|e| e.ok().map(|e| e.file_name().to_string_lossy().into_owned()));
        // What an interrupted start leaves.
        let own =
            |name: &str| matches!(name, "chunks" | STUDY | SCENARIO) || name.ends_with(".part");
        match names.filter(|name| !own(name)).min() {
            None => Ok(()),
            Some(name) => Err(Failure::Unknown {
                message: format!(
                    "{} holds files of something else, such as {name}",
                    self.folder.display()
                ),
                hint: "give a new folder with --out".to_owned(),
            }),
        }
    }

    fn lock(&self) -> Result<File, Failure> {
        let path = self.folder.join("chunks").join(format!("{}.lock", self.shard));
        let file = File::create(&path).map_err(|e| output(&path, e))?;
        match file.try_lock() {
            Err(std::fs::TryLockError::WouldBlock) => Err(Failure::Unknown {
                message: format!(
                    "another process works on this shard in {}",
                    self.folder.display()
                ),
                hint: "wait for it, or give another shard or folder".to_owned(),
            }),
            // A file system without locks: shards are still written whole.
            Ok(()) | Err(std::fs::TryLockError::Error(_)) => Ok(file),
        }
    }

    fn chunk(&self, index: u64) -> PathBuf {
        self.folder.join("chunks").join(format!("{index:08}.chunk"))
    }

    /// Whether a chunk is there.
    pub(crate) fn has(&self, index: u64) -> bool {
        self.chunk(index).exists()
    }

    /// The rows of a chunk; `None` where it is not there.
    pub(crate) fn rows(&self, study: &Study<'_>, index: u64) -> Result<Option<Vec<Row>>, Failure> {
        let path = self.chunk(index);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(input(&path, e.to_string(), None)),
        };
        let hint = "remove the file and run the study again: only its points are computed anew";
        study
            .unseal(index, &bytes)
            .map(Some)
            .map_err(|e| input(&path, e.to_string(), Some(hint.to_owned())))
    }

    /// Keeps a chunk.
    pub(crate) fn put(&self, study: &Study<'_>, index: u64, rows: &[Row]) -> Result<(), Failure> {
        self.write(&format!("chunks/{index:08}.chunk"), &study.seal(index, rows))
    }

    /// Writes a file whole.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let mut file = self.begin(name)?;
        match file.1.write_all(bytes) {
            Ok(()) => self.end(file),
            Err(error) => Err(self.give_up(&file.0, error)),
        }
    }

    /// Begins a file that appears under its name when it is ended.
    pub(crate) fn begin(&self, name: &str) -> Result<(String, File), Failure> {
        let part = self.part(name);
        let file = File::create(&part).map_err(|e| output(&part, e))?;
        Ok((name.to_owned(), file))
    }

    /// Ends it: on the disk before it has its name, and its name on the disk too.
    pub(crate) fn end(&self, (name, file): (String, File)) -> Result<(), Failure> {
        let to = self.folder.join(&name);
        let renamed = file.sync_all().and_then(|()| std::fs::rename(self.part(&name), &to));
        renamed.map_err(|error| self.give_up(&name, error))?;
        // Not every file system can do this for a folder; the file itself is safe.
        if let Ok(folder) = File::open(to.parent().unwrap_or(&self.folder)) {
            let _ = folder.sync_all();
        }
        Ok(())
    }

    /// Removes what was begun: it is of no use to anyone.
    pub(crate) fn give_up(&self, name: &str, error: std::io::Error) -> Failure {
        let _ = std::fs::remove_file(self.part(name));
        output(&self.folder.join(name), error)
    }

    fn part(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.{}.part", self.shard))
    }
}

fn output(path: &Path, error: std::io::Error) -> Failure {
    Failure::Output { to: path.display().to_string(), error }
}

fn input(path: &Path, reason: String, hint: Option<String>) -> Failure {
    Failure::Input { file: path.display().to_string(), reason, hint }
}

/// Which part of a study a process computes: `i/N`, or as the batch system that started it says.
pub(crate) fn shard(
    text: &str,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<(u64, u64), Failure> {
    let failed = |message: String, hint: &str| Failure::Usage { message, hint: hint.to_owned() };
    let hint = "--shard is 1/4, 2/4, .. or auto: the array task of Slurm, or auto/4 with the index of a Kubernetes job";
    let (own, of) = text.split_once('/').map_or((text, None), |(own, of)| (own, Some(of)));
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let variable = |name: &str| environment(name).as_deref().and_then(number);
    let (own, of) = if own.trim() == "auto" {
        let (first, step) = (
            variable("SLURM_ARRAY_TASK_MIN").unwrap_or(0),
            variable("SLURM_ARRAY_TASK_STEP").unwrap_or(1).max(1),
        );
        let slurm = variable("SLURM_ARRAY_TASK_ID").map(|id| id.saturating_sub(first) / step + 1);
        let own = slurm.or_else(|| variable("JOB_COMPLETION_INDEX").map(|i| i + 1));
        let own = own.ok_or_else(|| {
            let message =
                "--shard auto: neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set"
                    .to_owned();
            failed(message, hint)
        })?;
        let counted = || variable("SLURM_ARRAY_TASK_COUNT").or_else(|| variable("JOB_COMPLETIONS"));
        let of = of.map_or_else(counted, number);
        let of = of.ok_or_else(|| {
            failed("--shard auto: it is not said of how many".to_owned(), "write auto/N")
        })?;
        (own, of)
    } else {
        let pair = number(own).zip(of.and_then(number));
        pair.ok_or_else(|| failed(format!("--shard {text} is no part of a whole"), hint))?
    };
    if own == 0 || own > of || of > 1_000_000 {
        return Err(failed(
            format!("--shard {own}/{of}: shards are counted from 1 to their number"),
            hint,
        ));
    }
    Ok((own, of))
}

/// Chunks that are missing, in words.
pub(crate) fn missing(all: &[u64], of: u64) -> Failure {
    let mut runs: Vec<[u64; 2]> = Vec::new();
    for chunk in all {
        match runs.last_mut() {
            Some(run) if run[1] + 1 == *chunk => run[1] = *chunk,
            _ => runs.push([*chunk; 2]),
        }
    }
    let shown: Vec<String> = runs
        .iter()
        .take(8)
        .map(|[a, b]| if a == b { a.to_string() } else { format!("{a} to {b}") })
        .collect();
    let more = if runs.len() > shown.len() { " and more" } else { "" };
    Failure::Unknown {
        message: format!("{} of {of} chunks are missing: {}{more}", all.len(), shown.join(", ")),
        hint: "run the shards that are not done, or name their folders too".to_owned(),
    }
}

/// A name that is shipped, or near one.
pub(crate) fn no_scenario(name: &str, path: &Path, shipped: &[&str]) -> (String, String) {
    let message = format!("there is no file {} and no shipped scenario `{name}`", path.display());
    (message, suggestion(name, shipped.iter().copied()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test may panic")]

    use super::*;

    fn of(text: &str, variables: &[(&str, &str)]) -> Option<(u64, u64)> {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned())
        };
        shard(text, variable).ok()
    }

    #[test]
    fn shards_are_told_or_read_from_the_batch_system() {
        assert_eq!(of("2/4", &[]), Some((2, 4)));
        for bad in ["0/4", "5/4", "1", "1/0", "a/b", "", "-1/4", "1/2/3", "auto"] {
            assert_eq!(of(bad, &[]), None, "{bad}");
        }
        let slurm = [
            ("SLURM_ARRAY_TASK_ID", "14"),
            ("SLURM_ARRAY_TASK_MIN", "10"),
            ("SLURM_ARRAY_TASK_STEP", "2"),
            ("SLURM_ARRAY_TASK_COUNT", "5"),
        ];
        assert_eq!(of("auto", &slurm), Some((3, 5)));
        assert_eq!(of("auto/8", &[("JOB_COMPLETION_INDEX", "0")]), Some((1, 8)));
        assert_eq!(of("auto", &[("JOB_COMPLETION_INDEX", "0")]), None);
    }
}
