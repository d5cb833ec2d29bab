//! Who is told of every statement: a test that asks for their plans, and one that counts them.

use super::Database;
use crate::bundle;
use sea_orm::{DbBackend, Statement};
use std::sync::Arc;

/// What is called with each statement, and with what begins and ends a transaction.
#[derive(Clone)]
pub(super) struct Listener(Arc<dyn Fn(&Statement) + Send + Sync>);

impl Database {
    /// Has every statement told to `listener`, with its parameters, each by itself, and `BEGIN`, `COMMIT` and `ROLLBACK` of every transaction,
    /// of which the driver does not tell. For the tests that ask for plans and that count.
    #[doc(hidden)]
    #[must_use]
    pub fn told_to(mut self, listener: impl Fn(&Statement) + Send + Sync + 'static) -> Self {
        let listener = Listener(Arc::new(listener));
        let (writing, reading) = (listener.clone(), listener.clone());
        self.writer.set_metric_callback(move |info| bundle::each(info.statement, |one| (writing.0)(one)));
        self.reader.connection.set_metric_callback(move |info| (reading.0)(info.statement));
        self.listener = Some(listener);
        self
    }
}

/// What whoever is told hears of a transaction: nobody, as a rule.
pub(super) fn tell(listener: Option<&Listener>, backend: DbBackend, what: &'static str) {
    if let Some(listener) = listener {
        (listener.0)(&Statement::from_string(backend, what));
    }
}
