//! What is required of everybody with a role.

use super::users;
use crate::account::Role;
use crate::audit;
use crate::backend::Database;
use crate::entity::{account, role_requirement, user};
use crate::error::{Step, Stop, fault, intact, one_row};
use crate::transaction::DatabaseTransaction;
use domain::audit::Event;
use domain::name::SiteId;
use domain::ports::StoreError;
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait, QueryFilter};

/// What is required of a role from now on.
#[derive(Clone, Debug)]
pub struct RoleChange {
    /// The role.
    pub role: Role,
    /// From when on it was required when it was decided.
    pub seen: Option<Timestamp>,
    /// From when on it is required; `None`: it is not.
    pub next: Option<Timestamp>,
    /// What the log says.
    pub event: Event,
}

/// How many people there are, and of how many something would be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Those who are neither protected nor exempt.
    pub asked: u64,
    /// All of them.
    pub people: u64,
}

pub(super) async fn all(db: &Database) -> Result<Vec<(Role, Timestamp)>, StoreError> {
    let rows = role_requirement::Entity::find()
        .filter(role_requirement::COLUMN.site_id.eq(SiteId::BUILT_IN.uuid()))
        .all(db.reader())
        .await
        .map_err(fault)?;
    let read = |row: role_requirement::Model| {
        Some((Role::parse(&row.role)?, Timestamp::from_millis(row.required_from)))
    };
    rows.into_iter().map(|row| intact("role_requirement", read(row))).collect()
}

pub(super) async fn set(tx: &DatabaseTransaction, changes: &[RoleChange]) -> Step {
    for change in changes {
        one_row(write(tx, change).await?)?;
        audit::record(tx, &change.event).await?;
    }
    Ok(())
}

async fn write(tx: &DatabaseTransaction, change: &RoleChange) -> Step<u64> {
    let role = change.role.as_str();
    let this = Condition::all()
        .add(role_requirement::COLUMN.site_id.eq(SiteId::BUILT_IN.uuid()))
        .add(role_requirement::COLUMN.role.eq(role));
    let written = match (change.seen, change.next) {
        (None, None) => return Err(Stop::Guard),
        (None, Some(next)) => {
            let row = role_requirement::Model {
                site_id: SiteId::BUILT_IN.uuid(),
                role: role.to_owned(),
                required_from: next.millis(),
            };
            let key = [role_requirement::Column::SiteId, role_requirement::Column::Role];
            let taken = OnConflict::columns(key).do_nothing().to_owned();
            let insert = role_requirement::Entity::insert(row.into_active_model()).on_conflict(taken);
            return Ok(insert.exec_without_returning(tx).await?);
        }
        (Some(seen), None) => {
            let as_seen = this.add(role_requirement::COLUMN.required_from.eq(seen.millis()));
            role_requirement::Entity::delete_many().filter(as_seen).exec(tx).await?.rows_affected
        }
        (Some(seen), Some(next)) => {
            let as_seen = this.add(role_requirement::COLUMN.required_from.eq(seen.millis()));
            let update = role_requirement::Entity::update_many()
                .col_expr(role_requirement::Column::RequiredFrom, Expr::value(next.millis()));
            update.filter(as_seen).exec(tx).await?.rows_affected
        }
    };
    Ok(written)
}

pub(super) async fn count(db: &Database, of: &[Role], now: Timestamp) -> Result<Counted, StoreError> {
    let free = Expr::col(user::Column::ExemptUntil)
        .is_null()
        .or(Expr::col(user::Column::ExemptUntil).lte(now.millis()));
    let unprotected = users(Expr::col(user::Column::ProtectedSince).is_null().and(free));
    let people = account::Entity::find()
        .filter(account::COLUMN.site_id.eq(SiteId::BUILT_IN.uuid()))
        .filter(account::COLUMN.deactivated_at.is_null())
        .filter(account::Column::Role.is_in(of.iter().map(|role| role.as_str())));
    let asked = people.clone().filter(account::Column::UserId.in_subquery(unprotected));
    Ok(Counted {
        asked: asked.count(db.reader()).await.map_err(fault)?,
        people: people.count(db.reader()).await.map_err(fault)?,
    })
}
