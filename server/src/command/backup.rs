//! `twofold backup`.

use super::current::{compare, existing};
use super::{audit, say};
use crate::clock::SystemClock;
use crate::config::Settings;
use anyhow::{Context, bail};
use clap::Args;
use domain::ports::Clock;
use serde_json::json;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Flags {
    /// The file to write, which must not exist
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn back_up(settings: &Settings, flags: &Flags) -> anyhow::Result<()> {
    if settings.database_url.is_postgres() {
        bail!(
            "PostgreSQL is backed up by its own tools: pg_dump, or pg_basebackup and an archive of its log for any point in time. \
             docs/operating.md, \"Backup and restore\", says how"
        );
    }
    let database = existing(settings).await?;
    compare(settings, &database).await?;
    let at = SystemClock::default().now().rfc3339();
    let done = database.back_up(&flags.file).await;
    database.close().await;
    let contents = done.context("no backup was made")?;
    let file = super::current::full(&flags.file);
    let head = contents.head.as_ref().map(audit::written);
    let (events, users) = (contents.events, contents.users);
    if flags.json {
        return say(json!({ "file": file, "at": at, "events": events, "users": users, "head": head }));
    }
    say(format_args!("Backed up to {file}, as of {at}: {users} users, {events} events of the audit log."))?;
    if let Some(head) = head {
        say(format_args!("head {head}"))?;
    }
    say(
        "Keep the head and the sealing key apart from it. `twofold restore` brings it back; nothing else opens it.",
    )
}
