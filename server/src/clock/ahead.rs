//! What a clock that ran ahead has left is ended: as soon as the present time is settled, and every five minutes from then on,
//! as another process may have left some.

use super::SystemClock;
use crate::state::Server;
use domain::ports::Clock;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

const EVERY: Duration = Duration::from_mins(1);
/// Looks that go by without, once it was done: the fifth does it again.
const PAUSE: u32 = 4;

/// Ends it until it is dropped.
pub(crate) async fn end(server: Server, clock: Arc<SystemClock>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut pause = 0;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = clock.passes() => {}
        }
        pause = if !clock.standing().settled {
            0
        } else if pause > 0 {
            pause - 1
        } else {
            end_once(&server).await
        };
    }
}

/// Answers how many looks may go by without.
async fn end_once(server: &Server) -> u32 {
    match server.two_factor().end_ahead().await {
        Ok(0) => PAUSE,
        Ok(rows) => {
            tracing::warn!(
                rows,
                "what a clock that ran ahead has left was ended: sessions, devices, codes and what else it stamped"
            );
            PAUSE
        }
        Err(error) => {
            tracing::warn!(%error, "could not end what a clock that ran ahead has left");
            0
        }
    }
}
