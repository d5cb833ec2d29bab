//! Many users, with what they leave behind. The columns are the tables' own, so that a new one needs nothing here.

use crate::support::Kind;
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};

/// On three sites, a third of them on each.
const USERS: u32 = 100_000;
const SITES: u32 = 3;
/// In milliseconds, and as an id begins that was made then.
const YEAR_2100: u64 = 4_102_444_800_000;
const MADE_IN_2100: &str = "03bb2cc3d800";

/// The tables that grow with the users, and how many rows each user has in them.
pub(crate) const TABLES: [(&str, u32); 16] = [
    ("user", 1),
    ("authenticator", 1),
    ("code_set", 1),
    ("recovery_code", 5),
    ("budget", 1),
    ("enrollment", 1),
    ("challenge", 2),
    ("session", 1),
    ("ticket", 1),
    ("challenge_access", 1),
    ("trusted_device", 1),
    ("email_code", 1),
    ("bypass_code", 1),
    ("idempotency_key", 1),
    ("notice", 1),
    ("event", 3),
];

pub(crate) async fn gather(kind: Kind, raw: &DatabaseConnection) {
    if let Kind::Sqlite = kind {
        raw.execute_unprepared("PRAGMA synchronous = OFF").await.unwrap();
    }
    for (table, each) in TABLES {
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for column in columns(kind, raw, table).await {
            let name: String = column.try_get("", "name").unwrap();
            let column_kind: String = column.try_get("", "kind").unwrap();
            let needed: bool = column.try_get::<i32>("", "needed").unwrap() == 1;
            let filled = ["batch", "position", "set_id", "enrollment_id"].contains(&name.as_str());
            if needed || filled || (table == "code_set" && name == "active") {
                values.push(value(kind, table, &name, &column_kind));
                names.push(format!("\"{name}\""));
            }
        }
        let numbers = match kind {
            Kind::Sqlite => {
                "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < LAST)"
            }
            Kind::Postgres => "WITH numbers(n) AS (SELECT generate_series(1, LAST))",
        };
        let numbers = numbers.replace("LAST", &(USERS * each).to_string());
        let (names, values) = (names.join(", "), values.join(", "));
        let insert = match kind {
            Kind::Sqlite => {
                format!("INSERT INTO \"{table}\" ({names}) {numbers} SELECT {values} FROM numbers")
            }
            Kind::Postgres => {
                format!("{numbers} INSERT INTO \"{table}\" ({names}) SELECT {values} FROM numbers")
            }
        };
        let done = raw.execute_unprepared(&insert).await;
        assert!(done.is_ok(), "{kind:?}: {insert}: {done:?}");
    }
}

async fn columns(kind: Kind, raw: &DatabaseConnection, table: &str) -> Vec<QueryResult> {
    let sql = match kind {
        Kind::Sqlite => format!(
            "SELECT name, lower(type) AS kind, CAST(\"notnull\" AS integer) AS needed FROM pragma_table_info('{table}')"
        ),
        Kind::Postgres => format!(
            "SELECT column_name::text AS name, data_type::text AS kind,
                    CASE WHEN is_nullable = 'NO' THEN 1 ELSE 0 END AS needed
             FROM information_schema.columns WHERE table_name = '{table}'"
        ),
    };
    raw.query_all_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap()
}

/// Something of its kind; ids, hashes and users differ from row to row.
fn value(kind: Kind, table: &str, name: &str, column: &str) -> String {
    let number = match name {
        "user_id" | "set_id" => format!("(n % {USERS} + 1)"),
        _ => "n".to_owned(),
    };
    let site = name == "site_id";
    let number = if site { format!("(n % {USERS} % {SITES} + 1)") } else { number };
    let bytes = |number: &str| match kind {
        Kind::Sqlite => format!("unhex(printf('%064x', {number}))"),
        Kind::Postgres => format!("decode(lpad(to_hex({number}), 64, '0'), 'hex')"),
    };
    let numeric = ["bigint", "integer", "int"].iter().any(|known| column.starts_with(known));
    if column.contains("uuid") {
        match kind {
            _ if site => sites(kind, &number),
            Kind::Sqlite => format!("unhex('{MADE_IN_2100}' || printf('%020x', {number}))"),
            Kind::Postgres => format!("('{MADE_IN_2100}' || lpad(to_hex({number}), 20, '0'))::uuid"),
        }
    } else if column.contains("bool") {
        "true".to_owned()
    } else if name == "position" || name == "batch" {
        "(n / 200 + 1)".to_owned()
    } else if numeric && (name == "at" || name.ends_with("_at") || name.ends_with("_until")) {
        // Each at a moment of its own, and none of them over.
        format!("({YEAR_2100} + n)")
    } else if numeric {
        "0".to_owned()
    } else if column.contains("char") || column == "text" {
        if table == "budget" { "'totp'".to_owned() } else { "'active'".to_owned() }
    } else {
        bytes(&number)
    }
}

/// The first of them is the built-in one.
fn sites(kind: Kind, number: &str) -> String {
    match kind {
        Kind::Sqlite => format!("unhex(printf('%032x', {number}))"),
        Kind::Postgres => format!("lpad(to_hex({number}), 32, '0')::uuid"),
    }
}
