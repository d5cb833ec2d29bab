//! Where a site's users are written to, as their site says.

use super::find;
use crate::audit;
use crate::backend::{Database, steps};
use crate::entity::{OwnedTable, user};
use crate::error::{Step, one_row};
use crate::transaction::DatabaseTransaction;
use domain::audit::Event;
use domain::name::{EmailAddress, User};
use domain::ports::StoreError;
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, QueryFilter};

/// Reads first: most often nothing is new, and a write waits for the disk.
pub(crate) async fn remember(
    db: &Database,
    user: &User,
    email: &EmailAddress,
    moved: Event,
) -> Result<bool, StoreError> {
    let Some(known) = find(db.reader(), user).await? else { return Ok(false) };
    if known.email.as_deref() == Some(email.as_str()) {
        return Ok(true);
    }
    let of = (user.clone(), email.clone());
    db.guarded(steps!(tx => change(tx, &of.0, &of.1, &known, &moved))).await
}

async fn change(
    tx: &DatabaseTransaction,
    user: &User,
    email: &EmailAddress,
    seen: &user::Model,
    moved: &Event,
) -> Step {
    let before = match &seen.email {
        Some(before) => user::COLUMN.email.eq(before.as_str()),
        None => user::COLUMN.email.is_null(),
    };
    let update = user::Entity::update_many()
        .col_expr(user::Column::Email, Expr::value(email.as_str()))
        .filter(user::Entity::owned_by(user))
        .filter(before);
    one_row(update.exec(tx).await?.rows_affected)?;
    let left = seen.email.clone().map(EmailAddress::stored).filter(|before| !before.is_same_as(email));
    match left.filter(|_| seen.protected_since.is_some()) {
        Some(left) => audit::record(tx, &moved.clone().about(left.as_str())).await,
        None => Ok(()),
    }
}
