//! The audit log: who did what, when, from where. Filters are a plain form; older pages and exports are links.

use super::{DoneBy, Part, page};
use crate::browser;
use crate::component::moment_text;
use crate::page::form::{Input, trouble};
use crate::page::frame::{Frame, Loads};
use crate::view::Happening;
use crate::words::{happening, organization as said};
use domain::audit::{Event, EventKind, OPERATOR};
use domain::time::Timestamp;
use leptos::prelude::*;

/// What the list was asked for, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The e-mail address of the person.
    pub email: String,
    /// The name of the kind of event.
    pub kind: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Where the page begins.
    pub cursor: String,
}

impl Asked {
    /// The same question at another place: a query.
    fn query(&self, more: &[(&str, &str)]) -> String {
        let given =
            self.filters().into_iter().chain(more.iter().copied()).filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> = given.map(|(name, value)| [name, "=", &encoded(value)].concat()).collect();
        ["?", &pairs.join("&")].concat()
    }

    fn is_filtered(&self) -> bool {
        self.filters().iter().any(|(_, value)| !value.is_empty())
    }

    fn filters(&self) -> [(&str, &str); 4] {
        [("email", &self.email), ("kind", &self.kind), ("from", &self.from), ("to", &self.to)]
    }
}

/// For a query: whatever is not unreserved is written by its bytes (RFC 3986, section 2.1).
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut written, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
        written
    })
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What happened.
    pub event: Event,
    /// The e-mail address of whom it concerns; absent where the account is gone.
    pub email: Option<String>,
    /// The administrator who did it, if one did.
    pub by: Option<DoneBy>,
}

/// A page of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// What was asked for.
    pub asked: Asked,
    /// Nobody has that e-mail address, or nothing is called so.
    pub unknown: bool,
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
    /// When older ones were deleted by age, if the list ends here.
    pub deleted_at: Option<Timestamp>,
}

/// The audit log.
#[must_use]
pub fn audit(frame: &Frame, log: &Log) -> String {
    page(frame, Part::Audit, said::AUDIT, Loads::Nothing, || {
        let list = (!log.unknown)
            .then(|| view! { <section class="card">{entries(log)} {further(log)}</section> }.into_any());
        view! {
            <header class="lead">
                <h1>{said::AUDIT}</h1>
                <p>{said::AUDIT_LEAD}</p>
            </header>
            {trouble(log.unknown.then(|| said::AUDIT_UNKNOWN.to_owned()))}
            <section class="card">{filters(&log.asked)}</section>
            {list}
        }
        .into_any()
    })
}

fn filters(asked: &Asked) -> AnyView {
    let email = Input { kind: "email", required: false, ..Input::text("email", said::AUDIT_PERSON) };
    let day = |name, label| Input { kind: "date", required: false, ..Input::text(name, label) };
    let clear = asked
        .is_filtered()
        .then(|| view! { <a class="button" href="/organization/audit">{said::AUDIT_ALL}</a> });
    view! {
        <form class="fields" method="get" action="/organization/audit">
            {email.typed(&asked.email, None).view(false)}
            <div class="field">
                <label for="kind">{said::AUDIT_KIND}</label>
                <select id="kind" name="kind">
                    <option value="">{said::AUDIT_ANYTHING}</option>
                    {EventKind::ALL.iter().map(|kind| option(*kind, &asked.kind)).collect_view()}
                </select>
            </div>
            <div class="find">
                {day("from", said::AUDIT_FROM).typed(&asked.from, None).view(false)}
                {day("to", said::AUDIT_TO).typed(&asked.to, None).view(false)}
            </div>
            <div class="actions">
                <button class="button">{said::AUDIT_SHOW}</button>
                {clear}
            </div>
        </form>
    }
    .into_any()
}

fn option(kind: EventKind, asked: &str) -> AnyView {
    let (name, words) = (kind.as_str(), happening::kind(kind));
    view! { <option value=name selected=name == asked>{words}</option> }.into_any()
}

fn entries(log: &Log) -> AnyView {
    if log.entries.is_empty() {
        // Something has happened, and the list says what became of it.
        if log.deleted_at.is_some() && !log.asked.is_filtered() {
            return ().into_any();
        }
        let nothing = if log.asked.is_filtered() { said::AUDIT_NONE_SUCH } else { said::AUDIT_NONE };
        return view! { <p>{nothing}</p> }.into_any();
    }
    view! { <ol class="list events">{log.entries.iter().map(line).collect_view()}</ol> }.into_any()
}

fn line(entry: &Entry) -> AnyView {
    let Happening { at, what, place } = Happening::from(&entry.event);
    let gone = if entry.event.user.id.as_str() == OPERATOR { said::AUDIT_OPERATOR } else { said::AUDIT_GONE };
    let who = entry.email.clone().unwrap_or_else(|| gone.to_owned());
    let by = entry.by.as_ref().map(|by| view! { <span>{by.said()}</span> });
    let reason = entry.event.reason.as_ref();
    let reason = reason.map(|reason| view! { <p>{said::because(reason.as_str())}</p> });
    let iso = browser::iso(at);
    let moment = moment_text(&iso, true);
    view! {
        <li>
            <p>{what}</p>
            {reason}
            <p class="hint apart">
                <span>{who}</span>
                {by}
                <time datetime=iso>{moment}</time>
                <span>{place}</span>
            </p>
        </li>
    }
    .into_any()
}

/// The way to older entries, and out of here.
fn further(log: &Log) -> AnyView {
    let older = log.next.as_ref().map(|next| {
        let href = ["/organization/audit", &log.asked.query(&[("cursor", next)])].concat();
        view! { <a class="button" href=href>{said::AUDIT_OLDER}</a> }
    });
    let export = |format, words: &'static str| {
        let href = ["/organization/audit/export", &log.asked.query(&[("format", format)])].concat();
        view! { <a class="link" href=href download="">{words}</a> }
    };
    let exports = (!log.entries.is_empty()).then(|| {
        view! { <p class="links">{export("csv", said::AUDIT_CSV)} {export("jsonl", said::AUDIT_JSONL)}</p> }
    });
    let deleted = log.deleted_at.map(|at| view! { <p class="hint">{said::audit_deleted(at)}</p> });
    view! { {deleted} <div class="actions">{older}</div> {exports} }.into_any()
}
