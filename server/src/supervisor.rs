//! What systemd is told, by the socket that it names in `NOTIFY_SOCKET`: where nobody named one, nothing is said.

use sd_notify::NotifyState;

/// Whoever connects is answered.
pub(crate) fn ready() {
    tell(NotifyState::Ready);
}

/// The end has begun.
pub(crate) fn stopping() {
    tell(NotifyState::Stopping);
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(&state)) {
        tracing::warn!(%error, "{state} was not told to the service manager");
    }
}
