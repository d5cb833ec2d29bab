//! Statements of a verb that stand or fall together, told to the database in one message. Of what a sign-in costs the most is the
//! way there and back, and what wakes up at either end.
//!
//! PostgreSQL takes them as one statement, in which each update waits for the one before, so that rows are locked in this order as
//! they would be one after another. SQLite takes them one after another by itself.

mod text;

use crate::error::{Step, Stop};
use crate::transaction::DatabaseTransaction;
use sea_orm::sea_query::{InsertStatement, SelectStatement, UpdateStatement};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, RuntimeErr, SqlxError, Statement};
pub(crate) use text::each;
use text::{Hold, Part, at_once, in_savepoint, one_after_another, or_fail};

/// What an error of PostgreSQL says where a guard did not hold. It stands in the database's log, too.
const REFUSED: &str = "twofold: a guard did not hold, and nothing was changed";

/// How a savepoint ends in which a verb was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Savepoint {
    Release,
    RollBack,
}

/// What is told together, in its order.
#[derive(Default)]
pub(crate) struct Bundle {
    parts: Vec<Part>,
    /// How many rows all of them change, where every guard holds.
    rows: u64,
}

impl Bundle {
    /// Changes one row: it names the key. Guard: it does.
    pub(crate) fn change(mut self, update: UpdateStatement) -> Self {
        self.parts.push(Part::Update(update));
        self.rows += 1;
        self
    }

    /// Holds one row as it is. On PostgreSQL that is a lock; an update would leave a second version of the row behind.
    pub(crate) fn hold(mut self, update: UpdateStatement, lock: SelectStatement) -> Self {
        self.parts.push(Part::Hold(Box::new(Hold { update, lock })));
        self.rows += 1;
        self
    }

    /// Adds so many rows. Guard: none is there already, where that is no error.
    pub(crate) fn add(mut self, insert: InsertStatement, rows: usize) -> Self {
        self.parts.push(Part::Insert(insert));
        self.rows += u64::try_from(rows).unwrap_or(u64::MAX);
        self
    }

    /// Does it. Where a guard did not hold the transaction must end: others may have been done.
    pub(crate) async fn done(self, tx: &DatabaseTransaction) -> Step {
        let changed = if tx.get_database_backend() == DbBackend::Sqlite {
            tx.execute_raw(one_after_another(&self.parts)).await?.rows_affected()
        } else {
            number(tx.query_one(&at_once(self.parts)).await?.as_ref())?
        };
        if changed == self.rows { Ok(()) } else { Err(Stop::Guard) }
    }

    /// For PostgreSQL: a transaction of its own, which fails where a guard does not hold ([`is_refusal`]).
    pub(crate) fn alone(self) -> Statement {
        or_fail(self.parts, self.rows, REFUSED)
    }

    /// For SQLite: in a savepoint, once the one before has ended. Its rows say whether every guard held ([`Told::held`]).
    pub(crate) fn in_savepoint(self, before: Option<Savepoint>) -> (Statement, Told) {
        (in_savepoint(&self.parts, before), Told { rows: self.rows })
    }
}

/// What was told, until it is known how many rows it changed.
pub(crate) struct Told {
    rows: u64,
}

impl Told {
    /// Whether every guard held, by what SQLite counted before and after.
    pub(crate) fn held(&self, counts: &[QueryResult]) -> Result<bool, DbErr> {
        let (before, after) = (number(counts.first())?, number(counts.last())?);
        Ok(counts.len() == 2 && after.checked_sub(before) == Some(self.rows))
    }
}

fn number(row: Option<&QueryResult>) -> Result<u64, DbErr> {
    let number = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
    Ok(number.and_then(|number| u64::try_from(number).ok()).unwrap_or_default())
}

/// Whether PostgreSQL says by this error that a guard of [`Bundle::alone`] did not hold.
pub(crate) fn is_refusal(error: &DbErr) -> bool {
    let (DbErr::Query(RuntimeErr::SqlxError(cause)) | DbErr::Exec(RuntimeErr::SqlxError(cause))) = error
    else {
        return false;
    };
    // By its words: the number is that of every text that is no integer.
    matches!(&**cause, SqlxError::Database(said) if said.message().contains(REFUSED))
}

#[cfg(test)]
mod tests;
