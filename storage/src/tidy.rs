//! Deleting what is over. What counts on a row being refused never counts on it being deleted.
//!
//! This runs every minute, beside everybody's work, so it reads what is over and not what is not. What is over is old, and the
//! ids of a site are ordered by their moment: a key of both finds the oldest rows. What has no such key has an index on its
//! end. A few at a time are read and deleted by their keys, for which every database takes the key, whatever it
//! guesses of how many are over.

use crate::entity::{
    account_link, challenge, challenge_access, code_set, enrollment, idempotency_key, pending_sign_in,
    session, site, ticket, trusted_device,
};
use crate::error::Step;
use crate::transaction::DatabaseTransaction;
use crate::{bypass_code, email_code, letter_limit, notice, recovery_code};
use domain::name::last_id_of;
use domain::policy;
use domain::session::Home;
use domain::time::Timestamp;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// So many rows go by one statement.
const AT_ONCE: usize = 200;
/// So often it is looked for more, of a site or of all: what is left goes with the next minute, and nobody waits for it.
const ROUNDS: usize = 50;

/// Deletes ceremonies, sessions and links that ended before `before`, the oldest first. Answers how many of them went.
pub(crate) async fn tidy(tx: &DatabaseTransaction, before: Timestamp) -> Step<u64> {
    let expired = before.millis();
    let sites = sites(tx).await?;
    let mut gone = enrollments(tx, &sites, before).await?;
    gone += challenges(tx, &sites, before).await?;
    gone += sessions(tx, &sites, before).await?;
    let links = account_link::Entity::delete_many().filter(account_link::COLUMN.expires_at.lt(expired));
    gone += links.exec(tx).await?.rows_affected;
    let pending =
        pending_sign_in::Entity::delete_many().filter(pending_sign_in::COLUMN.expires_at.lt(expired));
    gone += pending.exec(tx).await?.rows_affected;
    let ticket = (ticket::Column::TokenHash, ticket::Column::ExpiresAt);
    gone += by_token::<ticket::Entity>(tx, ticket, before).await?;
    let access = (challenge_access::Column::TokenHash, challenge_access::Column::ExpiresAt);
    gone += by_token::<challenge_access::Entity>(tx, access, before).await?;
    let keys = idempotency_key::Entity::delete_many().filter(idempotency_key::COLUMN.claimed_at.lt(expired));
    gone += keys.exec(tx).await?.rows_affected;
    gone += devices(tx, before).await?;
    gone += email_code::tidy(tx, &sites, before).await?;
    gone += letter_limit::tidy(tx, before).await?;
    gone += bypass_code::tidy(tx, before).await?;
    Ok(gone + notice::tidy(tx, &sites, before).await?)
}

async fn sites(tx: &DatabaseTransaction) -> Step<Vec<Uuid>> {
    Ok(site::Entity::find().select_only().column(site::Column::Id).into_tuple().all(tx).await?)
}

/// The two columns of a key, site and id.
pub(crate) type Key<E> = (<E as EntityTrait>::Column, <E as EntityTrait>::Column);

/// Deletes what is over of what was made until then, site by site.
pub(crate) async fn made_until<E: EntityTrait>(
    tx: &DatabaseTransaction,
    (sites, key): (&[Uuid], Key<E>),
    until: Timestamp,
    over: &Condition,
) -> Step<u64> {
    let mut gone = 0;
    for site in sites {
        for _ in 0..ROUNDS {
            let ids = oldest::<E>(tx, (*site, key), until, over).await?;
            let found = ids.len();
            if found > 0 {
                let these = E::delete_many().filter(key.0.eq(*site)).filter(key.1.is_in(ids));
                gone += these.exec(tx).await?.rows_affected;
            }
            if found < AT_ONCE {
                break;
            }
        }
    }
    Ok(gone)
}

/// The ids of the oldest of them.
async fn oldest<E: EntityTrait>(
    tx: &DatabaseTransaction,
    (site, key): (Uuid, Key<E>),
    until: Timestamp,
    over: &Condition,
) -> Step<Vec<Uuid>> {
    let found = E::find()
        .select_only()
        .column(key.1)
        .filter(key.0.eq(site))
        .filter(key.1.lte(last_id_of(until)))
        .filter(over.clone())
        .order_by_asc(key.1)
        .limit(AT_ONCE as u64);
    Ok(found.into_tuple().all(tx).await?)
}

/// Deletes what a token stands for that ended before `before`: columns of the token and of the end.
async fn by_token<E: EntityTrait>(
    tx: &DatabaseTransaction,
    (token, end): (E::Column, E::Column),
    before: Timestamp,
) -> Step<u64> {
    let mut gone = 0;
    for _ in 0..ROUNDS {
        let found = E::find().select_only().column(token).filter(end.lt(before.millis()));
        let found = found.order_by_asc(end).limit(AT_ONCE as u64);
        let tokens: Vec<Vec<u8>> = found.into_tuple().all(tx).await?;
        let count = tokens.len();
        if count > 0 {
            gone += E::delete_many().filter(token.is_in(tokens)).exec(tx).await?.rows_affected;
        }
        if count < AT_ONCE {
            break;
        }
    }
    Ok(gone)
}

async fn devices(tx: &DatabaseTransaction, before: Timestamp) -> Step<u64> {
    let key = [trusted_device::Column::SiteId, trusted_device::Column::UserId, trusted_device::Column::Id];
    let mut gone = 0;
    for _ in 0..ROUNDS {
        let over = trusted_device::COLUMN.expires_at.lt(before.millis());
        let found = trusted_device::Entity::find().select_only().columns(key).filter(over);
        let found = found.order_by_asc(trusted_device::Column::ExpiresAt).limit(AT_ONCE as u64);
        let keys: Vec<(Uuid, Vec<u8>, Uuid)> = found.into_tuple().all(tx).await?;
        let count = keys.len();
        if count > 0 {
            let these = Expr::tuple(key.map(Expr::col)).in_tuples(keys);
            gone += trusted_device::Entity::delete_many().filter(these).exec(tx).await?.rows_affected;
        }
        if count < AT_ONCE {
            break;
        }
    }
    Ok(gone)
}

async fn enrollments(tx: &DatabaseTransaction, sites: &[Uuid], before: Timestamp) -> Step<u64> {
    let over = Condition::all().add(enrollment::Column::ExpiresAt.lt(before.millis()));
    let key = (enrollment::Column::SiteId, enrollment::Column::Id);
    let mut gone = 0;
    for site in sites {
        for _ in 0..ROUNDS {
            let ids = oldest::<enrollment::Entity>(tx, (*site, key), before, &over).await?;
            let found = ids.len();
            if found > 0 {
                let these = Condition::all().add(key.0.eq(*site)).add(key.1.is_in(ids));
                gone += delete_enrollments(tx, these).await?;
            }
            if found < AT_ONCE {
                break;
            }
        }
    }
    Ok(gone)
}

/// Recovery codes that were never acknowledged go with their enrollment.
pub(crate) async fn delete_enrollments(tx: &DatabaseTransaction, over: Condition) -> Step<u64> {
    let owner_and_id = [enrollment::Column::SiteId, enrollment::Column::UserId, enrollment::Column::Id];
    let ids = Query::select().columns(owner_and_id).from(enrollment::Entity).cond_where(over.clone()).take();
    let of_enrollment = [code_set::Column::SiteId, code_set::Column::UserId, code_set::Column::EnrollmentId];
    let pending = Condition::all()
        .add(code_set::COLUMN.active.is_null())
        .add(Expr::tuple(of_enrollment.map(Expr::col)).in_subquery(ids));
    recovery_code::retire(tx, pending).await?;
    Ok(enrollment::Entity::delete_many().filter(over).exec(tx).await?.rows_affected)
}

/// A passed challenge is redeemable for longer than an open one takes answers.
async fn challenges(tx: &DatabaseTransaction, sites: &[Uuid], before: Timestamp) -> Step<u64> {
    let redeemable_since = before - policy::CHALLENGE_REDEEMABLE;
    let over = Condition::all()
        .add(challenge::COLUMN.expires_at.lt(before.millis()))
        .add(challenge::COLUMN.opened_at.lt(redeemable_since.millis()));
    let key = (challenge::Column::SiteId, challenge::Column::Id);
    made_until::<challenge::Entity>(tx, (sites, key), redeemable_since, &over).await
}

/// None that was opened within the shorter of the times for which one may rest is over.
async fn sessions(tx: &DatabaseTransaction, sites: &[Uuid], before: Timestamp) -> Step<u64> {
    let key = (session::Column::SiteId, session::Column::Id);
    let rested = Home::Embedded.idle().min(Home::Standalone.idle());
    made_until::<session::Entity>(tx, (sites, key), before - rested, &sessions_over(before)).await
}

fn sessions_over(before: Timestamp) -> Condition {
    [Home::Standalone, Home::Embedded].into_iter().fold(Condition::any(), |any, home| {
        let over = Condition::any()
            .add(session::COLUMN.seen_at.lt((before - home.idle()).millis()))
            .add(session::COLUMN.opened_at.lt((before - home.lifetime()).millis()));
        any.add(Condition::all().add(session::COLUMN.home.eq(home.as_str())).add(over))
    })
}
