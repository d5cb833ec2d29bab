//! Keys under which requests are repeated.

use super::rows::Rows;
use crate::idempotency::KeyHash;
use crate::name::{ClaimId, SiteId, User};
use crate::policy;
use crate::ports::{ClaimState, ClaimedKey, Fingerprint, NewClaim, SettledClaim};
use crate::seal::Sealed;
use crate::time::Timestamp;

#[derive(Clone, Debug)]
pub(super) struct ClaimRow {
    pub(super) user: User,
    key: KeyHash,
    claim: ClaimId,
    fingerprint: Fingerprint,
    pub(super) at: Timestamp,
    /// Until when the answer is kept, once there is one.
    until: Option<Timestamp>,
    answer: Option<Sealed>,
}

impl Rows {
    pub(super) fn claim_key(&mut self, new: NewClaim) -> Option<()> {
        let (until, answer) = new.answered.map(|kept| (kept.until, kept.answer)).unzip();
        let row = ClaimRow {
            user: new.user,
            key: new.key,
            claim: new.claim,
            fingerprint: new.fingerprint,
            at: new.at,
            until,
            answer,
        };
        let Some(held) = self.claim(row.user.site, row.key) else {
            self.claims.push(row);
            return Some(());
        };
        let abandoned = held.until.is_none() && held.at < new.abandoned;
        let free = held.at < new.forgotten || abandoned || !held.at.is_plausible(new.at);
        free.then(|| *held = row)
    }

    pub(super) fn claimed_key(&mut self, site: SiteId, key: KeyHash, now: Timestamp) -> Option<ClaimedKey> {
        let held = self.claim(site, key)?;
        let state = match (held.until, &held.answer) {
            (None, _) => ClaimState::InFlight,
            (Some(until), Some(answer)) if is_kept(until, now) => ClaimState::Answered(answer.clone()),
            (Some(_), _) => ClaimState::Spent,
        };
        Some(ClaimedKey { claim: held.claim, fingerprint: held.fingerprint, state })
    }

    pub(super) fn settle_claim(&mut self, settled: SettledClaim) -> Option<()> {
        let held = self.unsettled(settled.site, settled.key, settled.claim)?;
        (held.until, held.answer) = (Some(settled.until), Some(settled.answer));
        Some(())
    }

    pub(super) fn release_claim(&mut self, site: SiteId, key: KeyHash, claim: ClaimId) -> Option<()> {
        self.unsettled(site, key, claim)?;
        self.claims.retain(|one| one.claim != claim);
        Some(())
    }

    pub(super) fn forget_answers(&mut self, now: Timestamp) -> u64 {
        let over =
            |one: &&mut ClaimRow| one.answer.is_some() && one.until.is_some_and(|until| !is_kept(until, now));
        let wiped = self.claims.iter_mut().filter(over).map(|one| one.answer = None);
        u64::try_from(wiped.count()).unwrap_or(0)
    }

    pub(super) fn spend_answers(&mut self, user: &User) {
        self.claims.iter_mut().filter(|one| one.user == *user).for_each(|one| one.answer = None);
    }

    fn claim(&mut self, site: SiteId, key: KeyHash) -> Option<&mut ClaimRow> {
        self.claims.iter_mut().find(|one| one.user.site == site && one.key == key)
    }

    fn unsettled(&mut self, site: SiteId, key: KeyHash, claim: ClaimId) -> Option<&mut ClaimRow> {
        self.claim(site, key).filter(|one| one.claim == claim && one.until.is_none())
    }
}

/// No answer is kept for longer than its key is known.
fn is_kept(until: Timestamp, now: Timestamp) -> bool {
    until.ends_within(policy::CLAIM_FORGOTTEN, now)
}
