//! What a site's administrator does with a user. Everything is taken in the order of the locks.

use crate::account::forgive_passwords;
use crate::entity::{
    OwnedTable, authenticator, budget, bypass_code, challenge, challenge_access, code_set, email_code,
    enrollment, event, idempotency_key, notice, password_counter, recovery_code, session, ticket,
    trusted_device, user,
};
use crate::error::{Step, one_row};
use crate::transaction::DatabaseTransaction;
use crate::{audit, authenticator as authenticators, challenge as challenges, embedding};
use crate::{budget as budgets, session as sessions, user as users};
use domain::audit::Event;
use domain::name::{EventId, User};
use domain::ports::{OtherSessions, ResetUser};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, QueryFilter};

pub(crate) async fn reset(tx: &DatabaseTransaction, reset: &ResetUser) -> Step {
    let owner = &reset.user;
    budgets::forgive(tx, owner).await?;
    forgive_passwords(tx, owner).await?;
    users::reset(tx, owner, reset.revision).await?;
    challenges::switch_off(tx, owner, reset.at).await?;
    embedding::end_tickets(tx, owner).await?;
    sessions::unsettle(tx, owner, OtherSessions::End { but: None }).await?;
    for event in &reset.events {
        audit::record(tx, event).await?;
    }
    Ok(())
}

pub(crate) async fn unlock(tx: &DatabaseTransaction, owner: &User, event: &Event) -> Step {
    budgets::forgive(tx, owner).await?;
    forgive_passwords(tx, owner).await?;
    users::lock(tx, owner).await?;
    authenticators::lower_watermarks(tx, owner, event.at).await?;
    audit::record(tx, event).await
}

pub(crate) async fn erase(tx: &DatabaseTransaction, owner: &User, event: &Event) -> Step {
    delete::<budget::Entity>(tx, owner).await?;
    delete::<password_counter::Entity>(tx, owner).await?;
    // The guard, and the lock that holds off whoever changes this user's factors.
    one_row(delete::<user::Entity>(tx, owner).await?)?;
    delete::<authenticator::Entity>(tx, owner).await?;
    delete::<recovery_code::Entity>(tx, owner).await?;
    delete::<code_set::Entity>(tx, owner).await?;
    delete::<bypass_code::Entity>(tx, owner).await?;
    delete::<enrollment::Entity>(tx, owner).await?;
    delete::<challenge::Entity>(tx, owner).await?;
    delete::<email_code::Entity>(tx, owner).await?;
    delete::<ticket::Entity>(tx, owner).await?;
    delete::<challenge_access::Entity>(tx, owner).await?;
    delete::<trusted_device::Entity>(tx, owner).await?;
    delete::<session::Entity>(tx, owner).await?;
    delete::<idempotency_key::Entity>(tx, owner).await?;
    delete::<notice::Entity>(tx, owner).await?;
    let wiped = strip_events(tx, owner, event.id).await?;
    audit::record_erasure(tx, event, &wiped).await
}

async fn delete<T: OwnedTable>(tx: &DatabaseTransaction, owner: &User) -> Step<u64> {
    Ok(T::delete_many().filter(T::owned_by(owner)).exec(tx).await?.rows_affected)
}

/// What is personal in the events goes, and the salt with it: what stands for it in their proof says nothing any more. Of
/// each it stays by which erasure, which tells of all of them.
async fn strip_events(tx: &DatabaseTransaction, owner: &User, erasure: EventId) -> Step<Vec<EventId>> {
    let nothing = || Expr::value(Option::<String>::None);
    let wiped = event::Entity::update_many()
        .col_expr(event::Column::Subject, nothing())
        .col_expr(event::Column::Reason, nothing())
        .col_expr(event::Column::Address, nothing())
        .col_expr(event::Column::Browser, nothing())
        .col_expr(event::Column::Salt, Expr::value(Option::<Vec<u8>>::None))
        .col_expr(event::Column::Erasure, Expr::value(erasure.uuid()))
        .filter(event::Entity::owned_by(owner))
        .filter(event::COLUMN.erasure.is_null())
        .exec_with_returning(tx)
        .await?;
    Ok(wiped.iter().map(|row| EventId::from_uuid(row.id)).collect())
}
