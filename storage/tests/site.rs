//! Sites and API keys, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use domain::audit::{Event, EventKind, Place};
use domain::name::{Issuer, Name, SiteId, User, UserId};
use domain::ports::{EventPage, Store};
use domain::site::{FactorKinds, KeyName, Origin, PlainKey, Scope, SiteCaller, SitePolicy, TrustedDays};
use domain::testing::SeededEntropy;
use domain::time::Timestamp;
use std::time::Duration;
use storage::site::{Asking, SiteProfile, Sites};
use storage::{Database, SqlStore};
use support::Kind;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn profile(entropy: &SeededEntropy, name: &str) -> SiteProfile {
    SiteProfile {
        id: SiteId::new(NOW, entropy),
        name: Name::parse(name).unwrap(),
        issuer: Issuer::parse("Shop").unwrap(),
        origins: vec![Origin::parse("https://shop.example.com").unwrap()],
        created_at: NOW,
        policy: SitePolicy::default(),
    }
}

#[tokio::test]
async fn a_site_is_stored_and_updated() {
    for kind in Kind::ALL {
        let (sites, entropy) = (Sites::new(support::open(kind).await), SeededEntropy::new(21));
        let mut site = profile(&entropy, "Shop");
        sites.create(&site, None).await.unwrap();
        let was = site.clone();
        assert_eq!(sites.find(site.id).await.unwrap(), Some(site.clone()));
        site.origins = vec![];
        site.issuer = Issuer::parse("Shop & Co").unwrap();
        site.policy = SitePolicy {
            factor_kinds: FactorKinds::of(&[]).unwrap(),
            trusted_device_days: TrustedDays::new(14).unwrap(),
            requires_two_factor: true,
            required_from: Some(Timestamp::from_millis(1_900_000_000_000)),
            tells_users: false,
        };
        assert!(sites.update(&was, &site, None).await.unwrap());
        assert_eq!(sites.find(site.id).await.unwrap(), Some(site.clone()));
        let nobody = profile(&entropy, "Nobody");
        assert!(!sites.update(&nobody, &nobody, None).await.unwrap());
        let all = sites.all().await.unwrap();
        assert!(all.iter().any(|one| one.id == SiteId::BUILT_IN) && all.contains(&site), "{kind:?}");
    }
}

/// Each changes one thing of what all of them saw. What the others did not see is never taken back.
#[tokio::test]
async fn of_two_who_change_a_site_at_once_one_does_and_the_other_is_to_look_again() {
    for kind in Kind::ALL {
        let url = support::empty_url(kind).await;
        let (one, other) = (Database::open(&url).await.unwrap(), Database::open(&url).await.unwrap());
        storage::migrate(&one).await.unwrap();
        let (processes, entropy) = ([Sites::new(one), Sites::new(other)], SeededEntropy::new(25));
        let site = profile(&entropy, "Shop");
        processes[0].create(&site, None).await.unwrap();
        for round in 0..20 {
            let seen = processes[0].find(site.id).await.unwrap().unwrap();
            let named = SiteProfile { name: Name::parse(&format!("Shop {round}")).unwrap(), ..seen.clone() };
            let mut required = seen.clone();
            required.policy.requires_two_factor = !seen.policy.requires_two_factor;
            let mut told = seen.clone();
            told.policy.tells_users = !seen.policy.tells_users;
            let all = [named, required, told];
            let racers = all.clone().into_iter().zip(processes.iter().cycle().cloned()).map(|(to, sites)| {
                let seen = seen.clone();
                tokio::spawn(async move { sites.update(&seen, &to, None).await.unwrap() })
            });
            let mut won = Vec::new();
            for racer in racers.collect::<Vec<_>>() {
                won.push(racer.await.unwrap());
            }
            let winner = won.iter().position(|won| *won).unwrap();
            assert_eq!(won.iter().filter(|won| **won).count(), 1, "{kind:?} {round}");
            assert_eq!(processes[1].find(site.id).await.unwrap(), Some(all[winner].clone()));
        }
    }
}

#[tokio::test]
async fn a_key_speaks_for_its_site_until_it_is_revoked() {
    for kind in Kind::ALL {
        let (sites, entropy) = (Sites::new(support::open(kind).await), SeededEntropy::new(22));
        let (site, other) = (profile(&entropy, "Shop"), profile(&entropy, "Other"));
        sites.create(&site, None).await.unwrap();
        sites.create(&other, None).await.unwrap();
        let key = PlainKey::new(&entropy);
        sites.create_key(site.id, &key, &[Scope::Verify, Scope::Enroll], NOW, None).await.unwrap();
        let expected =
            SiteCaller { site: site.id, key: key.name().clone(), scopes: vec![Scope::Verify, Scope::Enroll] };
        assert_eq!(sites.caller(&key, NOW).await.unwrap(), Asking::Known(expected.clone()));
        let later = NOW + Duration::from_secs(59);
        assert_eq!(sites.caller(&key, later).await.unwrap(), Asking::Known(expected));
        let listed = sites.keys(site.id).await.unwrap();
        assert_eq!((listed.len(), listed.first().and_then(|key| key.used_at)), (1, Some(NOW)));
        assert!(!sites.revoke_key(other.id, key.name(), NOW, None).await.unwrap(), "another site's key");
        assert!(sites.revoke_key(site.id, key.name(), NOW, None).await.unwrap());
        assert!(!sites.revoke_key(site.id, key.name(), NOW, None).await.unwrap());
        assert_eq!(sites.caller(&key, NOW).await.unwrap(), Asking::Revoked, "{kind:?}");
    }
}

#[tokio::test]
async fn a_key_with_the_right_name_and_another_secret_speaks_for_nobody() {
    for kind in Kind::ALL {
        let (sites, entropy) = (Sites::new(support::open(kind).await), SeededEntropy::new(23));
        let site = profile(&entropy, "Shop");
        sites.create(&site, None).await.unwrap();
        let key = PlainKey::new(&entropy);
        sites.create_key(site.id, &key, &[Scope::Admin], NOW, None).await.unwrap();
        let forged = format!("tf_{}_{}", key.name().as_str(), "0".repeat(64));
        assert_eq!(sites.caller(&PlainKey::parse(&forged).unwrap(), NOW).await.unwrap(), Asking::Unknown);
        let unknown = KeyName::parse(&"0".repeat(16)).unwrap();
        assert!(!sites.revoke_key(site.id, &unknown, NOW, None).await.unwrap(), "{kind:?}");
        assert_eq!(sites.caller(&PlainKey::new(&entropy), NOW).await.unwrap(), Asking::Unknown);
    }
}

#[tokio::test]
async fn a_key_is_revoked_once_however_many_race_and_the_log_says_so_once() {
    for kind in Kind::ALL {
        let db = support::open(kind).await;
        let (sites, store, entropy) = (Sites::new(db.clone()), SqlStore::new(db), SeededEntropy::new(24));
        let site = profile(&entropy, "Shop");
        let admin = User { site: SiteId::BUILT_IN, id: UserId::parse(&site.id.to_string()).unwrap() };
        let event =
            |kind, n| Event::new(kind, &admin, &Place::default(), NOW + Duration::from_secs(n), &entropy);
        sites.create(&site, Some(&event(EventKind::SiteAdded, 0))).await.unwrap();
        assert!(sites.update(&site, &site, Some(&event(EventKind::SiteEdited, 1))).await.unwrap());
        let nowhere = SiteProfile { id: SiteId::new(NOW, &entropy), ..site.clone() };
        assert!(!sites.update(&nowhere, &nowhere, Some(&event(EventKind::SiteEdited, 1))).await.unwrap());
        let key = PlainKey::new(&entropy);
        let made = event(EventKind::KeyMade, 2);
        sites.create_key(site.id, &key, &[Scope::Verify], NOW, Some(&made)).await.unwrap();
        let racers = (0..8).map(|_| {
            let (sites, name, event) = (sites.clone(), key.name().clone(), event(EventKind::KeyRevoked, 3));
            tokio::spawn(async move { sites.revoke_key(site.id, &name, NOW, Some(&event)).await.unwrap() })
        });
        let mut winners = 0;
        for racer in racers.collect::<Vec<_>>() {
            winners += usize::from(racer.await.unwrap());
        }
        assert_eq!(winners, 1, "{kind:?}");
        let kinds: Vec<EventKind> = store
            .events(EventPage::newest_of(&admin, 9))
            .await
            .unwrap()
            .into_iter()
            .map(|event| event.kind)
            .collect();
        let expected =
            [EventKind::KeyRevoked, EventKind::KeyMade, EventKind::SiteEdited, EventKind::SiteAdded];
        assert_eq!(kinds, expected, "{kind:?}: each once");
    }
}
