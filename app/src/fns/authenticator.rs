//! Changing one authenticator.

#[cfg(feature = "ssr")]
use super::context::{answer, signed};
use crate::error::WidgetError;
#[cfg(feature = "ssr")]
use domain::name::AuthenticatorId;
use leptos::prelude::*;
use server_fn::codec::Json;

/// Gives an authenticator another name. `was`: the name that its owner saw; where it has another one meanwhile, they are told.
#[server(prefix = "/fn", endpoint = "rename_authenticator", input = Json, output = Json)]
pub async fn rename_authenticator(id: String, was: Option<String>, name: String) -> Result<(), WidgetError> {
    answer(async {
        let (two_factor, caller) = signed()?;
        let id = authenticator(&id)?;
        Ok(two_factor.rename_authenticator(&caller, id, was.as_deref(), &name).await?)
    })
    .await
}

/// Tries whether an authenticator still works. The code counts as used.
#[server(prefix = "/fn", endpoint = "test_authenticator", input = Json, output = Json)]
pub async fn test_authenticator(id: String, code: String) -> Result<(), WidgetError> {
    answer(async {
        let (two_factor, caller) = signed()?;
        Ok(two_factor.test_authenticator(&caller, authenticator(&id)?, &code).await?)
    })
    .await
}

/// Removes one of several authenticators.
#[server(prefix = "/fn", endpoint = "remove_authenticator", input = Json, output = Json)]
pub async fn remove_authenticator(id: String) -> Result<(), WidgetError> {
    answer(async {
        let (two_factor, caller) = signed()?;
        Ok(two_factor.remove_authenticator(&caller, authenticator(&id)?).await?)
    })
    .await
}

#[cfg(feature = "ssr")]
fn authenticator(id: &str) -> Result<AuthenticatorId, WidgetError> {
    AuthenticatorId::parse(id).ok_or(WidgetError::AuthenticatorGone)
}
