//! Notices a SQLite file that is written over while it is open.
//!
//! `cp backup.db twofold.db` leaves the file's name and inode as they are, and SQLite does not look: it has pages in memory, and
//! the newest ones in its log. So the file bears a number that only grows: `user_version`, bytes 60 to 63 of its header
//! (<https://sqlite.org/fileformat2.html#database_header>). It is raised before a checkpoint of ours brings it into the file, and
//! whoever reads a smaller one, from the file itself and past SQLite, reads an older copy.
//!
//! It is raised once only until it is in the file. So a log begins with a number that is no more than one higher than the file's,
//! unless the file is an older one that was put beside it ([`is_older_than_its_log`]).

use super::Database;
use super::file::FileLost;
use crate::backend::steps;
use crate::error::{Step, Stop};
use crate::transaction::DatabaseTransaction;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// Where the number stands in the header, and how long that is.
const PLACE: u64 = 60;
const LENGTH: usize = 4;
/// Bytes before the first frame of a log, and before the page in each frame.
const LOG_HEADER: u64 = 32;
const FRAME_HEADER: u64 = 24;

/// Files that are read past SQLite, by device and inode. They stay open as long as the process lives: to close one would end
/// every lock that SQLite has on it (POSIX locks belong to the process, not to who opened the file).
static OPEN: Mutex<BTreeMap<(u64, u64), &'static File>> = Mutex::new(BTreeMap::new());

/// The number of a file that is open.
pub(super) struct Generation {
    file: &'static File,
    /// The highest one that was found in the file.
    seen: AtomicU32,
    /// The highest one that was found in the database.
    raised: AtomicU32,
    /// The log, as it was after the last checkpoint.
    log: Mutex<Option<Log>>,
}

/// What changes about a log whenever somebody writes into it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Log {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Generation {
    /// Of the file at this path, while a connection has it open.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let file = kept_open(path)?;
        let found = read(file).unwrap_or(0);
        Ok(Self { file, seen: found.into(), raised: AtomicU32::new(0), log: Mutex::new(None) })
    }

    /// Whether the file holds an older copy than it held before.
    pub(super) fn is_older(&self) -> bool {
        // Before the file: it grows only, and may do so between the two.
        let seen = self.seen.load(Ordering::SeqCst);
        let is_less = || read(self.file).is_ok_and(|found| found < seen);
        is_less() && is_less()
    }

    /// Whether the older state came by SQLite itself: then its log ends with the same number.
    pub(super) fn was_restored(&self, path: &Path) -> bool {
        let last = numbers_in_log(path).and_then(|numbers| numbers.last().copied());
        read(self.file).is_ok_and(|found| last == Some(found))
    }

    /// Takes note of what a checkpoint has brought into the file.
    fn look(&self) {
        if let Ok(found) = read(self.file) {
            self.seen.fetch_max(found, Ordering::SeqCst);
        }
    }

    fn is_new(&self, log: Log) -> bool {
        *self.log.lock().unwrap_or_else(PoisonError::into_inner) != Some(log)
    }

    fn remember(&self, log: Log) {
        *self.log.lock().unwrap_or_else(PoisonError::into_inner) = Some(log);
    }
}

impl Log {
    fn of(about: &Metadata) -> Self {
        Self { bytes: about.len(), modified: about.modified().ok() }
    }
}

fn kept_open(path: &Path) -> io::Result<&'static File> {
    let about = std::fs::metadata(path)?;
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(file) = open.get(&(about.dev(), about.ino())) {
        return Ok(file);
    }
    let file: &'static File = Box::leak(Box::new(File::open(path)?));
    let about = file.metadata()?;
    open.insert((about.dev(), about.ino()), file);
    Ok(file)
}

/// The number at this place of the header of the file at this path, past SQLite.
pub(super) fn number_in_file(path: &Path, place: u64) -> io::Result<u32> {
    number_at(kept_open(path)?, place)
}

fn read(file: &File) -> io::Result<u32> {
    number_at(file, PLACE)
}

/// Zero, too, where the file ends before: somebody is about to write it anew.
fn number_at(file: &File, place: u64) -> io::Result<u32> {
    let mut bytes = [0; LENGTH];
    match file.read_exact_at(&mut bytes, place) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
        read => read.map(|()| u32::from_be_bytes(bytes)),
    }
}

/// Whether the file at this path is older than the log beside it, which SQLite would mix with it.
pub(super) fn is_older_than_its_log(path: &Path) -> bool {
    let first = numbers_in_log(path).and_then(|numbers| numbers.first().copied());
    let Some(first) = first.filter(|first| *first > 1) else { return false };
    kept_open(path).and_then(read).is_ok_and(|found| found + 1 < first)
}

/// The number in each copy of the first page in the log beside this file, in the order in which they were written
/// (<https://sqlite.org/fileformat2.html#the_write_ahead_log>). SQLite has no lock on it, which could be lost.
fn numbers_in_log(path: &Path) -> Option<Vec<u32>> {
    let log = File::open(super::file::beside(path, "-wal")).ok()?;
    let number = |at: u64| {
        let mut bytes = [0; LENGTH];
        log.read_exact_at(&mut bytes, at).ok().map(|()| u32::from_be_bytes(bytes))
    };
    let (page, salts) = (u64::from(number(8)?), (number(16)?, number(20)?));
    let (mut frame, mut numbers) = (LOG_HEADER, Vec::new());
    // What bears other salts was left there by a log before.
    while number(frame + 8).zip(number(frame + 12)) == Some(salts) {
        if number(frame) == Some(1) {
            numbers.extend(number(frame + FRAME_HEADER + PLACE));
        }
        frame += FRAME_HEADER + page;
    }
    Some(numbers)
}

impl Database {
    /// Brings what was committed since the last time from SQLite's log into the file, with a higher number; nothing is written
    /// where nothing was, nor to a PostgreSQL. Whoever calls this again and again has a file that is written over noticed, by
    /// the next commit or the next call.
    ///
    /// # Errors
    /// [`FileLost`], from then on for ever. What else fails is left to the next call, and to whoever writes.
    pub async fn checkpoint(&self) -> Result<(), FileLost> {
        self.check_file()?;
        let Some(file) = &self.file else { return Ok(()) };
        let (Some(generation), Ok(log)) = (file.generation(), file.log()) else { return Ok(()) };
        if !generation.is_new(Log::of(&log)) {
            return Ok(());
        }
        let raised = generation.raised.load(Ordering::SeqCst);
        let seen = generation.seen.load(Ordering::SeqCst);
        if raised <= seen {
            let done =
                self.attempt(|raised: &Option<u32>| raised.is_none(), steps!(tx => raise(tx, raised, seen)));
            match done.await {
                Ok(Some(raised)) => {
                    generation.raised.fetch_max(raised, Ordering::SeqCst);
                }
                Ok(None) => return Err(file.give_up_restored()),
                // A disk is full, say: what can be brought in makes room in the log.
                Err(_) => {}
            }
        }
        // Nothing of ours goes into a file that somebody else writes.
        self.check_file()?;
        let asked = file.anchor().execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)").await;
        if let Err(error) = asked {
            self.hear(&error);
        } else if let Ok(log) = file.log() {
            generation.look();
            generation.remember(Log::of(&log));
        }
        self.check_file()
    }
}

/// Raises the number above what is in the database and in the file, and answers it. `None`: it is less than it was.
async fn raise(tx: &DatabaseTransaction, least: u32, seen: u32) -> Step<Option<u32>> {
    let asked = Statement::from_string(DbBackend::Sqlite, "PRAGMA user_version");
    let row = tx.query_one_raw(asked).await?;
    let found = row.map(|row| row.try_get_by_index::<i32>(0)).transpose()?.unwrap_or(0);
    let Ok(found) = u32::try_from(found) else { return Err(too_many()) };
    if found < least {
        return Ok(None);
    }
    let next = found.max(seen).checked_add(1).filter(|next| i32::try_from(*next).is_ok());
    let next = next.ok_or_else(too_many)?;
    // A pragma takes no parameters.
    tx.execute_unprepared(&format!("PRAGMA user_version = {next}")).await?;
    Ok(Some(next))
}

/// Two a second for 34 years.
fn too_many() -> Stop {
    Stop::Database(DbErr::Custom("user_version is not one of ours".to_owned()))
}
