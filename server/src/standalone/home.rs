//! `/`: on to where the visitor belongs.

use super::session::see_other;
use super::{SECURITY, SIGN_IN, Signed};
use axum::response::Response;

pub(super) async fn page(Signed(caller): Signed) -> Response {
    see_other(if caller.is_some() { SECURITY } else { SIGN_IN })
}
