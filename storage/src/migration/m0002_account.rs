//! Standalone mode: accounts, the links that create them, and sign-ins that wait for their second factor.

use super::{
    NewTable, bytes, count, id, index, maybe_long_text, maybe_number, maybe_text, no_index, number,
    primary_key, text, unique, user_id,
};
use sea_orm::sea_query::{Table, TableCreateStatement};

pub(super) const TABLES: [NewTable; 3] = [
    NewTable {
        name: "0011_account",
        table: account,
        indexes: || vec![unique("account_email", "account", &["site_id", "email_key"])],
    },
    NewTable { name: "0012_account_link", table: account_link, indexes: no_index },
    NewTable {
        name: "0013_pending_sign_in",
        table: pending_sign_in,
        indexes: || vec![index("pending_sign_in_of_user", "pending_sign_in", &["site_id", "user_id"])],
    },
];

fn account() -> TableCreateStatement {
    Table::create()
        .table("account")
        .col(id("site_id"))
        .col(id("id"))
        .col(user_id())
        .col(text("email", 128))
        .col(bytes("email_key", 512))
        .col(text("role", 16))
        .col(maybe_long_text("password_hash"))
        .col(count("password_failures"))
        .col(number("password_not_before"))
        .col(number("created_at"))
        .primary_key(&mut primary_key(&["site_id", "id"]))
        .take()
}

fn account_link() -> TableCreateStatement {
    Table::create()
        .table("account_link")
        .col(id("site_id"))
        .col(bytes("token_hash", 32))
        .col(text("purpose", 16))
        .col(maybe_text("email", 128))
        .col(text("role", 16))
        .col(number("created_at"))
        .col(number("expires_at"))
        .col(maybe_number("used_at"))
        .primary_key(&mut primary_key(&["site_id", "token_hash"]))
        .take()
}

fn pending_sign_in() -> TableCreateStatement {
    Table::create()
        .table("pending_sign_in")
        .col(id("site_id"))
        .col(bytes("token_hash", 32))
        .col(user_id())
        .col(id("challenge_id"))
        .col(number("created_at"))
        .col(number("expires_at"))
        .primary_key(&mut primary_key(&["site_id", "token_hash"]))
        .take()
}
