//! Every event is written with its proof, and the chain has a sealed beginning. What was closed before is not: `twofold
//! audit adopt` begins a chain over it, once.

use super::{
    NewColumns, NewTable, bytes, count, maybe_bytes, maybe_id, maybe_number, no_index, number, primary_key,
};
use sea_orm::sea_query::{ColumnDef, Table, TableCreateStatement};
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait};

pub(super) const OF_EVENT: NewColumns = NewColumns {
    name: "0240_event_proof",
    table: "event",
    columns: || {
        let mut columns = Vec::from(["key_id", "writer", "sequence", "mark"].map(maybe_number));
        columns.extend(["mac", "wiped"].map(|name| maybe_bytes(name, 32)));
        columns.push(maybe_id("erasure"));
        columns
    },
};

pub(super) const WRITER: NewTable =
    NewTable { name: "0241_event_writer", table: event_writer, indexes: no_index };

fn event_writer() -> TableCreateStatement {
    let mut table = Table::create().table("event_writer").take();
    for name in ["number", "settled", "count", "closed", "seen_at"] {
        table.col(number(name));
    }
    let ended = ColumnDef::new("ended").boolean().not_null().take();
    table.col(ended).primary_key(&mut primary_key(&["number"])).take()
}

/// A chain that was closed without proofs says nothing any more; the head has another form.
pub(super) struct BeginAnew;

impl MigrationName for BeginAnew {
    fn name(&self) -> &'static str {
        "0242_chain_begins_anew"
    }
}

#[async_trait]
impl MigrationTrait for BeginAnew {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("DELETE FROM event_batch").await?;
        let reopened =
            "UPDATE event SET batch = NULL, position = NULL, digest = NULL WHERE batch IS NOT NULL";
        db.execute_unprepared(reopened).await?;
        manager.drop_table(Table::drop().table("chain_head").take()).await?;
        manager.create_table(chain_head()).await
    }
}

/// Row 0 is the genesis, row 1 the head.
fn chain_head() -> TableCreateStatement {
    Table::create()
        .table("chain_head")
        .col(count("id"))
        .col(number("batch"))
        .col(bytes("hash", 32))
        .col(bytes("writers", 32))
        .col(number("key_id"))
        .col(bytes("seal", 32))
        .primary_key(&mut primary_key(&["id"]))
        .take()
}
