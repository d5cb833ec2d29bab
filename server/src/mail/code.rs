//! Codes by mail: at once or not at all.
//!
//! They have a worker of their own: no notice that a slow mail server holds up stands before a code that somebody waits
//! for. A code is tried for two minutes; what would come later is not sent, and its reader asks for another one.

use super::sender::SendError;
use super::{Letter, Sender};
use crate::state::Server;
use domain::error::Fault;
use domain::factor::email_code::LIFETIME;
use domain::letter_limit::Weight;
use domain::notice::CodeLetter;
use domain::ports::QueuedCode;
use html_escape::encode_text;
use std::time::{Duration, SystemTime};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

/// How long a code may wait before it is looked for.
const EVERY: Duration = Duration::from_millis(500);
/// Codes sent at a time.
const AT_ONCE: u32 = 20;
/// Longer than a sender's patience: until then nobody else sends the same letter.
const PAUSE: Duration = Duration::from_secs(15);

/// Sends until it is dropped.
pub(crate) async fn send_codes(server: Server, sender: Sender) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = empty(&server, &sender).await {
            tracing::warn!(%error, "could not read the letters that wait");
        }
    }
}

/// Sends what is due, side by side.
async fn empty(server: &Server, sender: &Sender) -> Result<(), Fault> {
    let mut sending = JoinSet::new();
    for queued in server.two_factor().letters_due(AT_ONCE).await? {
        let (server, sender) = (server.clone(), sender.clone());
        sending.spawn(async move { deliver(&server, &sender, &queued).await });
    }
    while let Some(done) = sending.join_next().await {
        if let Ok(Err(error)) = done {
            tracing::warn!(%error, "a code was not sent");
        }
    }
    Ok(())
}

async fn deliver(server: &Server, sender: &Sender, queued: &QueuedCode) -> Result<(), Fault> {
    let (two_factor, now) = (server.two_factor(), server.now());
    if !two_factor.take_letter(queued, now + PAUSE).await? {
        return Ok(());
    }
    let opened = if queued.is_good(now) { two_factor.open_letter(queued).await? } else { None };
    let Some(opened) = opened else {
        tracing::warn!(code.id = %queued.id, "a code was given up");
        return two_factor.settle_letter(queued).await;
    };
    match sender
        .send(&code_letter(&opened, server.settings().public_url.host()), &queued.id.to_string(), now)
        .await
    {
        Ok(()) => two_factor.settle_letter(queued).await,
        Err(error @ (SendError::Address | SendError::Refused(_))) => {
            tracing::warn!(code.id = %queued.id, %error, "a code was given up");
            two_factor.settle_letter(queued).await
        }
        Err(error @ SendError::Server(_)) => {
            tracing::warn!(code.id = %queued.id, attempts = queued.attempts + 1, %error, "a code waits");
            Ok(())
        }
    }
}

/// The letter that a code goes out in. The subject never holds it: subjects are shown on locked screens. The last line binds
/// the code to the host whose page it is typed into (WICG, origin-bound one-time codes): phones fill it in there, and nowhere
/// else.
pub(crate) fn code_letter(of: &CodeLetter, host: &str) -> Letter {
    let (site, code, minutes) = (of.issuer.as_str(), of.code.expose(), LIFETIME.as_secs() / 60);
    let what = format!("Your code for {site}:");
    let until =
        format!("It is good for {minutes} minutes, and works once. Enter it only where you asked for it.");
    let asked = format!("Asked for: {}", asked(of));
    let not_you = "If you did not ask for it, do not pass it on: somebody may have your password. Change it.";
    let text = format!("{what}\n\n    {code}\n\n{until}\n\n{asked}\n\n{not_you}\n\n@{host} #{code}\n");
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"></head>\
         <body style=\"font-family:sans-serif;line-height:1.5\"><p>{}</p>\
         <p style=\"font-size:2em;letter-spacing:.1em\"><b>{code}</b></p>\
         <p>{until}</p><p>{}</p><p>{not_you}</p><p>@{host} #{code}</p></body></html>",
        encode_text(&what),
        encode_text(&asked)
    );
    let (from, to) = (site.to_owned(), of.address.as_str().to_owned());
    Letter { from, to, subject: format!("Your code · {site}"), text, html, weight: Weight::Light }
}

/// When, and from where.
fn asked(of: &CodeLetter) -> String {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(of.event.at.seconds());
    let place = [of.event.place.browser.as_deref(), of.event.place.address.as_deref()];
    let when = httpdate::fmt_http_date(at);
    [Some(when.as_str())].into_iter().chain(place).flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::audit::{Event, EventKind, Place};
    use domain::factor::email_code::EmailCode;
    use domain::name::{EmailAddress, Issuer, SiteId, User, UserId};
    use domain::testing::SeededEntropy;
    use domain::time::Timestamp;

    fn letter(site: &str, browser: &str) -> Letter {
        let user = User { site: SiteId::BUILT_IN, id: UserId::parse("ada").unwrap() };
        let place = Place { address: Some("192.0.2.7".into()), browser: Some(browser.into()) };
        let at = Timestamp::from_millis(1_795_319_112_000);
        let event = Event::new(EventKind::EmailCodeMailed, &user, &place, at, &SeededEntropy::new(72));
        code_letter(
            &CodeLetter {
                address: EmailAddress::parse("ada@example.com").unwrap(),
                code: EmailCode::parse("01234567").unwrap(),
                issuer: Issuer::parse(site).unwrap(),
                event,
            },
            "2fa.example.com",
        )
    }

    #[test]
    fn a_code_stands_in_the_letter_and_not_in_its_subject() {
        let letter = letter("Shop", "Firefox on Linux");
        assert_eq!((letter.to.as_str(), letter.subject.as_str()), ("ada@example.com", "Your code · Shop"));
        assert_eq!(
            letter.text,
            "Your code for Shop:\n\n    01234567\n\nIt is good for 10 minutes, and works once. Enter it only where you \
             asked for it.\n\nAsked for: Sun, 22 Nov 2026 03:45:12 GMT, Firefox on Linux, 192.0.2.7\n\nIf you did not ask \
             for it, do not pass it on: somebody may have your password. Change it.\n\n@2fa.example.com #01234567\n"
        );
    }

    #[test]
    fn names_are_text_in_the_page() {
        let letter = letter("<b>Shop", "<img src=x>");
        assert!(letter.html.contains("&lt;b&gt;Shop") && letter.html.contains("&lt;img src=x&gt;"));
        assert!(!letter.html.contains("<img"));
    }
}
