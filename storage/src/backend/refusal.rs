//! What a database says that is not opened, and the way out. Never the URL, which has a password in it.

use super::OpenError;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{DbErr, RuntimeErr, SqlxError};

/// Why the database at this place is not opened.
#[expect(clippy::wildcard_enum_match_arm, reason = "sea-orm's errors are an open enum")]
pub(super) fn refused(error: &DbErr, url: &str, place: &str) -> OpenError {
    let cause = match error {
        // sea-orm's own words, which repeat a URL that does not parse.
        DbErr::Conn(RuntimeErr::Internal(_)) => return OpenError::Malformed,
        DbErr::Conn(RuntimeErr::SqlxError(cause)) => in_words(cause),
        _ => error.to_string(),
    };
    OpenError::Unreachable { place: place.to_owned(), cause: without_password(&cause, url) }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "sqlx's errors are an open enum")]
fn in_words(cause: &SqlxError) -> String {
    match cause {
        SqlxError::Io(error) => format!(
            "{error}. Look whether PostgreSQL runs and listens there, and whether database_url names its host and port"
        ),
        SqlxError::Tls(error) => format!(
            "{error}. What is asked of its encryption is said by sslmode and sslrootcert in database_url; sslmode=disable speaks \
             in clear, for a network that is safe by itself"
        ),
        SqlxError::Database(said) => match way_out(said.as_ref()) {
            Some(way_out) => format!("{}. {way_out}", said.message()),
            None => said.message().to_owned(),
        },
        _ => cause.to_string(),
    }
}

/// By PostgreSQL's five characters, or by SQLite's number, whose low byte is the kind.
fn way_out(said: &dyn DatabaseError) -> Option<&'static str> {
    let code = said.code()?;
    let of_sqlite = || code.parse::<u32>().ok().map(|number| number & 0xff);
    match &*code {
        // PgBouncer says so by its words alone.
        code if matches!(code, "28P01" | "28000")
            || said.message().contains("password authentication failed") =>
        {
            Some(
                "Check user name and password in database_url: what is special in them is percent-encoded there (# is %23, \
             / is %2F, ? is %3F, @ is %40, % is %25)",
            )
        }
        "3D000" => Some("Make it there (CREATE DATABASE), or name another one in database_url"),
        "53300" => Some(
            "max_connections of PostgreSQL is for all servers and commands together: raise it, or lower database_connections",
        ),
        code if code.len() == 5 => None,
        _ if matches!(of_sqlite()?, 8 | 14) => Some(
            "The user that runs Twofold must be able to write this file and the folder that it lies in, where SQLite keeps its \
             log",
        ),
        _ => None,
    }
}

/// The text without the URL and without the password that stands in it.
pub(super) fn without_password(text: &str, url: &str) -> String {
    let text = if url.is_empty() { text.to_owned() } else { text.replace(url, "…") };
    let authority = url.split_once("://").map_or("", |(_, rest)| rest);
    let user_info = authority.rsplit_once('@').map_or("", |(user_info, _)| user_info);
    match user_info.split_once(':') {
        Some((_, password)) if !password.is_empty() => text.replace(password, "…"),
        _ => text,
    }
}
