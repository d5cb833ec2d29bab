//! Which connections are used again: those of which it is certain that they are in no transaction.
//!
//! After a full disk, an I/O error or a lack of memory SQLite ends the transaction by itself. The `ROLLBACK` that follows
//! fails, the driver goes on counting one transaction, and begins every later one as a savepoint in it, which is never
//! committed: all is acknowledged, nothing stored. So a connection that counts one when it is released is closed, and the
//! pool opens another in its place; and as no connection that is taken counts any, each `BEGIN` is a real one.
//!
//! The other way round, a database in a transaction that the driver does not count, cannot come about on SQLite, whose
//! driver counts in the thread that runs the statements. On PostgreSQL it takes a `BEGIN` that is dropped half-way:
//! [`super::alive`] drops what waits for a silent database, and asks each connection that is given back.

use sea_orm::ConnectOptions;
use sea_orm::sqlx::Connection;

/// For SQLite.
pub(super) fn certain_sqlite(options: &mut ConnectOptions) {
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.after_release(|connection, _| {
            Box::pin(async move {
                if connection.is_in_transaction() {
                    // Behind the rollback that a dropped transaction has queued: this asks the connection's own thread.
                    connection.ping().await?;
                }
                Ok(!connection.is_in_transaction())
            })
        })
    });
}
