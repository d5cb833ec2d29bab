//! The frames' pages, and who may show them.

use super::opening::Host;
use crate::guard::Reach;
use crate::page::assets;
use app::page::widget::{self, Closed, Look, Widget};
use app::view::{ChallengeView, security_view};
use axum::response::{Html, IntoResponse, Response};
use domain::name::ChallengeId;
use domain::overview::Overview;
use domain::site::Origin;
use domain::ticket::Bearer;

pub(super) fn security(host: &Host, bearer: &Bearer, resumption: &str, overview: &Overview) -> Response {
    framed(host, widget::security(&shown_by(host), bearer, resumption, security_view(overview)))
}

pub(super) fn challenge(host: &Host, bearer: &Bearer, id: ChallengeId, view: ChallengeView) -> Response {
    framed(host, widget::challenge(&shown_by(host), bearer, id, view))
}

/// For somebody who passes a challenge by setting a first authenticator up.
pub(super) fn required_enrollment(
    host: &Host,
    bearer: &Bearer,
    resumption: &str,
    id: ChallengeId,
    overview: &Overview,
) -> Response {
    let view = security_view(overview).to_enroll();
    framed(host, widget::required_enrollment(&shown_by(host), bearer, resumption, id, view))
}

/// Why there is no widget, for a page that may know.
pub(super) fn closed(host: &Host, why: Closed) -> Response {
    framed(host, widget::closed(&shown_by(host), why))
}

/// That it is not one of the site's, for the page that says it is of this origin. Any page may show that, and only one of
/// that origin hears it: nothing else is said.
pub(super) fn wrong_origin(look: &Look, said: Option<&str>) -> Response {
    let html = widget::closed(&Widget { assets: assets(), host: said, look }, Closed::WrongOrigin);
    reaching("*".to_owned(), look, html)
}

/// The same where it is not known who may: no page shows it.
pub(super) fn closed_to_all(look: &Look, why: Closed) -> Response {
    let html = widget::closed(&Widget { assets: assets(), host: None, look }, why);
    reaching("'none'".to_owned(), look, html)
}

fn shown_by(host: &Host) -> Widget<'_> {
    Widget { assets: assets(), host: Some(host.origin.as_str()), look: &host.look }
}

fn framed(host: &Host, html: String) -> Response {
    let ancestors: Vec<&str> = host.ancestors.iter().map(Origin::as_str).collect();
    reaching(ancestors.join(" "), &host.look, html)
}

fn reaching(ancestors: String, look: &Look, html: String) -> Response {
    let mut response = Html(html).into_response();
    response.extensions_mut().insert(Reach::Framed { ancestors, nonce: look.nonce.clone() });
    response
}
