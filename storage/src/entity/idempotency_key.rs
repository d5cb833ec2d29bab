//! A key under which a site's server repeats a request, and the answer as long as it is kept.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, unique_key = "hash")]
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))", primary_key, auto_increment = false)]
    pub user_id: Vec<u8>,
    #[sea_orm(
        column_type = "VarBinary(StringLen::N(32))",
        primary_key,
        auto_increment = false,
        unique_key = "hash"
    )]
    pub key_hash: Vec<u8>,
    pub claim_id: Uuid,
    /// The sealing key under which the digest of the request was made.
    pub key_id: i64,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub digest: Vec<u8>,
    pub claimed_at: i64,
    /// Until when the answer is kept. NULL: the request is being answered.
    pub kept_until: Option<i64>,
    /// Sealed for the claim. NULL again once it is not kept any more.
    #[sea_orm(column_type = "Blob")]
    pub answer: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
