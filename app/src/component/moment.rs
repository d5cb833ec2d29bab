//! A moment in time.

use super::{Element, el};
use crate::browser;
use leptos::prelude::*;

/// A moment: as the server writes it, until the browser can write it in its reader's own way (`local`).
pub(crate) fn moment(at: i64, with_time: bool, local: RwSignal<bool>) -> Element {
    let iso = browser::iso(at);
    let plain = plain(&iso, with_time);
    let text = move || if local.get() { browser::local(at, with_time) } else { plain.clone() };
    el("time", "").attr("datetime", iso).live_text(text)
}

/// `2026-11-22` or `2026-11-22 03:45 UTC`.
pub(crate) fn plain(iso: &str, with_time: bool) -> String {
    let day = iso.get(..10).unwrap_or_default();
    if !with_time {
        return day.to_owned();
    }
    [day, " ", iso.get(11..16).unwrap_or_default(), " UTC"].concat()
}
