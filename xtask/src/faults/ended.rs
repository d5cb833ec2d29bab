//! Connections that the database ends.

use anyhow::Result;

use super::Scene;
use super::outage::through;

const END_ALL: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";

pub(super) fn connections_that_the_database_ends(scene: &mut Scene<'_>) -> Result<String> {
    through(scene, |scene| scene.postgres.sql("postgres", END_ALL).map(drop))
}
