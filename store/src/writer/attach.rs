//! Puts an event into the instances it leads to, and lets them learn what it teaches.

use super::rows::{Address, Entry};
use super::work::{Revision, Work};
use crate::again::Life;
use crate::case::{CaseId, Held, share};
use crate::definitions::Compiled;
use crate::error::Result;
use medloop_engine::admit;
use medloop_engine::event::Event;
use medloop_engine::facts::{Fact, TrackId};
use medloop_engine::name::{FieldCode, LoopCode};
use std::collections::BTreeSet;
use std::sync::Arc;

/// An event on its way into an instance.
pub(crate) struct Visit {
    id: CaseId,
    code: LoopCode,
    body: Revision,
    /// It was known before, and only now led here.
    late: bool,
}

impl Visit {
    pub(crate) fn body(&self) -> &Revision {
        &self.body
    }
}

impl Work<'_> {
    /// Puts a revision of an event into every instance it leads to, in every loop.
    pub(crate) async fn attach(&mut self, body: &Revision) -> Result<()> {
        let mut visits = Vec::new();
        for code in self.defs.wanting(&body.event) {
            let ids = self.destinations(code, body, true).await?;
            visits.extend(ids.into_iter().map(|id| Visit {
                id,
                code: code.clone(),
                body: body.clone(),
                late: false,
            }));
        }
        self.visit(visits).await
    }

    /// The keys an event leads to in a loop. `enter`: one without a key is entered at its addresses, so that later links find
    /// it, and contested values wait for [`Work::reroute`]; else every key is there that may have it.
    pub(crate) async fn destinations(
        &mut self,
        code: &LoopCode,
        body: &Revision,
        enter: bool,
    ) -> Result<BTreeSet<CaseId>> {
        let event = &body.event;
        let Some(leading) = self.defs.leading(code).cloned() else { return Ok(BTreeSet::new()) };
        if let Some(key) = admit::key(&leading.definition, event) {
            return Ok(BTreeSet::from([(event.campus.clone(), key)]));
        }
        let mut ids = BTreeSet::new();
        if enter && !self.uses(&leading, event, body.no)? {
            return Ok(ids);
        }
        let all = addresses(&leading, event);
        if enter {
            self.watch(code, &leading, &all);
        }
        for address in all {
            let led = !enter || !self.contested(code, &leading, &address).await?;
            let spot = self.spot(&address).await?;
            let keys = spot.links.keys().filter(|(c, _)| led && c == code);
            ids.extend(keys.map(|(_, key)| (event.campus.clone(), key.clone())));
            let entry = (code.clone(), event.reference(), event.revision);
            if enter && spot.events.insert(entry.clone()) {
                self.add(address, Entry::Event(entry.0, entry.1, entry.2), None);
            }
        }
        if enter && !admit::by_visit(&leading.definition, event.kind.as_str()) {
            self.reached(body.no, None);
        }
        Ok(ids)
    }

    /// Puts events into instances, and the events that thereby find their way, until none is left.
    async fn visit(&mut self, mut visits: Vec<Visit>) -> Result<()> {
        while let Some(visit) = visits.pop() {
            let Visit { id, code, body, late } = &visit;
            if !self.prepare(id, code, body).await? {
                continue;
            }
            let Some(compiled) = self.put(id, code, body, *late).await? else { continue };
            if body.live {
                visits.extend(self.teach(id, code, &body.event, &compiled).await?);
            }
        }
        Ok(())
    }

    /// Puts the facts of an event into an instance; `None`: it brings none, or they are there.
    pub(crate) async fn put(
        &mut self,
        id: &CaseId,
        code: &LoopCode,
        body: &Revision,
        late: bool,
    ) -> Result<Option<Arc<Compiled>>> {
        let Some(compiled) = self.compiled(id, code) else { return Ok(None) };
        let event = &body.event;
        let facts = self.facts(&compiled, event, body.no)?;
        if facts.is_empty() {
            return Ok(None);
        }
        let tracks = facts.iter().map(|(track, _)| (id.clone(), code.clone(), track.clone()));
        self.read_facts(tracks.collect()).await?;
        let mut came = Vec::new();
        if let Some(held) = self.held(id, code) {
            for (track, fact) in facts {
                if !held.slot(&track).numbers.set(body.no, Life::of(body.live)) {
                    return Ok(None);
                }
                let mut fact = Arc::new(Fact { dead: !body.live, ..fact });
                share(std::slice::from_mut(&mut fact), held.order.patient.as_ref());
                let slot = held.moved(&track);
                slot.facts.get_or_insert_default().facts.push(fact.clone());
                if body.live && !body.history {
                    came.push((track, fact));
                }
            }
            // A link taught later than this arrived would lead it here only then.
            let overtaken = event.arrived < held.latest && admit::key(&compiled.definition, event).is_none();
            if late || !body.live || overtaken {
                held.mix();
            }
            held.touched_by(event, body.history);
            if !body.live || !held.opened {
                self.unsure.insert((id.clone(), code.clone()));
            }
        }
        for (track, fact) in came {
            self.count_pairs((id, code), &track, &fact);
        }
        if !admit::by_visit(&compiled.definition, event.kind.as_str()) {
            self.reached(body.no, Some((id, code)));
        } else if let Some(row) = self.ahead.rows.get_mut(&body.no) {
            row.visited.insert((id.0.clone(), id.1.clone(), code.clone()));
        }
        self.find(id, code, event, &compiled);
        Ok(Some(compiled))
    }

    /// Makes the instance ready for the event: begun when the loop wants the event, under the published definition
    /// as long as nothing has opened it.
    async fn prepare(&mut self, id: &CaseId, code: &LoopCode, body: &Revision) -> Result<bool> {
        let current = self.defs.current.get(code).cloned();
        let held = self.case(id).await?.instances.get(code);
        match (held, current) {
            (Some(held), Some(current)) if !held.opened && held.compiled.hash != current.hash => {
                self.rebuild(id, code, &current, Some(body.no)).await?;
            }
            (Some(_), _) => {}
            (None, Some(current)) => {
                if !self.uses(&current, &body.event, body.no)? {
                    return Ok(false);
                }
                let late = current.late;
                let held = Held::new(current.clone());
                self.case(id).await?.instances.insert(code.clone(), Box::new(held));
                if late {
                    self.rebuild(id, code, &current, Some(body.no)).await?;
                }
            }
            (None, None) => return Ok(false),
        }
        Ok(true)
    }

    /// Learns the values an event carries; the events that were waiting at them.
    async fn teach(
        &mut self,
        id: &CaseId,
        code: &LoopCode,
        event: &Arc<Event>,
        compiled: &Compiled,
    ) -> Result<Vec<Visit>> {
        self.teach_at(id, code, event, compiled, taught(compiled, event)).await
    }

    /// Learns these of the values that it carries.
    pub(crate) async fn teach_at(
        &mut self,
        id: &CaseId,
        code: &LoopCode,
        event: &Arc<Event>,
        compiled: &Compiled,
        all: Vec<Address>,
    ) -> Result<Vec<Visit>> {
        let mut visits = Vec::new();
        let link = (code.clone(), id.1.clone());
        self.watch(code, compiled, &all);
        for address in all {
            let spot = self.spot(&address).await?;
            if spot.links.contains_key(&link) {
                continue;
            }
            spot.links.insert(link.clone(), event.reference());
            let waiting: Vec<_> = spot.events.iter().filter(|(c, ..)| c == code).cloned().collect();
            let entry = Entry::Link(code.clone(), id.1.clone());
            self.add(address.clone(), entry, Some(event.reference()));
            if self.contested(code, compiled, &address).await? {
                continue;
            }
            for (_, other, revision) in waiting {
                if other == event.reference() && revision == event.revision {
                    continue;
                }
                let Some(body) = self.revision(&other, revision).await? else { continue };
                // It is here already when another of its values was learnt before.
                let known = self.held(id, code).is_some_and(|held| held.has(body.no));
                if !known && admit::key(&compiled.definition, &body.event).is_none() {
                    self.restate.insert(other);
                    visits.push(Visit { id: id.clone(), code: code.clone(), body, late: true });
                }
            }
        }
        Ok(visits)
    }

    /// Enters what people search by.
    fn find(&mut self, id: &CaseId, code: &LoopCode, event: &Event, compiled: &Compiled) {
        let patient = event.patient.as_ref();
        let named = [
            ("patient_id", patient.and_then(|p| p.id.clone())),
            ("visit_no", patient.and_then(|p| p.visit_no.clone())),
        ];
        let named = named.into_iter().filter_map(|(field, value)| Some((field, value?)));
        let numbers = admit::order_numbers(event).into_iter().map(|number| (admit::ORDER_NO, number));
        for (field, value) in named.chain(numbers) {
            if compiled.definition.key.as_str() == field {
                continue;
            }
            let Some(held) = self.held(id, code) else { continue };
            if held.found.insert((field, value.clone())) {
                let Ok(field) = FieldCode::parse(field) else { continue };
                let address = Address { campus: id.0.clone(), field, value };
                self.add(address, Entry::Find(code.clone(), id.1.clone()), None);
            }
        }
    }

    /// Marks a revision's facts dead wherever they are; what only it taught is learnt anew without it.
    pub(crate) async fn unlive(&mut self, body: &Revision) -> Result<()> {
        self.says_of_patients(&body.event, false);
        let mut relearn = Vec::new();
        for code in self.defs.wanting(&body.event) {
            for id in self.destinations(code, body, false).await? {
                if self.mark(&id, code, body, true).await? && self.taught(&id, code, body).await? {
                    relearn.push((id, code));
                }
            }
        }
        for (id, code) in relearn {
            if let Some(compiled) = self.compiled(&id, code) {
                self.rebuild(&id, code, &compiled, None).await?;
            }
        }
        Ok(())
    }

    /// The other way round: the facts count again, and teach.
    pub(crate) async fn revive(&mut self, body: &Revision) -> Result<()> {
        self.says_of_patients(&body.event, true);
        let mut visits = Vec::new();
        for code in self.defs.wanting(&body.event) {
            for id in self.destinations(code, body, false).await? {
                if !self.mark(&id, code, body, false).await? {
                    continue;
                }
                if let Some(compiled) = self.compiled(&id, code) {
                    visits.extend(self.teach(&id, code, &body.event, &compiled).await?);
                }
            }
        }
        self.visit(visits).await
    }

    /// Sets whether the facts of a revision are dead; whether it is in this instance.
    async fn mark(&mut self, id: &CaseId, code: &LoopCode, body: &Revision, dead: bool) -> Result<bool> {
        let event = &body.event;
        self.case(id).await?;
        let Some(compiled) = self.compiled(id, code) else { return Ok(false) };
        if !self.held(id, code).is_some_and(|held| held.has(body.no)) {
            return Ok(false);
        }
        self.watch(code, &compiled, &addresses(&compiled, event));
        let facts = self.facts(&compiled, event, body.no)?;
        let tracks = facts.iter().map(|(track, _)| (id.clone(), code.clone(), track.clone()));
        self.read_facts(tracks.collect()).await?;
        self.unsure.insert((id.clone(), code.clone()));
        let Some(held) = self.held(id, code) else { return Ok(false) };
        held.dirty = true;
        held.mix();
        for (track, fact) in facts {
            let slot = held.moved(&track);
            if slot.numbers.contains(body.no) {
                slot.numbers.set(body.no, Life::of(!dead));
            }
            let facts = &mut slot.facts.get_or_insert_default().facts;
            if let Some(mine) = facts.iter_mut().find(|f| f.dead != dead && f.says_the_same(&fact)) {
                Life::of(!dead).tell(Arc::make_mut(mine));
            }
        }
        Ok(true)
    }

    /// Whether something in this instance was learnt from an event.
    async fn taught(&mut self, id: &CaseId, code: &LoopCode, body: &Revision) -> Result<bool> {
        let Some(compiled) = self.compiled(id, code) else { return Ok(false) };
        let link = (code.clone(), id.1.clone());
        for address in taught(&compiled, &body.event) {
            if self.spot(&address).await?.links.get(&link) == Some(&body.event.reference()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The instance, when it is there.
    pub(crate) fn held(&mut self, id: &CaseId, code: &LoopCode) -> Option<&mut Held> {
        self.ahead.cases.get_mut(id)?.instances.get_mut(code).map(|held| &mut **held)
    }

    /// What the instance runs under.
    pub(crate) fn compiled(&self, id: &CaseId, code: &LoopCode) -> Option<Arc<Compiled>> {
        Some(self.ahead.cases.get(id)?.instances.get(code)?.compiled.clone())
    }

    /// Notes that a loop has a use for an event of this batch, and the instance it was put into.
    fn reached(&mut self, no: i64, place: Option<(&CaseId, &LoopCode)>) {
        if let Some(row) = self.ahead.rows.get_mut(&no) {
            let reached = row.reached.get_or_insert_default();
            if let Some((id, code)) = place {
                reached.insert((id.0.clone(), id.1.clone(), code.clone()));
            }
        }
    }
}

/// Where the values lie that lead an event.
pub(crate) fn addresses(compiled: &Compiled, event: &Event) -> Vec<Address> {
    placed(event, compiled.links(event))
}

/// Where the values lie that an order learns from an event: those that lead it, or more.
pub(crate) fn taught(compiled: &Compiled, event: &Event) -> Vec<Address> {
    placed(event, compiled.lessons(event))
}

fn placed(event: &Event, values: Vec<(FieldCode, Arc<str>)>) -> Vec<Address> {
    let address =
        |(field, value): (FieldCode, Arc<str>)| Address { campus: event.campus.clone(), field, value };
    values.into_iter().map(address).collect()
}

/// A track, for reading its facts.
pub(crate) type Wanted = (CaseId, LoopCode, TrackId);
