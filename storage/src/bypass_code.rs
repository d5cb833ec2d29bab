//! Bypass codes: issued under the user's lock, used up under their guard.

use crate::backend::Database;
use crate::entity::{OwnedTable, bypass_code, user_bytes};
use crate::error::{Step, fault, intact, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{audit, authenticator, budget, idempotency, user};
use domain::factor::FactorKind;
use domain::factor::bypass_code::BypassDigest;
use domain::name::{BypassCodeId, ChallengeId, User};
use domain::ports::{Grounds, IssuedBypassCode, Standing, StoreError, StoredBypassCode};
use domain::seal::KeyId;
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, ExprTrait, IntoActiveModel, QueryFilter};

/// Whoever issues at the same time, or changes the user's factors, waits for the user's row. Wrong bypass codes are forgiven:
/// somebody who has the password and types twelve characters fifty times must not keep out whom support lets in. What bounds a
/// guesser stays: fifty tries against sixty bits, each time that an administrator acts.
pub(crate) async fn issue(tx: &DatabaseTransaction, issued: &IssuedBypassCode) -> Step {
    let IssuedBypassCode { user, code, event } = issued;
    budget::forgive_kind(tx, user, FactorKind::BypassCode).await?;
    user::lock_protected(tx, user).await?;
    end(tx, user).await?;
    let row = bypass_code::Model {
        site_id: user.site.uuid(),
        user_id: user_bytes(user),
        id: code.id.uuid(),
        key_id: i64::from(code.digest.key.0),
        digest: code.digest.digest.to_vec(),
        expires_at: code.expires_at.millis(),
        used_at: code.used_at.map(Timestamp::millis),
        challenge_id: code.passed.map(ChallengeId::uuid),
    };
    bypass_code::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    audit::record(tx, event).await
}

/// The newest one of the user, used or not.
pub(crate) async fn find(db: &Database, user: &User) -> Result<Option<StoredBypassCode>, StoreError> {
    let found = bypass_code::Entity::find().filter(bypass_code::Entity::owned_by(user));
    let found = found.one(db.reader()).await.map_err(fault)?;
    found.map(|row| code_of(&row)).transpose()
}

/// What this row says.
pub(crate) fn code_of(row: &bypass_code::Model) -> Result<StoredBypassCode, StoreError> {
    intact("bypass_code", from_row(row))
}

/// Uses a code up. Guard: it is the user's newest, unused, and its time has come and is not over.
pub(crate) async fn consume(tx: &DatabaseTransaction, user: &User, id: BypassCodeId, now: Timestamp) -> Step {
    idempotency::spend(tx, user).await?;
    let update = bypass_code::Entity::update_many()
        .col_expr(bypass_code::Column::UsedAt, Expr::value(now.millis()))
        .filter(bypass_code::Entity::owned_by(user))
        .filter(bypass_code::COLUMN.id.eq(id.uuid()))
        .filter(bypass_code::COLUMN.used_at.is_null())
        .filter(bypass_code::COLUMN.expires_at.gt(now.millis()))
        .filter(bypass_code::COLUMN.id.lte(BypassCodeId::last_of(now.horizon()).uuid()));
    one_row(update.exec(tx).await?.rows_affected)
}

/// Says of the code that was used up just now which challenge it passed.
pub(crate) async fn passed(tx: &DatabaseTransaction, user: &User, challenge: ChallengeId) -> Step {
    let update = bypass_code::Entity::update_many()
        .col_expr(bypass_code::Column::ChallengeId, Expr::value(challenge.uuid()))
        .filter(bypass_code::Entity::owned_by(user));
    one_row(update.exec(tx).await?.rows_affected)
}

/// Leaves none, as every change of factors does. Guard: where the change rests on a code, that it passed the sign-in of whoever
/// asks, and that no authenticator has answered since. So it is good for one change, however many race.
pub(crate) async fn end_on(tx: &DatabaseTransaction, user: &User, by: Option<&Standing>) -> Step {
    let Some(Grounds::LetPast { sign_in, after }) = by.map(|by| by.grounds) else {
        return end(tx, user).await;
    };
    idempotency::spend(tx, user).await?;
    let since = Expr::col((bypass_code::Entity, bypass_code::Column::UsedAt));
    let delete = bypass_code::Entity::delete_many()
        .filter(bypass_code::Entity::owned_by(user))
        .filter(bypass_code::COLUMN.challenge_id.eq(sign_in.uuid()))
        .filter(bypass_code::COLUMN.used_at.gt(after.millis()))
        .filter(Expr::exists(authenticator::answered_since(user, since)).not());
    one_row(delete.exec(tx).await?.rows_affected)
}

/// Leaves none, nor an answer that holds one.
pub(crate) async fn end(tx: &DatabaseTransaction, user: &User) -> Step {
    idempotency::spend(tx, user).await?;
    bypass_code::Entity::delete_many().filter(bypass_code::Entity::owned_by(user)).exec(tx).await?;
    Ok(())
}

/// Deletes what expired before `before`.
pub(crate) async fn tidy(tx: &DatabaseTransaction, before: Timestamp) -> Step<u64> {
    let old = bypass_code::COLUMN.expires_at.lt(before.millis());
    Ok(bypass_code::Entity::delete_many().filter(old).exec(tx).await?.rows_affected)
}

fn from_row(row: &bypass_code::Model) -> Option<StoredBypassCode> {
    let key = KeyId(u32::try_from(row.key_id).ok()?);
    Some(StoredBypassCode {
        id: BypassCodeId::from_uuid(row.id),
        digest: BypassDigest { key, digest: row.digest.as_slice().try_into().ok()? },
        expires_at: Timestamp::from_millis(row.expires_at),
        used_at: row.used_at.map(Timestamp::from_millis),
        passed: row.challenge_id.map(ChallengeId::from_uuid),
    })
}
