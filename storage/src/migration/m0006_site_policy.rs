//! What a site allows its users and demands of them; and whether a person asked for a device to be remembered.

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

/// Keeps with a passed challenge what its redeeming makes a trusted device of.
pub(super) const REMEMBERED: NewColumns = NewColumns {
    name: "0061_remembered",
    table: "challenge",
    columns: || {
        vec![
            ColumnDef::new("passed_browser").text().null().take(),
            ColumnDef::new("remembers_device").boolean().not_null().default(false).take(),
        ]
    },
};
