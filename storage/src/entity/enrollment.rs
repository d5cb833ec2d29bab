//! The ceremony that binds an authenticator. What is sealed in it is wiped as soon as it is over.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrollment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))", primary_key, auto_increment = false)]
    pub user_id: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub session_id: Option<Uuid>,
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub kind: String,
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub purpose: String,
    pub replaces: Option<Uuid>,
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub state: String,
    pub authenticator_id: Uuid,
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub name: String,
    #[sea_orm(column_type = "Blob")]
    pub credential: Vec<u8>,
    pub watermark: i64,
    #[sea_orm(column_type = "Blob")]
    pub codes: Option<Vec<u8>>,
    pub begun_at: i64,
    pub expires_at: i64,
    pub confirmed_at: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub confirmed_browser: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub confirmed_address: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
