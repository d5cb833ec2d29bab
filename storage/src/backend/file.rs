//! The file of a SQLite database, and that it is still the one that was opened.
//!
//! SQLite goes on in the file that it opened, wherever it is by now. What is written after the file was moved, deleted or
//! replaced is gone at the next start; and without the log beside it (`-wal`) the last commits are.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The file at a path is not the one that was opened, and what is written is lost.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the database file {} was moved, deleted or replaced while it was open: nothing more is stored. \
     Put it back, then restart the server",
    .0.display()
)]
pub struct FileLost(pub PathBuf);

/// A database file and its log, as they were when they were opened. Cheap to clone.
#[derive(Clone)]
pub(super) struct OpenFile(Arc<Inner>);

struct Inner {
    parts: [Part; 2],
    /// Once it is lost it stays lost: what SQLite does with a file that comes back is not defined.
    lost: OnceLock<FileLost>,
}

struct Part {
    path: PathBuf,
    /// Device and inode.
    identity: (u64, u64),
}

impl OpenFile {
    /// What stands at this path while a connection has it open, and the log beside it.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let path = std::path::absolute(path)?;
        // SQLite resolves links, and writes its log beside what it finds.
        let mut log = std::fs::canonicalize(&path)?.into_os_string();
        log.push("-wal");
        let parts = [Part::at(path)?, Part::at(log.into())?];
        Ok(Self(Arc::new(Inner { parts, lost: OnceLock::new() })))
    }

    /// What was found by whoever checked before. Costs nothing.
    pub(super) fn known(&self) -> Result<(), FileLost> {
        self.0.lost.get().cloned().map_or(Ok(()), Err)
    }

    /// Two system calls.
    pub(super) fn check(&self) -> Result<(), FileLost> {
        if let Some(lost) = self.0.lost.get() {
            return Err(lost.clone());
        }
        match self.0.parts.iter().find(|part| part.is_lost()) {
            Some(part) => Err(self.0.lost.get_or_init(|| FileLost(part.path.clone())).clone()),
            None => Ok(()),
        }
    }
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
