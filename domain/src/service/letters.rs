//! The letters that mailed codes go out in, for whoever sends them.

use super::TwoFactor;
use super::mailing::letter_of;
use crate::error::Fault;
use crate::factor::email_code::EmailCode;
use crate::name::EmailAddress;
use crate::notice::CodeLetter;
use crate::ports::QueuedCode;
use crate::time::Timestamp;

impl TwoFactor {
    /// The letters that are to be sent now, at most `limit`, those that wait longest first.
    ///
    /// # Errors
    /// [`Fault`] if they could not be read.
    pub async fn letters_due(&self, limit: u32) -> Result<Vec<QueuedCode>, Fault> {
        Ok(self.store().letters_due(self.now(), limit).await?)
    }

    /// Takes a letter, to send it: until `next` nobody else does. `false`: somebody else has taken it, or a newer code, a
    /// sign-in or a change of factors has made it useless.
    ///
    /// # Errors
    /// [`Fault`] if it could not be stored. It must then not be sent.
    pub async fn take_letter(&self, seen: &QueuedCode, next: Timestamp) -> Result<bool, Fault> {
        Ok(self.store().take_letter(seen, next).await?)
    }

    /// Wipes a letter that was sent or is given up.
    ///
    /// # Errors
    /// [`Fault`] if it could not be stored. It will then be tried again.
    pub async fn settle_letter(&self, of: &QueuedCode) -> Result<(), Fault> {
        Ok(self.store().settle_letter(of).await?)
    }

    /// What a waiting letter says, and to whom. `None`: its site or its event is gone.
    ///
    /// # Errors
    /// [`Fault`] if it does not open.
    pub async fn open_letter(&self, queued: &QueuedCode) -> Result<Option<CodeLetter>, Fault> {
        let event = self.store().event(queued.user.site, queued.made_at, queued.id.event()).await?;
        let site = self.store().site(queued.user.site).await?;
        let (Some(event), Some(site)) = (event, site) else { return Ok(None) };
        let plain = self.parts.keys.open(letter_of(&queued.user, queued.id), &queued.letter)?;
        let text =
            std::str::from_utf8(&plain).map_err(|_| Fault::Broken("a sealed letter that is no text"))?;
        let (code, address) =
            text.split_once('\n').ok_or(Fault::Broken("a sealed letter without address"))?;
        let code = EmailCode::parse(code).ok_or(Fault::Broken("a sealed letter without a code"))?;
        let address = EmailAddress::stored(address.to_owned());
        Ok(Some(CodeLetter { address, code, issuer: site.issuer, event }))
    }
}
