//! Counts the events that this process has written, and closes the audit log in batches, every other second. No answer
//! waits for it: an event is written with its proof, is counted within two seconds, and is closed a few seconds later, by
//! whichever replica comes first.

use crate::hex;
use crate::state::Server;
use domain::time::Date;
use std::time::Duration;
use storage::chain::{ChainError, Noted};
use tokio::time::MissedTickBehavior;

const EVERY: Duration = Duration::from_secs(2);

/// Closes until it is dropped.
pub(crate) async fn close(server: Server) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut day = None;
    loop {
        ticks.tick().await;
        if let Err(error) = server.chain().count(server.now(), false).await {
            tracing::error!(%error, "the events of the audit log could not be counted");
        }
        if let Err(error) = close_all(&server).await {
            tracing::error!(%error, "the audit log could not be closed");
        }
        let today = Date::of(server.now());
        if day.replace(today) != Some(today)
            && let Err(error) = note_head(&server).await
        {
            tracing::error!(%error, "the audit log has no head to note");
        }
    }
}

/// Once a day, and at every start, whether anything was closed or not: the log is the witness of what the database holds.
async fn note_head(server: &Server) -> Result<(), ChainError> {
    let head = server.chain().head().await?;
    tracing::info!(audit.head = written(head), "the head of the audit log today");
    Ok(())
}

fn written(head: Noted) -> String {
    format_args!("{}:{}", head.batch, hex::write(&head.hash)).to_string()
}

/// The head goes into the log, where whoever writes the database does not write: `twofold audit verify --head` compares.
async fn close_all(server: &Server) -> Result<(), ChainError> {
    let mut newest = None;
    while let Some(batch) = server.chain().close(server.now()).await? {
        newest = Some(batch);
    }
    if let Some(batch) = newest {
        let head = Noted { batch: batch.number, hash: batch.hash };
        tracing::info!(audit.head = written(head), "the audit log was closed");
    }
    Ok(())
}
