//! The authenticators a person has, or the way to the first.

use super::deed::Deed;
use super::state::{Dialog, Page};
use crate::component::{Element, Icon, button, el, icon, moment, titled};
use crate::view::{Authenticator, Purpose, SecurityView};
use crate::words;
use leptos::prelude::*;

/// No authenticator yet.
pub(super) fn none(page: Page) -> AnyView {
    el("section", "card")
        .attr("aria-labelledby", "app")
        .child(titled(
            el("h2", "").attr("id", "app").child(icon(Icon::App)).text(words::AUTHENTICATOR_APP),
            el("span", "badge on").text(words::RECOMMENDED),
        ))
        .child(el("p", "").text(words::APP_EXPLAINED))
        .child(el("div", "actions").child(begin(page, "button primary", words::SET_UP, Purpose::First)))
        .view()
}

/// All of them, and the way to one more.
pub(super) fn list(page: Page, view: &SecurityView) -> AnyView {
    let alone = view.authenticators.len() == 1;
    let items = view.authenticators.iter().map(|one| item(page, one, alone));
    let by_mail = view
        .email
        .as_ref()
        .map(|_| button("button", words::mail::ADD, move || page.set_up_mail(Purpose::Further)).view());
    el("section", "card")
        .attr("aria-labelledby", "authenticators")
        .child(el("h2", "").attr("id", "authenticators").text(words::AUTHENTICATORS))
        .child(el("ul", "list").children(items))
        .child(
            el("div", "actions").child(begin(page, "button", words::ADD, Purpose::Further)).children(by_mail),
        )
        .view()
}

/// The one that was not used for weeks: whoever has lost it finds out before they need it.
pub(super) fn unused(page: Page, view: &SecurityView) -> Option<AnyView> {
    let of = view.unused.as_ref().and_then(|id| view.authenticators.iter().find(|one| one.id == *id))?;
    let (id, name) = (of.id.clone(), of.name.clone());
    let test = move || page.open(Dialog::Test { id: id.clone(), name: name.clone() });
    let since = moment(of.used_at.unwrap_or(of.added_at), false, page.local);
    let text = el("p", "").text(words::unused(&of.name)).child(since).text(words::UNUSED_ADVICE);
    let card = el("section", "card attention")
        .attr("aria-labelledby", "unused")
        .child(el("h2", "").attr("id", "unused").text(words::UNUSED_TITLE))
        .child(text)
        .child(el("div", "actions").child(button("button primary", words::TRY_IT, test)));
    Some(card.view())
}

/// `alone`: the only one cannot be removed, only replaced.
fn item(page: Page, of: &Authenticator, alone: bool) -> AnyView {
    let about = |style, label, dialog: fn(String, String) -> Dialog| {
        let (id, name) = (of.id.clone(), of.name.clone());
        let button = button(style, label, move || page.open(dialog(id.clone(), name.clone())));
        // Its own id: the focus finds it again when the list is drawn anew.
        described(of, button).attr("id", [label, &of.id].concat())
    };
    let replace = begin(page, "link", words::REPLACE, Purpose::Replace(of.id.clone()));
    let mut links = el("div", "links");
    // An address is its own name, and another one takes its place by being added.
    if !of.by_mail {
        links = links
            .child(about("link", words::RENAME, |id, name| Dialog::Rename { id, name }))
            .child(about("link", words::TEST, |id, name| Dialog::Test { id, name }))
            .child(described(of, replace));
    }
    if !alone {
        links = links.child(about("link danger", words::REMOVE, |id, name| Dialog::Remove { id, name }));
    }
    let kind = icon(if of.by_mail { Icon::Mail } else { Icon::App });
    let name = el("h3", "").attr("id", of.id.clone()).child(kind).text(of.name.clone());
    el("li", "").child(name).child(dates(page, of)).child(links).view()
}

fn dates(page: Page, of: &Authenticator) -> Element {
    let added = el("span", "").text(words::ADDED_AT).child(moment(of.added_at, false, page.local));
    let used = match of.used_at {
        Some(at) => el("span", "").text(words::USED_AT).child(moment(at, true, page.local)),
        None => el("span", "").text(words::NEVER_USED),
    };
    el("p", "hint apart").child(added).text(" ").child(used)
}

/// Whose button it is, for whoever does not see where it stands.
fn described(of: &Authenticator, button: Element) -> Element {
    button.attr("aria-describedby", of.id.clone())
}

fn begin(page: Page, style: &'static str, label: &'static str, purpose: Purpose) -> Element {
    button(style, label, move || page.perform(page.form, Deed::Begin(purpose.clone())))
}
