//! Judging a code of an authenticator app, and the URI that sets the app up. RFC 6238 by `totp-rs`; what is ours is
//! the watermark and the reason of a refusal.

use crate::factor::TotpCode;
use crate::name::{Issuer, Label};
use crate::secret::{SecretText, SharedSecret};
use crate::time::{TimeStep, Timestamp};
use std::time::Duration;
use totp_rs::{Algorithm, Builder, Secret, TotpError};

/// Digits of a code. Six is what every authenticator app shows; ASVS 5.0, 6.5.4 demands 20 bits.
pub const DIGITS: u8 = 6;
/// Steps accepted either side of the present one, for network delay and a clock that is a little off
/// (RFC 6238, section 5.2 recommends at most one).
pub const SKEW: i64 = 1;
/// How far from the present a refused code is still recognized, so that a clock that is off can be told from a
/// mistyped code: 20 steps are 10 minutes.
const DIAGNOSED: i64 = 20;

/// What a code turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Right, and of a step later than the watermark. The step is to be consumed.
    Accepted(TimeStep),
    /// Right, but of a step that was accepted before (or lies below one that was).
    AlreadyUsed {
        /// Until the app shows a code that was not seen yet.
        wait: Duration,
    },
    /// A code of another time: the phone's clock is off.
    ClockOff {
        /// By how many steps the phone lies ahead (behind, if negative).
        steps: i64,
    },
    /// Not a code of this authenticator.
    Wrong,
}

/// Which refused codes may be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Diagnosis {
    /// Codes of past steps only. A code of a *future* step must read as wrong to whoever may be guessing: "your clock
    /// is ahead by 5 minutes" would hand over a code that becomes right in 5 minutes.
    Past,
    /// Both ways: for somebody who was shown the secret a moment ago.
    Both,
}

/// Judges `code` at `now` against a secret whose highest accepted step is `watermark`.
///
/// Steps at or below the watermark are never accepted (RFC 6238, section 5.2; NIST SP 800-63B-4, 3.1.4.2), so that
/// accepted steps strictly increase whatever the clock does.
///
/// # Errors
/// [`TotpError`] if the library refuses the secret, which a [`SharedSecret`] rules out.
pub fn judge(
    secret: &SharedSecret,
    code: &TotpCode,
    now: Timestamp,
    watermark: TimeStep,
    diagnosis: Diagnosis,
) -> Result<Verdict, TotpError> {
    let totp = builder(secret).with_skew(0).build()?;
    let present = TimeStep::at(now);
    let shows = |offset: i64| {
        let step = present.offset(offset);
        step.number() >= 0 && totp.check(code.expose(), step.start_seconds()).is_some()
    };
    let window: Vec<TimeStep> = (-SKEW..=SKEW).filter(|o| shows(*o)).map(|o| present.offset(o)).collect();
    if let Some(step) = window.iter().copied().find(|step| *step > watermark) {
        return Ok(Verdict::Accepted(step));
    }
    if !window.is_empty() {
        let fresh = watermark.offset(1).max(present.offset(1));
        return Ok(Verdict::AlreadyUsed { wait: fresh.start().since(now) });
    }
    let ahead = if diagnosis == Diagnosis::Both { DIAGNOSED } else { SKEW };
    let nearest = (-DIAGNOSED..=ahead).filter(|o| o.abs() > SKEW && shows(*o)).min_by_key(|o| o.abs());
    Ok(nearest.map_or(Verdict::Wrong, |steps| Verdict::ClockOff { steps }))
}

/// By how many steps the phone lies ahead that shows `code` at `now` (behind, if negative), as far as that can be told. For
/// counting only; whoever typed it is told what [`judge`] says.
#[must_use]
pub fn ahead(secret: &SharedSecret, code: &TotpCode, now: Timestamp) -> Option<i64> {
    let totp = builder(secret).with_skew(0).build().ok()?;
    let shows = |offset: i64| {
        let step = TimeStep::at(now).offset(offset);
        step.number() >= 0 && totp.check(code.expose(), step.start_seconds()).is_some()
    };
    // All are looked at, whichever it is.
    (-DIAGNOSED..=DIAGNOSED).filter(|offset| shows(*offset)).min_by_key(|offset| offset.abs())
}

/// What an authenticator app is given: the URI in the QR code, and the key for typing in.
#[derive(Clone, Debug)]
pub struct Provisioning {
    /// `otpauth://totp/Issuer:label?secret=…&issuer=…` (Key URI format). It *is* the secret.
    pub uri: SecretText,
    /// The shared secret in base32 without padding (RFC 4648, section 6).
    pub key: SecretText,
}

/// Writes the provisioning URI of a secret.
///
/// # Errors
/// [`TotpError`] if the library refuses a name, which [`Label`] and [`Issuer`] rule out.
pub fn provision(secret: &SharedSecret, issuer: &Issuer, label: &Label) -> Result<Provisioning, TotpError> {
    let totp =
        builder(secret).with_issuer(Some(issuer.as_str())).with_account_name(label.as_str()).build()?;
    Ok(Provisioning {
        uri: SecretText::new(totp.to_url()?),
        key: SecretText::new(library_secret(secret).to_base32()),
    })
}

/// The settings every authenticator app understands: SHA-1, six digits, 30 s. Apps are known to ignore other settings
/// without a word and to show wrong codes.
fn builder(secret: &SharedSecret) -> Builder {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_step_duration(TimeStep::SECONDS)
        .with_secret(library_secret(secret))
}

fn library_secret(secret: &SharedSecret) -> Secret {
    Secret::new_stack(*secret.expose())
}

/// The code that an app with this secret shows at `now`, for tests that play the phone.
#[cfg(feature = "testing")]
#[must_use]
pub fn code_at(secret: &SharedSecret, now: Timestamp) -> String {
    let totp = builder(secret).build().ok();
    totp.map(|totp| totp.generate(now.seconds()).to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
