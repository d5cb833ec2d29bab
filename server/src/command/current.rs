//! The database, as a command finds it that neither makes one nor brings it up to date.

use crate::clock::SystemClock;
use crate::config::Settings;
use crate::entropy::OsEntropy;
use crate::sealing;
use anyhow::{Context, anyhow, bail};
use domain::ports::Clock;
use domain::seal::KeyRing;
use domain::time::Timestamp;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use storage::chain::ChainError;
use storage::{Chain, Database, OpenError};

/// Opens the database, if there is one, it is up to date, and the sealing key, where there is one, is its own.
pub(super) async fn current(settings: &Settings) -> anyhow::Result<Database> {
    let database = existing(settings).await?;
    if !storage::pending_migrations(&database).await?.is_empty() {
        bail!("the database is not up to date: run `twofold migrate`");
    }
    compare(settings, &database).await?;
    Ok(database)
}

/// Refuses a database and a sealing key that do not belong together.
pub(super) async fn compare(settings: &Settings, database: &Database) -> anyhow::Result<()> {
    sealing::compare(&settings.sealing_key_file, database).await.with_context(|| place(settings))
}

/// Opens the database, if there is one and something in it.
pub(super) async fn existing(settings: &Settings) -> anyhow::Result<Database> {
    match Database::open_existing(settings.database()).await {
        Err(missing @ (OpenError::Nothing(_) | OpenError::Empty(_))) => {
            Err(absent(settings, &missing, "migrate"))
        }
        opened => {
            let database = opened?;
            ours(settings, &database).await?;
            if storage::is_empty(&database).await.context("cannot read the database")? {
                database.close().await;
                return Err(absent(settings, &format_args!("{} is empty", place(settings)), "migrate"));
            }
            Ok(database)
        }
    }
}

/// What is wrong first, and then the way out. Beside a sealing key that is not to make another database.
pub(super) fn absent(settings: &Settings, what: &dyn std::fmt::Display, verb: &str) -> anyhow::Error {
    let key = &settings.sealing_key_file;
    if key.try_exists().unwrap_or(true) {
        return anyhow!(
            "{what}, but the sealing key file {} is there. Put the database back, or check database_url, the folder and the \
             mount. If a new, empty database is what you want: `twofold {verb} --create`",
            full(key)
        );
    }
    anyhow!(
        "{what}. Run this in the folder of the server, or name its database by --database-url (TWOFOLD_DATABASE_URL); \
         `twofold serve` and `twofold migrate` make one"
    )
}

/// Refuses a database that holds something else than Twofold's: another program's, or one that has lost what it remembers of
/// its migrations. Nobody who wants a new one wants it there.
pub(super) async fn ours(settings: &Settings, database: &Database) -> anyhow::Result<()> {
    if storage::is_foreign(database).await.context("cannot read the database")? {
        database.close().await;
        bail!(
            "{} has tables, and none of Twofold's migrations: it is another program's, or its table seaql_migrations has lost its \
             rows. Nothing was changed. Name Twofold's own by database_url, or put a backup back",
            place(settings)
        );
    }
    Ok(())
}

pub(super) fn full(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

/// The database, as a sentence names it.
pub(super) fn place(settings: &Settings) -> String {
    let file = settings.database_url.sqlite_file();
    let named = file.map_or_else(|| settings.database_url.to_string(), |file| full(&file));
    ["the database ", &named].concat()
}

/// The same database, with every event proved from now on. Where the chain was changed nothing is proved, which whoever
/// reads the log is told; but people sign in, and are helped.
pub(super) async fn proving(database: Database, keys: &KeyRing, now: Timestamp) -> anyhow::Result<Database> {
    match Chain::begin(database.clone(), keys, Arc::new(OsEntropy), now).await {
        Ok(proving) => Ok(proving),
        Err(ChainError::Misfit(misfit)) => {
            tracing::error!(%misfit, "the audit log is not as it was left: no event is proved until it is");
            Ok(database)
        }
        Err(error) => Err(error).context("cannot begin the audit log"),
    }
}

/// A command that changes something: the database, if it is up to date, with what it does proved in the log.
pub(super) struct Changing {
    pub(super) database: Database,
    chain: Chain,
}

impl Changing {
    pub(super) async fn begin(settings: &Settings) -> anyhow::Result<Self> {
        let database = current(settings).await?;
        let in_use = sealing::is_in_use(&database).await.context("cannot read the database")?;
        let keys = sealing::read_or_create(&settings.sealing_key_file, in_use, &OsEntropy)?;
        sealing::check(&settings.sealing_key_file, &keys, &database).await?;
        let database = proving(database, &keys, SystemClock::default().now()).await?;
        Ok(Self { chain: Chain::new(database.clone(), keys), database })
    }

    /// Counts what it wrote, and lets go of the database.
    pub(super) async fn end(self) {
        if let Err(error) = self.chain.count(SystemClock::default().now(), true).await {
            // What was asked for is done.
            let _ = writeln!(std::io::stderr(), "twofold: the audit log was not counted: {error}");
        }
        self.database.close().await;
    }
}
