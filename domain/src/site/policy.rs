//! What a site allows its users and demands of them. It only tightens what [`crate::policy`] says.

use crate::factor::FactorKind;
use crate::policy::TRUSTED_DEVICE_DAYS;
use crate::time::Timestamp;
use std::time::Duration;

/// What a site allows its users and demands of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitePolicy {
    /// What can be set up. What was set up before stays and answers: nobody is locked out by a change of policy.
    pub factor_kinds: FactorKinds,
    /// For how long a browser may be remembered.
    pub trusted_device_days: TrustedDays,
    /// Whether a user without an authenticator is asked to set one up before they are let in.
    pub requires_two_factor: bool,
    /// From when on they are asked, where it is required; `None`: at once.
    pub required_from: Option<Timestamp>,
    /// Whether its users are told by mail of every change of their factors, where the site gave their address (ASVS 5.0,
    /// 6.3.7). The accounts of the built-in site always are.
    pub tells_users: bool,
}

impl Default for SitePolicy {
    /// An authenticator app, no device remembered, nothing demanded, and everybody told.
    fn default() -> Self {
        Self {
            factor_kinds: FactorKinds::default(),
            trusted_device_days: TrustedDays::default(),
            requires_two_factor: false,
            required_from: None,
            tells_users: true,
        }
    }
}

impl SitePolicy {
    /// From when on a user needs an authenticator; `None`: never.
    #[must_use]
    pub fn demands_from(&self) -> Option<Timestamp> {
        self.requires_two_factor.then(|| self.required_from.unwrap_or_default())
    }

    /// The same, with two-factor authentication required from this moment on; `None`: at once. `None` is the answer if
    /// that is a new moment, and it has passed.
    #[must_use]
    pub fn requiring_from(self, from: Option<Timestamp>, now: Timestamp) -> Option<Self> {
        let as_before = self.requires_two_factor && self.required_from == from;
        let good = as_before || from.is_none_or(|from| from > now);
        good.then_some(Self { requires_two_factor: true, required_from: from, ..self })
    }
}

/// Kinds of factor that can be set up. Recovery codes belong to all of them and are never among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorKinds(Vec<FactorKind>);

impl FactorKinds {
    /// Kinds that can be set up by themselves.
    pub const ALL: [FactorKind; 2] = [FactorKind::Totp, FactorKind::Email];

    /// These kinds, in any order; none at all means that nothing new can be set up. `None` if one of them cannot be set
    /// up by itself.
    #[must_use]
    pub fn of(kinds: &[FactorKind]) -> Option<Self> {
        let known = kinds.iter().all(|kind| Self::ALL.contains(kind));
        known.then(|| Self(Self::ALL.into_iter().filter(|kind| kinds.contains(kind)).collect()))
    }

    /// Whether this kind can be set up.
    #[must_use]
    pub fn allow(&self, kind: FactorKind) -> bool {
        self.0.contains(&kind)
    }

    /// The kinds, each once.
    pub fn iter(&self) -> impl Iterator<Item = FactorKind> {
        self.0.iter().copied()
    }
}

impl Default for FactorKinds {
    fn default() -> Self {
        Self(vec![FactorKind::Totp])
    }
}

/// Days for which a browser may be remembered: 0 (never) to 30.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrustedDays(u8);

impl TrustedDays {
    /// So many days; `None` if there are more than [`TRUSTED_DEVICE_DAYS`].
    #[must_use]
    pub fn new(days: u32) -> Option<Self> {
        u8::try_from(days).ok().filter(|days| *days <= TRUSTED_DEVICE_DAYS).map(Self)
    }

    /// How many.
    #[must_use]
    pub const fn days(self) -> u8 {
        self.0
    }

    /// How long that is; `None` if nothing is remembered.
    #[must_use]
    pub fn duration(self) -> Option<Duration> {
        (self.0 > 0).then(|| Duration::from_hours(u64::from(self.0) * 24))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovery_codes_are_no_kind_of_their_own() {
        assert_eq!(FactorKinds::of(&[FactorKind::Totp, FactorKind::RecoveryCode]), None);
        let none = FactorKinds::of(&[]).unwrap();
        assert!(!none.allow(FactorKind::Totp) && FactorKinds::default().allow(FactorKind::Totp));
        assert_eq!(FactorKinds::of(&[FactorKind::Totp; 2]), Some(FactorKinds::default()), "each once");
    }

    #[test]
    fn a_site_requires_it_from_a_day_that_is_ahead_or_was_given_before() {
        let at = Timestamp::from_millis;
        let required = SitePolicy::default().requiring_from(Some(at(2)), at(1)).unwrap();
        assert_eq!(required.demands_from(), Some(at(2)));
        assert_eq!(required.clone().requiring_from(Some(at(2)), at(9)).unwrap(), required, "the same stays");
        assert_eq!(required.clone().requiring_from(Some(at(9)), at(9)), None);
        let off = SitePolicy { requires_two_factor: false, ..required.clone() };
        assert_eq!((off.demands_from(), off.requiring_from(Some(at(2)), at(9))), (None, None));
        assert_eq!(required.requiring_from(None, at(9)).unwrap().demands_from(), Some(at(0)));
    }

    #[test]
    fn a_device_is_remembered_for_thirty_days_at_most() {
        assert_eq!(TrustedDays::new(0).unwrap().duration(), None);
        assert_eq!(TrustedDays::new(30).unwrap().duration(), Some(Duration::from_hours(720)));
        assert_eq!((TrustedDays::new(31), TrustedDays::new(286)), (None, None));
        assert_eq!(SitePolicy::default().trusted_device_days.days(), 0);
    }
}
