//! One enrolled thing, active or revoked. A revoked one keeps its row and loses its credential.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authenticator")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))", primary_key, auto_increment = false)]
    pub user_id: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub kind: String,
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub name: String,
    /// The sealed shared secret; empty once revoked.
    #[sea_orm(column_type = "Blob")]
    pub credential: Vec<u8>,
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub state: String,
    /// The highest time step accepted so far.
    pub watermark: i64,
    pub added_at: i64,
    pub used_at: Option<i64>,
    pub revoked_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
