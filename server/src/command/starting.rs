//! The database, as `serve` and `migrate` find it: only they make one.

use super::current::{absent, compare, existing, full, ours, place};
use crate::config::Settings;
use crate::sealing::{self, CheckError};
use anyhow::{Context, anyhow, bail};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use storage::{Database, OpenError, Progress};

/// Opens the database; makes one if there is none. Where a sealing key is there already, a new database is not what
/// anybody wants who did not say `create`: theirs is elsewhere, and everybody in it would have no second factor. Who says
/// `create` where there is a database has left it in a unit file, say, where it would switch that off.
///
/// Whoever makes both writes the key last, and the key is looked for first here: of several that start at once, none
/// takes the database of another for a new one.
pub(super) async fn open(settings: &Settings, create: bool, verb: &str) -> anyhow::Result<Database> {
    let has_key = settings.sealing_key_file.try_exists().unwrap_or(true);
    if !create && !has_key {
        return make(settings).await;
    }
    match Database::open_existing(settings.database()).await {
        Err(OpenError::Nothing(_) | OpenError::Empty(_)) if create => make(settings).await,
        Err(missing @ (OpenError::Nothing(_) | OpenError::Empty(_))) => Err(absent(settings, &missing, verb)),
        opened => there(settings, opened?, create, verb).await,
    }
}

/// What is there, unless it is not what was asked for.
async fn there(
    settings: &Settings,
    database: Database,
    create: bool,
    verb: &str,
) -> anyhow::Result<Database> {
    // A PostgreSQL may be shared with another program, if that is said.
    if !create || settings.database_url.sqlite_file().is_some() {
        ours(settings, &database).await?;
    }
    let is_empty = storage::is_empty(&database).await.context("cannot read the database")?;
    let refused = match (is_empty, create) {
        (true, true) => return Ok(database),
        (true, false) => absent(settings, &format_args!("{} is empty", place(settings)), verb),
        (false, true) => anyhow!(
            "--create makes a new database, and {} is there already: leave --create out. Where it stays, in a unit file say, a \
             database that is lost is replaced by an empty one without a word",
            place(settings)
        ),
        (false, false) => match sealing::compare(&settings.sealing_key_file, &database).await {
            // A database of an earlier version may remember nothing: it is compared again when it is up to date.
            Ok(()) | Err(CheckError::Store(_)) => return Ok(database),
            Err(error @ CheckError::Sealing(_)) => anyhow::Error::new(error).context(place(settings)),
        },
    };
    database.close().await;
    Err(refused)
}

/// Opens a database that is up to date already.
pub(super) async fn open_up_to_date(settings: &Settings) -> anyhow::Result<Database> {
    let database = existing(settings).await?;
    let pending = storage::pending_migrations(&database).await?;
    if let Some(first) = pending.first() {
        let count = pending.len();
        bail!(
            "{count} migrations are pending, from {first} on, and `migrate` is off: run `twofold migrate` first"
        );
    }
    compare(settings, &database).await?;
    Ok(database)
}

/// Brings it up to date, and says what it waits for.
pub(super) async fn migrate(database: &Database, tell: &(dyn Fn(Progress) + Sync)) -> anyhow::Result<()> {
    let done = storage::migrate_telling(database, tell).await;
    done.context("cannot bring the database up to date")
}

/// What a person who waits is told.
pub(super) fn in_words(progress: &Progress) -> String {
    match progress {
        Progress::Waiting => "another process is bringing the database up to date: waiting for it".to_owned(),
        Progress::Blocked => {
            "a table that a migration changes is in use by another session: waiting for it".to_owned()
        }
        Progress::Applied(name) => format!("applied {name}"),
    }
}

async fn make(settings: &Settings) -> anyhow::Result<Database> {
    if let Some(folder) = settings.database_url.sqlite_file().as_deref().and_then(Path::parent) {
        // Nobody else on the machine needs to read it.
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.with_context(|| format!("cannot create {}", full(folder)))?;
    }
    let database = Database::open(settings.database()).await?;
    if settings.database_url.sqlite_file().is_some() {
        ours(settings, &database).await?;
    }
    Ok(database)
}
