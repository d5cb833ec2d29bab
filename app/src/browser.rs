//! What the islands ask of the browser. Nothing here is called while the server renders, but for [`iso`].

mod busy;
mod clock;
mod history;
mod host;
mod initial;
mod meta;
mod page;
mod phone;
mod request;

pub(crate) use busy::{pressed, show_busy, show_none_busy, while_pressed};
pub(crate) use clock::{iso, local, now};
pub(crate) use history::{forget_step, go_back, push_step, step};
#[cfg(feature = "ssr")]
pub(crate) use host::Embedded;
pub(crate) use host::{embedded, tell, tell_change};
pub(crate) use initial::initial;
pub(crate) use page::{
    close_dialog, copy, download, focus, is_ticked, keep_focus, print, reload, select, send, show_dialog,
    submit, value,
};
pub(crate) use phone::{Phone, has_left_for_app, phone, set_app_opened};
pub(crate) use request::{ask, signed_in_as};
