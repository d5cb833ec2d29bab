//! What exists between the password and the second factor. Not a session: no route but the challenge takes it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pending_sign_in")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, unique_key = "token")]
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))", primary_key, auto_increment = false)]
    pub user_id: Vec<u8>,
    #[sea_orm(
        column_type = "VarBinary(StringLen::N(32))",
        primary_key,
        auto_increment = false,
        unique_key = "token"
    )]
    pub token_hash: Vec<u8>,
    pub challenge_id: Uuid,
    pub created_at: i64,
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
