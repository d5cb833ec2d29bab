//! `twofold doctor`: looks at a site's page as a browser does, and says what is wrong with it and which line to change.
//!
//! Reading order: [`examine`] (in which order), `page` (the host's page), `server` (this Twofold, as the page reaches it),
//! `key` (what the host's server holds), `session` (`session-url`); `client`, `html` and `csp` are what they read with.

mod client;
mod csp;
mod html;
mod key;
mod page;
mod report;
mod server;
mod session;

use client::{Client, Trouble};
use domain::site::{Origin, PlainKey};
use domain::time::Timestamp;
use http::{HeaderMap, HeaderValue};
pub use report::{Finding, NotChecked, Report};
use std::time::Duration;
use url::Url;

/// Codes are judged by the server's clock: by so much it may differ from the one here.
const CLOCKS_DIFFER: Duration = Duration::from_secs(30);

/// What is to be looked at.
pub struct Examined {
    /// The page that holds an element.
    pub page: Url,
    /// `Cookie` of somebody who is signed in there.
    pub cookie: Option<String>,
    /// `session-url`, where a script makes the element.
    pub session_url: Option<String>,
    /// The key that the site's server holds, and where it calls Twofold.
    pub key: Option<(PlainKey, Option<Url>)>,
    /// The site, as this server's database has it.
    pub site: Option<KnownSite>,
    /// Now, on this machine.
    pub now: Timestamp,
}

/// A site, as far as its page has to know it.
#[derive(Clone, Debug)]
pub struct KnownSite {
    /// Its id.
    pub id: String,
    /// Where its pages may show a widget.
    pub origins: Vec<String>,
}

impl KnownSite {
    /// The same, from the database.
    pub fn new(id: String, origins: &[Origin]) -> Self {
        Self { id, origins: origins.iter().map(|origin| origin.as_str().to_owned()).collect() }
    }
}

/// Looks at everything.
///
/// # Errors
/// What keeps anything at all from being asked.
pub async fn examine(examined: Examined) -> anyhow::Result<Report> {
    let (client, mut report) = (Client::new()?, Report::default());
    let Some(found) = page::look(&client, &examined, &mut report).await else { return Ok(report) };
    let twofold = server::look(&client, &examined, &found, &mut report).await;
    let said = key::look(&client, &examined, twofold.as_ref(), &mut report).await;
    let (known, time) = said.map_or((None, None), |said| (Some(said.site), said.time));
    if let Some(twofold) = &twofold {
        page::policies(&found, twofold, &mut report);
        clock(&examined, time.or(twofold.time), &mut report);
    }
    origin(&found, known.or_else(|| examined.site.clone()), &mut report);
    session::look(&client, &examined, &found, &mut report).await;
    Ok(report)
}

fn origin(page: &page::Found, site: Option<KnownSite>, report: &mut Report) {
    let Some(site) = site else {
        let why = "name the site (--site, beside its database) or give its key (TWOFOLD_KEY)";
        return report.skip("origins", why);
    };
    report.check("origins");
    let origin = page.url.origin().ascii_serialization();
    if !site.origins.contains(&origin) {
        report.find(
            "origin",
            format!("the page's origin, {origin}, is not one of the site's: no widget is shown there"),
            format!("twofold site update {} --add-origin {origin}", site.id),
        );
    }
}

fn clock(examined: &Examined, theirs: Option<Timestamp>, report: &mut Report) {
    let Some(theirs) = theirs else { return report.skip("clock", "Twofold did not say what time it is") };
    report.check("clock");
    let (ahead, behind) = (theirs.since(examined.now), examined.now.since(theirs));
    if ahead.max(behind) > CLOCKS_DIFFER {
        let seconds = ahead.max(behind).as_secs();
        let how = if ahead > behind { "ahead of" } else { "behind" };
        report.find(
            "clock",
            format!("Twofold's clock is {seconds} s {how} the one of this machine: right codes are refused where it is wrong"),
            "timedatectl set-ntp true    # on whichever of the two is wrong",
        );
    }
}

/// The clock of whoever answered.
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(http::header::DATE).and_then(|value: &HeaderValue| value.to_str().ok())?;
    let since = httpdate::parse_http_date(text).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?))
}

/// What keeps somebody from being reached, in words, and the code that it has for `of`.
fn unreached(of: &Url, trouble: Trouble, codes: [&'static str; 2], report: &mut Report) {
    let [unreachable, tls] = codes;
    let host = of.host_str().unwrap_or_default();
    match trouble {
        Trouble::Nobody(why) => report.find(
            unreachable,
            format!("{of} does not answer: {why}"),
            format!("start what listens at {host}:{}, or correct the address", of.port_or_known_default().unwrap_or(0)),
        ),
        Trouble::Tls(why) => report.find(
            tls,
            format!("{of} has no certificate that browsers take: {why}"),
            format!("give the server of {host} a certificate for this very name, with the ones between it and the root"),
        ),
    }
}
