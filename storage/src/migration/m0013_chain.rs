//! The hash chain over the audit log. What happened before it is closed by its first batches.

use super::online::OnlineIndexes;
use super::{
    NewColumns, NewTable, bytes, count, index, maybe_bytes, maybe_number, no_index, number, primary_key,
};
use sea_orm::sea_query::{Query, Table, TableCreateStatement};
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait};

/// Where an event stands in the chain.
pub(super) const SEATS: NewColumns = NewColumns {
    name: "0130_event_seat",
    table: "event",
    columns: || {
        let mut columns = vec![maybe_number("batch"), maybe_number("position")];
        columns.extend(["salt", "commitment", "digest"].map(|name| maybe_bytes(name, 32)));
        columns
    },
};

pub(super) const BATCH: NewTable =
    NewTable { name: "0132_event_batch", table: event_batch, indexes: no_index };

pub(super) const HEAD: NewTable = NewTable { name: "0133_chain_head", table: chain_head, indexes: no_index };

fn event_batch() -> TableCreateStatement {
    let numbers = ["number", "count", "first_at", "last_at", "closed_at", "key_id"];
    let mut table = Table::create().table("event_batch").take();
    for name in numbers {
        table.col(number(name));
    }
    table.col(bytes("hash", 32)).primary_key(&mut primary_key(&["number"])).take()
}

fn chain_head() -> TableCreateStatement {
    Table::create()
        .table("chain_head")
        .col(count("id"))
        .col(number("batch"))
        .col(bytes("hash", 32))
        .col(number("key_id"))
        .col(bytes("seal", 32))
        .primary_key(&mut primary_key(&["id"]))
        .take()
}

/// The events that are not closed, oldest first, and those of one batch.
pub(super) const OPEN_EVENTS: OnlineIndexes = OnlineIndexes {
    name: "0131_open_events",
    replaced: &[],
    indexes: || vec![index("event_of_batch", "event", &["batch", "at", "id"])],
};

/// The head, before the first batch.
pub(super) struct Begin;

impl MigrationName for Begin {
    fn name(&self) -> &'static str {
        "0134_chain_begun"
    }
}

#[async_trait]
impl MigrationTrait for Begin {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let none = || vec![0_u8; 32];
        let row = [1.into(), 0.into(), none().into(), 0.into(), none().into()];
        let columns = ["id", "batch", "hash", "key_id", "seal"];
        let insert = Query::insert().into_table("chain_head").columns(columns).values_panic(row).take();
        manager.get_connection().execute(&insert).await.map(|_| ())
    }
}
