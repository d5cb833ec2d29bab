//! From the domain's words to the screen's. Every match is exhaustive.

use super::{
    Authenticator, Begun, Device, Happening, Letter, Mailed, Open, Passed, Proof, Purpose, Recovery,
    SecurityView,
};
use crate::component::qr_code;
use crate::error::{WidgetError, seconds};
use crate::words::{self, happening};
use domain::activity::story;
use domain::audit::{Event, Place};
use domain::enrollment;
use domain::factor::FactorKind;
use domain::factor::recovery_code::PlainCode;
use domain::name::AuthenticatorId;
use domain::overview::{AuthenticatorSummary, EmailOffer, OpenEnrollment, Overview, RecoverySummary};
use domain::ports::{self, EnrollmentState, TrustedDevice};
use domain::step_up::StepUpNeed;
use domain::time::Timestamp;

/// What the Security tab shows of an overview.
#[must_use]
pub fn security_view(overview: &Overview) -> SecurityView {
    SecurityView {
        label: overview.label.as_ref().map(|label| label.as_str().to_owned()).unwrap_or_default(),
        issuer: overview.issuer.as_str().to_owned(),
        protected_since: overview.protected_since.map(Timestamp::millis),
        authenticators: overview.authenticators.iter().map(Authenticator::from).collect(),
        unused: overview.unused.map(|id| id.to_string()),
        recovery: overview.recovery.map(Recovery::from),
        open: overview.open.as_ref().map(Open::from),
        email: offered(&overview.email),
        devices: overview.devices.iter().map(Device::from).collect(),
        bypassed: overview.bypassed,
        events: story(&overview.events).into_iter().map(told).collect(),
        required: overview.requirement.is_required(),
        required_from: overview.deadline_ahead.map(Timestamp::millis),
        turn_off: overview.turn_off.into(),
    }
}

impl From<&AuthenticatorSummary> for Authenticator {
    fn from(of: &AuthenticatorSummary) -> Self {
        Self {
            id: of.id.to_string(),
            by_mail: of.kind == FactorKind::Email,
            name: of.name.as_str().to_owned(),
            added_at: of.added_at.millis(),
            used_at: of.used_at.map(Timestamp::millis),
        }
    }
}

impl From<RecoverySummary> for Recovery {
    fn from(of: RecoverySummary) -> Self {
        Self { left: count(of.left), total: count(of.total), made_at: of.made_at.millis(), voided: of.voided }
    }
}

impl From<&OpenEnrollment> for Open {
    fn from(of: &OpenEnrollment) -> Self {
        Self {
            id: of.id.to_string(),
            purpose: of.purpose.into(),
            by_mail: of.kind == FactorKind::Email,
            confirmed: of.state == EnrollmentState::Confirmed,
            elsewhere: !of.same_session,
            confirmed_at: of.confirmed.as_ref().map(|confirmed| confirmed.at.millis()),
            place: of.confirmed.as_ref().map(|confirmed| place(&confirmed.place)).unwrap_or_default(),
            expires_at: of.expires_at.millis(),
        }
    }
}

impl From<ports::Purpose> for Purpose {
    fn from(of: ports::Purpose) -> Self {
        match of {
            ports::Purpose::First => Self::First,
            ports::Purpose::Further => Self::Further,
            ports::Purpose::Replace(id) => Self::Replace(id.to_string()),
        }
    }
}

impl TryFrom<Purpose> for ports::Purpose {
    type Error = WidgetError;

    fn try_from(of: Purpose) -> Result<Self, WidgetError> {
        match of {
            Purpose::First => Ok(Self::First),
            Purpose::Further => Ok(Self::Further),
            Purpose::Replace(id) => {
                AuthenticatorId::parse(&id).map(Self::Replace).ok_or(WidgetError::AuthenticatorGone)
            }
        }
    }
}

impl From<StepUpNeed> for Proof {
    fn from(of: StepUpNeed) -> Self {
        Self { password: of.password, code: of.code }
    }
}

impl From<&TrustedDevice> for Device {
    fn from(of: &TrustedDevice) -> Self {
        Self {
            id: of.id.to_string(),
            browser: of.browser.clone().unwrap_or_else(|| words::SOME_DEVICE.to_owned()),
            trusted_at: of.trusted_at.millis(),
            used_at: of.used_at.map(Timestamp::millis),
            expires_at: of.expires_at.millis(),
        }
    }
}

impl From<&Event> for Happening {
    fn from(of: &Event) -> Self {
        Self { at: of.at.millis(), what: happening::sentence(of), place: place(&of.place) }
    }
}

/// One row of what its person is told.
fn told(of: &Event) -> Happening {
    Happening { what: happening::told(of), ..Happening::from(of) }
}

impl TryFrom<enrollment::Begun> for Begun {
    type Error = WidgetError;

    fn try_from(of: enrollment::Begun) -> Result<Self, WidgetError> {
        let uri = of.provisioning.uri.expose();
        Ok(Self {
            id: of.id.to_string(),
            qr_code: qr_code::svg(uri).ok_or(WidgetError::Fault)?,
            uri: uri.to_owned(),
            key: of.provisioning.key.expose().to_owned(),
            issuer: of.issuer.as_str().to_owned(),
            label: of.label.as_str().to_owned(),
        })
    }
}

fn offered(of: &EmailOffer) -> Option<String> {
    match of {
        EmailOffer::No => None,
        EmailOffer::Known(masked) => Some(masked.clone()),
        EmailOffer::Asked => Some(String::new()),
    }
}

impl From<enrollment::Mailed> for Mailed {
    fn from(of: enrollment::Mailed) -> Self {
        Self { id: of.id.to_string(), letter: of.letter.into() }
    }
}

impl From<enrollment::Sent> for Letter {
    fn from(of: enrollment::Sent) -> Self {
        Self { to: of.to, wait: seconds(of.wait) }
    }
}

impl From<domain::challenge::Passed> for Passed {
    fn from(of: domain::challenge::Passed) -> Self {
        Self { recovery_left: of.recovery_left.map(count) }
    }
}

/// The recovery codes, for the one answer that carries them.
pub(crate) fn exposed(codes: &[PlainCode]) -> Vec<String> {
    codes.iter().map(|code| code.expose().to_owned()).collect()
}

fn place(of: &Place) -> String {
    let parts: Vec<&str> = [&of.browser, &of.address].into_iter().flatten().map(String::as_str).collect();
    parts.join(" · ")
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
