//! Lists, a page at a time. They are of a whole site, so these cases have sites of their own.

use super::bench::{Bench, NOW};
use crate::audit::{Event, EventKind, Place};
use crate::name::{EventId, Label, SiteId, User, UserId};
use crate::ports::{EventMark, EventPage, UserPage};
use std::time::Duration;
use uuid::Uuid;

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
            let asked = EventPage {
                user: user.map(|user| user.id.clone()),
                kind,
                after,
                ..EventPage::newest_of_site(site, 5)
            };
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

pub async fn events_are_listed_from_a_moment_to_another(bench: Bench) {
    let site = SiteId::new(NOW, &bench.entropy);
    let (ada, second) = (user_of(site, "ada"), |n| NOW + Duration::from_secs(n));
    for n in 0..6 {
        let kind = EventKind::ChallengeOpened;
        let event = Event::new(kind, &ada, &Place::default(), second(n), &bench.entropy);
        bench.store.record(event).await.unwrap();
    }
    let after = Some(EventMark { at: second(4), id: EventId::from_uuid(Uuid::nil()) });
    for (from, to, after, expected) in [
        (Some(4), None, None, vec![5, 4]),
        (None, Some(2), None, vec![1, 0]),
        (Some(1), Some(3), None, vec![2, 1]),
        (Some(3), Some(3), None, vec![]),
        (Some(2), Some(5), after, vec![3, 2]),
    ] {
        let (from, to) = (from.map(second), to.map(second));
        for user in [None, Some(ada.id.clone())] {
            let asked = EventPage { user, from, to, after, ..EventPage::newest_of_site(site, 9) };
            let found: Vec<_> = bench.store.events(asked).await.unwrap().iter().map(|one| one.at).collect();
            assert_eq!(found, expected.iter().copied().map(second).collect::<Vec<_>>());
        }
    }
}
