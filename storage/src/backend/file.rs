//! The file of a SQLite database, and that it is still the one that was opened.
//!
//! SQLite goes on in the file that it opened, wherever it is by now. What is written after the file was moved, deleted or
//! replaced is gone at the next start; and without the log beside it (`-wal`) the last commits are. A program that comes to the
//! same file by another name (a link that was put in its place, a second hard link) or without the index of the log
//! (`-shm`) writes a log of its own, and both together destroy the file.

use super::Database;
use super::generation::Generation;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, RuntimeErr};
use std::fs::{Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// What is written is lost.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileLost {
    /// The file at this path is not the one that was opened.
    #[error(
        "the database file {} was moved, deleted or replaced while it was open: nothing more is stored. \
         Put it back, then restart the server",
        .0.display()
    )]
    Gone(PathBuf),
    /// SQLite does not find its way in it any more: a copy was written over it, say, while it was open.
    #[error(
        "the database file {} is damaged: nothing more is stored. Stop the server, put a backup in its place, and take the \
         files -wal and -shm beside it away",
        .0.display()
    )]
    Damaged(PathBuf),
    /// What it holds is another installation's.
    #[error(
        "another installation's database was put into the file {} while it was open: nothing more is stored. \
         Put ours back, then restart the server",
        .0.display()
    )]
    Another(PathBuf),
    /// An older copy was written over it.
    #[error(
        "the database file {} was written over while it was open: nothing more is stored. Restart the server, and it serves          what was put there; the log of before is kept beside it ({})",
        .0.display(),
        SET_ASIDE
    )]
    Overwritten(PathBuf),
    /// An older state was put into it, by SQLite itself.
    #[error(
        "an older state was restored into the database file {} while it was open: nothing more is stored.          Restart the server, and it serves what was restored",
        .0.display()
    )]
    Restored(PathBuf),
}

/// What the log of a file that was written over is called from then on: SQLite would mix it with what is there now.
const SET_ASIDE: &str = "-wal-set-aside";

/// `SQLITE_CORRUPT` and `SQLITE_NOTADB`.
const DAMAGE: [u32; 2] = [11, 26];

/// A database file, its log and the index of that, as they were when they were opened. Cheap to clone.
#[derive(Clone)]
pub(super) struct OpenFile(Arc<Inner>);

struct Inner {
    /// The path, and where it led through links when it was opened.
    path: PathBuf,
    resolved: PathBuf,
    parts: [Part; 3],
    /// A connection that nobody uses but for checkpoints. As long as one is open, SQLite keeps the log beside the file.
    anchor: DatabaseConnection,
    /// Known from the first checkpoint on.
    generation: OnceLock<Generation>,
    /// Once it is lost it stays lost: what SQLite does with a file that comes back is not defined.
    lost: OnceLock<FileLost>,
}

struct Part {
    path: PathBuf,
    /// Device and inode.
    identity: (u64, u64),
}

impl OpenFile {
    /// What stands at this path while a connection has it open, and what stands beside it.
    pub(super) fn at(path: &Path, anchor: DatabaseConnection) -> io::Result<Self> {
        let path = std::path::absolute(path)?;
        // SQLite resolves links, and writes its log beside what it finds.
        let resolved = std::fs::canonicalize(&path)?;
        let parts = [
            Part::at(path.clone())?,
            Part::at(beside(&resolved, "-wal"))?,
            Part::at(beside(&resolved, "-shm"))?,
        ];
        let (generation, lost) = (OnceLock::new(), OnceLock::new());
        Ok(Self(Arc::new(Inner { path, resolved, parts, anchor, generation, lost })))
    }

    /// What was found by whoever checked before. Costs nothing.
    pub(super) fn known(&self) -> Result<(), FileLost> {
        self.0.lost.get().cloned().map_or(Ok(()), Err)
    }

    /// A few system calls.
    pub(super) fn check(&self) -> Result<(), FileLost> {
        if let Some(lost) = self.0.lost.get() {
            return Err(lost.clone());
        }
        if self.0.generation.get().is_some_and(Generation::is_older) {
            return Err(self.0.lost.get_or_init(|| self.0.overwritten()).clone());
        }
        let part = self.0.parts.iter().find(|part| part.is_lost()).map(|part| &part.path);
        match part.or_else(|| self.0.leads_elsewhere().then_some(&self.0.path)) {
            Some(path) => Err(self.0.lost.get_or_init(|| FileLost::Gone(path.clone())).clone()),
            None => Ok(()),
        }
    }
}

impl OpenFile {
    /// Takes note of an error by which SQLite says that the file is none any more (`SQLITE_CORRUPT`, `SQLITE_NOTADB`): what
    /// is there cannot be relied on, whatever else is still answered.
    pub(super) fn hear(&self, error: &DbErr) {
        // Pages of two files do not fit: where one was written over the other, it is that.
        if is_damage(error) && self.check().is_ok() {
            self.give_up_damaged();
        }
    }

    /// Gives it up for good: it was found to be damaged.
    pub(super) fn give_up_damaged(&self) {
        self.0.lost.get_or_init(|| FileLost::Damaged(self.0.path.clone()));
    }

    /// Gives it up for good: an older state was put into it. Answers why it is lost.
    pub(super) fn give_up_restored(&self) -> FileLost {
        self.0.lost.get_or_init(|| FileLost::Restored(self.0.path.clone())).clone()
    }

    /// The number by which an older copy is known; `None`, if it cannot be read.
    pub(super) fn generation(&self) -> Option<&Generation> {
        if self.0.generation.get().is_none()
            && let Ok(found) = Generation::of(&self.0.path)
        {
            // Who says it first is right.
            let _ = self.0.generation.set(found);
        }
        self.0.generation.get()
    }

    /// What the system says of its log.
    pub(super) fn log(&self) -> io::Result<Metadata> {
        std::fs::metadata(beside(&self.0.resolved, "-wal"))
    }

    pub(super) fn anchor(&self) -> &DatabaseConnection {
        &self.0.anchor
    }

    /// Closes the connection that keeps the log, the last one. Not of a file that was written over, into which that would bring the
    /// log of before. To one that was moved or replaced SQLite would leave its log, beside whatever stands there by now: it is
    /// brought in before, so that the file of before is whole, wherever it is.
    pub(super) async fn let_go(&self) {
        if matches!(self.0.lost.get(), Some(FileLost::Overwritten(_))) {
            return;
        }
        if self.0.parts.first().is_some_and(Part::is_lost) {
            let _ = self.0.anchor.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await;
        }
        // A connection that cannot be closed in order is closed with the process.
        let _ = self.0.anchor.close_by_ref().await;
    }

    /// Its bytes; zero, if that cannot be told.
    pub(super) fn size(&self) -> u64 {
        std::fs::metadata(&self.0.path).map_or(0, |about| about.len())
    }

    /// Gives it up for good: it was found to hold another installation's database.
    pub(super) fn give_up_anothers(&self) {
        self.0.lost.get_or_init(|| FileLost::Another(self.0.path.clone()));
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the errors of sea-orm and sqlx are open enums")]
fn is_damage(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            let code = cause.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
            // The primary code of an extended one is its lowest byte.
            code.is_some_and(|code| DAMAGE.contains(&(code & 0xff)))
        }
        _ => false,
    }
}

impl Inner {
    /// Leaves what was put there as it is: the log of before is taken away from it, and no connection of ours brings it in.
    fn overwritten(&self) -> FileLost {
        if self.generation.get().is_some_and(|generation| generation.was_restored(&self.resolved)) {
            return FileLost::Restored(self.path.clone());
        }
        // The last one that is closed would, even when the process ends.
        std::mem::forget(self.anchor.clone());
        let log = beside(&self.resolved, "-wal");
        // Where that cannot be done, whoever starts next reads the file through.
        let _ = std::fs::rename(log, beside(&self.resolved, SET_ASIDE));
        let _ = std::fs::remove_file(beside(&self.resolved, "-shm"));
        FileLost::Overwritten(self.path.clone())
    }

    fn leads_elsewhere(&self) -> bool {
        std::fs::canonicalize(&self.path).is_ok_and(|now| now != self.resolved)
    }
}

impl Database {
    /// Whether a SQLite file is still the one that was opened. Costs a few system calls.
    ///
    /// # Errors
    /// [`FileLost`], from then on for ever.
    pub fn check_file(&self) -> Result<(), FileLost> {
        self.file.as_ref().map_or(Ok(()), OpenFile::check)
    }

    /// Where a SQLite file lies.
    pub(crate) fn file_path(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| file.0.resolved.as_path())
    }

    /// The bytes of a SQLite file.
    pub(crate) fn file_size(&self) -> u64 {
        self.file.as_ref().map_or(0, OpenFile::size)
    }

    /// Gives its file up for good, which was found to be damaged.
    pub(crate) fn give_up_damaged(&self) {
        if let Some(file) = &self.file {
            file.give_up_damaged();
        }
    }

    /// Has the file take note of an error that says that it is damaged.
    pub(crate) fn hear(&self, error: &DbErr) {
        if let Some(file) = &self.file {
            file.hear(error);
        }
    }
}

/// What SQLite keeps beside a database file under its name with this ending: `-wal` is its log, `-shm` the log's index.
#[must_use]
pub fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Whether the file at this path has a second name (a hard link), under which another log would be written.
pub(super) fn has_another_name(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|about| about.is_file() && about.nlink() > 1)
}

/// The log at this path that was left behind by a database file that is gone, if there is one and something in it.
pub(super) fn left_behind(path: &Path) -> Option<PathBuf> {
    let is_gone = std::fs::metadata(path).map_or(true, |about| about.is_file() && about.len() == 0);
    let log = beside(path, "-wal");
    (is_gone && std::fs::metadata(&log).is_ok_and(|about| about.len() > 0)).then_some(log)
}

impl Part {
    fn at(path: PathBuf) -> io::Result<Self> {
        let identity = identity(&path)?;
        Ok(Self { path, identity })
    }

    /// A system that does not answer right now has not said that the file is gone.
    fn is_lost(&self) -> bool {
        match identity(&self.path) {
            Ok(identity) => identity != self.identity,
            Err(error) => matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
        }
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let about = std::fs::metadata(path)?;
    Ok((about.dev(), about.ino()))
}

/// Makes the file if there is none, for its owner only: what SQLite writes beside it has the same mode. One that is there
/// keeps its own, which somebody may have wanted, and is not opened: closing it would end the locks of this process.
pub(super) fn create(path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(|_| ()),
    }
}
