//! Where it is proved that what is written is stored.

use super::{NewTable, count, no_index, number, primary_key};
use sea_orm::sea_query::{Table, TableCreateStatement};

/// One row at most: the first proof writes it.
pub(super) const HEALTH: NewTable = NewTable { name: "0160_health", table: health, indexes: no_index };

fn health() -> TableCreateStatement {
    Table::create()
        .table("health")
        .col(count("id"))
        .col(number("proofs"))
        .primary_key(&mut primary_key(&["id"]))
        .take()
}
