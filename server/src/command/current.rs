//! The database, as a command finds it that neither makes one nor brings it up to date.

use crate::clock::SystemClock;
use crate::config::Settings;
use crate::entropy::OsEntropy;
use crate::sealing;
use anyhow::{Context, bail};
use domain::ports::{Clock, StoreError};
use domain::seal::KeyRing;
use domain::time::Timestamp;
use std::io::Write;
use std::sync::Arc;
use storage::chain::ChainError;
use storage::{AccountStore, Chain, Database, OpenError};

/// Opens the database, if there is one and it is up to date.
pub(super) async fn current(settings: &Settings) -> anyhow::Result<Database> {
    let database = existing(settings).await?;
    if !storage::pending_migrations(&database).await?.is_empty() {
        bail!("the database is not up to date: run `twofold migrate`");
    }
    Ok(database)
}

/// Opens the database, if there is one.
pub(super) async fn existing(settings: &Settings) -> anyhow::Result<Database> {
    let opened = Database::open_existing(settings.database_url.expose()).await;
    if let Err(OpenError::Nothing(_)) = opened {
        return opened.context(
            "run this in the folder of the server, or name its database by --database-url (TWOFOLD_DATABASE_URL); \
             `twofold serve` and `twofold migrate` make one",
        );
    }
    Ok(opened?)
}

/// Whether anything may have been sealed. A database of an earlier version remembers no key.
pub(super) async fn is_in_use(database: &Database) -> Result<bool, StoreError> {
    Ok(storage::remembered_key_check(database).await?.is_some()
        || AccountStore::new(database.clone()).accounts_exist().await?)
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
        let in_use = is_in_use(&database).await.context("cannot read the database")?;
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
