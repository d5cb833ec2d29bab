//! When the owner of a factor started it again that guessing had stopped; and letters, counted.

use super::{NewColumns, NewTable, bytes, count, index, maybe_bytes, number, primary_key};
use sea_orm::sea_query::{Table, TableCreateStatement};

pub(super) const RESTARTS: NewColumns =
    NewColumns { name: "0230_restarts", table: "budget", columns: || vec![maybe_bytes("restarts", 400)] };

pub(super) const LETTERS: NewTable = NewTable {
    name: "0231_letter_count",
    table: letter_count,
    indexes: || vec![index("letter_count_forgotten", "letter_count", &["forget_at"])],
};

fn letter_count() -> TableCreateStatement {
    Table::create()
        .table("letter_count")
        .col(bytes("scope", 33))
        .col(count("sent"))
        .col(number("since"))
        .col(number("forget_at"))
        .primary_key(&mut primary_key(&["scope"]))
        .take()
}
