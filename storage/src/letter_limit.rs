//! Counting letters. The guard of each count is the `WHERE` of one statement; the numbers are
//! [`domain::letter_limit`]'s.

use crate::backend::Database;
use crate::entity::letter_count as count;
use crate::error::{Step, fault, one_row};
use crate::transaction::DatabaseTransaction;
use domain::letter_limit::{LetterCounts, LetterLimit, LettersSent};
use domain::ports::StoreError;
use domain::time::Timestamp;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict};
use sea_orm::{EntityTrait, IntoActiveModel, QueryFilter};
use std::time::Duration;

/// Counts a letter. Guard: none of its counts is full.
pub(crate) async fn claim(tx: &DatabaseTransaction, of: &LetterCounts, now: Timestamp) -> Step {
    claim_all(tx, &of.limits(), now).await
}

/// Counts what falls under these. Guard: none of them is full.
pub(crate) async fn claim_all(tx: &DatabaseTransaction, limits: &[LetterLimit], now: Timestamp) -> Step {
    for limit in limits {
        one_row(take(tx, limit, now).await?)?;
    }
    Ok(())
}

async fn take(tx: &DatabaseTransaction, limit: &LetterLimit, now: Timestamp) -> Step<u64> {
    let ends = (now + limit.window).millis();
    let row = count::Model { scope: limit.scope.clone(), sent: 1, since: now.millis(), forget_at: ends };
    // Over, or begun by a clock that ran ahead.
    let over = || {
        let forget_at = || stored(count::Column::ForgetAt);
        forget_at().lte(now.millis()).or(forget_at().gt((now.horizon() + limit.window).millis()))
    };
    let or_else =
        |anew: Expr, kept: Expr| -> Expr { CaseStatement::new().case(over(), anew).finally(kept).into() };
    let one_more = stored(count::Column::Sent).add(1);
    let room = stored(count::Column::Sent).lt(i64::from(limit.most));
    let again = OnConflict::column(count::Column::Scope)
        .value(count::Column::Sent, or_else(Expr::value(1), one_more))
        .value(count::Column::Since, or_else(Expr::value(now.millis()), stored(count::Column::Since)))
        .value(count::Column::ForgetAt, or_else(Expr::value(ends), stored(count::Column::ForgetAt)))
        .action_and_where(over().or(room))
        .to_owned();
    Ok(count::Entity::insert(row.into_active_model()).on_conflict(again).exec_without_returning(tx).await?)
}

/// Takes a letter back that did not leave.
pub(crate) async fn release(tx: &DatabaseTransaction, of: &LetterCounts) -> Step {
    for limit in of.limits() {
        count::Entity::update_many()
            .col_expr(count::Column::Sent, Expr::col(count::Column::Sent).sub(1))
            .filter(count::COLUMN.scope.eq(limit.scope))
            .filter(count::COLUMN.sent.gt(0))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// How long the next letter has to wait.
pub(crate) async fn wait(db: &Database, of: &LetterCounts, now: Timestamp) -> Result<Duration, StoreError> {
    let mut longest = Duration::ZERO;
    for limit in of.limits() {
        let found = count::Entity::find_by_id(limit.scope.clone()).one(db.reader()).await.map_err(fault)?;
        let sent = found.map_or_else(LettersSent::default, |row| LettersSent {
            since: Timestamp::from_millis(row.since),
            sent: u32::try_from(row.sent).unwrap_or(0),
        });
        longest = Ord::max(longest, sent.wait(&limit, now));
    }
    Ok(longest)
}

/// Deletes the counts that are over.
pub(crate) async fn tidy(tx: &DatabaseTransaction, before: Timestamp) -> Step<u64> {
    let delete = count::Entity::delete_many().filter(count::COLUMN.forget_at.lt(before.millis()));
    Ok(delete.exec(tx).await?.rows_affected)
}

/// A column as it was, and not as it would have been inserted.
fn stored(column: count::Column) -> Expr {
    Expr::col((count::Entity, column))
}
