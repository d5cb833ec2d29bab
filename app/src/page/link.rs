//! One-time links that are not what they were taken for.

use crate::words::password as said;
use leptos::prelude::*;

/// Why a link opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadLink {
    /// It was used or replaced, or has expired.
    Over,
    /// A part of it is missing.
    Cut,
    /// It is one of those that are opened at another page, and this is where.
    OfOtherPage(&'static str),
}

impl BadLink {
    /// What stands above the form; `over` where the link was good once.
    pub(super) fn view(self, over: &'static str) -> AnyView {
        let words = match self {
            Self::Over => over.into_any(),
            Self::Cut => said::LINK_CUT.into_any(),
            Self::OfOtherPage(path) => {
                let words = match path {
                    "/invitation" => said::LINK_OF_INVITATION,
                    "/welcome" => said::LINK_OF_WELCOME,
                    _ => said::LINK_OF_PASSWORD,
                };
                view! { {words}<a href=path>{path}</a> }.into_any()
            }
        };
        view! { <p class="trouble" id="trouble" role="alert">{words}</p> }.into_any()
    }
}
