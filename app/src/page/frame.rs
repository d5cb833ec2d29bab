//! What stands around every page: the head, the header, the way to the content.

use super::whole::whole as whole_words;
use crate::words::organization::ORGANIZATION;
use crate::words::{pages as said, password};
use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use leptos::serde_json;
use serde::Serialize;

/// Where the assets are; their names change with their content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assets {
    /// `twofold.css`.
    pub css: &'static str,
    /// The islands of the Security tab.
    pub security: Bundle,
    /// The island of the challenge, which loads nothing that only setting up needs.
    pub challenge: Bundle,
    /// `frame.js`.
    pub frame: &'static str,
    /// `reference.css`.
    pub reference: &'static str,
    /// `form.js`.
    pub form: &'static str,
    /// `welcome.js`.
    pub welcome: &'static str,
    /// `copy.js`.
    pub copy: &'static str,
    /// `favicon.svg`.
    pub icon: &'static str,
}

/// WebAssembly with its islands, and the script that starts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The script.
    pub js: &'static str,
    /// The WebAssembly.
    pub wasm: &'static str,
}

/// What the server knows of every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Where the assets are.
    pub assets: Assets,
    /// The site's name, in the header and the title.
    pub site: String,
    /// Who is signed in, if anybody is: then there is a navigation.
    pub account: Option<Account>,
    /// The id of the user whom the page shows; empty for nobody. What is done on it is done for them, or not at all.
    pub whom: String,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Their e-mail address.
    pub email: String,
    /// Whether they look after the organization.
    pub admin: bool,
    /// Whether letters are shown to them in place of being sent.
    pub mailbox: bool,
}

/// A page of the signed-in account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// `/account/security`.
    Security,
    /// `/account/password`.
    Password,
    /// `/account/sessions`.
    Sessions,
    /// `/organization/…`.
    Organization,
}

/// What a page loads beside the style.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Loads {
    Nothing,
    /// The islands of a bundle, and what they show at first, in JSON.
    Islands(Bundle, String),
    /// The few lines that read a one-time link.
    Welcome,
    /// The few lines that copy.
    Copy,
    /// The style of the reference.
    Reference,
}

/// One page: what the frame is put around.
pub(super) struct Sheet {
    pub(super) title: &'static str,
    /// The tab it belongs to.
    pub(super) tab: Option<Tab>,
    pub(super) loads: Loads,
    pub(super) content: AnyView,
}

impl Loads {
    /// The islands, showing this. What cannot be written is shown without it, in the browser too.
    pub(super) fn islands<T: Serialize + Clone + Send + Sync + 'static>(of: Bundle, view: T) -> Self {
        let json = serde_json::to_string(&view).unwrap_or_default();
        provide_context(view);
        Self::Islands(of, json)
    }
}

/// Renders the document. `sheet` is made inside the reactive owner that its islands need.
pub(super) fn document(frame: &Frame, sheet: impl FnOnce() -> Sheet) -> String {
    rendered(|| {
        provide_context(Whom(frame.whom.clone()));
        whole(frame, sheet())
    })
}

/// Whom the page shows.
#[derive(Clone)]
struct Whom(String);

/// Where a form is sent: there (`""`: to the page's own address), and for whom the page shows. By then somebody else may be
/// signed in in this browser.
pub(super) fn form_action(path: &'static str) -> Option<String> {
    let Whom(whom) = use_context().unwrap_or(Whom(String::new()));
    let for_whom = if whom.is_empty() { String::new() } else { ["?for=", &whom].concat() };
    let action = [path, &for_whom].concat();
    (!action.is_empty()).then_some(action)
}

/// A document as text.
pub(super) fn rendered(html: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new_root(None);
    let html = owner.with(|| html().to_html());
    owner.cleanup();
    ["<!DOCTYPE html>", &whole_words(&html)].concat()
}

fn whole(frame: &Frame, sheet: Sheet) -> AnyView {
    let title = [sheet.title, " · ", &frame.site].concat();
    let narrow = sheet.tab.is_none();
    let needs_script = matches!(sheet.loads, Loads::Islands(..));
    // The challenge weighs as little as it can, and asks for no password; the reference needs no script at all.
    let has_forms = !(needs_script && narrow) && sheet.loads != Loads::Reference;
    let form = || view! { <script type="module" src=frame.assets.form></script> };
    view! {
        <html lang="en" dir="ltr">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="robots" content="noindex" />
                <title>{title}</title>
                {(!frame.whom.is_empty()).then(|| view! { <meta name="twofold-for" content=frame.whom.clone() /> })}
                <link rel="icon" href=frame.assets.icon type="image/svg+xml" />
                <link rel="stylesheet" href=frame.assets.css />
                {loads(frame.assets, &sheet.loads)}
                {has_forms.then(form)}
            </head>
            <body class:narrow=narrow>
                <a class="skip" href="#content">{said::SKIP}</a>
                {header(frame, sheet.tab)}
                <main id="content">
                    {needs_script.then(fallback)}
                    {sheet.content}
                </main>
            </body>
        </html>
    }
    .into_any()
}

pub(super) fn loads(assets: Assets, loads: &Loads) -> Option<AnyView> {
    match loads {
        Loads::Nothing => None,
        Loads::Reference => Some(view! { <link rel="stylesheet" href=assets.reference /> }.into_any()),
        Loads::Welcome => Some(view! { <script type="module" src=assets.welcome></script> }.into_any()),
        Loads::Copy => Some(view! { <script type="module" src=assets.copy></script> }.into_any()),
        Loads::Islands(Bundle { js, wasm }, view) => Some(
            view! {
                <link rel="preload" href=*wasm r#as="fetch" r#type="application/wasm" crossorigin="" />
                <link rel="modulepreload" href=*js />
                <meta name="twofold-wasm" content=*wasm />
                <meta name="twofold-view" content=view.clone() />
                <script type="module" src=*js></script>
            }
            .into_any(),
        ),
    }
}

fn header(frame: &Frame, tab: Option<Tab>) -> AnyView {
    let nav = frame.account.as_ref().zip(tab).map(|(account, tab)| navigation(account, tab));
    view! {
        <header class="bar">
            <div>
                <p class="site">{mark()}<span>{frame.site.clone()}</span></p>
                {nav}
            </div>
        </header>
    }
    .into_any()
}

fn navigation(account: &Account, tab: Tab) -> AnyView {
    let current = |of: Tab| (of == tab).then_some("page");
    let organization = account.admin.then(|| {
        let current = current(Tab::Organization);
        view! { <a href="/organization/users" aria-current=current>{ORGANIZATION}</a> }
    });
    view! {
        <nav aria-label=said::ACCOUNT_NAV>
            <a href="/account/security" aria-current=current(Tab::Security)>{said::SECURITY}</a>
            <a href="/account/password" aria-current=current(Tab::Password)>{said::CHANGE_PASSWORD}</a>
            <a href="/account/sessions" aria-current=current(Tab::Sessions)>{password::SESSIONS}</a>
            {organization}
        </nav>
        <form class="who" method="post" action=form_action("/sign-out")>
            <span title=account.email.clone()>{account.email.clone()}</span>
            <button class="link">{said::SIGN_OUT}</button>
        </form>
    }
    .into_any()
}

/// The mark of Twofold: two steps, one upon the other.
fn mark() -> AnyView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <path d="M4 5.5A2.5 2.5 0 0 1 6.5 3h8A2.5 2.5 0 0 1 17 5.5v8a2.5 2.5 0 0 1-2.5 2.5h-8A2.5 2.5 0 0 1 4 13.5z" opacity=".4" />
            <path d="M8 10.5A2.5 2.5 0 0 1 10.5 8h8a2.5 2.5 0 0 1 2.5 2.5v8a2.5 2.5 0 0 1-2.5 2.5h-8A2.5 2.5 0 0 1 8 18.5z" />
        </svg>
    }
    .into_any()
}

/// Shown by the loader when it fails, and by the browser when it runs no scripts.
pub(super) fn fallback() -> AnyView {
    view! {
        <div class="card attention" role="alert" data-twofold-fallback="" hidden>
            <h2>{said::NEEDS_SCRIPT_TITLE}</h2>
            <p data-cause="browser" hidden>{said::NEEDS_SCRIPT}</p>
            <p data-cause="network" hidden>{said::NOT_LOADED}</p>
            <p data-cause="crash" hidden>{said::CRASHED}</p>
            <div class="actions"><a class="button" href="">{crate::words::RELOAD}</a></div>
        </div>
        // The script itself may not arrive: then nothing but the style can say so.
        <div class="card attention late">
            <p>{said::NOT_LOADED}</p>
            <div class="actions"><a class="button" href="">{crate::words::RELOAD}</a></div>
        </div>
        <noscript><p class="card attention">{said::NEEDS_SCRIPT}</p></noscript>
    }
    .into_any()
}
