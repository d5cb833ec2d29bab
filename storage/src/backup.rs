//! A copy of a SQLite file, made while a server writes into it: SQLite writes a file that holds one moment of it
//! (`VACUUM INTO`), and whoever writes meanwhile waits for nothing. It appears under its name once it is whole and on the disk.

use crate::backend::{Database, FileLost, MARKED, StatementError, beside, connect_to_file};
use crate::chain::Noted;
use sea_orm::sqlx::sqlite::SqliteConnection;
use sea_orm::sqlx::{self, Connection, Row};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

const COUNTED: &str = "SELECT (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM user) AS users";
const HEAD: &str = "SELECT batch, hash FROM chain_head WHERE id = 1";

/// What a copy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Events of the audit log.
    pub events: i64,
    /// Users, of all sites.
    pub users: i64,
    /// The head of the audit log, to be noted elsewhere. `None`: the log has no beginning yet.
    pub head: Option<Noted>,
}

/// Why there is no copy, or none that may be relied on.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It is no SQLite file.
    #[error("only a SQLite database is copied by Twofold")]
    NotSqlite,
    /// There is a file of this name.
    #[error("{} exists already: a backup overwrites nothing", .0.display())]
    Exists(PathBuf),
    /// SQLite takes names in UTF-8 only.
    #[error("{} is not named in UTF-8", .0.display())]
    Name(PathBuf),
    /// The system refuses.
    #[error("cannot write {}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// Its pages do not fit together.
    #[error("the copy is damaged, and so may be the database: {0}")]
    Damaged(String),
    /// The database was taken away meanwhile.
    #[error(transparent)]
    Lost(#[from] FileLost),
    /// SQLite refuses.
    #[error(transparent)]
    Sqlite(#[from] StatementError),
}

impl Database {
    /// Writes a copy of a SQLite file to `to`, readable by its owner only, and marks it as one that must be fenced before it is
    /// served ([`crate::fence`]).
    ///
    /// # Errors
    /// [`BackupError`], and then there is no file of this name that was not there before.
    pub async fn back_up(&self, to: &Path) -> Result<Contents, BackupError> {
        let from = self.file_path().ok_or(BackupError::NotSqlite)?;
        if to.symlink_metadata().is_ok() {
            return Err(BackupError::Exists(to.to_owned()));
        }
        let draft = Draft::beside(to)?;
        let name = draft.0.to_str().ok_or_else(|| BackupError::Name(to.to_owned()))?;
        let mut source = connect_to_file(from).await?;
        let copied = sqlx::query("VACUUM INTO ?").bind(name).execute(&mut source).await;
        copied.map_err(StatementError::from)?;
        source.close().await.map_err(StatementError::from)?;
        let contents = checked(&draft.0, Some(MARKED)).await?;
        self.check_file()?;
        draft.keep_as(to)?;
        Ok(contents)
    }
}

/// What the SQLite file at this path holds, of which every page was compared with the others.
///
/// # Errors
/// [`BackupError`] if it is damaged, or none of Twofold's.
pub async fn inspect(path: &Path) -> Result<Contents, BackupError> {
    checked(path, None).await
}

async fn checked(path: &Path, and_then: Option<&'static str>) -> Result<Contents, BackupError> {
    let mut copy = connect_to_file(path).await?;
    let said = sqlx::query_scalar::<_, String>("PRAGMA integrity_check(1)").fetch_one(&mut copy).await;
    let said = said.map_err(StatementError::from)?;
    if said != "ok" {
        return Err(BackupError::Damaged(said));
    }
    let contents = counted(&mut copy).await.map_err(StatementError::from)?;
    if let Some(statement) = and_then {
        sqlx::raw_sql(statement).execute(&mut copy).await.map_err(StatementError::from)?;
    }
    copy.close().await.map_err(StatementError::from)?;
    Ok(contents)
}

async fn counted(copy: &mut SqliteConnection) -> Result<Contents, sqlx::Error> {
    let row = sqlx::query(COUNTED).fetch_one(&mut *copy).await?;
    let head = sqlx::query(HEAD).fetch_optional(copy).await?.map(|row| head_of(&row)).transpose()?;
    Ok(Contents { events: row.try_get("events")?, users: row.try_get("users")?, head: head.flatten() })
}

fn head_of(row: &sqlx::sqlite::SqliteRow) -> Result<Option<Noted>, sqlx::Error> {
    let (batch, hash) = (row.try_get("batch")?, row.try_get::<Vec<u8>, _>("hash")?);
    Ok(hash.try_into().ok().map(|hash| Noted { batch, hash }))
}

/// A file that is removed again unless it is kept.
struct Draft(PathBuf);

impl Draft {
    /// Under a name of this process, in the folder of `to`: it is renamed there.
    fn beside(to: &Path) -> Result<Self, BackupError> {
        let mut name = std::ffi::OsString::from(".");
        name.push(to.file_name().unwrap_or_default());
        name.push(format!(".{}.partial", std::process::id()));
        let path = to.with_file_name(name);
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let cause = |cause| BackupError::File { path: path.clone(), cause };
        made.map_err(cause)?;
        Ok(Self(path))
    }

    /// What is acknowledged is on the disk, name and all.
    fn keep_as(self, to: &Path) -> Result<(), BackupError> {
        let cause = |cause| BackupError::File { path: to.to_owned(), cause };
        File::open(&self.0).and_then(|file| file.sync_all()).map_err(cause)?;
        match std::fs::hard_link(&self.0, to) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(BackupError::Exists(to.to_owned()));
            }
            // A file system that has no second names.
            Err(_) => std::fs::rename(&self.0, to).map_err(cause)?,
            Ok(()) => std::fs::remove_file(&self.0).map_err(cause)?,
        }
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(cause)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        for ending in ["", "-journal"] {
            // Where it was kept, there is none.
            let _ = std::fs::remove_file(beside(&self.0, ending));
        }
    }
}
