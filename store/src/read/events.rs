//! Events as they were stored: lists by state, and each with its message.

use super::{Page, bounded, seal, unseal};
use crate::db::{self, Arg, Row};
use crate::error::{Error, Result};
use crate::filter::Where;
use crate::store::Store;
use crate::writer::rows;
use crate::{again, part, sql};
use medloop_engine::facts::EventRef;
use medloop_engine::name::CampusCode;
use medloop_engine::time::Instant;
use medloop_engine::world::EventState;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which events; what is absent does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Where they stand.
    pub state: Option<EventState>,
    /// The key of an order that they belong to, or that they carry.
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

/// Events that lead nowhere yet and are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingGroup {
    /// Their `source`.
    pub source: String,
    /// Their `type`.
    pub kind: String,
    /// Whether they carry a key: they wait for the event that opens that order; the others wait for a link.
    pub keyed: bool,
    /// How many; of the latest [`WAITING_LOOKED`] events that wait.
    pub n: i64,
    /// When the first of them arrived.
    pub since: Instant,
}

/// So many waiting events are looked at to group them.
pub const WAITING_LOOKED: i64 = 20_000;

/// Numbers that one statement names.
const CHUNK: usize = 256;

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
        let mut items = Vec::new();
        match &filter.order {
            None => items = self.some_events(&filter, &[], before, limit).await?,
            Some(order) => {
                let numbers = self.numbers_of(order, filter.campus.as_ref()).await?;
                let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
                let newest: Vec<i64> =
                    numbers.into_iter().rev().filter(|no| before.is_none_or(|b| *no < b)).collect();
                for some in newest.chunks(CHUNK) {
                    items.extend(self.some_events(&filter, some, None, limit).await?);
                    if items.len() > wanted {
                        break;
                    }
                }
            }
        }
        Ok(Page::cut(items, limit, |last| seal(&last.no.to_string())))
    }

    /// Events that lead nowhere yet, by source, type and what they wait for; the largest group first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn waiting_groups(&self) -> Result<Vec<WaitingGroup>> {
        let rows = db::read(self.readers().await, sql::WAITING_GROUPS, vec![WAITING_LOOKED.into()]).await?;
        let group = |row: &Row| {
            Ok(WaitingGroup {
                source: db::text(row, 0)?,
                kind: db::text(row, 1)?,
                keyed: db::int(row, 2)? != 0,
                n: db::int(row, 3)?,
                since: Instant(db::int(row, 4)?),
            })
        };
        let mut all = rows.iter().map(group).collect::<Result<Vec<_>>>()?;
        all.sort_by(|a, b| b.n.cmp(&a.n).then(a.since.cmp(&b.since)));
        Ok(all)
    }

    /// The events of a key, by number: those that a track of it holds, and those that stand under the key alone.
    async fn numbers_of(&self, key: &str, campus: Option<&CampusCode>) -> Result<BTreeSet<i64>> {
        let mut numbers = BTreeSet::new();
        for campus in self.catalogue().campuses.keys().filter(|c| campus.is_none_or(|only| only == *c)) {
            let args: Vec<Arg> = vec![part::case(campus, key).into(), campus.shared().into(), key.into()];
            for row in db::read(self.readers().await, sql::KEY_TRACKS, args.clone()).await? {
                numbers.extend(again::read(&db::text(&row, 0)?)?.keys());
            }
            for row in db::read(self.readers().await, sql::KEY_EVENTS, args).await? {
                numbers.insert(db::int(&row, 0)?);
            }
        }
        Ok(numbers)
    }

    /// The last events that fit a filter, among those of some numbers (none named: among all), one more than `limit`.
    async fn some_events(
        &self,
        filter: &EventFilter,
        among: &[i64],
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<EventRow>> {
        let mut w = Where::new(COLUMNS);
        if let Some((first, rest)) = among.split_first() {
            w.and("no IN (#", [Arg::Int(*first)]);
            rest.iter().for_each(|no| w.push(", #", [Arg::Int(*no)]));
            w.push(")", []);
        }
        if let Some(campus) = &filter.campus {
            w.and("campus = #", [campus.shared().into()]);
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
        let rows = db::read_made(self.readers().await, text, args).await?;
        rows.iter().map(event_row).collect()
    }

    /// The latest revision of one event, with its message.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn event(&self, source: &str, id: &str) -> Result<Option<EventRow>> {
        let event = EventRef { source: source.into(), id: id.into() };
        let args = vec![part::identity(&event).into(), (&event.source).into(), (&event.id).into()];
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
