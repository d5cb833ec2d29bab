//! A code that was mailed, and its letter while it waits to be sent.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "email_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, unique_key = "alive")]
    pub site_id: Uuid,
    #[sea_orm(
        column_type = "VarBinary(StringLen::N(512))",
        primary_key,
        auto_increment = false,
        unique_key = "alive"
    )]
    pub user_id: Vec<u8>,
    /// The id of the event that tells of it, too.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The challenge, enrollment or session that it is good for.
    pub about: Uuid,
    pub key_id: i64,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub digest: Vec<u8>,
    pub wrong: i32,
    /// True, or NULL: at most one code of a user is alive.
    #[sea_orm(unique_key = "alive")]
    pub alive: Option<bool>,
    /// Address and digits, sealed; NULL once it was sent or given up.
    #[sea_orm(column_type = "Blob")]
    pub letter: Option<Vec<u8>>,
    pub made_at: i64,
    pub expires_at: i64,
    /// NULL once it was sent or given up.
    pub due_at: Option<i64>,
    pub attempts: i32,
}

impl ActiveModelBehavior for ActiveModel {}
