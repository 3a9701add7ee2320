//! Gathers an instance anew from stored events: when what it had learnt may be gone, and when an instance that nothing
//! has opened moves to the published definition.

use super::attach::{addresses, taught};
use super::rows::Address;
use super::work::{Revision, Work};
use crate::again::{Life, Numbers};
use crate::case::{CaseId, Slot};
use crate::definitions::Compiled;
use crate::error::Result;
use crate::{db, part, sql};
use medloop_engine::admit;
use medloop_engine::event::Event;
use medloop_engine::facts::{EventRef, Fact, TrackFacts, TrackId};
use medloop_engine::name::LoopCode;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A revision that may belong to the instance.
struct Candidate {
    no: i64,
    event: Arc<Event>,
    live: bool,
    history: bool,
    facts: Vec<(TrackId, Fact)>,
    /// What leads it, and what it teaches.
    at: Vec<Address>,
    teaches: Vec<Address>,
    keyed: bool,
}

impl Work<'_> {
    /// Gathers the instance anew under `compiled`, leaving out the event of number `except` that is about to be put in.
    pub(crate) async fn rebuild(
        &mut self,
        id: &CaseId,
        code: &LoopCode,
        compiled: &Arc<Compiled>,
        except: Option<i64>,
    ) -> Result<()> {
        self.unsure.insert((id.clone(), code.clone()));
        let mut pool = BTreeMap::new();
        let mut learnt: BTreeMap<Address, EventRef> = BTreeMap::new();
        // Those that lead nowhere by themselves: what hangs on them is found once this is done.
        let mut contested: BTreeSet<Address> = BTreeSet::new();
        for event in self.stored_under(id).await? {
            self.candidate(&mut pool, event, id, compiled, except).await?;
        }
        loop {
            let mut fresh = Vec::new();
            for c in pool.values().filter(|c| c.live) {
                if c.keyed || c.at.iter().any(|a| learnt.contains_key(a) && !contested.contains(a)) {
                    let new = c.teaches.iter().filter(|a| !learnt.contains_key(*a));
                    fresh.extend(new.map(|a| (a.clone(), c.event.reference())));
                }
            }
            if fresh.is_empty() {
                break;
            }
            for (address, teacher) in fresh {
                let here = self.spot(&address).await?.events.clone();
                if self.contested(code, compiled, &address).await? {
                    contested.insert(address.clone());
                }
                learnt.entry(address).or_insert(teacher);
                for (_, event, _) in here.into_iter().filter(|(c, ..)| c == code) {
                    self.candidate(&mut pool, event, id, compiled, except).await?;
                }
            }
        }
        let all: BTreeSet<Address> =
            pool.values().flat_map(|c| c.at.iter().chain(&c.teaches).cloned()).collect();
        for address in &all {
            self.set_link(code, id, address, learnt.get(address).cloned()).await?;
        }
        self.watch(code, compiled, &all.into_iter().collect::<Vec<_>>());
        let mut tracks: BTreeMap<TrackId, (Numbers, Vec<Arc<Fact>>)> = BTreeMap::new();
        let (mut live_seen, mut as_of) = (false, None);
        for c in pool.values() {
            self.restate.insert(c.event.reference());
            if !c.keyed && !c.at.iter().any(|a| learnt.contains_key(a) && !contested.contains(a)) {
                continue;
            }
            live_seen |= !c.history;
            as_of = as_of.max(c.history.then_some(c.event.arrived));
            for (track, fact) in &c.facts {
                let (numbers, facts) = tracks.entry(track.clone()).or_default();
                numbers.set(c.no, Life::of(c.live));
                facts.push(Arc::new(Fact { dead: !c.live, ..fact.clone() }));
            }
        }
        let Some(held) = self.held(id, code) else { return Ok(()) };
        let kept: BTreeSet<i64> = tracks.values().flat_map(|(numbers, _)| numbers.keys()).collect();
        let all: Vec<i64> = held.slots().flat_map(|s| s.numbers.keys()).collect();
        held.compiled = compiled.clone();
        held.dirty = true;
        held.mix();
        held.history &= !live_seen;
        held.as_of = held.as_of.max(as_of.unwrap_or(held.as_of));
        let old: Vec<TrackId> = held.tracks.keys().cloned().collect();
        for track in old.into_iter().filter(|t| !tracks.contains_key(t)) {
            held.drop_track(&track);
        }
        tracks.entry(TrackId::order()).or_default();
        for (track, (numbers, facts)) in tracks {
            held.recalled.remove(&track);
            let slot: &mut Slot = held.moved(&track);
            slot.numbers = numbers;
            slot.facts = Some(TrackFacts { facts });
        }
        let gone = all.into_iter().filter(|no| !kept.contains(no));
        self.ahead.loose.extend(gone.map(|no| (id.clone(), no)));
        Ok(())
    }

    /// The events that may belong to the instance: those that some track of the key holds, and those stored under the key.
    pub(crate) async fn stored_under(&mut self, id: &CaseId) -> Result<BTreeSet<EventRef>> {
        let (campus, key) = id;
        let slots = self.case(id).await?.instances.values().flat_map(|held| held.slots());
        let numbers: Vec<i64> = slots.flat_map(|s| s.numbers.keys()).collect();
        self.read_events(numbers.iter().copied()).await?;
        let mut events = BTreeSet::new();
        for no in numbers {
            events.extend(self.event(no).await?.map(|(event, _)| event.reference()));
        }
        let args = vec![part::case(campus, key).into(), campus.shared().into(), key.into()];
        for row in db::read_many(self.look, &sql::EVENT_OF_KEY, args).await? {
            events.insert(EventRef { source: db::shared(&row, 0)?, id: db::shared(&row, 1)? });
        }
        let new = self.ahead.rows.values().filter(|r| r.event.campus == *campus && r.key == *key);
        events.extend(new.map(|r| r.event.reference()));
        Ok(events)
    }

    /// Adds every revision of an event that the loop has a use for and that may belong to the instance.
    async fn candidate(
        &mut self,
        pool: &mut BTreeMap<(EventRef, u32), Candidate>,
        reference: EventRef,
        id: &CaseId,
        compiled: &Compiled,
        except: Option<i64>,
    ) -> Result<()> {
        let seen = self.seen(&reference).await?;
        let revisions: Vec<u32> = seen.revisions.keys().copied().collect();
        for revision in revisions {
            let at = (reference.clone(), revision);
            if pool.contains_key(&at) {
                continue;
            }
            let Some(body) = self.revision(&reference, revision).await? else { continue };
            let Revision { no, event, live, history } = body;
            if except == Some(no) {
                continue;
            }
            let key = admit::key(&compiled.definition, &event);
            let facts = self.facts(compiled, &event, no)?;
            if facts.is_empty() || event.campus != id.0 || key.as_ref().is_some_and(|k| *k != id.1) {
                continue;
            }
            let (leads, teaches) = (addresses(compiled, &event), taught(compiled, &event));
            pool.insert(
                at,
                Candidate { no, event, live, history, facts, at: leads, teaches, keyed: key.is_some() },
            );
        }
        Ok(())
    }
}
