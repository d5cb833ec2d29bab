//! A secret that is shown once, with a button that copies it.

use crate::words::SELECTED;
use crate::words::organization as said;
use leptos::prelude::*;

/// What is shown, under which label, with which warning; and where the reader goes on.
pub(super) struct Once {
    pub(super) warning: AnyView,
    pub(super) label: &'static str,
    pub(super) secret: String,
    pub(super) back: String,
}

pub(super) fn once(of: Once) -> AnyView {
    view! {
        <section class="card">
            <p class="warning" role="status">{of.warning}</p>
            <div class="field">
                <label for="key">{of.label}</label>
                <input id="key" class="secret" type="text" value=of.secret readonly autocomplete="off" />
            </div>
            <div class="actions">
                <button
                    class="button primary"
                    type="button"
                    hidden
                    data-copies="key"
                    data-copied=said::COPIED
                    data-selected=SELECTED
                >
                    {said::COPY}
                </button>
                <a class="button" href=of.back>{said::DONE}</a>
                <span class="hint" id="copied" role="status"></span>
            </div>
        </section>
    }
    .into_any()
}
