//! How many B-trees of SQLite a statement writes: a table, and each index of it whose columns it changes. Each is a page more
//! that every commit carries.

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::collections::BTreeSet;

/// What a sign-in writes, as its statements begin, and how many trees each of them writes.
const OF_SIGN_IN: [(&str, &str, usize); 7] = [
    ("open", r#"INSERT INTO "challenge""#, 2),
    ("open", r#"INSERT INTO "ticket""#, 3),
    ("both", r#"INSERT INTO "event""#, 4),
    ("answer", r#"UPDATE "budget" SET "consecutive""#, 1),
    ("answer", r#"UPDATE "user" SET "revision" = "revision" WHERE"#, 1),
    ("answer", r#"UPDATE "authenticator" SET "watermark""#, 1),
    ("answer", r#"UPDATE "challenge" SET "passed_kind""#, 1),
];

pub(crate) async fn counted(raw: &DatabaseConnection, statements: &[Statement]) {
    let mut changed = Vec::new();
    for (of, begins, known) in OF_SIGN_IN {
        let statement = statements.iter().find(|one| one.sql.starts_with(begins));
        let trees = trees_of(raw, statement.expect(begins)).await;
        println!("{of}: {begins} …: trees written: {trees}");
        if trees != known {
            changed.push(format!("{begins}: {trees} instead of {known}"));
        }
    }
    assert!(changed.is_empty(), "{changed:#?}");
}

/// Of the cursors that the program of a statement opens for writing, those that it writes something with.
async fn trees_of(raw: &DatabaseConnection, of: &Statement) -> usize {
    let mut asked = of.clone();
    asked.sql = format!("EXPLAIN {}", of.sql);
    let (mut opened, mut written) = (BTreeSet::new(), BTreeSet::new());
    for step in raw.query_all_raw(asked).await.unwrap() {
        let (code, cursor): (String, i64) =
            (step.try_get("", "opcode").unwrap(), step.try_get("", "p1").unwrap());
        match code.as_str() {
            "OpenWrite" => opened.insert(cursor),
            "Insert" | "IdxInsert" | "Delete" | "IdxDelete" => written.insert(cursor),
            _ => false,
        };
    }
    opened.intersection(&written).count()
}
