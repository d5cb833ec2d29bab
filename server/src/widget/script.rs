//! `GET /embed.js` and its types: the script that a site's page loads. Its address never changes, so it is kept for a few
//! minutes only and asked for again by its content.

use crate::assets;
use crate::guard::Reach;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue};

pub(super) async fn script(headers: HeaderMap) -> Response {
    serve("embed.js", &headers)
}

pub(super) async fn types(headers: HeaderMap) -> Response {
    serve("embed.d.ts", &headers)
}

fn serve(logical: &str, headers: &HeaderMap) -> Response {
    let Some(mut response) = assets::at_fixed_url(logical, headers) else {
        return crate::problem::Problem::NotFound.into_response();
    };
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response.extensions_mut().insert(Reach::Public);
    response
}
