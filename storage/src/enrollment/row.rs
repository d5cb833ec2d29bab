//! An enrollment as a row, and back.

use crate::entity::enrollment;
use domain::audit::Place;
use domain::factor::FactorKind;
use domain::name::{AuthenticatorId, EnrollmentId, Name, SessionId, User};
use domain::ports::{Confirmation, Enrollment, EnrollmentState, Purpose};
use domain::seal::Sealed;
use domain::time::{TimeStep, Timestamp};

/// The states in which an enrollment is not over.
pub(super) const PENDING_OR_CONFIRMED: [EnrollmentState; 2] =
    [EnrollmentState::Pending, EnrollmentState::Confirmed];

pub(super) const fn state_text(state: EnrollmentState) -> &'static str {
    match state {
        EnrollmentState::Pending => "pending",
        EnrollmentState::Confirmed => "confirmed",
        EnrollmentState::Acknowledged => "acknowledged",
        EnrollmentState::Cancelled => "cancelled",
    }
}

fn state_from(text: &str) -> Option<EnrollmentState> {
    use EnrollmentState::{Acknowledged, Cancelled, Confirmed, Pending};
    [Pending, Confirmed, Acknowledged, Cancelled].into_iter().find(|state| state_text(*state) == text)
}

const fn purpose_text(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::First => "first",
        Purpose::Further => "further",
        Purpose::Replace(_) => "replace",
    }
}

fn purpose_from(row: &enrollment::Model) -> Option<Purpose> {
    match (row.purpose.as_str(), row.replaces) {
        ("first", None) => Some(Purpose::First),
        ("further", None) => Some(Purpose::Further),
        ("replace", Some(id)) => Some(Purpose::Replace(AuthenticatorId::from_uuid(id))),
        _ => None,
    }
}

pub(super) fn write(begun: &Enrollment, user_id: Vec<u8>) -> enrollment::Model {
    let replaces = match begun.purpose {
        Purpose::Replace(id) => Some(id.uuid()),
        Purpose::First | Purpose::Further => None,
    };
    enrollment::Model {
        site_id: begun.user.site.uuid(),
        id: begun.id.uuid(),
        user_id,
        session_id: begun.session.map(SessionId::uuid),
        kind: begun.kind.as_str().to_owned(),
        purpose: purpose_text(begun.purpose).to_owned(),
        replaces,
        state: state_text(begun.state).to_owned(),
        authenticator_id: begun.authenticator.uuid(),
        name: begun.name.as_str().to_owned(),
        credential: begun.credential.bytes().to_vec(),
        watermark: begun.watermark.number(),
        codes: begun.codes.as_ref().map(|codes| codes.bytes().to_vec()),
        begun_at: begun.begun_at.millis(),
        expires_at: begun.expires_at.millis(),
        confirmed_at: begun.confirmed.as_ref().map(|confirmed| confirmed.at.millis()),
        confirmed_browser: begun.confirmed.as_ref().and_then(|confirmed| confirmed.place.browser.clone()),
        confirmed_address: begun.confirmed.as_ref().and_then(|confirmed| confirmed.place.address.clone()),
    }
}

/// `None` if no version of this program wrote that row.
pub(super) fn read(row: enrollment::Model, user: &User) -> Option<Enrollment> {
    Some(Enrollment {
        id: EnrollmentId::from_uuid(row.id),
        user: user.clone(),
        session: row.session_id.map(SessionId::from_uuid),
        kind: FactorKind::parse(&row.kind)?,
        purpose: purpose_from(&row)?,
        state: state_from(&row.state)?,
        authenticator: AuthenticatorId::from_uuid(row.authenticator_id),
        name: Name::parse(&row.name).ok()?,
        credential: Sealed::from_bytes(row.credential),
        watermark: TimeStep::from_number(row.watermark),
        codes: row.codes.map(Sealed::from_bytes),
        begun_at: Timestamp::from_millis(row.begun_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        confirmed: row.confirmed_at.map(|at| Confirmation {
            at: Timestamp::from_millis(at),
            place: Place { address: row.confirmed_address, browser: row.confirmed_browser },
        }),
    })
}
