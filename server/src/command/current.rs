//! The database, as a command finds it that neither makes one nor brings it up to date.

use crate::config::Settings;
use anyhow::{Context, bail};
use storage::{Database, OpenError};

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
