//! Indexes on tables that grow for ever. PostgreSQL builds them beside the work of others (`CONCURRENTLY`), which it does
//! outside a transaction only: a step of this kind can stop half-way, and begins anew.

use sea_orm::sea_query::{Index, IndexCreateStatement, PostgresQueryBuilder};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait};

/// The step that adds indexes to one large table, in a transaction on SQLite, and beside everybody's work on PostgreSQL.
#[derive(Clone, Copy, Debug)]
pub struct OnlineIndexes {
    /// The step's name, as the database remembers it.
    pub name: &'static str,
    /// Indexes of an earlier version, which these take the place of.
    pub replaced: &'static [&'static str],
    /// Each has a name.
    pub indexes: fn() -> Vec<IndexCreateStatement>,
}

impl MigrationName for OnlineIndexes {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for OnlineIndexes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for name in self.replaced {
            if db.get_database_backend() == DbBackend::Postgres {
                drop_concurrently(db, name).await?;
            } else {
                db.execute(Index::drop().name(*name).if_exists()).await?;
            }
        }
        for mut index in (self.indexes)() {
            index.if_not_exists();
            if db.get_database_backend() == DbBackend::Postgres {
                drop_invalid(db, &name_of(&index)?).await?;
                let built = index.concurrently().to_string(PostgresQueryBuilder);
                db.execute_unprepared(&built).await?;
            } else {
                db.execute(&index).await?;
            }
        }
        Ok(())
    }

    /// On SQLite this step runs in the transaction of all steps.
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

fn name_of(index: &IndexCreateStatement) -> Result<String, DbErr> {
    let name = index.get_index_spec().get_name().map(str::to_owned);
    name.ok_or_else(|| DbErr::Custom("an index without a name".to_owned()))
}

/// What an attempt that ended half-way left: the name is taken, and no query uses it.
async fn drop_invalid(db: &impl ConnectionTrait, name: &str) -> Result<(), DbErr> {
    let ask =
        "SELECT 1 AS found FROM pg_index WHERE indexrelid = to_regclass(quote_ident($1)) AND NOT indisvalid";
    let ask = Statement::from_sql_and_values(DbBackend::Postgres, ask, [name.into()]);
    match db.query_one_raw(ask).await? {
        Some(_) => drop_concurrently(db, name).await,
        None => Ok(()),
    }
}

async fn drop_concurrently(db: &impl ConnectionTrait, name: &str) -> Result<(), DbErr> {
    let statement = format!("DROP INDEX CONCURRENTLY IF EXISTS \"{name}\"");
    db.execute_unprepared(&statement).await.map(|_| ())
}
