//! Closes the audit log in batches, every other second. No answer waits for it: an event is written without it, and is
//! closed a few seconds later, by whichever replica comes first.

use crate::hex;
use crate::state::Server;
use std::time::Duration;
use storage::chain::ChainError;
use tokio::time::MissedTickBehavior;

const EVERY: Duration = Duration::from_secs(2);

/// Closes until it is dropped.
pub(crate) async fn close(server: Server) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = close_all(&server).await {
            tracing::error!(%error, "the audit log could not be closed");
        }
    }
}

/// The head goes into the log, where whoever writes the database does not write: `twofold audit verify --head` compares.
async fn close_all(server: &Server) -> Result<(), ChainError> {
    let mut newest = None;
    while let Some(batch) = server.chain().close(server.now(), server.entropy()).await? {
        newest = Some(batch);
    }
    if let Some(batch) = newest {
        let head = format_args!("{}:{}", batch.number, hex::write(&batch.hash)).to_string();
        tracing::info!(audit.head = head, "the audit log was closed");
    }
    Ok(())
}
