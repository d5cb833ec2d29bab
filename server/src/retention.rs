//! Old events of the audit log are deleted, where the settings say so: every day what became too old with it, a few steps a minute.

use crate::state::Server;
use domain::time::{Date, Timestamp};
use std::time::Duration;
use storage::chain::ChainError;

/// So many steps of a thousand events a minute, one after the other: others write in between.
const STEPS: usize = 20;
const DAY: Duration = Duration::from_hours(24);

/// Deletes the events that are too old, at most so many as go in a minute, and answers how many they were. None, until the
/// present time has been trusted for a while: what a clock that is wrong takes away does not come back.
///
/// # Errors
/// [`ChainError`] if the log is not as it was left, or storage does not answer.
pub async fn cut(server: &Server) -> Result<i64, ChainError> {
    let Some(before) = end_of_keeping(server) else { return Ok(0) };
    let mut gone = 0;
    for _ in 0..STEPS {
        let Some(step) = server.chain().cut(server.now(), before, server.entropy()).await? else { break };
        gone += step.events;
    }
    Ok(gone)
}

/// The day from which on events are kept. It moves on once a day: so the deletion, which is an event, is one of a day.
fn end_of_keeping(server: &Server) -> Option<Timestamp> {
    let days = server.settings().audit_log_days.filter(|_| server.clock().settled)?;
    Some(Date::of(server.now()).start() - u32::from(days) * DAY)
}
