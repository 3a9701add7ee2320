//! What the writer remembers from batch to batch.

use super::{END_OF, SETTLED, rows};
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::sql;
use medloop_engine::alert::{Pulse, Pulses};
use medloop_engine::catalogue::Catalogue;
use medloop_engine::name::{CampusCode, SystemCode};
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
    /// The arrivals of the systems that state a heartbeat.
    pub(crate) pulses: Pulses,
    /// Those that changed since they were written, and whether a silence did.
    pub(crate) beaten: BTreeMap<(SystemCode, CampusCode), bool>,
    /// The last period of which pairs were written since this began.
    pub(crate) period: Option<i64>,
    /// Silences that go on and are told, by their beginning.
    pub(crate) told: BTreeMap<(SystemCode, CampusCode), Instant>,
}

impl Marks {
    /// As the database has them.
    pub(crate) async fn read(conn: &mut Conn, catalogue: &Catalogue) -> Result<Self> {
        let last = db::read_own(conn, sql::EVENT_LAST, vec![]).await?;
        let last = last.first().map(|row| db::int(row, 0)).transpose()?.unwrap_or(0);
        let retractions = !db::read_own(conn, sql::ANY_RETRACTION, vec![]).await?.is_empty();
        let mut marks = Self { next_no: last + 1, retractions, ..Self::default() };
        for row in db::read_own(conn, sql::PULSES, vec![]).await? {
            let system = SystemCode::parse(&db::text(&row, 0)?);
            let system = system.map_err(|e| Error::Stored { what: "system", why: e.to_string() })?;
            let campus = rows::campus(&db::text(&row, 1)?)?;
            let Some(heartbeat) = catalogue.heartbeat(&system, &campus) else { continue };
            let (first, last) = (Instant(db::int(&row, 2)?), Instant(db::int(&row, 3)?));
            let silences = rows::json(Some(db::text(&row, 4)?))?.unwrap_or_default();
            marks.pulses.insert((system, campus), Pulse::of(heartbeat, first, last, silences));
        }
        for (system, campus) in beating(catalogue) {
            let Some(heartbeat) = catalogue.heartbeat(&system, &campus) else { continue };
            marks.pulses.entry((system, campus)).or_insert_with(|| Pulse::new(heartbeat));
        }
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

    /// Something came from a system.
    pub(crate) fn beat(&mut self, system: &SystemCode, campus: &CampusCode, at: Instant) {
        if self.pulses.is_empty() {
            return;
        }
        let place = (system.clone(), campus.clone());
        if let Some(pulse) = self.pulses.get_mut(&place) {
            let moved = pulse.beat(at);
            *self.beaten.entry(place).or_default() |= moved;
        }
    }

    /// Silences that have begun by `now` and are not told yet.
    pub(crate) fn fallen_silent(&mut self, now: Instant) -> bool {
        let mut any = false;
        for (place, pulse) in &self.pulses {
            let Some(from) = pulse.quiet_from().filter(|from| *from <= now) else { continue };
            if self.told.get(place) != Some(&from) {
                self.beaten.insert(place.clone(), true);
                any = true;
            }
        }
        any
    }
}

/// The systems that may state a heartbeat, at every campus.
fn beating(catalogue: &Catalogue) -> Vec<(SystemCode, CampusCode)> {
    let systems = catalogue.systems.keys();
    systems.flat_map(|s| catalogue.campuses.keys().map(|c| (s.clone(), c.clone()))).collect()
}
