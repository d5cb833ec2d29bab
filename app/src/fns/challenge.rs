//! Answering a challenge.

#[cfg(feature = "ssr")]
use super::context::{answer, challenged, let_in};
use crate::error::WidgetError;
use crate::view::{Letter, Passed};
#[cfg(feature = "ssr")]
use domain::challenge::Remember;
use leptos::prelude::*;
use server_fn::codec::Json;

/// What is to be remembered.
pub(crate) const DEVICE: &str = "device";

/// Answers the challenge with what the person typed: a code of the app, a mailed one, or a recovery code. `remember` is `device` where
/// the browser is to be remembered. Where somebody signs in here, a right answer is their session, too.
#[server(prefix = "/fn", endpoint = "answer_challenge", input = Json, output = Json)]
pub async fn answer_challenge(text: String, remember: Option<String>) -> Result<Passed, WidgetError> {
    answer(async {
        let (two_factor, who) = challenged()?;
        let remember = if remember.as_deref() == Some(DEVICE) { Remember::Device } else { Remember::No };
        let (site, challenge, place) = (who.site, who.challenge, &who.place);
        if !who.signs_in {
            return Ok(two_factor.answer_challenge(site, challenge, &text, remember, place).await?.into());
        }
        let (passed, signed_in) =
            two_factor.answer_to_sign_in(site, challenge, &text, remember, place).await?;
        let_in(signed_in)?;
        Ok(passed.into())
    })
    .await
}

/// Mails a code that answers the challenge.
#[server(prefix = "/fn", endpoint = "mail_challenge_code", input = Json, output = Json)]
pub async fn mail_challenge_code() -> Result<Letter, WidgetError> {
    answer(async {
        let (two_factor, who) = challenged()?;
        Ok(two_factor.mail_challenge_code(who.site, who.challenge, &who.place).await?.into())
    })
    .await
}
