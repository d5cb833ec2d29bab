//! `twofold site …`: the sites that embed Twofold.

mod policy;

use super::current::{Changing, current};
use super::{deed, say};
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::entropy::OsEntropy;
use anyhow::{Context, bail, ensure};
use clap::{Args, Subcommand};
use domain::audit::EventKind;
use domain::factor::FactorKind;
use domain::name::{Issuer, Name, SiteId};
use domain::ports::Clock;
use domain::site::{Origin, SitePolicy};
use domain::time::Date;
use policy::Policy;
use serde_json::{Value, json};
use std::io::Write;
use storage::Sites;
use storage::site::SiteProfile;

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Register a site
    Create(NewSite),
    /// List every site
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Change a site: what is not given stays
    Update(ChangedSite),
}

#[derive(Args)]
pub(super) struct NewSite {
    /// What you call it
    #[arg(long)]
    name: String,
    /// What authenticator apps show [default: the name]
    #[arg(long)]
    issuer: Option<String>,
    /// Where its pages may show a widget, `https://shop.example.com` say; once for each origin
    #[arg(long = "origin")]
    origins: Vec<String>,
    #[command(flatten)]
    policy: Policy,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct ChangedSite {
    /// Its id
    id: String,
    /// What you call it
    #[arg(long)]
    name: Option<String>,
    /// What authenticator apps show
    #[arg(long)]
    issuer: Option<String>,
    /// Where its pages may show a widget: these take the place of all before
    #[arg(long = "origin")]
    origins: Vec<String>,
    /// Where its pages may show a widget, beside those before
    #[arg(long = "add-origin", conflicts_with = "origins")]
    more_origins: Vec<String>,
    #[command(flatten)]
    policy: Policy,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Verb {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        match self {
            Self::List { json } => {
                let database = current(settings).await?;
                let done = list(&Sites::new(database.clone()), json).await;
                database.close().await;
                done
            }
            Self::Create(new) => {
                let changing = Changing::begin(settings).await?;
                let done = create(&Sites::new(changing.database.clone()), new).await;
                changing.end().await;
                done
            }
            Self::Update(changed) => {
                let changing = Changing::begin(settings).await?;
                let done = update(&Sites::new(changing.database.clone()), changed).await;
                changing.end().await;
                done
            }
        }
    }
}

async fn create(sites: &Sites, new: NewSite) -> anyhow::Result<()> {
    let now = SystemClock::default().now();
    let profile = SiteProfile {
        id: SiteId::new(now, &OsEntropy),
        name: name(&new.name)?,
        issuer: issuer(new.issuer.as_deref().unwrap_or(&new.name))?,
        origins: origins(&new.origins)?,
        created_at: now,
        policy: new.policy.over(SitePolicy::default(), now)?,
    };
    let event = deed::event(EventKind::SiteAdded, "twofold site create", profile.name.as_str());
    sites.create(&profile, event.as_ref()).await.context("cannot store the site")?;
    if profile.origins.is_empty() {
        // The id goes where a script reads it: this is for the person.
        let _ = writeln!(
            std::io::stderr(),
            "twofold: no page can show a widget yet: `twofold site update {} --add-origin https://…` says where your pages \
             are. (The API works without.)",
            profile.id
        );
    }
    written(&profile, new.json)
}

async fn list(sites: &Sites, json: bool) -> anyhow::Result<()> {
    let all = sites.all().await.context("cannot read the sites")?;
    if json {
        return say(Value::Array(all.iter().map(described).collect()));
    }
    for site in all {
        let origins = site.origins.iter().map(Origin::as_str).collect::<Vec<_>>().join(" ");
        say(format_args!("{}  {}  ({})  {origins}", site.id, site.name.as_str(), site.issuer.as_str()))?;
    }
    Ok(())
}

async fn update(sites: &Sites, changed: ChangedSite) -> anyhow::Result<()> {
    let was = find(sites, &changed.id).await?;
    let mut profile = was.clone();
    ensure!(profile.id != SiteId::BUILT_IN, "the settings of the built-in site stand in the configuration");
    if let Some(text) = &changed.name {
        profile.name = name(text)?;
    }
    if let Some(text) = &changed.issuer {
        profile.issuer = issuer(text)?;
    }
    if !changed.origins.is_empty() {
        profile.origins = origins(&changed.origins)?;
    }
    for origin in origins(&changed.more_origins)? {
        if !profile.origins.contains(&origin) {
            profile.origins.push(origin);
        }
    }
    profile.policy = changed.policy.over(profile.policy, SystemClock::default().now())?;
    let event = deed::event(EventKind::SiteEdited, "twofold site update", profile.name.as_str());
    if !sites.update(&was, &profile, event.as_ref()).await.context("cannot store the site")? {
        bail!("nothing was changed: somebody else changed this site at the same moment. Run it again");
    }
    written(&profile, changed.json)
}

/// The site of this id.
pub(super) async fn find(sites: &Sites, id: &str) -> anyhow::Result<SiteProfile> {
    let id = SiteId::parse(id).context("that is not the id of a site")?;
    sites.find(id).await.context("cannot read the sites")?.context("there is no such site")
}

fn written(profile: &SiteProfile, json: bool) -> anyhow::Result<()> {
    if json { say(json!({ "id": profile.id.to_string() })) } else { say(profile.id) }
}

fn described(site: &SiteProfile) -> Value {
    json!({
        "id": site.id.to_string(),
        "name": site.name.as_str(),
        "issuer": site.issuer.as_str(),
        "origins": site.origins.iter().map(Origin::as_str).collect::<Vec<_>>(),
        "factor_kinds": site.policy.factor_kinds.iter().map(FactorKind::as_str).collect::<Vec<_>>(),
        "trusted_device_days": site.policy.trusted_device_days.days(),
        "requires_two_factor": site.policy.requires_two_factor,
        "required_from": site.policy.required_from.map(|from| Date::of(from).to_string()),
    })
}

fn name(text: &str) -> anyhow::Result<Name> {
    Name::parse(text).context("the name")
}

fn issuer(text: &str) -> anyhow::Result<Issuer> {
    Issuer::parse(text).context("the issuer")
}

fn origins(texts: &[String]) -> anyhow::Result<Vec<Origin>> {
    let origin = |text: &String| {
        Origin::parse(text).with_context(|| {
            format!("{text} is no origin: write `https://host` or `https://host:port`, in lower case, without a path")
        })
    };
    texts.iter().map(origin).collect()
}
