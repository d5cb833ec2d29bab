//! The mailbox of a server without mail. On this machine only: letters are their readers', not the administrator's.

use super::super::visitor::Administrator;
use super::{frame, good};
use crate::mail;
use crate::problem::Problem;
use crate::state::Server;
use app::page::organization as shown;
use axum::extract::State;
use axum::response::Response;
use domain::factor::email_code::LIFETIME;

/// Letters on the page.
const NEWEST: u64 = 50;
/// Codes that wait, of this machine's few users.
const CODES: u32 = 1000;

pub(super) async fn page(State(server): State<Server>, by: Administrator) -> Result<Response, Problem> {
    if !mail::is_a_mailbox(server.settings()) {
        return Err(Problem::NotFound);
    }
    let mut letters = codes(&server).await?;
    for (site, of) in server.outbox().newest(NEWEST).await? {
        let letter = mail::letter(&server, site, of).await?;
        letters.extend(letter.map(of_mail));
    }
    Ok(good(shown::mail(&frame(&server, &by.account), &letters)))
}

/// The codes that would be mailed, while they are good.
async fn codes(server: &Server) -> Result<Vec<shown::Letter>, Problem> {
    let (two_factor, now) = (server.two_factor(), server.now());
    let mut waiting = two_factor.letters_due(CODES).await?;
    waiting.retain(|queued| queued.made_at.lasts(LIFETIME, now));
    let (mut letters, host) = (Vec::new(), server.settings().public_url.host());
    for queued in waiting.iter().rev() {
        let opened = two_factor.open_letter(queued).await?;
        letters.extend(opened.map(|opened| of_mail(mail::code_letter(&opened, host))));
    }
    Ok(letters)
}

fn of_mail(letter: mail::Letter) -> shown::Letter {
    let mail::Letter { to, subject, text, .. } = letter;
    shown::Letter { to, subject, text }
}
