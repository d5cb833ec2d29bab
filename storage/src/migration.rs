//! The migrations: hand-written tables, applied in order. A migration that was released never changes.

mod m0001_core;
mod m0002_account;
mod m0003_embedding;
mod m0004_widget;
mod m0005_api;
mod m0006_site_policy;
mod m0008_sealing_check;
mod m0009_notice;
mod m0010_accounts;
mod m0011_requirement;
mod m0012_members;
mod m0013_chain;
mod m0014_bypass_code;
mod m0015_email_code;
mod m0016_a_health;
mod m0020_f_revision;
mod m0021_f_confirmed;
mod m0022_g_password_counter;
mod m0023_g_restarts;
mod m0024_h_proof;
mod m0025_h_access_paths;
mod m0026_i_tells_users;
mod m0027_sign_in;
mod m0028_j_place;
mod m0029_tidying;
mod m0030_k_address;
mod online;
mod run;

pub use run::{MigrationError, Progress, is_empty, is_foreign, migrate, migrate_telling, pending_migrations};

use sea_orm::DbErr;
use sea_orm::sea_query::{ColumnDef, Index, IndexCreateStatement, IntoIden, Table, TableCreateStatement};
use sea_orm_migration::{
    MigrationName, MigrationTrait, MigratorTrait, SchemaManager, async_trait::async_trait,
};

struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let tables = m0001_core::TABLES.iter().chain(&m0002_account::TABLES);
        let mut all: Vec<Box<dyn MigrationTrait>> = Vec::new();
        for table in tables {
            all.push(Box::new(*table));
        }
        all.push(Box::new(m0001_core::BuiltInSite));
        all.push(Box::new(m0003_embedding::SITES_OF_THEIR_OWN));
        for table in &m0003_embedding::TABLES {
            all.push(Box::new(*table));
        }
        all.push(Box::new(m0004_widget::TornTickets));
        all.push(Box::new(m0005_api::EVENTS_IN_ORDER));
        all.push(Box::new(m0005_api::Administering));
        all.push(Box::new(m0005_api::USER_EMAIL));
        all.push(Box::new(m0005_api::IDEMPOTENCY_KEY));
        all.push(Box::new(m0006_site_policy::SITE_POLICY));
        all.push(Box::new(m0006_site_policy::REMEMBERED));
        all.push(Box::new(m0008_sealing_check::SEALING_CHECK));
        all.push(Box::new(m0009_notice::TABLE));
        all.push(Box::new(m0010_accounts::DONE_BY));
        all.push(Box::new(m0011_requirement::OF_USER));
        all.push(Box::new(m0011_requirement::OF_SITE));
        all.push(Box::new(m0011_requirement::OF_ROLE));
        all.push(Box::new(m0012_members::EmailOfAccounts));
        all.push(Box::new(m0013_chain::SEATS));
        all.push(Box::new(m0013_chain::OPEN_EVENTS));
        all.push(Box::new(m0013_chain::BATCH));
        all.push(Box::new(m0013_chain::HEAD));
        all.push(Box::new(m0013_chain::Begin));
        all.push(Box::new(m0014_bypass_code::TABLE));
        all.push(Box::new(m0015_email_code::TABLE));
        all.push(Box::new(m0012_members::ACCOUNT));
        all.push(Box::new(m0012_members::SearchText));
        all.push(Box::new(m0012_members::INVITATION));
        all.push(Box::new(m0012_members::OneInvitation));
        all.push(Box::new(m0016_a_health::HEALTH));
        all.push(Box::new(m0026_i_tells_users::TELLS_USERS));
        all.push(Box::new(m0024_h_proof::OF_EVENT));
        all.push(Box::new(m0024_h_proof::WRITER));
        all.push(Box::new(m0024_h_proof::BeginAnew));
        all.push(Box::new(m0025_h_access_paths::CodesOfSet));
        all.push(Box::new(m0022_g_password_counter::TABLE));
        all.push(Box::new(m0023_g_restarts::RESTARTS));
        all.push(Box::new(m0023_g_restarts::LETTERS));
        all.push(Box::new(m0020_f_revision::OF_CHALLENGE));
        all.push(Box::new(m0021_f_confirmed::OF_ENROLLMENT));
        all.push(Box::new(m0027_sign_in::OF_SESSION));
        all.push(Box::new(m0027_sign_in::OF_TICKET));
        all.push(Box::new(m0027_sign_in::OF_BYPASS_CODE));
        all.push(Box::new(m0028_j_place::OF_SESSION));
        all.push(Box::new(m0029_tidying::TICKETS));
        all.push(Box::new(m0029_tidying::ACCESSES));
        all.push(Box::new(m0029_tidying::DEVICES));
        all.push(Box::new(m0029_tidying::NOTICES));
        all.push(Box::new(m0029_tidying::ANSWERS));
        all.push(Box::new(m0030_k_address::OF_NOTICE));
        all
    }
}

/// The step that creates one table and its indexes.
#[derive(Clone, Copy)]
struct NewTable {
    /// The step's name, as the database remembers it.
    name: &'static str,
    table: fn() -> TableCreateStatement,
    indexes: fn() -> Vec<IndexCreateStatement>,
}

impl MigrationName for NewTable {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for NewTable {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table((self.table)()).await?;
        for index in (self.indexes)() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// The step that gives a table more columns.
#[derive(Clone, Copy)]
struct NewColumns {
    /// The step's name, as the database remembers it.
    name: &'static str,
    table: &'static str,
    columns: fn() -> Vec<ColumnDef>,
}

impl MigrationName for NewColumns {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for NewColumns {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One statement each: SQLite adds no more at once.
        for mut column in (self.columns)() {
            manager.alter_table(Table::alter().table(self.table).add_column(&mut column).take()).await?;
        }
        Ok(())
    }
}

fn no_index() -> Vec<IndexCreateStatement> {
    Vec::new()
}

fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

fn maybe_id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().null().take()
}

/// Unix milliseconds, a counter or a time step.
fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

fn maybe_number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().take()
}

fn count(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}

fn text(name: &'static str, characters: u32) -> ColumnDef {
    ColumnDef::new(name).string_len(characters).not_null().take()
}

fn maybe_text(name: &'static str, characters: u32) -> ColumnDef {
    ColumnDef::new(name).string_len(characters).null().take()
}

/// Text without a limit: what comes from outside is never too long to be recorded.
fn maybe_long_text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().null().take()
}

fn bytes(name: &'static str, most: u32) -> ColumnDef {
    ColumnDef::new(name).var_binary(most).not_null().take()
}

fn maybe_bytes(name: &'static str, most: u32) -> ColumnDef {
    ColumnDef::new(name).var_binary(most).null().take()
}

fn blob(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().take()
}

fn maybe_blob(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().null().take()
}

/// A site's own id of a user: at most 128 characters of at most four bytes.
fn user_id() -> ColumnDef {
    bytes("user_id", 512)
}

fn primary_key(columns: &[&'static str]) -> IndexCreateStatement {
    keyed(Index::create(), columns).primary().take()
}

fn index(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    keyed(Index::create(), columns).name(name).table(table.into_iden()).take()
}

fn unique(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(name, table, columns).unique().take()
}

fn keyed(mut index: IndexCreateStatement, columns: &[&'static str]) -> IndexCreateStatement {
    for column in columns {
        index.col(*column);
    }
    index
}
