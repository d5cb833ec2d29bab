//! A site's API keys: making one, which is shown once, and revoking one.

use super::proving::{acting, asked, prove};
use super::{event, find, form, frame, good, path};
use crate::problem::Problem;
use crate::standalone::field::{Fields, Typed};
use crate::standalone::session::see_other;
use crate::standalone::visitor::Administrator;
use crate::state::Server;
use app::page::organization as shown;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::audit::EventKind;
use domain::site::{KeyName, PlainKey, Scope};
use domain::time::Timestamp;
use serde::Deserialize;
use storage::site::{ApiKey, SiteProfile};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyForm {
    verify: Option<String>,
    enroll: Option<String>,
    admin: Option<String>,
    read: Option<String>,
    password: Option<Typed>,
    code: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Revocation {
    password: Option<Typed>,
    code: Option<String>,
}

pub(super) async fn new(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let site = find(&server, &id).await?;
    let proving = asked(&server, &by.caller).await?;
    Ok(good(making(&server, &by, &site, &shown::NewKey::default(), proving)))
}

pub(super) async fn create(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
    Fields(typed): Fields<KeyForm>,
) -> Result<Response, Problem> {
    let (site, scopes) = (find(&server, &id).await?, typed.scopes());
    if scopes.is_empty() {
        let proving = asked(&server, &by.caller).await?;
        let none = shown::NewKey { none: true, ..shown::NewKey::default() };
        let html = making(&server, &by, &site, &none, proving);
        return Ok(form(proving, true, html));
    }
    if let Err(proving) = prove(&server, &by, typed.password.as_ref(), typed.code.as_deref()).await? {
        let scopes = scopes.iter().map(|scope| scope.as_str()).collect();
        let typed = shown::NewKey { scopes, none: false };
        return Ok(form(proving, false, making(&server, &by, &site, &typed, proving)));
    }
    let key = PlainKey::new(server.entropy());
    let event = event(&server, EventKind::KeyMade, &by.caller, &site);
    acting(&server, &by).sites.create_key(site.id, &key, &scopes, server.now(), Some(&event)).await?;
    // In this answer and never again. It is not a redirect: the key would have to be kept somewhere, or stand in a URL.
    let (frame, id) = (frame(&server, &by.account), site.id.to_string());
    let made = shown::made_key(&frame, &id, site.name.as_str(), key.expose());
    Ok(good(made))
}

pub(super) async fn ask(
    State(server): State<Server>,
    by: Administrator,
    Path((site, key)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (site, key) = of_site(&server, &site, &key).await?;
    let proving = asked(&server, &by.caller).await?;
    Ok(good(revoking(&server, &by, &site, &key, proving)))
}

pub(super) async fn revoke(
    State(server): State<Server>,
    by: Administrator,
    Path((site, key)): Path<(String, String)>,
    Fields(typed): Fields<Revocation>,
) -> Result<Response, Problem> {
    let (site, key) = of_site(&server, &site, &key).await?;
    if let Err(proving) = prove(&server, &by, typed.password.as_ref(), typed.code.as_deref()).await? {
        return Ok(form(proving, false, revoking(&server, &by, &site, &key, proving)));
    }
    let event = event(&server, EventKind::KeyRevoked, &by.caller, &site);
    let revoked = acting(&server, &by).sites.revoke_key(site.id, &key, server.now(), Some(&event)).await?;
    // Whoever was quicker stands in the log as the one who did.
    if revoked { Ok(see_other(path(&site, "?revoked"))) } else { Err(Problem::ChangedMeanwhile) }
}

/// A key of this site that is good still. For another there is nothing to be asked.
async fn of_site(server: &Server, site: &str, key: &str) -> Result<(SiteProfile, KeyName), Problem> {
    let site = find(server, site).await?;
    let key = KeyName::parse(key).ok_or(Problem::NotFound)?;
    let keys = server.sites().keys(site.id).await?;
    let good = keys.iter().any(|one| one.name == key && one.revoked_at.is_none());
    if good { Ok((site, key)) } else { Err(Problem::NotFound) }
}

fn making(
    server: &Server,
    by: &Administrator,
    of: &SiteProfile,
    typed: &shown::NewKey,
    proving: shown::Proving,
) -> String {
    shown::new_key(&frame(server, &by.account), &of.id.to_string(), of.name.as_str(), typed, proving)
}

fn revoking(
    server: &Server,
    by: &Administrator,
    of: &SiteProfile,
    key: &KeyName,
    proving: shown::Proving,
) -> String {
    shown::revoke_key(
        &frame(server, &by.account),
        &of.id.to_string(),
        of.name.as_str(),
        key.as_str(),
        proving,
    )
}

/// As the page of its site lists it.
pub(super) fn listed(key: &ApiKey) -> shown::ListedKey {
    shown::ListedKey {
        id: key.name.as_str().to_owned(),
        scopes: key.scopes.iter().map(|scope| scope.as_str()).collect(),
        created_at: key.created_at.millis(),
        used_at: key.used_at.map(Timestamp::millis),
        revoked_at: key.revoked_at.map(Timestamp::millis),
    }
}

impl KeyForm {
    fn scopes(&self) -> Vec<Scope> {
        let chosen = |scope: &Scope| match scope {
            Scope::Verify => self.verify.is_some(),
            Scope::Enroll => self.enroll.is_some(),
            Scope::Admin => self.admin.is_some(),
            Scope::Read => self.read.is_some(),
        };
        Scope::ALL.into_iter().filter(chosen).collect()
    }
}
