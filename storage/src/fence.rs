//! Fencing a database that went back in time, before anybody is served from it.
//!
//! A backup knows nothing of what was used up or revoked since. Whatever may have been is ended here, all of it in one
//! transaction with the event that tells so: what is used once, what is borne, and every code that was shown until now. What
//! stays is what a person has or knows: authenticators, passwords, and the counts of wrong answers, which are not loosened.

use crate::backend::{Database, steps};
use crate::entity::{
    account_link, api_key, authenticator, bypass_code, challenge, challenge_access, code_set, email_code,
    event, idempotency_key, pending_sign_in, recovery_code, session, site, ticket, trusted_device,
};
use crate::error::{Step, Stop, fault, intact};
use crate::transaction::DatabaseTransaction;
use crate::{audit, authenticator as authenticators, tidy};
use domain::factor::FactorKind;
use domain::fence::Fenced;
use domain::ports::{Entropy, StoreError};
use domain::site::KeyName;
use domain::time::{TimeStep, Timestamp};
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::sync::Arc;

/// So many names stand in one statement.
const AT_ONCE: usize = 500;

/// What becomes of the API keys: which of them were revoked since cannot be known from the copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    /// None was revoked since.
    Keep,
    /// These were.
    Revoke(Vec<KeyName>),
    /// Any may have been.
    RevokeAll,
}

/// Why a database was not fenced. Nothing in it was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FenceError {
    /// By this clock what was accepted last would be accepted again.
    #[error("the clock of this machine says {}, and this database has an event of {}: set the clock first", now.rfc3339(), newest.rfc3339())]
    ClockBehind {
        /// What the clock says.
        now: Timestamp,
        /// The newest event.
        newest: Timestamp,
    },
    /// The database does not answer, or refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Ends whatever a copy takes for good that may have been used up or revoked since it was made. No server may run: what it
/// accepts beside this is not ended.
///
/// # Errors
/// [`FenceError`], and then nothing was changed.
pub async fn fence(
    db: &Database,
    keys: Keys,
    now: Timestamp,
    entropy: Arc<dyn Entropy>,
) -> Result<Fenced, FenceError> {
    if let Some(newest) = newest_event(db).await?
        && newest > now
    {
        return Err(FenceError::ClockBehind { now, newest });
    }
    let unmarks = db.is_sqlite();
    let done = db.write_at_length(steps!(tx => async move {
        let fenced = end(tx, &keys, now).await?;
        if unmarks {
            tx.execute_unprepared(crate::backend::UNMARKED).await?;
        }
        let event = fenced.event(now, entropy.as_ref()).ok_or(Stop::Corrupt("event"))?;
        audit::record(tx, &event).await?;
        Ok(fenced)
    }));
    Ok(done.await?.unwrap_or_default())
}

/// The API keys of all sites, each with whether it can be used.
///
/// # Errors
/// [`StoreError`] if they could not be read.
pub async fn keys(db: &Database) -> Result<Vec<(KeyName, bool)>, StoreError> {
    let found = api_key::Entity::find().all(db.reader()).await.map_err(fault)?;
    let key = |row: &api_key::Model| Some((KeyName::parse(&row.name)?, row.revoked_at.is_none()));
    found.iter().map(|row| intact("api_key", key(row))).collect()
}

/// When the newest event of any site happened.
async fn newest_event(db: &Database) -> Result<Option<Timestamp>, StoreError> {
    let sites = site::Entity::find().select_only().column(site::Column::Id).into_tuple().all(db.reader());
    let sites: Vec<Uuid> = sites.await.map_err(fault)?;
    let mut newest: Option<i64> = None;
    for site in sites {
        let found = event::Entity::find().select_only().column(event::Column::At);
        let found = found.filter(event::COLUMN.site_id.eq(site)).order_by_desc(event::Column::At).limit(1);
        newest = newest.max(found.into_tuple().one(db.reader()).await.map_err(fault)?);
    }
    Ok(newest.map(Timestamp::from_millis))
}

/// In the order of the locks.
async fn end(tx: &DatabaseTransaction, keys: &Keys, now: Timestamp) -> Step<Fenced> {
    let links = all::<account_link::Entity>(tx).await?;
    let mut ceremonies = all::<pending_sign_in::Entity>(tx).await?;
    let authenticators = raise_watermarks(tx, now).await?;
    ceremonies += all::<email_code::Entity>(tx).await?;
    let code_sets = void_codes(tx, now).await?;
    ceremonies += all::<bypass_code::Entity>(tx).await?;
    ceremonies += tidy::delete_enrollments(tx, Condition::all()).await?;
    ceremonies += all::<challenge::Entity>(tx).await?;
    ceremonies += all::<challenge_access::Entity>(tx).await?;
    ceremonies += all::<ticket::Entity>(tx).await?;
    ceremonies += all::<idempotency_key::Entity>(tx).await?;
    let sessions = all::<session::Entity>(tx).await?;
    let devices = all::<trusted_device::Entity>(tx).await?;
    let keys = revoke_keys(tx, keys, now).await?;
    Ok(Fenced { authenticators, code_sets, sessions, devices, links, ceremonies, keys })
}

async fn all<E: EntityTrait>(tx: &DatabaseTransaction) -> Step<u64> {
    Ok(E::delete_many().exec(tx).await?.rows_affected)
}

/// No code that could be right until now is accepted again: the next one is that of the first step that lies ahead of every
/// phone's. A watermark that is higher already stays.
async fn raise_watermarks(tx: &DatabaseTransaction, now: Timestamp) -> Step<u64> {
    let highest = TimeStep::highest(now).number();
    let update = authenticator::Entity::update_many()
        .col_expr(authenticator::Column::Watermark, Expr::value(highest))
        .filter(authenticator::COLUMN.kind.eq(FactorKind::Totp.as_str()))
        .filter(authenticator::COLUMN.state.eq(authenticators::ACTIVE))
        .filter(authenticator::COLUMN.watermark.lt(highest));
    Ok(update.exec(tx).await?.rows_affected)
}

/// Any of them may have been used since: none is left, and their owners are told to make new ones. Answers how many sets.
async fn void_codes(tx: &DatabaseTransaction, now: Timestamp) -> Step<u64> {
    recovery_code::Entity::update_many()
        .col_expr(recovery_code::Column::UsedAt, Expr::value(now.millis()))
        .filter(recovery_code::COLUMN.used_at.is_null())
        .exec(tx)
        .await?;
    let update = code_set::Entity::update_many()
        .col_expr(code_set::Column::VoidedAt, Expr::value(now.millis()))
        .filter(code_set::COLUMN.active.eq(true));
    Ok(update.exec(tx).await?.rows_affected)
}

async fn revoke_keys(tx: &DatabaseTransaction, keys: &Keys, now: Timestamp) -> Step<u64> {
    match keys {
        Keys::Keep => Ok(0),
        Keys::RevokeAll => revoke(tx, Condition::all(), now).await,
        Keys::Revoke(names) => {
            let mut revoked = 0;
            for some in names.chunks(AT_ONCE) {
                let these = api_key::Column::Name.is_in(some.iter().map(KeyName::as_str));
                revoked += revoke(tx, Condition::all().add(these), now).await?;
            }
            Ok(revoked)
        }
    }
}

async fn revoke(tx: &DatabaseTransaction, these: Condition, now: Timestamp) -> Step<u64> {
    let update = api_key::Entity::update_many()
        .col_expr(api_key::Column::RevokedAt, Expr::value(now.millis()))
        .filter(these)
        .filter(api_key::COLUMN.revoked_at.is_null());
    Ok(update.exec(tx).await?.rows_affected)
}
