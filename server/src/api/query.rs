//! What a list is asked for in the query: which page of it, and how long. Every field known and none twice.

use super::error::ApiError;
use super::field::Flaw;
use crate::hex;
use axum::extract::Query;
use domain::policy;
use http::Uri;

/// Rows of a page unless another number is asked for.
const USUAL: u32 = 50;

/// The fields of a query, by name.
pub(super) struct Asking(Vec<(String, String)>);

impl Asking {
    /// Reads a query that may have these fields besides `cursor` and `limit`.
    pub(super) fn read(uri: &Uri, fields: &[&str]) -> Result<Self, ApiError> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
        let Query(pairs) = pairs.map_err(|_| ApiError::malformed("query", Flaw::Type))?;
        for (at, (name, _)) in pairs.iter().enumerate() {
            if !(["cursor", "limit"].contains(&name.as_str()) || fields.contains(&name.as_str())) {
                return Err(ApiError::malformed(&name.chars().take(64).collect::<String>(), Flaw::Unknown));
            }
            if pairs.iter().take(at).any(|(other, _)| other == name) {
                return Err(ApiError::malformed(name, Flaw::Twice));
            }
        }
        Ok(Self(pairs))
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// How many rows are asked for.
    pub(super) fn limit(&self) -> Result<u32, ApiError> {
        let Some(limit) = self.field("limit") else { return Ok(USUAL) };
        let read = limit.parse().ok().filter(|limit| (1..=policy::PAGE).contains(limit));
        read.ok_or_else(|| ApiError::malformed("limit", Flaw::Type))
    }

    /// Behind which row the page begins, as [`cursor`] wrote it.
    pub(super) fn after<T>(&self, read: impl FnOnce(&[u8]) -> Option<T>) -> Result<Option<T>, ApiError> {
        let Some(cursor) = self.field("cursor") else { return Ok(None) };
        let mark = hex::read(cursor).and_then(|bytes| read(&bytes));
        mark.map(Some).ok_or_else(|| ApiError::malformed("cursor", Flaw::Type))
    }
}

/// A mark in a list, as whoever reads the list sends it back. It opens nothing: a list is always of the caller's own site.
pub(super) fn cursor(mark: &[u8]) -> String {
    hex::write(mark)
}
