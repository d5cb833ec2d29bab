//! Which database is ours: the one whose sealing key we have. Another one may stand at the same address later: a copy of
//! another installation, a name that leads elsewhere. Every new connection to PostgreSQL is asked.

use domain::seal::KeyCheck;
use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{self, Row};
use std::sync::{Arc, OnceLock};

const REMEMBERED: &str = "SELECT key_id, digest FROM sealing_check WHERE id = 1";

/// What our database may remember of its key, once that is known. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Own(Arc<OnceLock<Vec<KeyCheck>>>);

/// Another database stands where ours stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("another database stands at this address: it was sealed with another key than this server has")]
struct Another;

impl Own {
    /// From now on no other one is ours.
    pub(super) fn keep_to(&self, checks: Vec<KeyCheck>) {
        // Who says it first is right: the keys stay the same as long as the process lives.
        let _ = self.0.set(checks);
    }

    /// An error has the connection closed.
    pub(super) async fn recognize(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let Some(checks) = self.0.get() else { return Ok(()) };
        let another = || sqlx::Error::Configuration(Box::new(Another));
        let asked = sqlx::raw_sql(REMEMBERED).fetch_optional(connection).await;
        // It has no such table.
        let asked =
            asked.map_err(|error| if error.as_database_error().is_some() { another() } else { error });
        let row = asked?.ok_or_else(another)?;
        let (key, digest) = (row.try_get::<i64, _>("key_id")?, row.try_get::<Vec<u8>, _>("digest")?);
        // A key that another replica has activated since is not known here, and says nothing.
        let known = checks.iter().find(|check| i64::from(check.key.0) == key);
        if known.is_none_or(|check| check.digest == *digest) { Ok(()) } else { Err(another()) }
    }
}
