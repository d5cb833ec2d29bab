//! How many statements were run, and how many times something was committed.

use sea_orm::Statement;
use std::sync::{Arc, Mutex, PoisonError};

/// What a piece of work cost the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Statements, with what begins and ends transactions.
    pub(crate) statements: usize,
    /// Commits of what was changed: of transactions, and of single statements that write.
    pub(crate) commits: usize,
}

/// Counts what it is told, of one piece of work after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counter(Arc<Mutex<Vec<String>>>);

impl Counter {
    /// For [`storage::Database::told_to`].
    pub(crate) fn listener(&self) -> impl Fn(&Statement) + Send + Sync + 'static {
        let told = Arc::clone(&self.0);
        move |statement| told.lock().unwrap_or_else(PoisonError::into_inner).push(statement.sql.clone())
    }

    /// What was told since this was asked last, in order.
    pub(crate) fn told(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Cost {
    /// Of statements that ran one after the other.
    pub(crate) fn of(statements: &[String]) -> Self {
        let (mut commits, mut in_transaction) = (0, false);
        for sql in statements {
            match sql.split_whitespace().next().unwrap_or_default() {
                "BEGIN" => in_transaction = true,
                "ROLLBACK" => in_transaction = false,
                "COMMIT" => {
                    in_transaction = false;
                    commits += 1;
                }
                "INSERT" | "UPDATE" | "DELETE" | "WITH" if !in_transaction => commits += 1,
                _ => {}
            }
        }
        Self { statements: statements.len(), commits }
    }
}
