//! The changes of sites and keys, each with what the log says of it.

use super::{SiteProfile, to_row};
use crate::audit;
use crate::entity::{api_key, site};
use crate::error::{Step, one_row};
use crate::transaction::DatabaseTransaction;
use domain::audit::Event;
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{EntityTrait, IntoActiveModel, QueryFilter};

pub(super) async fn create(tx: &DatabaseTransaction, new: &SiteProfile, event: Option<&Event>) -> Step {
    site::Entity::insert(to_row(new).into_active_model()).exec_without_returning(tx).await?;
    record(tx, event).await
}

/// Guard: the site is what it was when somebody decided about it.
pub(super) async fn update(
    tx: &DatabaseTransaction,
    was: &SiteProfile,
    profile: &SiteProfile,
    event: Option<&Event>,
) -> Step {
    let row = to_row(profile);
    let update = site::Entity::update_many()
        .col_expr(site::Column::Name, Expr::value(row.name))
        .col_expr(site::Column::Issuer, Expr::value(row.issuer))
        .col_expr(site::Column::Origins, Expr::value(row.origins))
        .col_expr(site::Column::FactorKinds, Expr::value(row.factor_kinds))
        .col_expr(site::Column::TrustedDeviceDays, Expr::value(row.trusted_device_days))
        .col_expr(site::Column::RequiresTwoFactor, Expr::value(row.requires_two_factor))
        .col_expr(site::Column::RequiredFrom, Expr::value(row.required_from))
        .col_expr(site::Column::TellsUsers, Expr::value(row.tells_users))
        .filter(still(to_row(was)));
    one_row(update.exec(tx).await?.rows_affected)?;
    record(tx, event).await
}

fn still(was: site::Model) -> Condition {
    Condition::all()
        .add(site::COLUMN.id.eq(was.id))
        .add(site::COLUMN.name.eq(was.name))
        .add(site::COLUMN.issuer.eq(was.issuer))
        .add(site::COLUMN.origins.eq(was.origins))
        .add(site::COLUMN.factor_kinds.eq(was.factor_kinds))
        .add(site::COLUMN.trusted_device_days.eq(was.trusted_device_days))
        .add(site::COLUMN.requires_two_factor.eq(was.requires_two_factor))
        .add(match was.required_from {
            Some(from) => site::COLUMN.required_from.eq(from),
            None => site::COLUMN.required_from.is_null(),
        })
        .add(site::COLUMN.tells_users.eq(was.tells_users))
}

pub(super) async fn create_key(tx: &DatabaseTransaction, row: api_key::Model, event: Option<&Event>) -> Step {
    api_key::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    record(tx, event).await
}

/// Guard: there is `this` key, and it was not revoked before.
pub(super) async fn revoke_key(
    tx: &DatabaseTransaction,
    this: Condition,
    now: Timestamp,
    event: Option<&Event>,
) -> Step {
    let update = api_key::Entity::update_many()
        .col_expr(api_key::Column::RevokedAt, Expr::value(now.millis()))
        .filter(this)
        .filter(api_key::COLUMN.revoked_at.is_null());
    one_row(update.exec(tx).await?.rows_affected)?;
    record(tx, event).await
}

async fn record(tx: &DatabaseTransaction, event: Option<&Event>) -> Step {
    match event {
        Some(event) => audit::record(tx, event).await,
        None => Ok(()),
    }
}
