//! `twofold migrate`.

use super::{open, say};
use crate::config::Settings;
use anyhow::Context;

pub(super) async fn migrate(settings: &Settings) -> anyhow::Result<()> {
    let database = open(settings).await?;
    let pending =
        storage::pending_migrations(&database).await.context("cannot read the database's version")?;
    storage::migrate(&database).await.context("cannot bring the database up to date")?;
    for name in &pending {
        say(format_args!("applied {name}"))?;
    }
    say("The database is up to date.")?;
    database.close().await;
    Ok(())
}
