//! How a migration writes a table: columns, keys and indexes.

use sea_orm::sea_query::{
    ColumnDef, ConditionalStatement, Expr, ExprTrait, Index, IndexCreateStatement, IntoIden, Table,
    TableCreateStatement,
};
use sea_orm::{DbBackend, DbErr};
use sea_orm_migration::SchemaManager;

/// A table and its indexes.
pub(super) struct NewTable {
    table: TableCreateStatement,
    /// SQLite keeps the rows in the tree of their primary key, and no other beside it: one page less to write and one tree less
    /// to walk. It pays for rows that are small and read by that key; PostgreSQL knows no such thing.
    in_its_key: bool,
    indexes: Vec<IndexCreateStatement>,
}

impl NewTable {
    /// The step that creates it.
    pub(super) async fn create(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let mut table = self.table;
        if self.in_its_key && manager.get_database_backend() == DbBackend::Sqlite {
            table.extra("WITHOUT ROWID");
        }
        manager.create_table(table).await?;
        for index in self.indexes {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    /// With these indexes beside the key.
    pub(super) fn indexed(self, indexes: impl IntoIterator<Item = IndexCreateStatement>) -> Self {
        Self { indexes: indexes.into_iter().collect(), ..self }
    }
}

/// A table whose rows lie in their key.
pub(super) fn keyed_table(
    name: &'static str,
    key: &[&'static str],
    columns: impl IntoIterator<Item = ColumnDef>,
) -> NewTable {
    NewTable { in_its_key: true, ..plain_table(name, key, columns) }
}

/// A table whose rows lie in the order in which they came.
pub(super) fn plain_table(
    name: &'static str,
    key: &[&'static str],
    columns: impl IntoIterator<Item = ColumnDef>,
) -> NewTable {
    let mut table = Table::create().table(name).take();
    for column in columns {
        table.col(column);
    }
    table.primary_key(&mut over(Index::create(), key).primary().take());
    NewTable { table, in_its_key: false, indexes: Vec::new() }
}

pub(super) fn index(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    over(Index::create(), columns).name(name).table(table.into_iden()).take()
}

pub(super) fn unique(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    index(name, table, columns).unique().take()
}

/// An index of the rows that have something in this column: of what waits, and of nothing that is over.
pub(super) fn filled(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
    holding: &'static str,
) -> IndexCreateStatement {
    index(name, table, columns).and_where(Expr::col(holding).is_not_null()).take()
}

fn over(mut index: IndexCreateStatement, columns: &[&'static str]) -> IndexCreateStatement {
    for column in columns {
        index.col(*column);
    }
    index
}

pub(super) fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

pub(super) fn maybe_id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().null().take()
}

/// Unix milliseconds, a counter or a time step.
pub(super) fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

pub(super) fn maybe_number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().take()
}

pub(super) fn count(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}

pub(super) fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

/// True or NULL: of a unique key with it, one row is true.
pub(super) fn only_one(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().null().take()
}

pub(super) fn text(name: &'static str, characters: u32) -> ColumnDef {
    ColumnDef::new(name).string_len(characters).not_null().take()
}

pub(super) fn maybe_text(name: &'static str, characters: u32) -> ColumnDef {
    ColumnDef::new(name).string_len(characters).null().take()
}

/// Text without a limit.
pub(super) fn long_text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

/// What comes from outside is never too long to be recorded.
pub(super) fn maybe_long_text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().null().take()
}

pub(super) fn bytes(name: &'static str, most: u32) -> ColumnDef {
    ColumnDef::new(name).var_binary(most).not_null().take()
}

pub(super) fn maybe_bytes(name: &'static str, most: u32) -> ColumnDef {
    ColumnDef::new(name).var_binary(most).null().take()
}

pub(super) fn blob(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().take()
}

pub(super) fn maybe_blob(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().null().take()
}

/// A site's own id of a user: at most 128 characters of at most four bytes.
pub(super) fn user_id() -> ColumnDef {
    bytes("user_id", 512)
}
