//! The audit log with its chain, and the outbox of the notices that tell of it.

use crate::migration::column::{
    NewTable, bytes, count, filled, flag, id, index, keyed_table, maybe_bytes, maybe_id, maybe_long_text,
    maybe_number, maybe_text, number, plain_table, text, unique, user_id,
};

pub(super) fn tables() -> [NewTable; 6] {
    [event(), event_batch(), event_writer(), chain_head(), chain_cut(), notice()]
}

/// The key is the log of a user in its order, newest last; that of a site has an index, by which one event is found, too: whoever
/// asks for it knows when it was. Of indexes that seem equally good SQLite takes the older one, as long as it has no statistics:
/// here the key of the user. Not in its key: a row is half a kilobyte, and the trees of a log that grows for ever are to be low.
fn event() -> NewTable {
    let of_whom_and_what = [
        id("site_id"),
        user_id(),
        number("at"),
        id("id"),
        maybe_bytes("by_user", 512),
        text("kind", 40),
        maybe_text("factor", 16),
        maybe_text("cause", 16),
        maybe_text("subject", 128),
        maybe_text("reason", 256),
        maybe_long_text("address"),
        maybe_long_text("browser"),
    ];
    let proof = [
        maybe_number("key_id"),
        maybe_number("writer"),
        maybe_number("sequence"),
        maybe_number("mark"),
        maybe_bytes("mac", 32),
        maybe_bytes("wiped", 32),
        maybe_bytes("still_wiped", 32),
        maybe_id("erasure"),
        maybe_number("batch"),
        maybe_number("position"),
        maybe_bytes("salt", 32),
        maybe_bytes("commitment", 32),
        maybe_bytes("digest", 32),
    ];
    let indexes = [
        index("event_of_site", "event", &["site_id", "at", "id"]),
        // The events that are not closed, oldest first, and those of one batch.
        index("event_of_batch", "event", &["batch", "at", "id"]),
    ];
    let columns = of_whom_and_what.into_iter().chain(proof);
    plain_table("event", &["site_id", "user_id", "at", "id"], columns).indexed(indexes)
}

/// One row for up to two hundred events.
fn event_batch() -> NewTable {
    let columns = [
        number("number"),
        number("count"),
        number("first_at"),
        number("last_at"),
        number("closed_at"),
        number("key_id"),
        bytes("hash", 32),
    ];
    plain_table("event_batch", &["number"], columns)
}

/// As many rows as there are processes that write.
fn event_writer() -> NewTable {
    let columns = [
        number("number"),
        number("settled"),
        number("count"),
        number("closed"),
        number("cut"),
        number("seen_at"),
        flag("ended"),
    ];
    plain_table("event_writer", &["number"], columns)
}

/// Two rows: 0 is the genesis, 1 the head.
fn chain_head() -> NewTable {
    let columns = [
        count("id"),
        number("batch"),
        bytes("hash", 32),
        bytes("writers", 32),
        bytes("cut", 32),
        number("key_id"),
        bytes("seal", 32),
    ];
    plain_table("chain_head", &["id"], columns)
}

/// One row at most: the first deletion by age writes it.
fn chain_cut() -> NewTable {
    let columns = [
        count("id"),
        number("batch"),
        bytes("hash", 32),
        number("events"),
        number("until"),
        number("cut_at"),
        number("key_id"),
        bytes("seal", 32),
    ];
    plain_table("chain_cut", &["id"], columns)
}

/// Erased with its user. Settled by the event that it tells of, which is an index, in whose order tidying finds the oldest of a
/// site. Those that wait are in an index of their own.
fn notice() -> NewTable {
    let columns = [
        id("site_id"),
        user_id(),
        id("event_id"),
        number("at"),
        maybe_number("due_at"),
        count("attempts"),
        maybe_number("sent_at"),
        maybe_long_text("email"),
    ];
    let indexes = [
        unique("notice_by_event", "notice", &["site_id", "event_id"]),
        filled("notice_due", "notice", &["due_at"], "due_at"),
    ];
    keyed_table("notice", &["site_id", "user_id", "event_id"], columns).indexed(indexes)
}
