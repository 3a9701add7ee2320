//! The rules of one track at one moment: what is raised, what is cleared, what waits.

use super::stage::Scenery;
use super::{Cause, Change, TrackAlerts, Turn, Watch, Words};
use crate::explain::{Scene, alert};
use crate::facts::{InstanceFacts, TrackFacts, TrackId};
use crate::graph::{NodeIx, Rule};
use crate::state::{Because, InstanceState, RuleState, Status, TrackState, Verdict, What};
use crate::time::Instant;
use crate::value::Value;
use crate::words::Lang;
use std::borrow::Cow;

/// A track as it stands at a moment.
pub(super) struct Place<'a> {
    pub(super) scenery: &'a Scenery<'a>,
    pub(super) now: Instant,
    /// Whether the instance is open at all: without an opening event nothing is judged.
    pub(super) status: Status,
    /// Nothing that comes later has a say: what is violated is so for good.
    pub(super) sealed: bool,
    pub(super) own: &'a TrackState,
    pub(super) facts: &'a TrackFacts,
    pub(super) order: &'a TrackState,
    pub(super) order_facts: &'a TrackFacts,
}

impl Place<'_> {
    /// Judges every rule of the track against what was remembered of it.
    pub(super) fn judge(&self, alerts: &mut Cow<'_, TrackAlerts>, changes: &mut Vec<Change>) {
        if !super::stage::judged(self.status) {
            if alerts.is_empty() {
                return;
            }
            let all = std::mem::take(alerts).into_owned();
            changes.extend(all.0.into_iter().filter_map(|w| w.gone(&self.own.id, self.now)));
            return;
        }
        for verdict in &self.own.rules {
            let violated = verdict.verdict == Verdict::Violated;
            if violated || alerts.0.iter().any(|w| w.rule == verdict.rule) {
                self.one(verdict, violated, alerts.to_mut(), changes);
            }
        }
        let forgotten = |w: &Watch| w.since.is_none() && w.up.is_none();
        if alerts.0.iter().any(forgotten) {
            alerts.to_mut().0.retain(|w| !forgotten(w));
        }
    }

    fn one(&self, verdict: &RuleState, violated: bool, alerts: &mut TrackAlerts, changes: &mut Vec<Change>) {
        let Some(rule) = self.scenery.rule(verdict.rule) else { return };
        let round = super::round::round(self.scenery.def, rule, self.own, self.order);
        // A round that is over keeps its alert as it is; one whose events were taken back never was.
        for other in alerts.0.iter_mut().filter(|w| w.rule == verdict.rule && w.round != round) {
            if other.round > round {
                let gone = std::mem::replace(other, Watch::new(other.rule, other.round));
                changes.extend(gone.gone(&self.own.id, self.now));
            }
            other.since = None;
            other.next = self.escalates(rule, other.up);
        }
        let at = alerts.0.iter().position(|w| w.rule == verdict.rule && w.round == round);
        let at = at.unwrap_or_else(|| {
            alerts.0.push(Watch::new(verdict.rule, round));
            alerts.0.len() - 1
        });
        let Some(watch) = alerts.0.get_mut(at) else { return };
        let turn = if violated { self.violated(verdict, rule, watch) } else { self.kept(verdict, watch) };
        if let Some(turn) = turn {
            changes.push(Change { track: self.own.id.clone(), rule: verdict.rule, round, turn });
        }
        if watch.up.is_some() {
            watch.next = self.escalates(rule, watch.up);
        }
    }

    /// The rule is violated: raised at once, or once what its systems may still send has had its time.
    fn violated(&self, verdict: &RuleState, rule: &Rule, watch: &mut Watch) -> Option<Turn> {
        let since = *watch.since.get_or_insert(self.now);
        let due = verdict.decided_at.unwrap_or(since);
        watch.due = Some(due);
        watch.awaits = absent(&verdict.because);
        if watch.up.is_some() {
            return None;
        }
        watch.next = match watch.awaits.filter(|_| !self.sealed) {
            None => Some(self.now),
            Some(node) => self.scenery.raises(node, due, self.now),
        };
        if watch.next.is_none_or(|at| at > self.now) {
            return None;
        }
        watch.up = Some(self.now);
        let message = self.words(|scene| alert(scene, rule, &self.own.id));
        let dept = crate::view::patient(&self.known(), self.order.ended_at).and_then(|p| p.dept);
        let raised = Some(Cause { due, message, dept });
        Some(Turn { at: self.now, raised, because: self.why(verdict) })
    }

    /// It is not violated: an alert that was up is cleared.
    fn kept(&self, verdict: &RuleState, watch: &mut Watch) -> Option<Turn> {
        let was_up = watch.up.take();
        *watch = Watch::new(watch.rule, watch.round);
        was_up.map(|_| Turn { at: self.now, raised: None, because: self.why(verdict) })
    }

    fn why(&self, verdict: &RuleState) -> Words {
        self.words(|scene| scene.rule(&self.own.id, verdict))
    }

    /// What is known of the order and the track at this moment.
    fn known(&self) -> InstanceFacts {
        let mut tracks = std::collections::BTreeMap::new();
        if !self.own.id.is_order() {
            tracks.insert(self.own.id.clone(), self.facts.clone());
        }
        InstanceFacts {
            campus: self.scenery.campus.clone(),
            key: self.scenery.key.clone(),
            order: self.order_facts.clone(),
            tracks,
            sealed: None,
        }
    }

    /// The next escalation of an alert that is up.
    fn escalates(&self, rule: &Rule, up: Option<Instant>) -> Option<Instant> {
        self.scenery.escalates(rule, up, self.now)
    }

    /// A sentence in both languages, about the track at this moment.
    fn words(&self, say: impl Fn(&Scene<'_>) -> String) -> Words {
        let facts = self.known();
        let own = (!self.own.id.is_order()).then(|| self.own.clone());
        let state = InstanceState {
            status: self.status,
            opened_at: self.scenery.opened_at,
            closed_at: None,
            ended_by: self.order.ended_by.clone(),
            sealed_at: None,
            tracks: std::iter::once(self.order.clone()).chain(own).collect(),
            next_change: None,
        };
        let names = self.scenery.sources.catalogue;
        let text = |lang| say(&Scene::new(self.scenery.def, &facts, &state, lang, names));
        Words { zh: text(Lang::Zh), en: text(Lang::En) }
    }
}

impl Watch {
    fn new(rule: u16, round: u32) -> Self {
        Self { rule, round, since: None, due: None, awaits: None, up: None, next: None }
    }

    /// A track that is not there any more: what was up is cleared.
    pub(super) fn gone(self, track: &TrackId, now: Instant) -> Option<Change> {
        let turn = Turn::withdrawn(now);
        self.up.map(|_| Change { track: track.clone(), rule: self.rule, round: self.round, turn })
    }
}

/// The node whose absence is the violation.
fn absent(because: &Because) -> Option<NodeIx> {
    match because {
        Because::NotHappened(node, _) => Some(*node),
        Because::OnTrack(_, because) => absent(because),
        // 完成, 次数 and 已填 of what has not happened are values at once.
        Because::Compared(seen) => seen.iter().find_map(|s| match (&s.what, &s.value) {
            (What::Done, Value::Bool(false)) => s.node,
            (What::Count, Value::Number(n)) if *n == 0.0 => s.node,
            _ => None,
        }),
        _ => None,
    }
}
