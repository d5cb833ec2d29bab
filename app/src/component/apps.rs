//! Where authenticator apps are to be had.

use super::{el, text};
use crate::browser::Phone;
use crate::words::set_up as words;
use leptos::prelude::*;

struct App {
    name: &'static str,
    android: &'static str,
    ios: &'static str,
}

const APPS: [App; 2] = [
    App {
        name: words::GOOGLE,
        android: "https://play.google.com/store/apps/details?id=com.google.android.apps.authenticator2",
        ios: "https://apps.apple.com/app/google-authenticator/id388497605",
    },
    App {
        name: words::MICROSOFT,
        android: "https://play.google.com/store/apps/details?id=com.azure.authenticator",
        ios: "https://apps.apple.com/app/microsoft-authenticator/id983156458",
    },
];

/// Google Authenticator and Microsoft Authenticator: for this phone, or for whichever there is.
pub(crate) fn app_links(phone: Option<Phone>) -> AnyView {
    let apps = APPS.into_iter().map(|App { name, android, ios }| {
        let stores = match phone {
            Some(Phone::Android) => vec![link(name, words::ANDROID, android)],
            Some(Phone::Iphone | Phone::Ipad) => vec![link(name, words::IOS, ios)],
            None => vec![link(name, words::ANDROID, android), link(name, words::IOS, ios)],
        };
        el("li", "").child(el("span", "app").text(name)).children(stores).view()
    });
    el("ul", "apps").children(apps).view()
}

fn link(app: &'static str, store: &'static str, url: &'static str) -> AnyView {
    let link = el("a", "").attr("href", url).attr("target", "_blank").attr("rel", "noreferrer noopener");
    link.child(el("span", "unseen").text([app, ", "].concat())).child(text(store)).view()
}
