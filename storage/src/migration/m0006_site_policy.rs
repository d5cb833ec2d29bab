//! What a site allows its users and demands of them.

use super::NewColumns;
use sea_orm::sea_query::ColumnDef;

/// Gives sites a policy: authenticator apps, no device trusted, nothing demanded.
pub(super) const SITE_POLICY: NewColumns = NewColumns {
    name: "0060_site_policy",
    table: "site",
    columns: || {
        vec![
            ColumnDef::new("factor_kinds").string_len(64).not_null().default("totp").take(),
            ColumnDef::new("trusted_device_days").integer().not_null().default(0).take(),
            ColumnDef::new("requires_two_factor").boolean().not_null().default(false).take(),
        ]
    },
};
