//! The database, as a command finds it that must not bring it up to date by itself.

use super::open;
use crate::config::Settings;
use anyhow::{Context, bail};
use storage::Database;

/// Opens the database, if it is up to date.
pub(super) async fn current(settings: &Settings) -> anyhow::Result<Database> {
    let database = open(settings).await?;
    if !storage::pending_migrations(&database).await.context("cannot read the database's version")?.is_empty()
    {
        bail!("the database is not up to date: run `twofold migrate`");
    }
    Ok(database)
}
