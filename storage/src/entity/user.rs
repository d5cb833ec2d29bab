//! A person of one site, and whether two-factor authentication is on.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))", primary_key, auto_increment = false)]
    pub user_id: Vec<u8>,
    #[sea_orm(column_type = "String(StringLen::N(128))")]
    pub label: String,
    /// NULL: the site did not say.
    #[sea_orm(column_type = "String(StringLen::N(254))")]
    pub email: Option<String>,
    /// NULL while two-factor authentication is off.
    pub protected_since: Option<i64>,
    /// Changes of factors so far. Whoever changes factors bumps it first, which also is the lock that orders them.
    pub revision: i64,
    pub created_at: i64,
    /// NULL: two-factor authentication is not required of this very user.
    pub required_from: Option<i64>,
    /// The last exemption, whether it has ended or not.
    pub exempt_until: Option<i64>,
    #[sea_orm(column_type = "String(StringLen::N(256))")]
    pub exempt_reason: Option<String>,
    /// The last deadline that the user was told of.
    pub announced_deadline: Option<i64>,
    /// The last deadline that the user was reminded of.
    pub reminded_deadline: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
