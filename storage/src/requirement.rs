//! What is required of a user: of them by name, and of their role.

use crate::audit;
use crate::entity::{OwnedTable, account, role_requirement, user, user_bytes};
use crate::error::{Step, fault, intact, one_row};
use domain::name::{Reason, SiteId, User};
use domain::ports::{SetRequirement, StoreError};
use domain::requirement::{Demand, Exemption};
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Expr, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, Value,
};
use uuid::Uuid;

/// Guards: the user is known; deadline and exemption as seen.
pub(crate) async fn set(tx: &DatabaseTransaction, set: &SetRequirement) -> Step {
    let next = columns(&set.next);
    let update = user::Entity::update_many()
        .col_expr(user::Column::RequiredFrom, Expr::value(next.0))
        .col_expr(user::Column::ExemptUntil, Expr::value(next.1))
        .col_expr(user::Column::ExemptReason, Expr::value(next.2))
        .filter(user::Entity::owned_by(&set.user))
        .filter(as_seen(&set.seen));
    one_row(update.exec(tx).await?.rows_affected)?;
    audit::record(tx, &set.event).await
}

fn as_seen(seen: &Demand) -> Condition {
    let (from, until, reason) = columns(seen);
    Condition::all()
        .add(is(user::Column::RequiredFrom, from))
        .add(is(user::Column::ExemptUntil, until))
        .add(is(user::Column::ExemptReason, reason))
}

/// Nothing is equal to NULL.
pub(crate) fn is<T: Into<Value>>(column: user::Column, value: Option<T>) -> Expr {
    match value {
        Some(value) => column.eq(value),
        None => column.is_null(),
    }
}

fn columns(demand: &Demand) -> (Option<i64>, Option<i64>, Option<String>) {
    let exemption = demand.exemption.as_ref();
    (
        demand.of_user.map(Timestamp::millis),
        exemption.map(|one| one.until.millis()),
        exemption.map(|one| one.reason.as_str().to_owned()),
    )
}

/// What is required of the user of this row.
pub(crate) async fn demand(
    db: &impl ConnectionTrait,
    of: &User,
    row: &user::Model,
) -> Result<Demand, StoreError> {
    let exemption = exemption(row)?;
    let of_user = row.required_from.map(Timestamp::from_millis);
    Ok(Demand { of_user, of_role: of_role(db, of).await?, exemption })
}

/// The last exemption of the user of this row.
pub(crate) fn exemption(row: &user::Model) -> Result<Option<Exemption>, StoreError> {
    match (row.exempt_until, &row.exempt_reason) {
        (None, None) => Ok(None),
        (Some(until), Some(reason)) => {
            let reason = intact("user", Reason::parse(reason).ok())?;
            Ok(Some(Exemption { until: Timestamp::from_millis(until), reason }))
        }
        (Some(_), None) | (None, Some(_)) => Err(StoreError::Corrupt { table: "user" }),
    }
}

/// Only the accounts of the built-in site have roles.
async fn of_role(db: &impl ConnectionTrait, of: &User) -> Result<Option<Timestamp>, StoreError> {
    let Ok(id) = Uuid::try_parse(of.id.as_str()) else { return Ok(None) };
    if of.site != SiteId::BUILT_IN {
        return Ok(None);
    }
    let role = Query::select()
        .column(account::Column::Role)
        .from(account::Entity)
        .and_where(Expr::col(account::Column::SiteId).eq(of.site.uuid()))
        .and_where(Expr::col(account::Column::Id).eq(id))
        .and_where(Expr::col(account::Column::UserId).eq(user_bytes(of)))
        .take();
    let found = role_requirement::Entity::find()
        .filter(role_requirement::COLUMN.site_id.eq(of.site.uuid()))
        .filter(role_requirement::Column::Role.in_subquery(role))
        .one(db)
        .await
        .map_err(fault)?;
    Ok(found.map(|row| Timestamp::from_millis(row.required_from)))
}
