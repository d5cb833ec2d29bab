//! The host's page: what it embeds, and what its headers let it.

use super::client::{Asking, Client, Got};
use super::csp::{Load, Policy};
use super::html::{Tag, tags};
use super::server::Twofold;
use super::{Examined, Report, unreached};
use domain::site::PlainKey;
use http::header::{ACCEPT, COOKIE};
use http::{HeaderMap, Method};
use url::Url;

const SCRIPT: &[&str] = &["script-src-elem", "script-src", "default-src"];
const FRAME: &[&str] = &["frame-src", "child-src", "default-src"];
const FORM: &[&str] = &["form-action"];
const ASK: &[&str] = &["connect-src", "default-src"];

/// The page, as it came.
pub(super) struct Found {
    pub(super) url: Url,
    headers: HeaderMap,
    /// The tag of `embed.js`, and where it leads.
    pub(super) script: Option<(Tag, Url)>,
    /// Where the elements ask for tickets.
    pub(super) session_urls: Vec<Url>,
    policies: Vec<String>,
}

/// Fetches the page and reads it. `None`: there is nothing to look at.
pub(super) async fn look(client: &Client, examined: &Examined, report: &mut Report) -> Option<Found> {
    report.check("TLS");
    let url = &examined.page;
    if url.scheme() == "http" && !is_local(url) {
        let safe = url.as_str().replacen("http://", "https://", 1);
        report.find(
            "page_insecure",
            format!("{url} is not encrypted: everybody on the way reads the password"),
            format!("serve it as {safe}"),
        );
    }
    let asking = Asking::new(Method::GET, url).header(ACCEPT, "text/html");
    let asking = examined.cookie.iter().fold(asking, |asking, cookie| asking.header(COOKIE, cookie));
    let got = match client.send(asking).await {
        Ok(got) => got,
        Err(trouble) => {
            unreached(url, trouble, ["page_unreachable", "page_tls"], report);
            return None;
        }
    };
    if !got.status.is_success() {
        let to = got.header("location").map(|to| format!(" and leads to {to}")).unwrap_or_default();
        report.find(
            "page_status",
            format!("{url} answers {}{to}: there is no page to look at", got.status.as_u16()),
            "twofold doctor --cookie 'session=…' with the cookie of somebody who is signed in, or the page's own address",
        );
        return None;
    }
    Some(read(examined, got, report))
}

fn read(examined: &Examined, got: Got, report: &mut Report) -> Found {
    let tags = tags(&got.body);
    let base = tags
        .iter()
        .find(|tag| tag.name == "base")
        .and_then(|tag| examined.page.join(tag.attribute("href")?).ok());
    let base = base.unwrap_or_else(|| examined.page.clone());
    report.check("page");
    if holds_a_key(&got.body) {
        report.find(
            "key_in_page",
            "an API key stands in the page: whoever loads it can open challenges in the name of the site",
            "twofold key revoke --site … and call Twofold from your server only, with another key",
        );
    }
    let policies = got.all("content-security-policy").map(str::to_owned);
    let policies = policies.chain(tags.iter().filter_map(policy_in).map(str::to_owned)).collect();
    let session_urls = session_urls(examined, &tags, &base, report);
    let script = tags.into_iter().filter(|tag| tag.name == "script").find_map(|tag| {
        let src = base.join(tag.attribute("src")?).ok()?;
        src.path().ends_with("/embed.js").then_some((tag, src))
    });
    check_script(script.as_ref(), report);
    Found { url: examined.page.clone(), headers: got.headers, script, session_urls, policies }
}

fn policy_in(tag: &Tag) -> Option<&str> {
    let is_policy = tag.attribute("http-equiv")?.eq_ignore_ascii_case("content-security-policy");
    tag.attribute("content").filter(|_| tag.name == "meta" && is_policy)
}

fn holds_a_key(html: &str) -> bool {
    html.match_indices("tf_")
        .any(|(at, _)| html.get(at..at + 84).is_some_and(|text| PlainKey::parse(text).is_some()))
}

fn check_script(script: Option<&(Tag, Url)>, report: &mut Report) {
    match script {
        None => report.find(
            "script_missing",
            "the page does not load embed.js: no element does anything",
            "<script type=\"module\" src=\"https://<your Twofold>/embed.js\"></script>",
        ),
        Some((tag, src)) if tag.attribute("type") != Some("module") => report.find(
            "script_no_module",
            "embed.js is loaded as a plain script, and ends with a syntax error",
            format!("<script type=\"module\" src=\"{src}\"></script>"),
        ),
        Some(_) => {}
    }
}

fn session_urls(examined: &Examined, tags: &[Tag], base: &Url, report: &mut Report) -> Vec<Url> {
    if let Some(said) = &examined.session_url {
        return base.join(said).into_iter().collect();
    }
    let elements: Vec<&Tag> =
        tags.iter().filter(|tag| tag.name == "twofold-security" || tag.name == "twofold-challenge").collect();
    if elements.is_empty() {
        report.find(
            "element_missing",
            "no element of Twofold stands in the page as the server sends it",
            "<twofold-security session-url=\"/my/twofold-session\"></twofold-security>    # or --session-url, where a script makes it",
        );
    }
    let said = elements.iter().filter_map(|tag| base.join(tag.attribute("session-url")?).ok());
    let mut urls: Vec<Url> = said.collect();
    urls.dedup();
    if urls.is_empty() && !elements.is_empty() {
        report.skip("session-url", "the element has none: a ticket, or `fetchTicket`, opens it");
    }
    urls
}

/// What the page's headers let it do.
pub(super) fn policies(page: &Found, twofold: &Twofold, report: &mut Report) {
    report.check("Content-Security-Policy");
    let nonce = page.script.as_ref().and_then(|(tag, _)| tag.attribute("nonce"));
    let frame = twofold.origin.join("/widget/security").unwrap_or_else(|_| twofold.origin.clone());
    let mut loads = vec![
        ("csp_script", "embed.js is not loaded", SCRIPT, &twofold.script),
        ("csp_frame", "the frame stays empty", FRAME, &frame),
        ("csp_form", "the ticket is not sent into the frame", FORM, &frame),
    ];
    loads.extend(page.session_urls.iter().map(|url| ("csp_connect", "session-url is not asked", ASK, url)));
    for policy in &page.policies {
        let policy = Policy::parse(policy);
        for (code, so, directives, url) in &loads {
            let nonce = nonce.filter(|_| *code == "csp_script");
            if let Some(refused) = policy.refuses(&Load { directives, url, page: &page.url, nonce }) {
                let what = format!(
                    "{} of the page's Content-Security-Policy does not name {}: {so}",
                    refused.directive,
                    url.origin().ascii_serialization()
                );
                report.find(code, what, format!("Content-Security-Policy: … {}; …", refused.line));
            }
        }
    }
    permissions(page, twofold, report);
}

/// Copying recovery codes takes a permission that a page passes on to frames.
fn permissions(page: &Found, twofold: &Twofold, report: &mut Report) {
    report.check("Permissions-Policy");
    let origin = twofold.origin.origin().ascii_serialization();
    let headers = page.headers.get_all("permissions-policy").iter().filter_map(|value| value.to_str().ok());
    let directives = headers.flat_map(|header| header.split(','));
    let clipboard =
        directives.filter_map(|directive| directive.trim().strip_prefix("clipboard-write=")).next_back();
    let Some(allowed) = clipboard else { return };
    if !allowed.contains('*') && !allowed.contains(&format!("\"{origin}\"")) {
        report.find(
            "permissions_policy",
            format!("Permissions-Policy keeps {origin} from writing to the clipboard: nobody can copy the recovery codes"),
            format!("Permissions-Policy: clipboard-write=(self \"{origin}\")"),
        );
    }
}

/// Whether only this machine is on the way.
pub(super) fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1" || host == "[::1]"
}
