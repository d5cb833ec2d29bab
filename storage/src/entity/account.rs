//! The local sign-in of standalone mode, bound to a user of the built-in site.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, unique_key = "email")]
    pub site_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))")]
    pub user_id: Vec<u8>,
    #[sea_orm(column_type = "String(StringLen::N(128))")]
    pub email: String,
    /// The lower-cased address, as bytes: no database folds their case in its own way.
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))", unique_key = "email")]
    pub email_key: Vec<u8>,
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub role: String,
    #[sea_orm(column_type = "Text")]
    pub password_hash: Option<String>,
    pub password_failures: i32,
    pub password_not_before: i64,
    pub created_at: i64,
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub name: Option<String>,
    /// Address and name in small letters, which is what a search is compared with: databases fold case in their own ways.
    #[sea_orm(column_type = "Text")]
    pub search_text: String,
    /// NULL while it may sign in.
    pub deactivated_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
