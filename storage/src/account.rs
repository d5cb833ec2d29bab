//! The accounts of standalone mode: who may sign in, with which password, and what stands between the password and
//! the second factor.
//!
//! An account is bound to a user of the built-in site, whose id is the account's. Everything of the second factor is
//! the user's, and [`crate::SqlStore`]'s. Passwords are hashed elsewhere; here a hash is a text.

mod attempt;
mod browser;
mod email;
mod invitation;
mod link;
mod list;
mod member;
mod password;
mod password_link;
mod pending;

pub(crate) use attempt::forgive as forgive_passwords;
pub use attempt::{Claim, ClaimedTry, PasswordTry};
pub use browser::{SignedInBrowser, SignedOut};
pub use email::Email;
pub use invitation::{Invitation, Invited, NewInvitation, NewMember};
pub use link::{CreatedLink, FirstLink, Link, LinkPurpose, NewAccount, NewLink, Redemption};
pub use list::{AccountPage, AccountsShown, ListedAccount};
pub use member::{Changed, Edited, EditedAccount};
pub use password::NewPassword;
pub use password_link::{ChosenPassword, NewPasswordLink, PasswordLink};
pub use pending::PendingSignIn;

use crate::authority::Authority;
use crate::backend::{Database, steps};
use crate::entity::{OwnedTable, account, site, user};
use crate::error::{Step, Stop, fault, intact, one_row};
use crate::transaction::DatabaseTransaction;
use domain::audit::Event;
use domain::name::{Name, SiteId, User, UserId};
use domain::page::Page;
use domain::ports::StoreError;
use domain::seal::Sealed;
use domain::session::TokenHash;
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Expr, Query};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

/// What an account may do beside looking after itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Looks after the organization.
    Admin,
    /// Nothing.
    Member,
}

impl Role {
    /// The name in SQL, JSON and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }

    /// The role of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Admin, Self::Member].into_iter().find(|role| role.as_str() == text)
    }
}

/// Whether an account can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// Not before it has joined: it has no password yet.
    Invited,
    /// It can.
    Active,
    /// It could, and may again.
    Deactivated,
}

/// One account, as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id, a UUID version 7.
    pub id: Uuid,
    /// The user it is bound to.
    pub user: User,
    /// The address it signs in with.
    pub email: Email,
    /// What it may do.
    pub role: Role,
    /// The password's hash as a PHC string; `None` if it has no password.
    pub password_hash: Option<String>,
    /// After too many wrong passwords: until this moment none is judged where they came from, or of anybody but known
    /// browsers and sessions.
    pub password_not_before: Timestamp,
    /// When it was created.
    pub created_at: Timestamp,
    /// What the person is called, if anybody said.
    pub name: Option<Name>,
    /// When it was deactivated.
    pub deactivated_at: Option<Timestamp>,
}

impl Account {
    /// Whether it can sign in.
    #[must_use]
    pub const fn state(&self) -> AccountState {
        match (self.deactivated_at, &self.password_hash) {
            (Some(_), _) => AccountState::Deactivated,
            (None, None) => AccountState::Invited,
            (None, Some(_)) => AccountState::Active,
        }
    }

    /// Whether it can.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state() == AccountState::Active
    }
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

/// Storage of accounts. Cheap to clone. Each method is one verb and one transaction, as in [`crate::SqlStore`];
/// `Ok(false)` means that its guard did not hold and nothing was changed, and an error is always a fault of the
/// database, never a refusal.
#[derive(Clone, Debug)]
pub struct AccountStore {
    db: Database,
}

impl AccountStore {
    /// Storage in this database, which must have been migrated.
    #[must_use]
    pub const fn new(db: Database) -> Self {
        Self { db }
    }

    /// The same storage, in which this administrator writes, and nobody else: an error says that they may not any more.
    #[must_use]
    pub fn on_word_of(&self, by: &Authority) -> Self {
        Self { db: self.db.on_word_of(by) }
    }

    /// Whether there is any account.
    pub async fn accounts_exist(&self) -> Result<bool, StoreError> {
        any(self.db.reader()).await.map_err(fault)
    }

    /// The account of this address, in any case.
    pub async fn account_by_email(&self, email: &Email) -> Result<Option<Account>, StoreError> {
        self.find(Condition::all().add(account::COLUMN.email_key.eq(email.key()))).await
    }

    /// The account of what somebody typed for its address. What cannot be one is looked up all the same.
    pub async fn account_by_typed(&self, text: &str) -> Result<Option<Account>, StoreError> {
        let key = Email::parse(text).map_or_else(|| b"no address".to_vec(), |email| email.key());
        self.find(Condition::all().add(account::COLUMN.email_key.eq(key))).await
    }

    /// The account that is bound to this user.
    pub async fn account_by_user(&self, user: &User) -> Result<Option<Account>, StoreError> {
        let Ok(id) = Uuid::try_parse(user.id.as_str()) else { return Ok(None) };
        self.find(account::Entity::owned_by(user).add(account::COLUMN.id.eq(id))).await
    }

    /// The revision of the user of an account whose password was judged. `None`: the account has another password by now, or
    /// may not be used any more, and whoever asked begins anew.
    pub async fn revision(&self, judged: &Account) -> Result<Option<i64>, StoreError> {
        let Some(hash) = &judged.password_hash else { return Ok(None) };
        let same = Query::select()
            .expr(Expr::value(1))
            .from(account::Entity)
            .cond_where(this(judged.id).add(account::COLUMN.password_hash.eq(hash.as_str())))
            .and_where(Expr::col((account::Entity, account::Column::DeactivatedAt)).is_null())
            .take();
        let found = user::Entity::find()
            .filter(user::Entity::owned_by(&judged.user))
            .filter(Expr::exists(same))
            .one(self.db.reader())
            .await
            .map_err(fault)?;
        Ok(found.map(|row| row.revision))
    }

    /// A page of the accounts, in the order of their addresses.
    pub async fn page(&self, page: &AccountPage) -> Result<Page<ListedAccount>, StoreError> {
        list::page(&self.db, page).await
    }

    /// Stores a one-time link. A link for the first administrator takes the place of earlier unused ones.
    pub async fn create_link(&self, new: NewLink) -> Result<CreatedLink, StoreError> {
        Ok(self.db.write(steps!(tx => link::create(tx, &new))).await?.unwrap_or(CreatedLink::Refused))
    }

    /// Stores a link for the first administrator with its sealed token. Of several processes that start at once, one
    /// stores its own, and the others get that one; so does a later start, for which it is good as long again. With
    /// `replace` the new one takes its place in any case.
    pub async fn first_link(
        &self,
        new: NewLink,
        sealed: Sealed,
        replace: bool,
    ) -> Result<FirstLink, StoreError> {
        let kept = self.db.write(steps!(tx => link::keep_first(tx, &new, &sealed, replace))).await?;
        Ok(kept.unwrap_or(FirstLink::Refused))
    }

    /// The link of this token, if it can still be redeemed at `now`.
    pub async fn link(&self, token: TokenHash, now: Timestamp) -> Result<Option<Link>, StoreError> {
        link::find(&self.db, token, now).await
    }

    /// Uses a link up and creates its account, with its user and an event. Of many that redeem one link at a time, one
    /// wins.
    pub async fn redeem_link(
        &self,
        token: TokenHash,
        new: NewAccount,
        now: Timestamp,
        event: Event,
    ) -> Result<Redemption, StoreError> {
        // Where the address is taken the link stays good for another one.
        let in_vain = |redemption: &Redemption| matches!(redemption, Redemption::EmailTaken);
        let redeemed =
            self.db.write_unless(in_vain, steps!(tx => link::redeem(tx, token, &new, now, &event))).await?;
        Ok(redeemed.unwrap_or(Redemption::LinkUsed))
    }

    /// Sets another password, and ends the user's other sessions and waiting sign-ins. Guard: the password is the one
    /// that was seen.
    pub async fn set_password(&self, new: NewPassword) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => password::set(tx, &new))).await
    }

    /// Stores a sign-in that waits for its second factor.
    pub async fn open_pending(&self, pending: PendingSignIn) -> Result<(), StoreError> {
        pending::open(&self.db, &pending).await
    }

    /// The waiting sign-in of this token, if it has not expired.
    pub async fn pending(
        &self,
        token: TokenHash,
        now: Timestamp,
    ) -> Result<Option<PendingSignIn>, StoreError> {
        pending::find(&self.db, token, now).await
    }

    /// Takes a waiting sign-in away, for the one who may turn it into a session. Guard: it is there and has not expired.
    pub async fn close_pending(&self, token: TokenHash, now: Timestamp) -> Result<bool, StoreError> {
        pending::close(&self.db, token, now).await
    }

    async fn find(&self, condition: Condition) -> Result<Option<Account>, StoreError> {
        let query = account::Entity::find().filter(of_built_in_site()).filter(condition);
        let found = query.one(self.db.reader()).await.map_err(fault)?;
        found.map(|row| intact("account", from_row(row))).transpose()
    }
}

/// The user that an account of this id is bound to.
#[must_use]
pub fn user_of(account: Uuid) -> Option<User> {
    let id = UserId::parse(&account.hyphenated().to_string()).ok()?;
    Some(User { site: SiteId::BUILT_IN, id })
}

async fn any(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(account::Entity::find().filter(of_built_in_site()).count(db).await? > 0)
}

/// Has whoever else creates, invites or takes away wait, so that what is counted here is true until the commit.
pub(crate) async fn lock(tx: &DatabaseTransaction) -> Step {
    let update = site::Entity::update_many()
        .col_expr(site::Column::Issuer, Expr::col(site::Column::Issuer))
        .filter(site::COLUMN.id.eq(SiteId::BUILT_IN.uuid()));
    one_row(update.exec(tx).await?.rows_affected)
}

async fn account_of(tx: &DatabaseTransaction, id: Uuid) -> Step<Option<Account>> {
    let found = account::Entity::find().filter(this(id)).one(tx).await?;
    found.map(|row| from_row(row).ok_or(Stop::Corrupt("account"))).transpose()
}

/// What a search for a person is compared with.
fn search_text(email: &Email, name: Option<&Name>) -> String {
    [email.as_str(), "\n", name.map_or("", Name::as_str)].concat().to_lowercase()
}

fn of_built_in_site() -> Condition {
    Condition::all().add(account::COLUMN.site_id.eq(SiteId::BUILT_IN.uuid()))
}

fn this(id: Uuid) -> Condition {
    of_built_in_site().add(account::COLUMN.id.eq(id))
}

fn from_row(row: account::Model) -> Option<Account> {
    Some(Account {
        id: row.id,
        user: user_of(row.id)?,
        email: Email::known(&row.email)?,
        role: Role::parse(&row.role)?,
        password_hash: row.password_hash,
        password_not_before: Timestamp::from_millis(row.password_not_before),
        created_at: Timestamp::from_millis(row.created_at),
        name: row.name.map(|name| Name::parse(&name).map_err(|_| ())).transpose().ok()?,
        deactivated_at: row.deactivated_at.map(Timestamp::from_millis),
    })
}
