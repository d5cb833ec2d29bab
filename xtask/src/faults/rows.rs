//! The rows of a database, read by another program than the server.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::postgres::Postgres;

const SQLITE: &str = "SELECT 'ticket', lower(hex(token_hash)) FROM ticket \
    UNION ALL SELECT 'challenge', lower(hex(id)) FROM challenge \
    UNION ALL SELECT 'enrollment', lower(hex(id)) FROM enrollment \
    UNION ALL SELECT 'required', lower(hex(user_id)) FROM \"user\" WHERE required_from IS NOT NULL";
const POSTGRES: &str = "SELECT 'ticket', encode(token_hash, 'hex') FROM ticket \
    UNION ALL SELECT 'challenge', replace(id::text, '-', '') FROM challenge \
    UNION ALL SELECT 'enrollment', replace(id::text, '-', '') FROM enrollment \
    UNION ALL SELECT 'required', encode(user_id, 'hex') FROM \"user\" WHERE required_from IS NOT NULL";

/// Python has SQLite with it, wherever the tests run.
const PYTHON: &str = "import sqlite3, sys\n\
    for row in sqlite3.connect(sys.argv[1], timeout=10).execute(sys.argv[2]): print(*row)";

pub(super) fn of_sqlite(file: &Path) -> Result<HashSet<(String, String)>> {
    let mut python = Command::new("python3");
    Ok(read(&command::output(python.args(["-c", PYTHON]).arg(file).arg(SQLITE))?))
}

pub(super) fn of_postgres(postgres: &Postgres, database: &str) -> Result<HashSet<(String, String)>> {
    Ok(read(&postgres.sql(database, POSTGRES)?))
}

fn read(lines: &str) -> HashSet<(String, String)> {
    let pairs = lines.lines().filter_map(|line| line.split_once(' '));
    pairs.map(|(table, key)| (table.to_owned(), key.to_owned())).collect()
}
