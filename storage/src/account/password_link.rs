//! Links with which a new password is chosen for an account that has one: mailed to whoever asked, or handed over by an
//! administrator. An account has one at most, and none that outlives its password, its address or its end.
//!
//! The token is stored as its hash, and sealed for the letter that carries it until it is used.

use super::invitation::{forget, of_account};
use super::member::shut_out;
use super::{Account, AccountStore, account_of, attempt, from_row, this, user_of};
use crate::backend::steps;
use crate::entity::{account, account_link};
use crate::error::{Step, Stop, fault, intact, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{audit, letter_limit, moment};
use domain::audit::Event;
use domain::letter_limit::LinkCounts;
use domain::name::{SiteId, UserId};
use domain::policy;
use domain::ports::StoreError;
use domain::seal::Sealed;
use domain::session::TokenHash;
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

/// What stands as the purpose of its row.
const PURPOSE: &str = "password";

/// A link to be stored.
#[derive(Clone, Debug)]
pub struct NewPasswordLink {
    /// The hash of its token.
    pub token: TokenHash,
    /// The token, for the letter, if it can be mailed.
    pub sealed: Option<Sealed>,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// What the log says, and by whom.
    pub event: Event,
}

/// A link that can still be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordLink {
    /// Whose password is chosen with it.
    pub account: Account,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// The token, for the letter.
    pub sealed: Option<Sealed>,
}

/// A password that is chosen with a link.
#[derive(Clone, Debug)]
pub struct ChosenPassword {
    /// The hash of the link's token.
    pub token: TokenHash,
    /// Whose it is.
    pub account: Uuid,
    /// The password's hash.
    pub hash: String,
    /// What the log says.
    pub event: Event,
}

/// Ends the link of this account, if there is one.
pub(super) async fn end(tx: &DatabaseTransaction, id: Uuid) -> Step {
    let this = of_account(id).add(account_link::COLUMN.purpose.eq(PURPOSE));
    account_link::Entity::delete_many().filter(this).exec(tx).await?;
    Ok(())
}

impl AccountStore {
    /// Counts that somebody asks for a link, before anything is known of the address. Guard: there is room in every count.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be counted.
    pub async fn claim_password_link(&self, of: &LinkCounts, now: Timestamp) -> Result<bool, StoreError> {
        let limits = of.limits();
        self.db.guarded(steps!(tx => letter_limit::claim_all(tx, &limits, now))).await
    }

    /// Puts a link in the place of the one before. Guard: the account may sign in.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn make_password_link(&self, id: Uuid, new: &NewPasswordLink) -> Result<bool, StoreError> {
        let new = new.clone();
        self.db.guarded(steps!(tx => make(tx, id, &new, None))).await
    }

    /// Has a link mailed: the one that is there while it is good for some time to come, so that nobody ends it by asking, or
    /// this one. Guard: the account may sign in.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn mail_password_link(&self, id: Uuid, new: &NewPasswordLink) -> Result<bool, StoreError> {
        let (new, kept) = (new.clone(), new.event.at + policy::PASSWORD_LINK_KEPT);
        self.db.guarded(steps!(tx => make(tx, id, &new, Some(kept)))).await
    }

    /// The link of this token, if it is good at `now`.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be read.
    pub async fn password_link(
        &self,
        token: TokenHash,
        now: Timestamp,
    ) -> Result<Option<PasswordLink>, StoreError> {
        self.find_password_link(good(now).add(account_link::COLUMN.token_hash.eq(token.0.to_vec()))).await
    }

    /// The link of this account, if it is good at `now`.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be read.
    pub async fn password_link_of(
        &self,
        id: Uuid,
        now: Timestamp,
    ) -> Result<Option<PasswordLink>, StoreError> {
        self.find_password_link(good(now).add(of_account(id))).await
    }

    /// Uses a link up: its account has this password, and whatever was signed in, waits or is remembered of it has ended. Of
    /// many that choose with one link at a time, one does.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn reset_password(&self, chosen: ChosenPassword) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => reset(tx, &chosen))).await
    }

    async fn find_password_link(&self, which: Condition) -> Result<Option<PasswordLink>, StoreError> {
        let found = account_link::Entity::find().filter(which).one(self.db.reader()).await.map_err(fault)?;
        let Some(row) = found else { return Ok(None) };
        let id = intact("account_link", row.account_id)?;
        let account = account::Entity::find().filter(this(id).add(active()));
        let account = account.one(self.db.reader()).await.map_err(fault)?;
        account.map(|account| intact("account_link", read(row, account))).transpose()
    }
}

/// The account is held first, as by whoever changes its password, its address or its end: they see this link, or this sees
/// what they did.
async fn make(tx: &DatabaseTransaction, id: Uuid, new: &NewPasswordLink, kept: Option<Timestamp>) -> Step {
    let held = account::Entity::update_many()
        .col_expr(account::Column::Role, Expr::col(account::Column::Role))
        .filter(this(id).add(active()));
    one_row(held.exec(tx).await?.rows_affected)?;
    if let Some(until) = kept
        && keep(tx, id, until, new.event.at).await?
    {
        return audit::record(tx, &new.event).await;
    }
    forget(tx, id).await?;
    put(tx, id, new).await?;
    audit::record(tx, &new.event).await
}

/// Whether there is a link that is good beyond `until`.
async fn keep(tx: &DatabaseTransaction, id: Uuid, until: Timestamp, now: Timestamp) -> Step<bool> {
    let there = account_link::Entity::update_many()
        .col_expr(account_link::Column::ExpiresAt, Expr::col(account_link::Column::ExpiresAt))
        .filter(good(now).add(of_account(id)))
        .filter(account_link::COLUMN.expires_at.gt(until.millis()));
    Ok(there.exec(tx).await?.rows_affected > 0)
}

async fn put(tx: &DatabaseTransaction, id: Uuid, new: &NewPasswordLink) -> Step {
    let account = account_of(tx, id).await?.ok_or(Stop::Guard)?;
    let row = account_link::Model {
        site_id: SiteId::BUILT_IN.uuid(),
        token_hash: new.token.0.to_vec(),
        purpose: PURPOSE.to_owned(),
        email: None,
        role: account.role.as_str().to_owned(),
        created_at: new.event.at.millis(),
        expires_at: new.expires_at.millis(),
        used_at: None,
        account_id: Some(id),
        by_user: new.event.by.as_ref().map(UserId::as_str).map(|by| by.as_bytes().to_vec()),
        sealed_token: new.sealed.as_ref().map(|sealed| sealed.bytes().to_vec()),
    };
    account_link::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// In the order of the locks of [`super::password`].
async fn reset(tx: &DatabaseTransaction, chosen: &ChosenPassword) -> Step {
    let user = user_of(chosen.account).ok_or(Stop::Guard)?;
    attempt::forgive(tx, &user).await?;
    let update = account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::value(chosen.hash.as_str()))
        .filter(this(chosen.account).add(active()));
    one_row(update.exec(tx).await?.rows_affected)?;
    let use_up = account_link::Entity::update_many()
        .col_expr(account_link::Column::UsedAt, Expr::value(chosen.event.at.millis()))
        .col_expr(account_link::Column::SealedToken, Expr::value(Option::<Vec<u8>>::None))
        .filter(good(chosen.event.at).add(of_account(chosen.account)))
        .filter(account_link::COLUMN.token_hash.eq(chosen.token.0.to_vec()));
    one_row(use_up.exec(tx).await?.rows_affected)?;
    shut_out(tx, &user).await?;
    audit::record(tx, &chosen.event).await
}

/// Accounts that may sign in.
fn active() -> Condition {
    Condition::all()
        .add(account::COLUMN.password_hash.is_not_null())
        .add(account::COLUMN.deactivated_at.is_null())
}

fn good(now: Timestamp) -> Condition {
    Condition::all()
        .add(account_link::COLUMN.site_id.eq(SiteId::BUILT_IN.uuid()))
        .add(account_link::COLUMN.purpose.eq(PURPOSE))
        .add(account_link::COLUMN.account_id.is_not_null())
        .add(account_link::COLUMN.used_at.is_null())
        .add(moment::ends_within(account_link::Column::ExpiresAt, policy::PASSWORD_LINK, now))
        .add(moment::plausible(account_link::Column::CreatedAt, now))
}

fn read(row: account_link::Model, account: account::Model) -> Option<PasswordLink> {
    Some(PasswordLink {
        account: from_row(account)?,
        expires_at: Timestamp::from_millis(row.expires_at),
        sealed: row.sealed_token.map(Sealed::from_bytes),
    })
}
