//! Where authenticator apps are to be had.

use super::el;
use crate::words::set_up as words;
use leptos::prelude::*;

const APPS: [(&str, [(&str, &str); 2]); 2] = [
    (
        words::GOOGLE,
        [
            (
                words::ANDROID,
                "https://play.google.com/store/apps/details?id=com.google.android.apps.authenticator2",
            ),
            (words::IOS, "https://apps.apple.com/app/google-authenticator/id388497605"),
        ],
    ),
    (
        words::MICROSOFT,
        [
            (words::ANDROID, "https://play.google.com/store/apps/details?id=com.azure.authenticator"),
            (words::IOS, "https://apps.apple.com/app/microsoft-authenticator/id983156458"),
        ],
    ),
];

/// Google Authenticator and Microsoft Authenticator, for Android and iOS.
pub(crate) fn app_links() -> AnyView {
    let apps = APPS.into_iter().map(|(app, stores)| {
        let links = stores.into_iter().map(|(store, url)| link(app, store, url));
        el("li", "").child(el("span", "app").text(app)).children(links).view()
    });
    el("ul", "apps").children(apps).view()
}

fn link(app: &'static str, store: &'static str, url: &'static str) -> AnyView {
    let link = el("a", "").attr("href", url).attr("target", "_blank").attr("rel", "noreferrer noopener");
    link.child(el("span", "unseen").text([app, ", "].concat())).text(store).view()
}
