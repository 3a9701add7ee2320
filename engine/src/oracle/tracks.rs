//! What an order's rule asks of its tracks: 每个, 任一, 个数, 总和, 不同 (§7).

use super::case::Occ;
use super::compare::{Out, Outcome};
use super::instance::Judged;
use super::rounds::Rounds;
use super::rule::decide;
use super::term::{Form, Lack, Leaf, RECORDED, Term, View};
use crate::facts::Fact;
use crate::graph::{AskIx, Expr, GatherIx, NodeIx, ScopeIx};
use crate::state::{Because, Seen};
use crate::value::Value;

impl<'c, 'a> View<'c, 'a> {
    fn tracks_of(&self, scope: ScopeIx) -> Vec<&'c Judged<'a>> {
        self.order.eaches.iter().flat_map(|e| &e.tracks).filter(|t| t.id.scope == scope).collect()
    }

    fn counted(&self, scope: ScopeIx) -> Vec<&'c Judged<'a>> {
        let all = self.tracks_of(scope).into_iter();
        all.filter(|t| self.case.replaced(&t.id).is_none()).collect()
    }

    /// `every`: 每个; `negated`: the body is negated.
    pub(super) fn over_tracks(&self, ask: AskIx, every: bool, negated: bool) -> Outcome {
        let Some(ask) = self.case.def.asks.get(usize::from(ask.0)) else {
            return Outcome { out: Out::NotApplicable, because: Because::Nothing, at: None };
        };
        let outcomes: Vec<Outcome> = self
            .counted(ask.scope)
            .into_iter()
            .map(|track| {
                let view =
                    View { case: self.case, order: self.order, track, bound: Vec::new(), now: self.now };
                let outcome = view.condition(&ask.body, negated, ask.ties);
                let because = Because::OnTrack(track.id.clone(), Box::new(outcome.because));
                Outcome { because, ..outcome }
            })
            .collect();
        let (off, on): (Vec<Outcome>, Vec<Outcome>) =
            outcomes.into_iter().partition(|o| o.out == Out::NotApplicable);
        let deciding = if every { Out::False } else { Out::True };
        if let Some(found) = on.iter().find(|o| o.out == deciding) {
            return found.clone();
        }
        if !self.track.ended {
            let waits = on.into_iter().find(|o| o.out == Out::Undecided).map(|o| o.because);
            let because = waits.unwrap_or(Because::Nothing);
            return Outcome { out: Out::Undecided, because, at: None };
        }
        match (on.is_empty(), off.into_iter().next()) {
            (false, _) => decide(on, every),
            (true, Some(off)) => off,
            (true, None) => Outcome { out: Out::NoData, because: Because::NoTrack(ask.scope), at: None },
        }
    }

    pub(super) fn track_count(&self, scope: ScopeIx) -> Term<'a> {
        let tracks = self.counted(scope);
        let firsts = tracks.iter().filter_map(|t| self.case.live(&t.id).first().map(|(_, f)| *f)).collect();
        grown(tracks.len(), None, firsts, self.track.ended)
    }

    /// The occurrences of a node in the last round, on every track that this rule means.
    fn everywhere(&self, node: NodeIx) -> (Vec<Occ<'a>>, bool) {
        let scope = self.case.scope(node);
        if scope == ScopeIx::ORDER || scope == self.track.id.scope {
            return (self.occs(node), self.place(node).ended);
        }
        let tracks = self.case.tracks_of(scope);
        (tracks.iter().flat_map(|t| self.case.occs(t, node, Rounds::Last)).collect(), self.track.ended)
    }

    pub(super) fn gathered(&self, ix: GatherIx, distinct: bool) -> Term<'a> {
        let Some(gather) = self.case.def.gathers.get(usize::from(ix.0)) else {
            return Term::lacking(Lack::NoData(Because::Nothing), None, Vec::new());
        };
        let node = gather.node;
        let (occs, ended) = self.everywhere(node);
        let mut values: Vec<Value> = Vec::new();
        for occ in &occs {
            let mut bound = self.bound.clone();
            bound.push(*occ);
            let view = View { case: self.case, order: self.order, track: self.track, bound, now: self.now };
            let term = match &gather.of {
                of @ (Expr::Attr(..) | Expr::Field(..)) => view.term(of),
                _ => Term::lacking(Lack::NoData(Because::Nothing), None, Vec::new()),
            };
            let leaf = term.leaves.into_iter().next();
            let value = leaf.as_ref().and_then(|l| l.seen.first()).map(|s| s.value.clone());
            match (value, leaf.map(|l| l.lack)) {
                (Some(Value::Person(p)), _) if p.id.is_none() => {
                    let lack = Lack::NoData(Because::PersonUnknown(node));
                    return Term::lacking(lack, Some(node), vec![occ.fact]);
                }
                (Some(value), _) => values.push(value),
                (None, Some(lack)) => return Term::lacking(lack, Some(node), vec![occ.fact]),
                (None, None) => {}
            }
        }
        let facts: Vec<&'a Fact> = occs.iter().map(|o| o.fact).collect();
        if distinct {
            let mut seen: Vec<Value> = Vec::new();
            for value in values {
                let known = |v: &Value| match (v, &value) {
                    (Value::Person(a), Value::Person(b)) => a.id == b.id,
                    (a, b) => a == b,
                };
                if !seen.iter().any(known) {
                    seen.push(value);
                }
            }
            return grown(seen.len(), Some(node), facts, ended);
        }
        let total = values.iter().map(|v| if let Value::Number(n) = v { *n } else { 0.0 }).sum();
        grown_by(total, Some(node), facts, ended)
    }
}

fn grown<'a>(n: usize, node: Option<NodeIx>, facts: Vec<&'a Fact>, ended: bool) -> Term<'a> {
    grown_by(f64::from(u32::try_from(n).unwrap_or(u32::MAX)), node, facts, ended)
}

/// A number that may still grow while what it counts has not ended.
fn grown_by<'a>(n: f64, node: Option<NodeIx>, facts: Vec<&'a Fact>, ended: bool) -> Term<'a> {
    let seen = vec![Seen { node, what: RECORDED, value: Value::Number(n) }];
    let leaf = Leaf { lack: Lack::Nothing, node, precision: None, seen, facts };
    let form = if ended { Form::Plain(Value::Number(n)) } else { Form::Growing(n) };
    Term { form, leaves: vec![leaf] }
}
