//! Empties the outbox.

use super::sender::SendError;
use super::{Letter, Sender, Told};
use crate::state::Server;
use domain::error::Fault;
use domain::name::EventId;
use domain::notice::{Notice, QueuedNotice};
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// How long a notice may wait before it is looked for.
const EVERY: Duration = Duration::from_secs(1);
/// Notices read at a time.
const AT_ONCE: u64 = 20;

/// Sends until it is dropped.
pub(crate) async fn send(server: Server, sender: Sender) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = empty(&server, &sender).await {
            tracing::warn!(%error, "could not read the outbox");
        }
    }
}

/// Sends what is due.
async fn empty(server: &Server, sender: &Sender) -> Result<(), Fault> {
    for queued in server.outbox().due(server.now(), AT_ONCE).await? {
        let now = server.now();
        if server.outbox().take(&queued, queued.next(now)).await? {
            deliver(server, sender, &queued).await?;
        }
    }
    Ok(())
}

/// Sends one that was taken. What fails stays in the outbox, due again after its pause.
async fn deliver(server: &Server, sender: &Sender, queued: &QueuedNotice) -> Result<(), Fault> {
    let (id, now) = (queued.event, server.now());
    let letter = if queued.is_good(now) { letter(server, id).await? } else { None };
    let Some(letter) = letter else {
        tracing::warn!(notice.id = %id, "a notice was given up");
        return Ok(server.outbox().settle(id, None).await?);
    };
    match sender.send(&letter, &id.to_string(), now).await {
        Ok(()) => Ok(server.outbox().settle(id, Some(now)).await?),
        Err(error @ SendError::Address) => {
            tracing::warn!(notice.id = %id, %error, "a notice was given up");
            Ok(server.outbox().settle(id, None).await?)
        }
        Err(error @ SendError::Server(_)) => {
            tracing::warn!(notice.id = %id, attempts = queued.attempts + 1, %error, "a notice waits");
            Ok(())
        }
    }
}

/// The letter of a notice. `None`: its account or its event is gone.
pub(crate) async fn letter(server: &Server, of: EventId) -> Result<Option<Letter>, Fault> {
    let Some(event) = server.outbox().event(of).await? else { return Ok(None) };
    let account = server.accounts().account_by_user(&event.user).await?;
    let (Some(account), Some(notice)) = (account, Notice::of(&event)) else { return Ok(None) };
    let recovery_left = server.two_factor().recovery_codes_left(&event.user).await?;
    let settings = server.settings();
    Ok(Some(Letter::of(Told {
        notice,
        event: &event,
        email: account.email.as_str(),
        site: settings.issuer.as_str(),
        security: &format!("{}/account/security", settings.public_url),
        recovery_left,
    })))
}
