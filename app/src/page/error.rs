//! A page that says what went wrong.

use super::frame::{Frame, Loads, Sheet, document};
use crate::words::pages as said;
use leptos::prelude::*;

/// One title, one sentence, the way back. The status is the server's to set.
#[must_use]
pub fn error(frame: &Frame, title: &'static str, text: &str) -> String {
    let text = text.to_owned();
    document(frame, || Sheet {
        title,
        tab: None,
        loads: Loads::Nothing,
        content: view! {
            <section class="card">
                <h1>{title}</h1>
                <p>{text}</p>
                <div class="actions"><a class="button" href="/">{said::HOME}</a></div>
            </section>
        }
        .into_any(),
    })
}
