//! What a browser or a site's server shows: sessions, tickets and what they opened, devices, and keys of requests. A digest comes
//! without its user: it is a key by itself.

use crate::migration::column::{
    NewTable, bytes, filled, id, index, keyed_table, maybe_blob, maybe_id, maybe_long_text, maybe_number,
    number, text, unique, user_id,
};

/// What belongs to a user, by which it ends.
const OF_USER: [&str; 2] = ["site_id", "user_id"];

pub(super) fn tables() -> [NewTable; 5] {
    [session(), ticket(), challenge_access(), trusted_device(), idempotency_key()]
}

/// Found by its bearer, then changed, and ended with the user's others, by its user and id; in the order of its site by tidying.
fn session() -> NewTable {
    let columns = [
        id("site_id"),
        user_id(),
        id("id"),
        bytes("token_hash", 32),
        text("home", 16),
        number("opened_at"),
        number("seen_at"),
        maybe_number("stepped_up_at"),
        maybe_id("sign_in_id"),
        maybe_long_text("browser"),
        maybe_long_text("address"),
    ];
    let indexes = [
        unique("session_token_hash", "session", &["token_hash"]),
        index("session_made", "session", &["site_id", "id"]),
    ];
    keyed_table("session", &["site_id", "user_id", "id"], columns).indexed(indexes)
}

/// Torn by its digest; ended with its user, and by its end.
fn ticket() -> NewTable {
    let columns = [
        bytes("token_hash", 32),
        id("site_id"),
        user_id(),
        maybe_id("challenge_id"),
        number("expires_at"),
        maybe_number("torn_at"),
        maybe_id("sign_in_id"),
    ];
    let indexes =
        [index("ticket_of_user", "ticket", &OF_USER), index("ticket_expires", "ticket", &["expires_at"])];
    keyed_table("ticket", &["token_hash"], columns).indexed(indexes)
}

/// As a ticket, which it came from.
fn challenge_access() -> NewTable {
    let columns =
        [bytes("token_hash", 32), id("site_id"), user_id(), id("challenge_id"), number("expires_at")];
    let indexes = [
        index("challenge_access_of_user", "challenge_access", &OF_USER),
        index("challenge_access_expires", "challenge_access", &["expires_at"]),
    ];
    keyed_table("challenge_access", &["token_hash"], columns).indexed(indexes)
}

/// A browser shows its token for a user who is known: it is looked for among their few devices.
fn trusted_device() -> NewTable {
    let columns = [
        id("site_id"),
        user_id(),
        id("id"),
        bytes("token_hash", 32),
        maybe_long_text("browser"),
        number("trusted_at"),
        maybe_number("used_at"),
        number("expires_at"),
    ];
    let expires = index("trusted_device_expires", "trusted_device", &["expires_at"]);
    keyed_table("trusted_device", &["site_id", "user_id", "id"], columns).indexed([expires])
}

/// Erased with its user. A request is repeated by the digest of its key, before its user is known: that is an index. An answer is in
/// it for a minute, which leaves a small row; those that hold one are in an index of their own.
fn idempotency_key() -> NewTable {
    let columns = [
        id("site_id"),
        user_id(),
        bytes("key_hash", 32),
        id("claim_id"),
        number("key_id"),
        bytes("digest", 32),
        number("claimed_at"),
        maybe_number("kept_until"),
        maybe_blob("answer"),
    ];
    let indexes = [
        unique("idempotency_key_by_hash", "idempotency_key", &["site_id", "key_hash"]),
        index("idempotency_key_claimed_at", "idempotency_key", &["claimed_at"]),
        filled("idempotency_key_kept_answer", "idempotency_key", &["kept_until"], "answer"),
    ];
    keyed_table("idempotency_key", &["site_id", "user_id", "key_hash"], columns).indexed(indexes)
}
