//! TOTP answers a second through the service, beside the bare UPDATE.

use anyhow::Result;

use crate::command;

/// Runs the benchmark of `storage`, which needs the crates that only it may import.
pub(crate) fn verify() -> Result<()> {
    command::run(command::cargo().args(["bench", "--package", "storage", "--bench", "verify"]))
}
