//! `session-url`: asked as the element asks it, by nobody and, with a cookie, by somebody.

use super::client::{Asking, Client, Got};
use super::page::Found;
use super::{Examined, Report, unreached};
use http::Method;
use http::header::{ACCEPT, COOKIE, HeaderName, ORIGIN};
use serde_json::Value;
use url::Url;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// An origin that has no business there.
const FOREIGN: &str = "https://foreign.invalid";

pub(super) async fn look(client: &Client, examined: &Examined, page: &Found, report: &mut Report) {
    for url in &page.session_urls {
        report.check("session-url");
        if url.origin() != page.url.origin() {
            report.find(
                "session_url_foreign",
                format!("{url} is at another origin than the page: the element sends no cookie there"),
                format!(
                    "session-url=\"{}\" at the page's own origin, or the property fetchTicket",
                    url.path()
                ),
            );
            continue;
        }
        let nobody = match client.send(asking(page, url, Method::POST, None)).await {
            Ok(got) => got,
            Err(trouble) => {
                unreached(url, trouble, ["session_url_unreachable", "session_url_tls"], report);
                continue;
            }
        };
        if !asked_by_nobody(url, &nobody, report) {
            continue;
        }
        match &examined.cookie {
            Some(cookie) => asked_by_somebody(client, page, url, cookie, report).await,
            None => report.skip(
                "session-url, signed in",
                "give the cookie of somebody who is signed in: --cookie 'session=…'",
            ),
        }
    }
}

fn asking(page: &Found, url: &Url, method: Method, cookie: Option<&str>) -> Asking {
    let origin = page.url.origin().ascii_serialization();
    let asking = Asking::new(method, url).header(ACCEPT, "application/json").header(ORIGIN, &origin);
    let asking = asking.header(SEC_FETCH_SITE, "same-origin");
    cookie.into_iter().fold(asking, |asking, cookie| asking.header(COOKIE, cookie))
}

/// Whoever is not signed in is refused, and by the session alone. Answers whether there is more to look at.
fn asked_by_nobody(url: &Url, got: &Got, report: &mut Report) -> bool {
    let status = got.status.as_u16();
    if ticket(got).is_some() {
        report.find(
            "session_url_open",
            format!("{url} gives tickets to whoever asks, without a session: anybody opens somebody's Security tab"),
            format!("if nobody is signed in: answer 401 at POST {}", url.path()),
        );
        return false;
    }
    if asks_for_a_token(got) {
        wants_csrf(url, got, report);
        return false;
    }
    if matches!(status, 404 | 405 | 410 | 500..) {
        let route = format!("a route POST {} that answers {{\"ticket\": \"…\"}}", url.path());
        report.find("session_url_status", format!("POST {url} is answered {status}"), route);
        return false;
    }
    kept(url, got, report);
    true
}

async fn asked_by_somebody(client: &Client, page: &Found, url: &Url, cookie: &str, report: &mut Report) {
    let mut tickets = Vec::new();
    for _ in 0..2 {
        let Ok(got) = client.send(asking(page, url, Method::POST, Some(cookie))).await else { return };
        if asks_for_a_token(&got) {
            return wants_csrf(url, &got, report);
        }
        kept(url, &got, report);
        let Some(ticket) = ticket(&got) else {
            let status = got.status.as_u16();
            return report.find(
                "session_url_no_ticket",
                format!("{url} is answered {status} without a ticket, though the cookie says who asks"),
                "response.json({ ticket })    # status 200, application/json; or a cookie of a session that is not over",
            );
        };
        tickets.push(ticket);
    }
    if tickets.first() == tickets.last() {
        report.find(
            "session_url_stale",
            format!("{url} gives the same ticket twice: the second time it opens nothing"),
            "ask Twofold for a ticket at every request, and save the session where it was handed out",
        );
    }
    read_by_others(client, page, url, cookie, report).await;
}

/// Neither a link nor another site gets a ticket.
async fn read_by_others(client: &Client, page: &Found, url: &Url, cookie: &str, report: &mut Report) {
    let linked = client.send(asking(page, url, Method::GET, Some(cookie))).await;
    if linked.is_ok_and(|got| ticket(&got).is_some()) {
        report.find(
            "session_url_get",
            format!("GET {url} gives a ticket, too: what a browser asks for by itself is kept and looked up in advance"),
            format!("POST {} only", url.path()),
        );
    }
    let foreign = asking(page, url, Method::POST, Some(cookie)).header(ORIGIN, FOREIGN);
    let Ok(got) = client.send(foreign.header(SEC_FETCH_SITE, "cross-site")).await else { return };
    let may_read =
        got.header("access-control-allow-origin").is_some_and(|origin| [FOREIGN, "*"].contains(&origin));
    if may_read && got.header("access-control-allow-credentials") == Some("true") {
        report.find(
            "session_url_cors",
            format!("{url} lets the pages of every site read its tickets"),
            "no Access-Control-Allow-Origin there, or that of one origin of yours",
        );
    }
}

/// What a cache keeps is somebody else's, or used.
fn kept(url: &Url, got: &Got, report: &mut Report) {
    let said = got.header("cache-control").unwrap_or_default().to_ascii_lowercase();
    let names = |name: &str| said.split(',').any(|one| one.trim().starts_with(name));
    let is_kept = names("public")
        || ["max-age=", "s-maxage="].iter().any(|name| names(name) && !names(&format!("{name}0")));
    if got.header("age").is_some() || (is_kept && !names("no-store")) {
        report.find(
            "session_url_cached",
            format!("{url} may be kept (`Cache-Control: {said}`): a ticket is good once"),
            "Cache-Control: no-store",
        );
    }
}

/// The ways in which the usual frameworks say that a form has no token.
fn asks_for_a_token(got: &Got) -> bool {
    let refuses = matches!(got.status.as_u16(), 400 | 403 | 419 | 422);
    let body = got.body.to_ascii_lowercase();
    refuses
        && (got.status.as_u16() == 419
            || ["csrf", "xsrf", "authenticity token"].iter().any(|word| body.contains(word)))
}

fn wants_csrf(url: &Url, got: &Got, report: &mut Report) {
    report.find(
        "session_url_csrf",
        format!("{url} is answered {} for want of a CSRF token, which the element does not send", got.status.as_u16()),
        format!("exempt POST {} from CSRF tokens (another site can neither read the answer nor use it), or set fetchTicket", url.path()),
    );
}

fn ticket(got: &Got) -> Option<String> {
    let document: Value = serde_json::from_str(&got.body).ok()?;
    document.get("ticket")?.as_str().filter(|_| got.status.is_success()).map(str::to_owned)
}
