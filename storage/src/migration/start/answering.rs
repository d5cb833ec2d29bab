//! Ceremonies: enrollments, challenges, and codes that are mailed for them. Their ids are in the order in which they were made,
//! by which tidying finds the oldest of a site.

use crate::migration::column::{
    NewTable, blob, bytes, count, filled, flag, id, index, keyed_table, maybe_blob, maybe_id,
    maybe_long_text, maybe_number, maybe_text, number, only_one, plain_table, text, unique, user_id,
};

pub(super) fn tables() -> [NewTable; 3] {
    [enrollment(), challenge(), email_code()]
}

/// Asked for with its user; in the order of its site by tidying. Not in its key: what is sealed in it is large until it is over.
fn enrollment() -> NewTable {
    let columns = [
        id("site_id"),
        user_id(),
        id("id"),
        maybe_id("session_id"),
        text("kind", 16),
        text("purpose", 16),
        maybe_id("replaces"),
        text("state", 16),
        id("authenticator_id"),
        text("name", 64),
        blob("credential"),
        number("watermark"),
        maybe_blob("codes"),
        number("begun_at"),
        number("expires_at"),
        maybe_number("confirmed_at"),
        maybe_long_text("confirmed_browser"),
        maybe_long_text("confirmed_address"),
    ];
    let made = index("enrollment_made", "enrollment", &["site_id", "id"]);
    plain_table("enrollment", &["site_id", "user_id", "id"], columns).indexed([made])
}

/// Changed with its user, and ended with the user's others. A site asks for one by its id alone, which is an index: were that the
/// key, SQLite without statistics would look for a user's through all of their site.
fn challenge() -> NewTable {
    let columns = [
        id("site_id"),
        user_id(),
        id("id"),
        text("action", 64),
        text("state", 16),
        count("failures"),
        number("opened_at"),
        number("expires_at"),
        maybe_text("passed_kind", 16),
        maybe_number("passed_at"),
        maybe_long_text("passed_browser"),
        flag("remembers_device"),
        number("revision"),
    ];
    let by_id = unique("challenge_by_id", "challenge", &["site_id", "id"]);
    keyed_table("challenge", &["site_id", "user_id", "id"], columns).indexed([by_id])
}

/// A user has five an hour at most, of which one is good, which the unique key sees to. Those whose letter waits are in an index
/// of their own; and in that of their site's order, for tidying.
fn email_code() -> NewTable {
    let columns = [
        id("site_id"),
        user_id(),
        id("id"),
        id("about"),
        number("key_id"),
        bytes("digest", 32),
        count("wrong"),
        only_one("alive"),
        maybe_blob("letter"),
        number("made_at"),
        number("expires_at"),
        maybe_number("due_at"),
        count("attempts"),
    ];
    let indexes = [
        unique("email_code_alive", "email_code", &["site_id", "user_id", "alive"]),
        index("email_code_made", "email_code", &["site_id", "id"]),
        filled("email_code_due", "email_code", &["due_at"], "due_at"),
    ];
    keyed_table("email_code", &["site_id", "user_id", "id"], columns).indexed(indexes)
}
