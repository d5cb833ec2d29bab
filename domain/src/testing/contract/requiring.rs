//! What is required of a user.

use super::bench::{Bench, NOW, user};
use super::{RACERS, Racer};
use crate::audit::{Event, EventKind, Place};
use crate::name::{Reason, User};
use crate::ports::SetRequirement;
use crate::requirement::{Demand, Exemption};
use crate::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;

fn setting(bench: &Bench, who: &User, seen: &Demand, next: &Demand) -> SetRequirement {
    let event = Event::new(EventKind::RequirementSet, who, &Place::default(), NOW, &bench.entropy);
    SetRequirement { user: who.clone(), seen: seen.clone(), next: next.clone(), event }
}

fn from(hours: u64) -> Demand {
    Demand { of_user: Some(in_hours(hours)), ..Demand::default() }
}

fn in_hours(hours: u64) -> Timestamp {
    NOW + Duration::from_hours(hours)
}

pub async fn a_requirement_is_set_under_what_was_seen_and_of_known_users_only(bench: Bench) {
    let nothing = Demand::default();
    let unknown = user("nobody ever required anything of this one");
    let stranger = setting(&bench, &unknown, &nothing, &from(1));
    assert!(!bench.store.set_requirement(stranger).await.unwrap());
    bench.remembered().await;
    let other = bench.stranger("somebody of whom nothing is required");
    other.remembered().await;
    assert!(bench.store.set_requirement(setting(&bench, &bench.user, &nothing, &from(1))).await.unwrap());
    assert_eq!(bench.state().await.demand, from(1));
    for (seen, what) in [(&nothing, "nothing was seen"), (&from(2), "another deadline was seen")] {
        let late = setting(&bench, &bench.user, seen, &from(3));
        assert!(!bench.store.set_requirement(late).await.unwrap(), "{what}");
    }
    let exemption = |reason: &str| Exemption { until: in_hours(48), reason: Reason::parse(reason).unwrap() };
    let exempt = Demand { exemption: Some(exemption("On leave")), ..from(1) };
    assert!(bench.store.set_requirement(setting(&bench, &bench.user, &from(1), &exempt)).await.unwrap());
    assert_eq!(bench.state().await.demand, exempt);
    let otherwise = Demand { exemption: Some(exemption("Ill")), ..from(1) };
    for seen in [&from(1), &otherwise] {
        let late = setting(&bench, &bench.user, seen, &nothing);
        assert!(!bench.store.set_requirement(late).await.unwrap(), "another exemption was seen");
    }
    assert!(bench.store.set_requirement(setting(&bench, &bench.user, &exempt, &nothing)).await.unwrap());
    assert_eq!((bench.state().await.demand, other.state().await.demand), (nothing.clone(), nothing));
}

pub async fn requirements_that_saw_the_same_state_happen_once_however_many_race(bench: Bench) {
    bench.remembered().await;
    let mut seen = Demand::default();
    for round in 0..2 {
        let racers = (1..=RACERS).map(|hours| {
            let next = from(u64::try_from(round * RACERS + hours).unwrap());
            let (store, set) = (Arc::clone(&bench.store), setting(&bench, &bench.user, &seen, &next));
            Box::pin(async move { store.set_requirement(set).await.unwrap() }) as Racer
        });
        assert_eq!(bench.race(racers.collect()).await, 1, "one deadline is stored, and the others are told");
        seen = bench.state().await.demand;
    }
    let events = bench.store.events(crate::ports::EventPage::newest_of(&bench.user, 50)).await.unwrap();
    assert_eq!(events.len(), 2, "and the log says so once each");
}
