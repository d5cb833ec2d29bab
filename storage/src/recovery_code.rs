//! Recovery codes. A set is pending with its enrollment, then active; a retired one is deleted, hashes and all, so that
//! an answer with one of its codes finds no row to consume however the two race.

use crate::entity::{OwnedTable, code_set, recovery_code, user_bytes};
use crate::error::{Step, fault, intact, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{audit, bypass_code, session, user};
use domain::factor::recovery_code::{HashedCode, Hashing, LOW, PER_SET};
use domain::name::{CodeId, CodeSetId, EnrollmentId, SiteId, User};
use domain::ports::{CodeSet, NewCodeSet, ReplacedCodes, StoreError, StoredCode};
use domain::seal::KeyId;
use domain::time::Timestamp;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

/// The user's active set, with its used codes.
pub(crate) async fn active_set(
    db: &impl ConnectionTrait,
    user: &User,
) -> Result<Option<CodeSet>, StoreError> {
    let set = code_set::Entity::find()
        .filter(code_set::Entity::owned_by(user))
        .filter(code_set::COLUMN.active.eq(true))
        .one(db)
        .await
        .map_err(fault)?;
    let Some(set) = set else { return Ok(None) };
    let codes = recovery_code::Entity::find()
        .filter(recovery_code::Entity::owned_by(user))
        .filter(recovery_code::COLUMN.set_id.eq(set.id))
        .order_by_asc(recovery_code::Column::Id)
        .all(db)
        .await
        .map_err(fault)?;
    set_of(&set, &codes).map(Some)
}

/// What these rows say.
pub(crate) fn set_of(set: &code_set::Model, codes: &[recovery_code::Model]) -> Result<CodeSet, StoreError> {
    intact("code_set", from_rows(set, codes))
}

/// How many codes these users of a site have left, by the bytes of their ids; of whoever has none there is no set.
pub(crate) async fn left_of(
    db: &impl ConnectionTrait,
    site: SiteId,
    users: &[Vec<u8>],
) -> Result<Vec<(Vec<u8>, usize)>, StoreError> {
    let sets = code_set::Entity::find()
        .filter(code_set::COLUMN.site_id.eq(site.uuid()))
        .filter(code_set::Column::UserId.is_in(users.to_vec()))
        .filter(code_set::COLUMN.active.eq(true))
        .all(db)
        .await
        .map_err(fault)?;
    let unused = recovery_code::Entity::find()
        .filter(recovery_code::COLUMN.site_id.eq(site.uuid()))
        .filter(recovery_code::Column::UserId.is_in(users.to_vec()))
        .filter(recovery_code::COLUMN.used_at.is_null())
        .all(db)
        .await
        .map_err(fault)?;
    let left = |set: &code_set::Model| unused.iter().filter(|code| code.set_id == set.id).count();
    Ok(sets.iter().map(|set| (set.user_id.clone(), left(set))).collect())
}

/// The users of a site who have used so many codes that few are left. A retired set is deleted with its used codes.
pub(crate) fn maybe_low(site: SiteId) -> SelectStatement {
    let used = i64::try_from(PER_SET - LOW).unwrap_or(0);
    Query::select()
        .column(recovery_code::Column::UserId)
        .from(recovery_code::Entity)
        .and_where(Expr::col(recovery_code::Column::SiteId).eq(site.uuid()))
        .and_where(Expr::col(recovery_code::Column::UsedAt).is_not_null())
        .group_by_col(recovery_code::Column::UserId)
        .and_having(Expr::col(recovery_code::Column::Id).count().gte(used))
        .take()
}

/// Stores the set that becomes active when this enrollment is acknowledged.
pub(crate) async fn add_pending(
    tx: &DatabaseTransaction,
    user: &User,
    new: &NewCodeSet,
    enrollment: EnrollmentId,
    now: Timestamp,
) -> Step {
    add(tx, user, new, code_set::Model { enrollment_id: Some(enrollment.uuid()), ..set_row(user, new, now) })
        .await
}

async fn add(tx: &DatabaseTransaction, user: &User, new: &NewCodeSet, set: code_set::Model) -> Step {
    code_set::Entity::insert(set.into_active_model()).exec_without_returning(tx).await?;
    let row = |(id, hash): &(CodeId, HashedCode)| recovery_code::Model {
        site_id: user.site.uuid(),
        id: id.uuid(),
        user_id: user_bytes(user),
        set_id: new.id.uuid(),
        hash: hash.bytes().to_vec(),
        used_at: None,
    };
    let codes = new.codes.iter().map(|code| row(code).into_active_model());
    recovery_code::Entity::insert_many(codes).exec_without_returning(tx).await?;
    Ok(())
}

/// Makes the set of this enrollment the active one. Guard: there is one.
pub(crate) async fn activate(tx: &DatabaseTransaction, user: &User, enrollment: EnrollmentId) -> Step {
    let update = code_set::Entity::update_many()
        .col_expr(code_set::Column::Active, Expr::value(true))
        .filter(code_set::Entity::owned_by(user))
        .filter(code_set::COLUMN.enrollment_id.eq(enrollment.uuid()));
    one_row(update.exec(tx).await?.rows_affected)
}

/// Uses a code up. Guard: unused, and of the user's active set.
pub(crate) async fn consume(tx: &DatabaseTransaction, user: &User, id: CodeId, now: Timestamp) -> Step {
    let active = sets_where(code_set::Entity::owned_by(user).add(code_set::COLUMN.active.eq(true)));
    let update = recovery_code::Entity::update_many()
        .col_expr(recovery_code::Column::UsedAt, Expr::value(now.millis()))
        .filter(recovery_code::Entity::owned_by(user))
        .filter(recovery_code::COLUMN.id.eq(id.uuid()))
        .filter(recovery_code::COLUMN.used_at.is_null())
        .filter(recovery_code::Column::SetId.in_subquery(active));
    one_row(update.exec(tx).await?.rows_affected)
}

pub(crate) async fn replace(tx: &DatabaseTransaction, replaced: &ReplacedCodes) -> Step {
    let ReplacedCodes { user, code_set: new, at, .. } = replaced;
    user::change_protected_since(tx, user, replaced.revision).await?;
    retire_of(tx, user, code_set::Entity::owned_by(user).add(code_set::COLUMN.active.eq(true))).await?;
    bypass_code::end(tx, user).await?;
    add(tx, user, new, code_set::Model { active: Some(true), ..set_row(user, new, *at) }).await?;
    session::stands(tx, user, replaced.by.as_ref()).await?;
    session::unsettle(tx, user, replaced.others).await?;
    audit::record(tx, &replaced.event).await
}

/// Deletes every set of the user, active and pending.
pub(crate) async fn retire_all(tx: &DatabaseTransaction, user: &User) -> Step {
    retire_of(tx, user, code_set::Entity::owned_by(user)).await
}

/// Deletes the user's pending sets.
pub(crate) async fn retire_pending(tx: &DatabaseTransaction, user: &User) -> Step {
    retire_of(tx, user, code_set::Entity::owned_by(user).add(code_set::COLUMN.active.is_null())).await
}

/// Deletes the user's pending sets, but the one of this enrollment.
pub(crate) async fn retire_pending_but(tx: &DatabaseTransaction, user: &User, but: EnrollmentId) -> Step {
    let pending = code_set::Entity::owned_by(user).add(code_set::COLUMN.active.is_null());
    retire_of(tx, user, pending.add(code_set::COLUMN.enrollment_id.ne(but.uuid()))).await
}

/// Deletes the pending set of this enrollment.
pub(crate) async fn retire_pending_of(
    tx: &DatabaseTransaction,
    user: &User,
    enrollment: EnrollmentId,
) -> Step {
    let pending = code_set::Entity::owned_by(user).add(code_set::COLUMN.active.is_null());
    retire_of(tx, user, pending.add(code_set::COLUMN.enrollment_id.eq(enrollment.uuid()))).await
}

/// Deletes these sets of the user, codes first: whoever consumes one of them at this moment is waited for. The user stands
/// in the statement of the codes, too: by their sets alone they are found by reading the codes of everybody.
async fn retire_of(tx: &DatabaseTransaction, user: &User, sets: Condition) -> Step {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Entity::owned_by(user))
        .filter(recovery_code::Column::SetId.in_subquery(sets_where(sets.clone())))
        .exec(tx)
        .await?;
    code_set::Entity::delete_many().filter(sets).exec(tx).await?;
    Ok(())
}

/// Deletes these sets of anybody, as tidying does.
pub(crate) async fn retire(tx: &DatabaseTransaction, sets: Condition) -> Step {
    let key = [recovery_code::Column::SiteId, recovery_code::Column::UserId, recovery_code::Column::SetId];
    let of_sets = Query::select()
        .columns([code_set::Column::SiteId, code_set::Column::UserId, code_set::Column::Id])
        .from(code_set::Entity)
        .cond_where(sets.clone())
        .take();
    recovery_code::Entity::delete_many()
        .filter(Expr::tuple(key.map(Expr::col)).in_subquery(of_sets))
        .exec(tx)
        .await?;
    code_set::Entity::delete_many().filter(sets).exec(tx).await?;
    Ok(())
}

fn sets_where(condition: Condition) -> SelectStatement {
    Query::select().column(code_set::Column::Id).from(code_set::Entity).cond_where(condition).take()
}

/// Neither pending nor active yet.
fn set_row(user: &User, new: &NewCodeSet, now: Timestamp) -> code_set::Model {
    code_set::Model {
        site_id: user.site.uuid(),
        id: new.id.uuid(),
        user_id: user_bytes(user),
        salt: new.hashing.salt.to_vec(),
        key_id: i64::from(new.hashing.key.0),
        made_at: now.millis(),
        voided_at: None,
        enrollment_id: None,
        active: None,
    }
}

fn from_rows(set: &code_set::Model, codes: &[recovery_code::Model]) -> Option<CodeSet> {
    let code = |row: &recovery_code::Model| {
        let hash = HashedCode::from_bytes(&row.hash)?;
        Some(StoredCode {
            id: CodeId::from_uuid(row.id),
            hash,
            used_at: row.used_at.map(Timestamp::from_millis),
        })
    };
    let salt = set.salt.as_slice().try_into().ok()?;
    Some(CodeSet {
        id: CodeSetId::from_uuid(set.id),
        hashing: Hashing { salt, key: KeyId(u32::try_from(set.key_id).ok()?) },
        made_at: Timestamp::from_millis(set.made_at),
        voided_at: set.voided_at.map(Timestamp::from_millis),
        codes: codes.iter().map(code).collect::<Option<_>>()?,
    })
}
