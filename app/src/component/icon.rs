//! The icons: one set, drawn in strokes of one width, in the colour of the text beside them. They say nothing by themselves, so
//! that nothing is read out for them.

use super::el;
use leptos::prelude::*;

/// What an icon stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    /// An authenticator app.
    App,
    /// Codes by mail.
    Mail,
    #[expect(dead_code, reason = "the set is drawn as one; what shows a passkey comes with passkeys")]
    Passkey,
    /// A secret key.
    Key,
    /// Recovery codes.
    Recovery,
    /// A browser or computer.
    Device,
    /// Being protected.
    Shield,
}

/// Drawn by the style sheet, as large as it says.
pub(crate) fn icon(of: Icon) -> AnyView {
    let svg = ["<svg viewBox=\"0 0 24 24\">", strokes(of), "</svg>"].concat();
    el("span", "icon").attr("aria-hidden", "true").drawn(svg).view()
}

const fn strokes(of: Icon) -> &'static str {
    match of {
        Icon::App => {
            "<rect x=\"6.5\" y=\"2.5\" width=\"11\" height=\"19\" rx=\"2.5\"/><path d=\"M10.5 18h3\"/>"
        }
        Icon::Mail => {
            "<rect x=\"2.5\" y=\"5\" width=\"19\" height=\"14\" rx=\"2.5\"/><path d=\"M3.5 7l8.5 6 8.5-6\"/>"
        }
        Icon::Passkey => {
            "<circle cx=\"9\" cy=\"7.5\" r=\"4\"/><path d=\"M2.5 20.5c.4-4 3-6 6.5-6 1.3 0 2.4.3 3.4.8\"/>\
             <circle cx=\"18\" cy=\"12.5\" r=\"2.5\"/><path d=\"M18 15v6.5M18 18.5h2\"/>"
        }
        Icon::Key => "<circle cx=\"8\" cy=\"16\" r=\"4.5\"/><path d=\"M11.2 12.8L20.5 3.5M16.5 7.5l3 3\"/>",
        Icon::Recovery => {
            "<circle cx=\"12\" cy=\"12\" r=\"9.5\"/><circle cx=\"12\" cy=\"12\" r=\"4\"/>\
             <path d=\"M5.3 5.3l3.9 3.9M14.8 14.8l3.9 3.9M18.7 5.3l-3.9 3.9M9.2 14.8l-3.9 3.9\"/>"
        }
        Icon::Device => {
            "<rect x=\"4\" y=\"4.5\" width=\"16\" height=\"11\" rx=\"2\"/><path d=\"M2 19.5h20\"/>"
        }
        Icon::Shield => {
            "<path d=\"M12 2.5l8 3v6c0 4.8-3.3 8.3-8 10-4.7-1.7-8-5.2-8-10v-6z\"/><path d=\"M8.5 12l2.5 2.5 4.5-5\"/>"
        }
    }
}
