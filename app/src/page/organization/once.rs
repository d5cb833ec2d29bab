//! A secret that is shown once, with a button that copies it.

use crate::words::SELECTED;
use crate::words::organization as said;
use leptos::prelude::*;

/// What is shown, under which label, with which warning; and where the reader goes on.
pub(super) struct Once {
    pub(super) warning: AnyView,
    pub(super) label: &'static str,
    pub(super) secret: String,
    /// Said below the secret, where something is.
    pub(super) hint: Option<AnyView>,
    pub(super) back: String,
    /// Another way on, and what it is called.
    pub(super) other: Option<(&'static str, &'static str)>,
}

pub(super) fn once(of: Once) -> AnyView {
    view! {
        <section class="card">
            <p class="warning" role="status">{of.warning}</p>
            <div class="field">
                <label for="key">{of.label}</label>
                <input id="key" class="secret" type="text" value=of.secret readonly autocomplete="off" />
                {of.hint.map(|hint| view! { <p class="hint">{hint}</p> })}
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
                {of.other.map(|(to, label)| view! { <a class="button" href=to>{label}</a> })}
                <span class="hint" id="copied" role="status"></span>
            </div>
        </section>
    }
    .into_any()
}
