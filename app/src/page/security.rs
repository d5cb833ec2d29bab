//! `/account/security`.

use super::frame::{Frame, Loads, Sheet, Tab, document};
use crate::security::SecurityTab;
use crate::view::SecurityView;
use crate::words::pages;
use leptos::prelude::*;

/// The Security tab, painted as things stand.
#[must_use]
pub fn security(frame: &Frame, view: SecurityView) -> String {
    document(frame, || Sheet {
        title: pages::SECURITY,
        tab: Some(Tab::Security),
        loads: Loads::islands(frame.assets.security, view),
        content: view! { <SecurityTab /> }.into_any(),
    })
}
