//! What ended long ago is deleted, every minute, and what is too old of the audit log; and who is to be told of a deadline is told.
//! Nothing depends on it.

use crate::reminding::remind;
use crate::retention;
use crate::state::Server;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

const EVERY: Duration = Duration::from_mins(1);

/// Tidies until it is dropped.
pub(crate) async fn tidy(server: Server) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = server.accounts().tidy_password_tries(server.now()).await {
            tracing::warn!(%error, "could not tidy the counts of passwords");
        }
        match server.two_factor().tidy().await {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(rows, "tidied"),
            Err(error) => tracing::warn!(%error, "could not tidy"),
        }
        match retention::cut(&server).await {
            Ok(0) => {}
            Ok(events) => tracing::info!(events, "events of the audit log were deleted by age"),
            Err(error) => tracing::error!(%error, "no event of the audit log could be deleted by age"),
        }
        if !server.clock().trusted {
            // Nobody is told of a deadline that another time has.
            continue;
        }
        match remind(&server).await {
            Ok(0) => {}
            Ok(told) => tracing::info!(told, "users were told of a deadline"),
            Err(error) => tracing::warn!(%error, "could not tell users of a deadline"),
        }
    }
}
