//! Which plans visit more rows than they answer.

use crate::crowd::TABLES;
use sea_orm::Statement;

/// What may read much, each with its reason. A part of the statement's text, and of the plan's step.
const EXCEPTIONS: &[(&str, &str)] = &[
    // Ending what a clock ahead has left, every five minutes: there is none but once in a machine's life, and an index for it would
    // cost every write.
    (r#""created_at" > "#, "account_link"),
    (r#""created_at" > "#, "pending_sign_in"),
    (r#""made_at" > "#, "email_code"),
    (r#""begun_at" > "#, "code_set"),
    (r#""begun_at" > "#, "enrollment"),
    (r#""id" > "#, "bypass_code"),
    (r#""opened_at" > "#, "challenge"),
    (r#""expires_at" > "#, "ticket"),
    (r#""expires_at" > "#, "challenge_access"),
    (r#""trusted_at" > "#, "trusted_device"),
    (r#""claimed_at" > "#, "idempotency_key"),
    (r#""opened_at" > "#, "session"),
    (r#""stepped_up_at" > "#, "session"),
];

/// Where PostgreSQL without statistics, which come by themselves as a table grows, guesses that a third of the table is over,
/// and reads all of it. With them it takes the index.
const GUESSED: &[(&str, &str)] = &[
    (r#"DELETE FROM "bypass_code" WHERE "bypass_code"."expires_at" <"#, "bypass_code"),
    (r#"DELETE FROM "idempotency_key" WHERE "idempotency_key"."claimed_at" <"#, "idempotency_key"),
    (r#""enrollment"."id" <= "#, "enrollment"),
    (r#""challenge"."id" <= "#, "challenge"),
    (r#""session"."id" <= "#, "session"),
    (r#""email_code"."id" <= "#, "email_code"),
    (r#""notice"."event_id" <= "#, "notice"),
];

/// Why a plan is too wide; `None`: it is not. With `statistics`, or before there were any.
pub(crate) fn too_wide(of: &Statement, plan: &[String], statistics: bool) -> Option<String> {
    let nothing = String::new();
    let next = plan.iter().skip(1).chain(std::iter::once(&nothing));
    let is_wide = |(step, next): &(&String, &String)| {
        TABLES.iter().any(|(table, _)| {
            let guessed = !statistics && step.contains("Seq Scan") && is_in(GUESSED, of, table);
            !guessed && (reads_all(of, step, table) || reads_site(of, step, next, table))
        })
    };
    let (wide, _) = plan.iter().zip(next).find(is_wide)?;
    Some(wide.trim().to_owned())
}

fn is_in(list: &[(&str, &str)], of: &Statement, table: &str) -> bool {
    list.iter().any(|(text, of_table)| of.sql.contains(text) && *of_table == table)
}

/// PostgreSQL says what an index is asked for in the line below: by the site alone that is everybody of it, unless so many
/// are asked for in that order.
fn reads_site(of: &Statement, step: &str, below: &str, table: &str) -> bool {
    let is_scan = step.contains(" Scan using ") && step.contains(&format!(" on {table} "));
    let asked = below.trim().strip_prefix("Index Cond: (").unwrap_or_default();
    let by_site = asked.starts_with("site_id = ") && !asked.contains(" AND ");
    is_scan && by_site && !of.sql.contains("LIMIT") && !is_in(EXCEPTIONS, of, table)
}

fn reads_all(of: &Statement, step: &str, table: &str) -> bool {
    let scans = [format!("SCAN {table}"), format!("Seq Scan on {table}"), format!("Seq Scan on \"{table}\"")];
    // By the site alone: that is everybody of it, unless so many are asked for in that order.
    let of_site = step.contains(&format!("SEARCH {table} ")) && step.ends_with("(site_id=?)");
    let listed = of.sql.contains("LIMIT");
    let is_excepted = is_in(EXCEPTIONS, of, table);
    let scanned = scans.iter().any(|scan| {
        step.find(scan.as_str()).is_some_and(|at| {
            let rest = &step[at + scan.len()..];
            rest.is_empty() || rest.starts_with(' ')
        })
    });
    (scanned || (of_site && !listed)) && !is_excepted
}
