//! Answering a challenge.

#[cfg(feature = "ssr")]
use super::context::{answer, challenged};
use crate::error::WidgetError;
use crate::view::Passed;
use leptos::prelude::*;
use server_fn::codec::Json;

/// Answers the challenge with what the person typed: a code of the app, or a recovery code.
#[server(prefix = "/fn", endpoint = "answer_challenge", input = Json, output = Json)]
pub async fn answer_challenge(text: String) -> Result<Passed, WidgetError> {
    answer(async {
        let (two_factor, who) = challenged()?;
        let passed = two_factor.answer_challenge(who.site, who.challenge, &text, &who.place).await?;
        Ok(passed.into())
    })
    .await
}
