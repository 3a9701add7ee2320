//! What the writer remembers from batch to batch.

use super::{END_OF, SETTLED, rows};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::sql;
use medloop_engine::name::CampusCode;
use medloop_engine::time::Instant;
use std::collections::BTreeMap;

/// See the top of the file; replaced only after a commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    /// The number of the next event.
    pub(crate) next_no: i64,
    /// The number of the last event of which everything that follows is written.
    pub(crate) settled: i64,
    /// Whether any event retracts.
    pub(crate) retractions: bool,
    /// Where the loaded history of each campus ends.
    pub(crate) ends: BTreeMap<CampusCode, Instant>,
}

impl Marks {
    /// As the database has them.
    pub(crate) async fn read(conn: &mut Conn) -> Result<Self> {
        let last = db::read_own(conn, sql::EVENT_LAST, vec![]).await?;
        let last = last.first().map(|row| db::int(row, 0)).transpose()?.unwrap_or(0);
        let retractions = !db::read_own(conn, sql::ANY_RETRACTION, vec![]).await?.is_empty();
        let mut marks = Self { next_no: last + 1, settled: 0, retractions, ends: BTreeMap::new() };
        for row in db::read_own(conn, sql::META, vec![]).await? {
            let (name, value) = (db::text(&row, 0)?, db::int(&row, 1)?);
            if name == SETTLED {
                marks.settled = value;
            } else if let Some(campus) = name.strip_prefix(END_OF) {
                marks.ends.insert(rows::campus(campus)?, Instant(value));
            }
        }
        Ok(marks)
    }
}
