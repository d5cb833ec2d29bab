//! Trusted devices: browsers in which a user need not be asked again. Recognition is not authentication: a device only
//! spares the second question, and any change of factors or password forgets it.

use super::TwoFactor;
use crate::audit::{Event, EventKind, Place};
use crate::error::Fault;
use crate::name::{DeviceId, User};
use crate::ports::{Challenge, Grounds, NewDevice, TrustedDevice};
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
        let now = self.now();
        let found = self.store().device(user, token.hash()).await?;
        let days = self.site(user.site).await?.policy.trusted_device_days;
        let Some(device) = found.filter(|device| is_trusted(device, days, now)) else { return Ok(false) };
        // Whoever is let in without a question has nothing about them that is in doubt.
        self.state_for(user).await?;
        let event = self.event(EventKind::DeviceRecognized, user, place, now);
        let event = Event { subject: device.browser.clone(), ..event };
        let recognized = self.store().recognize_device(&device, event).await?;
        if recognized {
            self.start_again(user).await?;
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
