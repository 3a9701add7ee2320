//! An instance on its way through the moments at which something arrives or changes.

use super::judge::Place;
use super::told::Summaries;
use super::{Change, Seal, Sources, TrackAlerts};
use crate::facts::{TrackFacts, TrackId};
use crate::fold::{Folded, TrackInput, TrackSummary, fold_sealed, fold_with};
use crate::graph::{CampusSettings, Definition, NodeIx, Rule};
use crate::name::CampusCode;
use crate::state::Status;
use crate::time::Instant;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What stays the same on the way.
pub(super) struct Scenery<'a> {
    pub(super) def: &'a Definition,
    pub(super) campus: &'a CampusCode,
    pub(super) key: &'a Arc<str>,
    pub(super) sources: &'a Sources<'a>,
    pub(super) opened_at: Option<Instant>,
}

/// See the top of the file. The order's own alerts stand under [`TrackId::order`].
pub(super) struct Stage<'a> {
    pub(super) scenery: Scenery<'a>,
    pub(super) summaries: Summaries<'a>,
    pub(super) alerts: BTreeMap<TrackId, Cow<'a, TrackAlerts>>,
    /// Whether the instance had an opening event when it was last folded.
    pub(super) opened: bool,
    /// When something can change without an event.
    pub(super) next: Option<Instant>,
    pub(super) changes: Vec<Change>,
    pub(super) seal: Seal,
    /// It is sealed: its way has ended.
    pub(super) sealed: bool,
}

/// A track has to be folded of which the facts were not given: to be done again with the facts of all tracks.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Unread;

/// Facts that have arrived, of one track.
pub(super) type Arrived<'f> = Cow<'f, TrackFacts>;

/// Whether the rules of an instance count: not while nothing has opened it, nor after that was taken back.
pub(super) fn judged(status: Status) -> bool {
    !matches!(status, Status::Waiting | Status::Void)
}

impl<'a> Scenery<'a> {
    pub(super) fn new(
        def: &'a Definition,
        campus: &'a CampusCode,
        key: &'a Arc<str>,
        sources: &'a Sources<'a>,
    ) -> Self {
        Self { def, campus, key, sources, opened_at: None }
    }

    pub(super) fn rule(&self, ix: u16) -> Option<&'a Rule> {
        self.def.rules.get(usize::from(ix))
    }

    /// The next escalation, after `now`, of an alert of this rule that is up.
    pub(super) fn escalates(&self, rule: &Rule, up: Option<Instant>, now: Instant) -> Option<Instant> {
        let up = up.filter(|_| !rule.escalate.is_empty())?;
        let settings = CampusSettings::of(self.def, self.campus);
        let after = rule.escalate.iter().filter_map(|(length, _)| settings.stretch(*length));
        after.filter_map(|after| settings.after(up, after)).filter(|at| *at > now).min()
    }

    pub(super) fn raises(&self, node: NodeIx, due: Instant, now: Instant) -> Option<Instant> {
        self.sources.raises(self.def, self.campus, node, due, now)
    }
}

impl<'a> Stage<'a> {
    /// Folds the instance at `now` and judges what may have changed: tracks in `touched`, those that are due, and all of
    /// them when what they see of their order has changed. `facts` gives the arrived facts of a track, where they are at hand.
    pub(super) fn step<'f>(
        &mut self,
        now: Instant,
        order: &TrackFacts,
        touched: &BTreeSet<&'a TrackId>,
        facts: &dyn Fn(&TrackId) -> Option<Arrived<'f>>,
    ) -> Result<Folded, Unread> {
        let (mut folded, mut given) = self.look(now, order, touched, facts)?;
        if let Some(after) = self.scenery.def.seal {
            let settings = CampusSettings::of(self.scenery.def, self.scenery.campus);
            self.seal.look(after, &settings, &folded, now);
            if self.seal.at().is_some_and(|at| at <= now) {
                self.sealed = true;
                self.seal.close(now);
                (folded, given) = self.look(now, order, touched, facts)?;
            }
        }
        self.judge(now, order, &given, &folded);
        if self.sealed {
            self.rest(now);
        } else {
            let alerts = self.alerts.values().filter_map(|a| a.next());
            let all = alerts.chain(folded.next_change).chain(self.seal.at());
            self.next = all.filter(|at| *at > now).min();
        }
        Ok(folded)
    }

    /// What is remembered of its seal; nothing where the loop has none.
    pub(super) fn standing_seal(&self) -> Seal {
        if self.scenery.def.seal.is_some() { self.seal } else { Seal::default() }
    }

    /// What is up escalates still; nothing else happens to a sealed instance.
    pub(super) fn rest(&mut self, now: Instant) {
        let scenery = &self.scenery;
        for alerts in self.alerts.values_mut() {
            let watches = &mut alerts.to_mut().0;
            watches.retain(|w| w.up.is_some());
            for watch in watches {
                watch.next = scenery.rule(watch.rule).and_then(|r| scenery.escalates(r, watch.up, now));
            }
        }
        self.alerts.retain(|_, alerts| !alerts.is_empty());
        self.next = self.alerts.values().filter_map(|a| a.next()).min();
    }

    /// Folds the instance at `now`; with the facts of the tracks that were folded.
    pub(super) fn look<'f>(
        &mut self,
        now: Instant,
        order: &TrackFacts,
        touched: &BTreeSet<&'a TrackId>,
        facts: &dyn Fn(&TrackId) -> Option<Arrived<'f>>,
    ) -> Result<(Folded, BTreeMap<&'a TrackId, Arrived<'f>>), Unread> {
        let mut given: BTreeMap<&'a TrackId, Arrived<'f>> = BTreeMap::new();
        let due = self.summaries.iter().filter(|(id, s)| self.due(id, s, now)).map(|(id, _)| id);
        for id in touched.iter().copied().chain(due) {
            given.insert(id, facts(id).ok_or(Unread)?);
        }
        let mut folded = self.fold(now, order, &given);
        let opened = folded.opened_at.is_some();
        let known = |id: &&TrackId| !given.contains_key(*id);
        let stale = |s: &TrackSummary| opened != self.opened || s.context != folded.context;
        if self.summaries.iter().any(|(id, s)| known(&id) && stale(s)) {
            let rest: Vec<&'a TrackId> = self.summaries.iter().map(|(id, _)| id).filter(known).collect();
            for id in rest {
                given.insert(id, facts(id).ok_or(Unread)?);
            }
            folded = self.fold(now, order, &given);
        }
        self.opened = opened;
        self.scenery.opened_at = folded.opened_at;
        for summary in &folded.summaries {
            if let Some((id, _)) = given.get_key_value(&summary.id) {
                self.summaries.set(id, summary.clone());
            }
        }
        Ok((folded, given))
    }

    fn due(&self, id: &TrackId, summary: &TrackSummary, now: Instant) -> bool {
        let alerts = self.alerts.get(id).and_then(|a| a.next());
        summary.next_change.into_iter().chain(alerts).any(|at| at <= now)
    }

    fn fold(&self, now: Instant, order: &TrackFacts, given: &BTreeMap<&TrackId, Arrived<'_>>) -> Folded {
        let mut inputs = Vec::with_capacity(self.summaries.len() + given.len());
        let mut given = given.iter().map(|(id, f)| (*id, TrackInput::Facts(f))).peekable();
        for (id, summary) in self.summaries.iter() {
            while let Some(before) = given.next_if(|(g, _)| *g < id) {
                inputs.push(before);
            }
            inputs.push(given.next_if(|(g, _)| *g == id).unwrap_or((id, TrackInput::Known(summary))));
        }
        inputs.extend(given);
        let fold = if self.sealed { fold_sealed } else { fold_with };
        fold(self.scenery.def, self.scenery.campus, order, inputs, now)
    }

    fn judge(
        &mut self,
        now: Instant,
        order_facts: &TrackFacts,
        given: &BTreeMap<&TrackId, Arrived<'_>>,
        folded: &Folded,
    ) {
        let order = &folded.order;
        for own in std::iter::once(order).chain(&folded.tracks) {
            let Some(facts) =
                (if own.id.is_order() { Some(order_facts) } else { given.get(&own.id).map(|f| &**f) })
            else {
                continue;
            };
            let mut alerts = self.alerts.remove(&own.id).unwrap_or_default();
            let scenery = &self.scenery;
            Place {
                scenery,
                now,
                status: folded.status,
                sealed: self.sealed,
                own,
                facts,
                order,
                order_facts,
            }
            .judge(&mut alerts, &mut self.changes);
            if !alerts.is_empty() {
                self.alerts.insert(own.id.clone(), alerts);
            }
        }
        // A track without a live fact has no state.
        for id in given.keys().copied().filter(|id| !folded.tracks.iter().any(|t| t.id == **id)) {
            let gone = self.alerts.remove(id).unwrap_or_default().into_owned();
            self.changes.extend(gone.0.into_iter().filter_map(|w| w.gone(id, now)));
        }
    }

    /// Looks again at what silent systems held back: one may have come back since.
    pub(super) fn wake(&mut self, at: Instant) {
        let scenery = &self.scenery;
        for alerts in self.alerts.values_mut().filter(|a| a.held()) {
            for watch in alerts.to_mut().0.iter_mut().filter(|w| w.up.is_none() && w.next.is_none()) {
                if let (Some(node), Some(due)) = (watch.awaits, watch.due) {
                    watch.next =
                        scenery.raises(node, due, at).map(|next| next.max(Instant(at.0.saturating_add(1))));
                }
            }
        }
        let alerts = self.alerts.values().filter_map(|a| a.next());
        self.next = alerts.chain(self.next).filter(|next| *next > at).min();
    }
}
