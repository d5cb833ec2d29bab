//! Watches over the file of a SQLite database.

use std::time::Duration;
use storage::Database;
use tokio::sync::watch::{Receiver, Sender};

/// Somebody whose file is gone is told so within a second.
const EVERY: Duration = Duration::from_millis(500);

/// Looks whether the file is still the one that was opened. Once it is not, nothing is read from it or written to it any
/// more: `there` is dropped, every connection is closed, and every request ends with a fault. The process goes on, so that
/// `/readyz` says why.
pub async fn watch(database: Database, there: Sender<()>) {
    let mut every = tokio::time::interval(EVERY);
    loop {
        every.tick().await;
        if let Err(lost) = database.check_file() {
            tracing::error!(error = %lost, "the database is lost");
            drop(there);
            database.close().await;
            return;
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
