//! One-time links that create accounts. There is no default account: the first one comes from a link that the first
//! start prints.

use super::{Account, Email, Role, any, from_row, lock, search_text, user_of};
use crate::backend::Database;
use crate::entity::{account, account_link, user_bytes};
use crate::error::{Step, Stop, fault, intact, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{audit, moment, user};
use domain::audit::Event;
use domain::name::SiteId;
use domain::ports::StoreError;
use domain::seal::Sealed;
use domain::session::TokenHash;
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{EntityTrait, IntoActiveModel, QueryFilter, SqlErr};
use uuid::Uuid;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// The first administrator: good only while there is no account.
    FirstAdmin,
    /// One more account.
    Account,
}

impl LinkPurpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::FirstAdmin => "first_admin",
            Self::Account => "account",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::FirstAdmin, Self::Account].into_iter().find(|purpose| purpose.as_str() == text)
    }
}

/// A link to be stored.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The hash of its token.
    pub token: TokenHash,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// For whom; `None`: whoever redeems it gives an address.
    pub email: Option<Email>,
    /// What the account may do.
    pub role: Role,
    /// Now.
    pub created_at: Timestamp,
    /// Until when it can be redeemed.
    pub expires_at: Timestamp,
}

/// What became of a link to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreatedLink {
    /// It is stored.
    Created,
    /// It is for the first administrator, and there is an account already.
    AccountExists,
    /// Its address has an account already.
    EmailTaken,
    /// The built-in site is missing: the database was not migrated.
    Refused,
}

/// What became of the link for the first administrator.
#[derive(Clone, Debug)]
pub enum FirstLink {
    /// The new one is stored, in the place of any earlier one.
    Created,
    /// There is one already that can be used: its sealed token. It is good as long as the new one would have been.
    Kept(Sealed),
    /// There is an account already.
    AccountExists,
    /// The built-in site is missing: the database was not migrated.
    Refused,
}

/// A link that can be redeemed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// For whom.
    pub email: Option<Email>,
    /// What the account may do.
    pub role: Role,
    /// Until when it can be redeemed.
    pub expires_at: Timestamp,
}

/// The account that a link is redeemed for.
#[derive(Clone)]
pub struct NewAccount {
    /// Its id, a UUID version 7.
    pub id: Uuid,
    /// Its address. Where the link names one, that one counts.
    pub email: Email,
    /// Its password's hash.
    pub password_hash: String,
}

/// What became of a redeemed link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redemption {
    /// The account is there.
    Created(Account),
    /// The link was used or replaced, has expired, or never was.
    LinkUsed,
    /// The address has an account already; the link can still be redeemed.
    EmailTaken,
}

pub(super) async fn create(tx: &DatabaseTransaction, new: &NewLink) -> Step<CreatedLink> {
    lock(tx).await?;
    if new.purpose == LinkPurpose::FirstAdmin {
        if any(tx).await? {
            return Ok(CreatedLink::AccountExists);
        }
        account_link::Entity::delete_many().filter(first()).exec(tx).await?;
    }
    if let Some(email) = &new.email
        && super::member::is_taken(tx, email, None).await?
    {
        return Ok(CreatedLink::EmailTaken);
    }
    account_link::Entity::insert(to_row(new).into_active_model()).exec_without_returning(tx).await?;
    Ok(CreatedLink::Created)
}

/// Stores the link for the first administrator, or prolongs the one that is there, unless that is to be replaced.
pub(super) async fn keep_first(
    tx: &DatabaseTransaction,
    new: &NewLink,
    sealed: &Sealed,
    replace: bool,
) -> Step<FirstLink> {
    lock(tx).await?;
    if any(tx).await? {
        return Ok(FirstLink::AccountExists);
    }
    let prolonged = account_link::Entity::update_many()
        .col_expr(account_link::Column::ExpiresAt, Expr::value(new.expires_at.millis()))
        .filter(first().add(account_link::COLUMN.sealed_token.is_not_null()))
        .filter(account_link::COLUMN.expires_at.gt(new.created_at.millis()));
    if !replace && prolonged.exec(tx).await?.rows_affected == 1 {
        let row = account_link::Entity::find().filter(first()).one(tx).await?.ok_or(Stop::Guard)?;
        return Ok(FirstLink::Kept(Sealed::from_bytes(
            row.sealed_token.ok_or(Stop::Corrupt("account_link"))?,
        )));
    }
    account_link::Entity::delete_many().filter(first()).exec(tx).await?;
    let row = account_link::Model { sealed_token: Some(sealed.bytes().to_vec()), ..to_row(new) };
    account_link::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(FirstLink::Created)
}

/// The links for the first administrator that were not used.
fn first() -> Condition {
    usable().add(account_link::COLUMN.purpose.eq(LinkPurpose::FirstAdmin.as_str()))
}

pub(super) async fn find(
    db: &Database,
    token: TokenHash,
    now: Timestamp,
) -> Result<Option<Link>, StoreError> {
    let query = account_link::Entity::find().filter(redeemable(token, now));
    let found = query.one(db.reader()).await.map_err(fault)?;
    found.map(|row| intact("account_link", link_from_row(&row))).transpose()
}

pub(super) async fn redeem(
    tx: &DatabaseTransaction,
    token: TokenHash,
    new: &NewAccount,
    now: Timestamp,
    event: &Event,
) -> Step<Redemption> {
    lock(tx).await?;
    let used = account_link::Entity::update_many()
        .col_expr(account_link::Column::UsedAt, Expr::value(now.millis()))
        .filter(redeemable(token, now))
        .exec(tx)
        .await?;
    one_row(used.rows_affected)?;
    let row = account_link::Entity::find().filter(this(token)).one(tx).await?.ok_or(Stop::Guard)?;
    let link = link_from_row(&row).ok_or(Stop::Corrupt("account_link"))?;
    if link.purpose == LinkPurpose::FirstAdmin && any(tx).await? {
        return Err(Stop::Guard);
    }
    let row = account_row(&link, new, now).ok_or(Stop::Corrupt("account"))?;
    let inserted = account::Entity::insert(row.clone().into_active_model()).exec_without_returning(tx).await;
    match inserted.map_err(|error| (error.sql_err(), error)) {
        Ok(_) => {}
        Err((Some(SqlErr::UniqueConstraintViolation(_)), _)) => return Ok(Redemption::EmailTaken),
        Err((_, error)) => return Err(error.into()),
    }
    let created = from_row(row).ok_or(Stop::Corrupt("account"))?;
    user::insert(tx, &created.user, created.email.label(), now).await?;
    user::move_to(tx, &created.user, created.email.label()).await?;
    audit::record(tx, event).await?;
    Ok(Redemption::Created(created))
}

/// Invitations are no links of this kind.
fn usable() -> Condition {
    Condition::all()
        .add(account_link::COLUMN.site_id.eq(SiteId::BUILT_IN.uuid()))
        .add(account_link::COLUMN.account_id.is_null())
        .add(account_link::COLUMN.used_at.is_null())
}

fn this(token: TokenHash) -> Condition {
    Condition::all()
        .add(account_link::COLUMN.site_id.eq(SiteId::BUILT_IN.uuid()))
        .add(account_link::COLUMN.token_hash.eq(token.0.to_vec()))
}

fn redeemable(token: TokenHash, now: Timestamp) -> Condition {
    this(token)
        .add(usable())
        .add(account_link::COLUMN.expires_at.gt(now.millis()))
        .add(moment::plausible(account_link::Column::CreatedAt, now))
}

fn to_row(new: &NewLink) -> account_link::Model {
    account_link::Model {
        site_id: SiteId::BUILT_IN.uuid(),
        token_hash: new.token.0.to_vec(),
        purpose: new.purpose.as_str().to_owned(),
        email: new.email.as_ref().map(|email| email.as_str().to_owned()),
        role: new.role.as_str().to_owned(),
        created_at: new.created_at.millis(),
        expires_at: new.expires_at.millis(),
        used_at: None,
        account_id: None,
        by_user: None,
        sealed_token: None,
    }
}

fn link_from_row(row: &account_link::Model) -> Option<Link> {
    let email = match &row.email {
        Some(text) => Some(Email::known(text)?),
        None => None,
    };
    let expires_at = Timestamp::from_millis(row.expires_at);
    Some(Link {
        purpose: LinkPurpose::parse(&row.purpose)?,
        email,
        role: Role::parse(&row.role)?,
        expires_at,
    })
}

fn account_row(link: &Link, new: &NewAccount, now: Timestamp) -> Option<account::Model> {
    let email = link.email.as_ref().unwrap_or(&new.email);
    Some(account::Model {
        site_id: SiteId::BUILT_IN.uuid(),
        id: new.id,
        user_id: user_bytes(&user_of(new.id)?),
        email: email.as_str().to_owned(),
        email_key: email.key(),
        role: link.role.as_str().to_owned(),
        password_hash: Some(new.password_hash.clone()),
        password_failures: 0,
        password_not_before: 0,
        created_at: now.millis(),
        name: None,
        search_text: search_text(email, None),
        deactivated_at: None,
    })
}
