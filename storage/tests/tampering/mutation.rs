//! What somebody does to the log.

use crate::archive::{Archive, Column, MOMENTS};
use crate::dice::Dice;
use sea_orm::{DbBackend, Statement};

/// Bit, drop, swap, insert, strip, truncate, tail, reset, cut, uncut, anew.
pub(crate) const KINDS: usize = 11;

pub(crate) struct Mutation {
    pub(crate) kind: &'static str,
    pub(crate) statements: Vec<Statement>,
}

/// Where somebody may change something.
pub(crate) struct Spot<'a> {
    pub(crate) columns: &'a [Column],
}

/// Back to before it was closed.
const REOPENED: &str = "batch = NULL, position = NULL, digest = NULL";

impl Mutation {
    pub(crate) async fn cast(dice: &mut Dice, archive: &Archive, spot: &Spot<'_>) -> Self {
        let roll = dice.below(100);
        let (kind, texts) = match roll {
            0..38 => ("bit", bit(dice, archive, spot).await),
            38..48 => ("drop", drop_row(dice, archive).await),
            48..57 => ("swap", swap(dice, archive).await),
            57..68 => ("insert", insert(dice, archive).await),
            68..74 => ("strip", strip(dice, archive).await),
            74..79 => ("truncate", truncate(dice)),
            79..82 => ("tail", tail(dice)),
            82..87 => ("reset", reset(dice, archive)),
            87..92 => ("cut", cut(dice)),
            92..96 => ("uncut", uncut(dice, archive)),
            _ => ("anew", anew(archive)),
        };
        let backend = archive.raw.get_database_backend();
        Self {
            kind,
            statements: texts.into_iter().map(|text| Statement::from_string(backend, text)).collect(),
        }
    }
}

fn is_sqlite(archive: &Archive) -> bool {
    archive.raw.get_database_backend() == DbBackend::Sqlite
}

/// One row of a table, as a condition.
async fn a_row(dice: &mut Dice, archive: &Archive, table: &str, only: &str) -> String {
    let found =
        archive.rows(&format!("SELECT CAST(COUNT(*) AS bigint) AS n FROM {table} WHERE {only}")).await;
    let count: i64 = found.first().unwrap().try_get("", "n").unwrap();
    let at = dice.below(u64::try_from(count).unwrap());
    let (_, order) = archive.tables.iter().find(|(name, _)| *name == table).unwrap();
    let id = if is_sqlite(archive) { "rowid" } else { "ctid" };
    format!("{id} = (SELECT {id} FROM {table} WHERE {only} ORDER BY {order} LIMIT 1 OFFSET {at})")
}

async fn a_table(dice: &mut Dice, archive: &Archive) -> &'static str {
    // Most of what there is to be changed are events.
    if dice.below(3) < 2 { "event" } else { dice.one_of(&archive.tables).0 }
}

async fn bit(dice: &mut Dice, archive: &Archive, spot: &Spot<'_>) -> Vec<String> {
    let table = a_table(dice, archive).await;
    let columns: Vec<_> = spot.columns.iter().filter(|column| column.table == table).collect();
    let column = *dice.one_of(&columns);
    let row = a_row(dice, archive, table, "1 = 1").await;
    let (name, kind) = (&column.name, column.kind.as_str());
    let number = ["bigint", "integer", "int8", "int4"].iter().any(|known| kind.contains(known));
    let value = if number {
        format!("coalesce({name}, 0) + {}", 1u64 << dice.below(30))
    } else if kind.contains("bool") {
        format!("NOT coalesce({name}, false)")
    } else if kind.contains("char") || kind == "text" {
        let at = dice.below(6) + 1;
        let letter = dice.one_of(&["a", "e", "o", ".", "1"]);
        format!(
            "substr(coalesce({name}, ''), 1, {at}) || '{letter}' || substr(coalesce({name}, ''), {at} + 2)"
        )
    } else {
        flipped(dice, archive, table, column, &row).await
    };
    // What is the same afterwards is no mutation.
    let differs = if is_sqlite(archive) { "IS NOT" } else { "IS DISTINCT FROM" };
    vec![format!("UPDATE {table} SET {name} = {value} WHERE {row} AND {name} {differs} ({value})")]
}

async fn flipped(dice: &mut Dice, archive: &Archive, table: &str, column: &Column, row: &str) -> String {
    let name = &column.name;
    let hex = if is_sqlite(archive) {
        format!("hex({name})")
    } else if column.kind == "uuid" {
        format!("replace({name}::text, '-', '')")
    } else {
        format!("encode({name}, 'hex')")
    };
    let found = archive.rows(&format!("SELECT coalesce({hex}, '') AS hex FROM {table} WHERE {row}")).await;
    let text: String = found.first().unwrap().try_get("", "hex").unwrap();
    let size = if column.kind.contains("uuid") { 16 } else { 32 };
    let mut bytes: Vec<u8> = if text.is_empty() {
        (0..size).map(|_| u8::try_from(dice.below(256)).unwrap()).collect()
    } else {
        let digits: Vec<_> = text.bytes().collect();
        digits
            .chunks(2)
            .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
            .collect()
    };
    let at = usize::try_from(dice.below(u64::try_from(bytes.len()).unwrap())).unwrap();
    *bytes.get_mut(at).unwrap() ^= 1 << dice.below(8);
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match (is_sqlite(archive), column.kind == "uuid") {
        (true, _) => format!("X'{hex}'"),
        (false, true) => format!("'{hex}'::uuid"),
        (false, false) => format!("'\\x{hex}'::bytea"),
    }
}

async fn drop_row(dice: &mut Dice, archive: &Archive) -> Vec<String> {
    let table = a_table(dice, archive).await;
    let row = a_row(dice, archive, table, "1 = 1").await;
    vec![format!("DELETE FROM {table} WHERE {row}")]
}

/// Two events, or two batches, each in the other's place; or with the other's words.
async fn swap(dice: &mut Dice, archive: &Archive) -> Vec<String> {
    let (table, columns) = *dice.one_of(&[
        ("event", "batch, position"),
        ("event", "batch, position, digest"),
        ("event", "kind"),
        ("event", "user_id"),
        ("event", "at"),
        ("event", "subject, reason, address, browser, salt, commitment"),
        ("event_batch", "hash"),
        ("event_batch", "first_at, last_at, closed_at, hash"),
    ]);
    let (one, other) =
        (a_row(dice, archive, table, "1 = 1").await, a_row(dice, archive, table, "1 = 1").await);
    let listed: Vec<_> = columns.split(", ").collect();
    let differs = if is_sqlite(archive) { "IS NOT" } else { "IS DISTINCT FROM" };
    let set: Vec<_> = listed.iter().map(|column| format!("{column} = spare.{column}")).collect();
    let unlike: Vec<_> =
        listed.iter().map(|column| format!("{table}.{column} {differs} spare.{column}")).collect();
    // The copies first: after the first update a row has another place on disk.
    vec![
        "DROP TABLE IF EXISTS one".to_owned(),
        "DROP TABLE IF EXISTS other".to_owned(),
        format!("CREATE TABLE one AS SELECT * FROM {table} WHERE {one}"),
        format!("CREATE TABLE other AS SELECT * FROM {table} WHERE {other}"),
        give(table, &set, &unlike, "one", "other"),
        give(table, &set, &unlike, "other", "one"),
    ]
}

fn give(table: &str, set: &[String], unlike: &[String], to: &str, from: &str) -> String {
    let same = if table == "event" {
        "event.site_id = mine.site_id AND event.id = mine.id"
    } else {
        "event_batch.number = mine.number"
    };
    format!(
        "UPDATE {table} SET {} FROM {from} AS spare, {to} AS mine WHERE {same} AND ({})",
        set.join(", "),
        unlike.join(" OR ")
    )
}

/// A copy of an event under another id, changed a little; or of a batch.
async fn insert(dice: &mut Dice, archive: &Archive) -> Vec<String> {
    if dice.below(5) == 0 {
        let row = a_row(dice, archive, "event_batch", "1 = 1").await;
        return copied("event_batch", &row, "number = number + 100");
    }
    let row = a_row(dice, archive, "event", "1 = 1").await;
    let id = if is_sqlite(archive) { "randomblob(16)" } else { "gen_random_uuid()" };
    let more = dice.one_of(&[
        "",
        ", kind = 'session.opened'",
        ", at = at - 100000",
        ", batch = NULL, position = NULL, digest = NULL",
        ", batch = NULL, position = NULL, digest = NULL, salt = NULL, commitment = NULL, kind = 'user.unlocked'",
        ", position = position + 200",
    ]);
    copied("event", &row, &format!("id = {id}{more}"))
}

fn copied(table: &str, row: &str, changes: &str) -> Vec<String> {
    vec![
        "DROP TABLE IF EXISTS forged".to_owned(),
        format!("CREATE TABLE forged AS SELECT * FROM {table} WHERE {row}"),
        format!("UPDATE forged SET {changes}"),
        format!("INSERT INTO {table} SELECT * FROM forged"),
    ]
}

/// Hides what is personal in the events of a user behind an erasure that never was, long ago.
async fn strip(dice: &mut Dice, archive: &Archive) -> Vec<String> {
    let row = a_row(dice, archive, "event", "subject IS NOT NULL AND kind <> 'user.erased'").await;
    let whole = dice.below(2) == 0;
    let id = if is_sqlite(archive) { "randomblob(16)" } else { "gen_random_uuid()" };
    let forged = format!(
        "id = {id}, kind = 'user.erased', at = at - 1000000, batch = NULL, position = NULL, digest = NULL,
         salt = NULL, commitment = NULL, subject = NULL, reason = NULL, address = NULL, browser = NULL"
    );
    let mut statements = copied("event", &row, &forged);
    let of = if whole { "user_id = (SELECT user_id FROM forged)".to_owned() } else { row };
    statements.push(format!(
        "UPDATE event SET subject = NULL, reason = NULL, address = NULL, browser = NULL, salt = NULL
         WHERE {of} AND kind <> 'user.erased'"
    ));
    statements
}

/// The newest batches go with their events, and the head is the one before them.
fn truncate(dice: &mut Dice) -> Vec<String> {
    let moment = dice.below(MOMENTS - 1);
    let newest = format!("(SELECT batch FROM early_{moment}_chain_head WHERE id = 1)");
    vec![
        format!("DELETE FROM event WHERE batch > {newest}"),
        format!("DELETE FROM event_batch WHERE number > {newest}"),
        "DELETE FROM chain_head WHERE id = 1".to_owned(),
        format!("INSERT INTO chain_head SELECT * FROM early_{moment}_chain_head WHERE id = 1"),
    ]
}

/// The newest events, which are not closed yet, go.
fn tail(dice: &mut Dice) -> Vec<String> {
    let count = dice.below(3) + 1;
    vec![format!(
        "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE batch IS NULL ORDER BY at DESC LIMIT {count})"
    )]
}

/// The chain, but not the events, is the one of an earlier moment; what it does not know any more waits again.
fn reset(dice: &mut Dice, archive: &Archive) -> Vec<String> {
    let moment = dice.below(MOMENTS - 1);
    let newest = format!("(SELECT batch FROM early_{moment}_chain_head WHERE id = 1)");
    let mut statements = vec![format!("UPDATE event SET {REOPENED} WHERE batch > {newest}")];
    if dice.below(2) == 0 {
        statements.push("DELETE FROM event WHERE batch IS NULL AND kind = 'user.reset'".to_owned());
    }
    for (table, _) in archive.tables.iter().filter(|(table, _)| *table != "event") {
        statements.push(format!("DELETE FROM {table}"));
        statements.push(format!("INSERT INTO {table} SELECT * FROM early_{moment}_{table}"));
    }
    statements
}

/// More goes from the beginning than was deleted, and what is said of it says so, as well as somebody without the key can.
fn cut(dice: &mut Dice) -> Vec<String> {
    let more = dice.below(3) + 1;
    let last = format!("(SELECT batch + {more} FROM chain_cut)");
    let gone = "(SELECT count(*) FROM event WHERE batch <= (SELECT batch + 1 FROM chain_cut))";
    let said = format!(
        "UPDATE chain_cut SET events = events + {gone}, batch = batch + {more},
         hash = coalesce((SELECT hash FROM event_batch WHERE number = {last}), hash)"
    );
    let mut statements = vec![
        format!("DELETE FROM event WHERE batch <= {last}"),
        format!("DELETE FROM event_batch WHERE number <= {last}"),
    ];
    if dice.below(3) > 0 {
        // While the batch is there, of which the hash is wanted.
        statements.insert(0, said);
        "DELETE FROM event WHERE batch <= (SELECT batch FROM chain_cut)".clone_into(&mut statements[1]);
        "DELETE FROM event_batch WHERE number <= (SELECT batch FROM chain_cut)"
            .clone_into(&mut statements[2]);
    }
    statements
}

/// What was deleted is there again, as it was at an earlier moment; and what was said of it then, or nothing.
fn uncut(dice: &mut Dice, archive: &Archive) -> Vec<String> {
    let moment = dice.below(MOMENTS - 1);
    let gone = "(SELECT batch FROM kept_chain_cut)";
    let mut statements = vec![];
    match dice.below(3) {
        0 => statements.push("DELETE FROM chain_cut".to_owned()),
        1 => {
            statements.push("DELETE FROM chain_cut".to_owned());
            statements.push(format!("INSERT INTO chain_cut SELECT * FROM early_{moment}_chain_cut"));
        }
        _ => {
            for (table, _) in archive.tables.iter().filter(|(table, _)| table.starts_with("chain_")) {
                statements.push(format!("DELETE FROM {table}"));
                statements.push(format!("INSERT INTO {table} SELECT * FROM early_{moment}_{table}"));
            }
        }
    }
    statements.push(format!(
        "INSERT INTO event_batch SELECT * FROM early_{moment}_event_batch WHERE number <= {gone}"
    ));
    statements.push(format!("INSERT INTO event SELECT * FROM early_{moment}_event WHERE batch <= {gone}"));
    statements
}

/// As if nothing had ever been closed, so that the server makes a chain of what is left.
fn anew(archive: &Archive) -> Vec<String> {
    let zero = "00".repeat(32);
    let zero = if is_sqlite(archive) { format!("X'{zero}'") } else { format!("'\\x{zero}'::bytea") };
    vec![
        "DELETE FROM event WHERE kind = 'user.reset'".to_owned(),
        format!("UPDATE event SET {REOPENED}"),
        format!("UPDATE chain_head SET batch = 0, hash = {zero}, key_id = 0, seal = {zero}"),
        "DELETE FROM chain_cut".to_owned(),
        "DELETE FROM event_batch".to_owned(),
    ]
}
