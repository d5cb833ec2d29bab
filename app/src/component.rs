//! What the islands are put together from.

mod apps;
mod button;
mod code_sheet;
mod dialog;
mod element;
mod eye;
mod fields;
mod form;
mod icon;
mod moment;
mod post;
#[cfg(feature = "ssr")]
pub(crate) mod qr_code;
mod steps;

pub(crate) use apps::app_links;
pub(crate) use button::{button, copy_button, row_button};
pub(crate) use code_sheet::{CodeSheet, code_sheet};
pub(crate) use dialog::{Said, dialog, form_of};
#[cfg(feature = "ssr")]
pub(crate) use element::around_whole;
pub(crate) use element::{Element, all, el, live, text, titled};
pub(crate) use eye::eye;
pub(crate) use fields::{
    CodeField, Sends, code_field, name_field, password_field, submit_button, trouble_line,
};
pub(crate) use form::Form;
pub(crate) use icon::{Icon, icon};
pub(crate) use moment::plain as moment_text;
pub(crate) use moment::{moment, moment_ago};
pub(crate) use post::{mail, mail_line};
pub(crate) use steps::steps;
