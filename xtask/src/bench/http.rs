//! Logins a second over HTTP, beside the bare handler and the bare UPDATE.

use anyhow::Result;

use crate::command;

/// Runs the benchmark of `server`, which is the only one that may import both the routes and a database.
pub(crate) fn http() -> Result<()> {
    command::run(command::cargo().args(["bench", "--package", "server", "--bench", "http"]))
}
