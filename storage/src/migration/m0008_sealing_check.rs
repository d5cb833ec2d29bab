//! What the database remembers of the key that seals.

use super::{NewTable, bytes, count, no_index, number, primary_key};
use sea_orm::sea_query::{Table, TableCreateStatement};

/// One row at most: the first start with a key writes it.
pub(super) const SEALING_CHECK: NewTable =
    NewTable { name: "0080_sealing_check", table: sealing_check, indexes: no_index };

fn sealing_check() -> TableCreateStatement {
    Table::create()
        .table("sealing_check")
        .col(count("id"))
        .col(number("key_id"))
        .col(bytes("digest", 32))
        .primary_key(&mut primary_key(&["id"]))
        .take()
}
