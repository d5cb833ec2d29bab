//! What the verbs cost that every sign-in waits for, counted. It says the same on every machine.

use anyhow::Result;

use crate::command;
use crate::postgres::Postgres;
use crate::test::NATIVE;

/// Runs the test that bounds them, which prints what it counted.
pub(crate) fn cost() -> Result<()> {
    let postgres = Postgres::start()?;
    let mut cargo = command::cargo();
    cargo.arg("test").args(NATIVE).args(["--features", "app/ssr", "--test", "server", "--"]);
    cargo.args(["costs_few_statements", "--nocapture", "--test-threads", "1"]);
    command::run(cargo.env("TWOFOLD_TEST_POSTGRES_URL", postgres.url()))
}
