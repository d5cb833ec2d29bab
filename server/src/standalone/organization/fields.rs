//! The form of a site: what was typed, read into what is stored, or into what is wrong with it.

use crate::hex;
use crate::standalone::field::Typed;
use app::page::organization::{FieldError, SiteErrors, SiteFields};
use domain::factor::FactorKind;
use domain::name::{Issuer, Name, NameError, SiteId};
use domain::site::{FactorKinds, Origin, SitePolicy, TrustedDays};
use domain::time::{Date, Timestamp};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use storage::site::SiteProfile;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteForm {
    name: String,
    issuer: String,
    origins: String,
    totp: Option<String>,
    email: Option<String>,
    trusted_device_days: String,
    requires_two_factor: Option<String>,
    #[serde(default)]
    required_from: String,
    pub(super) seen: Option<String>,
    pub(super) password: Option<Typed>,
    pub(super) code: Option<String>,
}

/// What was typed, if all of it is good.
pub(super) struct Read {
    pub(super) name: Name,
    pub(super) issuer: Issuer,
    pub(super) origins: Vec<Origin>,
    pub(super) policy: SitePolicy,
}

impl Read {
    /// The site of this id, with what was typed.
    pub(super) fn onto(self, id: SiteId, created_at: Timestamp) -> SiteProfile {
        let Self { name, issuer, origins, policy } = self;
        SiteProfile { id, name, issuer, origins, created_at, policy }
    }
}

impl SiteForm {
    /// As it was typed.
    pub(super) fn typed(&self) -> SiteFields {
        SiteFields {
            name: self.name.clone(),
            issuer: self.issuer.clone(),
            origins: self.origins.clone(),
            totp: self.totp.is_some(),
            email: self.email.is_some(),
            trusted_device_days: self.trusted_device_days.clone(),
            requires_two_factor: self.requires_two_factor.is_some(),
            required_from: self.required_from.clone(),
            seen: self.seen.clone().unwrap_or_default(),
        }
    }

    /// Everything that is wrong is said at once.
    pub(super) fn read(&self, before: &SitePolicy, now: Timestamp) -> Result<Read, Box<SiteErrors>> {
        let (name, issuer) = (Name::parse(&self.name), Issuer::parse(&self.issuer));
        let (origins, kinds, days) = (self.read_origins(), self.read_kinds(), self.read_days());
        match (name, issuer, origins, kinds, days, self.read_from(before, now)) {
            (
                Ok(name),
                Ok(issuer),
                Ok(origins),
                Some(factor_kinds),
                Some(trusted_device_days),
                Ok(required_from),
            ) => {
                let requires_two_factor = self.requires_two_factor.is_some();
                let policy = SitePolicy {
                    factor_kinds,
                    trusted_device_days,
                    requires_two_factor,
                    required_from,
                    tells_users: before.tells_users,
                };
                Ok(Read { name, issuer, origins, policy })
            }
            (name, issuer, origins, kinds, days, from) => Err(Box::new(SiteErrors {
                name: name.err().map(of_name),
                issuer: issuer.err().map(of_name),
                origins: origins.err().map(FieldError::NoOrigin),
                kinds: kinds.is_none().then_some(FieldError::Empty),
                days: days.is_none().then_some(FieldError::NoDays),
                from: from.err(),
                changed: false,
            })),
        }
    }

    /// The day from which on it is required, where it is; none: at once.
    fn read_from(&self, before: &SitePolicy, now: Timestamp) -> Result<Option<Timestamp>, FieldError> {
        let text = self.required_from.trim();
        if self.requires_two_factor.is_none() || text.is_empty() {
            return Ok(None);
        }
        let from = Date::parse(text).map(Date::start).ok_or(FieldError::NoDay)?;
        let policy = before.clone().requiring_from(Some(from), now);
        policy.map(|policy| policy.required_from).ok_or(FieldError::PastDay)
    }

    /// One a line, in any order, each once. The error is the first line that is none.
    fn read_origins(&self) -> Result<Vec<Origin>, String> {
        let lines = self.origins.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut origins: Vec<Origin> = Vec::new();
        for line in lines {
            let origin = Origin::parse(line).map_err(|_| line.chars().take(80).collect::<String>())?;
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        Ok(origins)
    }

    fn read_kinds(&self) -> Option<FactorKinds> {
        let ticked = [(&self.totp, FactorKind::Totp), (&self.email, FactorKind::Email)];
        let kinds: Vec<FactorKind> =
            ticked.into_iter().filter_map(|(tick, kind)| tick.as_ref().map(|_| kind)).collect();
        FactorKinds::of(&kinds).filter(|_| !kinds.is_empty())
    }

    fn read_days(&self) -> Option<TrustedDays> {
        TrustedDays::new(self.trusted_device_days.trim().parse().ok()?)
    }
}

/// What the form of this site shows at first.
pub(super) fn of_site(profile: &SiteProfile) -> SiteFields {
    SiteFields {
        name: profile.name.as_str().to_owned(),
        issuer: profile.issuer.as_str().to_owned(),
        origins: profile.origins.iter().map(Origin::as_str).collect::<Vec<_>>().join("\n"),
        totp: profile.policy.factor_kinds.allow(FactorKind::Totp),
        email: profile.policy.factor_kinds.allow(FactorKind::Email),
        trusted_device_days: profile.policy.trusted_device_days.days().to_string(),
        requires_two_factor: profile.policy.requires_two_factor,
        required_from: profile
            .policy
            .required_from
            .map(|from| Date::of(from).to_string())
            .unwrap_or_default(),
        seen: stamp(profile),
    }
}

/// Stands for all that can be edited of a site: it is another one as soon as anything of it is. It keeps nothing secret.
pub(super) fn stamp(profile: &SiteProfile) -> String {
    let SiteProfile { id: _, name, issuer, origins, created_at: _, policy } = profile;
    let all = format!("{name:?}{issuer:?}{origins:?}{policy:?}");
    let mut stamp = hex::write(&Sha256::digest(all));
    stamp.truncate(32);
    stamp
}

/// What the form of a new site shows at first.
pub(super) fn of_none() -> SiteFields {
    SiteFields { totp: true, trusted_device_days: "0".to_owned(), ..SiteFields::default() }
}

pub(super) fn of_name(error: NameError) -> FieldError {
    match error {
        NameError::Empty => FieldError::Empty,
        NameError::TooLong { limit } => FieldError::TooLong(limit),
        NameError::Forbidden => FieldError::Forbidden,
    }
}
