//! `twofold key …`: the API keys by which a site's server speaks.

use super::current::{Changing, current};
use super::{deed, say, site};
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::entropy::OsEntropy;
use anyhow::{Context, bail, ensure};
use clap::{Subcommand, ValueEnum};
use domain::audit::EventKind;
use domain::name::SiteId;
use domain::ports::Clock;
use domain::site::{KeyName, PlainKey, Scope};
use domain::time::Timestamp;
use serde_json::{Value, json};
use storage::Sites;
use storage::site::{ApiKey, SiteProfile};

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Make a key, which is printed once
    Create {
        /// The id of its site
        #[arg(long)]
        site: String,
        /// What it may do
        #[arg(long, value_enum, value_delimiter = ',', required = true)]
        scope: Vec<ScopeName>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List a site's keys, without what makes them keys
    List {
        /// The id of the site
        #[arg(long)]
        site: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Revoke a key: it is refused from the next request on
    Revoke {
        /// The id of its site
        #[arg(long)]
        site: String,
        /// The sixteen digits after `tf_`
        key: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ScopeName {
    /// Open challenges and widgets, answer and redeem
    Verify,
    /// Enroll authenticators without a widget
    Enroll,
    /// See users and the audit log, reset, unlock and erase
    Admin,
    /// See whether a user is protected, and nothing else
    Read,
}

impl Verb {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        match self {
            Self::List { site, json } => {
                let database = current(settings).await?;
                let done = list(&Sites::new(database.clone()), &site, json).await;
                database.close().await;
                done
            }
            Self::Create { site, scope, json } => {
                let changing = Changing::begin(settings).await?;
                let done = create(&Sites::new(changing.database.clone()), &site, &scope, json).await;
                changing.end().await;
                done
            }
            Self::Revoke { site, key, json } => {
                let changing = Changing::begin(settings).await?;
                let done = revoke(&Sites::new(changing.database.clone()), &site, &key, json).await;
                changing.end().await;
                done
            }
        }
    }
}

async fn create(sites: &Sites, id: &str, scopes: &[ScopeName], json: bool) -> anyhow::Result<()> {
    let site = site::find(sites, id).await?;
    // Its users have passwords here: a key would enroll an authenticator without asking for them.
    ensure!(site.id != SiteId::BUILT_IN, "the built-in site has its own sign-in: nobody speaks for it");
    let mut scopes: Vec<Scope> = scopes.iter().copied().map(Scope::from).collect();
    scopes.sort();
    scopes.dedup();
    let key = PlainKey::new(&OsEntropy);
    let event = deed::event(EventKind::KeyMade, "twofold key create", &about(&site, key.name()));
    let stored = sites.create_key(site.id, &key, &scopes, SystemClock::default().now(), event.as_ref()).await;
    stored.context("cannot store the key")?;
    if json { say(json!({ "id": key.name().as_str(), "key": key.expose() })) } else { say(key.expose()) }
}

fn about(site: &SiteProfile, key: &KeyName) -> String {
    format!("{}, tf_{}", site.name.as_str(), key.as_str())
}

async fn list(sites: &Sites, id: &str, json: bool) -> anyhow::Result<()> {
    let site = site::find(sites, id).await?;
    let keys = sites.keys(site.id).await.context("cannot read the keys")?;
    if json {
        return say(Value::Array(keys.iter().map(described).collect()));
    }
    for key in keys {
        let revoked = if key.revoked_at.is_some() { "  revoked" } else { "" };
        say(format_args!("{}  {}{revoked}", key.name.as_str(), scopes(&key).join(",")))?;
    }
    Ok(())
}

async fn revoke(sites: &Sites, id: &str, key: &str, json: bool) -> anyhow::Result<()> {
    let site = site::find(sites, id).await?;
    let key =
        KeyName::parse(key).context("that is not the id of a key: it is the sixteen digits after `tf_`")?;
    let event = deed::event(EventKind::KeyRevoked, "twofold key revoke", &about(&site, &key));
    let revoked = sites.revoke_key(site.id, &key, SystemClock::default().now(), event.as_ref()).await;
    if !revoked.context("cannot revoke the key")? {
        bail!("this site has no such key, or it was revoked before");
    }
    if json { say(json!({ "id": key.as_str() })) } else { say(format_args!("Revoked {}", key.as_str())) }
}

fn described(key: &ApiKey) -> Value {
    json!({
        "id": key.name.as_str(),
        "scopes": scopes(key),
        "created_at": key.created_at.rfc3339(),
        "used_at": key.used_at.map(Timestamp::rfc3339),
        "revoked_at": key.revoked_at.map(Timestamp::rfc3339),
    })
}

fn scopes(key: &ApiKey) -> Vec<&'static str> {
    key.scopes.iter().map(|scope| scope.as_str()).collect()
}

impl From<ScopeName> for Scope {
    fn from(name: ScopeName) -> Self {
        match name {
            ScopeName::Verify => Self::Verify,
            ScopeName::Enroll => Self::Enroll,
            ScopeName::Admin => Self::Admin,
            ScopeName::Read => Self::Read,
        }
    }
}
