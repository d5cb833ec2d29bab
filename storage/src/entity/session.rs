//! A signed-in browser or an opened widget. An ended one is deleted.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))", primary_key, auto_increment = false)]
    pub user_id: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))", unique)]
    pub token_hash: Vec<u8>,
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub home: String,
    pub opened_at: i64,
    pub seen_at: i64,
    pub stepped_up_at: Option<i64>,
    /// The challenge that was passed to sign in, if it belongs to one.
    pub sign_in_id: Option<Uuid>,
    /// In which browser it was opened, in words.
    #[sea_orm(column_type = "Text")]
    pub browser: Option<String>,
    /// From which address.
    #[sea_orm(column_type = "Text")]
    pub address: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
