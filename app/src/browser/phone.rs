//! Whether this browser runs where authenticator apps do, and whether somebody has come back from one.

use leptos::prelude::{document, window};
use std::cell::Cell;

// Not in the state of the tab, whose handle is copied everywhere.
thread_local! {
    static APP_OPENED: Cell<bool> = const { Cell::new(false) };
}

/// A device that authenticator apps are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phone {
    Android,
    Iphone,
    Ipad,
}

/// What this device is, as far as its browser says.
pub(crate) fn phone() -> Option<Phone> {
    let navigator = window().navigator();
    phone_of(&navigator.user_agent().unwrap_or_default(), navigator.max_touch_points())
}

/// By its name rather than by its pointer: a laptop with a touch screen has no authenticator app to open.
fn phone_of(agent: &str, fingers: i32) -> Option<Phone> {
    // Byte by byte: what `str::find` searches with weighs more.
    let says = |name: &str| agent.as_bytes().windows(name.len()).any(|part| part == name.as_bytes());
    if says("Android") {
        return Some(Phone::Android);
    }
    if says("iPhone") {
        return Some(Phone::Iphone);
    }
    // An iPad says that it is a Mac, and no Mac has a touch screen.
    (says("iPad") || (says("Macintosh") && fingers > 1)).then_some(Phone::Ipad)
}

/// The authenticator app is opened from here, or is not after all.
pub(crate) fn set_app_opened(opened: bool) {
    APP_OPENED.set(opened);
}

/// Whether the page is out of sight because the app was opened from it. Said once.
pub(crate) fn has_left_for_app() -> bool {
    document().hidden() && APP_OPENED.take()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_told_by_what_its_browser_says() {
        let told = [
            ("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36", 5, Some(Phone::Android)),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1",
                5,
                Some(Phone::Iphone),
            ),
            ("Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1", 5, Some(Phone::Ipad)),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1", 5, Some(Phone::Ipad)),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1", 0, None),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", 10, None),
            ("", 0, None),
        ];
        for (agent, fingers, phone) in told {
            assert_eq!(phone_of(agent, fingers), phone, "{agent}");
        }
    }
}
