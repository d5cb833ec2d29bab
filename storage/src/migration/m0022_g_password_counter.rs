//! Tries of passwords, counted for addresses with and without an account alike.

use super::{NewTable, bytes, count, id, index, maybe_bytes, number, primary_key};
use sea_orm::sea_query::{Table, TableCreateStatement};

pub(super) const TABLE: NewTable = NewTable {
    name: "0220_password_counter",
    table: password_counter,
    indexes: || {
        vec![
            index("password_counter_of_user", "password_counter", &["site_id", "user_id"]),
            index("password_counter_forgotten", "password_counter", &["forget_at"]),
        ]
    },
};

fn password_counter() -> TableCreateStatement {
    Table::create()
        .table("password_counter")
        .col(id("site_id"))
        .col(bytes("subject", 32))
        .col(bytes("scope", 32))
        .col(maybe_bytes("user_id", 512))
        .col(count("tries"))
        .col(number("not_before"))
        .col(number("forget_at"))
        .primary_key(&mut primary_key(&["site_id", "subject", "scope"]))
        .take()
}
