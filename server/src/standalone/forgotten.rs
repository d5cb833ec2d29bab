//! A forgotten password: whoever asks is mailed a link, if there is an account at that address. They are answered the same
//! whether or not there is one, and before anything is looked up; everything that differs happens afterwards.

use super::field::Fields;
use super::session::see_other;
use super::visitor::KnownBrowser;
use super::{known_browser, link};
use crate::mail::is_sent_or_shown;
use crate::page;
use crate::place::Whence;
use crate::problem::Problem;
use crate::state::Server;
use app::page::Forgotten;
use axum::extract::State;
use axum::response::Response;
use domain::audit::{Event, EventKind, Place};
use domain::error::Fault;
use domain::letter_limit::LinkCounts;
use domain::password_budget::Guesser;
use domain::session::SessionToken;
use http::Uri;
use serde::Deserialize;
use std::time::Duration;
use storage::account::{Account, Email};

/// Where the browser goes on, to be told what happens now.
const ASKED: &str = "/forgotten-password?asked";
/// What the digests are for under which addresses are counted.
const COUNTER: &str = "password link";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    email: String,
}

pub(super) async fn page(State(server): State<Server>, uri: Uri) -> Response {
    let shown = match uri.query() {
        _ if !is_sent_or_shown(server.settings()) => Forgotten::NoMail,
        Some("asked") => Forgotten::Asked,
        Some(_) | None => Forgotten::Ask { email: String::new(), wrong: false },
    };
    page::forgotten(&server, &shown)
}

/// Counts the asking, and answers. Where a count is full, nothing more happens, and the answer is the same.
pub(super) async fn ask(
    State(server): State<Server>,
    Whence(place): Whence,
    KnownBrowser(browser): KnownBrowser,
    Fields(typed): Fields<Asked>,
) -> Result<Response, Problem> {
    if !is_sent_or_shown(server.settings()) {
        return Ok(page::forgotten(&server, &Forgotten::NoMail));
    }
    let Some(email) = Email::known(&typed.email) else {
        return Ok(page::forgotten(&server, &Forgotten::Ask { email: typed.email, wrong: true }));
    };
    let guesser = asker(&server, &email, browser.as_ref(), &place).await?;
    let counts = counts(&server, &email, &guesser)?;
    if server.accounts().claim_password_link(&counts, server.now()).await? {
        mail_afterwards(&server, email, place);
    }
    Ok(see_other(ASKED))
}

/// Who asks, as far as it is counted: a browser in which the password was given before, or a stranger. Only with a browser that
/// says so something is looked up, whether or not there is an account.
async fn asker(
    server: &Server,
    email: &Email,
    browser: Option<&SessionToken>,
    place: &Place,
) -> Result<Guesser, Fault> {
    let account = match browser {
        Some(_) => server.accounts().account_by_email(email).await?,
        None => None,
    };
    Ok(known_browser::guesser(server.keys(), browser, account.as_ref(), place, server.now())?)
}

fn counts(server: &Server, email: &Email, by: &Guesser) -> Result<LinkCounts, Fault> {
    let (keys, address) = (server.keys(), Email::counted_as(email.as_str()));
    // The scope first, which no address begins with: its letter and its length tell where it ends.
    let scope = by.scope();
    let asker =
        [&[u8::try_from(scope.len()).unwrap_or(u8::MAX)], scope.as_slice(), address.as_slice()].concat();
    let digest = |of: &[u8]| keys.digest(keys.oldest(), COUNTER, of).map(|digest| *digest);
    let stranger = match by {
        Guesser::Stranger(network) => Some(network.clone()),
        Guesser::Browser(_) | Guesser::Session(_) => None,
    };
    Ok(LinkCounts { address: digest(&address)?, asker: digest(&asker)?, stranger })
}

/// In its own time: neither this answer nor one that is asked for next says what was found. A server that is told to end
/// waits for it.
fn mail_afterwards(server: &Server, email: Email, place: Place) {
    let (server, under_way) = (server.clone(), server.work().begin());
    let mut random = [0];
    server.entropy().fill(&mut random);
    let pause = Duration::from_millis(4 * u64::from(random[0]));
    tokio::spawn(async move {
        tokio::time::sleep(pause).await;
        if let Err(error) = mail(&server, &email, &place).await {
            tracing::warn!(%error, "a link for a new password was not made");
        }
        drop(under_way);
    });
}

/// Whoever cannot sign in with a password is mailed none: an invitation is sent again by whoever invited.
async fn mail(server: &Server, email: &Email, place: &Place) -> Result<(), Fault> {
    let account = server.accounts().account_by_email(email).await?;
    let Some(account) = account.filter(Account::is_active) else { return Ok(()) };
    let kind = EventKind::PasswordLinkMade;
    let event = Event::new(kind, &account.user, place, server.now(), server.entropy());
    let (_, new) = link::for_password(server, &account.user, event)?;
    server.accounts().mail_password_link(account.id, &new).await?;
    Ok(())
}
