//! What was deleted by age from the beginning of the audit log. One row, which each deletion changes; none before the first.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chain_cut")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The newest batch that is gone.
    pub batch: i64,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub hash: Vec<u8>,
    pub events: i64,
    pub until: i64,
    pub cut_at: i64,
    pub key_id: i64,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub seal: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
