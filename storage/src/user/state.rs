//! All that is known of a user, as of one moment: in one statement, so that the revision is the one of what was seen, at the
//! cost of one way to the database and back.

use super::reachable;
use crate::backend::Database;
use crate::entity::{OwnedTable, authenticator, bypass_code, code_set, recovery_code, user};
use crate::error::{fault, intact};
use crate::{joined, requirement};
use domain::name::{Label, User};
use domain::ports::{StoreError, UserState};
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

// What the columns of each table are called after.
const OF_USER: &str = "u_";
const OF_AUTHENTICATOR: &str = "a_";
const OF_BYPASS_CODE: &str = "b_";
const OF_SET: &str = "s_";
const OF_CODE: &str = "c_";
const OF_ROLE: &str = "required_of_role";

pub(crate) async fn state(db: &Database, of: &User) -> Result<UserState, StoreError> {
    let rows = db.reader().query_all(&query(of)).await.map_err(fault)?;
    match rows.first() {
        Some(first) => read(of, first, &Factors::of(&rows).map_err(fault)?),
        None => without_row(db, of).await,
    }
}

/// Of somebody unknown there is nothing; what there is all the same makes a contradiction.
async fn without_row(db: &Database, of: &User) -> Result<UserState, StoreError> {
    Ok(UserState {
        authenticators: crate::authenticator::active(db.reader(), of).await?,
        code_set: crate::recovery_code::active_set(db.reader(), of).await?,
        ..UserState::default()
    })
}

/// Each authenticator comes with each code of the active set: there are ten codes, and few authenticators.
fn query(of: &User) -> SelectStatement {
    let mut query = Query::select();
    joined::add::<user::Entity>(&mut query, OF_USER);
    joined::add::<authenticator::Entity>(&mut query, OF_AUTHENTICATOR);
    joined::add::<bypass_code::Entity>(&mut query, OF_BYPASS_CODE);
    joined::add::<code_set::Entity>(&mut query, OF_SET);
    joined::add::<recovery_code::Entity>(&mut query, OF_CODE);
    if let Some(required) = requirement::of_role(of) {
        query.expr_as(required, OF_ROLE);
    }
    query
        .from(user::Entity)
        .left_join(
            authenticator::Entity,
            joined::of_same_user::<authenticator::Entity, user::Entity>()
                .add(authenticator::COLUMN.state.eq(crate::authenticator::ACTIVE)),
        )
        .left_join(bypass_code::Entity, joined::of_same_user::<bypass_code::Entity, user::Entity>())
        .left_join(
            code_set::Entity,
            joined::of_same_user::<code_set::Entity, user::Entity>().add(code_set::COLUMN.active.eq(true)),
        )
        .left_join(recovery_code::Entity, of_set())
        .cond_where(user::Entity::owned_by(of))
        .order_by((authenticator::Entity, authenticator::Column::AddedAt), Order::Asc)
        .order_by((authenticator::Entity, authenticator::Column::Id), Order::Asc)
        .order_by((recovery_code::Entity, recovery_code::Column::Id), Order::Asc)
        .take()
}

fn of_set() -> Condition {
    let set = Expr::col((code_set::Entity, code_set::Column::Id));
    joined::of_same_user::<recovery_code::Entity, code_set::Entity>()
        .add(Expr::col((recovery_code::Entity, recovery_code::Column::SetId)).eq(set))
}

/// What the rows repeat.
#[derive(Default)]
struct Factors {
    authenticators: Vec<authenticator::Model>,
    codes: Vec<recovery_code::Model>,
}

impl Factors {
    fn of(rows: &[QueryResult]) -> Result<Self, DbErr> {
        let mut factors = Self::default();
        for row in rows {
            joined::once(&mut factors.authenticators, joined::read(row, OF_AUTHENTICATOR)?);
            joined::once(&mut factors.codes, joined::read(row, OF_CODE)?);
        }
        Ok(factors)
    }
}

fn read(of: &User, first: &QueryResult, factors: &Factors) -> Result<UserState, StoreError> {
    let row: user::Model = intact("user", joined::read(first, OF_USER).map_err(fault)?)?;
    let set: Option<code_set::Model> = joined::read(first, OF_SET).map_err(fault)?;
    let bypass_code = joined::read(first, OF_BYPASS_CODE).map_err(fault)?;
    let of_role: Option<i64> = match requirement::of_role(of) {
        Some(_) => first.try_get("", OF_ROLE).map_err(fault)?,
        None => None,
    };
    Ok(UserState {
        label: Some(intact("user", Label::parse(&row.label).ok())?),
        email: reachable(&row),
        protected_since: row.protected_since.map(Timestamp::from_millis),
        revision: row.revision,
        authenticators: crate::authenticator::all_of(&factors.authenticators)?,
        code_set: set.map(|set| crate::recovery_code::set_of(&set, &factors.codes)).transpose()?,
        bypass_code: bypass_code.map(|row| crate::bypass_code::code_of(&row)).transpose()?,
        demand: requirement::demand(&row, of_role.map(Timestamp::from_millis))?,
    })
}
