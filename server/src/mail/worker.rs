//! Empties the outbox.

use super::sender::SendError;
use super::{Inviting, Letter, Sender, Told};
use crate::standalone::{self, link};
use crate::state::Server;
use domain::audit::Event;
use domain::error::Fault;
use domain::name::{EmailAddress, EventId, SiteId};
use domain::notice::{LONGEST_PAUSE, Notice, QueuedNotice};
use futures::stream::{self, TryStreamExt};
use std::time::Duration;
use storage::account::Account;
use tokio::time::MissedTickBehavior;

/// How long a notice may wait before it is looked for.
const EVERY: Duration = Duration::from_secs(1);
/// Notices read at a time.
const AT_ONCE: u64 = 20;
/// Notices that are sent at the same time, each on a connection of its own.
const SIDE_BY_SIDE: usize = 4;

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

/// Sends what is due, a few side by side: a mail server that is slow for one holds up the others less.
async fn empty(server: &Server, sender: &Sender) -> Result<(), Fault> {
    let due = stream::iter(server.outbox().due(server.now(), AT_ONCE).await?.into_iter().map(Ok));
    due.try_for_each_concurrent(SIDE_BY_SIDE, async |queued| {
        if server.outbox().take(&queued, queued.next(server.now())).await? {
            deliver(server, sender, &queued).await?;
        }
        Ok(())
    })
    .await
}

/// Sends one that was taken. What fails stays in the outbox, due again after its pause.
async fn deliver(server: &Server, sender: &Sender, queued: &QueuedNotice) -> Result<(), Fault> {
    let (id, now) = (queued.event, server.now());
    let letter = if queued.is_good(now) { letter(server, queued.site, id).await? } else { None };
    let Some(letter) = letter else {
        tracing::warn!(notice.id = %id, "a notice was given up");
        return Ok(server.outbox().settle(queued, None).await?);
    };
    let counts = server.two_factor().letter_counts(queued.site, &letter.to, letter.weight)?;
    if let Some(wait) = server.outbox().claim_letter(&counts, now).await? {
        let seconds = wait.as_secs();
        tracing::warn!(notice.id = %id, seconds, "a notice waits: so many letters left already, to its address or in all");
        // It asks again within the hour: what waits for longer looks like the work of a clock that ran ahead.
        let due_at = now + wait.min(LONGEST_PAUSE);
        return Ok(server.outbox().postpone(queued, due_at).await?);
    }
    match sender.send(&letter, &id.to_string(), now).await {
        Ok(()) => Ok(server.outbox().settle(queued, Some(now)).await?),
        Err(error @ (SendError::Address | SendError::Refused(_))) => {
            tracing::warn!(notice.id = %id, %error, "a notice was given up");
            server.outbox().release_letter(&counts).await?;
            Ok(server.outbox().settle(queued, None).await?)
        }
        Err(error @ SendError::Server(_)) => {
            tracing::warn!(notice.id = %id, attempts = queued.attempts + 1, %error, "a notice waits");
            Ok(server.outbox().release_letter(&counts).await?)
        }
    }
}

/// The letter of a notice. `None`: its account or its event is gone, its site wants nobody told any more, or its invitation is
/// good for nothing any more.
pub(crate) async fn letter(server: &Server, site: SiteId, of: EventId) -> Result<Option<Letter>, Fault> {
    let Some(event) = server.outbox().event(site, of).await? else { return Ok(None) };
    if site != SiteId::BUILT_IN {
        return elsewhere(server, &event).await;
    }
    let account = server.accounts().account_by_user(&event.user).await?;
    let (Some(account), Some(notice)) = (account, Notice::of(&event)) else { return Ok(None) };
    let recovery_left = server.two_factor().recovery_codes_left(&event.user).await?;
    let settings = server.settings();
    let (site, security) = (settings.issuer.as_str(), format!("{}/account/security", settings.public_url));
    let email = address_left(&event, notice).unwrap_or_else(|| account.email.as_str());
    let leads_to = Some(security.as_str());
    let told =
        Told { notice, event: &event, email, site, leads_to, invited: None, good_until: None, recovery_left };
    if notice == Notice::Invited {
        return invitation(server, told, &account).await;
    }
    if notice == Notice::PasswordLink {
        return password_link(server, told, &account).await;
    }
    Ok(Some(Letter::of(told)))
}

/// That their address is another one people are told where they were written to before.
fn address_left(event: &Event, notice: Notice) -> Option<&str> {
    event.subject.as_deref().filter(|_| notice == Notice::EmailLeft)
}

/// To a user of a site that embeds Twofold, under the name by which they know that site.
async fn elsewhere(server: &Server, event: &Event) -> Result<Option<Letter>, Fault> {
    let site = server.two_factor().site(event.user.site).await?;
    let user = server.two_factor().user(&event.user).await?.filter(|_| site.policy.tells_users);
    let (Some(user), Some(notice)) = (user, Notice::of(event)) else { return Ok(None) };
    // As of when it happened: whoever gives another address afterwards is not told in their place.
    let then = server.outbox().address(event.user.site, event.id).await?;
    let email = address_left(event, notice).or(then.as_deref());
    let Some(email) = email.or(user.email.as_ref().map(EmailAddress::as_str)) else { return Ok(None) };
    let recovery_left = user.recovery.as_ref().map_or(0, |recovery| recovery.left);
    let site = site.issuer.as_str();
    let told =
        Told { notice, event, email, site, leads_to: None, invited: None, good_until: None, recovery_left };
    Ok(Some(Letter::of(told)))
}

/// With the link, which stands nowhere else but sealed.
async fn invitation(server: &Server, told: Told<'_>, account: &Account) -> Result<Option<Letter>, Fault> {
    let found = server.accounts().invitation_of(account.id, server.now()).await?;
    let Some((sealed, found)) = found.and_then(|found| Some((found.sealed.clone()?, found))) else {
        return Ok(None);
    };
    let leads_to = link::open(server, account, &sealed)?.invitation_url(&server.settings().public_url);
    let by = standalone::inviter(server, found.by.as_ref()).await?;
    let invited = Some(Inviting { by: by.as_deref(), until: found.expires_at });
    Ok(Some(Letter::of(Told { leads_to: Some(&leads_to), invited, ..told })))
}

/// The same of a link for a new password: the one that is good now, whichever letter is the first to carry it.
async fn password_link(server: &Server, told: Told<'_>, account: &Account) -> Result<Option<Letter>, Fault> {
    let found = server.accounts().password_link_of(account.id, server.now()).await?;
    let Some((sealed, good_until)) = found.and_then(|found| Some((found.sealed?, found.expires_at))) else {
        return Ok(None);
    };
    let secret = link::open_password(server, account, &sealed)?;
    let leads_to = secret.password_url(&server.settings().public_url);
    Ok(Some(Letter::of(Told { leads_to: Some(&leads_to), good_until: Some(good_until), ..told })))
}
