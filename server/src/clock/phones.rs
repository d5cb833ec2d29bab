//! Phones as witnesses: where those of most people are off by the same amount, the clock here is the one that is off.

use crate::state::Server;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// A clock that is off locks nobody out within seconds.
const EVERY: Duration = Duration::from_secs(15);

/// Tells of it once when it begins, and once when it ends, until it is dropped.
pub(crate) async fn listen(server: Server) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = false;
    loop {
        ticks.tick().await;
        let ahead = server.two_factor().phones_ahead();
        tell(told, ahead);
        told = ahead.is_some();
    }
}

fn tell(told: bool, ahead: Option<i64>) {
    match ahead {
        Some(phones_ahead_s) if !told => tracing::warn!(
            phones_ahead_s,
            "the phones of most people are off by the same amount: it is this machine's clock that is off; set it by a time \
             server"
        ),
        None if told => tracing::warn!("the phones of most people are not off by the same amount any more"),
        Some(_) | None => {}
    }
}
