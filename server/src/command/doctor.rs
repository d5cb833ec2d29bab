//! `twofold doctor`: what is wrong with a site's page, and which line to change.

use super::current::current;
use super::{say, site};
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::doctor::{Examined, KnownSite, Report, examine};
use anyhow::{Context, ensure};
use clap::Args;
use domain::ports::Clock;
use domain::site::PlainKey;
use std::process::ExitCode;
use storage::Sites;
use url::Url;

#[derive(Args)]
pub(super) struct Flags {
    /// The page with the element, as it stands in the browser's address bar
    url: Url,
    /// The id of its site, where this is typed beside the server's database
    #[arg(long)]
    site: Option<String>,
    /// The cookie of somebody who is signed in there: `session=…`
    #[arg(long)]
    cookie: Option<String>,
    /// `session-url`, where a script makes the element
    #[arg(long)]
    session_url: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Looks, and prints what was found. It fails where there is a mistake.
pub(super) async fn doctor(settings: &Settings, flags: Flags) -> anyhow::Result<ExitCode> {
    let known = known(settings, flags.site.as_deref()).await?;
    ensure!(
        ["http", "https"].contains(&flags.url.scheme()),
        "the page's address begins with http:// or https://"
    );
    let examined = Examined {
        page: flags.url,
        cookie: flags.cookie,
        session_url: flags.session_url,
        key: key()?,
        site: known,
        now: SystemClock::default().now(),
    };
    let report = examine(examined).await?;
    if flags.json {
        say(serde_json::to_string_pretty(&report).context("cannot write the report")?)?;
    } else {
        print(&report)?;
    }
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn known(settings: &Settings, id: Option<&str>) -> anyhow::Result<Option<KnownSite>> {
    let Some(id) = id else { return Ok(None) };
    let database = current(settings).await?;
    let found = site::find(&Sites::new(database.clone()), id).await;
    database.close().await;
    let found = found?;
    Ok(Some(KnownSite::new(found.id.to_string(), &found.origins)))
}

/// The key, and where the site's server calls Twofold: as that server has them.
fn key() -> anyhow::Result<Option<(PlainKey, Option<Url>)>> {
    let said = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let Some(key) = said("TWOFOLD_KEY") else { return Ok(None) };
    let key = PlainKey::parse(&key)
        .context("TWOFOLD_KEY is no whole key: it begins with tf_ and has 84 characters")?;
    let url =
        said("TWOFOLD_URL").map(|url| Url::parse(&url)).transpose().context("TWOFOLD_URL is no address")?;
    Ok(Some((key, url)))
}

fn print(report: &Report) -> anyhow::Result<()> {
    for finding in &report.findings {
        say(format_args!("{}: {}", finding.code, finding.what))?;
        say(format_args!("    {}", finding.change))?;
    }
    for not in &report.not_checked {
        say(format_args!("not checked: {}: {}", not.what, not.why))?;
    }
    let checked = report.checked.join(", ");
    match report.findings.len() {
        0 => say(format_args!("Nothing is wrong with {checked}.")),
        1 => say(format_args!("One mistake. Checked: {checked}.")),
        many => say(format_args!("{many} mistakes. Checked: {checked}.")),
    }
}
