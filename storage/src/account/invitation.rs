//! Invitations: an account that is there already, with its address, name and role, and joins by a link.
//!
//! The link's token is stored as its hash, and sealed for the letter that carries it until it is used.

use super::{
    Account, AccountStore, Email, Role, account_of, from_row, lock, member, search_text, this, user_of,
};
use crate::backend::steps;
use crate::entity::{account, account_link, user_bytes};
use crate::error::{Step, Stop, fault, intact, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{administering, audit, moment, requirement, user};
use domain::audit::Event;
use domain::name::{Name, SiteId, UserId};
use domain::ports::{SetRequirement, StoreError};
use domain::seal::Sealed;
use domain::session::TokenHash;
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

/// What stands as the purpose of its row.
const PURPOSE: &str = "invitation";

/// Somebody who is to have an account.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// The account's id, a UUID version 7.
    pub id: Uuid,
    /// The address to sign in with.
    pub email: Email,
    /// What the person is called, if anybody said.
    pub name: Option<Name>,
    /// What the account may do.
    pub role: Role,
    /// What is required of the person from the first sign-in on.
    pub required: Option<SetRequirement>,
}

/// A link to be stored.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// The hash of its token.
    pub token: TokenHash,
    /// The token, for the letter.
    pub sealed: Option<Sealed>,
    /// The administrator who invites.
    pub by: Option<UserId>,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// What the log says.
    pub event: Event,
}

/// A link that can still be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Who joins by it.
    pub account: Account,
    /// The administrator who invited.
    pub by: Option<UserId>,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// The token, for the letter.
    pub sealed: Option<Sealed>,
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invited {
    /// The account is there, and waits.
    Done,
    /// Its address has an account already.
    EmailTaken,
    /// The built-in site is missing: the database was not migrated.
    Refused,
}

impl AccountStore {
    /// Creates an account that waits for its person, with the link by which they join.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn invite(&self, member: &NewMember, by: &NewInvitation) -> Result<Invited, StoreError> {
        let (member, by) = (member.clone(), by.clone());
        Ok(self.db.write(steps!(tx => invite(tx, &member, &by))).await?.unwrap_or(Invited::Refused))
    }

    /// Puts another link in the place of the one before. Guard: the account has not joined, and is not deactivated.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn invite_again(&self, id: Uuid, by: &NewInvitation) -> Result<bool, StoreError> {
        let by = by.clone();
        self.db.guarded(steps!(tx => invite_again(tx, id, &by))).await
    }

    /// Takes an invitation back, and the account with it; its address is free again. Guard: it has not joined.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn withdraw(&self, id: Uuid, event: Event) -> Result<bool, StoreError> {
        self.db.guarded(steps!(tx => withdraw(tx, id, &event))).await
    }

    /// The invitation of this token, if it is good at `now`.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be read.
    pub async fn invitation(
        &self,
        token: TokenHash,
        now: Timestamp,
    ) -> Result<Option<Invitation>, StoreError> {
        self.find_invitation(good(now).add(account_link::COLUMN.token_hash.eq(token.0.to_vec()))).await
    }

    /// The invitation of this account, if it is good at `now`.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be read.
    pub async fn invitation_of(&self, id: Uuid, now: Timestamp) -> Result<Option<Invitation>, StoreError> {
        self.find_invitation(good(now).add(account_link::COLUMN.account_id.eq(id))).await
    }

    /// Uses a link up: its account has a password from now on. Of many that join by one link at a time, one does.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be stored.
    pub async fn join(
        &self,
        token: TokenHash,
        id: Uuid,
        password_hash: &str,
        event: Event,
    ) -> Result<bool, StoreError> {
        let password_hash = password_hash.to_owned();
        self.db.guarded(steps!(tx => join(tx, token, id, &password_hash, &event))).await
    }

    async fn find_invitation(&self, which: Condition) -> Result<Option<Invitation>, StoreError> {
        let found = account_link::Entity::find().filter(which).one(self.db.reader()).await.map_err(fault)?;
        let Some(row) = found else { return Ok(None) };
        let id = intact("account_link", row.account_id)?;
        let waits = this(id).add(waiting());
        let account = account::Entity::find().filter(waits).one(self.db.reader()).await.map_err(fault)?;
        account.map(|account| intact("account_link", read(row, account))).transpose()
    }
}

/// Has a link be good for nothing, if there is one.
pub(super) async fn forget(tx: &DatabaseTransaction, id: Uuid) -> Step {
    account_link::Entity::delete_many().filter(of_account(id)).exec(tx).await?;
    Ok(())
}

async fn invite(tx: &DatabaseTransaction, new: &NewMember, by: &NewInvitation) -> Step<Invited> {
    lock(tx).await?;
    if member::is_taken(tx, &new.email, None).await? {
        return Ok(Invited::EmailTaken);
    }
    let owner = user_of(new.id).ok_or(Stop::Guard)?;
    let row = account::Model {
        site_id: SiteId::BUILT_IN.uuid(),
        id: new.id,
        user_id: user_bytes(&owner),
        email: new.email.as_str().to_owned(),
        email_key: new.email.key(),
        role: new.role.as_str().to_owned(),
        password_hash: None,
        password_failures: 0,
        password_not_before: 0,
        created_at: by.event.at.millis(),
        name: new.name.as_ref().map(|name| name.as_str().to_owned()),
        search_text: search_text(&new.email, new.name.as_ref()),
        deactivated_at: None,
    };
    account::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    user::insert(tx, &owner, new.email.label(), by.event.at).await?;
    user::move_to(tx, &owner, new.email.label()).await?;
    put(tx, new.id, new.role, by).await?;
    if let Some(required) = &new.required {
        requirement::set(tx, required).await?;
    }
    Ok(Invited::Done)
}

async fn invite_again(tx: &DatabaseTransaction, id: Uuid, by: &NewInvitation) -> Step {
    lock(tx).await?;
    let account = account_of(tx, id).await?.ok_or(Stop::Guard)?;
    if account.state() != super::AccountState::Invited {
        return Err(Stop::Guard);
    }
    forget(tx, id).await?;
    put(tx, id, account.role, by).await
}

async fn put(tx: &DatabaseTransaction, id: Uuid, role: Role, by: &NewInvitation) -> Step {
    let row = account_link::Model {
        site_id: SiteId::BUILT_IN.uuid(),
        token_hash: by.token.0.to_vec(),
        purpose: PURPOSE.to_owned(),
        email: None,
        role: role.as_str().to_owned(),
        created_at: by.event.at.millis(),
        expires_at: by.expires_at.millis(),
        used_at: None,
        account_id: Some(id),
        by_user: by.by.as_ref().map(|by| by.as_str().as_bytes().to_vec()),
        sealed_token: by.sealed.as_ref().map(|sealed| sealed.bytes().to_vec()),
    };
    account_link::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    audit::record(tx, &by.event).await
}

async fn withdraw(tx: &DatabaseTransaction, id: Uuid, event: &Event) -> Step {
    lock(tx).await?;
    let delete =
        account::Entity::delete_many().filter(this(id)).filter(account::COLUMN.password_hash.is_null());
    one_row(delete.exec(tx).await?.rows_affected)?;
    forget(tx, id).await?;
    administering::erase(tx, &user_of(id).ok_or(Stop::Guard)?, event).await
}

/// The account's own guard says that it has not joined meanwhile, and may.
async fn join(
    tx: &DatabaseTransaction,
    token: TokenHash,
    id: Uuid,
    password_hash: &str,
    event: &Event,
) -> Step {
    lock(tx).await?;
    let use_up = account_link::Entity::update_many()
        .col_expr(account_link::Column::UsedAt, Expr::value(event.at.millis()))
        .col_expr(account_link::Column::SealedToken, Expr::value(Option::<Vec<u8>>::None))
        .filter(good(event.at).add(account_link::COLUMN.account_id.eq(id)))
        .filter(account_link::COLUMN.token_hash.eq(token.0.to_vec()));
    one_row(use_up.exec(tx).await?.rows_affected)?;
    let update = account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::value(password_hash))
        .col_expr(account::Column::PasswordFailures, Expr::value(0))
        .col_expr(account::Column::PasswordNotBefore, Expr::value(0_i64))
        .filter(this(id).add(waiting()));
    one_row(update.exec(tx).await?.rows_affected)?;
    audit::record(tx, event).await
}

/// Accounts that may join.
fn waiting() -> Condition {
    Condition::all()
        .add(account::COLUMN.password_hash.is_null())
        .add(account::COLUMN.deactivated_at.is_null())
}

pub(super) fn of_account(id: Uuid) -> Condition {
    Condition::all()
        .add(account_link::COLUMN.site_id.eq(SiteId::BUILT_IN.uuid()))
        .add(account_link::COLUMN.account_id.eq(id))
}

pub(super) fn good(now: Timestamp) -> Condition {
    Condition::all()
        .add(account_link::COLUMN.site_id.eq(SiteId::BUILT_IN.uuid()))
        .add(account_link::COLUMN.purpose.eq(PURPOSE))
        .add(account_link::COLUMN.account_id.is_not_null())
        .add(account_link::COLUMN.used_at.is_null())
        .add(account_link::COLUMN.expires_at.gt(now.millis()))
        .add(moment::plausible(account_link::Column::CreatedAt, now))
}

fn read(row: account_link::Model, account: account::Model) -> Option<Invitation> {
    let by = |bytes: Vec<u8>| UserId::parse(str::from_utf8(&bytes).ok()?).ok();
    Some(Invitation {
        account: from_row(account)?,
        by: row.by_user.map(|bytes| by(bytes).ok_or(())).transpose().ok()?,
        expires_at: Timestamp::from_millis(row.expires_at),
        sealed: row.sealed_token.map(Sealed::from_bytes),
    })
}
