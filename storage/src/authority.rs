//! On whose word an administrator's deed is done. The page that asked for it looked at that, too; but what counts is what is so
//! in the transaction that does it: whoever was signed out, lost the role or is to set two-factor authentication up meanwhile
//! does nothing any more.

use crate::account::{Role, lock as lock_accounts};
use crate::entity::{OwnedTable, account as accounts, session, user};
use crate::error::{Step, Stop, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{budget, moment, requirement, user as users};
use domain::name::{SessionId, User};
use domain::session::Home;
use domain::time::Timestamp;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{EntityTrait, ExprTrait, QueryFilter};
use uuid::Uuid;

/// An administrator's session, and what must be so of it. A store that is bound to it ([`crate::AccountStore::on_word_of`] and its
/// like) writes nothing where it is not.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Who acts.
    pub user: User,
    /// In which session.
    pub session: SessionId,
    /// It must have proved every factor after this moment.
    pub proved_after: Timestamp,
    /// Now.
    pub at: Timestamp,
}

/// Guards: the session is alive, and is until the commit; it proved every factor lately; its account is an administrator's and
/// may be used; and two-factor authentication is not required of it in vain.
///
/// The lock of the accounts comes first, so that administrators who act upon each other stand in line; then what is the
/// administrator's own, in the usual order.
pub(crate) async fn stands(tx: &DatabaseTransaction, by: &Authority) -> Step {
    held(tx, by).await.map_err(|stop| match stop {
        Stop::Guard => Stop::Authority,
        other @ (Stop::Authority | Stop::Database(_) | Stop::Corrupt(_)) => other,
    })
}

async fn held(tx: &DatabaseTransaction, by: &Authority) -> Step {
    let account = Uuid::try_parse(by.user.id.as_str()).map_err(|_| Stop::Guard)?;
    lock_accounts(tx).await?;
    budget::lock(tx, &by.user).await?;
    users::lock(tx, &by.user).await?;
    let alive = session::Entity::update_many()
        .col_expr(session::Column::SeenAt, Expr::col(session::Column::SeenAt))
        .filter(session::Entity::owned_by(&by.user))
        .filter(session::COLUMN.id.eq(by.session.uuid()))
        .filter(session::COLUMN.home.eq(Home::Standalone.as_str()))
        .filter(session::COLUMN.stepped_up_at.gt(by.proved_after.millis()))
        .filter(moment::plausible(session::Column::SteppedUpAt, by.at))
        .filter(Expr::exists(administers(&by.user, account)))
        .filter(Expr::exists(free(&by.user, by.at)));
    one_row(alive.exec(tx).await?.rows_affected)
}

/// The account of an administrator that may be used. By its own id, which is its user's: that is the key.
fn administers(of: &User, id: Uuid) -> SelectStatement {
    Query::select()
        .column(accounts::Column::Id)
        .from(accounts::Entity)
        .cond_where(accounts::Entity::owned_by(of))
        .and_where(Expr::col((accounts::Entity, accounts::Column::Id)).eq(id))
        .and_where(Expr::col((accounts::Entity, accounts::Column::Role)).eq(Role::Admin.as_str()))
        .and_where(Expr::col((accounts::Entity, accounts::Column::DeactivatedAt)).is_null())
        .and_where(Expr::col((accounts::Entity, accounts::Column::PasswordHash)).is_not_null())
        .take()
}

/// A user who has to set nothing up.
fn free(of: &User, at: Timestamp) -> SelectStatement {
    Query::select()
        .column(user::Column::UserId)
        .from(user::Entity)
        .cond_where(user::Entity::owned_by(of))
        .cond_where(requirement::met(of, at))
        .take()
}
