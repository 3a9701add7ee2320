//! One question to the oracle: a definition, facts, a moment; with the small helpers that every part of it uses.

use crate::calendar::Work;
use crate::facts::{Fact, Hit, InstanceFacts, TrackFacts, TrackId};
use crate::graph::{CampusSettings, Definition, Flow, Length, Node, NodeIx, ParamIx, ScopeIx};
use crate::time::{Instant, Moment, Precision, Span};
use crate::value::Value;

/// Definition, facts and now.
pub(super) struct Case<'a> {
    pub(super) def: &'a Definition,
    pub(super) facts: &'a InstanceFacts,
    pub(super) now: Instant,
    pub(super) settings: CampusSettings,
    /// What has not happened never will: the instance is sealed at `now`.
    pub(super) sealed: bool,
}

/// One occurrence of a node.
#[derive(Copy, Clone)]
pub(super) struct Occ<'a> {
    pub(super) node: NodeIx,
    pub(super) rank: u16,
    /// Index into the track's facts.
    pub(super) ix: usize,
    pub(super) fact: &'a Fact,
}

/// A node that is not there: no definition compiled by `dsl` names one.
const NO_FACTS: &TrackFacts = &TrackFacts { facts: Vec::new() };

impl<'a> Case<'a> {
    pub(super) fn new(def: &'a Definition, facts: &'a InstanceFacts, now: Instant) -> Self {
        Self { def, facts, now, settings: CampusSettings::of(def, &facts.campus), sealed: false }
    }

    pub(super) fn track(&self, id: &TrackId) -> &'a TrackFacts {
        if id.is_order() { &self.facts.order } else { self.facts.tracks.get(id).unwrap_or(NO_FACTS) }
    }

    /// The tracks of a scope: those with a live fact.
    pub(super) fn tracks_of(&self, scope: ScopeIx) -> Vec<TrackId> {
        let live = |t: &TrackFacts| t.facts.iter().any(|f| !f.dead);
        self.facts
            .tracks
            .iter()
            .filter(|(id, t)| id.scope == scope && !id.is_order() && live(t))
            .map(|(id, _)| id.clone())
            .collect()
    }

    pub(super) fn live(&self, id: &TrackId) -> Vec<(usize, &'a Fact)> {
        self.track(id).iter().enumerate().filter(|(_, f)| !f.dead).collect()
    }

    /// Every occurrence of the track's own nodes, all rounds, in total order.
    pub(super) fn all(&self, id: &TrackId) -> Vec<Occ<'a>> {
        let mut acts: Vec<(Occ<'a>, Vec<&'a str>)> = Vec::new();
        for o in self.hits(id).into_iter().filter(|o| self.scope(o.node) == id.scope) {
            let items: Vec<&str> = o.fact.items.iter().map(|item| &**item).collect();
            let same = |(first, so_far): &&mut (Occ<'a>, Vec<&'a str>)| {
                (first.node, first.rank) == (o.node, o.rank)
                    && one_act(first.fact, o.fact)
                    && !items.iter().any(|item| so_far.contains(item))
            };
            match acts.iter_mut().find(same) {
                Some((_, so_far)) => so_far.extend(items),
                None => acts.push((o, items)),
            }
        }
        acts.into_iter().map(|(o, _)| o).collect()
    }

    /// Every live hit on a node, those of other scopes included.
    pub(super) fn hits(&self, id: &TrackId) -> Vec<Occ<'a>> {
        let mut out = Vec::new();
        for (ix, fact) in self.live(id) {
            for hit in &fact.hits {
                if let Hit::Node(node, rank) = *hit {
                    out.push(Occ { node, rank, ix, fact });
                }
            }
        }
        out
    }

    pub(super) fn node(&self, ix: NodeIx) -> Option<&'a Node> {
        self.def.node(ix)
    }

    pub(super) fn scope(&self, ix: NodeIx) -> ScopeIx {
        self.node(ix).map_or(ScopeIx::ORDER, |n| n.scope)
    }

    pub(super) fn negative(&self, ix: NodeIx) -> bool {
        self.node(ix).is_some_and(|n| n.negative)
    }

    pub(super) fn trunc(&self, at: Instant, p: Precision) -> Instant {
        self.settings.zone.truncate(at, p)
    }

    /// `a - b` at the coarser precision of the two.
    pub(super) fn diff(&self, a: Moment, b: Moment) -> Span {
        let p = a.precision.min(b.precision);
        self.trunc(a.at, p).since(self.trunc(b.at, p))
    }

    /// How long a length is by the clock, when it runs from `at`.
    pub(super) fn length(&self, length: Length, at: Instant) -> Option<Span> {
        match self.written(length)? {
            Value::Span(span) => Some(span),
            Value::Work(work) => self.worked(at, work).map(|end| end.since(at)),
            _ => None,
        }
    }

    /// A length as it is written, or as the parameter says.
    pub(super) fn written(&self, length: Length) -> Option<Value> {
        let param = |ix: ParamIx| self.settings.params.get(usize::from(ix.0)).cloned();
        match length {
            Length::Span(span) => Some(Value::Span(span)),
            Length::Work(work) => Some(Value::Work(work)),
            Length::Param(ix) => param(ix),
            Length::Minus(ix) => param(ix).map(|v| match v {
                Value::Span(span) => Value::Span(Span(-span.0)),
                Value::Work(Work::Days(n)) => Value::Work(Work::Days(-n)),
                Value::Work(Work::Hours(s)) => Value::Work(Work::Hours(Span(-s.0))),
                other => other,
            }),
        }
    }

    /// The moment that lies so much working time after `at`.
    pub(super) fn worked(&self, at: Instant, work: Work) -> Option<Instant> {
        Some(self.settings.calendar.as_ref()?.shift(&self.settings.zone, at, work))
    }

    /// The one that counts of the occurrences of one node.
    pub(super) fn counting(&self, node: NodeIx, occs: &[Occ<'a>]) -> Option<Occ<'a>> {
        let repeated = self.node(node).is_some_and(|n| n.repeated);
        // A 重来 node counts where it closed a round first.
        let again = self.is_again(node);
        let key = |o: &Occ<'a>| {
            let round = if again { o.fact.at.at } else { Instant(0) };
            (round, if repeated { 0 } else { o.rank }, o.fact.order())
        };
        occs.iter().min_by(|a, b| key(a).cmp(&key(b))).copied()
    }
}

/// Whether two events about items of a group say when, by whom and for which execution alike.
fn one_act(a: &Fact, b: &Fact) -> bool {
    let who = |f: &Fact| f.actor.clone().and_then(|a| a.person).and_then(|p| p.id);
    let groups = !a.items.is_empty() && !b.items.is_empty();
    groups && (a.at, &a.unit, who(a)) == (b.at, &b.unit, who(b))
}

/// Whether a length cannot be judged at this precision.
pub(super) fn too_coarse(length: Span, p: Precision) -> bool {
    length.0 != 0 && length.0.abs() < p.unit().0
}

/// Whether working time cannot be judged at this precision: hours by dates.
pub(super) fn work_too_coarse(work: Work, p: Precision) -> bool {
    matches!(work, Work::Hours(span) if span.0 != 0) && p == Precision::Day
}

/// Every node that a flow names, negative ones included, `Each` bodies left out.
pub(super) fn nodes_of(flow: &Flow) -> Vec<NodeIx> {
    match flow {
        Flow::Node(n) => vec![*n],
        Flow::Seq(parts) | Flow::Par(parts) | Flow::Choice(parts) => {
            parts.iter().flat_map(nodes_of).collect()
        }
        Flow::Opt(body) | Flow::When { body, .. } => nodes_of(body),
        Flow::Again { body, node } => nodes_of(body).into_iter().chain([*node]).collect(),
        Flow::Ends { body, nodes } => nodes_of(body).into_iter().chain(nodes.iter().copied()).collect(),
        Flow::Each(_) => Vec::new(),
    }
}

/// Every `Each` that a flow names.
pub(super) fn eaches_of(flow: &Flow) -> Vec<ScopeIx> {
    match flow {
        Flow::Node(_) => Vec::new(),
        Flow::Seq(parts) | Flow::Par(parts) | Flow::Choice(parts) => {
            parts.iter().flat_map(eaches_of).collect()
        }
        Flow::Opt(body) | Flow::When { body, .. } | Flow::Again { body, .. } | Flow::Ends { body, .. } => {
            eaches_of(body)
        }
        Flow::Each(scope) => vec![*scope],
    }
}
