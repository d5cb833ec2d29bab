//! The mailbox of a server that sends no mail: what it would send, for an administrator on the same machine.

use super::{Part, page};
use crate::page::frame::{Frame, Loads};
use crate::words::organization as said;
use leptos::prelude::*;

/// One letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// The newest letters, newest first.
#[must_use]
pub fn mail(frame: &Frame, letters: &[Letter]) -> String {
    page(frame, Part::Mail, said::MAIL, Loads::Nothing, || {
        let list = if letters.is_empty() {
            view! { <p>{said::NO_MAIL}</p> }.into_any()
        } else {
            view! { <ul class="list">{letters.iter().map(line).collect_view()}</ul> }.into_any()
        };
        view! {
            <header class="lead">
                <h1>{said::MAIL}</h1>
                <p>{said::MAIL_LEAD}</p>
            </header>
            <section class="card">{list}</section>
        }
        .into_any()
    })
}

fn line(of: &Letter) -> AnyView {
    view! {
        <li>
            <article>
                <h2>{of.subject.clone()}</h2>
                <p class="hint">{said::mail_to(&of.to)}</p>
                <pre class="letter">{of.text.clone()}</pre>
            </article>
        </li>
    }
    .into_any()
}
