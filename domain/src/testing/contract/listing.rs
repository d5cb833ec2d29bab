//! Lists, a page at a time. They are of a whole site, so these cases have sites of their own.

use super::bench::{Bench, NOW};
use crate::audit::{Event, EventKind, Place};
use crate::name::{EventId, Label, SiteId, User, UserId};
use crate::ports::{EventMark, EventPage, UserPage};
use std::time::Duration;

fn user_of(site: SiteId, id: &str) -> User {
    User { site, id: UserId::parse(id).unwrap() }
}

pub async fn users_are_listed_in_pages_by_the_bytes_of_their_ids(bench: Bench) {
    let (site, other) = (SiteId::new(NOW, &bench.entropy), SiteId::new(NOW, &bench.entropy));
    let ids = ["é", "a", "B", "ab", "10", "9", " a", "a'--", "𝒶"];
    for id in ids {
        bench.store.remember_user(&user_of(site, id), &Label::parse(id).unwrap(), NOW).await.unwrap();
    }
    let stranger = user_of(other, "a");
    bench.store.remember_user(&stranger, &Label::parse("stranger").unwrap(), NOW).await.unwrap();
    let mut expected = ids.to_vec();
    expected.sort_unstable();
    let (mut after, mut found) = (None, Vec::new());
    loop {
        let page = bench.store.users(UserPage { site, after, limit: 2 }).await.unwrap();
        assert!(page.len() <= 2 && page.iter().all(|one| one.user.site == site));
        assert!(page.iter().all(|one| one.label.as_str() == one.user.id.as_str().trim()));
        let Some(last) = page.last() else { break };
        after = Some(last.user.id.clone());
        found.extend(page.iter().map(|one| one.user.id.as_str().to_owned()));
    }
    assert_eq!(found, expected);
}

pub async fn events_are_listed_in_pages_that_neither_repeat_nor_leave_out(bench: Bench) {
    let (site, other) = (SiteId::new(NOW, &bench.entropy), SiteId::new(NOW, &bench.entropy));
    let (ada, bob) = (user_of(site, "ada"), user_of(site, "bob"));
    let happened = |user: &User, second: u64| {
        let at = NOW + Duration::from_secs(second);
        let kind =
            if second.is_multiple_of(2) { EventKind::ChallengeOpened } else { EventKind::ChallengePassed };
        Event::new(kind, user, &Place::default(), at, &bench.entropy)
    };
    // Three at each moment, so that a page ends in the midst of one.
    let mut events: Vec<Event> =
        (0..12).map(|n| happened(if n % 2 == 0 { &ada } else { &bob }, n / 3)).collect();
    for event in events.iter().chain(&[happened(&user_of(other, "ada"), 1)]) {
        bench.store.record(event.clone()).await.unwrap();
    }
    events.sort_by_key(|one| std::cmp::Reverse((one.at, one.id)));
    let passed = Some(EventKind::ChallengePassed);
    for (user, kind) in [(None, None), (Some(&ada), None), (None, passed), (Some(&ada), passed)] {
        let asked_for = |one: &&Event| {
            user.is_none_or(|user| one.user == *user) && kind.is_none_or(|kind| one.kind == kind)
        };
        let expected: Vec<&Event> = events.iter().filter(asked_for).collect();
        let later = EventMark { at: NOW + Duration::from_secs(30), id: EventId::new(NOW, &bench.entropy) };
        let (mut after, mut found) = (Some(later), Vec::new());
        loop {
            let asked = EventPage { site, user: user.map(|user| user.id.clone()), kind, after, limit: 5 };
            let page = bench.store.events(asked).await.unwrap();
            let Some(last) = page.last() else { break };
            // What happens while somebody reads comes before the first page, and moves none of the others.
            bench.store.record(happened(&ada, 60)).await.unwrap();
            after = Some(EventMark { at: last.at, id: last.id });
            found.extend(page);
        }
        assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    }
}
