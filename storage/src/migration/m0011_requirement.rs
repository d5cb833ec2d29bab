//! What is required of a user, of a role, and of a site from a date on; and of which deadline a user was told.

use super::{NewColumns, NewTable, id, maybe_number, maybe_text, no_index, number, primary_key, text};
use sea_orm::sea_query::{Table, TableCreateStatement};

/// What is required of a user.
pub(super) const OF_USER: NewColumns = NewColumns {
    name: "0110_requirement",
    table: "user",
    columns: || {
        vec![
            maybe_number("required_from"),
            maybe_number("exempt_until"),
            maybe_text("exempt_reason", 256),
            maybe_number("announced_deadline"),
            maybe_number("reminded_deadline"),
        ]
    },
};

/// From when on a site requires it.
pub(super) const OF_SITE: NewColumns =
    NewColumns { name: "0111_required_from", table: "site", columns: || vec![maybe_number("required_from")] };

/// From when on it is required of everybody with a role.
pub(super) const OF_ROLE: NewTable =
    NewTable { name: "0112_role_requirement", table: role_requirement, indexes: no_index };

fn role_requirement() -> TableCreateStatement {
    Table::create()
        .table("role_requirement")
        .col(id("site_id"))
        .col(text("role", 16))
        .col(number("required_from"))
        .primary_key(&mut primary_key(&["site_id", "role"]))
        .take()
}
