//! Cancel, stop and supersede: which is in force, and what it takes (§6).

use super::case::{Case, eaches_of};
use super::rounds::Rounds;
use crate::facts::{Fact, Hit, TrackId};
use crate::graph::{Ending, EndingKind, Flow, NodeIx, ScopeIx};
use crate::state::EndedBy;
use crate::time::Moment;
use crate::value::Value;
use std::collections::BTreeSet;

/// An ending in force where its event stands.
#[derive(Copy, Clone)]
pub(super) struct Force<'a> {
    pub(super) kind: EndingKind,
    pub(super) ending: &'a Ending,
    pub(super) fact: &'a Fact,
    /// From when on.
    pub(super) at: Moment,
    pub(super) wasted: bool,
}

/// Kinds in the order in which they are shown.
pub(super) const KINDS: [EndingKind; 4] =
    [EndingKind::Cancel, EndingKind::Supersede, EndingKind::Stop, EndingKind::Excuse];

impl<'a> Case<'a> {
    /// Events of one kind on a track, in total order.
    fn said(&self, track: &TrackId, kind: EndingKind) -> Vec<(u16, &'a Ending, &'a Fact)> {
        let mut out = Vec::new();
        for (_, fact) in self.live(track) {
            for hit in &fact.hits {
                if let Hit::Ending(n) = *hit
                    && let Some(ending) = self.def.endings.get(usize::from(n))
                    && ending.kind == kind
                    && self.ends_all(track, n, kind, fact)
                {
                    out.push((n, ending, fact));
                }
            }
        }
        out
    }

    /// A cancel or a stop that names items ends the whole once all items of the side have been named and not taken back.
    fn ends_all(&self, track: &TrackId, n: u16, kind: EndingKind, fact: &Fact) -> bool {
        let live = self.live(track);
        let ends = |f: &Fact| f.hits.iter().any(|h| !matches!(h, Hit::Node(..)));
        let plain = live.iter().filter(|(_, f)| !ends(f));
        let all: BTreeSet<&str> = plain.flat_map(|(_, f)| f.items.iter().map(|item| &**item)).collect();
        if !matches!(kind, EndingKind::Cancel | EndingKind::Stop) || fact.items.is_empty() || all.is_empty() {
            return true;
        }
        let mut named: BTreeSet<&str> = BTreeSet::new();
        for (_, f) in live {
            if f.hits.contains(&Hit::Resume(n)) {
                named.retain(|item| !f.items.is_empty() && !f.items.iter().any(|i| &**i == *item));
            }
            if f.hits.contains(&Hit::Ending(n)) {
                named.extend(f.items.iter().map(|item| &**item));
            }
            if std::ptr::eq(f, fact) {
                break;
            }
        }
        all.is_subset(&named)
    }

    /// The ending of this kind that is in force by events on this very track.
    pub(super) fn own_force(&self, track: &TrackId, kind: EndingKind) -> Option<Force<'a>> {
        match kind {
            EndingKind::Cancel => self.cancel(track),
            EndingKind::Stop => self.stop(track),
            EndingKind::Excuse => {
                let (_, ending, fact) = *self.said(track, kind).last()?;
                let done =
                    |o: &super::case::Occ<'_>| !self.negative(o.node) && self.diff(o.fact.at, fact.at).0 > 0;
                let lifted = self.all(track).iter().any(done);
                (!lifted).then_some(Force { kind, ending, fact, at: fact.at, wasted: false })
            }
            EndingKind::Supersede => {
                let (_, ending, fact) = *self.said(track, kind).first()?;
                Some(Force { kind, ending, fact, at: fact.at, wasted: false })
            }
        }
    }

    /// The track itself, or, for the order, all of them.
    fn reach(&self, track: &TrackId) -> Vec<TrackId> {
        if !track.is_order() {
            return vec![track.clone()];
        }
        let mut out = vec![TrackId::order()];
        for scope in 1..=self.def.scopes.len() {
            out.extend(self.tracks_of(ScopeIx(u16::try_from(scope).unwrap_or(u16::MAX))));
        }
        out
    }

    fn cancel(&self, track: &TrackId) -> Option<Force<'a>> {
        let kind = EndingKind::Cancel;
        let said = self.said(track, kind);
        let last = said.last()?.2;
        let (_, ending, fact) = *said.iter().find(|s| std::ptr::eq(s.2, last))?;
        let later = self.reach(track).iter().any(|t| {
            self.all(t).iter().any(|o| !self.negative(o.node) && self.diff(o.fact.at, fact.at).0 > 0)
        });
        if later {
            return None;
        }
        let wasted = ending.before.is_some_and(|before| {
            let mut places = self.reach(track);
            places.push(TrackId::order());
            places.iter().any(|t| {
                self.happened(t, before, Rounds::Last).is_some_and(|o| self.diff(o.fact.at, fact.at).0 <= 0)
            })
        });
        Some(Force { kind, ending, fact, at: fact.at, wasted })
    }

    fn stop(&self, track: &TrackId) -> Option<Force<'a>> {
        let kind = EndingKind::Stop;
        let live = self.live(track);
        let mut best: Option<Force<'a>> = None;
        for (n, ending, fact) in self.said(track, kind) {
            let here = live.iter().position(|(_, f)| std::ptr::eq(*f, fact));
            let resumed = live.iter().rposition(|(_, f)| f.hits.contains(&Hit::Resume(n)));
            if resumed >= here {
                continue;
            }
            let stated = ending.effective.as_ref().and_then(|f| fact.fields.get(f));
            let at = if let Some(Value::Moment(m)) = stated { *m } else { fact.at };
            if best.is_none_or(|b| at.at < b.at.at) {
                best = Some(Force { kind, ending, fact, at, wasted: false });
            }
        }
        best
    }

    /// The first moment of a cancel on a track: what happens later is an execution after a cancel.
    pub(super) fn first_cancel(&self, track: &TrackId) -> Option<Moment> {
        self.said(track, EndingKind::Cancel).first().map(|s| s.2.at)
    }

    /// Whether something that is not negative happened on a track.
    pub(super) fn begun(&self, track: &TrackId) -> bool {
        self.all(track).iter().any(|o| !self.negative(o.node))
    }

    /// Whether an ending takes what has not happened on a track other than the order's.
    pub(super) fn takes_track(&self, force: &Force<'a>, track: &TrackId) -> bool {
        if force.kind == EndingKind::Cancel {
            return true;
        }
        if force.kind == EndingKind::Excuse {
            return !self.begun(track);
        }
        let plan = self
            .def
            .nodes()
            .filter(|(_, n)| n.scope == track.scope)
            .find_map(|(ix, _)| self.planned(track, ix, Rounds::Last));
        match plan {
            Some(planned) => self.diff(planned, force.at).0 >= 0,
            None => !self.begun(track),
        }
    }

    /// Whether an ending takes a node of the order that has not happened.
    fn takes_order_node(&self, force: &Force<'a>, node: NodeIx) -> bool {
        if force.kind == EndingKind::Cancel {
            return true;
        }
        let on = |t: &TrackId| self.begun(t) && self.forces(t).is_empty() && self.replaced(t).is_none();
        let goes_on = |scope: ScopeIx| self.tracks_of(scope).iter().any(on);
        !eaches_before(&self.def.flow, node).unwrap_or_default().into_iter().any(goes_on)
    }

    /// The endings in force on a track (§10), first those that are shown first; with whether each is the track's own.
    pub(super) fn forces(&self, track: &TrackId) -> Vec<Force<'a>> {
        let mut out = Vec::new();
        for kind in KINDS {
            let own = self.own_force(track, kind);
            if track.is_order() {
                out.extend(own);
                continue;
            }
            let order = self.own_force(&TrackId::order(), kind);
            let excused = own.filter(|f| f.kind == EndingKind::Excuse);
            let others = own.filter(|f| f.kind != EndingKind::Excuse).into_iter().chain(order);
            out.extend(excused);
            out.extend(others.filter(|f| self.takes_track(f, track)));
        }
        out
    }

    /// The kind that takes a node which has not happened.
    pub(super) fn taken(&self, track: &TrackId, node: NodeIx) -> Option<EndingKind> {
        let forces = self.forces(track);
        let takes = |f: &&Force<'a>| !track.is_order() || self.takes_order_node(f, node);
        forces.iter().find(takes).map(|f| f.kind)
    }

    /// What a rule on a track means by 取消, 停止, 换单.
    pub(super) fn named_force(&self, track: &TrackId, kind: EndingKind) -> Option<Force<'a>> {
        self.own_force(track, kind).or_else(|| self.own_force(&TrackId::order(), kind))
    }
}

/// The `Each` blocks that stand before a node in a flow; `None` when the node is not in it.
fn eaches_before(flow: &Flow, node: NodeIx) -> Option<Vec<ScopeIx>> {
    match flow {
        Flow::Node(n) => (*n == node).then(Vec::new),
        Flow::Each(_) => None,
        Flow::Seq(parts) => {
            let mut before = Vec::new();
            for part in parts {
                if let Some(inner) = eaches_before(part, node) {
                    before.extend(inner);
                    return Some(before);
                }
                before.extend(eaches_of(part));
            }
            None
        }
        Flow::Par(parts) | Flow::Choice(parts) => parts.iter().find_map(|p| eaches_before(p, node)),
        Flow::Opt(body) | Flow::When { body, .. } => eaches_before(body, node),
        Flow::Again { body, node: n } => {
            eaches_before(body, node).or_else(|| (*n == node).then(|| eaches_of(body)))
        }
        Flow::Ends { body, nodes } => {
            eaches_before(body, node).or_else(|| nodes.contains(&node).then(|| eaches_of(body)))
        }
    }
}

impl Force<'_> {
    /// As the state shows it.
    pub(super) fn shown(&self) -> EndedBy {
        let text = |value: &Value| match value {
            Value::Text(t) => Some(t.to_string()),
            Value::Number(n) => Some(format!("{n}")),
            _ => None,
        };
        let reason = self.fact.fields.iter().find(|(code, _)| code.as_str() == "reason");
        let successor = self.ending.successor.as_ref().and_then(|f| self.fact.fields.get(f));
        EndedBy {
            kind: self.kind,
            at: self.at,
            wasted: self.wasted,
            reason: reason.and_then(|(_, v)| text(v)),
            successor: successor.and_then(text),
        }
    }
}
