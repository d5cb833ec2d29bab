//! Answering: credentials, challenges, and switching two-factor authentication off.

use crate::backend::{Database, Message, steps};
use crate::bundle::Bundle;
use crate::entity::{OwnedTable, challenge, user_bytes};
use crate::error::{Step, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{
    audit, authenticator, budget, bypass_code, email_code, embedding, enrollment, idempotency, moment,
    recovery_code, session, user,
};
use domain::audit::Event;
use domain::challenge::Remember;
use domain::factor::FactorKind;
use domain::name::{ChallengeId, EmailCodeId, SessionId, User};
use domain::ports::{
    Acknowledged, ChallengeState, Consume, Credentials, NewChallenge, NewClaim, PassedChallenge,
    RedeemedChallenge, RefusedAnswer, StoreError, TurnedOff,
};
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryTrait, UpdateMany};

mod row;
mod seen;

use row::state_text;
pub(crate) use seen::{answering, answering_by_key, find};

/// Two statements (three for recovery codes) and no transaction: should something change in between, the budget is no
/// longer the one that was seen, or the thing to be consumed is gone, and the guards of the answer say so.
pub(crate) async fn credentials(
    db: &Database,
    user: &User,
    kind: FactorKind,
) -> Result<Credentials, StoreError> {
    let (budget, others) = budget::read(db.reader(), user, kind).await?;
    let credentials = Credentials { budget, others, ..Credentials::default() };
    Ok(match kind {
        FactorKind::RecoveryCode => {
            let code_set = recovery_code::active_set(db.reader(), user).await?;
            Credentials { code_set, ..credentials }
        }
        FactorKind::BypassCode => credentials,
        FactorKind::Totp | FactorKind::Email => {
            let mut authenticators = authenticator::active(db.reader(), user).await?;
            authenticators.retain(|authenticator| authenticator.kind == kind);
            Credentials { authenticators, ..credentials }
        }
    })
}

pub(crate) async fn open(db: &Database, new: NewChallenge) -> Result<bool, StoreError> {
    let message = opening(&new);
    match new.under {
        Some(claim) => db.guarded(steps!(tx => open_once(tx, &claim, message))).await,
        None => db.told(message).await,
    }
}

async fn open_once(tx: &DatabaseTransaction, claim: &NewClaim, message: Message) -> Step {
    idempotency::claim(tx, claim).await?;
    message.done(tx).await
}

fn opening(new: &NewChallenge) -> Message {
    let opened = row::write(&new.challenge, user_bytes(&new.challenge.user));
    let opened = challenge::Entity::insert(opened.into_active_model());
    let mut bundle = Bundle::default().add(opened.into_query(), 1);
    if let Some(ticket) = &new.ticket {
        bundle = bundle.add(embedding::new_ticket(ticket).into_query(), 1);
    }
    Message { bundle, events: vec![new.event.clone()] }
}

pub(crate) async fn refuse(db: &Database, refused: RefusedAnswer) -> Result<bool, StoreError> {
    match refused.email_code {
        Some(id) => db.guarded(steps!(tx => refuse_mailed(tx, id, &refused))).await,
        None => db.told(refusing(&refused)).await,
    }
}

async fn refuse_mailed(tx: &DatabaseTransaction, id: EmailCodeId, refused: &RefusedAnswer) -> Step {
    budget::change(tx, &refused.user, &refused.budget).await?;
    email_code::miss(tx, &refused.user, id, refused.at).await?;
    if let Some(missed) = missing(refused) {
        one_row(missed.exec(tx).await?.rows_affected)?;
    }
    audit::record_all(tx, &refused.events.iter().collect::<Vec<_>>()).await
}

fn refusing(refused: &RefusedAnswer) -> Message {
    let mut bundle = budget::bundled(&refused.user, &refused.budget);
    if let Some(missed) = missing(refused) {
        bundle = bundle.change(missed.into_query());
    }
    Message { bundle, events: refused.events.clone() }
}

/// One more wrong answer to the challenge, where there is one.
fn missing(refused: &RefusedAnswer) -> Option<UpdateMany<challenge::Entity>> {
    let one_more = Expr::col(challenge::Column::Failures).add(1);
    let answered = answerable(&refused.user, refused.challenge?, refused.at);
    Some(answered.col_expr(challenge::Column::Failures, one_more))
}

pub(crate) async fn pass(db: &Database, passed: PassedChallenge) -> Result<bool, StoreError> {
    match everyday(&passed) {
        Some(message) => db.told(message).await,
        None => db.guarded(steps!(tx => pass_in_steps(tx, &passed))).await,
    }
}

/// What most sign-ins are, a code of an app that is redeemed with the same call: in one message, guards and order as in
/// [`pass_in_steps`]. `None`: it is more than that.
fn everyday(passed: &PassedChallenge) -> Option<Message> {
    let (spent, redeemed) = (&passed.spent, passed.redeems.as_ref()?);
    let Consume::Step { authenticator, step } = spent.consume else { return None };
    if !lets_in_only(redeemed) {
        return None;
    }
    let bundle = budget::bundled(&spent.user, &spent.budget);
    let bundle = user::hold(bundle, &redeemed.user, redeemed.revision)
        .change(authenticator::stepping(spent, authenticator, step).into_query())
        .change(passing(passed).into_query());
    Some(Message { bundle, events: vec![passed.event.clone(), redeemed.event.clone()] })
}

/// Whether no device and no session is stored with it.
fn lets_in_only(redeemed: &RedeemedChallenge) -> bool {
    redeemed.device.is_none() && redeemed.opens.is_none()
}

async fn pass_in_steps(tx: &DatabaseTransaction, passed: &PassedChallenge) -> Step {
    let spent = &passed.spent;
    budget::change(tx, &spent.user, &spent.budget).await?;
    if let Some(redeemed) = &passed.redeems {
        // Its place in the order of the locks is before whatever answered.
        user::since(tx, &redeemed.user, redeemed.revision).await?;
    }
    authenticator::consume(tx, spent).await?;
    one_row(passing(passed).exec(tx).await?.rows_affected)?;
    if let Consume::BypassCode(_) = spent.consume {
        bypass_code::passed(tx, &spent.user, passed.challenge).await?;
    }
    let mut events = vec![&passed.event];
    if let Some(redeemed) = &passed.redeems {
        events.extend(let_in(tx, redeemed).await?);
    }
    audit::record_all(tx, &events).await
}

/// Passes a challenge, and redeems it where that comes with the answer: then its guards hold, too, for what is written here.
fn passing(passed: &PassedChallenge) -> UpdateMany<challenge::Entity> {
    let PassedChallenge { challenge: id, spent, remember, redeems, event } = passed;
    let update = answerable(&spent.user, *id, spent.at)
        .col_expr(challenge::Column::PassedKind, Expr::value(spent.budget.kind.as_str()))
        .col_expr(challenge::Column::PassedAt, Expr::value(spent.at.millis()))
        .col_expr(challenge::Column::PassedBrowser, Expr::value(event.place.browser.clone()))
        .col_expr(challenge::Column::RemembersDevice, Expr::value(*remember == Remember::Device));
    let Some(redeemed) = redeems else {
        return update.col_expr(challenge::Column::State, text(ChallengeState::Passed));
    };
    let at = || Expr::value(spent.at.millis());
    update
        .col_expr(challenge::Column::State, text(ChallengeState::Redeemed))
        .filter(this(&redeemed.user, redeemed.challenge))
        .filter(at().gt(redeemed.passed_after.millis()))
        .filter(at().lte(redeemed.event.at.horizon().millis()))
        .filter(challenge::COLUMN.revision.eq(redeemed.revision))
}

pub(crate) async fn redeem(db: &Database, redeemed: RedeemedChallenge) -> Result<bool, StoreError> {
    if !lets_in_only(&redeemed) {
        return db.guarded(steps!(tx => redeem_in_steps(tx, &redeemed))).await;
    }
    let bundle = user::hold(Bundle::default(), &redeemed.user, redeemed.revision)
        .change(redeeming(&redeemed).into_query());
    db.told(Message { bundle, events: vec![redeemed.event.clone()] }).await
}

async fn redeem_in_steps(tx: &DatabaseTransaction, redeemed: &RedeemedChallenge) -> Step {
    user::since(tx, &redeemed.user, redeemed.revision).await?;
    one_row(redeeming(redeemed).exec(tx).await?.rows_affected)?;
    let events = let_in(tx, redeemed).await?;
    audit::record_all(tx, &events).await
}

fn redeeming(redeemed: &RedeemedChallenge) -> UpdateMany<challenge::Entity> {
    challenge::Entity::update_many()
        .col_expr(challenge::Column::State, text(ChallengeState::Redeemed))
        .filter(this(&redeemed.user, redeemed.challenge))
        .filter(challenge::COLUMN.state.eq(state_text(ChallengeState::Passed)))
        .filter(challenge::COLUMN.passed_at.gt(redeemed.passed_after.millis()))
        .filter(moment::plausible(challenge::Column::PassedAt, redeemed.event.at))
        .filter(challenge::COLUMN.revision.eq(redeemed.revision))
}

/// The device and the session of a result, and what the log says of it all, in order.
async fn let_in<'r>(tx: &DatabaseTransaction, redeemed: &'r RedeemedChallenge) -> Step<Vec<&'r Event>> {
    let mut events = Vec::new();
    if let Some(device) = &redeemed.device {
        embedding::trust(tx, device).await?;
        events.push(&device.event);
    }
    if let Some(new) = &redeemed.opens {
        session::insert(tx, new).await?;
        events.push(&new.event);
    }
    events.push(&redeemed.event);
    Ok(events)
}

pub(crate) async fn turn_off(tx: &DatabaseTransaction, turned_off: &TurnedOff) -> Step {
    let spent = &turned_off.spent;
    budget::change(tx, &spent.user, &spent.budget).await?;
    user::unprotect(tx, &spent.user).await?;
    authenticator::consume(tx, spent).await?;
    switch_off(tx, &spent.user, spent.at).await?;
    session::stands(tx, &spent.user, turned_off.by.as_ref()).await?;
    session::unsettle(tx, &spent.user, turned_off.others).await?;
    audit::record(tx, &turned_off.event).await
}

/// Leaves nothing that answers, and nothing to be answered.
pub(crate) async fn switch_off(tx: &DatabaseTransaction, user: &User, now: Timestamp) -> Step {
    authenticator::revoke_all(tx, user, now).await?;
    recovery_code::retire_all(tx, user).await?;
    bypass_code::end(tx, user).await?;
    enrollment::cancel_all(tx, user).await?;
    email_code::end_all(tx, user).await?;
    cancel_all(tx, user).await
}

/// Passes a challenge that waited for its user to enroll. The acknowledgement tells of it, and has changed the revision by
/// one: the challenge goes on under the new one.
pub(crate) async fn pass_by_enrolling(
    tx: &DatabaseTransaction,
    acknowledged: &Acknowledged,
    id: ChallengeId,
    kind: FactorKind,
) -> Step {
    let browser = acknowledged.events.last().and_then(|event| event.place.browser.clone());
    let next = Expr::col(challenge::Column::Revision).add(1);
    let update = waiting(ChallengeState::Enrolling, &acknowledged.user, id, acknowledged.at)
        .filter(next.clone().in_subquery(user::revision_of(&acknowledged.user)))
        .col_expr(challenge::Column::Revision, next)
        .col_expr(challenge::Column::State, Expr::value(state_text(ChallengeState::Passed)))
        .col_expr(challenge::Column::PassedKind, Expr::value(kind.as_str()))
        .col_expr(challenge::Column::PassedAt, Expr::value(acknowledged.at.millis()))
        .col_expr(challenge::Column::PassedBrowser, Expr::value(browser));
    one_row(update.exec(tx).await?.rows_affected)
}

/// Guard: this is a challenge that has its user enroll.
pub(crate) async fn stands(tx: &DatabaseTransaction, user: &User, id: SessionId) -> Step {
    let update = challenge::Entity::update_many()
        .col_expr(challenge::Column::Failures, Expr::col(challenge::Column::Failures))
        .filter(this(user, ChallengeId::from_uuid(id.uuid())))
        .filter(challenge::COLUMN.state.eq(state_text(ChallengeState::Enrolling)));
    one_row(update.exec(tx).await?.rows_affected)
}

/// Ends every challenge that could still be answered or redeemed.
pub(crate) async fn cancel_all(tx: &DatabaseTransaction, user: &User) -> Step {
    let alive = [ChallengeState::Open, ChallengeState::Enrolling, ChallengeState::Passed].map(state_text);
    challenge::Entity::update_many()
        .col_expr(challenge::Column::State, Expr::value(state_text(ChallengeState::Cancelled)))
        .filter(challenge::Entity::owned_by(user))
        .filter(challenge::COLUMN.state.is_in(alive))
        .exec(tx)
        .await?;
    Ok(())
}

fn text(state: ChallengeState) -> Expr {
    Expr::value(state_text(state))
}

fn this(user: &User, id: ChallengeId) -> Condition {
    challenge::Entity::owned_by(user).add(challenge::COLUMN.id.eq(id.uuid()))
}

fn answerable(user: &User, id: ChallengeId, now: Timestamp) -> UpdateMany<challenge::Entity> {
    waiting(ChallengeState::Open, user, id, now)
        .filter(Expr::col(challenge::Column::Revision).in_subquery(user::revision_of(user)))
}

fn waiting(
    state: ChallengeState,
    user: &User,
    id: ChallengeId,
    now: Timestamp,
) -> UpdateMany<challenge::Entity> {
    challenge::Entity::update_many()
        .filter(this(user, id))
        .filter(challenge::COLUMN.state.eq(state_text(state)))
        .filter(challenge::COLUMN.expires_at.gt(now.millis()))
        .filter(moment::plausible(challenge::Column::OpenedAt, now))
}
