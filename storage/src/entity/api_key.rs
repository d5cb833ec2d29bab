//! A key by which a site's server speaks. A revoked one keeps its row, so that its name is never given out again.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    #[sea_orm(column_type = "String(StringLen::N(16))", primary_key, auto_increment = false)]
    pub name: String,
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub hash: Vec<u8>,
    /// Names of scopes, separated by spaces.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub scopes: String,
    pub created_at: i64,
    pub used_at: Option<i64>,
    pub revoked_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
