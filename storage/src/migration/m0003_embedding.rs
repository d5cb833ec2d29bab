//! Embedding: what sites say of themselves, their API keys, tickets and trusted devices.

use super::{
    NewColumns, NewTable, bytes, id, index, maybe_id, maybe_long_text, maybe_number, no_index, number,
    primary_key, text, unique, user_id,
};
use sea_orm::sea_query::{ColumnDef, Table, TableCreateStatement};

pub(super) const TABLES: [NewTable; 4] = [
    NewTable { name: "0016_ticket", table: ticket, indexes: no_index },
    NewTable { name: "0017_challenge_access", table: challenge_access, indexes: no_index },
    NewTable {
        name: "0018_trusted_device",
        table: trusted_device,
        indexes: || {
            vec![
                unique("trusted_device_token_hash", "trusted_device", &["token_hash"]),
                index("trusted_device_of_user", "trusted_device", &["site_id", "user_id"]),
            ]
        },
    },
    NewTable {
        name: "0019_api_key",
        table: api_key,
        indexes: || vec![index("api_key_of_site", "api_key", &["site_id"])],
    },
];

fn ticket() -> TableCreateStatement {
    Table::create()
        .table("ticket")
        .col(bytes("token_hash", 32))
        .col(id("site_id"))
        .col(user_id())
        .col(maybe_id("challenge_id"))
        .col(number("expires_at"))
        .primary_key(&mut primary_key(&["token_hash"]))
        .take()
}

fn challenge_access() -> TableCreateStatement {
    Table::create()
        .table("challenge_access")
        .col(bytes("token_hash", 32))
        .col(id("site_id"))
        .col(user_id())
        .col(id("challenge_id"))
        .col(number("expires_at"))
        .primary_key(&mut primary_key(&["token_hash"]))
        .take()
}

fn trusted_device() -> TableCreateStatement {
    Table::create()
        .table("trusted_device")
        .col(id("site_id"))
        .col(id("id"))
        .col(user_id())
        .col(bytes("token_hash", 32))
        .col(maybe_long_text("browser"))
        .col(number("trusted_at"))
        .col(maybe_number("used_at"))
        .col(number("expires_at"))
        .primary_key(&mut primary_key(&["site_id", "id"]))
        .take()
}

fn api_key() -> TableCreateStatement {
    Table::create()
        .table("api_key")
        .col(text("name", 16))
        .col(id("site_id"))
        .col(bytes("hash", 32))
        .col(text("scopes", 64))
        .col(number("created_at"))
        .col(maybe_number("used_at"))
        .col(maybe_number("revoked_at"))
        .primary_key(&mut primary_key(&["name"]))
        .take()
}

/// Gives sites a name and origins. The built-in one has its issuer's name and no origin: nobody embeds it.
pub(super) const SITES_OF_THEIR_OWN: NewColumns = NewColumns {
    name: "0015_sites_of_their_own",
    table: "site",
    columns: || {
        vec![
            ColumnDef::new("name").string_len(64).not_null().default("Twofold").take(),
            ColumnDef::new("origins").text().not_null().default("").take(),
            ColumnDef::new("created_at").big_integer().not_null().default(0).take(),
        ]
    },
};
