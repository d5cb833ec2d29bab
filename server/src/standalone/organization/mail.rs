//! The mailbox of a server without mail. On this machine only: letters are their readers', not the administrator's.

use super::super::visitor::Administrator;
use super::{frame, good};
use crate::mail;
use crate::problem::Problem;
use crate::state::Server;
use app::page::organization as shown;
use axum::extract::State;
use axum::response::Response;

/// Letters on the page.
const NEWEST: u64 = 50;

pub(super) async fn page(State(server): State<Server>, by: Administrator) -> Result<Response, Problem> {
    if !mail::is_a_mailbox(server.settings()) {
        return Err(Problem::NotFound);
    }
    let mut letters = Vec::new();
    for of in server.outbox().newest(NEWEST).await? {
        let letter = mail::letter(&server, of).await?;
        letters.extend(letter.map(|mail::Letter { to, subject, text, .. }| shown::Letter {
            to,
            subject,
            text,
        }));
    }
    Ok(good(shown::mail(&frame(&server, &by.account), &letters)))
}
