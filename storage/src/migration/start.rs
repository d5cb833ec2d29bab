//! The first step: every table as the first release has it, and the site of standalone mode.
//!
//! A user's rows lie together: where nothing else is asked for, a primary key begins with site and user, and is the access path
//! of what a sign-in asks. What is looked up without its user, too (a challenge of a site, by its id), has an index of that, and
//! where it is known by a digest alone, that is its key.

mod account;
mod answering;
mod bearer;
mod event;
mod factor;
mod site;

use super::column::NewTable;
use domain::name::SiteId;
use sea_orm::sea_query::Query;
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait};

/// Its name, as the database remembers it.
pub(super) const NAME: &str = "0001_start";

pub(super) struct Start;

impl MigrationName for Start {
    fn name(&self) -> &'static str {
        NAME
    }
}

#[async_trait]
impl MigrationTrait for Start {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            table.create(manager).await?;
        }
        built_in_site(manager).await
    }
}

fn tables() -> impl Iterator<Item = NewTable> {
    site::tables()
        .into_iter()
        .chain(factor::tables())
        .chain(answering::tables())
        .chain(bearer::tables())
        .chain(account::tables())
        .chain(event::tables())
}

/// Nobody embeds it: it has no origin.
async fn built_in_site(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let values = [
        ("id", SiteId::BUILT_IN.uuid().into()),
        ("issuer", "Twofold".into()),
        ("name", "Twofold".into()),
        ("origins", "".into()),
        ("created_at", 0_i64.into()),
        ("factor_kinds", "totp".into()),
        ("trusted_device_days", 0_i32.into()),
        ("requires_two_factor", false.into()),
        ("tells_users", true.into()),
    ];
    let (columns, values): (Vec<_>, Vec<_>) = values.into_iter().unzip();
    let insert = Query::insert().into_table("site").columns(columns).values_panic(values).take();
    manager.get_connection().execute(&insert).await.map(|_| ())
}
