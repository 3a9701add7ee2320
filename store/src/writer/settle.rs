//! Folds what a batch has touched, and finds the state of its events.

use super::alerts::Turned;
use super::attach::Wanted;
use super::engine;
use super::work::Work;
use crate::case::{CaseId, Held};
use crate::error::Result;
use medloop_engine::admit;
use medloop_engine::facts::EventRef;
use medloop_engine::facts::TrackFacts;
use medloop_engine::fold::{Folded, TrackInput, fold_sealed, fold_with};
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::person;
use medloop_engine::state::Status;
use medloop_engine::time::{Instant, Span};
use medloop_engine::world::EventState;
use std::collections::BTreeMap;

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
                let due = held.tracks.iter().filter(|(_, s)| s.facts.is_none() && s.due(now));
                wanted.extend(due.map(|(track, _)| (id.clone(), code.clone(), track.clone())));
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
        for slot in held.slots_mut().filter(|s| s.dirty) {
            if let Some(facts) = &mut slot.facts {
                admit::sort(&mut facts.facts);
            }
            slot.patient = slot.stated_patient();
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
            let Some(folded) = self.fold_now(id, code, now).await? else { return Ok(None) };
            (folded, found)
        };
        let Some(held) = self.held(id, code) else { return Ok(None) };
        for summary in folded.summaries {
            if let Some(slot) = held.tracks.get_mut(&summary.id) {
                slot.dirty |= slot.summary.as_ref() != Some(&summary);
                slot.summary = Some(summary);
            }
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
        let context = folded.context;
        if held.tracks.values().any(|s| !s.dirty && s.summary.as_ref().is_none_or(|s| s.context != context)) {
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
        let mut found = self.advanced(id, code, now, false)?;
        if found.is_none() {
            self.read_all_facts(id, code).await?;
            found = self.advanced(id, code, now, true)?;
        }
        let (Some(found), Some(held)) = (found, self.held(id, code)) else { return Ok(None) };
        let mut folded = found.folded;
        folded.summaries = found.summaries.into_values().collect();
        held.standing = found.standing;
        let mut alerts = found.alerts;
        for (track, slot) in &mut held.tracks {
            let mine = alerts.remove(track).unwrap_or_default();
            slot.dirty |= slot.alerts != mine;
            slot.alerts = mine;
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
                && !reached.iter().any(|at| opened(self, at))
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
            used |= self.uses(leading, event, body.no)?;
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

impl crate::case::Slot {
    /// Whether its summary no longer holds.
    pub(crate) fn due(&self, now: Instant) -> bool {
        let due = |next: Option<Instant>| next.is_some_and(|next| next <= now);
        self.summary.as_ref().is_none_or(|s| due(s.next_change)) || due(self.alerts.next())
    }
}

/// Folds an instance; `whole`: from all facts, else unchanged tracks by their summaries.
fn run(held: &Held, campus: &CampusCode, now: Instant, whole: bool) -> Result<Folded> {
    let empty = medloop_engine::facts::TrackFacts::default();
    let mut tracks = Vec::with_capacity(held.tracks.len());
    for (id, slot) in &held.tracks {
        let input = match (&slot.facts, &slot.summary) {
            (Some(facts), _) if whole || slot.dirty || slot.due(now) => TrackInput::Facts(facts),
            (_, Some(summary)) => TrackInput::Known(summary),
            (Some(facts), None) => TrackInput::Facts(facts),
            (None, None) => continue,
        };
        tracks.push((id, input));
    }
    let order = held.order.facts.as_ref().unwrap_or(&empty);
    let def = &held.compiled.definition;
    let Some(at) = held.standing.sealed() else {
        return engine(|| fold_with(def, campus, order, tracks, now));
    };
    let cut = |facts: &TrackFacts| TrackFacts {
        facts: facts.facts.iter().filter(|f| f.counts_at_seal(at)).cloned().collect(),
    };
    let order = cut(order);
    let cuts: Vec<_> = tracks
        .iter()
        .map(|(id, input)| (*id, if let TrackInput::Facts(f) = input { Ok(cut(f)) } else { Err(*input) }))
        .collect();
    let tracks = cuts.iter().map(|(id, c)| (*id, c.as_ref().map_or_else(|known| *known, TrackInput::Facts)));
    engine(|| fold_sealed(def, campus, &order, tracks, at))
}
