//! An instance on its way through the moments at which something arrives or changes.

use super::judge::Place;
use super::{Change, Seal, Sources, Standing, TrackAlerts, Tracks};
use crate::facts::{TrackFacts, TrackId};
use crate::fold::{Folded, Others, Recalled, Rest, TrackSummary, fold_sealed, fold_with};
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

/// See the top of the file.
pub(super) struct Stage<'a> {
    pub(super) scenery: Scenery<'a>,
    /// What is remembered from before.
    tracks: &'a dyn Tracks,
    /// What tracks have told on the way.
    since: Recalled,
    /// What is remembered of the rules of a track, where that has changed on the way.
    alerts: BTreeMap<TrackId, TrackAlerts>,
    /// Likewise of the order's own.
    own: TrackAlerts,
    /// Whether the instance had an opening event when it was last folded.
    opened: bool,
    /// When something can change without an event.
    pub(super) next: Option<Instant>,
    changes: Vec<Change>,
    pub(super) seal: Seal,
    /// It is sealed: its way has ended.
    pub(super) sealed: bool,
}

/// Where it stands at the end, what its tracks told on the way, what is remembered of their rules where that has changed, and
/// what has happened to alerts.
pub(super) type End = (Standing, Recalled, BTreeMap<TrackId, TrackAlerts>, Vec<Change>);

/// When a track has to be looked at again that told this and of which that is remembered.
#[must_use]
pub fn rest(summary: &TrackSummary, alerts: &TrackAlerts) -> Rest {
    Rest { due: summary.next_change.into_iter().chain(alerts.next()).min(), held: alerts.held() }
}

/// A track has to be folded of which the facts were not given: to be done again with the facts of all tracks.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Unread;

/// Facts that have arrived, of one track.
pub(super) type Arrived<'f> = Cow<'f, TrackFacts>;

/// Whether the rules of an instance count: not while nothing has opened it, nor after that was taken back.
#[must_use]
pub fn judged(status: Status) -> bool {
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
    pub(super) fn new(scenery: Scenery<'a>, tracks: &'a dyn Tracks, before: &Standing) -> Self {
        Self {
            scenery,
            tracks,
            since: Recalled::new(),
            alerts: BTreeMap::new(),
            own: before.alerts.clone(),
            opened: before.opened,
            next: before.next,
            changes: Vec::new(),
            seal: before.seal,
            sealed: before.sealed().is_some(),
        }
    }

    /// What the tracks have told by now.
    pub(super) fn others(&self) -> Others<'_> {
        Others::of(self.tracks.recalled()).and(&self.since)
    }

    /// Folds the instance at `now` and judges what may have changed: tracks in `touched`, those that are due, and all of
    /// them when what they see of their order has changed. `facts` gives the arrived facts of a track, where they are at hand.
    pub(super) fn step<'f>(
        &mut self,
        now: Instant,
        order: &TrackFacts,
        touched: &BTreeSet<&TrackId>,
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
        self.keep(&mut folded);
        if self.sealed {
            self.fade(now);
        } else {
            let all = [self.own.next(), folded.next_change, self.others().next(), self.seal.at()];
            self.next = all.into_iter().flatten().filter(|at| *at > now).min();
        }
        Ok(folded)
    }

    /// Keeps what tracks have told.
    pub(super) fn keep(&mut self, folded: &mut Folded) {
        for summary in std::mem::take(&mut folded.summaries) {
            let rest = rest(&summary, self.remembered(&summary.id));
            self.since.set(summary, rest);
        }
    }

    /// What is up escalates still; nothing else happens to a sealed instance.
    pub(super) fn fade(&mut self, now: Instant) {
        let mut own = std::mem::take(&mut self.own);
        self.escalations(&mut own, now);
        self.own = own;
        let watched = self.others().ids().filter(|id| !self.remembered(id).is_empty());
        for id in watched.cloned().collect::<Vec<_>>() {
            let mut alerts = self.remembered(&id).clone();
            self.escalations(&mut alerts, now);
            if let Some(summary) = self.others().get(&id).cloned() {
                let rest = rest(&summary, &alerts);
                self.since.set(summary, rest);
            }
            self.alerts.insert(id, alerts);
        }
        self.next = [self.own.next(), self.others().next()].into_iter().flatten().min();
    }

    fn escalations(&self, alerts: &mut TrackAlerts, now: Instant) {
        let scenery = &self.scenery;
        alerts.0.retain(|w| w.up.is_some());
        for watch in &mut alerts.0 {
            watch.next = scenery.rule(watch.rule).and_then(|r| scenery.escalates(r, watch.up, now));
        }
    }

    /// Folds the instance at `now`; with the facts of the tracks that were folded.
    pub(super) fn look<'f>(
        &mut self,
        now: Instant,
        order: &TrackFacts,
        touched: &BTreeSet<&TrackId>,
        facts: &dyn Fn(&TrackId) -> Option<Arrived<'f>>,
    ) -> Result<(Folded, BTreeMap<TrackId, Arrived<'f>>), Unread> {
        let mut given: BTreeMap<TrackId, Arrived<'f>> = BTreeMap::new();
        for id in touched.iter().map(|id| (*id).clone()).chain(self.others().due(now)) {
            let facts = facts(&id).ok_or(Unread)?;
            given.insert(id, facts);
        }
        let mut folded = self.fold(now, order, &given);
        let opened = folded.opened_at.is_some();
        if folded.stale || opened != self.opened {
            for id in self.others().ids().filter(|id| !given.contains_key(*id)).cloned().collect::<Vec<_>>() {
                let facts = facts(&id).ok_or(Unread)?;
                given.insert(id, facts);
            }
            folded = self.fold(now, order, &given);
        }
        self.opened = opened;
        self.scenery.opened_at = folded.opened_at;
        Ok((folded, given))
    }

    /// What is remembered of the rules of a track.
    fn remembered(&self, id: &TrackId) -> &TrackAlerts {
        let changed = self.alerts.get(id);
        changed.or_else(|| self.tracks.alerts(id)).unwrap_or(&NOTHING)
    }

    fn fold(&self, now: Instant, order: &TrackFacts, given: &BTreeMap<TrackId, Arrived<'_>>) -> Folded {
        let Scenery { def, campus, .. } = self.scenery;
        let given = given.iter().map(|(id, facts)| (id, &**facts));
        let fold = if self.sealed { fold_sealed } else { fold_with };
        fold(def, campus, order, self.others(), given, now)
    }

    fn judge(
        &mut self,
        now: Instant,
        order_facts: &TrackFacts,
        given: &BTreeMap<TrackId, Arrived<'_>>,
        folded: &Folded,
    ) {
        let order = &folded.order;
        let sealed = self.sealed;
        let place = |scenery, own, facts| Place {
            scenery,
            now,
            status: folded.status,
            sealed,
            own,
            facts,
            order,
            order_facts,
        };
        let mut own = Cow::Owned(std::mem::take(&mut self.own));
        place(&self.scenery, order, order_facts).judge(&mut own, &mut self.changes);
        self.own = own.into_owned();
        let mut states = folded.tracks.iter().peekable();
        for (id, facts) in given {
            let mut changes = std::mem::take(&mut self.changes);
            let mut alerts = Cow::Borrowed(self.remembered(id));
            match states.next_if(|state| state.id == *id) {
                Some(state) => place(&self.scenery, state, facts).judge(&mut alerts, &mut changes),
                // A track without a live fact has no state.
                None if alerts.is_empty() => {}
                None => {
                    let gone = std::mem::take(alerts.to_mut());
                    changes.extend(gone.0.into_iter().filter_map(|w| w.gone(id, now)));
                }
            }
            let changed = if let Cow::Owned(alerts) = alerts { Some(alerts) } else { None };
            self.changes = changes;
            if let Some(alerts) = changed {
                self.alerts.insert(id.clone(), alerts);
            }
        }
    }

    /// Looks again at what silent systems held back: one may have come back since.
    pub(super) fn wake(&mut self, at: Instant) {
        let mut own = std::mem::take(&mut self.own);
        self.look_again(&mut own, at);
        self.own = own;
        for id in self.others().held() {
            let mut alerts = self.remembered(&id).clone();
            self.look_again(&mut alerts, at);
            if let Some(summary) = self.others().get(&id).cloned() {
                let rest = rest(&summary, &alerts);
                self.since.set(summary, rest);
            }
            self.alerts.insert(id, alerts);
        }
        let all = [self.own.next(), self.next, self.others().next()];
        self.next = all.into_iter().flatten().filter(|next| *next > at).min();
    }

    fn look_again(&self, alerts: &mut TrackAlerts, at: Instant) {
        for watch in alerts.0.iter_mut().filter(|w| w.up.is_none() && w.next.is_none()) {
            if let (Some(node), Some(due)) = (watch.awaits, watch.due) {
                let next = self.scenery.raises(node, due, at);
                watch.next = next.map(|next| next.max(Instant(at.0.saturating_add(1))));
            }
        }
    }

    /// What has come of it, looked at up to `upto`.
    pub(super) fn end(self, upto: Instant) -> End {
        let seal = if self.scenery.def.seal.is_some() { self.seal } else { Seal::default() };
        let standing = Standing { upto, next: self.next, opened: self.opened, alerts: self.own, seal };
        (standing, self.since, self.alerts, self.changes)
    }
}

static NOTHING: TrackAlerts = TrackAlerts(Vec::new());
