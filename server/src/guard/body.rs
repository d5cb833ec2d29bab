//! No body is longer than 64 KiB, whoever reads it (ASVS 5.0, 4.2 and 15.2: bounded requests). It is read here, whole,
//! so that no handler and no library can forget the limit.

use crate::problem::Problem;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;

/// The longest body.
pub const LIMIT: usize = 64 * 1024;

pub(super) async fn limit(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match read(body).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(problem) => problem.into_response(),
    }
}

async fn read(body: Body) -> Result<Bytes, Problem> {
    let mut stream = body.into_data_stream();
    let mut read = Vec::new();
    while let Some(chunk) = stream.next().await {
        // The client went away, or does not speak HTTP.
        let chunk = chunk.map_err(|_| Problem::Malformed)?;
        if read.len() + chunk.len() > LIMIT {
            return Err(Problem::TooLarge);
        }
        read.extend_from_slice(&chunk);
    }
    Ok(read.into())
}
