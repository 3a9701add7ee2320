//! One batch in the making: what was read for it, what it changes, nothing of it visible before its commit.

use super::ahead::Ahead;
use super::engine;
use super::marks::Marks;
use super::rows::{self, Address, Entry, Refused, Seen, Spot};
use super::take::Prepared;
use crate::alerts::Stood;
use crate::cache::Cache;
use crate::case::{Case, CaseId, Held, Map, Slot, share};
use crate::db::{self, Conn};
use crate::definitions::{Compiled, Definitions};
use crate::error::{Error, Result};
use crate::{again, part, sql};
use medloop_engine::admit;
use medloop_engine::alert;
use medloop_engine::event::Event;
use medloop_engine::facts::{EventRef, Fact, TrackId};
use medloop_engine::fold::{Rest, TrackSummary};
use medloop_engine::graph::ScopeIx;
use medloop_engine::name::LoopCode;
use medloop_engine::time::Instant;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One batch.
pub(crate) struct Work<'a> {
    /// Reads what is committed.
    pub(crate) look: &'a mut Conn,
    pub(crate) defs: &'a Definitions,
    pub(crate) cache: &'a mut Cache,
    /// What earlier batches left to be written, and this one adds to.
    pub(crate) ahead: &'a mut Ahead,
    pub(crate) now: Instant,
    pub(crate) marks: Marks,
    /// The number of the first event of this batch.
    pub(crate) first: i64,
    /// Revisions of settled events that were read, and whether they were loaded as history.
    pub(crate) events: Map<i64, (Arc<Event>, bool)>,
    /// Facts that callers have found out, by number.
    pub(crate) prepared: Map<i64, Prepared>,
    /// Instances of which the batch may change whether they are open.
    pub(crate) unsure: BTreeSet<(CaseId, LoopCode)>,
    /// Events whose state has to be found anew.
    pub(crate) restate: BTreeSet<EventRef>,
    pub(crate) refused: Vec<Refused>,
    /// Addresses at which something has changed and where a look-up may not be enough, by loop.
    pub(crate) watched: BTreeSet<(LoopCode, Address)>,
    /// Those of which an instance was unlearnt.
    pub(crate) left: BTreeSet<(LoopCode, Address)>,
}

impl<'a> Work<'a> {
    pub(crate) fn new(
        look: &'a mut Conn,
        defs: &'a Definitions,
        cache: &'a mut Cache,
        ahead: &'a mut Ahead,
        now: Instant,
        marks: Marks,
    ) -> Self {
        Self {
            look,
            defs,
            cache,
            ahead,
            now,
            first: marks.next_no,
            marks,
            events: Map::default(),
            prepared: Map::default(),
            unsure: BTreeSet::new(),
            restate: BTreeSet::new(),
            refused: Vec::new(),
            watched: BTreeSet::new(),
            left: BTreeSet::new(),
        }
    }

    /// Reads what is known of these events, unless it is here.
    pub(crate) async fn read_seen(&mut self, events: impl IntoIterator<Item = EventRef>) -> Result<()> {
        let missing: BTreeSet<EventRef> =
            events.into_iter().filter(|e| !self.ahead.seen.contains_key(e)).collect();
        let args = missing
            .iter()
            .flat_map(|e| [part::identity(e).into(), (&e.source).into(), (&e.id).into()])
            .collect();
        let mut found: BTreeMap<EventRef, Seen> = BTreeMap::new();
        for row in db::read_many(self.look, &sql::REVISIONS, args).await? {
            let no = db::int(&row, 3)?;
            // Those behind are taken again, one after the other.
            if no <= self.marks.settled {
                let event = EventRef { source: db::shared(&row, 0)?, id: db::shared(&row, 1)? };
                let seen = found.entry(event).or_insert_with(|| Seen { live: true, ..Seen::default() });
                seen.revisions.insert(u32::try_from(db::int(&row, 2)?).unwrap_or(0), no);
            }
        }
        if self.marks.retractions {
            let args = missing
                .iter()
                .flat_map(|e| [part::identity(e).into(), (&e.source).into(), (&e.id).into()])
                .collect();
            for row in db::read_many(self.look, &sql::RETRACTION_GET, args).await? {
                let event = EventRef { source: db::shared(&row, 0)?, id: db::shared(&row, 1)? };
                found.entry(event).or_default().read(db::int(&row, 2)?, db::text(&row, 3)?)?;
            }
        }
        for event in missing {
            let seen = found.remove(&event).unwrap_or_default();
            self.ahead.seen.insert(event, seen);
        }
        Ok(())
    }

    /// What is known of an event; nothing at all: the default.
    pub(crate) async fn seen(&mut self, event: &EventRef) -> Result<&mut Seen> {
        if !self.ahead.seen.contains_key(event) {
            self.read_seen([event.clone()]).await?;
        }
        Ok(self.ahead.seen.entry(event.clone()).or_default())
    }

    /// Reads the instances of these keys, unless they are here.
    pub(crate) async fn read_cases(&mut self, ids: impl IntoIterator<Item = CaseId>) -> Result<()> {
        let mut missing = BTreeSet::new();
        for id in ids {
            if self.ahead.cases.contains_key(&id) || missing.contains(&id) {
                continue;
            }
            match self.cache.take(&id) {
                Some(case) => drop(self.ahead.cases.insert(id, case)),
                None => drop(missing.insert(id)),
            }
        }
        let args = missing
            .iter()
            .flat_map(|(campus, key)| [part::case(campus, key).into(), campus.shared().into(), key.into()])
            .collect();
        let rows = db::read_many(self.look, &sql::TRACK_OF_KEY, args).await?;
        for id in missing {
            self.ahead.cases.insert(id, Case::default());
        }
        let mut orders = Vec::new();
        let mut owners: BTreeMap<[&str; 3], Owner<'_>> = BTreeMap::new();
        for row in rows.iter().filter(|r| db::int(r, 3).is_ok_and(|scope| scope == 0)) {
            let hash = db::text(row, 8)?;
            let compiled = self
                .defs
                .by_hash(&hash)
                .cloned()
                .ok_or_else(|| Error::Stored { what: "definition", why: format!("no definition {hash}") })?;
            let mut held = Held::new(compiled);
            held.dirty = false;
            held.young = false;
            held.history = db::maybe_text(row, 9)?.is_some();
            held.as_of = Instant(db::maybe_int(row, 10)?.unwrap_or(i64::MIN));
            held.opened = db::maybe_int(row, 12)?.is_some();
            held.order.version = db::int(row, 5)?;
            held.order.numbers = again::read(&db::text(row, 6)?)?;
            held.order.facts = None;
            let stood: Option<Stood> = rows::json(db::maybe_text(row, 13)?)?;
            let stood = stood.unwrap_or_default();
            (held.standing, held.mixed) = (stood.standing, stood.mixed);
            let at = [db::str(row, 0)?, db::str(row, 1)?, db::str(row, 2)?];
            let [campus, key, code] = at;
            let (id, code) = ((rows::campus(campus)?, Arc::from(key)), rows::code(code)?);
            let patient = db::maybe_str(row, 11)?;
            held.order.patient = patient.map(rows::parse).transpose()?;
            orders.push((id.clone(), code.clone(), TrackId::order()));
            owners.insert(at, Owner { id: id.clone(), code: code.clone(), patient, told: Vec::new() });
            self.ahead.cases.entry(id).or_default().instances.insert(code, Box::new(held));
        }
        for row in rows.iter().filter(|r| db::int(r, 3).is_ok_and(|scope| scope != 0)) {
            let at = [db::str(row, 0)?, db::str(row, 1)?, db::str(row, 2)?];
            let Some(owner) = owners.get_mut(&at) else { continue };
            let case = self.ahead.cases.get_mut(&owner.id);
            let Some(held) = case.and_then(|c| c.instances.get_mut(&owner.code)) else { continue };
            let mine = db::maybe_str(row, 11)?;
            let same = mine == owner.patient;
            let slot = Slot {
                version: db::int(row, 5)?,
                numbers: again::read(db::str(row, 6)?)?,
                facts: None,
                // Nearly all say what their order says.
                patient: if same { held.order.patient.clone() } else { mine.map(rows::parse).transpose()? },
                alerts: db::maybe_str(row, 13)?.map(rows::parse).transpose()?.unwrap_or_default(),
                used: 0,
            };
            let id = track_id(row)?;
            // What it told in another form is found again from its facts.
            match rows::parse(db::str(row, 7)?).ok().flatten() {
                Some(told) => {
                    let told = TrackSummary { id: id.clone(), ..told };
                    let rest = alert::rest(&told, &slot.alerts);
                    owner.told.push((told, rest));
                }
                None => drop(held.moved.insert(id.clone())),
            }
            held.restore(id, slot);
        }
        for owner in owners.into_values().filter(|owner| !owner.told.is_empty()) {
            let case = self.ahead.cases.get_mut(&owner.id);
            if let Some(held) = case.and_then(|c| c.instances.get_mut(&owner.code)) {
                held.recalled = owner.told.into_iter().collect();
            }
        }
        self.read_facts(orders).await
    }

    /// The instances of a key.
    pub(crate) async fn case(&mut self, id: &CaseId) -> Result<&mut Case> {
        if !self.ahead.cases.contains_key(id) {
            self.read_cases([id.clone()]).await?;
        }
        Ok(self.ahead.cases.entry(id.clone()).or_default())
    }

    /// Makes the facts of these tracks again, unless they are here.
    pub(crate) async fn read_facts(&mut self, mut wanted: Vec<(CaseId, LoopCode, TrackId)>) -> Result<()> {
        wanted.retain(|at| self.slot(at).is_some_and(|(_, slot)| slot.facts.is_none()));
        let slots = wanted.iter().filter_map(|at| self.slot(at));
        let numbers: Vec<i64> = slots.flat_map(|(_, slot)| slot.numbers.keys()).collect();
        self.read_events(numbers).await?;
        for at in wanted {
            let Some((compiled, slot)) = self.slot(&at) else { continue };
            let event = |no| {
                let here = self.ahead.event(no).map(|(event, _)| event);
                here.or_else(|| self.events.get(&no).map(|(event, _)| event)).map(|event| &**event)
            };
            let mut facts = again::facts(compiled, &at.2, &slot.numbers, event)?;
            let held = self.ahead.cases.get_mut(&at.0).and_then(|c| c.instances.get_mut(&at.1));
            if let Some(held) = held {
                share(&mut facts.facts, held.order.patient.as_ref());
                let slot = held.slot(&at.2);
                slot.facts = Some(facts);
                slot.patient = slot.stated_patient(None);
            }
        }
        Ok(())
    }

    /// A track that is here, and what its instance runs under.
    fn slot(&self, (id, code, track): &(CaseId, LoopCode, TrackId)) -> Option<(&Compiled, &Slot)> {
        let held = self.ahead.cases.get(id)?.instances.get(code)?;
        let slot =
            if track.is_order() { Some(&held.order) } else { held.tracks.get(track).map(|slot| &**slot) };
        Some((&held.compiled, slot?))
    }

    /// Reads all facts of an instance.
    pub(crate) async fn read_all_facts(&mut self, id: &CaseId, code: &LoopCode) -> Result<()> {
        let held = self.case(id).await?.instances.get(code);
        let unread = held.map(|held| held.unread()).unwrap_or_default();
        self.read_facts(unread.into_iter().map(|t| (id.clone(), code.clone(), t)).collect()).await
    }

    /// Reads what lies at these addresses, unless it is here.
    pub(crate) async fn read_spots(&mut self, addresses: impl IntoIterator<Item = Address>) -> Result<()> {
        let missing: BTreeSet<Address> =
            addresses.into_iter().filter(|a| !self.ahead.spots.contains_key(a)).collect();
        let args = missing.iter().flat_map(Address::args).collect();
        let rows = db::read_many(self.look, &sql::ADDRESS_GET, args).await?;
        for address in missing {
            self.ahead.spots.entry(address).or_default();
        }
        for row in rows {
            let campus = rows::campus(&db::text(&row, 0)?)?;
            let field = rows::field(&db::text(&row, 1)?)?;
            let address = Address { campus, field, value: db::shared(&row, 2)? };
            let spot = self.ahead.spots.entry(address).or_default();
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
        if !self.ahead.spots.contains_key(address) {
            self.read_spots([address.clone()]).await?;
        }
        Ok(self.ahead.spots.entry(address.clone()).or_default())
    }

    /// A revision of an event; `None` when today's catalogue does not understand it.
    pub(crate) async fn event(&mut self, no: i64) -> Result<Option<(Arc<Event>, bool)>> {
        self.read_events([no]).await?;
        let read = self.events.get(&no).map(|(event, history)| (event, *history));
        Ok(self.ahead.event(no).or(read).map(|(event, history)| (event.clone(), history)))
    }

    /// A revision of an event: what it says, whether it counts, whether it was loaded as history.
    pub(crate) async fn revision(&mut self, event: &EventRef, revision: u32) -> Result<Option<Revision>> {
        let seen = self.seen(event).await?;
        let newest = seen.latest().is_some_and(|(latest, _)| latest == revision);
        let live = newest && seen.live;
        let Some(no) = seen.revisions.get(&revision).copied() else { return Ok(None) };
        let body = self.event(no).await?;
        Ok(body.map(|(event, history)| Revision { no, event, live, history }))
    }

    /// Reads events again from their messages, unless they are here.
    pub(crate) async fn read_events(&mut self, wanted: impl IntoIterator<Item = i64>) -> Result<()> {
        let here = |no: &i64| self.events.contains_key(no) || self.ahead.rows.contains_key(no);
        let missing: BTreeSet<i64> = wanted.into_iter().filter(|no| !here(no)).collect();
        let args = missing.into_iter().map(Into::into).collect();
        for row in db::read_many(self.look, &sql::EVENT_GET, args).await? {
            let no = db::int(&row, 0)?;
            let history = db::maybe_int(&row, 3)?.is_some();
            match again::event(self.defs, db::int(&row, 1)?, &db::text(&row, 2)?, &db::text(&row, 4)?) {
                Ok(event) => drop(self.events.insert(no, (Arc::new(event), history))),
                // It was understood when it came. It stays where it is, and has no effect until it is understood again.
                Err(why) => tracing::warn!(no, why, "a stored event is not understood any more"),
            }
        }
        Ok(())
    }

    /// What an event does in a loop; `no` is its number. What its caller has found out is handed over, once.
    pub(crate) fn facts(
        &mut self,
        compiled: &Compiled,
        event: &Event,
        no: i64,
    ) -> Result<Vec<(TrackId, Fact)>> {
        let prepared = self.prepared.get_mut(&no);
        match prepared.and_then(|p| p.iter_mut().find(|(hash, _)| *hash == compiled.hash)) {
            Some((_, facts)) if !facts.is_empty() => Ok(std::mem::take(facts)),
            _ => engine(|| admit::facts(&compiled.definition, event)),
        }
    }

    /// Whether a loop has a use for an event.
    pub(crate) fn uses(&self, compiled: &Compiled, event: &Event, no: i64) -> Result<bool> {
        let prepared = self.prepared.get(&no);
        match prepared.and_then(|p| p.iter().find(|(hash, _)| *hash == compiled.hash)) {
            Some((_, facts)) if !facts.is_empty() => Ok(true),
            _ => Ok(!engine(|| admit::facts(&compiled.definition, event))?.is_empty()),
        }
    }

    /// Notes that a value now leads, waits or is found here.
    pub(crate) fn add(&mut self, address: Address, entry: Entry, teacher: Option<EventRef>) {
        let at = (address, entry);
        self.ahead.dropped.remove(&at);
        self.ahead.added.insert(at, teacher);
    }

    /// Notes that it no longer does.
    pub(crate) fn drop_entry(&mut self, address: Address, entry: Entry) {
        let at = (address, entry);
        self.ahead.added.remove(&at);
        self.ahead.dropped.insert(at);
    }
}

/// An instance whose rows are being read.
struct Owner<'r> {
    id: CaseId,
    code: LoopCode,
    /// Its patient, as its own row says it.
    patient: Option<&'r str>,
    /// What its tracks last told it.
    told: Vec<(TrackSummary, Rest)>,
}

/// One revision of an event.
#[derive(Clone, Debug)]
pub(crate) struct Revision {
    pub(crate) no: i64,
    pub(crate) event: Arc<Event>,
    /// Whether it counts.
    pub(crate) live: bool,
    /// Whether it was loaded as history.
    pub(crate) history: bool,
}

/// Columns 3 and 4: scope and value.
fn track_id(row: &db::Row) -> Result<TrackId> {
    let scope = u16::try_from(db::int(row, 3)?).unwrap_or(u16::MAX);
    Ok(TrackId { scope: ScopeIx(scope), value: db::shared(row, 4)? })
}
