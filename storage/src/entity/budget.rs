//! The attempt budget of one user and factor kind.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budget")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))", primary_key, auto_increment = false)]
    pub user_id: Vec<u8>,
    #[sea_orm(column_type = "String(StringLen::N(16))", primary_key, auto_increment = false)]
    pub kind: String,
    pub consecutive: i32,
    /// Up to fifty unix milliseconds, eight bytes each, big-endian, oldest first.
    #[sea_orm(column_type = "VarBinary(StringLen::N(400))")]
    pub failures: Vec<u8>,
    /// When the owner started the kind again, written as the failures are.
    #[sea_orm(column_type = "VarBinary(StringLen::N(400))")]
    pub restarts: Vec<u8>,
    /// Compared and set at each change.
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
