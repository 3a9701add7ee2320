//! Folds what a batch has touched, and finds the state of its events.

use super::alerts::Turned;
use super::attach::Wanted;
use super::engine;
use super::work::Work;
use crate::case::{CaseId, Held};
use crate::error::Result;
use medloop_engine::admit;
use medloop_engine::facts::{EventRef, TrackFacts, TrackId};
use medloop_engine::fold::{Folded, Others, fold_sealed, fold_with};
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::person;
use medloop_engine::state::Status;
use medloop_engine::time::{Instant, Span};
use medloop_engine::world::EventState;
use std::collections::{BTreeMap, BTreeSet};

/// An instance's columns that its fold decides.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) status: Status,
    pub(crate) opened_at: Option<Instant>,
    pub(crate) closed_at: Option<Instant>,
    pub(crate) next_at: Option<Instant>,
    pub(crate) turned: Turned,
}

impl Work<'_> {
    /// Folds the instances of which this batch may change whether they are open; that is all its receipts need.
    pub(crate) async fn fold_unsure(&mut self) -> Result<()> {
        while let Some((id, code)) = self.unsure.pop_first() {
            self.fold_one(&id, &code, false).await?;
        }
        Ok(())
    }

    /// Every instance that was touched since all was written, in order; what folding them needs is read.
    pub(crate) async fn touched(&mut self) -> Result<Vec<(CaseId, LoopCode)>> {
        let mut touched = Vec::new();
        let mut wanted: Vec<Wanted> = Vec::new();
        for (id, case) in &self.ahead.cases {
            for (code, held) in case.instances.iter().filter(|(_, h)| h.dirty) {
                let now = self.now_of(&id.0, held);
                let due = held.recalled.due(now).into_iter().chain(held.moved.iter().cloned());
                wanted.extend(due.map(|track| (id.clone(), code.clone(), track)));
                touched.push((id.clone(), code.clone()));
            }
        }
        self.read_facts(wanted).await?;
        touched.sort_unstable();
        Ok(touched)
    }

    /// Folds these.
    pub(crate) async fn fold(
        &mut self,
        touched: &[(CaseId, LoopCode)],
    ) -> Result<BTreeMap<(CaseId, LoopCode), Judged>> {
        let mut judged = BTreeMap::new();
        for (id, code) in touched {
            if let Some(result) = self.fold_one(id, code, true).await? {
                judged.insert((id.clone(), code.clone()), result);
            }
        }
        Ok(judged)
    }

    /// The moment at which an instance is judged: the end of its history, else the clock, never before what it has seen.
    pub(crate) fn now_of(&self, campus: &CampusCode, held: &Held) -> Instant {
        let end = self.marks.ends.get(campus).copied();
        let now = if held.history { end.unwrap_or(held.as_of) } else { self.now };
        now.max(held.as_of)
    }

    /// Folds an instance; `settle`: with it, its alerts are found up to now.
    async fn fold_one(&mut self, id: &CaseId, code: &LoopCode, settle: bool) -> Result<Option<Judged>> {
        let Some(held) = self.ahead.cases.get(id).and_then(|c| c.instances.get(code)) else {
            return Ok(None);
        };
        let now = self.now_of(&id.0, held);
        let Some(held) = self.held(id, code) else { return Ok(None) };
        for track in &held.moved {
            let slot = if track.is_order() {
                &mut held.order
            } else {
                let Some(slot) = held.tracks.get_mut(track) else { continue };
                slot
            };
            if let Some(facts) = &mut slot.facts {
                admit::sort(&mut facts.facts);
            }
            slot.patient = slot.stated_patient(None);
        }
        let goes_on = settle && !held.replay;
        // Where a loop has a seal, only the whole way says what still counts.
        let first = settle && !goes_on && held.compiled.definition.seal.is_some();
        let mut found = Turned::default();
        if first {
            found = self.replayed(id, code, now).await?;
        }
        let (folded, mut turned) = if goes_on {
            let Some(found) = self.go_on(id, code, now).await? else { return Ok(None) };
            found
        } else {
            // Another seal is another now for every track.
            let whole = self.held(id, code).filter(|_| first);
            let folded = match whole {
                Some(held) => Some(run(held, &id.0, now, true)?),
                None => self.fold_now(id, code, now).await?,
            };
            let Some(folded) = folded else { return Ok(None) };
            (folded, found)
        };
        let Some(held) = self.held(id, code) else { return Ok(None) };
        // Alerts are gone on with from what tracks told when they were last found.
        for summary in folded.summaries.into_iter().filter(|_| settle) {
            held.tells(summary);
        }
        if held.order.facts.as_ref().is_some_and(|own| own.facts.iter().any(|f| f.visit)) {
            held.order.patient = held.order.stated_patient(folded.closed_at);
        }
        if held.history {
            held.as_of = now;
        }
        let opened = folded.opened_at.is_some();
        let flipped = opened != held.opened && !held.young;
        held.opened = opened;
        held.young = false;
        if settle {
            held.latest = Instant(i64::MIN);
            held.moved.clear();
        }
        if flipped {
            self.read_all_facts(id, code).await?;
            let events = self.held(id, code).map(|h| h.events()).unwrap_or_default();
            self.restate.extend(events);
        }
        if settle && !goes_on && !first {
            turned = self.replayed(id, code, now).await?;
        }
        let own = self.held(id, code).filter(|_| settle).and_then(|held| held.standing.next);
        let next = folded.next_change.into_iter().chain(own).min();
        let next_at = next.map(|next| {
            if next > now {
                return next;
            }
            tracing::error!("a fold named a moment that has passed as its next; looked at again in a minute");
            now.plus(Span::minutes(1))
        });
        Ok(Some(Judged {
            status: folded.status,
            opened_at: folded.opened_at,
            closed_at: folded.closed_at,
            next_at,
            turned,
        }))
    }

    /// The state now, without a look at what happened on the way.
    async fn fold_now(&mut self, id: &CaseId, code: &LoopCode, now: Instant) -> Result<Option<Folded>> {
        let Some(held) = self.held(id, code) else { return Ok(None) };
        let folded = run(held, &id.0, now, false)?;
        if folded.stale {
            // What tracks can see of the order has changed: all of them have to be looked at again.
            self.read_all_facts(id, code).await?;
            let Some(held) = self.held(id, code) else { return Ok(None) };
            return Ok(Some(run(held, &id.0, now, true)?));
        }
        Ok(Some(folded))
    }

    /// The state now, and the alerts on the way to it.
    async fn go_on(
        &mut self,
        id: &CaseId,
        code: &LoopCode,
        now: Instant,
    ) -> Result<Option<(Folded, Turned)>> {
        let mut found = self.advanced(id, code, now)?;
        if found.is_none() {
            self.read_all_facts(id, code).await?;
            found = self.advanced(id, code, now)?;
        }
        let (Some(found), Some(held)) = (found, self.held(id, code)) else { return Ok(None) };
        let mut folded = found.folded;
        folded.summaries = found.summaries;
        held.standing = found.standing;
        for (track, alerts) in found.alerts {
            held.watches(&track, alerts);
        }
        Ok(Some((folded, Turned { changes: found.changes, whole: false })))
    }

    /// Sets the state of every event of the batch, and of those it has moved.
    pub(crate) async fn restate(&mut self) -> Result<()> {
        let opened = |work: &Self, (campus, key, code): &(CampusCode, _, LoopCode)| {
            let case = work.ahead.cases.get(&(campus.clone(), std::sync::Arc::clone(key)));
            case.and_then(|c| c.instances.get(code)).is_some_and(|h| h.opened)
        };
        let mut states = Vec::new();
        for (no, row) in self.ahead.rows.range(self.first..) {
            if row.state != EventState::Applied {
                continue;
            }
            if let Some(reached) = row.reached.as_ref().filter(|_| !person::speaks(&row.event))
                && !reached.iter().chain(&row.visited).any(|at| opened(self, at))
            {
                states.push((*no, EventState::Waiting));
            }
            let reference = row.event.reference();
            let seen = self.ahead.seen.get(&reference);
            if row.event.retracts.is_some() || seen.is_some_and(|s| !s.live || !s.retractors.is_empty()) {
                self.restate.insert(reference);
            }
        }
        for (no, state) in states {
            if let Some(row) = self.ahead.rows.get_mut(&no) {
                row.state = state;
            }
        }
        let again = std::mem::take(&mut self.restate);
        self.read_seen(again.iter().cloned()).await?;
        let latest = |w: &Self, e: &EventRef| Some((e.clone(), w.ahead.seen.get(e)?.latest()?));
        let wanted: Vec<_> = again.iter().filter_map(|e| latest(self, e)).collect();
        self.read_events(wanted.iter().map(|(_, (_, no))| *no)).await?;
        for (event, (revision, no)) in wanted {
            let state = self.state(&event, revision).await?;
            self.set_state(no, state);
        }
        Ok(())
    }

    /// Where the latest revision of an event stands.
    async fn state(&mut self, reference: &EventRef, revision: u32) -> Result<EventState> {
        let Some(body) = self.revision(reference, revision).await? else {
            return Ok(EventState::Waiting);
        };
        let event = &body.event;
        if !body.live {
            return Ok(EventState::Retracted);
        }
        if let Some(target) = &event.retracts {
            let known = self.seen(target).await?.latest().is_some();
            return Ok(if known { EventState::Applied } else { EventState::Waiting });
        }
        if person::speaks(event) {
            return Ok(EventState::Applied);
        }
        let mut used = false;
        for code in self.defs.wanting(event) {
            let Some(leading) = self.defs.leading(code) else { continue };
            used |= !admit::by_visit(&leading.definition, event.kind.as_str())
                && self.uses(leading, event, body.no)?;
            for id in self.destinations(code, &body, false).await? {
                let held = self.case(&id).await?.instances.get(code).filter(|h| h.opened && h.has(body.no));
                let Some(compiled) = held.map(|h| h.compiled.clone()) else { continue };
                if self.uses(&compiled, event, body.no)? {
                    return Ok(EventState::Applied);
                }
            }
        }
        Ok(if used { EventState::Waiting } else { EventState::Applied })
    }
}

/// Folds an instance; `whole`: from all facts, else unchanged tracks by what they told.
fn run(held: &Held, campus: &CampusCode, now: Instant, whole: bool) -> Result<Folded> {
    let empty = TrackFacts::default();
    let due = held.recalled.due(now);
    let wanted: BTreeSet<&TrackId> =
        if whole { held.tracks.keys().collect() } else { held.moved.iter().chain(&due).collect() };
    let given = wanted.into_iter().filter_map(|id| Some((id, held.tracks.get(id)?.facts.as_ref()?)));
    let order = held.order.facts.as_ref().unwrap_or(&empty);
    let others = Others::of(&held.recalled);
    let def = &held.compiled.definition;
    let Some(at) = held.standing.sealed() else {
        return engine(|| fold_with(def, campus, order, others, given, now));
    };
    let cut = |facts: &TrackFacts| TrackFacts {
        facts: facts.facts.iter().filter(|f| f.counts_at_seal(at)).cloned().collect(),
    };
    let cuts: Vec<_> = given.map(|(id, facts)| (id, cut(facts))).collect();
    engine(|| fold_sealed(def, campus, &cut(order), others, cuts.iter().map(|(id, f)| (*id, f)), at))
}
