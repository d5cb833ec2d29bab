//! What is done with texts, without a screen: reading what was typed, and writing what is shown.

mod digits;
mod groups;
mod json;
mod sheet;

pub(crate) use digits::Typed;
pub use digits::tidy;
pub(crate) use groups::in_fours;
pub(crate) use json::json_object;
pub(crate) use sheet::sheet;
