//! What the log says of what somebody does on the server by a command.

use crate::clock::SystemClock;
use crate::entropy::OsEntropy;
use domain::audit::{Event, EventKind, OPERATOR, Place};
use domain::name::{SiteId, User, UserId};
use domain::ports::Clock;

/// Who did it: the command, in its own words.
pub(super) fn doer(command: &str) -> Option<UserId> {
    UserId::parse(command).ok()
}

/// What a command did with a site or a key, which is the subject.
pub(super) fn event(kind: EventKind, command: &str, about: &str) -> Option<Event> {
    let operator = User { site: SiteId::BUILT_IN, id: UserId::parse(OPERATOR).ok()? };
    let event = Event::new(kind, &operator, &Place::default(), SystemClock::default().now(), &OsEntropy);
    Some(event.about(about).done_by(doer(command).as_ref()))
}
