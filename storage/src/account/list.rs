//! The list of accounts: a page at a time, in the order of their addresses, which is that of an index.

use super::{AccountState, Email, Role, from_row, invitation, of_built_in_site};
use crate::backend::Database;
use crate::entity::{account, account_link};
use crate::error::{fault, intact};
use crate::{budget, recovery_code, requirement, user};
use domain::budget::{Allowance, Budget, LONGEST_WAIT};
use domain::factor::recovery_code::LOW;
use domain::name::{Name, SiteId};
use domain::page::Page;
use domain::ports::StoreError;
use domain::time::Timestamp;
use sea_orm::sea_query::{Expr, LikeExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

const SITE: SiteId = SiteId::BUILT_IN;

/// Which accounts a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AccountsShown {
    /// All of them.
    #[default]
    All,
    /// Those with two-factor authentication.
    Protected,
    /// Those who can sign in without.
    Unprotected,
    /// Those of whom no code of some kind, or no password, is judged right now.
    Locked,
    /// Those with few recovery codes left.
    CodesLow,
    /// Those who have not joined yet.
    Invited,
    /// Those who cannot sign in any more.
    Deactivated,
    /// Those of whom two-factor authentication is required.
    Required,
}

/// A page of accounts to be read.
#[derive(Clone, Debug)]
pub struct AccountPage {
    /// Only those with this in their address or name, in any case; empty: all of them.
    pub search: String,
    /// Only these.
    pub shown: AccountsShown,
    /// Only those behind this one.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: u32,
    /// Now.
    pub now: Timestamp,
}

/// An account as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAccount {
    /// Its id.
    pub id: Uuid,
    /// The address it signs in with.
    pub email: Email,
    /// What the person is called, if anybody said.
    pub name: Option<Name>,
    /// What it may do.
    pub role: Role,
    /// Whether it can sign in.
    pub state: AccountState,
    /// Until when its invitation is good, if it has one.
    pub invited_until: Option<Timestamp>,
    /// Since when two-factor authentication is on.
    pub protected_since: Option<Timestamp>,
    /// Unused recovery codes; `None` if there is no set.
    pub codes_left: Option<usize>,
    /// Until when no code of some kind, or no password, is judged.
    pub locked_until: Option<Timestamp>,
}

impl ListedAccount {
    /// Whether few recovery codes are left.
    #[must_use]
    pub fn is_low(&self) -> bool {
        self.codes_left.is_some_and(|left| left <= LOW)
    }
}

impl AccountsShown {
    /// What the statement narrows the list to. It may leave some in that [`Self::keep`] takes out.
    fn narrow(self, now: Timestamp) -> Condition {
        let users = account::Column::UserId;
        match self {
            Self::All => Condition::all(),
            Self::Protected => Condition::all().add(users.in_subquery(user::protected(SITE))),
            Self::Unprotected => Condition::all()
                .add(users.not_in_subquery(user::protected(SITE)))
                .add(account::COLUMN.password_hash.is_not_null())
                .add(account::COLUMN.deactivated_at.is_null()),
            Self::Locked => Condition::all().add(
                Condition::any()
                    .add(users.in_subquery(budget::maybe_locked(SITE)))
                    .add(account::Column::PasswordFailures.ne(0)),
            ),
            Self::CodesLow => Condition::all().add(users.in_subquery(recovery_code::maybe_low(SITE))),
            Self::Invited => Condition::all()
                .add(account::COLUMN.password_hash.is_null())
                .add(account::COLUMN.deactivated_at.is_null()),
            Self::Deactivated => Condition::all().add(account::COLUMN.deactivated_at.is_not_null()),
            Self::Required => requirement::narrow(now),
        }
    }

    fn keep(self, one: &ListedAccount) -> bool {
        match self {
            Self::All | Self::Required => true,
            Self::Protected => one.protected_since.is_some(),
            Self::Unprotected => one.protected_since.is_none() && one.state == AccountState::Active,
            Self::Locked => one.locked_until.is_some(),
            Self::CodesLow => one.is_low(),
            Self::Invited => one.state == AccountState::Invited,
            Self::Deactivated => one.state == AccountState::Deactivated,
        }
    }
}

/// Reads on until the page is full: a lock ends by itself, and the database only knows who may have one.
pub(super) async fn page(db: &Database, asked: &AccountPage) -> Result<Page<ListedAccount>, StoreError> {
    let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    let mut items: Vec<ListedAccount> = Vec::new();
    let mut after = mark(db, asked.after).await?;
    loop {
        let rows = read(db, asked, after.as_deref()).await?;
        let last = rows.len() <= limit;
        after = rows.last().map(|row| row.email_key.clone());
        items.extend(described(db, rows, asked.now).await?.into_iter().filter(|one| asked.shown.keep(one)));
        if last || items.len() > limit {
            let more = items.len() > limit;
            items.truncate(limit);
            return Ok(Page { items, more });
        }
    }
}

/// Where the list goes on.
async fn mark(db: &Database, after: Option<Uuid>) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(id) = after else { return Ok(None) };
    let found = account::Entity::find().filter(super::this(id)).one(db.reader()).await.map_err(fault)?;
    Ok(found.map(|row| row.email_key))
}

/// One more than the page holds.
async fn read(
    db: &Database,
    asked: &AccountPage,
    after: Option<&[u8]>,
) -> Result<Vec<account::Model>, StoreError> {
    let behind = after.map(|key| account::Column::EmailKey.gt(key.to_vec()));
    account::Entity::find()
        .filter(of_built_in_site())
        .filter(
            behind
                .into_iter()
                .chain(holds(&asked.search))
                .fold(asked.shown.narrow(asked.now), Condition::add),
        )
        .order_by_asc(account::Column::EmailKey)
        .limit(u64::from(asked.limit) + 1)
        .all(db.reader())
        .await
        .map_err(fault)
}

fn holds(search: &str) -> Option<Expr> {
    let escaped = |letter: char| match letter {
        '!' | '%' | '_' => vec!['!', letter],
        _ => vec![letter],
    };
    // No address and no name has one, and PostgreSQL takes no text with a NUL.
    let lower = search.trim().to_lowercase();
    let letters = lower.chars().filter(|letter| !letter.is_control());
    let wanted: String = letters.flat_map(escaped).collect();
    let pattern = LikeExpr::new(["%", &wanted, "%"].concat()).escape('!');
    (!wanted.is_empty()).then(|| Expr::col(account::Column::SearchText).like(pattern))
}

/// What the list shows of these accounts, in five reads however many they are.
async fn described(
    db: &Database,
    rows: Vec<account::Model>,
    now: Timestamp,
) -> Result<Vec<ListedAccount>, StoreError> {
    let users: Vec<Vec<u8>> = rows.iter().map(|row| row.user_id.clone()).collect();
    let since: HashMap<_, _> = user::protected_of(db, SITE, &users).await?.into_iter().collect();
    let left: HashMap<_, _> = recovery_code::left_of(db.reader(), SITE, &users).await?.into_iter().collect();
    let mut locks: HashMap<Vec<u8>, Timestamp> = HashMap::new();
    for (user, budget) in budget::of_users(db, SITE, &users).await? {
        if let Some(until) = locked_until(&budget, now) {
            let latest = locks.entry(user).or_insert(until);
            *latest = until.max(*latest);
        }
    }
    let invited = invited(db, &rows, now).await?;
    let listed = |row: account::Model| {
        let key = row.user_id.clone();
        let account = from_row(row)?;
        let password_lock =
            Some(account.password_not_before).filter(|until| until.ends_within(LONGEST_WAIT, now));
        Some(ListedAccount {
            id: account.id,
            state: account.state(),
            email: account.email,
            name: account.name,
            role: account.role,
            invited_until: invited.get(&account.id).copied(),
            protected_since: since.get(&key).copied(),
            codes_left: left.get(&key).copied(),
            locked_until: locks.get(&key).copied().max(password_lock),
        })
    };
    rows.into_iter().map(|row| intact("account", listed(row))).collect()
}

/// Until when the invitations of those of these accounts are good that have one.
async fn invited(
    db: &Database,
    rows: &[account::Model],
    now: Timestamp,
) -> Result<HashMap<Uuid, Timestamp>, StoreError> {
    let ids: Vec<Uuid> = rows.iter().filter(|row| row.password_hash.is_none()).map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = account_link::Entity::find()
        .filter(invitation::good(now))
        .filter(account_link::Column::AccountId.is_in(ids))
        .all(db.reader())
        .await
        .map_err(fault)?;
    let until = |link: account_link::Model| Some((link.account_id?, Timestamp::from_millis(link.expires_at)));
    Ok(found.into_iter().filter_map(until).collect())
}

fn locked_until(budget: &Budget, now: Timestamp) -> Option<Timestamp> {
    match budget.allowance(now) {
        Allowance::Open => None,
        Allowance::Wait(wait) | Allowance::Stopped(wait) => Some(now + wait),
    }
}
