//! What a frame is opened with, and whether it may be: the ticket says for whom, the site says where.

use super::look::look;
use super::notice::Refused;
use crate::hex;
use crate::problem::Problem;
use crate::standalone::field::Typed;
use crate::state::Server;
use app::page::widget::{Closed, Look};
use axum::extract::FromRequestParts;
use domain::TwoFactor;
use domain::error::Fault;
use domain::ports::Ticket;
use domain::site::Origin;
use domain::step_up::Caller;
use domain::ticket::Bearer;
use http::HeaderName;
use http::header::ORIGIN;
use http::request::Parts;
use serde::Deserialize;

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// The fields of the form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opening {
    ticket: Typed,
    origin: String,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    style: String,
    #[serde(default)]
    resume: Option<Typed>,
}

/// A page of a site that may show a frame.
pub(super) struct Host {
    /// Its origin.
    pub(super) origin: Origin,
    /// Every origin of its site.
    pub(super) ancestors: Vec<Origin>,
    /// How the frame looks there.
    pub(super) look: Look,
}

/// A ticket that came from a page of its own site, and was good a moment ago.
pub(super) struct Admissible {
    pub(super) bearer: Bearer,
    pub(super) ticket: Ticket,
    pub(super) host: Host,
}

impl Opening {
    /// Goes on where the widget before this one was, as far as its page kept a resumption, and answers the next one.
    pub(super) async fn resume(&self, two_factor: &TwoFactor, caller: &Caller) -> Result<String, Fault> {
        if let Some(kept) = self.resume.as_ref().and_then(|kept| hex::read(kept.expose())) {
            two_factor.take_over(caller, kept).await?;
        }
        Ok(hex::write(&two_factor.resumption(caller)?))
    }

    /// Finds whose ticket it is and whether this page may open it. Nothing is torn yet.
    pub(super) async fn admissible(&self, server: &Server, sender: &Sender) -> Result<Admissible, Refused> {
        let look = look(server.entropy(), &self.lang, &self.theme, &self.style);
        let bearer = Bearer::parse(self.ticket.expose());
        let found = match &bearer {
            Some(bearer) => server.two_factor().ticket(bearer).await?,
            None => None,
        };
        let Some((bearer, ticket)) = bearer.zip(found) else {
            return Err(Refused::to_all(&look, Closed::Over));
        };
        let site = server.sites().find(ticket.user.site).await?;
        let ancestors = site.map(|site| site.origins).unwrap_or_default();
        let Some(origin) = ancestors.iter().find(|one| sender.may_be(one, &self.origin)).cloned() else {
            return Err(Refused::to_stranger(&look, ticket.user.site, &self.origin));
        };
        let host = Host { origin, ancestors, look };
        if ticket.is_good(server.now()) {
            Ok(Admissible { bearer, ticket, host })
        } else {
            Err(Refused::to(&host, Closed::Over))
        }
    }
}

/// What the browser itself says of who sends the form, and for what. Older ones say less.
pub(super) struct Sender {
    origin: Option<String>,
    in_frame: bool,
}

impl Sender {
    /// Whether the page may be of this origin, which is also what the form says.
    fn may_be(&self, origin: &Origin, said: &str) -> bool {
        let sent = self.origin.as_deref().is_none_or(|sent| sent == origin.as_str());
        said == origin.as_str() && sent && self.in_frame
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Sender {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let said = |name: HeaderName| {
            let value = parts.headers.get(name).map(|value| value.to_str().map(str::to_owned));
            value.transpose().map_err(|_| Problem::Malformed)
        };
        // A page that hides its referrer sends `null`, which says nothing.
        let origin = said(ORIGIN)?.filter(|origin| origin != "null");
        let in_frame = said(SEC_FETCH_DEST)?.is_none_or(|destination| destination == "iframe");
        Ok(Self { origin, in_frame })
    }
}
