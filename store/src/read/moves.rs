//! Where a patient was and is.

use crate::db::{self, Row};
use crate::error::{Error, Result};
use crate::sql;
use crate::store::Store;
use crate::writer::rows;
use medloop_engine::facts::EventRef;
use medloop_engine::moves::{Move, Moved};
use medloop_engine::time::Instant;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most moves that one id or visit has; the latest are read.
const MOST: i64 = 1000;

impl Store {
    /// What is known of where somebody was, the first first: what events say of any of these patient ids, and, where they name the
    /// visit alone, of any of these visits or of one that a move of the patient names.
    ///
    /// # Errors
    /// When the database refuses or a stored text cannot be read.
    pub async fn moves(&self, ids: &BTreeSet<Arc<str>>, visits: &BTreeSet<Arc<str>>) -> Result<Vec<Move>> {
        let readers = self.readers().await;
        let mut found = BTreeSet::new();
        for id in ids.iter().filter(|id| !id.is_empty()) {
            let rows = db::read(readers, sql::MOVES_OF_PATIENT, vec![id.into(), MOST.into()]).await?;
            found.extend(rows.iter().map(row).collect::<Result<Vec<Move>>>()?);
        }
        let named: BTreeSet<Arc<str>> = found.iter().filter_map(|m| m.visit.clone()).collect();
        for visit in visits.union(&named).filter(|visit| !visit.is_empty()) {
            let rows = db::read(readers, sql::MOVES_OF_VISIT, vec![visit.into(), MOST.into()]).await?;
            found.extend(rows.iter().map(row).collect::<Result<Vec<Move>>>()?);
        }
        Ok(found.into_iter().collect())
    }
}

fn row(row: &Row) -> Result<Move> {
    let moved = db::text(row, 3)?;
    let text = |i| Ok::<_, Error>(Some(db::shared(row, i)?).filter(|t: &Arc<str>| !t.is_empty()));
    Ok(Move {
        event: EventRef { source: db::shared(row, 0)?, id: db::shared(row, 1)? },
        at: Instant(db::int(row, 2)?),
        moved: Moved::parse(&moved).ok_or(Error::Stored { what: "move", why: moved })?,
        campus: rows::campus(&db::text(row, 4)?)?,
        patient: text(5)?,
        visit: text(6)?,
        dept: text(7)?,
        ward: text(8)?,
        bed: text(9)?,
    })
}
