//! How the pools of connections stand.

use super::{Backend, Database};
use crate::standing::Pool;
use sea_orm::sqlx;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the transactions that wait to begin: for a connection, and for SQLite's lock. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue(Arc<AtomicUsize>);

/// One that waits, until it is dropped.
pub(super) struct Place(Queue);

impl Queue {
    /// One more that waits.
    pub(super) fn enter(&self) -> Place {
        self.0.fetch_add(1, Ordering::Relaxed);
        Place(self.clone())
    }

    /// The same work, counted for as long as it lasts, whatever ends it.
    pub(super) async fn wait<T>(&self, begin: impl Future<Output = T>) -> T {
        let _place = self.enter();
        begin.await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Database {
    /// Its pools of connections.
    #[must_use]
    pub fn pools(&self) -> Vec<Pool> {
        match self.backend {
            Backend::Sqlite => {
                let writer = of(self.writer.get_sqlite_connection_pool());
                let reader = of(self.reader.connection.get_sqlite_connection_pool());
                vec![Pool { name: "writer", ..writer }, Pool { name: "reader", ..reader }]
            }
            Backend::Postgres => {
                vec![of(self.writer.get_postgres_connection_pool())]
            }
        }
    }

    /// Transactions of this process that wait to begin.
    #[must_use]
    pub fn transactions_waiting(&self) -> usize {
        self.queue.0.load(Ordering::Relaxed)
    }
}

fn of<D: sqlx::Database>(pool: &sqlx::Pool<D>) -> Pool {
    let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
    Pool { name: "all", open: pool.size(), idle, limit: pool.options().get_max_connections() }
}
