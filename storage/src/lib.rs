//! Storage of Twofold in SQLite or PostgreSQL, by sea-orm.
//!
//! [`SqlStore`] implements the verbs of [`domain::ports::Store`], [`AccountStore`] those of standalone mode. A verb is
//! one write transaction; its checks stand in the `WHERE` of its statements and it acts on the number of rows that
//! changed. One file holds one group of verbs; [`backend`] opens the database and runs every transaction;
//! `error.rs` is where database errors stop.
//!
//! What was acknowledged is stored. A verb that has begun runs to its end on a task of its own, whoever gives up waiting
//! for it (`backend/transaction.rs`), and a connection of which it is not certain that it is in no transaction is closed
//! and never used again (`backend/release.rs`).
//!
//! Locks are taken in one order everywhere, so that writers wait for one another and never for each other: the accounts as a
//! whole, budget, counters of passwords, account, user, authenticator, mailed codes, letters, recovery codes, bypass code, enrollment, challenge, session, event.

pub mod account;
mod administering;
mod ahead;
mod audit;
mod authenticator;
mod authority;
pub mod backend;
pub mod backup;
mod budget;
mod bundle;
mod bypass_code;
pub mod chain;
mod challenge;
mod email_code;
mod embedding;
mod enrollment;
mod entity;
mod error;
pub mod fence;
#[doc(hidden)]
pub mod floor;
pub mod health;
mod idempotency;
mod joined;
mod journal;
mod letter_limit;
mod migration;
mod moment;
pub mod notice;
mod recovery_code;
pub mod requirement;
mod sealing;
mod session;
pub mod site;
pub mod standing;
mod store;
mod tally;
mod tidy;
mod transaction;
mod user;

pub use account::AccountStore;
pub use authority::Authority;
pub use backend::{
    CONNECTIONS, Database, FileLost, OpenError, Target, beside, ignored_parameters, is_open_elsewhere,
};
pub use chain::Chain;
pub use health::{Cause, Unready};
pub use migration::{
    MigrationError, Progress, is_empty, is_foreign, migrate, migrate_telling, pending_migrations,
};
/// With what the test of upgrades makes the steps of a later version.
#[doc(hidden)]
pub mod upgrade {
    pub use crate::migration::{Migrator, OnlineIndexes, migrate_by};
}
pub use notice::Outbox;
pub use requirement::Requirements;
pub use sealing::{begin, key_check, remembered_key_check, replace_key_check};
pub use site::Sites;
pub use standing::{Pool, Standing, Waiting};
pub use store::SqlStore;
pub use tally::Recorded;

/// Creates the tables from the entities instead of from the migrations. For the drift test, which compares the two.
#[doc(hidden)]
pub async fn create_tables_from_entities(db: &Database) -> Result<(), domain::ports::StoreError> {
    db.guarded(backend::steps!(tx => async { Ok(entity::create_all(tx).await?) })).await.map(|_| ())
}
