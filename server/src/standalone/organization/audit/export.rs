//! The audit log as a file. It is written while it is read, a page at a time: the whole of it never lies in memory.

use super::super::people::People;
use super::{asked, entries};
use crate::problem::Problem;
use crate::state::Server;
use app::page::organization::{DoneBy, Entry};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use domain::audit::Cause;
use domain::factor::FactorKind;
use domain::name::{Reason, UserId};
use domain::ports::{EventMark, EventPage};
use futures::stream::try_unfold;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::{Deserialize, Serialize};
use std::io;

/// Entries that are read at a time.
pub(super) const AT_ONCE: u32 = 200;

/// How the file is written.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    #[default]
    Csv,
    Jsonl,
}

/// What is asked for in the query.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Asked {
    format: Format,
    email: String,
    kind: String,
    from: String,
    to: String,
}

impl Asked {
    pub(super) fn log(&self) -> asked::Asked {
        let Self { email, kind, from, to, .. } = self;
        let [email, kind, from, to] = [email, kind, from, to].map(String::clone);
        asked::Asked { email, kind, from, to, cursor: String::new() }
    }

    pub(super) fn format(&self) -> Format {
        self.format
    }
}

/// One line, in the words of `/v1/audit-events`.
#[derive(Serialize)]
struct Row<'a> {
    id: String,
    at: String,
    email: &'a str,
    /// The address of the administrator who did it, or their id where the account is gone.
    by: &'a str,
    kind: &'static str,
    factor: &'a str,
    cause: &'a str,
    subject: &'a str,
    reason: &'a str,
    address: &'a str,
    browser: &'a str,
}

fn by(of: &Entry) -> Option<&str> {
    match of.by.as_ref()? {
        DoneBy::Known(email) => Some(email),
        DoneBy::Gone => of.event.by.as_ref().map(UserId::as_str),
    }
}

impl<'a> From<&'a Entry> for Row<'a> {
    fn from(of: &'a Entry) -> Self {
        let event = &of.event;
        Self {
            id: event.id.to_string(),
            at: event.at.rfc3339(),
            email: of.email.as_deref().unwrap_or_default(),
            by: by(of).unwrap_or_default(),
            kind: event.kind.as_str(),
            factor: event.factor.map(FactorKind::as_str).unwrap_or_default(),
            cause: event.cause.map(Cause::as_str).unwrap_or_default(),
            subject: event.subject.as_deref().unwrap_or_default(),
            reason: event.reason.as_ref().map(Reason::as_str).unwrap_or_default(),
            address: event.place.address.as_deref().unwrap_or_default(),
            browser: event.place.browser.as_deref().unwrap_or_default(),
        }
    }
}

const COLUMNS: [&str; 11] =
    ["id", "at", "email", "by", "kind", "factor", "cause", "subject", "reason", "address", "browser"];

impl Row<'_> {
    fn fields(&self) -> [&str; 11] {
        [
            &self.id,
            &self.at,
            self.email,
            self.by,
            self.kind,
            self.factor,
            self.cause,
            self.subject,
            self.reason,
            self.address,
            self.browser,
        ]
    }
}

/// A line of comma-separated values (RFC 4180). A spreadsheet takes what begins like a formula for one: an apostrophe
/// before it makes it a text (OWASP, CSV Injection).
fn csv(fields: [&str; 11]) -> String {
    let field = |text: &str| {
        let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    };
    fields.map(field).join(",") + "\r\n"
}

fn lines(entries: &[Entry], format: Format) -> io::Result<String> {
    let mut written = String::new();
    for row in entries.iter().map(Row::from) {
        match format {
            Format::Csv => written.push_str(&csv(row.fields())),
            Format::Jsonl => {
                written.push_str(&serde_json::to_string(&row)?);
                written.push('\n');
            }
        }
    }
    Ok(written)
}

/// The file, whose first lines are sent before its last are read. A fault on the way breaks it off, visibly.
pub(super) fn answer(server: &Server, page: EventPage, format: Format) -> Response {
    let (kind, name, head) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "audit-log.csv", csv(COLUMNS)),
        Format::Jsonl => ("application/jsonl", "audit-log.jsonl", String::new()),
    };
    let begin =
        Reading { server: server.clone(), page: Some(page), people: People::default(), head: Some(head) };
    let body = try_unfold(begin, move |reading| async move {
        reading.next(format).await.map_err(|_| io::Error::other("the audit log could not be read"))
    });
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, Body::from_stream(body)).into_response()
}

struct Reading {
    server: Server,
    page: Option<EventPage>,
    people: People,
    head: Option<String>,
}

impl Reading {
    async fn next(mut self, format: Format) -> Result<Option<(String, Self)>, Problem> {
        let Some(asked) = self.page.take() else { return Ok(None) };
        let page = self.server.two_factor().events(asked.clone()).await?;
        let last = page.items.last().filter(|_| page.more);
        let after = last.map(|last| EventMark { at: last.at, id: last.id });
        self.page = after.map(|after| EventPage { after: Some(after), ..asked });
        let entries = entries(&self.server, &mut self.people, page.items).await?;
        let lines = lines(&entries, format).map_err(|_| Problem::Defect)?;
        Ok(Some((self.head.take().unwrap_or_default() + &lines, self)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_neither_ends_early_nor_becomes_a_formula() {
        let fields = ["a", "b,c", "d\"e", "=1+1", "@x", "-2", "f\ng", "", "h", "i", "j"];
        let line = "\"a\",\"b,c\",\"d\"\"e\",\"'=1+1\",\"'@x\",\"'-2\",\"f\ng\",\"\",\"h\",\"i\",\"j\"\r\n";
        assert_eq!(csv(fields), line);
    }
}
