//! What the audit log is asked for in the query.

use crate::problem::Problem;
use crate::state::Server;
use app::page::organization as shown;
use domain::audit::EventKind;
use domain::name::{EventId, SiteId};
use domain::ports::{EventMark, EventPage};
use domain::time::Timestamp;
use serde::Deserialize;
use std::time::Duration;
use storage::account::Email;
use uuid::Uuid;

const DAY: Duration = Duration::from_hours(24);

/// The fields of the query, as they were typed.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Asked {
    pub(super) email: String,
    pub(super) kind: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) cursor: String,
}

impl Asked {
    pub(super) fn shown(&self) -> shown::Asked {
        let Self { email, kind, from, to, cursor } = self.clone();
        shown::Asked { email, kind, from, to, cursor }
    }

    /// `None`: nobody has that address, nothing is called so, that is no day, or no page begins there.
    pub(super) async fn read(&self, server: &Server, limit: u32) -> Result<Option<EventPage>, Problem> {
        let mut page = EventPage::newest_of_site(SiteId::BUILT_IN, limit);
        if !self.email.trim().is_empty() {
            let Some(email) = Email::known(&self.email) else { return Ok(None) };
            let Some(account) = server.accounts().account_by_email(&email).await? else { return Ok(None) };
            page.user = Some(account.user.id);
        }
        if !self.kind.is_empty() {
            let Some(kind) = EventKind::parse(&self.kind) else { return Ok(None) };
            page.kind = Some(kind);
        }
        if !self.from.is_empty() {
            let Some(from) = day(&self.from) else { return Ok(None) };
            page.from = Some(from);
        }
        if !self.to.is_empty() {
            let Some(to) = day(&self.to) else { return Ok(None) };
            // The whole of the day is asked for.
            page.to = Some(to + DAY);
        }
        if !self.cursor.is_empty() {
            let Some(mark) = mark(&self.cursor) else { return Ok(None) };
            page.after = Some(mark);
        }
        Ok(Some(page))
    }
}

/// The first moment of a day in UTC.
fn day(written: &str) -> Option<Timestamp> {
    let is_date = written.len() == "2026-11-22".len();
    Timestamp::parse_rfc3339(written).filter(|_| is_date)
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
