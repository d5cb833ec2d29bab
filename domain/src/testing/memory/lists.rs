//! Lists, a page at a time.

use super::rows::Rows;
use crate::audit::Event;
use crate::ports::{EventMark, EventPage, ListedUser, UserPage};
use std::cmp::Reverse;

impl Rows {
    pub(super) fn users(&self, page: &UserPage) -> Vec<ListedUser> {
        let known = self.users.iter().filter(|(user, _)| user.site == page.site);
        let listed = known.filter_map(|(user, state)| {
            let (user, label) = (user.clone(), state.label.clone()?);
            let (email, protected_since) = (state.email.clone(), state.protected_since);
            Some(ListedUser { user, label, email, protected_since })
        });
        let behind = |one: &ListedUser| page.after.as_ref().is_none_or(|after| one.user.id > *after);
        let mut listed: Vec<ListedUser> = listed.filter(behind).collect();
        listed.sort_by(|one, next| one.user.id.cmp(&next.user.id));
        listed.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
        listed
    }

    pub(super) fn events(&self, page: &EventPage) -> Vec<Event> {
        let mark = |one: &Event| EventMark { at: one.at, id: one.id };
        let asked = |one: &&Event| {
            let of_user = page.user.as_ref().is_none_or(|id| one.user.id == *id);
            let of_kind = page.kind.is_none_or(|kind| one.kind == kind);
            one.user.site == page.site
                && of_user
                && of_kind
                && page.from.is_none_or(|from| one.at >= from)
                && page.to.is_none_or(|to| one.at < to)
                && page.after.is_none_or(|after| mark(one) < after)
        };
        let mut events: Vec<Event> = self.events.iter().filter(asked).cloned().collect();
        events.sort_by_key(|one| Reverse(mark(one)));
        events.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
        events
    }
}
