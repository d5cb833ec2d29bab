//! Indexes that are the access path of a statement as it stands, order included.

use super::index;
use sea_orm::DbErr;
use sea_orm::sea_query::{Index, IntoIden};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait};

/// The codes of a set, in the order of their ids: without the id SQLite reads the codes of the whole site by the primary
/// key, which has that order.
pub(super) struct CodesOfSet;

impl MigrationName for CodesOfSet {
    fn name(&self) -> &'static str {
        "0250_codes_of_set"
    }
}

#[async_trait]
impl MigrationTrait for CodesOfSet {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (name, table) = ("recovery_code_of_set", "recovery_code");
        manager.drop_index(Index::drop().name(name).table(table.into_iden()).to_owned()).await?;
        manager.create_index(index(name, table, &["site_id", "user_id", "set_id", "id"])).await?;
        manager.create_index(index("code_set_of_enrollment", "code_set", &["enrollment_id"])).await
    }
}
