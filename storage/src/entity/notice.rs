//! One row of the outbox: a notice that waits to be sent, or what became of it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, unique_key = "event")]
    pub site_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))", primary_key, auto_increment = false)]
    pub user_id: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false, unique_key = "event")]
    pub event_id: Uuid,
    pub at: i64,
    /// Null once it was sent or given up.
    pub due_at: Option<i64>,
    pub attempts: i32,
    pub sent_at: Option<i64>,
    /// Where its user was written to when it happened, of another site's; null once it was sent or given up.
    #[sea_orm(column_type = "Text")]
    pub email: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
