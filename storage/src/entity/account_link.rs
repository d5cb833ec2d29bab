//! A one-time link that creates an account, or with which somebody who was invited joins.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, unique_key = "account")]
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))", primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub purpose: String,
    #[sea_orm(column_type = "String(StringLen::N(128))")]
    pub email: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub role: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
    /// The account that joins by it. Each has one at most.
    #[sea_orm(unique_key = "account")]
    pub account_id: Option<Uuid>,
    /// The administrator who invited it.
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))")]
    pub by_user: Option<Vec<u8>>,
    /// The token, for the letter, until it is used.
    #[sea_orm(column_type = "Blob")]
    pub sealed_token: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
