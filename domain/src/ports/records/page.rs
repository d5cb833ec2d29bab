//! Lists that are read a page at a time. A page begins behind a mark, and never at a number of rows: whatever is added
//! meanwhile, nothing is shown twice and nothing is left out.

use crate::audit::EventKind;
use crate::name::{EmailAddress, EventId, Label, SiteId, User, UserId};
use crate::time::Timestamp;

/// Users of a site, in the order of their ids.
#[derive(Clone, Debug)]
pub struct UserPage {
    /// Whose users.
    pub site: SiteId,
    /// Only those behind this one.
    pub after: Option<UserId>,
    /// At most so many.
    pub limit: u32,
}

/// A user as a list shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedUser {
    /// The user.
    pub user: User,
    /// What authenticator apps show for them.
    pub label: Label,
    /// Where they can be written to, as far as their site has said.
    pub email: Option<EmailAddress>,
    /// Since when two-factor authentication is on.
    pub protected_since: Option<Timestamp>,
}

/// Events of a site or of one of its users, newest first.
#[derive(Clone, Debug)]
pub struct EventPage {
    /// Of this site.
    pub site: SiteId,
    /// Of this user only.
    pub user: Option<UserId>,
    /// Of this kind only.
    pub kind: Option<EventKind>,
    /// Only of this moment or later.
    pub from: Option<Timestamp>,
    /// Only of before this moment.
    pub to: Option<Timestamp>,
    /// Only those behind this one.
    pub after: Option<EventMark>,
    /// At most so many.
    pub limit: u32,
}

/// The place of an event in the order of events: by time, then by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventMark {
    /// When it happened.
    pub at: Timestamp,
    /// Its id.
    pub id: EventId,
}

impl EventPage {
    /// The newest events of a site.
    #[must_use]
    pub const fn newest_of_site(site: SiteId, limit: u32) -> Self {
        Self { site, user: None, kind: None, from: None, to: None, after: None, limit }
    }

    /// The newest events of one user.
    #[must_use]
    pub fn newest_of(user: &User, limit: u32) -> Self {
        Self { user: Some(user.id.clone()), ..Self::newest_of_site(user.site, limit) }
    }
}
