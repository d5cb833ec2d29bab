//! Browsers in which the password of an account was given before. Their cookie gives no authority: it only has the
//! next password that is given there counted for itself, so that nobody else's guesses keep its owner out.
//!
//! What the cookie holds is made and recognized without a table: the browser's number, when it ends, and a digest of
//! both with the account and its password, which another password has be worth nothing.

use super::Cookie;
use crate::hex;
use crate::problem::Problem;
use crate::state::Server;
use domain::audit::Place;
use domain::error::Fault;
use domain::name::User;
use domain::password_budget::{BROWSER_ID, Guesser, Network};
use domain::ports::Entropy;
use domain::seal::{KeyRing, SealError};
use domain::session::SessionToken;
use domain::time::Timestamp;
use http::HeaderValue;
use std::time::Duration;
use storage::account::Account;
use subtle::ConstantTimeEq;

/// A browser is known this long after the last sign-in in it.
const KNOWN: Duration = Duration::from_hours(180 * 24);
/// What the digest is for.
const PURPOSE: &str = "known browser";
/// Bytes of the digest that the cookie holds: 128 bits.
const DIGEST: usize = 16;

/// `Set-Cookie` for a browser in which this user signed in a moment ago.
pub(super) async fn cookie(server: &Server, user: &User) -> Result<Option<HeaderValue>, Problem> {
    let Some(account) = server.accounts().account_by_user(user).await? else { return Ok(None) };
    let token = issue(server.keys(), &account, server.now(), server.entropy()).map_err(Fault::from)?;
    Ok(token.and_then(|token| Cookie::Browser.set_for(&token, KNOWN, &server.settings().public_url)))
}

fn issue(
    keys: &KeyRing,
    account: &Account,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Option<SessionToken>, SealError> {
    let mut id = [0; BROWSER_ID];
    entropy.fill(&mut id);
    let ends = u32::try_from((now + KNOWN).millis() / 1000).unwrap_or(u32::MAX);
    let digest = digest(keys, account, id, ends)?;
    let bytes = [id.as_slice(), ends.to_be_bytes().as_slice(), digest.as_slice()].concat();
    Ok(SessionToken::parse(&hex::write(&bytes)))
}

/// The number of this browser, if it is known for this account and its password. Where there is no account, as much is
/// computed.
fn recognize(
    keys: &KeyRing,
    shown: Option<&SessionToken>,
    account: Option<&Account>,
    now: Timestamp,
) -> Result<Option<[u8; BROWSER_ID]>, SealError> {
    let Some((id, ends, shown)) = shown.and_then(read) else { return Ok(None) };
    let expected = match account {
        Some(account) => digest(keys, account, id, ends)?,
        None => digest_of(keys, &[&id, &ends.to_be_bytes()])?,
    };
    let known = bool::from(shown.ct_eq(&expected)) && account.is_some();
    // What ends later than it may was begun by a clock that ran ahead.
    let lasts = Timestamp::from_millis(i64::from(ends).saturating_mul(1000)).ends_within(KNOWN, now);
    Ok((known && lasts).then_some(id))
}

/// Who tries something of this account: a browser that is known for it, or a stranger.
pub(super) fn guesser(
    keys: &KeyRing,
    shown: Option<&SessionToken>,
    account: Option<&Account>,
    place: &Place,
    now: Timestamp,
) -> Result<Guesser, SealError> {
    let stranger = || Guesser::Stranger(Network::of(place.address.as_deref()));
    Ok(recognize(keys, shown, account, now)?.map_or_else(stranger, Guesser::Browser))
}

fn read(token: &SessionToken) -> Option<([u8; BROWSER_ID], u32, [u8; DIGEST])> {
    let bytes = hex::read(token.expose())?;
    let (id, rest) = bytes.split_first_chunk::<BROWSER_ID>()?;
    let (ends, rest) = rest.split_first_chunk::<4>()?;
    Some((*id, u32::from_be_bytes(*ends), rest.try_into().ok()?))
}

fn digest(
    keys: &KeyRing,
    account: &Account,
    id: [u8; BROWSER_ID],
    ends: u32,
) -> Result<[u8; DIGEST], SealError> {
    let password = account.password_hash.as_deref().unwrap_or_default();
    // Everything but the last part has a fixed length: no two accounts and passwords read the same.
    digest_of(keys, &[&id, &ends.to_be_bytes(), account.id.as_bytes(), password.as_bytes()])
}

fn digest_of(keys: &KeyRing, parts: &[&[u8]]) -> Result<[u8; DIGEST], SealError> {
    let whole = keys.digest(keys.oldest(), PURPOSE, &parts.concat())?;
    let mut digest = [0; DIGEST];
    digest.iter_mut().zip(whole.iter()).for_each(|(to, from)| *to = *from);
    Ok(digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::seal::{KeyId, SealingKey};
    use domain::testing::SeededEntropy;
    use storage::account::{Email, Role, user_of};
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn account(password: &str) -> Account {
        let id = Uuid::from_u128(7);
        Account {
            id,
            user: user_of(id).unwrap(),
            email: Email::parse("ada@example.com").unwrap(),
            role: Role::Member,
            password_hash: Some(password.to_owned()),
            password_not_before: Timestamp::default(),
            created_at: NOW,
            name: None,
            deactivated_at: None,
        }
    }

    #[test]
    fn a_browser_is_known_for_half_a_year_under_the_password_that_was_given_in_it() {
        let keys = KeyRing::new(vec![(KeyId(1), SealingKey::from_bytes(&[7; 32]).unwrap())]).unwrap();
        let (ada, entropy) = (account("old"), SeededEntropy::new(41));
        let token = issue(&keys, &ada, NOW, &entropy).unwrap().unwrap();
        let known = |account: &Account, at: Timestamp| {
            recognize(&keys, Some(&token), Some(account), at).unwrap().is_some()
        };
        assert!(known(&ada, NOW) && known(&ada, NOW + KNOWN - Duration::from_secs(1)));
        assert!(!known(&ada, NOW + KNOWN), "it ends");
        assert!(!known(&account("new"), NOW), "another password");
        assert!(recognize(&keys, Some(&token), None, NOW).unwrap().is_none(), "nobody's");
        assert!(!known(&ada, NOW - Duration::from_hours(1)), "a clock that ran ahead began it");
    }
}
