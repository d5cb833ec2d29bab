//! A set of recovery codes: pending while `enrollment_id` waits for its acknowledgement, then active. A retired one is deleted with its codes.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "code_set")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, unique_key = "active")]
    pub site_id: Uuid,
    #[sea_orm(
        column_type = "VarBinary(StringLen::N(512))",
        primary_key,
        auto_increment = false,
        unique_key = "active"
    )]
    pub user_id: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(16))")]
    pub salt: Vec<u8>,
    /// The sealing key whose subkey keys the digests.
    pub key_id: i64,
    pub made_at: i64,
    /// Since when its codes are void: a backup was restored, and which of them were used is not known.
    pub voided_at: Option<i64>,
    pub enrollment_id: Option<Uuid>,
    /// True or NULL, never false: the unique key lets a user have one active set.
    #[sea_orm(unique_key = "active")]
    pub active: Option<bool>,
}

impl ActiveModelBehavior for ActiveModel {}
