//! Sites, users, ceremonies, authenticators, sessions and the audit log.

use super::{
    NewTable, blob, bytes, count, id, index, maybe_blob, maybe_id, maybe_long_text, maybe_number, maybe_text,
    no_index, number, primary_key, text, unique, user_id,
};
use domain::name::SiteId;
use sea_orm::sea_query::{ColumnDef, Query, Table, TableCreateStatement};
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait};

/// Every row of a user is found by its site and user.
const OF_USER: [&str; 2] = ["site_id", "user_id"];

pub(super) const TABLES: [NewTable; 10] = [
    NewTable { name: "0001_site", table: site, indexes: no_index },
    NewTable { name: "0002_user", table: user, indexes: no_index },
    NewTable {
        name: "0003_authenticator",
        table: authenticator,
        indexes: || vec![index("authenticator_of_user", "authenticator", &OF_USER)],
    },
    NewTable {
        name: "0004_code_set",
        table: code_set,
        indexes: || vec![unique("code_set_active", "code_set", &["site_id", "user_id", "active"])],
    },
    NewTable {
        name: "0005_recovery_code",
        table: recovery_code,
        indexes: || vec![index("recovery_code_of_set", "recovery_code", &["site_id", "user_id", "set_id"])],
    },
    NewTable { name: "0006_budget", table: budget, indexes: no_index },
    NewTable {
        name: "0007_enrollment",
        table: enrollment,
        indexes: || vec![index("enrollment_of_user", "enrollment", &OF_USER)],
    },
    NewTable {
        name: "0008_challenge",
        table: challenge,
        indexes: || vec![index("challenge_of_user", "challenge", &OF_USER)],
    },
    NewTable {
        name: "0009_session",
        table: session,
        indexes: || {
            vec![
                unique("session_token_hash", "session", &["token_hash"]),
                index("session_of_user", "session", &OF_USER),
            ]
        },
    },
    NewTable {
        name: "0010_event",
        table: event,
        indexes: || vec![index("event_of_user", "event", &["site_id", "user_id", "at"])],
    },
];

fn site() -> TableCreateStatement {
    Table::create().table("site").col(id("id").primary_key()).col(text("issuer", 64)).take()
}

fn user() -> TableCreateStatement {
    Table::create()
        .table("user")
        .col(id("site_id"))
        .col(user_id())
        .col(text("label", 128))
        .col(maybe_number("protected_since"))
        .col(number("revision"))
        .col(number("created_at"))
        .primary_key(&mut primary_key(&OF_USER))
        .take()
}

/// A table of a user's, whose rows have ids.
fn owned(name: &'static str) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(id("site_id"))
        .col(id("id"))
        .col(user_id())
        .primary_key(&mut primary_key(&["site_id", "id"]))
        .take()
}

fn authenticator() -> TableCreateStatement {
    owned("authenticator")
        .col(text("kind", 16))
        .col(text("name", 64))
        .col(blob("credential"))
        .col(text("state", 16))
        .col(number("watermark"))
        .col(number("added_at"))
        .col(maybe_number("used_at"))
        .col(maybe_number("revoked_at"))
        .take()
}

fn code_set() -> TableCreateStatement {
    owned("code_set")
        .col(bytes("salt", 16))
        .col(number("key_id"))
        .col(number("made_at"))
        .col(maybe_id("enrollment_id"))
        .col(ColumnDef::new("active").boolean().null())
        .take()
}

fn recovery_code() -> TableCreateStatement {
    owned("recovery_code").col(id("set_id")).col(bytes("hash", 32)).col(maybe_number("used_at")).take()
}

fn budget() -> TableCreateStatement {
    Table::create()
        .table("budget")
        .col(id("site_id"))
        .col(user_id())
        .col(text("kind", 16))
        .col(count("consecutive"))
        .col(bytes("failures", 400))
        .col(number("version"))
        .primary_key(&mut primary_key(&["site_id", "user_id", "kind"]))
        .take()
}

fn enrollment() -> TableCreateStatement {
    owned("enrollment")
        .col(maybe_id("session_id"))
        .col(text("kind", 16))
        .col(text("purpose", 16))
        .col(maybe_id("replaces"))
        .col(text("state", 16))
        .col(id("authenticator_id"))
        .col(text("name", 64))
        .col(blob("credential"))
        .col(number("watermark"))
        .col(maybe_blob("codes"))
        .col(number("begun_at"))
        .col(number("expires_at"))
        .take()
}

fn challenge() -> TableCreateStatement {
    owned("challenge")
        .col(text("action", 64))
        .col(text("state", 16))
        .col(count("failures"))
        .col(number("opened_at"))
        .col(number("expires_at"))
        .col(maybe_text("passed_kind", 16))
        .col(maybe_number("passed_at"))
        .take()
}

fn session() -> TableCreateStatement {
    owned("session")
        .col(bytes("token_hash", 32))
        .col(text("home", 16))
        .col(number("opened_at"))
        .col(number("seen_at"))
        .col(maybe_number("stepped_up_at"))
        .take()
}

fn event() -> TableCreateStatement {
    owned("event")
        .col(number("at"))
        .col(text("kind", 40))
        .col(maybe_text("factor", 16))
        .col(maybe_text("cause", 16))
        .col(maybe_text("subject", 128))
        .col(maybe_long_text("address"))
        .col(maybe_long_text("browser"))
        .take()
}

/// The step that stores the site of standalone mode.
pub(super) struct BuiltInSite;

impl MigrationName for BuiltInSite {
    fn name(&self) -> &'static str {
        "0014_built_in_site"
    }
}

#[async_trait]
impl MigrationTrait for BuiltInSite {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let site = [SiteId::BUILT_IN.uuid().into(), "Twofold".into()];
        let insert = Query::insert().into_table("site").columns(["id", "issuer"]).values_panic(site).take();
        manager.get_connection().execute(&insert).await.map(|_| ())
    }
}
