//! A challenge as it stands, with what its answer is judged against: one statement, as the two verbs that every sign-in
//! waits for begin with it.

use super::row;
use crate::backend::Database;
use crate::entity::{api_key, authenticator, budget, challenge, user};
use crate::error::{fault, intact};
use crate::{authenticator as authenticators, budget as budgets, joined, recovery_code};
use domain::factor::FactorKind;
use domain::name::{ChallengeId, SiteId};
use domain::ports::{Challenge, ChallengeState, Credentials, StoreError};
use domain::site::KeyName;
use sea_orm::sea_query::{Expr, Order, Query, SelectStatement};
use sea_orm::{Condition, ConnectionTrait, DbErr, ExprTrait, QueryResult};

// What the columns of each table are called after.
const OF_KEY: &str = "k_";
const OF_CHALLENGE: &str = "c_";
const OF_BUDGET: &str = "b_";
const OF_AUTHENTICATOR: &str = "a_";
/// The revision of the challenge's user now.
const REVISION: &str = "revision_now";

/// The challenge of this id.
pub(crate) async fn find(
    db: &Database,
    site: SiteId,
    id: ChallengeId,
) -> Result<Option<Challenge>, StoreError> {
    let row = db.reader().query_one(&query(site, id)).await.map_err(fault)?;
    row.map(|row| read(&row)).transpose()
}

/// The same, with what an answer of this kind is judged against.
pub(crate) async fn answering(
    db: &Database,
    site: SiteId,
    id: ChallengeId,
    kind: FactorKind,
) -> Result<Option<(Challenge, Credentials)>, StoreError> {
    let rows = db.reader().query_all(&with_factors(query(site, id), kind)).await.map_err(fault)?;
    let Some(first) = rows.first() else { return Ok(None) };
    let challenge = read(first)?;
    let mut credentials = credentials_of(&rows, kind)?;
    if kind == FactorKind::RecoveryCode {
        credentials.code_set = recovery_code::active_set(db.reader(), &challenge.user).await?;
    }
    Ok(Some((challenge, credentials)))
}

/// The same for whoever speaks with the key of this name: with the key, and the challenge is one of its site. The key is there without
/// a challenge, too.
pub(crate) async fn answering_by_key(
    db: &Database,
    key: &KeyName,
    id: ChallengeId,
    kind: FactorKind,
) -> Result<Option<(api_key::Model, Option<(Challenge, Credentials)>)>, StoreError> {
    let rows = db.reader().query_all(&with_factors(query_by_key(key, id), kind)).await.map_err(fault)?;
    let Some(first) = rows.first() else { return Ok(None) };
    let key = intact("api_key", joined::read(first, OF_KEY).map_err(fault)?)?;
    let is_there = joined::read::<challenge::Model>(first, OF_CHALLENGE).map_err(fault)?.is_some();
    let found = if is_there { Some((read(first)?, credentials_of(&rows, kind)?)) } else { None };
    Ok(Some((key, found)))
}

fn query(site: SiteId, id: ChallengeId) -> SelectStatement {
    let mut query = Query::select();
    add(&mut query);
    query
        .from(challenge::Entity)
        .left_join(user::Entity, joined::of_same_user::<user::Entity, challenge::Entity>())
        .and_where(challenge::COLUMN.site_id.eq(site.uuid()))
        .and_where(challenge::COLUMN.id.eq(id.uuid()))
        .take()
}

fn query_by_key(key: &KeyName, id: ChallengeId) -> SelectStatement {
    let mut query = Query::select();
    joined::add::<api_key::Entity>(&mut query, OF_KEY);
    add(&mut query);
    let of_its_site = Expr::col((challenge::Entity, challenge::Column::SiteId))
        .eq(Expr::col((api_key::Entity, api_key::Column::SiteId)));
    query
        .from(api_key::Entity)
        .left_join(
            challenge::Entity,
            Condition::all().add(of_its_site).add(challenge::COLUMN.id.eq(id.uuid())),
        )
        .left_join(user::Entity, joined::of_same_user::<user::Entity, challenge::Entity>())
        .and_where(api_key::COLUMN.name.eq(key.as_str()))
        .take()
}

fn add(query: &mut SelectStatement) {
    joined::add::<challenge::Entity>(query, OF_CHALLENGE);
    query.expr_as(Expr::col((user::Entity, user::Column::Revision)), REVISION);
}

/// Each authenticator of the kind comes with each budget of the user: there are few of both.
fn with_factors(mut query: SelectStatement, kind: FactorKind) -> SelectStatement {
    joined::add::<budget::Entity>(&mut query, OF_BUDGET);
    joined::add::<authenticator::Entity>(&mut query, OF_AUTHENTICATOR);
    query
        .left_join(budget::Entity, joined::of_same_user::<budget::Entity, challenge::Entity>())
        .left_join(
            authenticator::Entity,
            joined::of_same_user::<authenticator::Entity, challenge::Entity>()
                .add(authenticator::COLUMN.state.eq(authenticators::ACTIVE))
                .add(authenticator::COLUMN.kind.eq(kind.as_str())),
        )
        .order_by((budget::Entity, budget::Column::Kind), Order::Asc)
        .order_by((authenticator::Entity, authenticator::Column::AddedAt), Order::Asc)
        .order_by((authenticator::Entity, authenticator::Column::Id), Order::Asc)
        .take()
}

/// One that was opened under another revision of its user is over.
fn read(seen: &QueryResult) -> Result<Challenge, StoreError> {
    let model: challenge::Model = intact("challenge", joined::read(seen, OF_CHALLENGE).map_err(fault)?)?;
    let found = intact("challenge", row::read(model))?;
    let now: Option<i64> = seen.try_get("", REVISION).map_err(fault)?;
    let over = matches!(found.state, ChallengeState::Redeemed | ChallengeState::Cancelled);
    let stands = over || now == Some(found.revision);
    let state = if stands { found.state } else { ChallengeState::Cancelled };
    Ok(Challenge { state, ..found })
}

fn credentials_of(rows: &[QueryResult], kind: FactorKind) -> Result<Credentials, StoreError> {
    let (of_kinds, of_kind) = repeated(rows).map_err(fault)?;
    let (budget, others) = budgets::split(&of_kinds, kind)?;
    Ok(Credentials { budget, others, authenticators: authenticators::all_of(&of_kind)?, code_set: None })
}

fn repeated(rows: &[QueryResult]) -> Result<(Vec<budget::Model>, Vec<authenticator::Model>), DbErr> {
    let (mut budgets, mut authenticators) = (Vec::new(), Vec::new());
    for row in rows {
        joined::once(&mut budgets, joined::read(row, OF_BUDGET)?);
        joined::once(&mut authenticators, joined::read(row, OF_AUTHENTICATOR)?);
    }
    Ok((budgets, authenticators))
}
