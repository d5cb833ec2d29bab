//! The file with the sealing keys. The first start writes it; without it what is sealed in the database never opens
//! again, so that a start that misses it stops.

mod ring;

use crate::entropy::OsEntropy;
use domain::chain::Head;
use domain::ports::{Entropy, StoreError};
use domain::seal::{KeyCheck, KeyId, KeyRing, SealError, SealingKey};
use ring::LineError;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use storage::{AccountStore, Database};

/// Why there are no sealing keys. It never holds key material.
#[derive(Debug, thiserror::Error)]
pub enum SealingError {
    /// The database is in use, the file is gone.
    #[error(
        "the sealing key file {} is missing, but the database is in use: \
         what is sealed in it opens with that file only. Restore it from your backup",
        .0.display()
    )]
    Missing(PathBuf),
    /// Others than the owner, or than whoever it was mounted for, can read or change it.
    #[error(
        "the sealing key file {} can be read by others: run chmod 600 {}. A mounted one that is not ours (of Kubernetes, say) is \
         read by its group at most: mode 0440, and we are in that group",
        .0.display(), .0.display()
    )]
    Exposed(PathBuf),
    /// The operating system refuses.
    #[error("the sealing key file {}: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A line is not a key.
    #[error("the sealing key file {}, line {line}: {what}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from one.
        line: usize,
        /// What is wrong.
        what: LineError,
    },
    /// The key that this database was sealed with is not in it.
    #[error(
        "the sealing key file {} has no key {}, with which this database is sealed. Restore the file from your backup, or put \
         the key back into it",
        path.display(), key.0
    )]
    KeyGone {
        /// The file.
        path: PathBuf,
        /// The key's number.
        key: KeyId,
    },
    /// It belongs to another database.
    #[error(
        "the sealing key file {} belongs to another database: its key {} is not the one with which this database is sealed. \
         Check sealing_key_file and database_url, and restore whichever of the two is not yours from your backup",
        path.display(), key.0
    )]
    OtherKey {
        /// The file.
        path: PathBuf,
        /// The key's number.
        key: KeyId,
    },
    /// There is no key in it.
    #[error("the sealing key file {} holds no key", .0.display())]
    Empty(PathBuf),
}

/// Why a ring was not found to be the database's.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// It is not.
    #[error(transparent)]
    Sealing(#[from] SealingError),
    /// The database does not answer.
    #[error("the database cannot be read")]
    Store(#[from] StoreError),
}

/// Longer than a ring of a hundred keys: not a key file.
const LONGEST: u64 = 64 * 1024;

/// Reads the ring.
///
/// # Errors
/// [`SealingError`] if there is none that can be relied on.
pub fn read(path: &Path) -> Result<KeyRing, SealingError> {
    let full = || std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let unreadable = |cause| SealingError::Unreadable { path: full(), cause };
    let file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if is_exposed(about.mode(), about.uid(), rustix::process::geteuid().as_raw()) {
        return Err(SealingError::Exposed(path.to_owned()));
    }
    let mut text = zeroize::Zeroizing::new(String::new());
    file.take(LONGEST).read_to_string(&mut text).map_err(unreadable)?;
    let malformed = |(line, what)| SealingError::Malformed { path: path.to_owned(), line, what };
    let keys = ring::parse(&text).map_err(malformed)?;
    KeyRing::new(keys).ok_or_else(|| SealingError::Empty(path.to_owned()))
}

/// Whether others can read or change a file with this mode and owner.
///
/// What is mounted for us is not ours: a credential of systemd or a secret of Kubernetes is root's, with the mode 0440, and we read
/// it as a member of its group, or by an access list, which shows as the group.
fn is_exposed(mode: u32, owner: u32, us: u32) -> bool {
    let others = if owner == us { 0o077 } else { 0o037 };
    mode & others != 0
}

/// Reads the ring; writes a new one with a random key if there is none and the database is not yet `in_use`.
///
/// # Errors
/// [`SealingError::Missing`] if there should be one.
pub fn read_or_create(path: &Path, in_use: bool, entropy: &dyn Entropy) -> Result<KeyRing, SealingError> {
    match read(path) {
        Err(SealingError::Unreadable { cause, .. }) if cause.kind() == ErrorKind::NotFound => {
            if in_use {
                return Err(SealingError::Missing(path.to_owned()));
            }
            create(path, entropy)?;
            read(path)
        }
        read => read,
    }
}

/// Writes a new ring with a random key where there is no file.
///
/// # Errors
/// [`SealingError::Unreadable`] if it cannot be written.
pub fn create_missing(path: &Path, entropy: &dyn Entropy) -> Result<(), SealingError> {
    if path.try_exists().unwrap_or(true) { Ok(()) } else { create(path, entropy) }
}

/// Whether anything may have been sealed. A database of an earlier version remembers no key.
///
/// # Errors
/// [`StoreError`] if the database does not answer.
pub async fn is_in_use(database: &Database) -> Result<bool, StoreError> {
    Ok(storage::remembered_key_check(database).await?.is_some()
        || AccountStore::new(database.clone()).accounts_exist().await?)
}

/// Compares the ring with what the database remembers of its key, for whoever seals nothing: a ring that is not there, or
/// does not read, is none to compare.
///
/// # Errors
/// [`SealingError`] if it is not the ring of this database; [`StoreError`] if that cannot be told.
pub async fn compare(path: &Path, database: &Database) -> Result<(), CheckError> {
    let Ok(keys) = read(path) else { return Ok(()) };
    match storage::remembered_key_check(database).await? {
        Some(remembered) => Ok(recognize(path, &keys, &remembered)?),
        None => Ok(()),
    }
}

/// Compares the ring with what the database remembers of its key, and has it remember a newer one; one that remembers none is
/// given the beginning of its audit log with it. So a ring that lost its
/// key, or is another database's, is noticed before anything is sealed with it.
///
/// # Errors
/// [`SealingError`] if it is not the ring of this database; [`StoreError`] if that cannot be told.
pub async fn check(path: &Path, keys: &KeyRing, database: &Database) -> Result<(), CheckError> {
    let empty = |_| SealingError::Empty(path.to_owned());
    let own = keys.check().map_err(empty)?;
    let genesis = Head::genesis(keys, &OsEntropy).map_err(empty)?;
    let remembered = storage::begin(database, &own, &genesis).await?;
    recognize(path, keys, &remembered)?;
    if remembered.key < own.key {
        // Whoever is quicker remembers a key of the same ring.
        storage::replace_key_check(database, &remembered, &own).await?;
    }
    Ok(())
}

fn recognize(path: &Path, keys: &KeyRing, remembered: &KeyCheck) -> Result<(), SealingError> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let key = remembered.key;
    keys.recognize(remembered).map_err(|error| match error {
        SealError::UnknownKey(_) => SealingError::KeyGone { path, key },
        SealError::Damaged => SealingError::OtherKey { path, key },
    })
}

/// Writes a new key: first under another name, so that nobody ever reads half of it. Where another process was quicker,
/// its key counts.
fn create(path: &Path, entropy: &dyn Entropy) -> Result<(), SealingError> {
    let unwritable = |cause| SealingError::Unreadable { path: path.to_owned(), cause };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(unwritable)?;
    let mut random = [0; 8];
    entropy.fill(&mut random);
    let draft = folder.join(format!(".sealing.key.{:016x}", u64::from_be_bytes(random)));
    write(&draft, &ring::first(&SealingKey::new(entropy))).map_err(unwritable)?;
    let linked = std::fs::hard_link(&draft, path);
    let removed = std::fs::remove_file(&draft);
    match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        linked => linked.map_err(unwritable)?,
    }
    removed.map_err(unwritable)?;
    // The name too must survive a power failure: what is sealed from now on opens with this file only.
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
