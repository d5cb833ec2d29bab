//! Tickets, the challenges they open, and trusted devices.

use crate::backend::Database;
use crate::entity::{OwnedTable, challenge, challenge_access, ticket, trusted_device, user_bytes};
use crate::error::{Step, Stop, fault, intact, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{audit, moment, session};
use domain::audit::Event;
use domain::name::{ChallengeId, DeviceId, SiteId, User, UserId};
use domain::policy;
use domain::ports::{
    ChallengeAccess, NewDevice, OpenedBy, RecognizedDevice, Standing, StoreError, Ticket, TicketFor,
    TornTicket, TrustedDevice,
};
use domain::session::TokenHash;
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, EntityTrait, Insert, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

pub(crate) async fn issue(db: &Database, issued: &Ticket) -> Result<(), StoreError> {
    db.change(&new_ticket(issued)).await.map(|_| ())
}

pub(crate) fn new_ticket(issued: &Ticket) -> Insert<ticket::ActiveModel> {
    let (challenge_id, sign_in_id) = match issued.opens {
        TicketFor::Session { sign_in } => (None, sign_in.map(ChallengeId::uuid)),
        TicketFor::Challenge(id) => (Some(id.uuid()), None),
    };
    let row = ticket::Model {
        token_hash: issued.hash.0.to_vec(),
        site_id: issued.user.site.uuid(),
        user_id: user_bytes(&issued.user),
        challenge_id,
        expires_at: issued.expires_at.millis(),
        torn_at: None,
        sign_in_id,
    };
    ticket::Entity::insert(row.into_active_model())
}

/// The bearer is the key: the site is the row's.
pub(crate) async fn ticket(db: &Database, hash: TokenHash) -> Result<Option<Ticket>, StoreError> {
    let found = ticket::Entity::find_by_id(hash.0.to_vec()).one(db.reader()).await.map_err(fault)?;
    let read = |row: ticket::Model| {
        let session = TicketFor::Session { sign_in: row.sign_in_id.map(ChallengeId::from_uuid) };
        let opens = row.challenge_id.map_or(session, |id| TicketFor::Challenge(ChallengeId::from_uuid(id)));
        let expires_at = Timestamp::from_millis(row.expires_at);
        let torn = row.torn_at.is_some();
        Some(Ticket { hash, user: user(row.site_id, &row.user_id)?, opens, expires_at, torn })
    };
    found.map(|row| intact("ticket", read(row))).transpose()
}

/// The user's row comes first: whoever ends their tickets holds it.
pub(crate) async fn tear(tx: &DatabaseTransaction, torn: &TornTicket) -> Step {
    if let OpenedBy::Session(new) = &torn.opened {
        crate::user::since(tx, &new.session.user, new.revision).await?;
    }
    let update = ticket::Entity::update_many()
        .col_expr(ticket::Column::TornAt, Expr::value(torn.at.millis()))
        .filter(ticket::COLUMN.token_hash.eq(torn.hash.0.to_vec()))
        .filter(ticket::COLUMN.torn_at.is_null())
        .filter(moment::ends_within(ticket::Column::ExpiresAt, policy::TICKET, torn.at));
    one_row(update.exec(tx).await?.rows_affected)?;
    match &torn.opened {
        OpenedBy::Session(new) => session::add(tx, new).await,
        OpenedBy::Challenge(access) => admit(tx, access).await,
    }
}

async fn admit(tx: &DatabaseTransaction, access: &ChallengeAccess) -> Step {
    let row = challenge_access::Model {
        token_hash: access.token.0.to_vec(),
        site_id: access.user.site.uuid(),
        user_id: user_bytes(&access.user),
        challenge_id: access.challenge.uuid(),
        expires_at: access.expires_at.millis(),
    };
    challenge_access::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn access(db: &Database, token: TokenHash) -> Result<Option<ChallengeAccess>, StoreError> {
    let found =
        challenge_access::Entity::find_by_id(token.0.to_vec()).one(db.reader()).await.map_err(fault)?;
    let read = |row: challenge_access::Model| {
        Some(ChallengeAccess {
            token,
            user: user(row.site_id, &row.user_id)?,
            challenge: ChallengeId::from_uuid(row.challenge_id),
            expires_at: Timestamp::from_millis(row.expires_at),
        })
    };
    found.map(|row| intact("challenge_access", read(row))).transpose()
}

/// Whoever calls this tells the log.
pub(crate) async fn trust(tx: &DatabaseTransaction, new: &NewDevice) -> Step {
    let NewDevice { device, token, .. } = new;
    let row = trusted_device::Model {
        site_id: device.user.site.uuid(),
        id: device.id.uuid(),
        user_id: user_bytes(&device.user),
        token_hash: token.0.to_vec(),
        browser: device.browser.clone(),
        trusted_at: device.trusted_at.millis(),
        used_at: device.used_at.map(Timestamp::millis),
        expires_at: device.expires_at.millis(),
    };
    trusted_device::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn device(
    db: &Database,
    owner: &User,
    token: TokenHash,
) -> Result<Option<TrustedDevice>, StoreError> {
    let found = trusted_device::Entity::find()
        .filter(trusted_device::Entity::owned_by(owner))
        .filter(trusted_device::COLUMN.token_hash.eq(token.0.to_vec()))
        .one(db.reader())
        .await
        .map_err(fault)?;
    found.map(|row| intact("trusted_device", device_from(row))).transpose()
}

pub(crate) async fn devices(db: &Database, owner: &User) -> Result<Vec<TrustedDevice>, StoreError> {
    let rows = trusted_device::Entity::find()
        .filter(trusted_device::Entity::owned_by(owner))
        .order_by_desc(trusted_device::Column::TrustedAt)
        .all(db.reader())
        .await
        .map_err(fault)?;
    rows.into_iter().map(|row| intact("trusted_device", device_from(row))).collect()
}

/// The user's row comes first, as where devices are forgotten.
pub(crate) async fn recognize(tx: &DatabaseTransaction, recognized: &RecognizedDevice) -> Step {
    let RecognizedDevice { device, event, .. } = recognized;
    crate::user::since(tx, &device.user, recognized.revision).await?;
    let update = trusted_device::Entity::update_many()
        .col_expr(trusted_device::Column::UsedAt, Expr::value(event.at.millis()))
        .filter(this(&device.user, device.id))
        .filter(trusted_device::COLUMN.trusted_at.gt(recognized.trusted_after.millis()))
        .filter(trusted_device::COLUMN.expires_at.gt(event.at.millis()))
        .filter(moment::plausible(trusted_device::Column::TrustedAt, event.at));
    one_row(update.exec(tx).await?.rows_affected)?;
    audit::record(tx, event).await?;
    match &recognized.opens {
        Some(new) => session::add(tx, new).await,
        None => Ok(()),
    }
}

pub(crate) async fn forget(
    tx: &DatabaseTransaction,
    owner: &User,
    id: DeviceId,
    by: Option<&Standing>,
    event: &Event,
) -> Step {
    let delete = trusted_device::Entity::delete_many().filter(this(owner, id));
    one_row(delete.exec(tx).await?.rows_affected)?;
    session::stands(tx, owner, by).await?;
    audit::record(tx, event).await
}

/// Guard: there is one.
pub(crate) async fn forget_every(
    tx: &DatabaseTransaction,
    owner: &User,
    by: Option<&Standing>,
    event: &Event,
) -> Step {
    let delete = trusted_device::Entity::delete_many().filter(trusted_device::Entity::owned_by(owner));
    if delete.exec(tx).await?.rows_affected == 0 {
        return Err(Stop::Guard);
    }
    session::stands(tx, owner, by).await?;
    audit::record(tx, event).await
}

/// What every change of factors and of the password does. What was asked for before the change is forgotten with it: a
/// challenge that is redeemed afterwards makes no device trusted.
pub(crate) async fn forget_all(tx: &DatabaseTransaction, owner: &User) -> Step {
    trusted_device::Entity::delete_many().filter(trusted_device::Entity::owned_by(owner)).exec(tx).await?;
    challenge::Entity::update_many()
        .col_expr(challenge::Column::RemembersDevice, Expr::value(false))
        .filter(challenge::Entity::owned_by(owner))
        .filter(challenge::COLUMN.remembers_device.eq(true))
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends what was issued to the user and not opened yet, and what was opened for a challenge.
pub(crate) async fn end_tickets(tx: &DatabaseTransaction, owner: &User) -> Step {
    ticket::Entity::delete_many().filter(ticket::Entity::owned_by(owner)).exec(tx).await?;
    let accesses = challenge_access::Entity::delete_many();
    accesses.filter(challenge_access::Entity::owned_by(owner)).exec(tx).await?;
    Ok(())
}

fn this(owner: &User, id: DeviceId) -> Condition {
    trusted_device::Entity::owned_by(owner).add(trusted_device::COLUMN.id.eq(id.uuid()))
}

fn device_from(row: trusted_device::Model) -> Option<TrustedDevice> {
    Some(TrustedDevice {
        id: DeviceId::from_uuid(row.id),
        user: user(row.site_id, &row.user_id)?,
        browser: row.browser,
        trusted_at: Timestamp::from_millis(row.trusted_at),
        used_at: row.used_at.map(Timestamp::from_millis),
        expires_at: Timestamp::from_millis(row.expires_at),
    })
}

fn user(site: Uuid, id: &[u8]) -> Option<User> {
    Some(User { site: SiteId::from_uuid(site), id: UserId::parse(str::from_utf8(id).ok()?).ok()? })
}
