//! A widget's right to answer one challenge. Not a session: no route but the challenge takes it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "challenge_access")]
pub struct Model {
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))", primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))")]
    pub user_id: Vec<u8>,
    pub challenge_id: Uuid,
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
