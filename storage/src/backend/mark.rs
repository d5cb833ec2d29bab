//! The mark of a copy that `twofold backup` made of a SQLite file. It is served only once it was fenced: until then it takes
//! for good what was used up or revoked since.
//!
//! It is the `application_id`, bytes 68 to 71 of the header (<https://sqlite.org/fileformat2.html#application_id>), which nothing
//! else here sets. A fence takes it away in its own transaction. A copy that was made by other means has none.

use super::file::beside;
use super::generation::number_in_file;
use sea_orm::{ConnectionTrait, DbErr, Statement};
use std::path::Path;

/// "2fbk".
const MARK: i32 = 0x3266_626b;
/// Where it stands in the header.
const PLACE: u64 = 68;
/// Marks a copy.
pub(crate) const MARKED: &str = "PRAGMA application_id = 845570667";
/// Takes the mark away.
pub(crate) const UNMARKED: &str = "PRAGMA application_id = 0";

/// Whether a copy is opened that was not fenced.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfenced {
    /// It is refused.
    Refused,
    /// It is opened, by whoever fences it.
    Opened,
}

/// Whether the file at this path is a copy that nobody has opened yet. What has a log is asked by SQLite alone.
pub(super) fn is_untouched_copy(path: &Path) -> bool {
    let has_log = std::fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0);
    !has_log && number_in_file(path, PLACE).is_ok_and(|found| found.cast_signed() == MARK)
}

/// Whether the database of this connection bears the mark.
pub(super) async fn is_marked(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let asked = Statement::from_string(db.get_database_backend(), "PRAGMA application_id");
    let row = db.query_one_raw(asked).await?;
    Ok(row.map(|row| row.try_get_by_index::<i32>(0)).transpose()? == Some(MARK))
}

#[cfg(test)]
mod tests {
    use super::{MARK, MARKED};

    #[test]
    fn the_statement_sets_the_mark() {
        assert_eq!(MARKED, format!("PRAGMA application_id = {MARK}"));
    }
}
