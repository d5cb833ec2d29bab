//! Which plans visit more rows than they answer.

use crate::crowd::TABLES;
use sea_orm::Statement;

/// What may read much, each with its reason. A part of the statement's text, and of the plan's step.
const EXCEPTIONS: &[(&str, &str)] = &[
    // Tidying, every minute, off every answer's way: what ended is found by its end.
    (r#"DELETE FROM "enrollment" WHERE "enrollment"."expires_at" <"#, "enrollment"),
    (r#""expires_at" < "#, "code_set"),
    (r#""expires_at" < "#, "enrollment"),
    (r#""expires_at" < "#, "challenge"),
    (r#""expires_at" < "#, "session"),
    (r#""expires_at" < "#, "ticket"),
    (r#""expires_at" < "#, "trusted_device"),
    (r#""expires_at" < "#, "challenge_access"),
    (r#"DELETE FROM "session" WHERE"#, "session"),
    (r#"DELETE FROM "notice" WHERE"#, "notice"),
    (r#"DELETE FROM "email_code" WHERE"#, "email_code"),
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

/// Why a plan is too wide; `None`: it is not.
pub(crate) fn too_wide(of: &Statement, plan: &[String]) -> Option<String> {
    let wide = plan.iter().find(|step| TABLES.iter().any(|(table, _)| reads_all(of, step, table)))?;
    Some(wide.trim().to_owned())
}

fn reads_all(of: &Statement, step: &str, table: &str) -> bool {
    let scans = [format!("SCAN {table}"), format!("Seq Scan on {table}"), format!("Seq Scan on \"{table}\"")];
    // By the site alone: that is everybody of it, unless so many are asked for in that order.
    let of_site = step.contains(&format!("SEARCH {table} ")) && step.ends_with("(site_id=?)");
    let listed = of.sql.contains("LIMIT");
    let is_excepted = EXCEPTIONS.iter().any(|(text, of_table)| of.sql.contains(text) && *of_table == table);
    let scanned = scans.iter().any(|scan| {
        step.find(scan.as_str()).is_some_and(|at| {
            let rest = &step[at + scan.len()..];
            rest.is_empty() || rest.starts_with(' ')
        })
    });
    (scanned || (of_site && !listed)) && !is_excepted
}
