//! The letters that codes go out in. Like the outbox of the notices, but of every site, and for two minutes at most.

use crate::backend::Database;
use crate::entity::{OwnedTable, email_code};
use crate::error::{fault, intact};
use domain::factor::email_code::SENT_WITHIN;
use domain::name::{EmailCodeId, SiteId, User, UserId};
use domain::ports::{QueuedCode, StoreError};
use domain::seal::Sealed;
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The letters that are to be sent at `now`, those that wait longest first. One that is due later than any is tried was
/// stamped by a clock that ran ahead: it is among them, its code is good for nothing, and whoever takes it wipes it.
pub(crate) async fn due(db: &Database, now: Timestamp, limit: u32) -> Result<Vec<QueuedCode>, StoreError> {
    // One after the other: each is one range of the index.
    let mut rows = read(db, email_code::Column::DueAt.lte(now.millis()), u64::from(limit)).await?;
    let put_off = email_code::Column::DueAt.gt((now.horizon() + SENT_WITHIN).millis());
    let room = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(rows.len());
    rows.extend(read(db, put_off, u64::try_from(room).unwrap_or(u64::MAX)).await?);
    rows.into_iter().map(|row| intact("email_code", queued(row))).collect()
}

async fn read(db: &Database, which: Expr, limit: u64) -> Result<Vec<email_code::Model>, StoreError> {
    let rows = email_code::Entity::find().filter(which).order_by_asc(email_code::Column::DueAt).limit(limit);
    rows.all(db.reader()).await.map_err(fault)
}

/// Guard: nobody took it since it was seen, and nothing has ended its code.
pub(crate) async fn take(db: &Database, seen: &QueuedCode, next: Timestamp) -> Result<bool, StoreError> {
    let attempts = i32::try_from(seen.attempts).unwrap_or(i32::MAX);
    let update = email_code::Entity::update_many()
        .col_expr(email_code::Column::DueAt, Expr::value(next.millis()))
        .col_expr(email_code::Column::Attempts, Expr::value(attempts.saturating_add(1)))
        .filter(this(seen))
        .filter(email_code::Column::DueAt.eq(seen.due_at.millis()))
        .filter(email_code::Column::Attempts.eq(attempts));
    Ok(db.change(&update).await? == 1)
}

/// Wipes a letter. The code stays good for as long as it is.
pub(crate) async fn settle(db: &Database, of: &QueuedCode) -> Result<(), StoreError> {
    let update = email_code::Entity::update_many()
        .col_expr(email_code::Column::Letter, Expr::value(Option::<Vec<u8>>::None))
        .col_expr(email_code::Column::DueAt, Expr::value(Option::<i64>::None))
        .filter(this(of));
    db.change(&update).await.map(|_| ())
}

fn this(of: &QueuedCode) -> Condition {
    email_code::Entity::owned_by(&of.user).add(email_code::Column::Id.eq(of.id.uuid()))
}

fn queued(row: email_code::Model) -> Option<QueuedCode> {
    let site = SiteId::from_uuid(row.site_id);
    Some(QueuedCode {
        id: EmailCodeId::from_uuid(row.id),
        user: User { site, id: UserId::parse(str::from_utf8(&row.user_id).ok()?).ok()? },
        letter: Sealed::from_bytes(row.letter?),
        made_at: Timestamp::from_millis(row.made_at),
        due_at: Timestamp::from_millis(row.due_at?),
        attempts: u32::try_from(row.attempts).ok()?,
    })
}
