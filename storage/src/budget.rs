//! The attempt budget: read beside the credentials, and compared and set before anything else of a verb.

use crate::backend::Database;
use crate::bundle::Bundle;
use crate::entity::{OwnedTable, budget, user_bytes};
use crate::error::{Step, fault, intact, one_row};
use crate::transaction::DatabaseTransaction;
use domain::budget::{Budget, BudgetChange, FIRST_STOP, FREE};
use domain::factor::FactorKind;
use domain::name::{SiteId, User};
use domain::ports::StoreError;
use domain::time::Timestamp;
use sea_orm::sea_query::{Expr, Func, OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, Insert, IntoActiveModel, QueryFilter,
    QueryOrder, QueryTrait, UpdateMany,
};

/// Bytes of one stored moment.
const MOMENT: usize = 8;

/// A budget, and those of the other kinds beside it.
type WithOthers = (Budget, Vec<(FactorKind, Budget)>);

/// The budget of this kind, and those of the others.
pub(crate) async fn read(
    db: &impl ConnectionTrait,
    user: &User,
    kind: FactorKind,
) -> Result<WithOthers, StoreError> {
    split(&rows_of(db, user).await?, kind)
}

/// Every budget of the user, in the order of their kinds' names.
pub(crate) async fn all(db: &Database, user: &User) -> Result<Vec<(FactorKind, Budget)>, StoreError> {
    all_of(&rows_of(db.reader(), user).await?)
}

/// What these rows, all of a user, say of this kind and of the others.
pub(crate) fn split(rows: &[budget::Model], kind: FactorKind) -> Result<WithOthers, StoreError> {
    let (own, others): (Vec<_>, Vec<_>) = all_of(rows)?.into_iter().partition(|(of, _)| *of == kind);
    Ok((own.into_iter().next().map(|(_, budget)| budget).unwrap_or_default(), others))
}

fn all_of(rows: &[budget::Model]) -> Result<Vec<(FactorKind, Budget)>, StoreError> {
    let read = |row: &budget::Model| Some((FactorKind::parse(&row.kind)?, from_row(row)?));
    rows.iter().map(|row| intact("budget", read(row))).collect()
}

async fn rows_of(db: &impl ConnectionTrait, user: &User) -> Result<Vec<budget::Model>, StoreError> {
    budget::Entity::find()
        .filter(budget::Entity::owned_by(user))
        .order_by_asc(budget::Column::Kind)
        .all(db)
        .await
        .map_err(fault)
}

/// Every budget of these users of a site, each with the bytes of its user's id.
pub(crate) async fn of_users(
    db: &Database,
    site: SiteId,
    users: &[Vec<u8>],
) -> Result<Vec<(Vec<u8>, Budget)>, StoreError> {
    let rows = budget::Entity::find()
        .filter(budget::COLUMN.site_id.eq(site.uuid()))
        .filter(budget::Column::UserId.is_in(users.to_vec()))
        .all(db.reader())
        .await
        .map_err(fault)?;
    rows.into_iter().map(|row| intact("budget", from_row(&row).map(|budget| (row.user_id, budget)))).collect()
}

/// The users of a site whose wrong codes may have locked a kind of factor: as many in a row, or in all, as it takes.
/// Whether they still do is [`Budget::allowance`]'s to say.
pub(crate) fn maybe_locked(site: SiteId) -> SelectStatement {
    let most = i32::try_from(FIRST_STOP * MOMENT).unwrap_or(i32::MAX);
    let length = Expr::expr(Func::cust("length").arg(Expr::col(budget::Column::Failures)));
    let in_a_row = Expr::col(budget::Column::Consecutive).gte(FREE);
    Query::select()
        .column(budget::Column::UserId)
        .from(budget::Entity)
        .and_where(Expr::col(budget::Column::SiteId).eq(site.uuid()))
        .cond_where(Condition::any().add(in_a_row).add(length.gte(most)))
        .take()
}

/// Waits for whoever counts an answer of this user, and holds the others off.
pub(crate) async fn lock(tx: &DatabaseTransaction, user: &User) -> Step {
    budget::Entity::update_many()
        .col_expr(budget::Column::Version, Expr::col(budget::Column::Version))
        .filter(budget::Entity::owned_by(user))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgives every failure. The version goes on, so that whoever read a budget before changes nothing by it.
pub(crate) async fn forgive(tx: &DatabaseTransaction, user: &User) -> Step {
    budget::Entity::update_many()
        .col_expr(budget::Column::Consecutive, Expr::value(0))
        .col_expr(budget::Column::Failures, Expr::value(Vec::<u8>::new()))
        .col_expr(budget::Column::Restarts, Expr::value(Vec::<u8>::new()))
        .col_expr(budget::Column::Version, Expr::col(budget::Column::Version).add(1))
        .filter(budget::Entity::owned_by(user))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgives every failure with one kind, as above.
pub(crate) async fn forgive_kind(tx: &DatabaseTransaction, user: &User, kind: FactorKind) -> Step {
    budget::Entity::update_many()
        .col_expr(budget::Column::Consecutive, Expr::value(0))
        .col_expr(budget::Column::Failures, Expr::value(Vec::<u8>::new()))
        .col_expr(budget::Column::Version, Expr::col(budget::Column::Version).add(1))
        .filter(budget::Entity::owned_by(user))
        .filter(budget::COLUMN.kind.eq(kind.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The guard that nobody changed the budget since it was read, and the change itself. It comes first in every verb
/// that has one: answers of one user and kind stand in line here, whatever else they touch.
pub(crate) async fn change(tx: &DatabaseTransaction, user: &User, change: &BudgetChange) -> Step {
    let affected = if change.next.version == 1 {
        first(user, change).exec_without_returning(tx).await?
    } else {
        further(user, change).exec(tx).await?.rows_affected
    };
    one_row(affected)
}

/// The same as the first of what is told together.
pub(crate) fn bundled(user: &User, change: &BudgetChange) -> Bundle {
    if change.next.version == 1 {
        Bundle::default().add(first(user, change).into_query(), 1)
    } else {
        Bundle::default().change(further(user, change).into_query())
    }
}

fn first(user: &User, change: &BudgetChange) -> Insert<budget::ActiveModel> {
    let row = budget::Model {
        site_id: user.site.uuid(),
        user_id: user_bytes(user),
        kind: change.kind.as_str().to_owned(),
        consecutive: consecutive(&change.next),
        failures: moments(&change.next.failures),
        restarts: moments(&change.next.restarts),
        version: change.next.version,
    };
    let key = [budget::Column::SiteId, budget::Column::UserId, budget::Column::Kind];
    budget::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
}

fn further(user: &User, change: &BudgetChange) -> UpdateMany<budget::Entity> {
    budget::Entity::update_many()
        .col_expr(budget::Column::Consecutive, Expr::value(consecutive(&change.next)))
        .col_expr(budget::Column::Failures, Expr::value(moments(&change.next.failures)))
        .col_expr(budget::Column::Restarts, Expr::value(moments(&change.next.restarts)))
        .col_expr(budget::Column::Version, Expr::value(change.next.version))
        .filter(budget::Entity::owned_by(user))
        .filter(budget::COLUMN.kind.eq(change.kind.as_str()))
        .filter(budget::COLUMN.version.eq(change.next.version - 1))
}

fn consecutive(budget: &Budget) -> i32 {
    i32::try_from(budget.consecutive).unwrap_or(i32::MAX)
}

fn moments(of: &[Timestamp]) -> Vec<u8> {
    of.iter().flat_map(|at| at.millis().to_be_bytes()).collect()
}

fn from_row(row: &budget::Model) -> Option<Budget> {
    let (failures, restarts) = (read_moments(&row.failures)?, read_moments(&row.restarts)?);
    let consecutive = u32::try_from(row.consecutive).ok()?;
    Some(Budget { consecutive, failures, restarts, version: row.version })
}

fn read_moments(bytes: &[u8]) -> Option<Vec<Timestamp>> {
    let (moments, rest) = bytes.as_chunks::<MOMENT>();
    let read = |bytes: &[u8; MOMENT]| Timestamp::from_millis(i64::from_be_bytes(*bytes));
    rest.is_empty().then(|| moments.iter().map(read).collect())
}
