//! Setting another password.

use super::attempt::forgive;
use super::{invitation, this, user_of};
use crate::audit;
use crate::entity::{OwnedTable, account, pending_sign_in};
use crate::error::{Step, Stop, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{embedding, session, user};
use domain::audit::Event;
use domain::name::SessionId;
use domain::ports::{NewSession, Standing};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, QueryFilter};
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

pub(super) async fn set(tx: &DatabaseTransaction, new: &NewPassword) -> Step {
    let user = user_of(new.account).ok_or(Stop::Guard)?;
    forgive(tx, &user).await?;
    let seen = match &new.seen {
        Some(hash) => account::COLUMN.password_hash.eq(hash.as_str()),
        None => account::COLUMN.password_hash.is_null(),
    };
    let update = account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::value(new.hash.as_str()))
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
    // A link that was made for the old password is good for nothing.
    invitation::forget(tx, new.account).await?;
    audit::record(tx, &new.event).await
}
