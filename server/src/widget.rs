//! Embedding: the script that a site's page loads, and the frames that it opens with a ticket.
//!
//! A frame's page is another origin than the page around it and is given no cookie: the ticket opens it, once, and what
//! it asks for afterwards it asks for with the bearer that stands in it (`fns`).
//!
//! Reading order: `opening` (what is asked, and whether it may be), `security` and `challenge` (what is opened),
//! `notice` (what is said instead), `page` and `look` (how it looks), `script` (the script of the site's page).

mod bearer;
mod challenge;
mod look;
mod notice;
mod opening;
mod page;
mod script;
mod security;

use crate::route::Route;
pub(crate) use bearer::{Borne, borne};

/// What a page of a site posts a ticket to. The check of the origin lets these through, and no other.
pub const FRAMES: [&str; 2] = [SECURITY, CHALLENGE];

const SECURITY: &str = "/widget/security";
const CHALLENGE: &str = "/widget/challenge";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/embed.js", script::script),
        Route::page("/embed.d.ts", script::types),
        Route::ticket(SECURITY, security::open),
        Route::ticket(CHALLENGE, challenge::open),
    ]
}
