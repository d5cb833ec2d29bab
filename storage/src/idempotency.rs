//! Keys under which a site's server repeats requests.

use crate::backend::Database;
use crate::entity::{OwnedTable, idempotency_key, user_bytes};
use crate::error::{Step, fault, intact, one_row};
use crate::moment;
use crate::transaction::DatabaseTransaction;
use domain::idempotency::KeyHash;
use domain::name::{ClaimId, SiteId, User};
use domain::policy;
use domain::ports::{ClaimState, ClaimedKey, Fingerprint, NewClaim, SettledClaim, StoreError};
use domain::seal::{KeyId, Sealed};
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use idempotency_key::{COLUMN, Column, Entity, Model};

/// A new key is inserted; one whose claim is abandoned or forgotten is taken over, and one of a clock that ran ahead.
pub(crate) async fn claim(tx: &DatabaseTransaction, new: &NewClaim) -> Step {
    let row = to_row(new);
    // No columns: PostgreSQL forgives a conflict of the key that is named only, and of two that race either key may be first.
    let taken = OnConflict::new().do_nothing().to_owned();
    let insert = Entity::insert(row.clone().into_active_model()).on_conflict(taken);
    if insert.exec_without_returning(tx).await? == 1 {
        return Ok(());
    }
    let abandoned =
        Condition::all().add(COLUMN.kept_until.is_null()).add(COLUMN.claimed_at.lt(new.abandoned.millis()));
    let forgotten = COLUMN.claimed_at.lt(new.forgotten.millis());
    let stray = moment::ahead(Column::ClaimedAt, new.at);
    let free = Condition::any().add(forgotten).add(stray).add(abandoned);
    let update = Entity::update_many()
        .col_expr(Column::UserId, Expr::value(row.user_id))
        .col_expr(Column::ClaimId, Expr::value(row.claim_id))
        .col_expr(Column::KeyId, Expr::value(row.key_id))
        .col_expr(Column::Digest, Expr::value(row.digest))
        .col_expr(Column::ClaimedAt, Expr::value(row.claimed_at))
        .col_expr(Column::KeptUntil, Expr::value(row.kept_until))
        .col_expr(Column::Answer, Expr::value(row.answer))
        .filter(this(new.user.site, new.key))
        .filter(free);
    one_row(update.exec(tx).await?.rows_affected)
}

pub(crate) async fn find(
    db: &Database,
    site: SiteId,
    key: KeyHash,
    now: Timestamp,
) -> Result<Option<ClaimedKey>, StoreError> {
    let found = Entity::find().filter(this(site, key)).one(db.reader()).await.map_err(fault)?;
    found.map(|row| intact("idempotency_key", from_row(row, now))).transpose()
}

pub(crate) async fn settle(db: &Database, settled: &SettledClaim) -> Result<bool, StoreError> {
    let update = Entity::update_many()
        .col_expr(Column::KeptUntil, Expr::value(settled.until.millis()))
        .col_expr(Column::Answer, Expr::value(settled.answer.bytes().to_vec()))
        .filter(unsettled(settled.site, settled.key, settled.claim));
    Ok(db.change(&update).await? == 1)
}

pub(crate) async fn release(
    db: &Database,
    site: SiteId,
    key: KeyHash,
    claim: ClaimId,
) -> Result<bool, StoreError> {
    let delete = Entity::delete_many().filter(unsettled(site, key, claim));
    Ok(db.change(&delete).await? == 1)
}

pub(crate) async fn forget(db: &Database, now: Timestamp) -> Result<u64, StoreError> {
    // Two statements: of two ends of an index in one, a database may make a walk through the table.
    let over = [Column::KeptUntil.lte(now.millis()), Column::KeptUntil.gt(longest_kept(now).millis())];
    let mut forgotten = 0;
    for over in over {
        let update = Entity::update_many()
            .col_expr(Column::Answer, Expr::value(Option::<Vec<u8>>::None))
            .filter(COLUMN.answer.is_not_null())
            .filter(over);
        forgotten += db.change(&update).await?;
    }
    Ok(forgotten)
}

/// Keeps no answer of this user any more, though their keys stay used: one may hold what was ended just now.
pub(crate) async fn spend(tx: &DatabaseTransaction, user: &User) -> Step {
    let update = Entity::update_many()
        .col_expr(Column::Answer, Expr::value(Option::<Vec<u8>>::None))
        .filter(Entity::owned_by(user))
        .filter(COLUMN.answer.is_not_null());
    update.exec(tx).await?;
    Ok(())
}

/// No answer is kept for longer than its key is known.
fn longest_kept(now: Timestamp) -> Timestamp {
    now.horizon() + policy::CLAIM_FORGOTTEN
}

fn this(site: SiteId, key: KeyHash) -> Condition {
    Condition::all().add(COLUMN.site_id.eq(site.uuid())).add(COLUMN.key_hash.eq(key.0.to_vec()))
}

fn unsettled(site: SiteId, key: KeyHash, claim: ClaimId) -> Condition {
    this(site, key).add(COLUMN.claim_id.eq(claim.uuid())).add(COLUMN.kept_until.is_null())
}

fn to_row(new: &NewClaim) -> Model {
    Model {
        site_id: new.user.site.uuid(),
        key_hash: new.key.0.to_vec(),
        user_id: user_bytes(&new.user),
        claim_id: new.claim.uuid(),
        key_id: i64::from(new.fingerprint.key.0),
        digest: new.fingerprint.digest.to_vec(),
        claimed_at: new.at.millis(),
        kept_until: new.answered.as_ref().map(|kept| kept.until.millis()),
        answer: new.answered.as_ref().map(|kept| kept.answer.bytes().to_vec()),
    }
}

fn from_row(row: Model, now: Timestamp) -> Option<ClaimedKey> {
    let state = match (row.kept_until.map(Timestamp::from_millis), row.answer) {
        (None, _) => ClaimState::InFlight,
        (Some(until), Some(answer)) if until.ends_within(policy::CLAIM_FORGOTTEN, now) => {
            ClaimState::Answered(Sealed::from_bytes(answer))
        }
        (Some(_), _) => ClaimState::Spent,
    };
    let key = KeyId(u32::try_from(row.key_id).ok()?);
    let fingerprint = Fingerprint { key, digest: row.digest.as_slice().try_into().ok()? };
    Some(ClaimedKey { claim: ClaimId::from_uuid(row.claim_id), fingerprint, state })
}
