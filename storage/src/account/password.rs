//! Counting wrong passwords, and setting another one.

use super::{this, user_of};
use crate::audit;
use crate::backend::Database;
use crate::entity::{OwnedTable, account, pending_sign_in};
use crate::error::{Step, Stop, fault, one_row};
use crate::{embedding, session, user};
use domain::audit::Event;
use domain::name::{SessionId, User};
use domain::ports::{NewSession, Standing, StoreError};
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

/// Another password for an account.
#[derive(Clone)]
pub struct NewPassword {
    /// Whose it is.
    pub account: Uuid,
    /// The hash that the old password was judged against; `None` if there was none.
    pub seen: Option<String>,
    /// The new password's hash.
    pub hash: String,
    /// The session that stays.
    pub but: Option<SessionId>,
    /// The session in which it is changed, alive and proved.
    pub by: Option<Standing>,
    /// The session that takes the place of those that end.
    pub opens: Option<Box<NewSession>>,
    /// What the log says.
    pub event: Event,
}

pub(super) async fn count_failure(
    tx: &DatabaseTransaction,
    id: Uuid,
    seen: i32,
    not_before: Timestamp,
    event: &Event,
) -> Step {
    let update = account::Entity::update_many()
        .col_expr(account::Column::PasswordFailures, Expr::value(seen.saturating_add(1)))
        .col_expr(account::Column::PasswordNotBefore, Expr::value(not_before.millis()))
        .filter(this(id))
        .filter(account::COLUMN.password_failures.eq(seen));
    one_row(update.exec(tx).await?.rows_affected)?;
    audit::record(tx, event).await
}

/// Writes only where there is something to forgive: this runs at every sign-in.
pub(super) async fn reset_failures(db: &Database, id: Uuid) -> Result<(), StoreError> {
    let failed = this(id).add(account::COLUMN.password_failures.ne(0));
    let found = account::Entity::find().filter(failed.clone()).one(db.reader()).await.map_err(fault)?;
    if found.is_none() {
        return Ok(());
    }
    let update = account::Entity::update_many()
        .col_expr(account::Column::PasswordFailures, Expr::value(0))
        .col_expr(account::Column::PasswordNotBefore, Expr::value(0_i64))
        .filter(failed);
    db.change(&update).await.map(|_| ())
}

/// Forgives the wrong passwords of the account of this user; other sites keep their own.
pub(crate) async fn forgive(tx: &DatabaseTransaction, owner: &User) -> Step {
    account::Entity::update_many()
        .col_expr(account::Column::PasswordFailures, Expr::value(0))
        .col_expr(account::Column::PasswordNotBefore, Expr::value(0_i64))
        .filter(account::Entity::owned_by(owner))
        .filter(account::COLUMN.password_failures.ne(0))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn set(tx: &DatabaseTransaction, new: &NewPassword) -> Step {
    let user = user_of(new.account).ok_or(Stop::Guard)?;
    let seen = match &new.seen {
        Some(hash) => account::COLUMN.password_hash.eq(hash.as_str()),
        None => account::COLUMN.password_hash.is_null(),
    };
    let update = account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::value(new.hash.as_str()))
        .col_expr(account::Column::PasswordFailures, Expr::value(0))
        .col_expr(account::Column::PasswordNotBefore, Expr::value(0_i64))
        .filter(this(new.account))
        .filter(seen);
    one_row(update.exec(tx).await?.rows_affected)?;
    user::change(tx, &user).await?;
    // Whoever got past the old password and waits for the second factor starts again.
    pending_sign_in::Entity::delete_many().filter(pending_sign_in::Entity::owned_by(&user)).exec(tx).await?;
    session::stands(tx, &user, new.by.as_ref()).await?;
    session::end_others(tx, &user, new.but).await?;
    if let Some(opens) = &new.opens {
        session::add(tx, opens).await?;
    }
    embedding::forget_all(tx, &user).await?;
    audit::record(tx, &new.event).await
}
