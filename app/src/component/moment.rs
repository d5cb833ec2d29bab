//! A moment in time.

use super::{Element, el};
use crate::{browser, words};
use leptos::prelude::*;

/// A moment: as the server writes it, until the browser can write it in its reader's own way (`local`).
pub(crate) fn moment(at: i64, with_time: bool, local: RwSignal<bool>) -> Element {
    let iso = browser::iso(at);
    let plain = plain(&iso, with_time);
    let text = move || if local.get() { browser::local(at, with_time) } else { plain.clone() };
    el("time", "").attr("datetime", iso).live_text(text)
}

/// How long ago something was, while that is easier to read than when: within a day.
pub(crate) fn moment_ago(at: i64, local: RwSignal<bool>) -> Element {
    let iso = browser::iso(at);
    let plain = plain(&iso, true);
    let text = move || if local.get() { ago(at) } else { plain.clone() };
    el("time", "").attr("datetime", iso).live_text(text)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a clamped count of seconds")]
fn ago(at: i64) -> String {
    match (browser::now() as i64 - at).max(0) / 1000 {
        0..60 => words::JUST_NOW.to_owned(),
        seconds @ 60..86_400 => [&words::span(seconds as u32), words::AGO].concat(),
        _ => browser::local(at, true),
    }
}

/// `2026-11-22` or `2026-11-22 03:45 UTC`.
pub(crate) fn plain(iso: &str, with_time: bool) -> String {
    let day = iso.get(..10).unwrap_or_default();
    if !with_time {
        return day.to_owned();
    }
    [day, " ", iso.get(11..16).unwrap_or_default(), " UTC"].concat()
}
