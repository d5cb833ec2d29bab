//! What is required of a user: of them by name, and of their role; and who is to be told of it.

mod roles;
mod telling;

pub use roles::{Counted, RoleChange};
pub use telling::Untold;

use crate::account::Role;
use crate::authority::Authority;
use crate::backend::{Database, steps};
use crate::transaction::DatabaseTransaction;

use crate::audit;
use crate::entity::{OwnedTable, account, role_requirement, site, user, user_bytes};
use crate::error::{Step, intact, one_row};
use domain::audit::Event;
use domain::name::{Reason, SiteId, User};
use domain::ports::{SetRequirement, StoreError};
use domain::requirement::{Demand, Exemption};
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, Value};
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

/// What is required of the user of this row, and of their role.
pub(crate) fn demand(row: &user::Model, of_role: Option<Timestamp>) -> Result<Demand, StoreError> {
    let exemption = exemption(row)?;
    let of_user = row.required_from.map(Timestamp::from_millis);
    Ok(Demand { of_user, of_role, exemption })
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

/// Guard on the row of this user: they have two-factor authentication, or it is not required of them at `now`, whether as
/// this very user, by their role or by their site. What [`Demand::under`] says in Rust.
pub(crate) fn met(of: &User, now: Timestamp) -> Condition {
    let exists = |query: SelectStatement| Expr::exists(query).not();
    let by_name = Condition::any()
        .add(Expr::col((user::Entity, user::Column::RequiredFrom)).is_null())
        .add(Expr::col((user::Entity, user::Column::RequiredFrom)).gt(now.millis()));
    let required = Query::select()
        .expr(Expr::value(1))
        .from(site::Entity)
        .and_where(Expr::col((site::Entity, site::Column::Id)).eq(of.site.uuid()))
        .and_where(Expr::col((site::Entity, site::Column::RequiresTwoFactor)).eq(true))
        .cond_where(
            Condition::any()
                .add(Expr::col((site::Entity, site::Column::RequiredFrom)).is_null())
                .add(Expr::col((site::Entity, site::Column::RequiredFrom)).lte(now.millis())),
        )
        .take();
    let nothing = Condition::all().add(by_name).add(exists(required));
    let nothing = match role_of(of) {
        Some(role) => nothing.add(exists(requiring(role, now))),
        None => nothing,
    };
    Condition::any()
        .add(Expr::col((user::Entity, user::Column::ProtectedSince)).is_not_null())
        .add(Expr::col((user::Entity, user::Column::ExemptUntil)).gt(now.millis()))
        .add(nothing)
}

fn requiring(role: SelectStatement, now: Timestamp) -> SelectStatement {
    let of = |column| Expr::col((role_requirement::Entity, column));
    Query::select()
        .expr(Expr::value(1))
        .from(role_requirement::Entity)
        .and_where(of(role_requirement::Column::SiteId).eq(SiteId::BUILT_IN.uuid()))
        .and_where(of(role_requirement::Column::Role).in_subquery(role))
        .and_where(of(role_requirement::Column::RequiredFrom).lte(now.millis()))
        .take()
}

/// The role of a user. Only the accounts of the built-in site have one.
fn role_of(of: &User) -> Option<SelectStatement> {
    let id = Uuid::try_parse(of.id.as_str()).ok().filter(|_| of.site == SiteId::BUILT_IN)?;
    let role = Query::select()
        .column(account::Column::Role)
        .from(account::Entity)
        .and_where(Expr::col(account::Column::SiteId).eq(of.site.uuid()))
        .and_where(Expr::col(account::Column::Id).eq(id))
        .and_where(Expr::col(account::Column::UserId).eq(user_bytes(of)))
        .take();
    Some(role)
}

/// From when on it is required of the role of this user, to be read beside other things. `None`: they cannot have one.
pub(crate) fn of_role(of: &User) -> Option<Expr> {
    let required = Query::select()
        .column((role_requirement::Entity, role_requirement::Column::RequiredFrom))
        .from(role_requirement::Entity)
        .and_where(role_requirement::COLUMN.site_id.eq(of.site.uuid()))
        .and_where(role_requirement::Column::Role.in_subquery(role_of(of)?))
        .take();
    Some(Expr::SubQuery(None, Box::new(required.into())))
}

/// What is required of the accounts of the built-in site. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Requirements {
    db: Database,
}

impl Requirements {
    /// What this database holds of it.
    #[must_use]
    pub const fn new(db: Database) -> Self {
        Self { db }
    }

    /// The same, as this administrator changes it, and nobody else: an error says that they may not any more.
    #[must_use]
    pub fn on_word_of(&self, by: &Authority) -> Self {
        Self { db: self.db.on_word_of(by) }
    }

    /// From when on it is required of everybody with a role, for those of which it is.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be read.
    pub async fn of_roles(&self) -> Result<Vec<(Role, Timestamp)>, StoreError> {
        roles::all(&self.db).await
    }

    /// Changes what is required of roles, all of them or none. Guard: what was seen of each.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn set_roles(&self, changes: &[RoleChange]) -> Result<bool, StoreError> {
        let changes = changes.to_vec();
        self.db.guarded(steps!(tx => roles::set(tx, &changes))).await
    }

    /// How many accounts with one of these roles there are, and how many of them would have to set up if it were required
    /// now.
    ///
    /// # Errors
    /// [`StoreError`] if they could not be counted.
    pub async fn count(&self, of: &[Role], now: Timestamp) -> Result<Counted, StoreError> {
        roles::count(&self.db, of, now).await
    }

    /// Who is to be told at `now` that a deadline is ahead: a page of at most `limit` users behind `after` is looked at.
    /// The second answer is where the next page begins.
    ///
    /// # Errors
    /// [`StoreError`] if they could not be read.
    pub async fn untold(
        &self,
        now: Timestamp,
        after: Option<&User>,
        limit: u64,
    ) -> Result<(Vec<Untold>, Option<User>), StoreError> {
        telling::page(&self.db, now, after, limit).await
    }

    /// Has somebody told. Guards: nobody else did; they are not protected and not exempt meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored. Nobody is told then.
    pub async fn tell(&self, untold: &Untold, event: &Event) -> Result<bool, StoreError> {
        let (untold, event) = (untold.clone(), event.clone());
        self.db.guarded(steps!(tx => telling::tell(tx, &untold, &event))).await
    }
}

/// The accounts of the built-in site of which it is required at `now`, from whenever on.
pub(crate) fn narrow(now: Timestamp) -> Condition {
    let site = SiteId::BUILT_IN.uuid();
    let by_name = users(Expr::col(user::Column::RequiredFrom).is_not_null());
    let by_role = Query::select()
        .column(role_requirement::Column::Role)
        .from(role_requirement::Entity)
        .and_where(Expr::col(role_requirement::Column::SiteId).eq(site))
        .take();
    let by_site = Query::select()
        .column(site::Column::Id)
        .from(site::Entity)
        .and_where(Expr::col(site::Column::RequiresTwoFactor).eq(true))
        .take();
    let any = Condition::any()
        .add(account::Column::UserId.in_subquery(by_name))
        .add(account::Column::Role.in_subquery(by_role))
        .add(account::Column::SiteId.in_subquery(by_site));
    let exempt = users(Expr::col(user::Column::ExemptUntil).gt(now.millis()));
    Condition::all().add(any).add(account::Column::UserId.not_in_subquery(exempt))
}

fn users(which: Expr) -> SelectStatement {
    Query::select()
        .column(user::Column::UserId)
        .from(user::Entity)
        .and_where(Expr::col(user::Column::SiteId).eq(SiteId::BUILT_IN.uuid()))
        .and_where(which)
        .take()
}
