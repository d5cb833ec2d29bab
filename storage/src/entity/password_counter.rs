//! Tries of passwords for one address, known or not, under one counter.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "password_counter")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: Uuid,
    /// A keyed digest of the address: what strangers typed is not to be read here.
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))", primary_key, auto_increment = false)]
    pub subject: Vec<u8>,
    /// Which of the counters of the address.
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))", primary_key, auto_increment = false)]
    pub scope: Vec<u8>,
    /// The user whose account has the address; NULL: nobody's.
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))")]
    pub user_id: Option<Vec<u8>>,
    pub tries: i32,
    /// The next try is taken at this moment and no earlier.
    pub not_before: i64,
    /// From this moment on the row says as little as none.
    pub forget_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
