//! Codes by mail: made under the user's lock, used up or missed under their guards; and their letters.

use crate::audit;
use crate::backend::Database;
use crate::entity::{OwnedTable, authenticator, email_code, user_bytes};
use crate::error::{Step, Stop, fault, intact, one_row};
use crate::tidy;
use crate::transaction::DatabaseTransaction;
use crate::{letter_limit, moment, user};
use domain::factor::FactorKind;
use domain::factor::email_code::{CodeDigest, EVERY, HOUR, PER_HOUR, TRIES};
use domain::name::{EmailCodeId, User};
use domain::ports::{CodeFor, Consume, MailedCode, NewEmailCode, StoreError};
use domain::seal::KeyId;
use domain::time::Timestamp;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{CaseStatement, Condition, Expr};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, Select,
    UpdateMany,
};
use std::time::Duration;

mod letter;

pub(crate) use letter::{due, settle, take};

const NOTHING: Option<i64> = None;

/// The user's row is the lock under which the codes before are counted and ended.
pub(crate) async fn mail(tx: &DatabaseTransaction, new: &NewEmailCode) -> Step {
    let NewEmailCode { user, code, letter, .. } = new;
    user::lock(tx, user).await?;
    let lately = made_within(user, HOUR, code.made_at).count(tx).await?;
    let alive = email_code::Column::Alive.eq(true);
    let just_now = made_within(user, EVERY, code.made_at).filter(alive).count(tx).await?;
    if just_now > 0 || usize::try_from(lately).map_or(true, |lately| lately >= PER_HOUR) {
        return Err(Stop::Guard);
    }
    letter_limit::claim(tx, &new.counts, code.made_at).await?;
    end_all(tx, user).await?;
    let row = email_code::Model {
        site_id: user.site.uuid(),
        id: code.id.uuid(),
        user_id: user_bytes(user),
        about: code.about.0,
        key_id: i64::from(code.digest.key.0),
        digest: code.digest.digest.to_vec(),
        wrong: 0,
        alive: Some(true),
        letter: Some(letter.bytes().to_vec()),
        made_at: code.made_at.millis(),
        expires_at: code.expires_at.millis(),
        due_at: Some(code.made_at.millis()),
        attempts: 0,
    };
    email_code::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    audit::record(tx, &new.event).await
}

fn made_within(user: &User, span: Duration, now: Timestamp) -> Select<email_code::Entity> {
    email_code::Entity::find()
        .filter(email_code::Entity::owned_by(user))
        .filter(email_code::Column::MadeAt.gt((now - span).millis()))
        .filter(moment::plausible(email_code::Column::MadeAt, now))
}

/// The user's codes made after `since`, newest first.
pub(crate) async fn lately(
    db: &Database,
    user: &User,
    since: Timestamp,
) -> Result<Vec<MailedCode>, StoreError> {
    let rows = email_code::Entity::find()
        .filter(email_code::Entity::owned_by(user))
        .filter(email_code::Column::MadeAt.gt(since.millis()))
        .order_by_desc(email_code::Column::MadeAt)
        .order_by_desc(email_code::Column::Id)
        .all(db.reader())
        .await
        .map_err(fault)?;
    rows.into_iter().map(|row| intact("email_code", from_row(&row))).collect()
}

/// Uses a code up. Guard: it is good still.
pub(crate) async fn consume(tx: &DatabaseTransaction, user: &User, id: EmailCodeId, now: Timestamp) -> Step {
    authenticator::Entity::update_many()
        .col_expr(authenticator::Column::UsedAt, Expr::value(now.millis()))
        .filter(authenticator::Entity::owned_by(user))
        .filter(authenticator::COLUMN.kind.eq(FactorKind::Email.as_str()))
        .filter(authenticator::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    one_row(ended(good(user, id, now)).exec(tx).await?.rows_affected)
}

/// What the code of an enrollment uses up: a mailed one. A step is its enrollment's own.
pub(crate) async fn consume_first(
    tx: &DatabaseTransaction,
    user: &User,
    consume: Consume,
    now: Timestamp,
) -> Step {
    match consume {
        Consume::Step { .. } => Ok(()),
        Consume::EmailCode(id) => self::consume(tx, user, id, now).await,
        Consume::Code(_) | Consume::BypassCode(_) => Err(Stop::Guard),
    }
}

/// Counts a wrong answer to a code; the last one ends it. Guard: it is good still.
pub(crate) async fn miss(tx: &DatabaseTransaction, user: &User, id: EmailCodeId, now: Timestamp) -> Step {
    let wrong = || Expr::col(email_code::Column::Wrong).add(1);
    let survives = CaseStatement::new().case(wrong().lt(tries()), Expr::col(email_code::Column::Alive));
    let update = good(user, id, now)
        .col_expr(email_code::Column::Alive, survives.into())
        .col_expr(email_code::Column::Wrong, wrong());
    one_row(update.exec(tx).await?.rows_affected)
}

/// Leaves none that is good, and no letter of one that would come too late.
pub(crate) async fn end_all(tx: &DatabaseTransaction, user: &User) -> Step {
    let alive = email_code::Entity::update_many()
        .filter(email_code::Entity::owned_by(user))
        .filter(email_code::Column::Alive.eq(true));
    ended(alive).exec(tx).await?;
    Ok(())
}

/// Deletes what does not count any more.
pub(crate) async fn tidy(tx: &DatabaseTransaction, sites: &[Uuid], before: Timestamp) -> Step<u64> {
    let old = Condition::all().add(email_code::Column::ExpiresAt.lt((before - HOUR).millis()));
    let key = (email_code::Column::SiteId, email_code::Column::Id);
    tidy::made_until::<email_code::Entity>(tx, (sites, key), before - HOUR, &old).await
}

fn good(user: &User, id: EmailCodeId, now: Timestamp) -> UpdateMany<email_code::Entity> {
    email_code::Entity::update_many()
        .filter(email_code::Entity::owned_by(user))
        .filter(email_code::Column::Id.eq(id.uuid()))
        .filter(email_code::Column::Alive.eq(true))
        .filter(email_code::Column::Wrong.lt(tries()))
        .filter(email_code::Column::ExpiresAt.gt(now.millis()))
        .filter(moment::plausible(email_code::Column::MadeAt, now))
}

fn ended(update: UpdateMany<email_code::Entity>) -> UpdateMany<email_code::Entity> {
    update
        .col_expr(email_code::Column::Alive, Expr::value(Option::<bool>::None))
        .col_expr(email_code::Column::Letter, Expr::value(Option::<Vec<u8>>::None))
        .col_expr(email_code::Column::DueAt, Expr::value(NOTHING))
}

fn tries() -> i32 {
    i32::try_from(TRIES).unwrap_or(i32::MAX)
}

fn from_row(row: &email_code::Model) -> Option<MailedCode> {
    let digest = row.digest.as_slice().try_into().ok()?;
    Some(MailedCode {
        id: EmailCodeId::from_uuid(row.id),
        about: CodeFor(row.about),
        digest: CodeDigest { key: KeyId(u32::try_from(row.key_id).ok()?), digest },
        wrong: u32::try_from(row.wrong).ok()?,
        alive: row.alive == Some(true),
        made_at: Timestamp::from_millis(row.made_at),
        expires_at: Timestamp::from_millis(row.expires_at),
    })
}
