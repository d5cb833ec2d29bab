//! Which database is ours: the one whose sealing key we have. Another one may stand at the same address later: a copy of
//! another installation, a name that leads elsewhere. Every new connection to PostgreSQL is asked, and a SQLite file every few
//! seconds. The beginning of the audit log is asked for too: it was drawn at random, and tells two installations with one key
//! apart.

use super::alive::Reader;
use domain::seal::KeyCheck;
use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{self, Row};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use std::sync::{Arc, OnceLock};

const REMEMBERED: &str = "SELECT key_id, digest, (SELECT hash FROM chain_head WHERE id = 0) AS genesis \
                          FROM sealing_check WHERE id = 1";
const GENESIS: &str = "SELECT hash FROM chain_head WHERE id = 0";

/// What our database may remember of its key, and how its log begins, once that is known. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Own(Arc<OnceLock<Known>>);

#[derive(Debug)]
struct Known {
    checks: Vec<KeyCheck>,
    /// `None`: its log had no beginning, which somebody may have taken away.
    genesis: Option<Vec<u8>>,
}

/// Another database stands where ours stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "another database stands at this address: it was sealed with another key than this server has, or its audit log begins otherwise"
)]
struct Another;

impl Own {
    /// From now on no other one is ours.
    pub(super) fn keep_to(&self, checks: Vec<KeyCheck>, genesis: Option<Vec<u8>>) {
        // Who says it first is right: the keys stay the same as long as the process lives.
        let _ = self.0.set(Known { checks, genesis });
    }

    /// An error has the connection closed.
    pub(super) async fn recognize(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let Some(known) = self.0.get() else { return Ok(()) };
        let another = || sqlx::Error::Configuration(Box::new(Another));
        let asked = sqlx::raw_sql(REMEMBERED).fetch_optional(connection).await;
        // It has no such table.
        let asked =
            asked.map_err(|error| if error.as_database_error().is_some() { another() } else { error });
        let row = asked?.ok_or_else(another)?;
        let (key, digest) = (row.try_get::<i64, _>("key_id")?, row.try_get::<Vec<u8>, _>("digest")?);
        let genesis = row.try_get::<Option<Vec<u8>>, _>("genesis")?;
        if known.is_ours(key, &digest, genesis.as_deref()) { Ok(()) } else { Err(another()) }
    }

    /// The same of the database behind `reader`; `true`, too, where nothing is known yet.
    pub(super) async fn is_in(&self, reader: &Reader) -> Result<bool, DbErr> {
        let Some(known) = self.0.get() else { return Ok(true) };
        let asked = Statement::from_string(reader.get_database_backend(), REMEMBERED);
        let Some(row) = reader.query_one_raw(asked).await? else { return Ok(false) };
        let (key, digest) = (row.try_get::<i64>("", "key_id")?, row.try_get::<Vec<u8>>("", "digest")?);
        let genesis = row.try_get::<Option<Vec<u8>>>("", "genesis")?;
        Ok(known.is_ours(key, &digest, genesis.as_deref()))
    }
}

impl Known {
    fn is_ours(&self, key: i64, digest: &[u8], genesis: Option<&[u8]>) -> bool {
        // A key that another replica has activated since is not known here, and says nothing. Nor does a beginning that is
        // gone: that is for whoever reads the log.
        let check = self.checks.iter().find(|check| i64::from(check.key.0) == key);
        let same_beginning = match (self.genesis.as_deref(), genesis) {
            (Some(ours), Some(theirs)) => ours == theirs,
            (None, _) | (_, None) => true,
        };
        same_beginning && check.is_none_or(|check| check.digest == digest)
    }
}

/// How the log of this database begins, if it does.
pub(super) async fn genesis(reader: &Reader) -> Result<Option<Vec<u8>>, DbErr> {
    let asked = Statement::from_string(reader.get_database_backend(), GENESIS);
    reader.query_one_raw(asked).await?.map(|row| row.try_get("", "hash")).transpose()
}
