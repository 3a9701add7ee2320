//! Values that do not simply lead to all who learnt them: exclusive ones that several orders claim, and those with an end.
//! What hangs on such a value is found anew by the engine's own rule, from every event that can have a say in it; every
//! other value is a look-up.

use super::attach::addresses;
use super::engine;
use super::rows::{Address, Entry};
use super::work::{Revision, Work};
use crate::case::CaseId;
use crate::definitions::Compiled;
use crate::error::Result;
use medloop_engine::admit;
use medloop_engine::facts::EventRef;
use medloop_engine::name::LoopCode;
use medloop_engine::world::{Sent, route, rule};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Work<'_> {
    /// Notes addresses at which something has changed and where a look-up may not be enough.
    pub(crate) fn watch(&mut self, code: &LoopCode, compiled: &Compiled, all: &[Address]) {
        let mine = all.iter().filter(|a| !rule(&compiled.definition, &a.field).is_default());
        self.watched.extend(mine.map(|a| (code.clone(), a.clone())));
    }

    /// Whether what is learnt at an address does not by itself say where its events go.
    pub(crate) async fn contested(
        &mut self,
        code: &LoopCode,
        compiled: &Compiled,
        address: &Address,
    ) -> Result<bool> {
        let rule = rule(&compiled.definition, &address.field);
        if rule.is_default() {
            return Ok(false);
        }
        let mut links = self.spot(address).await?.links.keys().filter(|(c, _)| c == code);
        Ok(links.next().is_some() && (rule.valid.is_some() || links.next().is_some()))
    }

    /// Finds anew where the events at watched addresses go, and moves those that go elsewhere.
    pub(crate) async fn reroute(&mut self) -> Result<()> {
        let mut seeds: BTreeMap<LoopCode, BTreeSet<Address>> = BTreeMap::new();
        for (code, address) in std::mem::take(&mut self.watched) {
            let Some(leading) = self.defs.leading(&code).cloned() else { continue };
            let left = self.left.remove(&(code.clone(), address.clone()));
            if left || self.contested(&code, &leading, &address).await? {
                seeds.entry(code).or_default().insert(address);
            }
        }
        for (code, addresses) in seeds {
            if let Some(leading) = self.defs.leading(&code).cloned() {
                self.reroute_from(&code, &leading, addresses).await?;
            }
        }
        Ok(())
    }

    async fn reroute_from(
        &mut self,
        code: &LoopCode,
        leading: &Arc<Compiled>,
        seeds: BTreeSet<Address>,
    ) -> Result<()> {
        let (at, loose) = self.cluster(code, leading, seeds).await?;
        let mut places: BTreeSet<CaseId> = BTreeSet::new();
        for address in &at {
            let links = self.spot(address).await?.links.keys().filter(|(c, _)| c == code);
            places.extend(links.map(|(_, key)| (address.campus.clone(), key.clone())));
        }
        self.read_cases(places.iter().cloned()).await?;
        let mut keyed = Vec::new();
        for place in &places {
            keyed.extend(self.claims(place, code, leading, Some(&at)).await?);
        }
        let sent: Vec<Sent<'_>> =
            keyed.iter().chain(&loose).map(|b| Sent { event: &b.event, live: b.live }).collect();
        let routes = engine(|| route(&leading.definition, &sent))?;
        let mut goes: BTreeSet<(CaseId, i64)> = BTreeSet::new();
        for (id, members) in &routes.members {
            let mine = members.iter().filter_map(|i| loose.get(i.checked_sub(keyed.len())?));
            goes.extend(mine.map(|body| ((id.campus.clone(), id.key.clone()), body.no)));
        }
        for body in &loose {
            for place in &places {
                let is = self.held(place, code).is_some_and(|held| held.has(body.no));
                match (is, goes.contains(&(place.clone(), body.no))) {
                    (true, false) => {
                        self.leave(place, code, body).await?;
                        self.unlearn_visit(place, code, body).await?;
                    }
                    (false, true) => {
                        self.put(place, code, body, true).await?;
                        self.learn_visit(place, code, body).await?;
                        self.restate.insert(body.event.reference());
                    }
                    _ => {}
                }
            }
        }
        for address in &at {
            for place in places.iter().filter(|(campus, _)| *campus == address.campus) {
                let link = (address.field.clone(), address.value.clone());
                let teacher = routes.learnt.get(&(place.clone(), link)).map(|(_, teacher)| teacher.clone());
                self.set_link(code, place, address, teacher).await?;
            }
        }
        Ok(())
    }

    /// The addresses that hang together with these by events without a key, and these events.
    pub(crate) async fn cluster(
        &mut self,
        code: &LoopCode,
        leading: &Compiled,
        seeds: BTreeSet<Address>,
    ) -> Result<(BTreeSet<Address>, Vec<Revision>)> {
        let (mut at, mut seen, mut loose) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        let mut todo: Vec<Address> = seeds.into_iter().collect();
        while let Some(address) = todo.pop() {
            if !at.insert(address.clone()) {
                continue;
            }
            let here = self.spot(&address).await?.events.iter().filter(|(c, ..)| c == code);
            let here: Vec<(EventRef, u32)> = here.map(|(_, event, r)| (event.clone(), *r)).collect();
            for one in here {
                if !seen.insert(one.clone()) {
                    continue;
                }
                let Some(body) = self.revision(&one.0, one.1).await? else { continue };
                let free = admit::key(&leading.definition, &body.event).is_none();
                if free && self.uses(leading, &body.event, body.no)? {
                    todo.extend(addresses(leading, &body.event));
                    loose.push(body);
                }
            }
        }
        Ok((at, loose))
    }

    /// The events with the key of a place; those that carry one of these values.
    pub(crate) async fn claims(
        &mut self,
        place: &CaseId,
        code: &LoopCode,
        leading: &Compiled,
        at: Option<&BTreeSet<Address>>,
    ) -> Result<Vec<Revision>> {
        let mut out = Vec::new();
        if !self.case(place).await?.instances.contains_key(code) {
            return Ok(out);
        }
        for reference in self.stored_under(place).await? {
            let revisions: Vec<u32> = self.seen(&reference).await?.revisions.keys().copied().collect();
            for revision in revisions {
                let Some(body) = self.revision(&reference, revision).await? else { continue };
                let mine = body.event.campus == place.0
                    && admit::key(&leading.definition, &body.event).is_some_and(|k| k == place.1)
                    && at.is_none_or(|at| addresses(leading, &body.event).iter().any(|a| at.contains(a)));
                if mine && self.uses(leading, &body.event, body.no)? {
                    out.push(body);
                }
            }
        }
        Ok(out)
    }

    /// Takes an event without a key out of an instance to which it does not lead any more.
    pub(crate) async fn leave(&mut self, id: &CaseId, code: &LoopCode, body: &Revision) -> Result<()> {
        let Some(held) = self.held(id, code) else { return Ok(()) };
        let compiled = held.compiled.clone();
        let tracks: Vec<_> = held.tracks_of(body.no);
        self.read_facts(tracks.iter().map(|t| (id.clone(), code.clone(), t.clone())).collect()).await?;
        let brought = engine(|| admit::facts(&compiled.definition, &body.event))?;
        let Some(held) = self.held(id, code) else { return Ok(()) };
        for track in tracks {
            let slot = held.moved(&track);
            let Some(life) = slot.numbers.remove(body.no) else { continue };
            let mine = brought.iter().find(|(t, _)| *t == track).map(|(_, fact)| fact.clone());
            let mut fact = mine.into_iter().collect::<Vec<_>>();
            fact.iter_mut().for_each(|f| life.tell(f));
            let facts = &mut slot.facts.get_or_insert_default().facts;
            if let Some(i) = fact.first().and_then(|fact| facts.iter().position(|f| **f == *fact)) {
                facts.remove(i);
            }
            let empty = slot.numbers.is_empty();
            held.recalled.remove(&track);
            if empty && !track.is_order() {
                held.drop_track(&track);
            }
        }
        held.dirty = true;
        held.mix();
        self.unsure.insert((id.clone(), code.clone()));
        self.restate.insert(body.event.reference());
        if let Some(row) = self.ahead.rows.get_mut(&body.no) {
            let place = (id.0.clone(), id.1.clone(), code.clone());
            row.visited.remove(&place);
            if let Some(reached) = &mut row.reached {
                reached.remove(&place);
            }
        }
        Ok(())
    }

    /// Makes an address say whether an instance has learnt it, and from which event.
    pub(crate) async fn set_link(
        &mut self,
        code: &LoopCode,
        id: &CaseId,
        address: &Address,
        teacher: Option<EventRef>,
    ) -> Result<()> {
        let link = (code.clone(), id.1.clone());
        let entry = Entry::Link(code.clone(), id.1.clone());
        let spot = self.spot(address).await?;
        let old = spot.links.get(&link).cloned();
        match teacher {
            Some(teacher) if old.as_ref() != Some(&teacher) => {
                spot.links.insert(link, teacher.clone());
                self.add(address.clone(), entry, Some(teacher));
            }
            None if old.is_some() => {
                spot.links.remove(&link);
                self.drop_entry(address.clone(), entry);
                self.once_claimed(code, id, address).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// An instance has unlearnt a value that it may have kept from others for a while: what claimed it then stays to be found,
    /// because it says for how long others' events counted.
    async fn once_claimed(&mut self, code: &LoopCode, id: &CaseId, address: &Address) -> Result<()> {
        let Some(leading) = self.defs.leading(code).cloned() else { return Ok(()) };
        if !leading.choosy {
            return Ok(());
        }
        if !rule(&leading.definition, &address.field).is_default() {
            self.left.insert((code.clone(), address.clone()));
        }
        let at = BTreeSet::from([address.clone()]);
        for body in self.claims(id, code, &leading, Some(&at)).await? {
            let entry = (code.clone(), body.event.reference(), body.event.revision);
            if self.spot(address).await?.events.insert(entry.clone()) {
                self.add(address.clone(), Entry::Event(entry.0, entry.1, entry.2), None);
            }
        }
        Ok(())
    }
}
