//! The ceremony that proves control of a factor.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "challenge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, unique_key = "id")]
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))", primary_key, auto_increment = false)]
    pub user_id: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false, unique_key = "id")]
    pub id: Uuid,
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub action: String,
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub state: String,
    pub failures: i32,
    pub opened_at: i64,
    pub expires_at: i64,
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub passed_kind: Option<String>,
    pub passed_at: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub passed_browser: Option<String>,
    pub remembers_device: bool,
    /// The user's revision when it was opened: under another one it is over.
    pub revision: i64,
}

impl ActiveModelBehavior for ActiveModel {}
