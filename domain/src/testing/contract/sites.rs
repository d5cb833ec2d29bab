//! What the core knows of a site.

use super::Racer;
use super::bench::{Bench, NOW};
use crate::name::{Issuer, SiteId};
use crate::ports::Site;
use crate::site::{FactorKinds, SitePolicy, TrustedDays};
use std::sync::Arc;

pub async fn a_site_is_known_with_its_issuer_and_policy_however_many_race(bench: Bench) {
    let built_in = bench.store.site(SiteId::BUILT_IN).await.unwrap().unwrap();
    assert_eq!((built_in.issuer.as_str(), built_in.policy), ("Twofold", SitePolicy::default()));
    let id = SiteId::new(NOW, &bench.entropy);
    assert_eq!(bench.store.site(id).await.unwrap(), None);
    let site = Site { id, issuer: Issuer::parse("Shop").unwrap(), policy: SitePolicy::default() };
    let racers = (0..8).map(|_| {
        let (store, site) = (Arc::clone(&bench.store), site.clone());
        Box::pin(async move { store.remember_site(&site, NOW).await.is_ok() }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 8, "whoever comes second finds what he wants");
    assert_eq!(bench.store.site(id).await.unwrap(), Some(site));
    let policy = SitePolicy {
        tells_users: false,
        factor_kinds: FactorKinds::of(&[]).unwrap(),
        trusted_device_days: TrustedDays::new(30).unwrap(),
        requires_two_factor: true,
        required_from: Some(NOW + std::time::Duration::from_hours(24)),
    };
    let changed = Site { id, issuer: Issuer::parse("Shop & Co").unwrap(), policy };
    bench.store.remember_site(&changed, NOW).await.unwrap();
    assert_eq!(bench.store.site(id).await.unwrap(), Some(changed));
}
