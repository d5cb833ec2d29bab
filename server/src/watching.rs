//! Watches over the file of a SQLite database, and makes its checkpoints.

use std::time::Duration;
use storage::{Database, FileLost};
use tokio::sync::watch::{Receiver, Sender};
use tokio::time::MissedTickBehavior;

/// Somebody whose file is gone is told so within a second.
const EVERY: Duration = Duration::from_millis(500);

/// Looks whether the file is still the one that was opened. Once it is not, nothing is read from it or written to it any
/// more: `there` is dropped, every connection is closed, and every request ends with a fault. The process goes on, so that
/// `/readyz` says why.
pub async fn watch(database: Database, there: Sender<()>) {
    // Beside each other: a checkpoint waits for whoever has locked the file.
    let lost = tokio::select! {
        lost = until_lost(|| std::future::ready(database.check_file())) => lost,
        lost = until_lost(|| database.checkpoint()) => lost,
    };
    tracing::error!(error = %lost, "the database is lost");
    drop(there);
    database.close().await;
}

async fn until_lost<L: Future<Output = Result<(), FileLost>>>(mut look: impl FnMut() -> L) -> FileLost {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        if let Err(lost) = look().await {
            return lost;
        }
    }
}

/// Works until the database is lost: from then on there is nothing left to do, and nothing to say that was not said.
pub(crate) async fn while_there(mut there: Receiver<()>, work: impl Future<Output = ()>) {
    tokio::select! {
        () = work => {}
        _ = there.changed() => {}
    }
}
