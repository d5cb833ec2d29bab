//! Codes by mail.

use super::{
    NewTable, bytes, count, id, index, maybe_blob, maybe_number, number, primary_key, unique, user_id,
};
use sea_orm::sea_query::{ColumnDef, Table, TableCreateStatement};

pub(super) const TABLE: NewTable = NewTable {
    name: "0150_email_code",
    table: email_code,
    indexes: || {
        vec![
            unique("email_code_alive", "email_code", &["site_id", "user_id", "alive"]),
            index("email_code_made", "email_code", &["site_id", "user_id", "made_at"]),
            index("email_code_due", "email_code", &["due_at"]),
        ]
    },
};

fn email_code() -> TableCreateStatement {
    Table::create()
        .table("email_code")
        .col(id("site_id"))
        .col(id("id"))
        .col(user_id())
        .col(id("about"))
        .col(number("key_id"))
        .col(bytes("digest", 32))
        .col(count("wrong"))
        .col(ColumnDef::new("alive").boolean().null().take())
        .col(maybe_blob("letter"))
        .col(number("made_at"))
        .col(number("expires_at"))
        .col(maybe_number("due_at"))
        .col(count("attempts"))
        .primary_key(&mut primary_key(&["site_id", "id"]))
        .take()
}
