//! Sessions. An ended one is deleted; whether one is too old or idle is the core's to say.

use crate::backend::Database;
use crate::entity::{OwnedTable, session, user_bytes};
use crate::error::{Step, Stop, fault, intact, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{audit, authenticator, budget, challenge, embedding, enrollment, user};
use domain::audit::Event;
use domain::name::{ChallengeId, SessionId, SiteId, User, UserId};
use domain::ports::{Grounds, NewSession, OtherSessions, Standing, SteppedUp, StoreError};
use domain::session::{Home, Session, TokenHash};
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, EntityTrait, IntoActiveModel, QueryFilter};

/// Guard: the user's revision as seen. Whoever changes it ends the sessions that are there: either they see this one, or
/// this sees their change.
pub(crate) async fn open(tx: &DatabaseTransaction, new: &NewSession) -> Step {
    match new.unasked_at {
        None => user::since(tx, &new.session.user, new.revision).await?,
        Some(at) => user::since_unasked(tx, &new.session.user, new.revision, at).await?,
    }
    add(tx, new).await
}

/// The same where the user's row is held already.
pub(crate) async fn add(tx: &DatabaseTransaction, new: &NewSession) -> Step {
    insert(tx, new).await?;
    audit::record(tx, &new.event).await
}

/// The same where the log is told of it with other things.
pub(crate) async fn insert(tx: &DatabaseTransaction, new: &NewSession) -> Step {
    let NewSession { session, token, event, .. } = new;
    let row = session::Model {
        site_id: session.user.site.uuid(),
        id: session.id.uuid(),
        user_id: user_bytes(&session.user),
        token_hash: token.0.to_vec(),
        home: session.home.as_str().to_owned(),
        opened_at: session.opened_at.millis(),
        seen_at: session.seen_at.millis(),
        stepped_up_at: session.stepped_up_at.map(Timestamp::millis),
        sign_in_id: session.sign_in.map(ChallengeId::uuid),
        browser: event.place.browser.clone(),
        address: event.place.address.clone(),
    };
    session::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// The bearer is the key: the site is the row's.
pub(crate) async fn find(db: &Database, token: TokenHash) -> Result<Option<Session>, StoreError> {
    let found = session::Entity::find()
        .filter(session::COLUMN.token_hash.eq(token.0.to_vec()))
        .one(db.reader())
        .await
        .map_err(fault)?;
    found.map(|found| intact("session", from_row(&found))).transpose()
}

pub(crate) async fn touch(db: &Database, used: &Session, now: Timestamp) -> Result<bool, StoreError> {
    let update = session::Entity::update_many()
        .col_expr(session::Column::SeenAt, Expr::value(now.millis()))
        .filter(this(&used.user, used.id));
    Ok(db.change(&update).await? == 1)
}

pub(crate) async fn step_up(tx: &DatabaseTransaction, stepped_up: &SteppedUp) -> Step {
    if let Some(spent) = &stepped_up.spent {
        budget::change(tx, &spent.user, &spent.budget).await?;
    }
    user::since(tx, &stepped_up.event.user, stepped_up.revision).await?;
    if let Some(spent) = &stepped_up.spent {
        authenticator::consume(tx, spent).await?;
    }
    let update = session::Entity::update_many()
        .col_expr(session::Column::SteppedUpAt, Expr::value(stepped_up.at.millis()))
        .filter(this(&stepped_up.event.user, stepped_up.session));
    let update = match stepped_up.token {
        Some(token) => update.col_expr(session::Column::TokenHash, Expr::value(token.0.to_vec())),
        None => update,
    };
    one_row(update.exec(tx).await?.rows_affected)?;
    audit::record(tx, &stepped_up.event).await
}

pub(crate) async fn end(tx: &DatabaseTransaction, id: SessionId, event: &Event) -> Step {
    enrollment::cancel_pending_of(tx, &event.user, id).await?;
    let ended = session::Entity::delete_many().filter(this(&event.user, id)).exec(tx).await?;
    one_row(ended.rows_affected)?;
    audit::record(tx, event).await
}

pub(crate) async fn end_all(
    tx: &DatabaseTransaction,
    user: &User,
    but: Option<SessionId>,
    event: &Event,
) -> Step {
    match user::change(tx, user).await {
        Ok(()) | Err(Stop::Guard) => {}
        Err(stop @ (Stop::Authority | Stop::Database(_) | Stop::Corrupt(_))) => return Err(stop),
    }
    end_others(tx, user, but).await?;
    audit::record(tx, event).await
}

/// Guard: the session on whose word a verb acts is not ended, and is not until the commit; and it was proved when it had
/// to be. The last lock of a verb, as whoever ends sessions takes them last. A challenge that has its user enroll stands
/// for a session.
pub(crate) async fn stands(tx: &DatabaseTransaction, user: &User, by: Option<&Standing>) -> Step {
    let Some(by) = by else { return Ok(()) };
    let alive = session::Entity::update_many()
        .col_expr(session::Column::SeenAt, Expr::col(session::Column::SeenAt))
        .filter(this(user, by.session));
    let alive = match by.grounds {
        Grounds::Alive => alive,
        Grounds::Proved { after } => alive.filter(session::COLUMN.stepped_up_at.gt(after.millis())),
        // That the code still allows it is asked where it is used up: [`crate::bypass_code::end_on`].
        Grounds::LetPast { sign_in, .. } => alive.filter(session::COLUMN.sign_in_id.eq(sign_in.uuid())),
    };
    match one_row(alive.exec(tx).await?.rows_affected) {
        Err(Stop::Guard) => challenge::stands(tx, user, by.session).await,
        held @ (Ok(()) | Err(Stop::Authority | Stop::Database(_) | Stop::Corrupt(_))) => held,
    }
}

/// What a change of factors does to the user's other sessions.
pub(crate) async fn unsettle(tx: &DatabaseTransaction, user: &User, others: OtherSessions) -> Step {
    embedding::forget_all(tx, user).await?;
    match others {
        OtherSessions::End { but } => end_others(tx, user, but).await,
        OtherSessions::AskAgain { but } => {
            session::Entity::update_many()
                .col_expr(session::Column::SteppedUpAt, Expr::value(Option::<i64>::None))
                .filter(all_but(user, but))
                .exec(tx)
                .await?;
            Ok(())
        }
    }
}

/// What they began ends with them.
pub(crate) async fn end_others(tx: &DatabaseTransaction, user: &User, but: Option<SessionId>) -> Step {
    enrollment::cancel_pending_but(tx, user, but).await?;
    session::Entity::delete_many().filter(all_but(user, but)).exec(tx).await?;
    Ok(())
}

fn this(user: &User, id: SessionId) -> Condition {
    session::Entity::owned_by(user).add(session::COLUMN.id.eq(id.uuid()))
}

fn all_but(user: &User, but: Option<SessionId>) -> Condition {
    let mine = session::Entity::owned_by(user);
    but.map_or(mine.clone(), |id| mine.add(session::COLUMN.id.ne(id.uuid())))
}

fn from_row(row: &session::Model) -> Option<Session> {
    let id = UserId::parse(str::from_utf8(&row.user_id).ok()?).ok()?;
    Some(Session {
        id: SessionId::from_uuid(row.id),
        user: User { site: SiteId::from_uuid(row.site_id), id },
        home: Home::parse(&row.home)?,
        opened_at: Timestamp::from_millis(row.opened_at),
        seen_at: Timestamp::from_millis(row.seen_at),
        stepped_up_at: row.stepped_up_at.map(Timestamp::from_millis),
        sign_in: row.sign_in_id.map(ChallengeId::from_uuid),
    })
}
