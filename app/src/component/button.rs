//! Buttons.

use super::{Element, all, el, text};
use crate::{browser, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// A button that does something here, rather than submit a form.
pub(crate) fn button(style: &'static str, label: &'static str, mut press: impl FnMut() + 'static) -> Element {
    el("button", style).attr("type", "button").on("click", move |_| press()).text(label)
}

/// A button that copies, and says so for a moment.
pub(crate) fn copy_button(copied: String) -> AnyView {
    let done = RwSignal::new(false);
    let copy = move |_| {
        let copied = copied.clone();
        spawn_local(async move {
            if browser::copy(&copied).await {
                done.try_set(true);
                set_timeout(
                    move || {
                        done.try_set(false);
                    },
                    Duration::from_secs(2),
                );
            }
        });
    };
    let label = move || if done.get() { words::COPIED } else { words::COPY };
    let said = move || if done.get() { words::COPIED } else { "" };
    let button =
        el("button", "button").attr("type", "button").on("click", copy).live_text(move || label().to_owned());
    let status = el("span", "unseen").attr("role", "status").live_text(move || said().to_owned());
    all(vec![button.view(), text(" "), status.view()])
}
