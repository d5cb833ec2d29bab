//! What an administrator of the built-in site does with its accounts.

use super::NewColumns;
use sea_orm::sea_query::ColumnDef;

/// Which administrator did what an event tells of.
pub(super) const DONE_BY: NewColumns = NewColumns {
    name: "0100_done_by",
    table: "event",
    columns: || vec![ColumnDef::new("by_user").var_binary(512).null().take()],
};
