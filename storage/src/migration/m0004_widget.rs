//! The widget's frame: a torn ticket is kept for a while, so that a page that comes with it again can be told.

use sea_orm::DbErr;
use sea_orm::sea_query::Table;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait};

/// When a ticket opened something.
pub(super) struct TornTickets;

impl MigrationName for TornTickets {
    fn name(&self) -> &'static str {
        "0020_torn_tickets"
    }
}

#[async_trait]
impl MigrationTrait for TornTickets {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut torn_at = super::maybe_number("torn_at");
        manager.alter_table(Table::alter().table("ticket").add_column(&mut torn_at).take()).await
    }
}
