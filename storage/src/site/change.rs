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

/// Guard: there is such a site.
pub(super) async fn update(tx: &DatabaseTransaction, profile: &SiteProfile, event: Option<&Event>) -> Step {
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
        .filter(site::COLUMN.id.eq(row.id));
    one_row(update.exec(tx).await?.rows_affected)?;
    record(tx, event).await
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
