//! Watches over the file of a SQLite database.

use std::time::Duration;
use storage::Database;

/// Somebody whose file is gone is told so within a second.
const EVERY: Duration = Duration::from_millis(500);

/// Looks whether the file is still the one that was opened. Once it is not, nothing is read from it or written to it any
/// more: every connection is closed, and every request ends with a fault. The process goes on, so that `/readyz` says why.
pub async fn watch(database: Database) {
    let mut every = tokio::time::interval(EVERY);
    loop {
        every.tick().await;
        if let Err(lost) = database.check_file() {
            tracing::error!(error = %lost, "the database is lost");
            database.close().await;
            return;
        }
    }
}
