//! One batch in the making: what was read for it, what it changes, nothing of it visible before its commit.

use super::engine;
use super::rows::{self, Address, Entry, EventRow, Older, Place, Refused, Seen, Spot};
use super::take::Prepared;
use crate::cache::Cache;
use crate::case::{Case, CaseId, Held, Slot};
use crate::db::{self, Conn};
use crate::definitions::{Compiled, Definitions};
use crate::error::{Error, Result};
use crate::{part, sql};
use medloop_engine::admit;
use medloop_engine::event::{self, Arrival, Event};
use medloop_engine::facts::{EventRef, Fact, TrackId};
use medloop_engine::graph::ScopeIx;
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::time::{Instant, Span};
use medloop_engine::world::EventState;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What the writer remembers from batch to batch; replaced only after a commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    /// The number of the next event.
    pub(crate) next_no: i64,
    /// Where the loaded history of each campus ends.
    pub(crate) ends: BTreeMap<CampusCode, Instant>,
}

/// One batch.
pub(crate) struct Work<'a> {
    pub(crate) conn: &'a mut Conn,
    pub(crate) defs: &'a Definitions,
    pub(crate) cache: &'a mut Cache,
    pub(crate) now: Instant,
    pub(crate) marks: Marks,
    pub(crate) seen: HashMap<EventRef, Seen>,
    /// Revisions of events, and whether they were loaded as history.
    pub(crate) events: HashMap<(EventRef, u32), (Arc<Event>, bool)>,
    /// Facts that callers have found out.
    pub(crate) prepared: HashMap<(EventRef, u32), Prepared>,
    pub(crate) cases: BTreeMap<CaseId, Case>,
    pub(crate) spots: BTreeMap<Address, Spot>,
    /// New, by number.
    pub(crate) rows: BTreeMap<i64, EventRow>,
    /// New states of rows that were there before.
    pub(crate) states: BTreeMap<Place, EventState>,
    /// Stored events whose state has to be found anew.
    pub(crate) restate: BTreeSet<EventRef>,
    pub(crate) added: BTreeMap<(Address, Entry), Option<EventRef>>,
    pub(crate) dropped: BTreeSet<(Address, Entry)>,
    pub(crate) refused: Vec<Refused>,
}

impl<'a> Work<'a> {
    pub(crate) fn new(
        conn: &'a mut Conn,
        defs: &'a Definitions,
        cache: &'a mut Cache,
        now: Instant,
        marks: Marks,
    ) -> Self {
        Self {
            conn,
            defs,
            cache,
            now,
            marks,
            seen: HashMap::new(),
            events: HashMap::new(),
            prepared: HashMap::new(),
            cases: BTreeMap::new(),
            spots: BTreeMap::new(),
            rows: BTreeMap::new(),
            states: BTreeMap::new(),
            restate: BTreeSet::new(),
            added: BTreeMap::new(),
            dropped: BTreeSet::new(),
            refused: Vec::new(),
        }
    }

    /// Reads what is known of these events, unless it is here.
    pub(crate) async fn read_seen(&mut self, events: impl IntoIterator<Item = EventRef>) -> Result<()> {
        let missing: BTreeSet<EventRef> = events.into_iter().filter(|e| !self.seen.contains_key(e)).collect();
        let args = missing
            .iter()
            .flat_map(|e| [part::identity(e).into(), (&e.source).into(), (&e.id).into()])
            .collect();
        for row in db::read_many(self.conn, &sql::SEEN_GET, args).await? {
            let (event, seen) = Seen::read(&row)?;
            self.seen.insert(event, seen);
        }
        for event in missing {
            self.seen.entry(event).or_default();
        }
        Ok(())
    }

    /// What is known of an event; nothing at all: the default.
    pub(crate) async fn seen(&mut self, event: &EventRef) -> Result<&mut Seen> {
        if !self.seen.contains_key(event) {
            self.read_seen([event.clone()]).await?;
        }
        Ok(self.seen.entry(event.clone()).or_default())
    }

    /// Reads the instances of these keys, unless they are here.
    pub(crate) async fn read_cases(&mut self, ids: impl IntoIterator<Item = CaseId>) -> Result<()> {
        let mut missing = BTreeSet::new();
        for id in ids {
            if self.cases.contains_key(&id) || missing.contains(&id) {
                continue;
            }
            match self.cache.take(&id) {
                Some(case) => drop(self.cases.insert(id, case)),
                None => drop(missing.insert(id)),
            }
        }
        let args = missing
            .iter()
            .flat_map(|(campus, key)| [part::case(campus, key).into(), campus.as_str().into(), key.into()])
            .collect();
        let rows = db::read_many(self.conn, &sql::TRACK_OF_KEY, args).await?;
        for id in missing {
            self.cases.insert(id, Case::default());
        }
        for row in rows.iter().filter(|r| db::int(r, 3).is_ok_and(|scope| scope == 0)) {
            let hash = db::text(row, 8)?;
            let compiled = self
                .defs
                .by_hash(&hash)
                .cloned()
                .ok_or_else(|| Error::Stored { what: "definition", why: format!("no definition {hash}") })?;
            let mut held = Held::new(compiled);
            held.dirty = false;
            held.history = db::maybe_text(row, 9)?.is_some();
            held.as_of = Instant(db::maybe_int(row, 10)?.unwrap_or(i64::MIN));
            held.opened = db::maybe_int(row, 12)?.is_some();
            held.order.version = db::int(row, 5)?;
            held.order.facts = rows::json(Some(db::text(row, 6)?))?;
            held.order.patient = held.order.stated_patient();
            let case =
                self.cases.entry((rows::campus(&db::text(row, 0)?)?, db::shared(row, 1)?)).or_default();
            case.instances.insert(rows::code(&db::text(row, 2)?)?, held);
        }
        for row in rows.iter().filter(|r| db::int(r, 3).is_ok_and(|scope| scope != 0)) {
            let id = (rows::campus(&db::text(row, 0)?)?, db::shared(row, 1)?);
            let code = rows::code(&db::text(row, 2)?)?;
            let held = self.cases.get_mut(&id).and_then(|c| c.instances.get_mut(&code));
            let slot = Slot {
                version: db::int(row, 5)?,
                facts: None,
                summary: rows::json(Some(db::text(row, 7)?))?,
                patient: rows::json(db::maybe_text(row, 11)?)?,
                dirty: false,
            };
            if let Some(held) = held {
                held.tracks.insert(track_id(row)?, slot);
            }
        }
        Ok(())
    }

    /// The instances of a key.
    pub(crate) async fn case(&mut self, id: &CaseId) -> Result<&mut Case> {
        if !self.cases.contains_key(id) {
            self.read_cases([id.clone()]).await?;
        }
        Ok(self.cases.entry(id.clone()).or_default())
    }

    /// Reads the facts of these tracks, unless they are here.
    pub(crate) async fn read_facts(&mut self, wanted: Vec<(CaseId, LoopCode, TrackId)>) -> Result<()> {
        let mut args = Vec::new();
        for ((campus, key), code, track) in wanted {
            let case = self.cases.get(&(campus.clone(), key.clone()));
            let slot = case.and_then(|c| c.instances.get(&code)).and_then(|h| h.tracks.get(&track));
            if slot.is_none_or(|s| s.facts.is_some()) {
                continue;
            }
            args.extend([
                part::case(&campus, &key).into(),
                campus.as_str().into(),
                (&key).into(),
                code.as_str().into(),
                i64::from(track.scope.0).into(),
                (&track.value).into(),
            ]);
        }
        for row in db::read_many(self.conn, &sql::TRACK_FACTS, args).await? {
            let id = (rows::campus(&db::text(&row, 0)?)?, db::shared(&row, 1)?);
            let held = self.cases.get_mut(&id).and_then(|c| {
                rows::code(&db::text(&row, 2).ok()?).ok().and_then(|code| c.instances.get_mut(&code))
            });
            let facts = rows::json(Some(db::text(&row, 5)?))?;
            if let Some(slot) = held.and_then(|h| h.tracks.get_mut(&track_id(&row).ok()?)) {
                slot.facts = facts;
            }
        }
        Ok(())
    }

    /// Reads all facts of an instance.
    pub(crate) async fn read_all_facts(&mut self, id: &CaseId, code: &LoopCode) -> Result<()> {
        let held = self.case(id).await?.instances.get(code);
        let unread = held.map(Held::unread).unwrap_or_default();
        self.read_facts(unread.into_iter().map(|t| (id.clone(), code.clone(), t)).collect()).await
    }

    /// Reads what lies at these addresses, unless it is here.
    pub(crate) async fn read_spots(&mut self, addresses: impl IntoIterator<Item = Address>) -> Result<()> {
        let missing: BTreeSet<Address> =
            addresses.into_iter().filter(|a| !self.spots.contains_key(a)).collect();
        let args = missing.iter().flat_map(Address::args).collect();
        let rows = db::read_many(self.conn, &sql::ADDRESS_GET, args).await?;
        for address in missing {
            self.spots.entry(address).or_default();
        }
        for row in rows {
            let campus = rows::campus(&db::text(&row, 0)?)?;
            let address = Address { campus, field: db::shared(&row, 1)?, value: db::shared(&row, 2)? };
            let spot = self.spots.entry(address).or_default();
            let (code, name) = (rows::code(&db::text(&row, 4)?)?, db::shared(&row, 5)?);
            if db::text(&row, 3)? == "link" {
                let teacher = EventRef { source: db::shared(&row, 8)?, id: db::shared(&row, 9)? };
                spot.links.insert((code, name), teacher);
            } else {
                let event = EventRef { source: name, id: db::shared(&row, 6)? };
                spot.events.insert((code, event, u32::try_from(db::int(&row, 7)?).unwrap_or(0)));
            }
        }
        Ok(())
    }

    /// What lies at an address.
    pub(crate) async fn spot(&mut self, address: &Address) -> Result<&mut Spot> {
        if !self.spots.contains_key(address) {
            self.read_spots([address.clone()]).await?;
        }
        Ok(self.spots.entry(address.clone()).or_default())
    }

    /// A stored revision of an event, read again from its message.
    pub(crate) async fn event(&mut self, event: &EventRef, known: &Older) -> Result<Arc<Event>> {
        self.read_events(vec![(event.clone(), known.clone())]).await?;
        self.events.get(&(event.clone(), known.revision)).map(|(e, _)| e.clone()).ok_or_else(|| {
            Error::Stored {
                what: "event",
                why: format!("event {} is not where it was stored", known.place.no),
            }
        })
    }

    /// A revision of an event: what it says, whether it counts, whether it was loaded as history.
    pub(crate) async fn revision(
        &mut self,
        event: &EventRef,
        revision: u32,
    ) -> Result<Option<(Arc<Event>, bool, bool)>> {
        let seen = self.seen(event).await?;
        let newest = seen.latest.as_ref().is_some_and(|l| l.revision == revision);
        let live = newest && seen.live;
        let known = seen.latest.iter().chain(&seen.older).find(|o| o.revision == revision).cloned();
        let Some(known) = known else { return Ok(None) };
        self.read_events(vec![(event.clone(), known)]).await?;
        Ok(self.events.get(&(event.clone(), revision)).map(|(e, history)| (e.clone(), live, *history)))
    }

    /// Reads stored revisions of events, unless they are here.
    pub(crate) async fn read_events(&mut self, wanted: Vec<(EventRef, Older)>) -> Result<()> {
        let missing = wanted.into_iter().filter(|(e, o)| !self.events.contains_key(&(e.clone(), o.revision)));
        let args = missing.flat_map(|(_, older)| older.place.args()).collect();
        for row in db::read_many(self.conn, &sql::EVENT_GET, args).await? {
            self.keep_event(&row)?;
        }
        Ok(())
    }

    /// What an event does in a loop.
    pub(crate) fn facts(&self, compiled: &Compiled, event: &Event) -> Result<Vec<(TrackId, Fact)>> {
        let prepared = self.prepared.get(&(event.reference(), event.revision));
        match prepared.and_then(|p| p.iter().find(|(hash, _)| *hash == compiled.hash)) {
            Some((_, facts)) => Ok(facts.clone()),
            None => engine(|| admit::facts(&compiled.definition, event)),
        }
    }

    /// Whether a loop has a use for an event.
    pub(crate) fn uses(&self, compiled: &Compiled, event: &Event) -> Result<bool> {
        let prepared = self.prepared.get(&(event.reference(), event.revision));
        match prepared.and_then(|p| p.iter().find(|(hash, _)| *hash == compiled.hash)) {
            Some((_, facts)) => Ok(!facts.is_empty()),
            None => Ok(!engine(|| admit::facts(&compiled.definition, event))?.is_empty()),
        }
    }

    /// Keeps an event of which the row was read (columns of `EVENT_GET`).
    pub(crate) fn keep_event(&mut self, row: &db::Row) -> Result<Arc<Event>> {
        let raw = db::text(row, 7)?;
        let arrived = Instant(db::int(row, 4)?);
        let arrival = match db::maybe_int(row, 5)? {
            Some(shift) => Arrival::Backfill { shift: Span(shift), received: arrived },
            None => Arrival::Now(arrived),
        };
        let wrong = |why: String| Error::Stored { what: "event", why };
        let json: serde_json::Value = serde_json::from_str(&raw).map_err(|e| wrong(e.to_string()))?;
        let event = event::read(&json, &self.defs.catalogue, arrival).map_err(|r| wrong(r.to_string()))?;
        let event = Arc::new(event);
        let history = db::maybe_int(row, 5)?.is_some();
        self.events.insert((event.reference(), event.revision), (event.clone(), history));
        Ok(event)
    }

    /// Notes that a value now leads, waits or is found here.
    pub(crate) fn add(&mut self, address: Address, entry: Entry, teacher: Option<EventRef>) {
        let at = (address, entry);
        self.dropped.remove(&at);
        self.added.insert(at, teacher);
    }

    /// Notes that it no longer does.
    pub(crate) fn drop_entry(&mut self, address: Address, entry: Entry) {
        let at = (address, entry);
        self.added.remove(&at);
        self.dropped.insert(at);
    }
}

/// Columns 3 and 4: scope and value.
fn track_id(row: &db::Row) -> Result<TrackId> {
    let scope = u16::try_from(db::int(row, 3)?).unwrap_or(u16::MAX);
    Ok(TrackId { scope: ScopeIx(scope), value: db::shared(row, 4)? })
}
