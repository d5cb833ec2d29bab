//! What opens a widget, once.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket")]
pub struct Model {
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))", primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))")]
    pub user_id: Vec<u8>,
    /// Null: it opens a session.
    pub challenge_id: Option<Uuid>,
    pub expires_at: i64,
    /// Null until it opened something.
    pub torn_at: Option<i64>,
    /// The challenge that was passed to sign in, where the site named it.
    pub sign_in_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
