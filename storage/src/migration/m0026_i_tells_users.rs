//! Whether a site's users are told by mail of changes of their factors.

use super::NewColumns;
use sea_orm::sea_query::ColumnDef;

/// Everybody is, unless the site says otherwise.
pub(super) const TELLS_USERS: NewColumns = NewColumns {
    name: "0260_tells_users",
    table: "site",
    columns: || vec![ColumnDef::new("tells_users").boolean().not_null().default(true).take()],
};
