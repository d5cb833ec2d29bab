//! What was counted where it happened.

use crate::state::Server;
use crate::telemetry::metrics::{
    ANSWERS, ENROLLMENTS, EVENTS, HASHING_SHED, ONE_STEP_OUT, TURNED_AWAY, WAITS,
};
use domain::Held;
use domain::audit::{Cause, EventKind};
use domain::factor::FactorKind;
use std::collections::BTreeMap;
use storage::Recorded;

/// Counts by two labels.
type Counts = BTreeMap<(&'static str, &'static str), u64>;

pub(super) fn gather(server: &Server) {
    let metrics = server.metrics();
    let recorded = server.database().recorded();
    for ((kind, result), count) in answers(&recorded) {
        metrics.count(&ANSWERS, &[("kind", kind), ("result", result)], count);
    }
    for ((kind, stage), count) in enrollments(&recorded) {
        metrics.count(&ENROLLMENTS, &[("kind", kind), ("stage", stage)], count);
    }
    for event in EventKind::ALL {
        let count = recorded.iter().filter(|(one, _)| one.kind == *event).map(|(_, count)| count).sum();
        metrics.count(&EVENTS, &[("event", event.as_str())], count);
    }
    for kind in FactorKind::ALL {
        for held in Held::ALL {
            let reason = match held {
                Held::Wait => "wait",
                Held::Stopped => "stopped",
            };
            let count = server.two_factor().answers_held(kind, held);
            metrics.count(&WAITS, &[("kind", kind.as_str()), ("reason", reason)], count);
        }
    }
    metrics.count(&ONE_STEP_OUT, &[], server.two_factor().codes_one_step_out());
    for (whose, line) in server.hashing().standing() {
        metrics.count(&HASHING_SHED, &[("whose", whose)], line.shed);
    }
    for (by, count) in server.connections().turned_away() {
        metrics.count(&TURNED_AWAY, &[("by", by)], count);
    }
}

/// Every kind with every result: a count that was never there has no rate.
fn answers(recorded: &[(Recorded, u64)]) -> Counts {
    let results = ["passed"].into_iter().chain(Cause::ALL.iter().map(|cause| cause.as_str()));
    let mut counts = zero(&FactorKind::ALL, results);
    for (one, count) in recorded {
        let result = match result(one.kind) {
            Some(true) => Some("passed"),
            Some(false) => one.cause.map(Cause::as_str),
            None => None,
        };
        add(&mut counts, *one, result, *count);
    }
    counts
}

/// Whether it says that an answer was right. `None`: it tells of no answer.
#[expect(clippy::wildcard_enum_match_arm, reason = "most events tell of no answer")]
const fn result(of: EventKind) -> Option<bool> {
    match of {
        EventKind::ChallengePassed | EventKind::StepUpPassed | EventKind::AuthenticatorTested => Some(true),
        EventKind::ChallengeRefused | EventKind::StepUpRefused => Some(false),
        _ => None,
    }
}

fn enrollments(recorded: &[(Recorded, u64)]) -> Counts {
    let stages = ["begun", "confirmed", "refused", "acknowledged", "cancelled"];
    let mut counts = zero(&[FactorKind::Totp, FactorKind::Email], stages.into_iter());
    for (one, count) in recorded {
        add(&mut counts, *one, stage(one.kind), *count);
    }
    counts
}

#[expect(clippy::wildcard_enum_match_arm, reason = "most events tell of no enrollment")]
const fn stage(of: EventKind) -> Option<&'static str> {
    match of {
        EventKind::EnrollmentBegun => Some("begun"),
        EventKind::EnrollmentConfirmed => Some("confirmed"),
        EventKind::EnrollmentRefused => Some("refused"),
        EventKind::EnrollmentAcknowledged => Some("acknowledged"),
        EventKind::EnrollmentCancelled => Some("cancelled"),
        _ => None,
    }
}

fn zero(kinds: &[FactorKind], others: impl Iterator<Item = &'static str> + Clone) -> Counts {
    let pairs = kinds.iter().flat_map(|kind| others.clone().map(|other| ((kind.as_str(), other), 0)));
    pairs.collect()
}

/// A proof by password has no kind of factor, and is no answer.
fn add(counts: &mut Counts, of: Recorded, other: Option<&'static str>, count: u64) {
    if let Some(key) = of.factor.map(FactorKind::as_str).zip(other) {
        let total = counts.entry(key).or_default();
        *total = total.saturating_add(count);
    }
}
