//! Users, and the user's row as the lock that orders changes of factors.

use crate::backend::Database;
use crate::bundle::Bundle;
use crate::entity::{OwnedTable, user, user_bytes};
use crate::error::{Step, fault, intact, one_row};
use crate::requirement;
use crate::transaction::DatabaseTransaction;
use domain::name::{EmailAddress, Label, SiteId, User, UserId};
use domain::ports::{ListedUser, StoreError, UserPage};
use domain::time::Timestamp;
use sea_orm::sea_query::{Expr, LockType, OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, Insert, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, UpdateMany,
};

mod email;
mod state;

pub(crate) use email::remember as remember_email;
pub(crate) use state::state;

/// Writes only where something is to be changed: this runs at every sign-in, and a write waits for the disk.
pub(crate) async fn remember(
    db: &Database,
    user: &User,
    label: &Label,
    now: Timestamp,
) -> Result<(), StoreError> {
    let found = find(db.reader(), user).await?;
    if found.is_some_and(|row| row.label == label.as_str()) {
        return Ok(());
    }
    db.change(&known(user, label, now)).await.map(|_| ())
}

/// Writes only where it is another one, as above.
/// Makes the user known, or gives a known one this label.
pub(crate) async fn insert(
    tx: &DatabaseTransaction,
    user: &User,
    label: &Label,
    now: Timestamp,
) -> Result<(), sea_orm::DbErr> {
    known(user, label, now).exec_without_returning(tx).await.map(|_| ())
}

fn known(user: &User, label: &Label, now: Timestamp) -> Insert<user::ActiveModel> {
    let row = user::Model {
        site_id: user.site.uuid(),
        user_id: user_bytes(user),
        label: label.as_str().to_owned(),
        email: None,
        protected_since: None,
        revision: 0,
        created_at: now.millis(),
        required_from: None,
        exempt_until: None,
        exempt_reason: None,
        announced_deadline: None,
        reminded_deadline: None,
    };
    let conflict = OnConflict::columns([user::Column::SiteId, user::Column::UserId])
        .update_column(user::Column::Label)
        .to_owned();
    user::Entity::insert(row.into_active_model()).on_conflict(conflict)
}

/// A known user has this address, which is their label too. Guard: the user is known.
pub(crate) async fn move_to(tx: &DatabaseTransaction, user: &User, address: &Label) -> Step {
    let update = user::Entity::update_many()
        .col_expr(user::Column::Label, Expr::value(address.as_str()))
        .col_expr(user::Column::Email, Expr::value(address.as_str()));
    held(tx, update.filter(user::Entity::owned_by(user))).await
}

async fn find(db: &impl ConnectionTrait, user: &User) -> Result<Option<user::Model>, StoreError> {
    user::Entity::find().filter(user::Entity::owned_by(user)).one(db).await.map_err(fault)
}

/// A page of a site's users, in the order of the primary key.
pub(crate) async fn page(db: &Database, page: &UserPage) -> Result<Vec<ListedUser>, StoreError> {
    let mut asked = user::Entity::find().filter(user::COLUMN.site_id.eq(page.site.uuid()));
    if let Some(after) = &page.after {
        asked = asked.filter(user::Column::UserId.gt(after.as_str().as_bytes().to_vec()));
    }
    let rows = asked
        .order_by_asc(user::Column::UserId)
        .limit(u64::from(page.limit))
        .all(db.reader())
        .await
        .map_err(fault)?;
    rows.into_iter().map(|row| intact("user", listed(&row, page.site))).collect()
}

/// Since when two-factor authentication is on, for those of these users of a site for whom it is.
pub(crate) async fn protected_of(
    db: &Database,
    site: SiteId,
    users: &[Vec<u8>],
) -> Result<Vec<(Vec<u8>, Timestamp)>, StoreError> {
    let rows = user::Entity::find()
        .filter(user::COLUMN.site_id.eq(site.uuid()))
        .filter(user::Column::UserId.is_in(users.to_vec()))
        .all(db.reader())
        .await
        .map_err(fault)?;
    let since = |row: user::Model| row.protected_since.map(|at| (row.user_id, Timestamp::from_millis(at)));
    Ok(rows.into_iter().filter_map(since).collect())
}

/// The users of a site for whom two-factor authentication is on.
pub(crate) fn protected(site: SiteId) -> SelectStatement {
    Query::select()
        .column(user::Column::UserId)
        .from(user::Entity)
        .and_where(Expr::col(user::Column::SiteId).eq(site.uuid()))
        .and_where(Expr::col(user::Column::ProtectedSince).is_not_null())
        .take()
}

/// Where the user can be written to. What an earlier version accepted and no mail server takes is nowhere.
fn reachable(row: &user::Model) -> Option<EmailAddress> {
    row.email.as_deref().and_then(|email| EmailAddress::parse(email).ok())
}

fn listed(row: &user::Model, site: SiteId) -> Option<ListedUser> {
    Some(ListedUser {
        user: User { site, id: UserId::parse(str::from_utf8(&row.user_id).ok()?).ok()? },
        label: Label::parse(&row.label).ok()?,
        email: reachable(row),
        protected_since: row.protected_since.map(Timestamp::from_millis),
    })
}

/// Waits for whoever changes this user's factors, and holds the others off. Guard: the user is known.
pub(crate) async fn lock(tx: &DatabaseTransaction, user: &User) -> Step {
    let update =
        user::Entity::update_many().col_expr(user::Column::Revision, Expr::col(user::Column::Revision));
    held(tx, update.filter(user::Entity::owned_by(user))).await
}

/// The same, with the guard that two-factor authentication is on.
pub(crate) async fn lock_protected(tx: &DatabaseTransaction, user: &User) -> Step {
    let update =
        user::Entity::update_many().col_expr(user::Column::Revision, Expr::col(user::Column::Revision));
    let on = user::COLUMN.protected_since.is_not_null();
    held(tx, update.filter(user::Entity::owned_by(user)).filter(on)).await
}

/// The same, with the guard that two-factor authentication is off.
pub(crate) async fn lock_unprotected(tx: &DatabaseTransaction, user: &User) -> Step {
    let update =
        user::Entity::update_many().col_expr(user::Column::Revision, Expr::col(user::Column::Revision));
    held(tx, update.filter(user::Entity::owned_by(user)).filter(user::COLUMN.protected_since.is_null())).await
}

/// The same, with the guard that nothing changed since `revision`: what was decided under it may be done.
pub(crate) async fn since(tx: &DatabaseTransaction, user: &User, revision: i64) -> Step {
    held(tx, as_of(user, revision)).await
}

/// What holds the user's row, as it was at `revision`.
fn as_of(user: &User, revision: i64) -> UpdateMany<user::Entity> {
    user::Entity::update_many()
        .col_expr(user::Column::Revision, Expr::col(user::Column::Revision))
        .filter(user::Entity::owned_by(user))
        .filter(user::COLUMN.revision.eq(revision))
}

/// Holds it with what else is told together.
pub(crate) fn hold(bundle: Bundle, user: &User, revision: i64) -> Bundle {
    let lock = Query::select()
        .expr(Expr::cust("1"))
        .from(user::Entity)
        .cond_where(user::Entity::owned_by(user))
        .and_where(user::COLUMN.revision.eq(revision))
        .lock(LockType::NoKeyUpdate)
        .take();
    bundle.hold(as_of(user, revision).into_query(), lock)
}

/// The same, with the guard that two-factor authentication is not required at `at` of somebody who has none.
pub(crate) async fn since_unasked(
    tx: &DatabaseTransaction,
    user: &User,
    revision: i64,
    at: Timestamp,
) -> Step {
    let update =
        user::Entity::update_many().col_expr(user::Column::Revision, Expr::col(user::Column::Revision));
    let as_seen = user::Entity::owned_by(user).add(user::COLUMN.revision.eq(revision));
    held(tx, update.filter(as_seen).filter(requirement::met(user, at))).await
}

/// The revision of a user, to be compared with in a `WHERE`.
pub(crate) fn revision_of(user: &User) -> SelectStatement {
    Query::select()
        .column(user::Column::Revision)
        .from(user::Entity)
        .cond_where(user::Entity::owned_by(user))
        .take()
}

/// Counts a change of what authority is decided by, whatever it is: nothing that was decided before opens anything.
pub(crate) async fn change(tx: &DatabaseTransaction, user: &User) -> Step {
    held(tx, changed(user)).await
}

/// Counts a change of factors. Guard: two-factor authentication is on.
pub(crate) async fn change_protected(tx: &DatabaseTransaction, user: &User) -> Step {
    held(tx, changed(user).filter(user::COLUMN.protected_since.is_not_null())).await
}

/// The same, with the guard that there was none since `revision`.
pub(crate) async fn change_protected_since(tx: &DatabaseTransaction, user: &User, revision: i64) -> Step {
    let on = user::COLUMN.protected_since.is_not_null();
    held(tx, changed(user).filter(on).filter(user::COLUMN.revision.eq(revision))).await
}

/// Counts a change of factors. Guard: there was none since `revision`.
pub(crate) async fn change_since(tx: &DatabaseTransaction, user: &User, revision: i64) -> Step {
    held(tx, changed(user).filter(user::COLUMN.revision.eq(revision))).await
}

/// Switches two-factor authentication on. Guard: it is off.
pub(crate) async fn protect(tx: &DatabaseTransaction, user: &User, now: Timestamp) -> Step {
    let update = changed(user).col_expr(user::Column::ProtectedSince, Expr::value(now.millis()));
    held(tx, update.filter(user::COLUMN.protected_since.is_null())).await
}

/// Switches two-factor authentication off. Guard: it is on.
pub(crate) async fn unprotect(tx: &DatabaseTransaction, user: &User) -> Step {
    let update = changed(user).col_expr(user::Column::ProtectedSince, Expr::value(Option::<i64>::None));
    held(tx, update.filter(user::COLUMN.protected_since.is_not_null())).await
}

/// Switches two-factor authentication off, if it is on. Guards: the user is known; the revision as seen, where there is
/// one.
pub(crate) async fn reset(tx: &DatabaseTransaction, user: &User, revision: Option<i64>) -> Step {
    let update = changed(user).col_expr(user::Column::ProtectedSince, Expr::value(Option::<i64>::None));
    let as_seen = revision.map(|revision| user::COLUMN.revision.eq(revision));
    held(tx, as_seen.into_iter().fold(update, UpdateMany::filter)).await
}

fn changed(user: &User) -> UpdateMany<user::Entity> {
    let next = Expr::col(user::Column::Revision).add(1);
    user::Entity::update_many().col_expr(user::Column::Revision, next).filter(user::Entity::owned_by(user))
}

async fn held(tx: &DatabaseTransaction, update: UpdateMany<user::Entity>) -> Step {
    one_row(update.exec(tx).await?.rows_affected)
}
