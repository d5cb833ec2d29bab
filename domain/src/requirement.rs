//! What is required of a user: two-factor authentication or nothing, from when on, and who is exempt from it.
//!
//! A deadline is stored once. Requiring again what is required moves nothing; only a new date that a person gives does.

use crate::audit::EventKind;
use crate::error::RequirementError;
use crate::name::Reason;
use crate::site::SitePolicy;
use crate::time::Timestamp;
use std::time::Duration;

/// How long before a deadline whoever is not protected is reminded of it.
pub const REMINDED_BEFORE: Duration = Duration::from_hours(3 * 24);
/// A deadline is announced for so long after it has passed: whoever requires something "now" gives a date that has passed when
/// it is told.
const ANNOUNCED_AFTER: Duration = Duration::from_hours(24);

/// What is required of a user, all in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Requirement {
    /// Nothing.
    #[default]
    NotRequired,
    /// Two-factor authentication, from this moment on. Before it whoever has none is let in; what is on stays on.
    From(Timestamp),
    /// Nothing until this moment, whatever else is said of them.
    ExemptUntil(Timestamp),
}

impl Requirement {
    /// Whether two-factor authentication is required: now or from a moment on that is known.
    #[must_use]
    pub const fn is_required(self) -> bool {
        matches!(self, Self::From(_))
    }

    /// Whether nobody is let in without it at `now`.
    #[must_use]
    pub fn is_due(self, now: Timestamp) -> bool {
        matches!(self, Self::From(from) if from <= now)
    }

    /// The moment from which on it is required.
    #[must_use]
    pub const fn deadline(self) -> Option<Timestamp> {
        match self {
            Self::From(from) => Some(from),
            Self::NotRequired | Self::ExemptUntil(_) => None,
        }
    }
}

/// Somebody of whom nothing is required for a while. It ends by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// Its end.
    pub until: Timestamp,
    /// Why.
    pub reason: Reason,
}

/// What is stored of a user beside their site's policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// From when on it is required of this very user.
    pub of_user: Option<Timestamp>,
    /// From when on it is required of everybody with the user's role, where the site has roles.
    pub of_role: Option<Timestamp>,
    /// The last exemption, whether it has ended or not.
    pub exemption: Option<Exemption>,
}

/// What an administrator asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewRequirement {
    /// Two-factor authentication, from this moment on; without one: as it was required before, or else at once.
    Required {
        /// Not in the past.
        deadline: Option<Timestamp>,
    },
    /// Two-factor authentication at once, whatever date was given before.
    RequiredAtOnce,
    /// Nothing of this very user. What their role or site requires stays.
    NotRequired,
    /// Nothing until a moment, whatever else is said of them.
    Exempt(Exemption),
    /// The end of an exemption before its time.
    NotExempt,
}

/// What a change makes of a demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Demanded {
    pub(crate) demand: Demand,
    pub(crate) kind: EventKind,
    /// The moment that the log names.
    pub(crate) at: Option<Timestamp>,
}

impl Demand {
    /// The one answer: who is exempt is exempt; else the earliest deadline of those that apply.
    #[must_use]
    pub fn under(&self, policy: &SitePolicy, now: Timestamp) -> Requirement {
        if let Some(exemption) = self.exempt_at(now) {
            return Requirement::ExemptUntil(exemption.until);
        }
        let deadlines = [self.of_user, self.of_role, policy.demands_from()];
        deadlines.into_iter().flatten().min().map_or(Requirement::NotRequired, Requirement::From)
    }

    /// The exemption that lasts at `now`.
    #[must_use]
    pub fn exempt_at(&self, now: Timestamp) -> Option<&Exemption> {
        self.exemption.as_ref().filter(|exemption| now < exemption.until)
    }

    /// The same with this change. `None`: it changes nothing.
    pub(crate) fn with(
        &self,
        new: &NewRequirement,
        now: Timestamp,
    ) -> Result<Option<Demanded>, RequirementError> {
        match new {
            NewRequirement::Required { .. } | NewRequirement::RequiredAtOnce => self.required(new, now),
            NewRequirement::NotRequired => Ok(self.of_user.map(|_| Demanded {
                demand: Self { of_user: None, ..self.clone() },
                kind: EventKind::RequirementLifted,
                at: None,
            })),
            NewRequirement::Exempt(exemption) if exemption.until <= now => {
                Err(RequirementError::ExemptionPast)
            }
            NewRequirement::Exempt(exemption) => {
                let demand = Self { exemption: Some(exemption.clone()), ..self.clone() };
                let (kind, at) = (EventKind::RequirementExempted, Some(exemption.until));
                Ok((demand != *self).then_some(Demanded { demand, kind, at }))
            }
            NewRequirement::NotExempt => Ok(self.exempt_at(now).map(|_| Demanded {
                demand: Self { exemption: None, ..self.clone() },
                kind: EventKind::ExemptionEnded,
                at: None,
            })),
        }
    }

    fn required(&self, new: &NewRequirement, now: Timestamp) -> Result<Option<Demanded>, RequirementError> {
        let from = deadline(self.of_user, new, now)?;
        let demand = Self { of_user: from, ..self.clone() };
        let (kind, at) = (EventKind::RequirementSet, from.filter(|from| *from > now));
        Ok((demand != *self).then_some(Demanded { demand, kind, at }))
    }
}

/// The deadline that is stored when two-factor authentication is required, where `before` was.
///
/// # Errors
/// [`RequirementError::DeadlinePast`] if another one is asked for, and it has passed.
pub fn deadline(
    before: Option<Timestamp>,
    new: &NewRequirement,
    now: Timestamp,
) -> Result<Option<Timestamp>, RequirementError> {
    match new {
        NewRequirement::Required { deadline: None } => Ok(Some(before.unwrap_or(now))),
        NewRequirement::Required { deadline } if *deadline == before => Ok(before),
        NewRequirement::Required { deadline: Some(past) } if *past <= now => {
            Err(RequirementError::DeadlinePast)
        }
        NewRequirement::Required { deadline: Some(ahead) } => Ok(Some(*ahead)),
        NewRequirement::RequiredAtOnce => Ok(Some(before.map_or(now, |before| before.min(now)))),
        NewRequirement::NotRequired => Ok(None),
        NewRequirement::Exempt(_) | NewRequirement::NotExempt => Ok(before),
    }
}

/// What somebody is told of a deadline: once that there is one, ahead or just passed, as "now" is; and once more when it is
/// near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// There is one.
    Announced,
    /// It is near.
    Reminded,
}

impl Telling {
    /// What is to be told at `now` to somebody who was told so much.
    #[must_use]
    pub fn of(deadline: Timestamp, announced: bool, reminded: bool, now: Timestamp) -> Option<Self> {
        if !announced && !Self::is_over(deadline, now) {
            return Some(Self::Announced);
        }
        (announced && !reminded && deadline > now && is_near(deadline, now)).then_some(Self::Reminded)
    }

    /// Whether a deadline passed so long ago that nobody is told of it any more.
    #[must_use]
    pub fn is_over(deadline: Timestamp, now: Timestamp) -> bool {
        deadline + ANNOUNCED_AFTER <= now
    }

    /// Whether no reminder follows.
    #[must_use]
    pub fn reminds(self, deadline: Timestamp, now: Timestamp) -> bool {
        self == Self::Reminded || is_near(deadline, now)
    }

    /// What the log says.
    #[must_use]
    pub const fn kind(self) -> EventKind {
        match self {
            Self::Announced => EventKind::RequirementAnnounced,
            Self::Reminded => EventKind::RequirementReminded,
        }
    }
}

fn is_near(deadline: Timestamp, now: Timestamp) -> bool {
    deadline - REMINDED_BEFORE <= now
}

#[cfg(test)]
mod tests;
