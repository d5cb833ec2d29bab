//! Authenticators: reading the active ones, consuming a step of one, and changing them.

use crate::entity::{OwnedTable, authenticator, user_bytes};
use crate::error::{Step, Stop, fault, intact, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{audit, budget, bypass_code, email_code, recovery_code, session, user};
use domain::audit::Event;
use domain::factor::FactorKind;
use domain::name::{AuthenticatorId, Name, User};
use domain::ports::{Authenticator, Consume, RemovedAuthenticator, RenamedAuthenticator, Spent, StoreError};
use domain::seal::Sealed;
use domain::time::{TimeStep, Timestamp};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    UpdateMany,
};

pub(crate) const ACTIVE: &str = "active";
const REVOKED: &str = "revoked";

/// The user's active authenticators, oldest first.
pub(crate) async fn active(db: &impl ConnectionTrait, user: &User) -> Result<Vec<Authenticator>, StoreError> {
    let rows = authenticator::Entity::find()
        .filter(authenticator::Entity::owned_by(user))
        .filter(authenticator::COLUMN.state.eq(ACTIVE))
        .order_by_asc(authenticator::Column::AddedAt)
        .order_by_asc(authenticator::Column::Id)
        .all(db)
        .await
        .map_err(fault)?;
    all_of(&rows)
}

/// What these rows say.
pub(crate) fn all_of(rows: &[authenticator::Model]) -> Result<Vec<Authenticator>, StoreError> {
    rows.iter().map(|row| intact("authenticator", from_row(row.clone()))).collect()
}

/// Stores an authenticator, active at once.
pub(crate) async fn add(tx: &DatabaseTransaction, user: &User, new: Authenticator) -> Step {
    let row = authenticator::Model {
        site_id: user.site.uuid(),
        id: new.id.uuid(),
        user_id: user_bytes(user),
        kind: new.kind.as_str().to_owned(),
        name: new.name.as_str().to_owned(),
        credential: new.credential.bytes().to_vec(),
        state: ACTIVE.to_owned(),
        watermark: new.watermark.number(),
        added_at: new.added_at.millis(),
        used_at: new.used_at.map(Timestamp::millis),
        revoked_at: None,
    };
    authenticator::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// The guards of an answer, in the order of the locks: the budget as seen, then the thing that is used up.
pub(crate) async fn spend(tx: &DatabaseTransaction, spent: &Spent) -> Step {
    budget::change(tx, &spent.user, &spent.budget).await?;
    consume(tx, spent).await
}

/// The one consume statement (docs/ARCHITECTURE.md, rule 1). The key is the authenticator and the step, never the text typed.
pub(crate) async fn consume(tx: &DatabaseTransaction, spent: &Spent) -> Step {
    match spent.consume {
        Consume::Code(id) => recovery_code::consume(tx, &spent.user, id, spent.at).await,
        Consume::BypassCode(id) => bypass_code::consume(tx, &spent.user, id, spent.at).await,
        Consume::EmailCode(id) => email_code::consume(tx, &spent.user, id, spent.at).await,
        Consume::Step { authenticator, step } => {
            one_row(stepping(spent, authenticator, step).exec(tx).await?.rows_affected)
        }
    }
}

/// Takes a step of an authenticator, and with it all before.
pub(crate) fn stepping(
    spent: &Spent,
    authenticator: AuthenticatorId,
    step: TimeStep,
) -> UpdateMany<authenticator::Entity> {
    of_active(&spent.user)
        .col_expr(authenticator::Column::Watermark, Expr::value(step.number()))
        .col_expr(authenticator::Column::UsedAt, Expr::value(spent.at.millis()))
        .filter(authenticator::COLUMN.id.eq(authenticator.uuid()))
        .filter(authenticator::COLUMN.watermark.lt(step.number()))
}

/// Brings watermarks that a clock ahead left down to the highest step of which a code can be right at `now`. Guard: they lie
/// above it. No step that could be answered with until now can be answered with again.
pub(crate) async fn lower_watermarks(tx: &DatabaseTransaction, user: &User, now: Timestamp) -> Step {
    let highest = TimeStep::highest(now).number();
    of_active(user)
        .col_expr(authenticator::Column::Watermark, Expr::value(highest))
        .filter(authenticator::COLUMN.watermark.gt(highest))
        .exec(tx)
        .await?;
    Ok(())
}

/// Revokes one. Guard: it is active.
pub(crate) async fn revoke(
    tx: &DatabaseTransaction,
    user: &User,
    id: AuthenticatorId,
    now: Timestamp,
) -> Step {
    let update = revoked(user, now).filter(authenticator::COLUMN.id.eq(id.uuid()));
    one_row(update.exec(tx).await?.rows_affected)
}

/// Revokes all there are.
pub(crate) async fn revoke_all(tx: &DatabaseTransaction, user: &User, now: Timestamp) -> Step {
    revoked(user, now).exec(tx).await?;
    Ok(())
}

fn revoked(user: &User, now: Timestamp) -> UpdateMany<authenticator::Entity> {
    of_active(user)
        .col_expr(authenticator::Column::State, Expr::value(REVOKED))
        .col_expr(authenticator::Column::Credential, Expr::value(Vec::<u8>::new()))
        .col_expr(authenticator::Column::RevokedAt, Expr::value(now.millis()))
}

fn of_active(user: &User) -> UpdateMany<authenticator::Entity> {
    authenticator::Entity::update_many()
        .filter(authenticator::Entity::owned_by(user))
        .filter(authenticator::COLUMN.state.eq(ACTIVE))
}

/// Guard: it is called as it was seen, so that of two other names at once one is chosen, and the other told so.
pub(crate) async fn rename(tx: &DatabaseTransaction, renamed: &RenamedAuthenticator) -> Step {
    let RenamedAuthenticator { user, authenticator: id, seen, name, by, event } = renamed;
    let update = of_active(user)
        .col_expr(authenticator::Column::Name, Expr::value(name.as_str()))
        .filter(authenticator::COLUMN.id.eq(id.uuid()))
        .filter(authenticator::COLUMN.name.eq(seen.as_str()));
    one_row(update.exec(tx).await?.rows_affected)?;
    session::stands(tx, user, by.as_ref()).await?;
    audit::record(tx, event).await
}

pub(crate) async fn test(tx: &DatabaseTransaction, spent: &Spent, event: &Event) -> Step {
    spend(tx, spent).await?;
    audit::record(tx, event).await
}

pub(crate) async fn remove(tx: &DatabaseTransaction, removed: &RemovedAuthenticator) -> Step {
    user::change_since(tx, &removed.user, removed.revision).await?;
    bypass_code::end_on(tx, &removed.user, removed.by.as_ref()).await?;
    revoke(tx, &removed.user, removed.authenticator, removed.at).await?;
    email_code::end_all(tx, &removed.user).await?;
    session::stands(tx, &removed.user, removed.by.as_ref()).await?;
    session::unsettle(tx, &removed.user, removed.others).await?;
    audit::record(tx, &removed.event).await
}

/// Those of the user's active authenticators that have answered at this moment or later.
pub(crate) fn answered_since(user: &User, since: Expr) -> SelectStatement {
    Query::select()
        .column(authenticator::Column::Id)
        .from(authenticator::Entity)
        .cond_where(authenticator::Entity::owned_by(user))
        .and_where(Expr::col(authenticator::Column::State).eq(ACTIVE))
        .and_where(Expr::col((authenticator::Entity, authenticator::Column::UsedAt)).gte(since))
        .take()
}

/// Guard: the user has no active authenticator of this kind. Whoever asks holds the user's lock.
pub(crate) async fn none_of(tx: &DatabaseTransaction, user: &User, kind: FactorKind) -> Step {
    let found = authenticator::Entity::find()
        .filter(authenticator::Entity::owned_by(user))
        .filter(authenticator::COLUMN.state.eq(ACTIVE))
        .filter(authenticator::COLUMN.kind.eq(kind.as_str()))
        .count(tx)
        .await?;
    if found == 0 { Ok(()) } else { Err(Stop::Guard) }
}

fn from_row(row: authenticator::Model) -> Option<Authenticator> {
    Some(Authenticator {
        id: AuthenticatorId::from_uuid(row.id),
        kind: FactorKind::parse(&row.kind)?,
        name: Name::parse(&row.name).ok()?,
        credential: Sealed::from_bytes(row.credential),
        watermark: TimeStep::from_number(row.watermark),
        added_at: Timestamp::from_millis(row.added_at),
        used_at: row.used_at.map(Timestamp::from_millis),
    })
}
