//! Sites and what belongs to a site as a whole; and what the server remembers of itself.

use crate::migration::column::{
    NewTable, bytes, count, flag, id, index, keyed_table, long_text, maybe_number, number, plain_table, text,
};

pub(super) fn tables() -> [NewTable; 6] {
    [site(), api_key(), role_requirement(), sealing_check(), health(), letter_count()]
}

/// Read by its id with every request.
fn site() -> NewTable {
    let columns = [
        id("id"),
        text("issuer", 64),
        text("name", 64),
        long_text("origins"),
        number("created_at"),
        text("factor_kinds", 64),
        count("trusted_device_days"),
        flag("requires_two_factor"),
        maybe_number("required_from"),
        flag("tells_users"),
    ];
    keyed_table("site", &["id"], columns)
}

/// Every request of a site's server is known by the name of its key, before its site is known.
fn api_key() -> NewTable {
    let columns = [
        text("name", 16),
        id("site_id"),
        bytes("hash", 32),
        text("scopes", 64),
        number("created_at"),
        maybe_number("used_at"),
        maybe_number("revoked_at"),
    ];
    keyed_table("api_key", &["name"], columns).indexed([index("api_key_of_site", "api_key", &["site_id"])])
}

/// A few rows, read by site and role.
fn role_requirement() -> NewTable {
    let columns = [id("site_id"), text("role", 16), number("required_from")];
    keyed_table("role_requirement", &["site_id", "role"], columns)
}

/// One row at most: the first start with a key writes it.
fn sealing_check() -> NewTable {
    plain_table("sealing_check", &["id"], [count("id"), number("key_id"), bytes("digest", 32)])
}

/// One row at most: the first proof that what is written is stored writes it.
fn health() -> NewTable {
    plain_table("health", &["id"], [count("id"), number("proofs")])
}

/// Counted by what is counted, forgotten by its end.
fn letter_count() -> NewTable {
    let columns = [bytes("scope", 33), count("sent"), number("since"), number("forget_at")];
    let forgotten = index("letter_count_forgotten", "letter_count", &["forget_at"]);
    keyed_table("letter_count", &["scope"], columns).indexed([forgotten])
}
