//! Who is to be told that there is a deadline. Any number of replicas may look: whoever tells somebody writes down of which
//! deadline, under the guard that it is still as it was seen.

use super::{exemption, is, roles};
use crate::backend::Database;
use crate::entity::{OwnedTable, account, user};
use crate::error::{Step, fault, intact, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{audit, site};
use domain::audit::Event;
use domain::name::{SiteId, User, UserId};
use domain::ports::StoreError;
use domain::requirement::{Demand, Telling};
use domain::site::SitePolicy;
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

/// Somebody who is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold {
    /// Whom.
    pub user: User,
    /// What.
    pub telling: Telling,
    /// Of which deadline.
    pub deadline: Timestamp,
    announced: Option<i64>,
    reminded: Option<i64>,
    now: Timestamp,
}

pub(super) async fn page(
    db: &Database,
    now: Timestamp,
    after: Option<&User>,
    limit: u64,
) -> Result<(Vec<Untold>, Option<User>), StoreError> {
    let policy = site::of_core(db, SiteId::BUILT_IN).await?.map(|site| site.policy).unwrap_or_default();
    let dates: HashMap<String, Timestamp> =
        roles::all(db).await?.into_iter().map(|(role, from)| (role.as_str().to_owned(), from)).collect();
    let rows = user::Entity::find()
        .filter(user::COLUMN.site_id.eq(SiteId::BUILT_IN.uuid()))
        .filter(after.map_or_else(Condition::all, |after| {
            Condition::all().add(user::Column::UserId.gt(after.id.as_str().as_bytes().to_vec()))
        }))
        .filter(unprotected(now))
        .filter(perhaps(&policy, &dates, now))
        .order_by_asc(user::Column::UserId)
        .limit(limit)
        .all(db.reader())
        .await
        .map_err(fault)?;
    let more = u64::try_from(rows.len()).is_ok_and(|found| found == limit);
    let next = rows.last().filter(|_| more).map(|row| intact("user", owner(row))).transpose()?;
    let roles = roles_of(db, &rows).await?;
    let mut untold = Vec::new();
    for row in &rows {
        let Some(role) = roles.get(&row.user_id) else { continue };
        untold.extend(due(row, dates.get(role).copied(), &policy, now)?);
    }
    Ok((untold, next))
}

fn unprotected(now: Timestamp) -> Condition {
    let not_exempt = Condition::any()
        .add(user::Column::ExemptUntil.is_null())
        .add(user::Column::ExemptUntil.lte(now.millis()));
    Condition::all().add(user::COLUMN.protected_since.is_null()).add(not_exempt)
}

/// Where nothing has a date that is ahead or has just passed, nobody is looked at.
fn perhaps(policy: &SitePolicy, dates: &HashMap<String, Timestamp>, now: Timestamp) -> Condition {
    let of_all = policy
        .demands_from()
        .into_iter()
        .chain(dates.values().copied())
        .any(|from| !Telling::is_over(from, now));
    if of_all { Condition::all() } else { Condition::all().add(user::Column::RequiredFrom.gt(now.millis())) }
}

/// Of those who sign in: who is invited still is told when they have joined.
async fn roles_of(db: &Database, rows: &[user::Model]) -> Result<HashMap<Vec<u8>, String>, StoreError> {
    let accounts = account::Entity::find()
        .filter(account::COLUMN.site_id.eq(SiteId::BUILT_IN.uuid()))
        .filter(account::COLUMN.deactivated_at.is_null())
        .filter(account::COLUMN.password_hash.is_not_null())
        .filter(account::Column::UserId.is_in(rows.iter().map(|row| row.user_id.clone())))
        .all(db.reader())
        .await
        .map_err(fault)?;
    Ok(accounts.into_iter().map(|row| (row.user_id, row.role)).collect())
}

fn due(
    row: &user::Model,
    of_role: Option<Timestamp>,
    policy: &SitePolicy,
    now: Timestamp,
) -> Result<Option<Untold>, StoreError> {
    let of_user = row.required_from.map(Timestamp::from_millis);
    let demand = Demand { of_user, of_role, exemption: exemption(row)? };
    let Some(deadline) = demand.under(policy, now).deadline() else { return Ok(None) };
    if deadline <= now && of_user == Some(deadline) {
        // Of what is required of them alone, at once, they are told when it is set.
        return Ok(None);
    }
    let told = |of: Option<i64>| of == Some(deadline.millis());
    let (announced, reminded) = (row.announced_deadline, row.reminded_deadline);
    let telling = Telling::of(deadline, told(announced), told(reminded), now);
    let Some(telling) = telling else { return Ok(None) };
    let user = intact("user", owner(row))?;
    Ok(Some(Untold { user, telling, deadline, announced, reminded, now }))
}

fn owner(row: &user::Model) -> Option<User> {
    let id = UserId::parse(str::from_utf8(&row.user_id).ok()?).ok()?;
    Some(User { site: SiteId::from_uuid(row.site_id), id })
}

pub(super) async fn tell(tx: &DatabaseTransaction, untold: &Untold, event: &Event) -> Step {
    let deadline = untold.deadline.millis();
    let update = user::Entity::update_many()
        .col_expr(user::Column::AnnouncedDeadline, Expr::value(deadline))
        .filter(user::Entity::owned_by(&untold.user))
        .filter(unprotected(untold.now))
        .filter(is(user::Column::AnnouncedDeadline, untold.announced))
        .filter(is(user::Column::RemindedDeadline, untold.reminded));
    let update = if untold.telling.reminds(untold.deadline, untold.now) {
        update.col_expr(user::Column::RemindedDeadline, Expr::value(deadline))
    } else {
        update
    };
    one_row(update.exec(tx).await?.rows_affected)?;
    audit::record(tx, event).await
}
