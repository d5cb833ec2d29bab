//! One row of the audit log. Inserted with its proof, and never updated but to take its place in the chain, and to erase
//! what is personal in it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))", primary_key, auto_increment = false)]
    pub user_id: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub at: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// NULL: the user, or the site's server.
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))")]
    pub by_user: Option<Vec<u8>>,
    #[sea_orm(column_type = "String(StringLen::N(40))")]
    pub kind: String,
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub factor: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub cause: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(128))")]
    pub subject: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(256))")]
    pub reason: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub address: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub browser: Option<String>,
    /// Of the MAC.
    pub key_id: Option<i64>,
    pub writer: Option<i64>,
    pub sequence: Option<i64>,
    pub mark: Option<i64>,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub mac: Option<Vec<u8>>,
    /// Of an erasure: what it says of the events that it wiped.
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub wiped: Option<Vec<u8>>,
    /// The same of those that are left, once some of them were deleted by age.
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub still_wiped: Option<Vec<u8>>,
    /// Of a wiped event: by which erasure.
    pub erasure: Option<Uuid>,
    /// NULL until it is closed.
    pub batch: Option<i64>,
    pub position: Option<i64>,
    /// Goes with what is personal.
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub salt: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub commitment: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub digest: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
