//! What an administrator requires of one user, and when it counts.

use super::Person;
use super::person::PASSWORD;
use crate::audit::{EventKind, Place};
use crate::error::{ChangeError, RequirementError};
use crate::name::{Label, Reason, User, UserId};
use crate::ports::Clock;
use crate::requirement::{Exemption, NewRequirement, Requirement};
use crate::site::SitePolicy;
use crate::testing::contract::Racer;
use crate::time::{Date, Timestamp};
use std::time::Duration;

const DAY: u64 = 86_400;

impl Person {
    fn in_days(&self, days: u64) -> Timestamp {
        self.clock.now() + Duration::from_secs(days * DAY)
    }

    async fn requires(&self, new: NewRequirement) -> Result<(), RequirementError> {
        let by = UserId::parse("an administrator").unwrap();
        let (user, reason) = (self.caller.user(), Reason::parse("New rules").ok());
        self.two_factor.require(user, Some(&by), &new, reason, &Place::default()).await
    }

    fn exempt(&self, days: u64) -> NewRequirement {
        let reason = Reason::parse("On leave").unwrap();
        NewRequirement::Exempt(Exemption { until: self.in_days(days), reason })
    }
}

fn from(deadline: Timestamp) -> NewRequirement {
    NewRequirement::Required { deadline: Some(deadline) }
}

pub async fn who_is_required_sets_up_from_the_deadline_on_and_not_before(person: Person) {
    let deadline = person.in_days(7);
    person.requires(from(deadline)).await.unwrap();
    assert!(!person.is_asked().await, "before the deadline signing in goes on");
    assert_eq!(person.overview().await.requirement, Requirement::From(deadline));
    person.advance(3 * DAY);
    person.requires(NewRequirement::Required { deadline: None }).await.unwrap();
    assert_eq!(
        person.overview().await.requirement,
        Requirement::From(deadline),
        "requiring again moves nothing"
    );
    person.advance(4 * DAY - 1);
    assert!(!person.is_asked().await);
    person.advance(1);
    person.forced().await;
    let past = person.requires(from(deadline - Duration::from_secs(1))).await;
    assert_eq!(past, Err(RequirementError::DeadlinePast));
    assert_eq!(person.requires(from(deadline)).await, Ok(()), "the same one once more is no new one");
    person.requires(NewRequirement::NotRequired).await.unwrap();
    assert!(!person.is_asked().await);
    let events = person.overview().await.events;
    let said: Vec<_> = events.iter().filter(|one| one.by.is_some()).collect();
    assert_eq!(said.len(), 2, "what changed nothing is not in the log");
    assert_eq!((said[0].kind, said[1].kind), (EventKind::RequirementLifted, EventKind::RequirementSet));
    assert_eq!(said[1].subject, Some(Date::of(deadline).to_string()));
    assert!(said.iter().all(|one| one.reason.as_ref().map(Reason::as_str) == Some("New rules")));
}

pub async fn who_is_required_keeps_a_factor_however_far_the_deadline(person: Person) {
    let (phone, _) = person.set_up().await;
    person.requires(from(person.in_days(7))).await.unwrap();
    let off = person.two_factor.turn_off(&person.caller, Some(PASSWORD), &person.code(&phone)).await;
    assert_eq!(off, Err(ChangeError::Required));
    let only = person.authenticator("Pixel").await;
    let removed = person.two_factor.remove_authenticator(&person.caller, only).await;
    assert_eq!(removed, Err(ChangeError::Required));
    let user = person.caller.user();
    person
        .two_factor
        .reset_user(user, None, Reason::parse("Lost").unwrap(), &Place::default())
        .await
        .unwrap();
    assert!(!person.is_asked().await, "an administrator may, and the deadline stays");
    person.advance(7 * DAY);
    person.forced().await;
}

pub async fn an_exemption_frees_until_its_end_whatever_else_is_required(person: Person) {
    let person = person.at_site(SitePolicy { requires_two_factor: true, ..SitePolicy::default() }).await;
    person.requires(NewRequirement::RequiredAtOnce).await.unwrap();
    person.forced().await;
    assert_eq!(person.requires(person.exempt(0)).await, Err(RequirementError::ExemptionPast));
    person.requires(person.exempt(30)).await.unwrap();
    assert!(!person.is_asked().await);
    person.advance(30 * DAY - 1);
    assert!(!person.is_asked().await);
    person.advance(1);
    person.forced().await;
    person.requires(person.exempt(30)).await.unwrap();
    person.requires(NewRequirement::NotExempt).await.unwrap();
    person.forced().await;
    let report = person.two_factor.user(person.caller.user()).await.unwrap().unwrap();
    assert!(report.requirement.is_due(person.clock.now()) && report.demand.exemption.is_none());
    let exempted =
        person.overview().await.events.into_iter().find(|one| one.kind == EventKind::RequirementExempted);
    assert_eq!(exempted.unwrap().reason.unwrap().as_str(), "On leave", "an exemption's reason is its own");
}

pub async fn a_site_requires_from_its_date_on(person: Person) {
    let from = person.in_days(2);
    let policy = SitePolicy { requires_two_factor: true, required_from: Some(from), ..SitePolicy::default() };
    let person = person.at_site(policy).await;
    assert!(!person.is_asked().await);
    assert_eq!(person.overview().await.requirement, Requirement::From(from));
    person.requires(NewRequirement::Required { deadline: Some(person.in_days(1)) }).await.unwrap();
    person.advance(DAY);
    person.forced().await;
    person.requires(NewRequirement::NotRequired).await.unwrap();
    assert!(!person.is_asked().await, "what the site requires stays, and is ahead");
    person.advance(DAY);
    person.forced().await;
}

pub async fn who_is_unknown_is_required_nothing_of_and_racing_requirements_are_kept_once(person: Person) {
    let unknown = User { id: UserId::parse("never named").unwrap(), ..person.caller.user().clone() };
    let new = NewRequirement::RequiredAtOnce;
    let refused = person.two_factor.require(&unknown, None, &new, None, &Place::default()).await;
    assert_eq!(refused, Err(RequirementError::NotFound));
    person.two_factor.remember_user(&unknown, &Label::parse("bob").unwrap()).await.unwrap();
    assert_eq!(person.two_factor.requirement(&unknown).await, Ok(Requirement::NotRequired));
    let racers = (0..8).map(|_| {
        let (two_factor, user) = (person.two_factor.clone(), person.caller.user().clone());
        Box::pin(async move {
            let new = NewRequirement::Required { deadline: None };
            two_factor.require(&user, None, &new, None, &Place::default()).await.is_ok()
        }) as Racer
    });
    assert_eq!(person.race(racers.collect()).await, 8, "whoever comes second finds what was asked for");
    let events = person.overview().await.events;
    assert_eq!(events.iter().filter(|one| one.kind == EventKind::RequirementSet).count(), 1);
}
