//! Bypass codes.

use super::{NewTable, bytes, id, index, maybe_number, number, primary_key, user_id};
use sea_orm::sea_query::{Table, TableCreateStatement};

/// A user has one at most: the key is the user.
pub(super) const TABLE: NewTable = NewTable {
    name: "0140_bypass_code",
    table: bypass_code,
    indexes: || vec![index("bypass_code_expires", "bypass_code", &["expires_at"])],
};

fn bypass_code() -> TableCreateStatement {
    Table::create()
        .table("bypass_code")
        .col(id("site_id"))
        .col(user_id())
        .col(id("id"))
        .col(number("key_id"))
        .col(bytes("digest", 32))
        .col(number("expires_at"))
        .col(maybe_number("used_at"))
        .primary_key(&mut primary_key(&["site_id", "user_id"]))
        .take()
}
