//! Which database is opened, and how.

/// Connections to a PostgreSQL, where nothing else is said.
pub const CONNECTIONS: u32 = 16;

/// The URL of a database, and how many connections to it may be open at once. A URL alone is one with [`CONNECTIONS`].
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// `sqlite://<path>` or `postgres://…`. A password may stand in it.
    pub url: &'a str,
    /// Connections to a PostgreSQL, two or more: what is written is looked for from another one. A SQLite file has one that
    /// writes and four that read.
    pub connections: u32,
}

impl<'a> From<&'a str> for Target<'a> {
    fn from(url: &'a str) -> Self {
        Self { url, connections: CONNECTIONS }
    }
}

impl<'a> From<&'a String> for Target<'a> {
    fn from(url: &'a String) -> Self {
        url.as_str().into()
    }
}
