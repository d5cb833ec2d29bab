//! `/account/code`: a code by mail for a form in another tab, which loses nothing of what was typed there.

use super::form::trouble;
use super::frame::{Frame, Loads, Sheet, document, form_action};
use crate::words::{mail as words, pages as said};
use leptos::prelude::*;

/// What the page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailedCode {
    /// One can be sent.
    Ask,
    /// One was sent, to this masked address.
    Sent(String),
    /// Not yet: seconds to wait.
    Wait(u32),
    /// The person set no address up.
    NotSetUp,
}

/// The page that sends a code.
#[must_use]
pub fn mailed_code(frame: &Frame, of: &MailedCode) -> String {
    let wrong = match of {
        MailedCode::Wait(seconds) => Some(said::mail_wait(*seconds)),
        MailedCode::NotSetUp => Some(said::MAIL_NOT_SET_UP.to_owned()),
        MailedCode::Ask | MailedCode::Sent(_) => None,
    };
    let sent = match of {
        MailedCode::Sent(to) => Some(said::mail_sent(to)),
        MailedCode::Ask | MailedCode::Wait(_) | MailedCode::NotSetUp => None,
    };
    let ask = *of == MailedCode::Ask;
    document(frame, || Sheet {
        title: said::MAIL_TITLE,
        tab: None,
        loads: Loads::Nothing,
        content: view! {
            <header class="lead"><h1>{said::MAIL_TITLE}</h1></header>
            {trouble(wrong)}
            {sent.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {ask.then(|| view! {
                <section class="card">
                    <form method="post" action=form_action("") novalidate>
                        <p>{words::SEND_LEAD}</p>
                        <div class="actions"><button class="button primary">{words::SEND}</button></div>
                    </form>
                </section>
            })}
        }
        .into_any(),
    })
}

/// The way there, beside a field for a code.
pub(super) fn link(offered: bool) -> Option<AnyView> {
    offered.then(|| {
        view! {
            <p class="hint">
                <a href="/account/code" target="_blank">{said::MAIL_LINK}</a>
            </p>
        }
        .into_any()
    })
}
