//! The database, as `serve` and `migrate` find it: only they make one.

use super::current::existing;
use crate::config::Settings;
use anyhow::{Context, bail};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use storage::{Database, OpenError, Progress};

/// Opens the database; makes one if there is none. Where a sealing key is there already, a new database is not what
/// anybody wants who did not say `create`: theirs is elsewhere, and everybody in it would have no second factor.
///
/// Whoever makes both writes the key last, and the key is looked for first here: of several that start at once, none
/// takes the database of another for a new one.
pub(super) async fn open(settings: &Settings, create: bool, verb: &str) -> anyhow::Result<Database> {
    let key = full(&settings.sealing_key_file);
    if create || !Path::new(&key).try_exists().unwrap_or(true) {
        return make(settings).await;
    }
    let way_out = format!(
        "the sealing key file {key} is there. Put the database back, or check database_url, the folder and the mount. If a \
         new, empty database is what you want: `twofold {verb} --create`"
    );
    match Database::open_existing(settings.database_url.expose()).await {
        Err(OpenError::Nothing(file)) => bail!("there is no database at {}, but {way_out}", file.display()),
        opened => {
            let database = opened?;
            if storage::is_empty(&database).await.context("cannot read the database")? {
                database.close().await;
                bail!("the database {} is empty, but {way_out}", place(settings));
            }
            Ok(database)
        }
    }
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
    Ok(Database::open(settings.database_url.expose()).await?)
}

fn place(settings: &Settings) -> String {
    let file = settings.database_url.sqlite_file();
    file.map_or_else(|| settings.database_url.to_string(), |file| full(&file))
}

fn full(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}
