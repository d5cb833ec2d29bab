//! The newest bypass code of a user: one row at most.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bypass_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false, column_type = "VarBinary(StringLen::N(512))")]
    pub user_id: Vec<u8>,
    pub id: Uuid,
    pub key_id: i64,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub digest: Vec<u8>,
    pub expires_at: i64,
    pub used_at: Option<i64>,
    /// The challenge that it passed, once it was used.
    pub challenge_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
