//! Where the chunks of a study lie: a folder in which every file appears whole or not at all.

use crate::failure::Failure;
use lightloom::explore::study::{Row, Study};
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Of a study's folder: what it holds, as 64 digits.
const KEY: &str = "key";
/// The study and its scenario as they were, so that shards can be merged without them.
const STUDY: &str = "study.toml";
const SCENARIO: &str = "scenario.toml";

/// A folder of one study, held by one process.
pub(crate) struct Store {
    folder: PathBuf,
    /// Of the process, such as `1-of-4` or `merge`: no two of one name write the same unfinished file.
    holder: String,
    /// Held as long as this lives; the system lets go when the process dies.
    _lock: Option<File>,
}

impl Store {
    /// Opens or creates the folder of a study.
    pub(crate) fn open(
        folder: &Path,
        study: &Study<'_>,
        texts: [&str; 2],
        holder: &str,
    ) -> Result<Self, Failure> {
        let mut store = Self::at(folder, holder);
        store.refuse_strangers()?;
        let chunks = folder.join("chunks");
        std::fs::create_dir_all(&chunks).map_err(|e| output(&chunks, e))?;
        // Shards that begin together in a new folder begin it one after the other.
        let begun = store.lock_file("begin")?;
        let _ = begun.lock();
        match std::fs::read_to_string(folder.join(KEY)) {
            Ok(_) => store.check(study)?,
            Err(e) if e.kind() == ErrorKind::NotFound => {
                store.write(STUDY, texts[0].as_bytes())?;
                store.write(SCENARIO, texts[1].as_bytes())?;
                store.write(KEY, format!("{}\n", study.key().hex()).as_bytes())?;
            }
            Err(e) => return Err(input(&folder.join(KEY), e.to_string(), None)),
        }
        store.hold()?;
        Ok(store)
    }

    /// The folder of a study that is read.
    pub(crate) fn at(folder: &Path, holder: &str) -> Self {
        Self { folder: folder.to_owned(), holder: holder.to_owned(), _lock: None }
    }

    /// The folder of a study that may have been begun, to see what is there.
    pub(crate) fn seen(folder: &Path, study: &Study<'_>) -> Result<Self, Failure> {
        let store = Self::at(folder, "seen");
        if folder.join(KEY).exists() {
            store.check(study)?;
        }
        Ok(store)
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

    /// Whether the folder may become one of a study: new, empty, or begun as such.
    fn refuse_strangers(&self) -> Result<(), Failure> {
        let listing = match std::fs::read_dir(&self.folder) {
            Ok(listing) => listing,
            // Whatever else is wrong with it shows when it is made.
            Err(_) => return Ok(()),
        };
        let names =
            listing.filter_map(|e| e.ok().map(|e| e.file_name().to_string_lossy().into_owned()));
        let names: Vec<String> = names.collect();
        // What an interrupted start leaves.
        let own =
            |name: &str| matches!(name, "chunks" | STUDY | SCENARIO) || name.ends_with(".part");
        match names.iter().filter(|name| !own(name)).min() {
            Some(name) if !names.iter().any(|name| name == KEY) => Err(Failure::Unknown {
                message: format!(
                    "{} holds files of something else, such as {name}",
                    self.folder.display()
                ),
                hint: "give a new folder with --out".to_owned(),
            }),
            _ => Ok(()),
        }
    }

    fn lock_file(&self, name: &str) -> Result<File, Failure> {
        let path = self.folder.join("chunks").join(format!("{name}.lock"));
        File::create(&path).map_err(|e| output(&path, e))
    }

    /// Keeps others of the same name away.
    pub(crate) fn hold(&mut self) -> Result<(), Failure> {
        let file = self.lock_file(&self.holder)?;
        if let Err(std::fs::TryLockError::WouldBlock) = file.try_lock() {
            return Err(Failure::Unknown {
                message: format!("another process works on the same in {}", self.folder.display()),
                hint: "wait for it, or give another shard or folder".to_owned(),
            });
        }
        // A file system without locks: files still appear whole, and all who write one write the same.
        self._lock = Some(file);
        Ok(())
    }

    /// Said of rows that this build does not compute.
    pub(crate) fn of_another_build(&self) -> Failure {
        Failure::Unknown {
            message: format!(
                "{} holds points that another build of this version computed: they come out otherwise now",
                self.folder.display()
            ),
            hint: "give another folder with --out, or remove that one".to_owned(),
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
        let (part, mut file) = self.begin(name)?;
        file.write_all(bytes).map_err(|error| part.failed(error))?;
        part.end(&file)
    }

    /// Begins a file that appears under its name when it is ended.
    pub(crate) fn begin(&self, name: &str) -> Result<(Part, File), Failure> {
        let path = self.folder.join(format!("{name}.{}.part", self.holder));
        let file = File::create(&path).map_err(|e| output(&path, e))?;
        Ok((Part { path, to: self.folder.join(name) }, file))
    }
}

/// A file that is being written; it goes when this does and it was not ended.
pub(crate) struct Part {
    path: PathBuf,
    to: PathBuf,
}

impl Part {
    /// Ends it: on the disk before it has its name, and its name on the disk too.
    pub(crate) fn end(self, file: &File) -> Result<(), Failure> {
        let renamed = file.sync_all().and_then(|()| std::fs::rename(&self.path, &self.to));
        renamed.map_err(|error| self.failed(error))?;
        // Not every file system can do this for a folder; the file itself is safe.
        if let Some(folder) = self.to.parent().and_then(|folder| File::open(folder).ok()) {
            let _ = folder.sync_all();
        }
        Ok(())
    }

    /// That it cannot be written.
    pub(crate) fn failed(&self, error: std::io::Error) -> Failure {
        output(&self.to, error)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // There is nothing where it was ended.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn output(path: &Path, error: std::io::Error) -> Failure {
    Failure::Output { to: path.display().to_string(), error }
}

fn input(path: &Path, reason: String, hint: Option<String>) -> Failure {
    Failure::Input { file: path.display().to_string(), reason, hint }
}
