//! One application that uses Twofold.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "site")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub issuer: String,
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub name: String,
    /// One origin a line.
    #[sea_orm(column_type = "Text")]
    pub origins: String,
    pub created_at: i64,
    /// Names of kinds, separated by spaces.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub factor_kinds: String,
    pub trusted_device_days: i32,
    pub requires_two_factor: bool,
    /// NULL: at once.
    pub required_from: Option<i64>,
    pub tells_users: bool,
}

impl ActiveModelBehavior for ActiveModel {}
