//! The pages of the widgets: what stands in a frame of a site's page. No header, no way to other pages; the host's page
//! says how it looks, `frame.js` talks with it.

use super::frame::{Assets, Loads, fallback, loads, rendered};
use crate::browser::Embedded;
use crate::challenge::Challenge;
use crate::security::{RequiredEnrollment, SecurityTab};
use crate::view::{ChallengeView, SecurityView};
use crate::words;
use domain::name::ChallengeId;
use domain::ticket::Bearer;
use leptos::prelude::*;

/// What the server knows of the frame.
#[derive(Clone, Debug)]
pub struct Widget<'a> {
    /// Where the assets are.
    pub assets: Assets,
    /// The origin of the host's page: it alone is talked with.
    pub host: Option<&'a str>,
    /// How it looks there.
    pub look: &'a Look,
}

/// How a frame looks. Everything here was checked: it is written into a style sheet as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The language of the page.
    pub lang: String,
    /// `light` or `dark`; `None`: as the browser is set.
    pub theme: Option<&'static str>,
    /// Custom properties and their values.
    pub properties: Vec<(&'static str, String)>,
    /// What lets the properties' own style sheet in.
    pub nonce: String,
}

/// What a page says in the place of a widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The ticket was torn before, has expired, or never was; or what it opened is over.
    Over,
    /// The ticket is not for this widget.
    WrongTicket,
    /// The page that asks is not one of the site's.
    WrongOrigin,
}

/// The Security tab, painted as things stand.
#[must_use]
pub fn security(widget: &Widget<'_>, bearer: &Bearer, resumption: &str, view: SecurityView) -> String {
    rendered(|| {
        provide_context(Embedded);
        let loads = Loads::islands(widget.assets.security, view);
        let head = view! { {resume(resumption)} {head_of(widget, bearer, None, &loads)} }.into_any();
        whole(widget, "embedded", head, view! { {fallback()} <SecurityTab /> }.into_any())
    })
}

/// The challenge.
#[must_use]
pub fn challenge(widget: &Widget<'_>, bearer: &Bearer, id: ChallengeId, view: ChallengeView) -> String {
    rendered(|| {
        provide_context(Embedded);
        let loads = Loads::islands(widget.assets.challenge, view);
        let head = head_of(widget, bearer, Some(id), &loads);
        let content = view! {
            {fallback()}
            <section class="card">
                <Challenge />
            </section>
        };
        whole(widget, "embedded narrow", head, content.into_any())
    })
}

/// The set-up of a first authenticator, in the place of a challenge that is passed by it.
#[must_use]
pub fn required_enrollment(
    widget: &Widget<'_>,
    bearer: &Bearer,
    resumption: &str,
    id: ChallengeId,
    view: SecurityView,
) -> String {
    rendered(|| {
        provide_context(Embedded);
        let loads = Loads::islands(widget.assets.security, view);
        let head = head_of(widget, bearer, Some(id), &loads);
        let head = view! { {resume(resumption)} {head} }.into_any();
        let content = view! { {fallback()} <RequiredEnrollment /> };
        whole(widget, "embedded narrow", head, content.into_any())
    })
}

/// A page that says why there is no widget, and tells the host's page.
#[must_use]
pub fn closed(widget: &Widget<'_>, why: Closed) -> String {
    let (says, reason) = match why {
        Closed::Over => ("expired", None),
        Closed::WrongTicket => ("error", Some("wrong_ticket")),
        Closed::WrongOrigin => ("error", Some("wrong_origin")),
    };
    let (title, text) = words::pages::closed(why);
    rendered(|| {
        let head = view! {
            <meta name="twofold-says" content=says />
            {reason.map(|reason| view! { <meta name="twofold-reason" content=reason /> })}
        };
        let content = view! {
            <section class="card">
                <h1>{title}</h1>
                <p>{text}</p>
            </section>
        };
        whole(widget, "embedded narrow", head.into_any(), content.into_any())
    })
}

/// The bearer stands in the page, once: a frame is given nothing else to say who it is.
fn head_of(widget: &Widget<'_>, bearer: &Bearer, challenge: Option<ChallengeId>, of: &Loads) -> AnyView {
    view! {
        <meta name="twofold-bearer" content=bearer.expose().to_owned() />
        {challenge.map(|id| view! { <meta name="twofold-challenge" content=id.to_string() /> })}
        {loads(widget.assets, of)}
    }
    .into_any()
}

/// What the page around it keeps, to go on with in the next frame.
fn resume(resumption: &str) -> AnyView {
    view! { <meta name="twofold-resume" content=resumption.to_owned() /> }.into_any()
}

fn whole(widget: &Widget<'_>, class: &'static str, head: AnyView, content: AnyView) -> AnyView {
    let Widget { assets, host, look } = *widget;
    view! {
        <html lang=look.lang.clone() dir="ltr" class=class data-theme=look.theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="robots" content="noindex" />
                <title>{words::TWO_FACTOR}</title>
                <link rel="stylesheet" href=assets.css />
                {style(look)}
                {host.map(|host| view! { <meta name="twofold-host" content=host.to_owned() /> })}
                {head}
                <script type="module" src=assets.frame></script>
            </head>
            <body>
                // Named, beside the page's own.
                <main id="content" aria-label=words::TWO_FACTOR>{content}</main>
            </body>
        </html>
    }
    .into_any()
}

fn style(look: &Look) -> Option<AnyView> {
    let properties: String =
        look.properties.iter().map(|(name, value)| [name, ":", value, ";"].concat()).collect();
    let sheet = [":root.embedded{", &properties, "}"].concat();
    let nonce = look.nonce.clone();
    (!look.properties.is_empty()).then(|| view! { <style nonce=nonce inner_html=sheet></style> }.into_any())
}
