//! A browser in which a user is not asked again. A forgotten one is deleted.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "trusted_device")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))", primary_key, auto_increment = false)]
    pub user_id: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub token_hash: Vec<u8>,
    #[sea_orm(column_type = "Text")]
    pub browser: Option<String>,
    pub trusted_at: i64,
    pub used_at: Option<i64>,
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
