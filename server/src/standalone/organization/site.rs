//! Sites: their list, one of them, adding and editing one.

use super::fields::{Read, SiteForm, of_none, of_site, stamp};
use super::key::listed;
use super::proving::{acting, asked, prove};
use super::requirement::demanded;
use super::{event, find, form, frame, good, path};
use crate::problem::Problem;
use crate::standalone::field::Fields;
use crate::standalone::session::see_other;
use crate::standalone::visitor::Administrator;
use crate::state::Server;
use app::page::organization as shown;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::audit::EventKind;
use domain::name::SiteId;
use domain::site::{Origin, SitePolicy};
use http::Uri;
use storage::site::SiteProfile;

pub(super) async fn list(State(server): State<Server>, by: Administrator) -> Result<Response, Problem> {
    let mut all = server.sites().all().await?;
    all.retain(|site| site.id != SiteId::BUILT_IN);
    let sites: Vec<shown::ListedSite> = all
        .iter()
        .map(|site| shown::ListedSite {
            id: site.id.to_string(),
            name: site.name.as_str().to_owned(),
            origins: origins(site),
        })
        .collect();
    Ok(good(shown::sites(&frame(&server, &by.account), &sites)))
}

pub(super) async fn page(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let site = find(&server, &id).await?;
    let notice = match uri.query() {
        Some("added") => Some(shown::Notice::Added),
        Some("saved") => Some(shown::Notice::Saved),
        Some("revoked") => Some(shown::Notice::Revoked),
        Some(_) | None => None,
    };
    let keys = server.sites().keys(site.id).await?;
    let of = shown::Site {
        id: site.id.to_string(),
        name: site.name.as_str().to_owned(),
        issuer: site.issuer.as_str().to_owned(),
        origins: origins(&site),
        trusted_device_days: site.policy.trusted_device_days.days(),
        requirement: demanded(site.policy.demands_from(), server.now()),
        keys: keys.iter().map(listed).collect(),
        notice,
    };
    Ok(good(shown::site(&frame(&server, &by.account), &of)))
}

pub(super) async fn new(State(server): State<Server>, by: Administrator) -> Result<Response, Problem> {
    let (frame, proving) = (frame(&server, &by.account), asked(&server, &by.caller).await?);
    Ok(good(shown::new_site(&frame, &of_none(), &shown::SiteErrors::default(), proving)))
}

pub(super) async fn create(
    State(server): State<Server>,
    by: Administrator,
    Fields(typed): Fields<SiteForm>,
) -> Result<Response, Problem> {
    let frame = frame(&server, &by.account);
    let read = match check(&server, &by, &SitePolicy::default(), &typed).await? {
        Ok(read) => read,
        Err((errors, proving)) => {
            let html = shown::new_site(&frame, &typed.typed(), &errors, proving);
            return Ok(form(proving, !errors.is_empty(), html));
        }
    };
    let id = SiteId::new(server.now(), server.entropy());
    let site = read.onto(id, server.now());
    let event = event(&server, EventKind::SiteAdded, &by.caller, &site);
    acting(&server, &by).sites.create(&site, Some(&event)).await?;
    Ok(see_other(path(&site, "?added")))
}

pub(super) async fn edit(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (site, frame) = (find(&server, &id).await?, frame(&server, &by.account));
    let proving = asked(&server, &by.caller).await?;
    let errors = shown::SiteErrors::default();
    Ok(good(shown::edit_site(&frame, &site.id.to_string(), &of_site(&site), &errors, proving)))
}

pub(super) async fn update(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
    Fields(typed): Fields<SiteForm>,
) -> Result<Response, Problem> {
    let (before, frame) = (find(&server, &id).await?, frame(&server, &by.account));
    if typed.seen.as_ref().is_some_and(|seen| *seen != stamp(&before)) {
        return changed(&server, &by, &before, &typed).await;
    }
    let read = match check(&server, &by, &before.policy, &typed).await? {
        Ok(read) => read,
        Err((errors, proving)) => {
            let html = shown::edit_site(&frame, &before.id.to_string(), &typed.typed(), &errors, proving);
            return Ok(form(proving, !errors.is_empty(), html));
        }
    };
    let site = read.onto(before.id, before.created_at);
    let event = event(&server, EventKind::SiteEdited, &by.caller, &site);
    if acting(&server, &by).sites.update(&before, &site, Some(&event)).await? {
        return Ok(see_other(path(&site, "?saved")));
    }
    changed(&server, &by, &find(&server, &id).await?, &typed).await
}

/// The form again, with what was typed: somebody else has saved this site since it was shown. Sent again, it is saved.
async fn changed(
    server: &Server,
    by: &Administrator,
    now: &SiteProfile,
    typed: &SiteForm,
) -> Result<Response, Problem> {
    let fields = shown::SiteFields { seen: stamp(now), ..typed.typed() };
    let errors = shown::SiteErrors { changed: true, ..shown::SiteErrors::default() };
    let (frame, proving) = (frame(server, &by.account), asked(server, &by.caller).await?);
    let html = shown::edit_site(&frame, &now.id.to_string(), &fields, &errors, proving);
    Ok(form(proving, true, html))
}

/// What was typed comes first: no code is spent on a form that cannot be saved.
async fn check(
    server: &Server,
    by: &Administrator,
    before: &SitePolicy,
    typed: &SiteForm,
) -> Result<Result<Read, (shown::SiteErrors, shown::Proving)>, Problem> {
    let read = match typed.read(before, server.now()) {
        Ok(read) => read,
        Err(errors) => return Ok(Err((*errors, asked(server, &by.caller).await?))),
    };
    let proved = prove(server, by, typed.password.as_ref(), typed.code.as_deref()).await?;
    Ok(proved.map(|()| read).map_err(|proving| (shown::SiteErrors::default(), proving)))
}

fn origins(of: &SiteProfile) -> Vec<String> {
    of.origins.iter().map(Origin::as_str).map(str::to_owned).collect()
}
