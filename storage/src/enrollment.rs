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
    Acknowledged, Authenticator, ConfirmedFirst, ConfirmedFurther, Consume, Enrollment, EnrollmentState,
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
    let step = confirmed.consume.watermark();
    let here = Condition::any()
        .add(pending().add(of_session(confirmed.session)))
        .add(of_state(EnrollmentState::Confirmed).add(of_session(confirmed.session).not()));
    let place = &confirmed.event.place;
    let update = enrollment::Entity::update_many()
        .col_expr(enrollment::Column::State, Expr::value(state_text(EnrollmentState::Confirmed)))
        .col_expr(enrollment::Column::SessionId, Expr::value(confirmed.session.map(SessionId::uuid)))
        .col_expr(enrollment::Column::ConfirmedAt, Expr::value(at.millis()))
        .col_expr(enrollment::Column::ConfirmedBrowser, Expr::value(place.browser.clone()))
        .col_expr(enrollment::Column::ConfirmedAddress, Expr::value(place.address.clone()))
        .col_expr(enrollment::Column::Watermark, Expr::value(step.number()))
        .col_expr(enrollment::Column::Name, Expr::value(confirmed.name.as_str()))
        .col_expr(enrollment::Column::Codes, Expr::value(confirmed.codes.bytes().to_vec()))
        .col_expr(enrollment::Column::ExpiresAt, Expr::value(confirmed.expires_at.millis()))
        .filter(this(user, *id))
        .filter(running(*at))
        .filter(here);
    let update = match confirmed.consume {
        Consume::Step { .. } => update.filter(enrollment::COLUMN.watermark.lt(step.number())),
        Consume::EmailCode(_) | Consume::Code(_) | Consume::BypassCode(_) => update,
    };
    one_row(update.exec(tx).await?.rows_affected)?;
    wiped(EnrollmentState::Cancelled)
        .filter(enrollment::Entity::owned_by(user))
        .filter(enrollment::COLUMN.state.eq(state_text(EnrollmentState::Confirmed)))
        .filter(enrollment::COLUMN.id.ne(id.uuid()))
        .exec(tx)
        .await?;
    recovery_code::retire_pending(tx, user).await?;
    recovery_code::add_pending(tx, user, &confirmed.code_set, *id, *at).await?;
    session::stands(tx, user, confirmed.by.as_ref()).await?;
    audit::record(tx, &confirmed.event).await
}

pub(crate) async fn confirm_further(tx: &DatabaseTransaction, confirmed: &ConfirmedFurther) -> Step {
    let ConfirmedFurther { user, enrollment: id, at, .. } = confirmed;
    budget::change(tx, user, &confirmed.budget).await?;
    user::change_protected(tx, user).await?;
    // Before the one that is replaced goes: whether it has answered is asked here.
    bypass_code::end_on(tx, user, confirmed.by.as_ref()).await?;
    email_code::consume_first(tx, user, confirmed.consume, *at).await?;
    if let Some(replaced) = confirmed.replaces {
        authenticator::revoke(tx, user, replaced, *at).await?;
    }
    let begun = finish(tx, user, *id, pending(), *at).await?;
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
    let shown = of_state(EnrollmentState::Confirmed).add(of_session(acknowledged.session));
    let confirmed = finish(tx, user, *id, shown, *at).await?;
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
        .filter(unfinished(user))
        .filter(enrollment::COLUMN.session_id.eq(from.uuid()))
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

/// Ends an enrollment and hands out what was sealed in it, which is then wiped. Guards: `is`, not expired.
async fn finish(
    tx: &DatabaseTransaction,
    user: &User,
    id: EnrollmentId,
    is: Condition,
    now: Timestamp,
) -> Step<Enrollment> {
    let update = enrollment::Entity::update_many()
        .col_expr(enrollment::Column::State, Expr::value(state_text(EnrollmentState::Acknowledged)))
        .filter(this(user, id))
        .filter(is)
        .filter(running(now));
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

fn of_state(state: EnrollmentState) -> Condition {
    Condition::all().add(enrollment::COLUMN.state.eq(state_text(state)))
}

fn pending() -> Condition {
    of_state(EnrollmentState::Pending)
}

/// It is this session's. Never null, so that it can be turned round.
fn of_session(session: Option<SessionId>) -> Condition {
    let known = Condition::all().add(enrollment::COLUMN.session_id.is_not_null());
    match session {
        Some(id) => known.add(enrollment::COLUMN.session_id.eq(id.uuid())),
        None => known.not(),
    }
}

fn wiped(state: EnrollmentState) -> UpdateMany<enrollment::Entity> {
    enrollment::Entity::update_many()
        .col_expr(enrollment::Column::State, Expr::value(state_text(state)))
        .col_expr(enrollment::Column::Credential, Expr::value(Vec::<u8>::new()))
        .col_expr(enrollment::Column::Codes, Expr::value(Option::<Vec<u8>>::None))
}
