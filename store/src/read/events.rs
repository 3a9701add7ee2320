//! Events as they were stored: lists by state, and each with its message.

use super::{Page, bounded, seal, unseal};
use crate::db::{self, Arg, Row};
use crate::error::{Error, Result};
use crate::filter::Where;
use crate::store::Store;
use crate::writer::rows;
use crate::{part, sql};
use medloop_engine::facts::EventRef;
use medloop_engine::name::CampusCode;
use medloop_engine::time::Instant;
use medloop_engine::world::EventState;
use std::sync::Arc;

/// Which events; what is absent does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Where they stand.
    pub state: Option<EventState>,
    /// The key they carry.
    pub order: Option<String>,
    /// Their `source`.
    pub source: Option<String>,
    /// Their campus.
    pub campus: Option<CampusCode>,
}

/// One revision of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    /// Its number in order of commit.
    pub no: i64,
    /// Its `source`.
    pub source: Arc<str>,
    /// Its `id`.
    pub id: Arc<str>,
    /// Which revision.
    pub revision: i64,
    /// Its `type`.
    pub kind: Arc<str>,
    /// Its `time`.
    pub at: Instant,
    /// When it reached us; for history, when it would have.
    pub arrived: Instant,
    /// Its campus.
    pub campus: CampusCode,
    /// The key it is stored under; empty: it carries none.
    pub key: Arc<str>,
    /// Where it stands.
    pub state: EventState,
    /// The message as it came.
    pub raw: Arc<str>,
}

const COLUMNS: &str =
    "SELECT no, source, id, revision, kind, at, arrived, campus, key, state, raw FROM event WHERE no >= 0";

impl Store {
    /// A page of events, the last one stored first.
    ///
    /// # Errors
    /// [`Error::Cursor`] for a cursor that was not given out here; else when the database refuses.
    pub async fn events(
        &self,
        filter: EventFilter,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<Page<EventRow>> {
        let limit = bounded(limit);
        let before = match cursor {
            Some(cursor) => Some(unseal(&cursor)?.parse::<i64>().map_err(|_| Error::Cursor)?),
            None => None,
        };
        let campuses: Vec<CampusCode> = self.catalogue().campuses.keys().cloned().collect();
        let mut items = Vec::new();
        let wanted = |c: &CampusCode| filter.campus.as_ref().is_none_or(|f| f == c);
        let places: Vec<Option<&CampusCode>> = match &filter.order {
            Some(_) => campuses.iter().filter(|c| wanted(c)).map(Some).collect(),
            None => vec![None],
        };
        for campus in places {
            let mut w = Where::new(COLUMNS);
            if let (Some(order), Some(campus)) = (&filter.order, campus) {
                let part = part::case(campus, order).into();
                w.and(
                    "no IN (SELECT no FROM event_key WHERE part = # AND campus = # AND key = #)",
                    [part, campus.as_str().into(), order.as_str().into()],
                );
            } else if let Some(campus) = &filter.campus {
                w.and("campus = #", [Arg::from(campus.as_str())]);
            }
            match filter.state {
                // Written out, so that the index of what is not applied serves it.
                Some(EventState::Waiting) => w.and("state = 'waiting' AND state <> 'applied'", []),
                Some(EventState::Superseded) => w.and("state = 'superseded' AND state <> 'applied'", []),
                Some(EventState::Retracted) => w.and("state = 'retracted' AND state <> 'applied'", []),
                Some(EventState::Applied) => w.and("state = 'applied'", []),
                None => {}
            }
            if let Some(source) = &filter.source {
                w.and("source = #", [Arg::from(source.as_str())]);
            }
            if let Some(before) = before {
                w.and("no < #", [Arg::Int(before)]);
            }
            w.push(" ORDER BY no DESC LIMIT #", [Arg::Int(i64::from(limit) + 1)]);
            let (text, args) = w.end();
            for row in db::read_made(self.readers().await, text, args).await? {
                items.push(event_row(&row)?);
            }
        }
        items.sort_by_key(|row: &EventRow| std::cmp::Reverse(row.no));
        Ok(Page::cut(items, limit, |last| seal(&last.no.to_string())))
    }

    /// The latest revision of one event, with its message.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn event(&self, source: &str, id: &str) -> Result<Option<EventRow>> {
        let event = EventRef { source: source.into(), id: id.into() };
        let args = vec![part::identity(&event).into(), source.into(), id.into()];
        let found = db::read(self.readers().await, sql::EVENT_LATEST, args).await?;
        found.first().map(event_row).transpose()
    }
}

fn event_row(row: &Row) -> Result<EventRow> {
    let state = db::text(row, 9)?;
    Ok(EventRow {
        no: db::int(row, 0)?,
        source: db::shared(row, 1)?,
        id: db::shared(row, 2)?,
        revision: db::int(row, 3)?,
        kind: db::shared(row, 4)?,
        at: Instant(db::int(row, 5)?),
        arrived: Instant(db::int(row, 6)?),
        campus: rows::campus(&db::text(row, 7)?)?,
        key: db::shared(row, 8)?,
        state: EventState::parse(&state).ok_or(Error::Stored { what: "state", why: state })?,
        raw: db::shared(row, 10)?,
    })
}
