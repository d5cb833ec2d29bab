//! The revision of its user under which a challenge was opened: under another one it is over.

use super::NewColumns;
use sea_orm::sea_query::ColumnDef;

/// A challenge that is open when this runs is over, unless its user never changed anything.
pub(super) const OF_CHALLENGE: NewColumns = NewColumns {
    name: "0200_revision_of_challenge",
    table: "challenge",
    columns: || vec![ColumnDef::new("revision").big_integer().not_null().default(0).take()],
};
