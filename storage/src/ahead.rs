//! Ending what only a clock that ran ahead can have stamped. No guard lets it count at present; each would, once its time
//! has come.

use crate::entity::{
    account_link, bypass_code, challenge, challenge_access, email_code, enrollment, idempotency_key,
    pending_sign_in, session, ticket, trusted_device,
};
use crate::error::Step;
use crate::moment::{ahead, ends_later_than};
use crate::tidy;
use crate::transaction::DatabaseTransaction;
use domain::name::BypassCodeId;
use domain::policy;
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, EntityTrait, QueryFilter};

/// Ends it, in the order of the locks. Answers how many rows that were.
pub(crate) async fn end(tx: &DatabaseTransaction, now: Timestamp) -> Step<u64> {
    let mut ended = sign_ins(tx, now).await?;
    let codes = email_code::Entity::delete_many().filter(ahead(email_code::Column::MadeAt, now));
    ended += codes.exec(tx).await?.rows_affected;
    ended += tidy::delete_enrollments(tx, enrollments(now)).await?;
    let bypass = bypass_code::Entity::delete_many().filter(bypass_codes(now));
    ended += bypass.exec(tx).await?.rows_affected;
    let challenges = challenge::Entity::delete_many().filter(challenges(now));
    ended += challenges.exec(tx).await?.rows_affected;
    ended += bearers(tx, now).await?;
    Ok(ended + sessions(tx, now).await?)
}

/// Links for accounts, and sign-ins that wait for a second factor.
async fn sign_ins(tx: &DatabaseTransaction, now: Timestamp) -> Step<u64> {
    let links = account_link::Entity::delete_many()
        .filter(ahead(account_link::Column::CreatedAt, now))
        .filter(account_link::COLUMN.used_at.is_null());
    let pending =
        pending_sign_in::Entity::delete_many().filter(ahead(pending_sign_in::Column::CreatedAt, now));
    Ok(links.exec(tx).await?.rows_affected + pending.exec(tx).await?.rows_affected)
}

fn enrollments(now: Timestamp) -> Condition {
    Condition::any().add(ahead(enrollment::Column::BegunAt, now)).add(ends_later_than(
        enrollment::Column::ExpiresAt,
        policy::ENROLLMENT_CONFIRMED,
        now,
    ))
}

/// A code's moment is its id's; and the sign-in that it passed allows a change for a while.
fn bypass_codes(now: Timestamp) -> Condition {
    Condition::any()
        .add(bypass_code::COLUMN.id.gt(BypassCodeId::last_of(now.horizon()).uuid()))
        .add(ahead(bypass_code::Column::UsedAt, now))
}

fn challenges(now: Timestamp) -> Condition {
    Condition::any().add(ahead(challenge::Column::OpenedAt, now)).add(ahead(challenge::Column::PassedAt, now))
}

/// What a browser or a server shows: tickets and what they opened, devices, and keys under which requests are repeated.
async fn bearers(tx: &DatabaseTransaction, now: Timestamp) -> Step<u64> {
    let tickets =
        ticket::Entity::delete_many().filter(ends_later_than(ticket::Column::ExpiresAt, policy::TICKET, now));
    let longest = policy::CHALLENGE_ENROLLING;
    let accesses = challenge_access::Entity::delete_many().filter(ends_later_than(
        challenge_access::Column::ExpiresAt,
        longest,
        now,
    ));
    let devices = trusted_device::Entity::delete_many().filter(ahead(trusted_device::Column::TrustedAt, now));
    let keys = idempotency_key::Entity::delete_many().filter(ahead(idempotency_key::Column::ClaimedAt, now));
    Ok(tickets.exec(tx).await?.rows_affected
        + accesses.exec(tx).await?.rows_affected
        + devices.exec(tx).await?.rows_affected
        + keys.exec(tx).await?.rows_affected)
}

/// A session that was only proved by such a clock goes on, and is asked again.
async fn sessions(tx: &DatabaseTransaction, now: Timestamp) -> Step<u64> {
    let over =
        Condition::any().add(ahead(session::Column::OpenedAt, now)).add(ahead(session::Column::SeenAt, now));
    let ended = session::Entity::delete_many().filter(over).exec(tx).await?;
    let asked = session::Entity::update_many()
        .col_expr(session::Column::SteppedUpAt, Expr::value(None::<i64>))
        .filter(ahead(session::Column::SteppedUpAt, now));
    Ok(ended.rows_affected + asked.exec(tx).await?.rows_affected)
}
