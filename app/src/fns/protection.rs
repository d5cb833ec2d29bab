//! The whole of a user's protection: reading it, proving it, its recovery codes, and switching it off.

#[cfg(feature = "ssr")]
use super::context::{answer, enroller, proving, renew, signed};
use crate::error::WidgetError;
use crate::view::{Letter, SecurityView};
#[cfg(feature = "ssr")]
use crate::view::{exposed, security_view};
use leptos::prelude::*;
use server_fn::codec::Json;

/// What the Security tab shows.
#[server(prefix = "/fn", endpoint = "overview", input = Json, output = Json)]
pub async fn overview() -> Result<SecurityView, WidgetError> {
    answer(async {
        let (two_factor, who) = enroller().await?;
        let view = security_view(&two_factor.overview(&who.caller).await?);
        Ok(if who.passes.is_some() { view.to_enroll() } else { view })
    })
    .await
}

/// Proves the factors again, so that the next few minutes may change them.
#[server(prefix = "/fn", endpoint = "step_up", input = Json, output = Json)]
pub async fn step_up(password: Option<String>, code: Option<String>) -> Result<(), WidgetError> {
    answer(async {
        let (two_factor, caller) = proving()?;
        renew(two_factor.step_up(&caller, password.as_deref(), code.as_deref()).await?)
    })
    .await
}

/// Mails a code that proves it is the signed-in person.
#[server(prefix = "/fn", endpoint = "mail_step_up_code", input = Json, output = Json)]
pub async fn mail_step_up_code() -> Result<Letter, WidgetError> {
    answer(async {
        let (two_factor, caller) = proving()?;
        Ok(two_factor.mail_step_up_code(&caller).await?.into())
    })
    .await
}

/// Makes a new set of recovery codes; the old ones stop working.
#[server(prefix = "/fn", endpoint = "reset_recovery_codes", input = Json, output = Json)]
pub async fn reset_recovery_codes() -> Result<Vec<String>, WidgetError> {
    answer(async {
        let (two_factor, caller) = signed()?;
        Ok(exposed(&two_factor.reset_recovery_codes(&caller).await?))
    })
    .await
}

/// Switches two-factor authentication off.
#[server(prefix = "/fn", endpoint = "turn_off", input = Json, output = Json)]
pub async fn turn_off(password: Option<String>, code: String) -> Result<(), WidgetError> {
    answer(async {
        let (two_factor, caller) = signed()?;
        Ok(two_factor.turn_off(&caller, password.as_deref(), &code).await?)
    })
    .await
}
