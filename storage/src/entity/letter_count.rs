//! Letters that left: to an address, of a site, in all.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "letter_count")]
pub struct Model {
    /// What is counted: no address stands here in the clear.
    #[sea_orm(column_type = "VarBinary(StringLen::N(33))", primary_key, auto_increment = false)]
    pub scope: Vec<u8>,
    pub sent: i32,
    pub since: i64,
    /// From this moment on the row says as little as none.
    pub forget_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
