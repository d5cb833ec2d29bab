//! Trusted devices: browsers in which a user need not be asked again. Recognition is not authentication: a device only
//! spares the second question, and any change of factors or password forgets it.

use super::TwoFactor;
use crate::audit::{Event, EventKind, Place};
use crate::error::Fault;
use crate::name::{DeviceId, User};
use crate::ports::{Challenge, Grounds, NewDevice, NewSession, RecognizedDevice, TrustedDevice};
use crate::session::{Home, SessionToken};
use crate::site::TrustedDays;
use crate::step_up::Caller;
use crate::ticket::{Bearer, Trusted};
use crate::time::Timestamp;

impl TwoFactor {
    /// Whether this bearer is of a browser in which the user is not asked.
    ///
    /// # Errors
    /// [`Fault`] if it could not be looked up. The user must then be asked.
    pub async fn recognize_device(&self, user: &User, token: &Bearer, place: &Place) -> Result<bool, Fault> {
        // Whoever is let in without a question has nothing about them that is in doubt.
        let revision = self.state_for(user).await?.revision;
        self.recognize(user, token, revision, None, place).await
    }

    /// The same at a sign-in here whose password was judged under this revision of its user: the session is there with the
    /// recognition, or neither is. It has proved nothing: a dangerous change asks for the factor that was spared. `None`: the user
    /// must be asked.
    ///
    /// # Errors
    /// [`Fault`] if it could not be looked up or stored.
    pub async fn recognize_to_sign_in(
        &self,
        user: &User,
        token: &Bearer,
        revision: i64,
        place: &Place,
    ) -> Result<Option<SessionToken>, Fault> {
        self.state_for(user).await?;
        let (bearer, new) = self.session_to_open(user, revision, Home::Standalone, false, place);
        let recognized = self.recognize(user, token, revision, Some(Box::new(new)), place).await?;
        Ok(recognized.then_some(bearer))
    }

    async fn recognize(
        &self,
        user: &User,
        token: &Bearer,
        revision: i64,
        mut opens: Option<Box<NewSession>>,
        place: &Place,
    ) -> Result<bool, Fault> {
        let now = self.now();
        let days = self.site(user.site).await?.policy.trusted_device_days;
        let found = self.store().device(user, token.hash()).await?;
        let Some(device) = found.filter(|device| is_trusted(device, days, now)) else { return Ok(false) };
        let Some(lifetime) = days.duration() else { return Ok(false) };
        let event = self.event(EventKind::DeviceRecognized, user, place, now);
        let mut event = Event { subject: device.browser.clone(), ..event };
        if let Some(opened) = opens.as_mut().filter(|opened| opened.event.id < event.id) {
            // They are of one moment: why comes before what.
            std::mem::swap(&mut opened.event.id, &mut event.id);
        }
        let trusted_after = now - lifetime;
        let recognized = RecognizedDevice { device, trusted_after, revision, opens, event };
        let recognized = self.store().recognize_device(recognized).await?;
        if recognized {
            self.start_again(user, &self.store().budgets(user).await?).await?;
        }
        Ok(recognized)
    }

    /// The caller's devices that are trusted still, newest first.
    ///
    /// # Errors
    /// [`Fault`] if they could not be read.
    pub async fn trusted_devices(&self, caller: &Caller) -> Result<Vec<TrustedDevice>, Fault> {
        let now = self.now();
        let days = self.site(caller.user().site).await?.policy.trusted_device_days;
        let mut devices = self.store().devices(caller.user()).await?;
        devices.retain(|device| is_trusted(device, days, now));
        Ok(devices)
    }

    /// Forgets a trusted device: the next sign-in there asks again. `false`: it is forgotten already.
    ///
    /// # Errors
    /// [`Fault`] if it could not be stored.
    pub async fn forget_device(&self, caller: &Caller, id: DeviceId) -> Result<bool, Fault> {
        let devices = self.store().devices(caller.user()).await?;
        let Some(device) = devices.into_iter().find(|device| device.id == id) else { return Ok(false) };
        let event = self.event(EventKind::DeviceForgotten, caller.user(), &caller.place, self.now());
        let event = Event { subject: device.browser, ..event };
        Ok(self.store().forget_device(caller.user(), id, caller.standing(Grounds::Alive), event).await?)
    }

    /// Forgets every trusted device. `false`: there was none.
    ///
    /// # Errors
    /// [`Fault`] if it could not be stored.
    pub async fn forget_devices(&self, caller: &Caller) -> Result<bool, Fault> {
        let event = self.event(EventKind::DevicesForgotten, caller.user(), &caller.place, self.now());
        Ok(self.store().forget_devices(caller.user(), caller.standing(Grounds::Alive), event).await?)
    }

    /// The browser in which this challenge was passed, to be trusted with its redeeming. `None`: the site does not allow
    /// it.
    pub(super) async fn new_device(
        &self,
        of: &Challenge,
        place: &Place,
        now: Timestamp,
    ) -> Result<Option<(NewDevice, Trusted)>, Fault> {
        let days = self.site(of.user.site).await?.policy.trusted_device_days;
        let Some(lifetime) = days.duration() else { return Ok(None) };
        let (token, expires_at) = (Bearer::new(self.entropy()), now + lifetime);
        let browser = of.browser.clone().or_else(|| place.browser.clone());
        let device = TrustedDevice {
            id: DeviceId::new(now, self.entropy()),
            user: of.user.clone(),
            browser: browser.clone(),
            trusted_at: now,
            used_at: None,
            expires_at,
        };
        let event = self.event(EventKind::DeviceTrusted, &of.user, place, now);
        let event = Event { subject: browser, ..event };
        Ok(Some((NewDevice { device, token: token.hash(), event }, Trusted { token, expires_at })))
    }
}

/// A site that allows fewer days than when the device was trusted is obeyed at once.
fn is_trusted(device: &TrustedDevice, days: TrustedDays, now: Timestamp) -> bool {
    let until = days.duration().map(|lifetime| device.expires_at.min(device.trusted_at + lifetime));
    device.trusted_at.is_plausible(now) && until.is_some_and(|until| now < until)
}
