//! Standing in a frame of a host's page, and telling that page what happened. `frontend/frame.js` passes it on.

use super::meta::meta;
use leptos::prelude::document;

/// What the server renders a widget's page with.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy)]
pub(crate) struct Embedded;

/// On the server: whether the page is rendered for a frame.
#[cfg(feature = "ssr")]
pub(crate) fn embedded() -> bool {
    leptos::context::use_context::<Embedded>().is_some()
}

/// In the browser: whether it was.
#[cfg(not(feature = "ssr"))]
pub(crate) fn embedded() -> bool {
    bearer().is_some()
}

/// What a server function is called with from a frame, where no cookie goes.
pub(crate) fn bearer() -> Option<String> {
    meta("bearer")
}

/// Tells the host's page, if there is one: `passed` or `expired`.
pub(crate) fn tell(what: &str) {
    if let Some(event) = event(what) {
        let _heard = document().dispatch_event(&event);
    }
}

/// Tells it what is different now.
pub(crate) fn tell_change(what: &str) {
    if let Some(event) = event("change") {
        let _set = js_sys::Reflect::set(&event, &"what".into(), &what.into());
        let _heard = document().dispatch_event(&event);
    }
}

fn event(name: &str) -> Option<web_sys::Event> {
    web_sys::Event::new(&["twofold:", name].concat()).ok()
}
