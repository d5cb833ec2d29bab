//! The bare floor: a conditional UPDATE, a commit each, through the database's own client. An ORM's cost would hide in both.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::postgres::Postgres;

const SECONDS: u32 = 2;

const SQLITE: &str = include_str!("floor.py");

const POSTGRES: &str = "\\set id random(1, 1000)
UPDATE floor SET step = step + 1 WHERE id = :id AND step < 1000000000;
";

const TABLE: &str = "SET client_min_messages = warning;
CREATE TABLE IF NOT EXISTS floor (id INTEGER PRIMARY KEY, step INTEGER NOT NULL);
INSERT INTO floor SELECT n, 0 FROM generate_series(1, 1000) AS n ON CONFLICT DO NOTHING";

/// UPDATEs a second on a file in this folder, so many in a commit.
pub(super) fn sqlite(folder: &Path, together: u32) -> Result<f64> {
    let mut python = Command::new("python3");
    python.args(["-c", SQLITE]).arg(folder.join("floor.db"));
    python.arg(SECONDS.to_string()).arg(together.to_string());
    Ok(command::output(&mut python)?.trim().parse()?)
}

/// UPDATEs a second by pgbench, on so many connections.
pub(super) fn postgres(postgres: &Postgres, folder: &Path, connections: usize) -> Result<f64> {
    postgres.sql("postgres", TABLE)?;
    let script = folder.join("floor.sql");
    fs::write(&script, POSTGRES)?;
    postgres.bench("postgres", &script, connections, SECONDS)
}
