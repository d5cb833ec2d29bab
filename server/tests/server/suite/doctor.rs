//! `twofold doctor` on a page that is right, and on copies of it with one mistake each.

mod copies;
mod stand;
mod typed;

use stand::{Session, Shop, Stand, stand};
