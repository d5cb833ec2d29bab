//! Enrolling an authenticator.

#[cfg(feature = "ssr")]
use super::context::{answer, enroller};
use crate::error::WidgetError;
#[cfg(feature = "ssr")]
use crate::view::exposed;
use crate::view::{Begun, Confirmed, Letter, Mailed, Purpose};
#[cfg(feature = "ssr")]
use domain::error::MailCodeError;
#[cfg(feature = "ssr")]
use domain::name::EnrollmentId;
use leptos::prelude::*;
use server_fn::codec::Json;

/// Begins an enrollment, or goes on with the one this session began for the same purpose.
#[server(prefix = "/fn", endpoint = "begin_enrollment", input = Json, output = Json)]
pub async fn begin_enrollment(purpose: Purpose) -> Result<Begun, WidgetError> {
    answer(async {
        let (two_factor, who) = enroller().await?;
        let purpose = purpose.try_into()?;
        two_factor.begin_enrollment(&who.caller, purpose).await?.try_into()
    })
    .await
}

/// The QR code of a pending enrollment again.
#[server(prefix = "/fn", endpoint = "resume_enrollment", input = Json, output = Json)]
pub async fn resume_enrollment(id: String) -> Result<Begun, WidgetError> {
    answer(async {
        let (two_factor, who) = enroller().await?;
        two_factor.resume_enrollment(&who.caller, enrollment(&id)?).await?.try_into()
    })
    .await
}

/// Begins the enrollment of an address, or goes on with the one this session began, and mails a code to it. The address is
/// asked for where the site knows none.
#[server(prefix = "/fn", endpoint = "begin_email_enrollment", input = Json, output = Json)]
pub async fn begin_email_enrollment(purpose: Purpose, address: String) -> Result<Mailed, WidgetError> {
    answer(async {
        let (two_factor, who) = enroller().await?;
        let purpose = purpose.try_into()?;
        Ok(two_factor.begin_email_enrollment(&who.caller, purpose, &address).await?.into())
    })
    .await
}

/// The pending enrollment of an address again.
#[server(prefix = "/fn", endpoint = "resume_email_enrollment", input = Json, output = Json)]
pub async fn resume_email_enrollment(id: String) -> Result<Mailed, WidgetError> {
    answer(async {
        let (two_factor, who) = enroller().await?;
        Ok(two_factor.resume_email_enrollment(&who.caller, enrollment(&id)?).await?.into())
    })
    .await
}

/// Mails another code for a pending enrollment.
#[server(prefix = "/fn", endpoint = "mail_enrollment_code", input = Json, output = Json)]
pub async fn mail_enrollment_code(id: String) -> Result<Letter, WidgetError> {
    answer(async {
        let (two_factor, who) = enroller().await?;
        match two_factor.mail_enrollment_code(&who.caller, enrollment(&id)?).await {
            Err(MailCodeError::Over) => Err(WidgetError::EnrollmentGone),
            mailed => Ok(mailed?.into()),
        }
    })
    .await
}

/// Confirms an enrollment with a code of the new authenticator.
#[server(prefix = "/fn", endpoint = "confirm_enrollment", input = Json, output = Json)]
pub async fn confirm_enrollment(id: String, code: String, name: String) -> Result<Confirmed, WidgetError> {
    answer(async {
        let (two_factor, who) = enroller().await?;
        let confirmed = two_factor.confirm_enrollment(&who.caller, enrollment(&id)?, &code, &name).await?;
        Ok(Confirmed { recovery_codes: confirmed.recovery_codes.as_deref().map(exposed) })
    })
    .await
}

/// The recovery codes of a confirmed enrollment again, until they are acknowledged.
#[server(prefix = "/fn", endpoint = "recovery_codes_again", input = Json, output = Json)]
pub async fn recovery_codes_again(id: String) -> Result<Vec<String>, WidgetError> {
    answer(async {
        let (two_factor, who) = enroller().await?;
        let codes = two_factor.recovery_codes_again(&who.caller, enrollment(&id)?).await?;
        Ok(exposed(&codes))
    })
    .await
}

/// The recovery codes are saved: switches two-factor authentication on, and passes the challenge that asked for it.
#[server(prefix = "/fn", endpoint = "acknowledge_enrollment", input = Json, output = Json)]
pub async fn acknowledge_enrollment(id: String) -> Result<(), WidgetError> {
    answer(async {
        let (two_factor, who) = enroller().await?;
        let id = enrollment(&id)?;
        match who.passes {
            Some(challenge) => two_factor.acknowledge_for_challenge(&who.caller, id, challenge).await?,
            None => two_factor.acknowledge_enrollment(&who.caller, id).await?,
        }
        Ok(())
    })
    .await
}

/// Gives an enrollment up.
#[server(prefix = "/fn", endpoint = "cancel_enrollment", input = Json, output = Json)]
pub async fn cancel_enrollment(id: String) -> Result<(), WidgetError> {
    answer(async {
        let (two_factor, who) = enroller().await?;
        Ok(two_factor.cancel_enrollment(&who.caller, enrollment(&id)?).await?)
    })
    .await
}

#[cfg(feature = "ssr")]
fn enrollment(id: &str) -> Result<EnrollmentId, WidgetError> {
    EnrollmentId::parse(id).ok_or(WidgetError::EnrollmentGone)
}
