//! Users, and what they can answer with.

use crate::migration::column::{
    NewTable, blob, bytes, count, id, index, keyed_table, maybe_id, maybe_number, maybe_text, number,
    only_one, text, unique, user_id,
};

pub(super) fn tables() -> [NewTable; 6] {
    [user(), budget(), authenticator(), code_set(), recovery_code(), bypass_code()]
}

/// The lock of every change of factors, and a site's list of users in its order: the key is both.
fn user() -> NewTable {
    let columns = [
        id("site_id"),
        user_id(),
        text("label", 128),
        maybe_text("email", 254),
        maybe_number("protected_since"),
        number("revision"),
        number("created_at"),
        maybe_number("required_from"),
        maybe_number("exempt_until"),
        maybe_text("exempt_reason", 256),
        maybe_number("announced_deadline"),
        maybe_number("reminded_deadline"),
    ];
    keyed_table("user", &["site_id", "user_id"], columns)
}

/// A user has one of each kind at most: all of them are read with every answer, and one is changed. Small unless somebody
/// guesses.
fn budget() -> NewTable {
    let columns = [
        id("site_id"),
        user_id(),
        text("kind", 16),
        count("consecutive"),
        bytes("failures", 400),
        bytes("restarts", 400),
        number("version"),
    ];
    keyed_table("budget", &["site_id", "user_id", "kind"], columns)
}

/// All of a user are read with every answer; one is consumed by its id. Nobody looks for one without its user.
fn authenticator() -> NewTable {
    let columns = [
        id("site_id"),
        user_id(),
        id("id"),
        text("kind", 16),
        text("name", 64),
        blob("credential"),
        text("state", 16),
        number("watermark"),
        number("added_at"),
        maybe_number("used_at"),
        maybe_number("revoked_at"),
    ];
    keyed_table("authenticator", &["site_id", "user_id", "id"], columns)
}

/// A user has one that is active, which the unique key sees to, and few that are pending.
fn code_set() -> NewTable {
    let columns = [
        id("site_id"),
        user_id(),
        id("id"),
        bytes("salt", 16),
        number("key_id"),
        number("made_at"),
        maybe_number("voided_at"),
        maybe_id("enrollment_id"),
        only_one("active"),
    ];
    let active = unique("code_set_active", "code_set", &["site_id", "user_id", "active"]);
    keyed_table("code_set", &["site_id", "user_id", "id"], columns).indexed([active])
}

/// The codes of a set are read, and deleted, together, in the order of their ids: the key is that range.
fn recovery_code() -> NewTable {
    let columns =
        [id("site_id"), user_id(), id("set_id"), id("id"), bytes("hash", 32), maybe_number("used_at")];
    keyed_table("recovery_code", &["site_id", "user_id", "set_id", "id"], columns)
}

/// A user has one at most: the key is the user.
fn bypass_code() -> NewTable {
    let columns = [
        id("site_id"),
        user_id(),
        id("id"),
        number("key_id"),
        bytes("digest", 32),
        number("expires_at"),
        maybe_number("used_at"),
        maybe_id("challenge_id"),
    ];
    let expires = index("bypass_code_expires", "bypass_code", &["expires_at"]);
    keyed_table("bypass_code", &["site_id", "user_id"], columns).indexed([expires])
}
