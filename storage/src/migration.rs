//! The migrations: hand-written steps, applied in order. A step that was released never changes.
//!
//! The first one makes the tables as the first release has them. What comes after it is a step of its own, for which
//! [`OnlineIndexes`] builds indexes on tables that are large already.

mod column;
mod online;
mod run;
mod start;

pub use online::OnlineIndexes;
pub use run::{
    MigrationError, Progress, is_empty, is_foreign, migrate, migrate_by, migrate_telling, pending_migrations,
};

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// The steps that this version knows.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(start::Start)]
    }
}
