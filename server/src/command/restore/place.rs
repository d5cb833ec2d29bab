//! The place of a SQLite file, in which nobody reads or writes while a copy is put there.

use super::super::current::full;
use anyhow::{Context, bail, ensure};
use domain::time::Timestamp;
use rustix::fs::{FlockOperation, fcntl_lock};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use storage::beside;

/// Where the copy goes. What is there is held until then.
pub(super) struct Place {
    path: PathBuf,
    /// Nobody opens it meanwhile.
    held: Option<File>,
    has_log: bool,
}

/// A copy that is not in its place yet. It is removed again unless it is put there.
pub(super) struct Draft(PathBuf);

/// Takes every lock that SQLite has on this file, if it is there: as long as a server has it open it holds one of them
/// (<https://sqlite.org/lockingv3.html>). This works on a damaged file, too.
pub(super) fn hold(path: &Path) -> anyhow::Result<Option<File>> {
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened.with_context(|| format!("cannot open {}", full(path)))?,
    };
    match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(rustix::io::Errno::AGAIN | rustix::io::Errno::ACCESS) => {
            bail!("a server or another command has {} open: stop it first", full(path))
        }
        Err(error) => Err(error).with_context(|| format!("cannot lock {}", full(path))),
    }
}

impl Place {
    /// The place that this path leads to. What is there is to be kept aside, or nothing may be there.
    pub(super) fn claim(path: &Path, replace: bool) -> anyhow::Result<Self> {
        let path = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path))?;
        let has_log = std::fs::metadata(beside(&path, "-wal")).is_ok_and(|log| log.len() > 0);
        if (path.exists() || has_log) && !replace {
            bail!("there is a database at {} already: with --replace it is kept aside", path.display());
        }
        let held = hold(&path)?;
        Ok(Self { path, held, has_log })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Copies this file to where it is renamed from.
    pub(super) fn draft(&self, from: &Path) -> anyhow::Result<Draft> {
        let cannot = || format!("cannot read {}", full(from));
        let source = std::fs::canonicalize(from).with_context(cannot)?;
        ensure!(source != self.path, "{} is where the database goes: name a copy of it", full(from));
        ensure!(
            !std::fs::metadata(beside(&source, "-wal")).is_ok_and(|log| log.len() > 0),
            "{} has a log beside it, so that it is no copy that is whole: `twofold backup` makes one",
            full(from)
        );
        let mut name = std::ffi::OsString::from(".");
        name.push(self.path.file_name().unwrap_or_default());
        name.push(format!(".{}.restoring", std::process::id()));
        let draft = Draft(self.path.with_file_name(name));
        let cannot_write = || format!("cannot write {}", draft.0.display());
        let options = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft.0);
        let mut to = options.with_context(cannot_write)?;
        let mut source = File::open(&source).with_context(cannot)?;
        io::copy(&mut source, &mut to).with_context(cannot_write)?;
        Ok(draft)
    }

    /// Puts the copy there. Answers where what was there is kept.
    pub(super) fn put(self, draft: Draft, now: Timestamp) -> anyhow::Result<Option<PathBuf>> {
        ensure!(
            !std::fs::metadata(beside(&draft.0, "-wal")).is_ok_and(|log| log.len() > 0),
            "the copy was not written to its end"
        );
        File::open(&draft.0).and_then(|file| file.sync_all()).context("cannot write the copy to the disk")?;
        let aside = if self.held.is_some() || self.has_log { Some(self.move_aside(now)?) } else { None };
        std::fs::rename(&draft.0, &self.path).with_context(|| {
            let kept = aside.as_ref().map(|aside| format!("; what was there is {}", aside.display()));
            format!("cannot put the copy to {}{}", self.path.display(), kept.unwrap_or_default())
        })?;
        let folder = self.path.parent().unwrap_or(Path::new("/"));
        File::open(folder).and_then(|folder| folder.sync_all()).context("cannot write to the disk")?;
        Ok(aside)
    }

    /// The file first: a file without its log has lost something, a log without its file is noticed by whoever starts.
    fn move_aside(&self, now: Timestamp) -> anyhow::Result<PathBuf> {
        let moment = now.rfc3339().replace(['-', ':'], "");
        let aside = beside(&self.path, &format!(".replaced-{moment}"));
        ensure!(aside.symlink_metadata().is_err(), "{} exists already", aside.display());
        let cannot = || format!("cannot move {} to {}", self.path.display(), aside.display());
        if self.held.is_some() {
            std::fs::rename(&self.path, &aside).with_context(cannot)?;
        }
        if self.has_log {
            std::fs::rename(beside(&self.path, "-wal"), beside(&aside, "-wal")).with_context(cannot)?;
        }
        // What is left there is an index of the log, which is made anew, and a log in which nothing is.
        let _ = std::fs::remove_file(beside(&self.path, "-shm"));
        let _ = std::fs::remove_file(beside(&self.path, "-wal"));
        Ok(aside)
    }
}

impl Draft {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm"] {
            // Where it was put to its place, there is none.
            let _ = std::fs::remove_file(beside(&self.0, ending));
        }
    }
}
