//! The outbox of the notices by mail.

use super::{NewTable, count, id, index, maybe_number, number, primary_key, user_id};
use sea_orm::sea_query::{Table, TableCreateStatement};

pub(super) const TABLE: NewTable = NewTable {
    name: "0090_notice",
    table: notice,
    indexes: || vec![index("notice_due", "notice", &["due_at"])],
};

fn notice() -> TableCreateStatement {
    Table::create()
        .table("notice")
        .col(id("site_id"))
        .col(id("event_id"))
        .col(user_id())
        .col(number("at"))
        .col(maybe_number("due_at"))
        .col(count("attempts"))
        .col(maybe_number("sent_at"))
        .primary_key(&mut primary_key(&["site_id", "event_id"]))
        .take()
}
