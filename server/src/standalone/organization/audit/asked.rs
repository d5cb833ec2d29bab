//! What the audit log is asked for in the query.

use super::of_built_in;
use crate::problem::Problem;
use crate::state::Server;
use app::page::organization as shown;
use domain::audit::EventKind;
use domain::name::EventId;
use domain::ports::{EventMark, EventPage};
use domain::time::Timestamp;
use serde::Deserialize;
use storage::account::Email;
use uuid::Uuid;

/// The fields of the query, as they were typed.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Asked {
    pub(super) email: String,
    pub(super) kind: String,
    pub(super) cursor: String,
}

impl Asked {
    pub(super) fn shown(&self) -> shown::Asked {
        let (email, kind, cursor) = (self.email.clone(), self.kind.clone(), self.cursor.clone());
        shown::Asked { email, kind, cursor }
    }

    /// `None`: nobody has that address, nothing is called so, or no page begins there.
    pub(super) async fn read(&self, server: &Server, limit: u32) -> Result<Option<EventPage>, Problem> {
        let mut page = of_built_in(limit);
        if !self.email.trim().is_empty() {
            let Some(email) = Email::parse(&self.email) else { return Ok(None) };
            let Some(account) = server.accounts().account_by_email(&email).await? else { return Ok(None) };
            page.user = Some(account.user.id);
        }
        if !self.kind.is_empty() {
            let Some(kind) = EventKind::parse(&self.kind) else { return Ok(None) };
            page.kind = Some(kind);
        }
        if !self.cursor.is_empty() {
            let Some(mark) = mark(&self.cursor) else { return Ok(None) };
            page.after = Some(mark);
        }
        Ok(Some(page))
    }
}

/// The place of an event in the log, for a link.
pub(super) fn written(mark: EventMark) -> String {
    format!("{}.{}", mark.at.millis(), mark.id.uuid().simple())
}

pub(super) fn mark(written: &str) -> Option<EventMark> {
    let (at, id) = written.split_once('.')?;
    let id = EventId::from_uuid(Uuid::try_parse(id).ok()?);
    Some(EventMark { at: Timestamp::from_millis(at.parse().ok()?), id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_does() {
        let at =
            EventMark { at: Timestamp::from_millis(1_800_000_000_000), id: EventId::from_uuid(Uuid::max()) };
        assert_eq!(mark(&written(at)), Some(at));
        for bad in ["", ".", "1", "1.x", "x.ffffffffffffffffffffffffffffffff"] {
            assert_eq!(mark(bad), None, "{bad}");
        }
    }
}
