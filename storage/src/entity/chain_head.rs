//! The genesis of the audit log's chain, and its newest batch, which whoever closes one moves on.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chain_head")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Zero before the first.
    pub batch: i64,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub hash: Vec<u8>,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub writers: Vec<u8>,
    /// The seal of what was deleted by age; zeros where nothing was.
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub cut: Vec<u8>,
    pub key_id: i64,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub seal: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
