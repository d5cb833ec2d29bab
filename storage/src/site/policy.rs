//! A site's policy as columns, and back.

use crate::entity::site;
use domain::factor::FactorKind;
use domain::site::{FactorKinds, SitePolicy, TrustedDays};
use domain::time::Timestamp;

/// Names of kinds, separated by spaces.
pub(crate) fn kinds_text(kinds: &FactorKinds) -> String {
    kinds.iter().map(FactorKind::as_str).collect::<Vec<_>>().join(" ")
}

/// `None` if no version of this program wrote that row.
pub(crate) fn read(row: &site::Model) -> Option<SitePolicy> {
    let kinds = row.factor_kinds.split_whitespace().map(FactorKind::parse).collect::<Option<Vec<_>>>()?;
    Some(SitePolicy {
        factor_kinds: FactorKinds::of(&kinds)?,
        trusted_device_days: TrustedDays::new(u32::try_from(row.trusted_device_days).ok()?)?,
        requires_two_factor: row.requires_two_factor,
        required_from: row.required_from.map(Timestamp::from_millis),
        tells_users: row.tells_users,
    })
}
