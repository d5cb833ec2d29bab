//! Many users beside the few who are measured: each a copy of one who enrolled and signed in, under ids of its own. The columns are
//! the tables' own, so that a new one needs nothing here.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::postgres::Postgres;

/// Where they are put.
pub(super) enum Place<'p> {
    Sqlite(&'p Path),
    Postgres(&'p Postgres, &'p str),
}

impl Place<'_> {
    /// Adds so many users, as `user` is.
    pub(super) fn fill(&self, user: &str, count: usize) -> Result<()> {
        for table in self.sql(&self.tables())?.lines() {
            let columns = self.sql(&self.columns(table))?;
            let (names, values): (Vec<_>, Vec<_>) = columns
                .lines()
                .filter_map(|line| line.split_once(' '))
                .map(|(name, kind)| (format!("\"{name}\""), self.copied(name, kind)))
                .unzip();
            let (names, values, numbers) = (names.join(", "), values.join(", "), self.numbers(count));
            let id = self.bytes(&format!("'{user}'"));
            self.sql(&format!(
                "INSERT INTO \"{table}\" ({names}) SELECT {values}
                 FROM (SELECT * FROM \"{table}\" WHERE user_id = {id}) AS e, ({numbers}) AS numbers"
            ))?;
        }
        self.settle()
    }

    fn sql(&self, statement: &str) -> Result<String> {
        match self {
            Self::Postgres(postgres, database) => postgres.sql(database, statement),
            Self::Sqlite(file) => {
                let run = "import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
for row in db.execute(sys.argv[2]): print(*row)";
                command::output(Command::new("python3").args(["-c", run]).arg(file).arg(statement))
            }
        }
    }

    /// Those that hold something of a user.
    fn tables(&self) -> String {
        match self {
            Self::Sqlite(_) => "SELECT m.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c
                 WHERE m.type = 'table' AND c.name = 'user_id'"
                .to_owned(),
            Self::Postgres(..) => "SELECT table_name FROM information_schema.columns
                 WHERE table_schema = 'public' AND column_name = 'user_id'"
                .to_owned(),
        }
    }

    fn columns(&self, table: &str) -> String {
        match self {
            Self::Sqlite(_) => {
                format!("SELECT name, lower(type) FROM pragma_table_info('{table}')")
            }
            Self::Postgres(..) => format!(
                "SELECT column_name, data_type FROM information_schema.columns
                 WHERE table_schema = 'public' AND table_name = '{table}'"
            ),
        }
    }

    fn numbers(&self, count: usize) -> String {
        match self {
            Self::Sqlite(_) => format!(
                "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
                 SELECT n FROM numbers"
            ),
            Self::Postgres(..) => format!("SELECT generate_series(1, {count}) AS n"),
        }
    }

    /// The same as in the row that is copied, but for what must differ from row to row: it ends with the number.
    fn copied(&self, name: &str, kind: &str) -> String {
        let is_id = name == "id" || name.ends_with("_id");
        match name {
            "site_id" | "key_id" => format!("e.\"{name}\""),
            "user_id" => self.bytes("('crowd-' || n)"),
            "sequence" => format!("e.\"{name}\" + 1000 * n"),
            _ if is_id || name.ends_with("_hash") || kind == "uuid" => self.numbered(name, kind),
            _ => format!("e.\"{name}\""),
        }
    }

    fn numbered(&self, name: &str, kind: &str) -> String {
        match self {
            Self::Sqlite(_) => {
                let kept = format!("substr(e.\"{name}\", 1, length(e.\"{name}\") - 6)");
                format!("CAST({kept} || printf('%06d', n) AS BLOB)")
            }
            Self::Postgres(..) if kind == "uuid" => {
                format!("(left(e.\"{name}\"::text, 24) || lpad(n::text, 12, '0'))::uuid")
            }
            Self::Postgres(..) => {
                let kept = format!("substring(e.\"{name}\" FROM 1 FOR length(e.\"{name}\") - 6)");
                format!("{kept} || convert_to(lpad(n::text, 6, '0'), 'UTF8')")
            }
        }
    }

    fn bytes(&self, text: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("CAST({text} AS BLOB)"),
            Self::Postgres(..) => format!("convert_to({text}, 'UTF8')"),
        }
    }

    /// Nothing is left to be done behind the measuring's back.
    fn settle(&self) -> Result<()> {
        let settle = match self {
            Self::Sqlite(_) => "PRAGMA wal_checkpoint(TRUNCATE)",
            Self::Postgres(..) => "VACUUM ANALYZE",
        };
        self.sql(settle).map(drop)
    }
}
