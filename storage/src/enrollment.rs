//! Enrollments: begun, confirmed, acknowledged or given up. What is sealed in one is wiped when it is over.

use crate::backend::Database;
use crate::entity::{OwnedTable, enrollment, user_bytes};
use crate::error::{Step, Stop, fault, intact, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{
    audit, authenticator, budget, bypass_code, challenge, email_code, moment, recovery_code, session, user,
};
use domain::audit::Event;
use domain::factor::FactorKind;
use domain::name::{EnrollmentId, SessionId, User};
use domain::policy;
use domain::ports::{
    Acknowledged, Authenticator, ConfirmedFirst, ConfirmedFurther, Enrollment, EnrollmentState,
    NewEnrollment, StoreError,
};
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, UpdateMany,
};

mod row;

use row::{PENDING_OR_CONFIRMED, state_text};

pub(crate) async fn find(
    db: &Database,
    user: &User,
    id: EnrollmentId,
) -> Result<Option<Enrollment>, StoreError> {
    let found = enrollment::Entity::find().filter(this(user, id)).one(db.reader()).await.map_err(fault)?;
    found.map(|found| intact("enrollment", row::read(found, user))).transpose()
}

pub(crate) async fn live(db: &Database, user: &User, now: Timestamp) -> Result<Vec<Enrollment>, StoreError> {
    let rows = enrollment::Entity::find()
        .filter(unfinished(user))
        .filter(running(now))
        .order_by_desc(enrollment::Column::BegunAt)
        .order_by_desc(enrollment::Column::Id)
        .all(db.reader())
        .await
        .map_err(fault)?;
    rows.into_iter().map(|found| intact("enrollment", row::read(found, user))).collect()
}

/// The user's row is the lock under which the pending ones are counted.
pub(crate) async fn begin(tx: &DatabaseTransaction, new: &NewEnrollment) -> Step {
    let begun = &new.enrollment;
    user::lock(tx, &begun.user).await?;
    let pending = enrollment::Entity::find()
        .filter(enrollment::Entity::owned_by(&begun.user))
        .filter(enrollment::COLUMN.state.eq(state_text(EnrollmentState::Pending)))
        .filter(running(begun.begun_at))
        .count(tx)
        .await?;
    if usize::try_from(pending).map_or(true, |pending| pending >= new.at_once) {
        return Err(Stop::Guard);
    }
    enrollment::Entity::insert(row::write(begun, user_bytes(&begun.user)).into_active_model())
        .exec_without_returning(tx)
        .await?;
    audit::record(tx, &new.event).await
}

pub(crate) async fn confirm_first(tx: &DatabaseTransaction, confirmed: &ConfirmedFirst) -> Step {
    let ConfirmedFirst { user, enrollment: id, at, .. } = confirmed;
    budget::change(tx, user, &confirmed.budget).await?;
    user::lock_unprotected(tx, user).await?;
    email_code::consume_first(tx, user, confirmed.consume, *at).await?;
    let update = moved(EnrollmentState::Pending, EnrollmentState::Confirmed)
        .col_expr(enrollment::Column::Watermark, Expr::value(confirmed.consume.watermark().number()))
        .col_expr(enrollment::Column::Name, Expr::value(confirmed.name.as_str()))
        .col_expr(enrollment::Column::Codes, Expr::value(confirmed.codes.bytes().to_vec()))
        .col_expr(enrollment::Column::ExpiresAt, Expr::value(confirmed.expires_at.millis()))
        .filter(this(user, *id))
        .filter(running(*at));
    one_row(update.exec(tx).await?.rows_affected)?;
    wiped(EnrollmentState::Cancelled)
        .filter(enrollment::Entity::owned_by(user))
        .filter(enrollment::COLUMN.state.eq(state_text(EnrollmentState::Confirmed)))
        .filter(enrollment::COLUMN.id.ne(id.uuid()))
        .exec(tx)
        .await?;
    recovery_code::retire_pending_but(tx, user, *id).await?;
    recovery_code::add_pending(tx, user, &confirmed.code_set, *id, *at).await?;
    session::stands(tx, user, confirmed.by.as_ref()).await?;
    audit::record(tx, &confirmed.event).await
}

pub(crate) async fn confirm_further(tx: &DatabaseTransaction, confirmed: &ConfirmedFurther) -> Step {
    let ConfirmedFurther { user, enrollment: id, at, .. } = confirmed;
    budget::change(tx, user, &confirmed.budget).await?;
    user::change_protected(tx, user).await?;
    email_code::consume_first(tx, user, confirmed.consume, *at).await?;
    if let Some(replaced) = confirmed.replaces {
        authenticator::revoke(tx, user, replaced, *at).await?;
    }
    bypass_code::end(tx, user).await?;
    let begun = finish(tx, user, *id, EnrollmentState::Pending, *at).await?;
    if begun.kind == FactorKind::Email {
        authenticator::none_of(tx, user, begun.kind).await?;
    }
    let (name, watermark) = (confirmed.name.clone(), confirmed.consume.watermark());
    authenticator::add(tx, user, Authenticator { name, watermark, ..bound(begun, *at) }).await?;
    session::stands(tx, user, confirmed.by.as_ref()).await?;
    session::unsettle(tx, user, confirmed.others).await?;
    audit::record(tx, &confirmed.event).await
}

pub(crate) async fn acknowledge(tx: &DatabaseTransaction, acknowledged: &Acknowledged) -> Step {
    let Acknowledged { user, enrollment: id, at, .. } = acknowledged;
    user::protect(tx, user, *at).await?;
    let confirmed = finish(tx, user, *id, EnrollmentState::Confirmed, *at).await?;
    if let Some(id) = acknowledged.passes {
        challenge::pass_by_enrolling(tx, acknowledged, id, confirmed.kind).await?;
    }
    authenticator::add(tx, user, bound(confirmed, *at)).await?;
    recovery_code::activate(tx, user, *id).await?;
    cancel_all(tx, user).await?;
    recovery_code::retire_pending_but(tx, user, *id).await?;
    session::stands(tx, user, acknowledged.by.as_ref()).await?;
    session::unsettle(tx, user, acknowledged.others).await?;
    for event in &acknowledged.events {
        audit::record(tx, event).await?;
    }
    Ok(())
}

/// One statement: of two sessions that take the same over, the second finds nothing.
pub(crate) async fn take_over(
    db: &Database,
    user: &User,
    from: SessionId,
    to: SessionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let update = enrollment::Entity::update_many()
        .col_expr(enrollment::Column::SessionId, Expr::value(to.uuid()))
        .filter(enrollment::Entity::owned_by(user))
        .filter(enrollment::COLUMN.session_id.eq(from.uuid()))
        .filter(enrollment::COLUMN.state.eq(state_text(EnrollmentState::Pending)))
        .filter(running(now));
    db.change(&update).await.map(|_| ())
}

pub(crate) async fn cancel(tx: &DatabaseTransaction, user: &User, id: EnrollmentId, event: &Event) -> Step {
    let update = wiped(EnrollmentState::Cancelled)
        .filter(this(user, id))
        .filter(enrollment::COLUMN.state.is_in(PENDING_OR_CONFIRMED.map(state_text)));
    one_row(update.exec(tx).await?.rows_affected)?;
    recovery_code::retire_pending_of(tx, user, id).await?;
    audit::record(tx, event).await
}

/// Gives up what this session has pending.
pub(crate) async fn cancel_pending_of(tx: &DatabaseTransaction, user: &User, session: SessionId) -> Step {
    let pending = wiped(EnrollmentState::Cancelled)
        .filter(enrollment::Entity::owned_by(user))
        .filter(enrollment::COLUMN.state.eq(state_text(EnrollmentState::Pending)));
    pending.filter(enrollment::COLUMN.session_id.eq(session.uuid())).exec(tx).await?;
    Ok(())
}

/// Gives up what the user's sessions have pending, but this one. What a site's server began is the site's.
pub(crate) async fn cancel_pending_but(
    tx: &DatabaseTransaction,
    user: &User,
    but: Option<SessionId>,
) -> Step {
    let kept = [Some(SessionId::SITE), but].into_iter().flatten().map(SessionId::uuid);
    let pending = wiped(EnrollmentState::Cancelled)
        .filter(enrollment::Entity::owned_by(user))
        .filter(enrollment::COLUMN.state.eq(state_text(EnrollmentState::Pending)));
    pending.filter(enrollment::Column::SessionId.is_not_in(kept)).exec(tx).await?;
    Ok(())
}

/// Gives up every enrollment of the user that is not over.
pub(crate) async fn cancel_all(tx: &DatabaseTransaction, user: &User) -> Step {
    wiped(EnrollmentState::Cancelled).filter(unfinished(user)).exec(tx).await?;
    Ok(())
}

/// Ends an enrollment and hands out what was sealed in it, which is then wiped. Guards: in state `from`, not expired.
async fn finish(
    tx: &DatabaseTransaction,
    user: &User,
    id: EnrollmentId,
    from: EnrollmentState,
    now: Timestamp,
) -> Step<Enrollment> {
    let update = moved(from, EnrollmentState::Acknowledged).filter(this(user, id)).filter(running(now));
    one_row(update.exec(tx).await?.rows_affected)?;
    let found = enrollment::Entity::find().filter(this(user, id)).one(tx).await?.ok_or(Stop::Guard)?;
    wiped(EnrollmentState::Acknowledged).filter(this(user, id)).exec(tx).await?;
    row::read(found, user).ok_or(Stop::Corrupt("enrollment"))
}

/// The authenticator that an enrollment was for.
fn bound(enrollment: Enrollment, now: Timestamp) -> Authenticator {
    Authenticator {
        id: enrollment.authenticator,
        kind: enrollment.kind,
        name: enrollment.name,
        credential: enrollment.credential,
        watermark: enrollment.watermark,
        added_at: now,
        used_at: None,
    }
}

fn this(user: &User, id: EnrollmentId) -> Condition {
    enrollment::Entity::owned_by(user).add(enrollment::COLUMN.id.eq(id.uuid()))
}

/// Its time has come and is not over.
fn running(now: Timestamp) -> Condition {
    moment::ends_within(enrollment::Column::ExpiresAt, policy::ENROLLMENT_CONFIRMED, now)
        .add(moment::plausible(enrollment::Column::BegunAt, now))
}

fn unfinished(user: &User) -> Condition {
    let states = PENDING_OR_CONFIRMED.map(state_text);
    enrollment::Entity::owned_by(user).add(enrollment::COLUMN.state.is_in(states))
}

fn moved(from: EnrollmentState, to: EnrollmentState) -> UpdateMany<enrollment::Entity> {
    enrollment::Entity::update_many()
        .col_expr(enrollment::Column::State, Expr::value(state_text(to)))
        .filter(enrollment::COLUMN.state.eq(state_text(from)))
}

fn wiped(state: EnrollmentState) -> UpdateMany<enrollment::Entity> {
    enrollment::Entity::update_many()
        .col_expr(enrollment::Column::State, Expr::value(state_text(state)))
        .col_expr(enrollment::Column::Credential, Expr::value(Vec::<u8>::new()))
        .col_expr(enrollment::Column::Codes, Expr::value(Option::<Vec<u8>>::None))
}
