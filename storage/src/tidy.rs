//! Deleting what is over. What counts on a row being refused never counts on it being deleted.

use crate::entity::{
    account_link, challenge, challenge_access, code_set, enrollment, idempotency_key, pending_sign_in,
    session, ticket, trusted_device,
};
use crate::error::Step;
use crate::transaction::DatabaseTransaction;
use crate::{bypass_code, email_code, letter_limit, notice, recovery_code};
use domain::policy;
use domain::session::Home;
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// Deletes ceremonies, sessions and links that ended before `before`. Answers how many of them went.
pub(crate) async fn tidy(tx: &DatabaseTransaction, before: Timestamp) -> Step<u64> {
    let expired = before.millis();
    let over = Condition::all().add(enrollment::Column::ExpiresAt.lt(expired));
    let mut gone = delete_enrollments(tx, over).await?;
    gone += delete_challenges(tx, before).await?;
    gone += session::Entity::delete_many().filter(sessions_over(before)).exec(tx).await?.rows_affected;
    let links = account_link::Entity::delete_many().filter(account_link::COLUMN.expires_at.lt(expired));
    gone += links.exec(tx).await?.rows_affected;
    let pending =
        pending_sign_in::Entity::delete_many().filter(pending_sign_in::COLUMN.expires_at.lt(expired));
    gone += pending.exec(tx).await?.rows_affected;
    let tickets = ticket::Entity::delete_many().filter(ticket::COLUMN.expires_at.lt(expired));
    gone += tickets.exec(tx).await?.rows_affected;
    let accesses =
        challenge_access::Entity::delete_many().filter(challenge_access::COLUMN.expires_at.lt(expired));
    gone += accesses.exec(tx).await?.rows_affected;
    let keys = idempotency_key::Entity::delete_many().filter(idempotency_key::COLUMN.claimed_at.lt(expired));
    gone += keys.exec(tx).await?.rows_affected;
    let devices = trusted_device::Entity::delete_many().filter(trusted_device::COLUMN.expires_at.lt(expired));
    gone += devices.exec(tx).await?.rows_affected;
    gone += email_code::tidy(tx, before).await?;
    gone += letter_limit::tidy(tx, before).await?;
    gone += bypass_code::tidy(tx, before).await?;
    Ok(gone + notice::tidy(tx, before).await?)
}

/// Recovery codes that were never acknowledged go with their enrollment.
pub(crate) async fn delete_enrollments(tx: &DatabaseTransaction, over: Condition) -> Step<u64> {
    let ids = Query::select()
        .column(enrollment::Column::Id)
        .from(enrollment::Entity)
        .cond_where(over.clone())
        .take();
    let pending = Condition::all()
        .add(code_set::COLUMN.active.is_null())
        .add(code_set::Column::EnrollmentId.in_subquery(ids));
    recovery_code::retire(tx, pending).await?;
    Ok(enrollment::Entity::delete_many().filter(over).exec(tx).await?.rows_affected)
}

/// A passed challenge is redeemable for longer than an open one takes answers.
async fn delete_challenges(tx: &DatabaseTransaction, before: Timestamp) -> Step<u64> {
    let redeemable_since = before - policy::CHALLENGE_REDEEMABLE;
    let delete = challenge::Entity::delete_many()
        .filter(challenge::COLUMN.expires_at.lt(before.millis()))
        .filter(challenge::COLUMN.opened_at.lt(redeemable_since.millis()));
    Ok(delete.exec(tx).await?.rows_affected)
}

fn sessions_over(before: Timestamp) -> Condition {
    [Home::Standalone, Home::Embedded].into_iter().fold(Condition::any(), |any, home| {
        let over = Condition::any()
            .add(session::COLUMN.seen_at.lt((before - home.idle()).millis()))
            .add(session::COLUMN.opened_at.lt((before - home.lifetime()).millis()));
        any.add(Condition::all().add(session::COLUMN.home.eq(home.as_str())).add(over))
    })
}
