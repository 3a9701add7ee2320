//! Whether an event would join two patients. A look at what lies at its values tells that most do not; for the rest the engine's
//! own rule is asked, with every event that can have a say in it.

use super::attach::{addresses, taught};
use super::engine;
use super::rows::Address;
use super::work::{Revision, Work};
use crate::case::{CaseId, Held};
use crate::definitions::Compiled;
use crate::error::Result;
use crate::read::{PERSON, statement};
use crate::submit::Reason;
use crate::{db, sql};
use medloop_engine::admit;
use medloop_engine::event::Event;
use medloop_engine::facts::EventRef;
use medloop_engine::graph::Definition;
use medloop_engine::name::LoopCode;
use medloop_engine::person::{self, Statement};
use medloop_engine::world::{Sent, joins, patient, rule};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Work<'_> {
    /// Why an event that would be the latest revision of its own is not taken; `revised`: there are earlier ones.
    pub(crate) async fn joins(&mut self, event: &Arc<Event>, revised: bool) -> Result<Option<Reason>> {
        for code in self.defs.wanting(event) {
            let Some(leading) = self.defs.leading(code).cloned() else { continue };
            let values = values(&leading, event);
            if values.is_empty() && patient(event).is_none() {
                continue;
            }
            let Some(own) = self.suspect(code, &leading, event, &values, revised).await? else { continue };
            if !engine(|| admit::uses(&leading.definition, event))?
                || !self.would_count(&event.reference()).await?
            {
                continue;
            }
            let mut seeds: BTreeSet<Address> = values.into_iter().collect();
            if let Some(own) = own {
                seeds.extend(self.learnt_by(&own, code, &leading).await?);
            }
            if let Some(reason) = self.joined(code, &leading, event, seeds).await? {
                return Ok(Some(reason));
            }
        }
        Ok(None)
    }

    /// Whether it cannot be told at once that all is of one patient; then with its own order, when there is one.
    async fn suspect(
        &mut self,
        code: &LoopCode,
        leading: &Compiled,
        event: &Event,
        values: &[Address],
        revised: bool,
    ) -> Result<Option<Option<CaseId>>> {
        let def = &leading.definition;
        if admit::by_visit(def, event.kind.as_str()) {
            return Ok(None);
        }
        let own = admit::key(def, event).map(|key| (event.campus.clone(), key));
        if revised {
            return Ok(Some(own));
        }
        if own.as_ref().is_some_and(|own| self.is_home(own, code, def, values)) {
            return Ok(None);
        }
        let stated = patient(event).cloned();
        let (mut places, mut lying) = (BTreeSet::new(), Vec::new());
        for address in values {
            let spot = self.spot(address).await?;
            let links = spot.links.keys().filter(|(c, _)| c == code);
            let here: BTreeSet<CaseId> = links.map(|(_, k)| (event.campus.clone(), k.clone())).collect();
            // What lies there is led elsewhere only by a lesson that is new.
            let known = own.as_ref().is_some_and(|own| here.contains(own));
            if (own.is_some() || values.len() > 1) && !(known && rule(def, &address.field).is_default()) {
                let events = spot.events.iter().filter(|(c, ..)| c == code);
                lying.extend(events.map(|(_, event, revision)| (event.clone(), *revision)));
            }
            places.extend(here);
        }
        let mut all: BTreeSet<Arc<str>> = stated.iter().cloned().collect();
        places.extend(own.clone());
        let alone = lying.is_empty() && places.len() < 2;
        if alone && stated.is_none() {
            return Ok(None);
        }
        for place in &places {
            match self.said_by(place, code).await? {
                Said::Of(id) => drop(all.insert(id)),
                Said::Nothing if Some(place) != own.as_ref() || stated.is_none() => {}
                // It may be the first to say whose the order is.
                Said::Nothing if !self.case(place).await?.instances.contains_key(code) => {}
                Said::Nothing | Said::Hidden => return Ok(Some(own)),
            }
        }
        if alone && own.is_some() {
            return Ok(None);
        }
        for (other, revision) in lying {
            let Some(body) = self.revision(&other, revision).await? else { continue };
            if addresses(leading, &body.event).len() > 1 {
                return Ok(Some(own));
            }
            all.extend(patient(&body.event).cloned());
        }
        Ok((all.len() > 1).then_some(own))
    }

    /// Whether an order of which it is known whose it is, by what is at hand, is all that lies at some values: the most frequent
    /// case, told without a read.
    fn is_home(&self, own: &CaseId, code: &LoopCode, def: &Definition, values: &[Address]) -> bool {
        let held = self.ahead.cases.get(own).and_then(|case| case.instances.get(code));
        let alone = |address: &Address| {
            let Some(spot) = self.ahead.spots.get(address) else { return false };
            let mut links = spot.links.keys().filter(|(c, _)| c == code).peekable();
            let known = links.peek().is_some();
            links.all(|(_, key)| *key == own.1)
                && (!spot.events.iter().any(|(c, ..)| c == code)
                    || (known && rule(def, &address.field).is_default()))
        };
        held.is_some_and(|held| stated(held).is_some()) && values.iter().all(alone)
    }

    /// Whom some living event with the key of an order states, as far as that can be told from what is at hand.
    async fn said_by(&mut self, id: &CaseId, code: &LoopCode) -> Result<Said> {
        let Some(held) = self.case(id).await?.instances.get(code) else { return Ok(Said::Nothing) };
        let hidden = || held.slots().any(|slot| slot.patient.is_some());
        let unsaid = || if hidden() { Said::Hidden } else { Said::Nothing };
        Ok(stated(held).map_or_else(unsaid, |id| Said::Of(id.clone())))
    }

    /// Every value that the events of an order have taught it.
    async fn learnt_by(
        &mut self,
        id: &CaseId,
        code: &LoopCode,
        leading: &Compiled,
    ) -> Result<BTreeSet<Address>> {
        let numbers =
            |held: &Held| -> Vec<i64> { held.slots().flat_map(|slot| slot.numbers.living()).collect() };
        let numbers = self.case(id).await?.instances.get(code).map(|held| numbers(held)).unwrap_or_default();
        self.read_events(numbers.iter().copied()).await?;
        let mut all = BTreeSet::new();
        for no in numbers {
            if let Some((event, _)) = self.event(no).await? {
                all.extend(values(leading, &event));
            }
        }
        Ok(all)
    }

    /// The engine's own rule, over all that hangs together with these values.
    async fn joined(
        &mut self,
        code: &LoopCode,
        leading: &Arc<Compiled>,
        event: &Arc<Event>,
        seeds: BTreeSet<Address>,
    ) -> Result<Option<Reason>> {
        if seeds.is_empty() {
            return Ok(None);
        }
        let (at, mut all) = self.cluster(code, leading, seeds).await?;
        let own = admit::key(&leading.definition, event).map(|key| (event.campus.clone(), key));
        let mut places: BTreeSet<CaseId> = own.into_iter().collect();
        for address in &at {
            let links = self.spot(address).await?.links.keys().filter(|(c, _)| c == code);
            places.extend(links.map(|(_, key)| (address.campus.clone(), key.clone())));
        }
        self.read_cases(places.iter().cloned()).await?;
        for place in &places {
            all.extend(self.claims(place, code, leading, None).await?);
        }
        all.retain(|body: &Revision| body.live && body.event.reference() != event.reference());
        let bodies = all.iter().map(|body| &body.event).chain([event]);
        let ids: BTreeSet<Arc<str>> = bodies.filter_map(|e| patient(e)).cloned().collect();
        let mut persons: BTreeMap<Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
        for id in ids {
            let person = self.person(&id).await?;
            persons.insert(id, person);
        }
        let same = |a: &str, b: &str| persons.get(a).is_some_and(|ids| ids.contains(b));
        let sent = all.iter().map(|body| &body.event).chain([event]);
        let sent: Vec<Sent<'_>> = sent.map(|event| Sent { event, live: true }).collect();
        let join = engine(|| joins(&leading.definition, &sent, &same))?;
        Ok(join.map(|join| join.rejection(&leading.definition, event).into()))
    }

    /// Every patient id of the person who has `id`, by the merges that hold; itself among them.
    async fn person(&mut self, id: &Arc<str>) -> Result<BTreeSet<Arc<str>>> {
        let mut ids = BTreeSet::from([id.clone()]);
        let mut todo = vec![id.clone()];
        while let Some(next) = todo.pop() {
            let near = self.said_of(&next).await?;
            for beside in person::beside(&next, &near) {
                if ids.len() < PERSON && ids.insert(beside.clone()) {
                    todo.push(beside);
                }
            }
        }
        Ok(ids)
    }

    /// What living events say of a patient id, and of those that were ever merged into it.
    async fn said_of(&mut self, id: &Arc<str>) -> Result<Vec<Statement>> {
        let mut known: BTreeMap<EventRef, Statement> = BTreeMap::new();
        let into = |s: &&Statement| s.into == *id;
        let mut from: BTreeSet<Arc<str>> =
            self.ahead.mergers.values().flatten().filter(into).map(|s| s.from.clone()).collect();
        from.insert(id.clone());
        for id in &from {
            for row in db::read_own(self.look, sql::MERGERS_BESIDE, vec![id.into()]).await? {
                let statement = statement(&row)?;
                known.insert(statement.event.clone(), statement);
            }
        }
        known.retain(|event, _| !self.ahead.mergers.contains_key(event));
        let near: BTreeSet<&Arc<str>> = known.values().map(|s| &s.from).chain(&from).collect();
        let ahead = self.ahead.mergers.values().flatten().filter(|s| near.contains(&s.from)).cloned();
        let ahead: Vec<Statement> = ahead.collect();
        Ok(known.into_values().chain(ahead).collect())
    }
}

/// Whom an order is of.
enum Said {
    /// No event of it says.
    Nothing,
    /// An event with its key says.
    Of(Arc<str>),
    /// Some event says, and it takes all of them to tell whether one with its key does.
    Hidden,
}

/// Whom the first living event with the key of an order states, of those whose facts are at hand.
fn stated(held: &Held) -> Option<&Arc<str>> {
    let key = &held.compiled.definition.key;
    let facts = held.slots().filter_map(|slot| slot.facts.as_ref()).flat_map(|t| &t.facts);
    let said =
        facts.filter(|f| !f.dead && !f.visit).filter_map(|f| Some((f, f.patient.as_ref()?.id.as_ref()?)));
    said.filter(|(f, id)| !id.is_empty() && f.fields.contains_key(key)).map(|(_, id)| id).next()
}

/// Where the values lie that lead an event or are taught by it; a visit joins nobody.
fn values(leading: &Compiled, event: &Event) -> Vec<Address> {
    taught(leading, event).into_iter().filter(|a| a.field.as_str() != admit::VISIT_NO).collect()
}
