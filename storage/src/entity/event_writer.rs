//! A process that writes events, and how many of them it has counted. Sealed with the head of the chain.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_writer")]
pub struct Model {
    /// Random.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub settled: i64,
    pub count: i64,
    pub closed: i64,
    pub cut: i64,
    pub seen_at: i64,
    pub ended: bool,
}

impl ActiveModelBehavior for ActiveModel {}
