//! Sites and their API keys: what an operator administers. Every query but the list of sites is of one site.

mod change;
mod policy;

use crate::authority::Authority;
use crate::backend::{Database, steps};
use crate::entity::{api_key, site};
use crate::error::{fault, intact};
use crate::{challenge, recovery_code};
use domain::audit::Event;
use domain::factor::FactorKind;
use domain::name::{ChallengeId, Issuer, Name, SiteId};
use domain::ports::{Challenge, Credentials, Site, StoreError};
use domain::session::TokenHash;
use domain::site::{KeyName, Origin, PlainKey, Scope, SiteCaller, SitePolicy};
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Expr, OnConflict};
use sea_orm::{EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use std::time::Duration;

/// How stale a key's last use may become before it is written again: one write a minute, not one a request.
const USED_EVERY: Duration = Duration::from_mins(1);

/// A site that embeds Twofold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteProfile {
    /// Its id.
    pub id: SiteId,
    /// What its operator calls it.
    pub name: Name,
    /// What authenticator apps show.
    pub issuer: Issuer,
    /// Where its pages may show a widget.
    pub origins: Vec<Origin>,
    /// When it was created.
    pub created_at: Timestamp,
    /// What it allows its users and demands of them.
    pub policy: SitePolicy,
}

/// Who asks by a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asking {
    /// A site.
    Known(SiteCaller),
    /// Whoever holds a key that was revoked.
    Revoked,
    /// Whoever sends what is no key: there is none of this name, or its secret is another one.
    Unknown,
}

/// An API key, without what makes it one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its public half.
    pub name: KeyName,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// Sites and keys. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sites {
    db: Database,
}

impl Sites {
    /// The sites of this database.
    #[must_use]
    pub const fn new(db: Database) -> Self {
        Self { db }
    }

    /// The same sites, as this administrator changes them, and nobody else: an error says that they may not any more.
    #[must_use]
    pub fn on_word_of(&self, by: &Authority) -> Self {
        Self { db: self.db.on_word_of(by) }
    }

    /// Stores a new site, and what the log says if somebody signed in asked for it.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn create(&self, new: &SiteProfile, event: Option<&Event>) -> Result<(), StoreError> {
        let (new, event) = (new.clone(), event.cloned());
        self.db.guarded(steps!(tx => change::create(tx, &new, event.as_ref()))).await.map(|_| ())
    }

    /// Gives a site another name, issuer, origins and policy. `false`: it is not what it `was` when that was decided, or there
    /// is no such site; nothing was done.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn update(
        &self,
        was: &SiteProfile,
        profile: &SiteProfile,
        event: Option<&Event>,
    ) -> Result<bool, StoreError> {
        let (was, profile, event) = (was.clone(), profile.clone(), event.cloned());
        self.db.guarded(steps!(tx => change::update(tx, &was, &profile, event.as_ref()))).await
    }

    /// Every site, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] if they could not be read.
    pub async fn all(&self) -> Result<Vec<SiteProfile>, StoreError> {
        let rows = site::Entity::find().order_by_asc(site::Column::CreatedAt).all(self.db.reader()).await;
        rows.map_err(fault)?.into_iter().map(|row| intact("site", from_row(&row))).collect()
    }

    /// The site of this id.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be read.
    pub async fn find(&self, id: SiteId) -> Result<Option<SiteProfile>, StoreError> {
        let row = site::Entity::find_by_id(id.uuid()).one(self.db.reader()).await.map_err(fault)?;
        row.map(|row| intact("site", from_row(&row))).transpose()
    }

    /// Stores a new key of a site.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn create_key(
        &self,
        site: SiteId,
        key: &PlainKey,
        scopes: &[Scope],
        now: Timestamp,
        event: Option<&Event>,
    ) -> Result<(), StoreError> {
        let row = api_key::Model {
            name: key.name().as_str().to_owned(),
            site_id: site.uuid(),
            hash: key.hash().0.to_vec(),
            scopes: scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "),
            created_at: now.millis(),
            used_at: None,
            revoked_at: None,
        };
        let event = event.cloned();
        self.db.guarded(steps!(tx => change::create_key(tx, row, event.as_ref()))).await.map(|_| ())
    }

    /// The keys of a site, oldest first, revoked ones too.
    ///
    /// # Errors
    /// [`StoreError`] if they could not be read.
    pub async fn keys(&self, site: SiteId) -> Result<Vec<ApiKey>, StoreError> {
        let rows = api_key::Entity::find()
            .filter(api_key::COLUMN.site_id.eq(site.uuid()))
            .order_by_asc(api_key::Column::CreatedAt)
            .all(self.db.reader())
            .await;
        rows.map_err(fault)?.into_iter().map(|row| intact("api_key", key_from(&row))).collect()
    }

    /// Revokes a key. It is refused from the next request on, on every replica: nobody remembers keys. `false`: there
    /// is no such key of this site, or it was revoked before.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn revoke_key(
        &self,
        site: SiteId,
        name: &KeyName,
        now: Timestamp,
        event: Option<&Event>,
    ) -> Result<bool, StoreError> {
        let (this, event) = (this(site, name), event.cloned());
        self.db.guarded(steps!(tx => change::revoke_key(tx, this, now, event.as_ref()))).await
    }

    /// Who speaks with this key. That it was revoked is told to whoever holds all of it.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be looked up. The request must then be refused.
    pub async fn caller(&self, key: &PlainKey, now: Timestamp) -> Result<Asking, StoreError> {
        let found = api_key::Entity::find_by_id(key.name().as_str().to_owned());
        let found = found.one(self.db.reader()).await.map_err(fault)?;
        self.judged(found, key, now).await
    }

    /// The same, with the challenge of their site that they answer and what a code of this kind is judged against: what
    /// [`domain::ports::Store::answering`] says, by the same statement.
    ///
    /// # Errors
    /// Those of [`Self::caller`].
    pub async fn caller_who_answers(
        &self,
        key: &PlainKey,
        now: Timestamp,
        id: ChallengeId,
        kind: FactorKind,
    ) -> Result<(Asking, Option<(Challenge, Credentials)>), StoreError> {
        let (row, found) = challenge::answering_by_key(&self.db, key.name(), id, kind).await?.unzip();
        let asking = self.judged(row, key, now).await?;
        let mut found = found.flatten().filter(|_| matches!(asking, Asking::Known(_)));
        if let (FactorKind::RecoveryCode, Some((challenge, seen))) = (kind, &mut found) {
            seen.code_set = recovery_code::active_set(self.db.reader(), &challenge.user).await?;
        }
        Ok((asking, found))
    }

    async fn judged(
        &self,
        found: Option<api_key::Model>,
        key: &PlainKey,
        now: Timestamp,
    ) -> Result<Asking, StoreError> {
        let Some(row) = found else { return Ok(Asking::Unknown) };
        let stored = <[u8; 32]>::try_from(row.hash.as_slice()).ok().map(TokenHash);
        if intact("api_key", stored)? != key.hash() {
            return Ok(Asking::Unknown);
        }
        if row.revoked_at.is_some() {
            return Ok(Asking::Revoked);
        }
        let site = SiteId::from_uuid(row.site_id);
        let known = intact("api_key", key_from(&row))?;
        if known.used_at.is_none_or(|used| !used.lasts(USED_EVERY, now)) {
            self.touch_key(site, &known, now).await?;
        }
        Ok(Asking::Known(SiteCaller { site, key: known.name, scopes: known.scopes }))
    }

    /// Of any number of requests that see it stale at once, one writes.
    async fn touch_key(&self, site: SiteId, seen: &ApiKey, now: Timestamp) -> Result<(), StoreError> {
        let as_seen = match seen.used_at {
            Some(used) => api_key::COLUMN.used_at.eq(used.millis()),
            None => api_key::COLUMN.used_at.is_null(),
        };
        let update = api_key::Entity::update_many()
            .col_expr(api_key::Column::UsedAt, Expr::value(now.millis()))
            .filter(this(site, &seen.name))
            .filter(as_seen);
        self.db.change(&update).await.map(|_| ())
    }
}

/// What the core knows of a site.
pub(crate) async fn of_core(db: &Database, id: SiteId) -> Result<Option<Site>, StoreError> {
    let found = Sites::new(db.clone()).find(id).await?;
    Ok(found.map(|profile| Site { id, issuer: profile.issuer, policy: profile.policy }))
}

/// Makes a site known, called as its issuer is, or gives a known one this issuer and policy.
pub(crate) async fn remember(db: &Database, of: &Site, now: Timestamp) -> Result<(), StoreError> {
    let name = intact("site", Name::parse(of.issuer.as_str()).ok())?;
    let (issuer, policy, origins) = (of.issuer.clone(), of.policy.clone(), Vec::new());
    let profile = SiteProfile { id: of.id, name, issuer, origins, created_at: now, policy };
    let conflict = OnConflict::column(site::Column::Id)
        .update_columns([
            site::Column::Issuer,
            site::Column::FactorKinds,
            site::Column::TrustedDeviceDays,
            site::Column::RequiresTwoFactor,
            site::Column::RequiredFrom,
            site::Column::TellsUsers,
        ])
        .to_owned();
    let insert = site::Entity::insert(to_row(&profile).into_active_model()).on_conflict(conflict);
    db.change(&insert).await.map(|_| ())
}

fn this(site: SiteId, name: &KeyName) -> Condition {
    Condition::all().add(api_key::COLUMN.site_id.eq(site.uuid())).add(api_key::COLUMN.name.eq(name.as_str()))
}

fn to_row(profile: &SiteProfile) -> site::Model {
    site::Model {
        id: profile.id.uuid(),
        issuer: profile.issuer.as_str().to_owned(),
        name: profile.name.as_str().to_owned(),
        origins: profile.origins.iter().map(Origin::as_str).collect::<Vec<_>>().join("\n"),
        created_at: profile.created_at.millis(),
        factor_kinds: policy::kinds_text(&profile.policy.factor_kinds),
        trusted_device_days: i32::from(profile.policy.trusted_device_days.days()),
        requires_two_factor: profile.policy.requires_two_factor,
        required_from: profile.policy.required_from.map(Timestamp::millis),
        tells_users: profile.policy.tells_users,
    }
}

fn from_row(row: &site::Model) -> Option<SiteProfile> {
    Some(SiteProfile {
        id: SiteId::from_uuid(row.id),
        name: Name::parse(&row.name).ok()?,
        issuer: Issuer::parse(&row.issuer).ok()?,
        origins: row.origins.lines().map(|origin| Origin::parse(origin).ok()).collect::<Option<_>>()?,
        created_at: Timestamp::from_millis(row.created_at),
        policy: policy::read(row)?,
    })
}

fn key_from(row: &api_key::Model) -> Option<ApiKey> {
    Some(ApiKey {
        name: KeyName::parse(&row.name)?,
        scopes: row.scopes.split(' ').map(Scope::parse).collect::<Option<_>>()?,
        created_at: Timestamp::from_millis(row.created_at),
        used_at: row.used_at.map(Timestamp::from_millis),
        revoked_at: row.revoked_at.map(Timestamp::from_millis),
    })
}
