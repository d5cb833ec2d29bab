//! What the HTTP API reads and writes: lists in the order of an index, an administrator's reasons, users'
//! addresses, and requests that are repeated.

use super::online::OnlineIndexes;
use super::{
    NewColumns, NewTable, bytes, id, index, maybe_blob, maybe_number, maybe_text, number, primary_key,
    user_id,
};
use sea_orm::DbErr;
use sea_orm::sea_query::{Table, TableCreateStatement};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait};

/// The audit log of a user and of a whole site, each read from an index that has its order.
pub(super) const EVENTS_IN_ORDER: OnlineIndexes = OnlineIndexes {
    name: "0050_events_in_order",
    replaced: &["event_of_user"],
    indexes: || {
        vec![
            index("event_of_user", "event", &["site_id", "user_id", "at", "id"]),
            index("event_of_site", "event", &["site_id", "at", "id"]),
        ]
    },
};

/// What an administrator does is found by the user, and its reason is kept.
pub(super) struct Administering;

impl MigrationName for Administering {
    fn name(&self) -> &'static str {
        "0051_administering"
    }
}

#[async_trait]
impl MigrationTrait for Administering {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let reason = Table::alter().table("event").add_column(maybe_text("reason", 256)).take();
        manager.alter_table(reason).await?;
        let of_user = ["site_id", "user_id"];
        manager.create_index(index("ticket_of_user", "ticket", &of_user)).await?;
        manager.create_index(index("challenge_access_of_user", "challenge_access", &of_user)).await
    }
}

/// Where a user can be written to, as far as the site has said.
pub(super) const USER_EMAIL: NewColumns =
    NewColumns { name: "0052_user_email", table: "user", columns: || vec![maybe_text("email", 254)] };

pub(super) const IDEMPOTENCY_KEY: NewTable = NewTable {
    name: "0053_idempotency_key",
    table: idempotency_key,
    indexes: || {
        vec![
            index("idempotency_key_of_user", "idempotency_key", &["site_id", "user_id"]),
            index("idempotency_key_kept_until", "idempotency_key", &["kept_until"]),
            index("idempotency_key_claimed_at", "idempotency_key", &["claimed_at"]),
        ]
    },
};

fn idempotency_key() -> TableCreateStatement {
    Table::create()
        .table("idempotency_key")
        .col(id("site_id"))
        .col(bytes("key_hash", 32))
        .col(user_id())
        .col(id("claim_id"))
        .col(number("key_id"))
        .col(bytes("digest", 32))
        .col(number("claimed_at"))
        .col(maybe_number("kept_until"))
        .col(maybe_blob("answer"))
        .primary_key(&mut primary_key(&["site_id", "key_hash"]))
        .take()
}
