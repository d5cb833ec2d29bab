//! Forgetting remembered devices.

#[cfg(feature = "ssr")]
use super::context::{answer, signed};
use crate::error::WidgetError;
#[cfg(feature = "ssr")]
use domain::name::DeviceId;
use leptos::prelude::*;
use server_fn::codec::Json;

/// Forgets one remembered device, or all of them: the next sign-in there asks for a code.
#[server(prefix = "/fn", endpoint = "forget_devices", input = Json, output = Json)]
pub async fn forget_devices(id: Option<String>) -> Result<(), WidgetError> {
    answer(async {
        let (two_factor, caller) = signed()?;
        let forgotten = match id.as_deref() {
            Some(id) => {
                let id = DeviceId::parse(id).ok_or(WidgetError::Changed)?;
                two_factor.forget_device(&caller, id).await?
            }
            None => two_factor.forget_devices(&caller).await?,
        };
        forgotten.then_some(()).ok_or(WidgetError::Changed)
    })
    .await
}
