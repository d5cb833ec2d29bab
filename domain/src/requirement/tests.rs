//! Which deadline counts, and what moves it.

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_000);

const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn exempt(until: i64) -> Exemption {
    Exemption { until: at(until), reason: Reason::parse("On leave").unwrap() }
}

fn site(from: Option<i64>) -> SitePolicy {
    SitePolicy { requires_two_factor: true, required_from: from.map(at), ..SitePolicy::default() }
}

#[test]
fn the_earliest_deadline_counts_and_who_is_exempt_is_exempt() {
    let free = SitePolicy { required_from: Some(at(1)), ..SitePolicy::default() };
    assert_eq!(Demand::default().under(&free, NOW), Requirement::NotRequired);
    let demand = Demand { of_user: Some(at(3_000)), of_role: Some(at(2_000)), exemption: None };
    assert_eq!(demand.under(&free, NOW), Requirement::From(at(2_000)));
    assert_eq!(demand.under(&site(Some(1_500)), NOW), Requirement::From(at(1_500)));
    assert!(demand.under(&site(None), NOW).is_due(NOW), "a site without a date requires it at once");
    let exempt = Demand { exemption: Some(exempt(1_001)), ..demand };
    assert_eq!(exempt.under(&site(None), NOW), Requirement::ExemptUntil(at(1_001)));
    assert!(exempt.under(&site(None), at(1_001)).is_due(at(1_001)), "it ends by itself");
}

#[test]
fn a_deadline_is_due_from_its_own_moment_on() {
    let from = Requirement::From(at(2_000));
    assert!(from.is_required() && !from.is_due(at(1_999)) && from.is_due(at(2_000)));
    assert!(!Requirement::ExemptUntil(at(2_000)).is_required() && !Requirement::NotRequired.is_required());
}

#[test]
fn a_deadline_moves_only_to_an_explicit_new_date() {
    let new = |deadline: Option<i64>| NewRequirement::Required { deadline: deadline.map(at) };
    let of = |before: Option<i64>, new: &NewRequirement| deadline(before.map(at), new, NOW);
    assert_eq!(of(None, &new(None)), Ok(Some(NOW)), "at once");
    assert_eq!(of(Some(5_000), &new(None)), Ok(Some(at(5_000))));
    assert_eq!(of(Some(500), &new(None)), Ok(Some(at(500))), "and never renews itself");
    assert_eq!(of(Some(500), &new(Some(500))), Ok(Some(at(500))), "the same once more");
    assert_eq!(of(Some(500), &new(Some(5_000))), Ok(Some(at(5_000))));
    assert_eq!(of(Some(5_000), &NewRequirement::RequiredAtOnce), Ok(Some(NOW)));
    assert_eq!(of(Some(500), &NewRequirement::RequiredAtOnce), Ok(Some(at(500))));
    for past in [0, 999, 1_000] {
        assert_eq!(of(Some(5_000), &new(Some(past))), Err(RequirementError::DeadlinePast));
    }
}

#[test]
fn what_changes_nothing_says_nothing() {
    let plain = Demand::default();
    for nothing in [NewRequirement::NotRequired, NewRequirement::NotExempt] {
        assert_eq!(plain.with(&nothing, NOW), Ok(None));
    }
    let required = plain.with(&NewRequirement::RequiredAtOnce, NOW).unwrap().unwrap();
    assert_eq!((required.kind, required.at), (EventKind::RequirementSet, None));
    assert_eq!(required.demand.with(&NewRequirement::Required { deadline: None }, at(9_000)), Ok(None));
    let exempted = required.demand.with(&NewRequirement::Exempt(exempt(2_000)), NOW).unwrap().unwrap();
    assert_eq!((exempted.kind, exempted.at), (EventKind::RequirementExempted, Some(at(2_000))));
    assert_eq!(exempted.demand.with(&NewRequirement::Exempt(exempt(2_000)), NOW), Ok(None));
    assert_eq!(exempted.demand.with(&NewRequirement::NotExempt, at(2_000)), Ok(None), "it has ended");
    assert_eq!(
        exempted.demand.with(&NewRequirement::NotExempt, NOW).unwrap().unwrap().demand,
        required.demand
    );
    let past = exempted.demand.with(&NewRequirement::Exempt(exempt(1_000)), NOW);
    assert_eq!(past, Err(RequirementError::ExemptionPast));
    let lifted = exempted.demand.with(&NewRequirement::NotRequired, NOW).unwrap().unwrap();
    assert_eq!((lifted.kind, lifted.demand.of_user), (EventKind::RequirementLifted, None));
    assert!(lifted.demand.exemption.is_some(), "an exemption is ended by name");
}

#[test]
fn a_deadline_is_announced_once_and_reminded_of_three_days_before() {
    let days = |days: i64| at(days * 86_400_000);
    let deadline = days(10);
    assert_eq!(Telling::of(deadline, false, false, days(0)), Some(Telling::Announced));
    assert!(!Telling::Announced.reminds(deadline, days(0)));
    assert_eq!(Telling::of(deadline, true, false, at(deadline.millis() - 3 * 86_400_000 - 1)), None);
    assert_eq!(Telling::of(deadline, true, false, days(7)), Some(Telling::Reminded));
    assert_eq!(Telling::of(deadline, true, true, days(8)), None);
    assert!(Telling::Announced.reminds(deadline, days(8)), "so late one letter is enough");
    assert_eq!(
        Telling::of(deadline, false, false, deadline),
        Some(Telling::Announced),
        "so is what is due now"
    );
    assert_eq!(Telling::of(deadline, true, false, deadline), None, "and not reminded of");
    assert_eq!(Telling::of(deadline, false, false, days(11)), None, "what passed long ago is not announced");
}
