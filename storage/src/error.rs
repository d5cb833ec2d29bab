//! Where database errors stop: outwards there is [`StoreError`], inwards there is [`Stop`].

use domain::ports::StoreError;
use sea_orm::{DbErr, RuntimeErr};

/// Why a verb stopped before its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// A guard did not hold: everything is rolled back, and the answer is "no".
    Guard,
    /// Whoever asked may not, or may not any more.
    Authority,
    /// A fault of the database.
    Database(DbErr),
    /// A row of this table cannot be read.
    Corrupt(&'static str),
}

/// What the steps of a verb answer.
pub(crate) type Step<T = ()> = Result<T, Stop>;

impl From<DbErr> for Stop {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

/// A row as the core knows it; `None` where the core could not have written what stands there.
pub(crate) fn intact<T>(table: &'static str, read: Option<T>) -> Result<T, StoreError> {
    read.ok_or(StoreError::Corrupt { table })
}

/// The guard that a statement changed exactly one row.
pub(crate) fn one_row(affected: u64) -> Step {
    if affected == 1 { Ok(()) } else { Err(Stop::Guard) }
}

/// What a verb answers that was rolled back.
pub(crate) fn refused<T>(stop: Stop) -> Result<Option<T>, StoreError> {
    match stop {
        Stop::Guard => Ok(None),
        Stop::Authority => Err(StoreError::Unauthorized),
        Stop::Database(error) => Err(fault(error)),
        Stop::Corrupt(table) => Err(StoreError::Corrupt { table }),
    }
}

/// A database error as the core knows it. A deadlock, a failed serialization and a busy SQLite are as unavailable as a
/// database that is gone: the caller fails closed, and a person tries again.
pub(crate) fn fault(error: DbErr) -> StoreError {
    if is_decoding(&error) {
        StoreError::Corrupt { table: "unknown" }
    } else {
        StoreError::Unavailable(words(&error))
    }
}

/// What a database error says. Our own words stand alone: the driver's name for them helps nobody.
pub(crate) fn words(error: &DbErr) -> String {
    if let DbErr::Custom(words) = error { words.clone() } else { error.to_string() }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the errors of sea-orm and sqlx are open enums")]
fn is_decoding(error: &DbErr) -> bool {
    match error {
        DbErr::Type(_) | DbErr::TryIntoErr { .. } => true,
        DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            matches!(**cause, sea_orm::SqlxError::ColumnDecode { .. } | sea_orm::SqlxError::Decode(_))
        }
        _ => false,
    }
}
