//! Standalone mode: accounts, the links that create them or choose a password, sign-ins that wait for their second factor, and
//! tries of passwords.

use crate::migration::column::{
    NewTable, bytes, count, id, index, keyed_table, long_text, maybe_blob, maybe_bytes, maybe_id,
    maybe_long_text, maybe_number, maybe_text, number, plain_table, text, unique, user_id,
};

pub(super) fn tables() -> [NewTable; 4] {
    [account(), account_link(), pending_sign_in(), password_counter()]
}

/// Signed in to by its address, in whose order it is listed; changed by its id; forgiven, and told of what is required, by its
/// user. Not in its key, so that SQLite without statistics takes the index of the user.
fn account() -> NewTable {
    let columns = [
        id("site_id"),
        id("id"),
        user_id(),
        text("email", 128),
        bytes("email_key", 512),
        text("role", 16),
        maybe_long_text("password_hash"),
        count("password_failures"),
        number("password_not_before"),
        number("created_at"),
        maybe_text("name", 64),
        long_text("search_text"),
        maybe_number("deactivated_at"),
    ];
    let indexes = [
        unique("account_email", "account", &["site_id", "email_key"]),
        index("account_of_user", "account", &["site_id", "user_id"]),
    ];
    plain_table("account", &["site_id", "id"], columns).indexed(indexes)
}

/// Opened by its digest. An account has one invitation at most, which the unique key sees to.
fn account_link() -> NewTable {
    let columns = [
        id("site_id"),
        bytes("token_hash", 32),
        text("purpose", 16),
        maybe_text("email", 128),
        text("role", 16),
        number("created_at"),
        number("expires_at"),
        maybe_number("used_at"),
        maybe_id("account_id"),
        maybe_bytes("by_user", 512),
        maybe_blob("sealed_token"),
    ];
    let invitation = unique("invitation_of_account", "account_link", &["site_id", "account_id"]);
    keyed_table("account_link", &["site_id", "token_hash"], columns).indexed([invitation])
}

/// Ended with its user. Found by its digest, which is an index.
fn pending_sign_in() -> NewTable {
    let columns = [
        id("site_id"),
        user_id(),
        bytes("token_hash", 32),
        id("challenge_id"),
        number("created_at"),
        number("expires_at"),
    ];
    let by_token = unique("pending_sign_in_by_token", "pending_sign_in", &["site_id", "token_hash"]);
    keyed_table("pending_sign_in", &["site_id", "user_id", "token_hash"], columns).indexed([by_token])
}

/// Counted by the address's digest, of whomever it is; forgiven with its user, forgotten by its end. Not in its key, as accounts.
fn password_counter() -> NewTable {
    let columns = [
        id("site_id"),
        bytes("subject", 32),
        bytes("scope", 32),
        maybe_bytes("user_id", 512),
        count("tries"),
        number("not_before"),
        number("forget_at"),
    ];
    let indexes = [
        index("password_counter_of_user", "password_counter", &["site_id", "user_id"]),
        index("password_counter_forgotten", "password_counter", &["forget_at"]),
    ];
    plain_table("password_counter", &["site_id", "subject", "scope"], columns).indexed(indexes)
}
