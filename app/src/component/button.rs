//! Buttons.

use super::{Element, Icon, all, el, icon, text};
use crate::{browser, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// A button that does something here, rather than submit a form.
pub(crate) fn button(style: &'static str, label: &'static str, mut press: impl FnMut() + 'static) -> Element {
    let press = move |event: web_sys::Event| browser::while_pressed(&event, &mut press);
    el("button", style).attr("type", "button").on("click", press).text(label)
}

/// One of several ways on, in a list: an icon and what the way is.
pub(crate) fn row_button(of: Icon, label: &'static str, mut press: impl FnMut() + 'static) -> Element {
    let press = move |event: web_sys::Event| browser::while_pressed(&event, &mut press);
    let label = el("span", "").text(label);
    el("button", "way").attr("type", "button").on("click", press).child(icon(of)).child(label)
}

/// A button that copies, and says so for a moment. Where the browser does not let it, what the element of this id shows
/// is selected, and it says how to copy that.
pub(crate) fn copy_button(copied: String, shown_in: &'static str) -> AnyView {
    let said = RwSignal::new("");
    let copy = move |_| {
        let copied = copied.clone();
        spawn_local(async move {
            if browser::copy(&copied, shown_in).await {
                said.try_set(words::COPIED);
                set_timeout(
                    move || {
                        said.try_set("");
                    },
                    Duration::from_secs(2),
                );
            } else {
                said.try_set(words::SELECTED);
            }
        });
    };
    let label = move || if said.get() == words::COPIED { words::COPIED } else { words::COPY };
    // Whoever sees the button reads there that it copied.
    let style = move || Some(if said.get() == words::SELECTED { "hint" } else { "unseen" });
    let button =
        el("button", "button").attr("type", "button").on("click", copy).live_text(move || label().to_owned());
    let status = el("span", "")
        .live_attr("class", style)
        .attr("role", "status")
        .live_text(move || said.get().to_owned());
    all(vec![button.view(), text(" "), status.view()])
}
