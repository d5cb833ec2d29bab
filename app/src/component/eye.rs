//! The button that shows a password while it is typed. `form.js` is what presses it: there it is for every form.

use super::{Element, el};
use crate::words;

/// An eye, and the stroke through it while it is open.
const DRAWN: &str = "<svg viewBox=\"0 0 24 24\" width=\"20\" height=\"20\" aria-hidden=\"true\"><path d=\"M2 12s3.5-6.5 \
                     10-6.5S22 12 22 12s-3.5 6.5-10 6.5S2 12 2 12z\"/><circle cx=\"12\" cy=\"12\" r=\"3\"/><path class=\"shut\" \
                     d=\"M4 4l16 16\"/></svg>";

/// The eye of the password field with this id.
pub(crate) fn eye(id: String) -> Element {
    el("button", "eye")
        .attr("type", "button")
        .attr("aria-controls", id)
        .attr("aria-label", words::SHOW_PASSWORD)
        .attr("aria-pressed", "false")
        .drawn(DRAWN.to_owned())
}
