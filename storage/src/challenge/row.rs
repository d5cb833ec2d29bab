//! A challenge as a row, and back.

use crate::entity::challenge;
use domain::challenge::Remember;
use domain::factor::FactorKind;
use domain::name::{ChallengeId, Name, SiteId, User, UserId};
use domain::ports::{Action, Challenge, ChallengeState};
use domain::time::Timestamp;

pub(super) const fn state_text(state: ChallengeState) -> &'static str {
    match state {
        ChallengeState::Open => "open",
        ChallengeState::Enrolling => "enrolling",
        ChallengeState::Passed => "passed",
        ChallengeState::Redeemed => "redeemed",
        ChallengeState::Cancelled => "cancelled",
    }
}

fn state_from(text: &str) -> Option<ChallengeState> {
    use ChallengeState::{Cancelled, Enrolling, Open, Passed, Redeemed};
    [Open, Enrolling, Passed, Redeemed, Cancelled].into_iter().find(|state| state_text(*state) == text)
}

pub(super) fn write(opened: &Challenge, user_id: Vec<u8>) -> challenge::Model {
    challenge::Model {
        site_id: opened.user.site.uuid(),
        id: opened.id.uuid(),
        user_id,
        action: opened.action.0.as_str().to_owned(),
        state: state_text(opened.state).to_owned(),
        failures: i32::try_from(opened.failures).unwrap_or(i32::MAX),
        opened_at: opened.opened_at.millis(),
        expires_at: opened.expires_at.millis(),
        passed_kind: opened.passed.map(|(kind, _)| kind.as_str().to_owned()),
        passed_at: opened.passed.map(|(_, at)| at.millis()),
        passed_browser: opened.browser.clone(),
        remembers_device: opened.remember == Remember::Device,
        revision: opened.revision,
    }
}

/// `None` if no version of this program wrote that row.
pub(super) fn read(row: challenge::Model) -> Option<Challenge> {
    let passed = match (row.passed_kind, row.passed_at) {
        (Some(kind), Some(at)) => Some((FactorKind::parse(&kind)?, Timestamp::from_millis(at))),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return None,
    };
    Some(Challenge {
        id: ChallengeId::from_uuid(row.id),
        user: User {
            site: SiteId::from_uuid(row.site_id),
            id: UserId::parse(str::from_utf8(&row.user_id).ok()?).ok()?,
        },
        action: Action(Name::parse(&row.action).ok()?),
        state: state_from(&row.state)?,
        failures: u32::try_from(row.failures).ok()?,
        opened_at: Timestamp::from_millis(row.opened_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        passed,
        browser: row.passed_browser,
        remember: if row.remembers_device { Remember::Device } else { Remember::No },
        revision: row.revision,
    })
}
