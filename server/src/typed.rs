//! What people type, as the fields of the widgets read it: the same function, for sites whose own field it was typed into.

pub(crate) use app::tidy;
