//! The list of the people who sign in here.

use super::{frame, good};
use crate::page::seconds;
use crate::problem::Problem;
use crate::standalone::visitor::Administrator;
use crate::state::Server;
use app::page::organization as shown;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::time::Timestamp;
use serde::Deserialize;
use storage::account::{AccountPage, AccountState, AccountsShown, ListedAccount, Role};
use uuid::Uuid;

/// Rows of a page.
const ROWS: u32 = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    search: String,
    #[serde(default)]
    show: String,
    after: Option<String>,
    withdrawn: Option<String>,
}

pub(super) async fn list(
    State(server): State<Server>,
    by: Administrator,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = asked.map_err(|_| Problem::Malformed)?;
    let shown = shown::Shown::ALL.into_iter().find(|shown| shown.name() == asked.show).unwrap_or_default();
    let after = asked.after.as_deref().map(Uuid::try_parse).transpose().map_err(|_| Problem::Malformed)?;
    let now = server.now();
    let page = AccountPage { search: asked.search.clone(), shown: accounts(shown), after, limit: ROWS, now };
    let page = server.accounts().page(&page).await?;
    let users = shown::Users {
        next: page.items.last().filter(|_| page.more).map(|last| last.id.to_string()),
        later: after.is_some(),
        withdrawn: asked.withdrawn.is_some(),
        users: page.items.iter().map(|one| listed(one, now)).collect(),
        search: asked.search,
        shown,
    };
    Ok(good(shown::users(&frame(&server, &by.account), &users)))
}

fn accounts(shown: shown::Shown) -> AccountsShown {
    match shown {
        shown::Shown::All => AccountsShown::All,
        shown::Shown::Protected => AccountsShown::Protected,
        shown::Shown::Unprotected => AccountsShown::Unprotected,
        shown::Shown::Locked => AccountsShown::Locked,
        shown::Shown::CodesLow => AccountsShown::CodesLow,
        shown::Shown::Invited => AccountsShown::Invited,
        shown::Shown::Deactivated => AccountsShown::Deactivated,
        shown::Shown::Required => AccountsShown::Required,
    }
}

fn listed(of: &ListedAccount, now: Timestamp) -> shown::ListedUser {
    let low = of.codes_left.filter(|_| of.is_low());
    shown::ListedUser {
        id: of.id.to_string(),
        email: of.email.as_str().to_owned(),
        name: of.name.as_ref().map(|name| name.as_str().to_owned()),
        standing: standing(of),
        admin: of.role == Role::Admin,
        protected: of.protected_since.is_some(),
        locked: of.locked_until.map(|until| seconds(until.since(now))),
        low: low.and_then(|left| u32::try_from(left).ok()),
    }
}

fn standing(of: &ListedAccount) -> shown::Standing {
    match (of.state, of.invited_until) {
        (AccountState::Active, _) => shown::Standing::Active,
        (AccountState::Deactivated, _) => shown::Standing::Deactivated,
        (AccountState::Invited, Some(_)) => shown::Standing::Invited,
        (AccountState::Invited, None) => shown::Standing::Expired,
    }
}
