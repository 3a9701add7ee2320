//! 间隔: the longest pause between consecutive occurrences of some nodes (§7).

use super::case::Occ;
use super::term::{Form, Lack, Leaf, RECORDED, Term, View};
use crate::facts::Fact;
use crate::graph::NodeIx;
use crate::state::{Because, Seen};
use crate::time::Instant;
use crate::value::Value;

impl<'a> View<'_, 'a> {
    /// 间隔: the longest pause between consecutive occurrences.
    pub(super) fn gap(&self, nodes: &[NodeIx]) -> Term<'a> {
        let (Some(first), Some(last)) = (nodes.first().copied(), nodes.last().copied()) else {
            return Term::lacking(Lack::NoData(Because::Nothing), None, Vec::new());
        };
        let counting: Vec<Occ<'a>> =
            nodes.iter().flat_map(|n| self.case.counting(*n, &self.occs(*n))).collect();
        let lacks: Vec<(NodeIx, Lack)> =
            nodes.iter().filter(|n| self.occs(**n).is_empty()).map(|n| (*n, self.lack(*n))).collect();
        let dropped = |n: NodeIx| lacks.iter().any(|(m, l)| *m == n && matches!(l, Lack::NotApplicable(_)));
        if nodes.iter().all(|n| dropped(*n)) {
            let lack = lacks.into_iter().next().map_or(Lack::Nothing, |(_, l)| l);
            return Term::lacking(lack, Some(first), Vec::new());
        }
        // A single node is left, and it happens once: no pause can be.
        let left: Vec<NodeIx> = nodes.iter().copied().filter(|n| !dropped(*n)).collect();
        if let [only] = left.as_slice()
            && self.case.def.node(*only).is_some_and(|n| !n.repeated)
            && let Some((n, lack)) = lacks.iter().find(|(n, _)| dropped(*n))
        {
            return Term::lacking(lack.clone(), Some(*n), Vec::new());
        }
        let first = left.first().copied().unwrap_or(first);
        let mut occs: Vec<Occ<'a>> = nodes.iter().flat_map(|n| self.occs(*n)).collect();
        occs.sort_by(|a, b| a.fact.order().cmp(&b.fact.order()));
        occs.dedup_by(|a, b| std::ptr::eq(a.fact, b.fact));
        let end = self.place(last);
        let by_last = !self.occs(last).is_empty();
        let open: Vec<(NodeIx, bool)> = lacks
            .iter()
            .filter_map(|(n, l)| if let Lack::Open { star, .. } = l { Some((*n, *star)) } else { None })
            .collect();
        let star = !open.is_empty() && open.iter().all(|(_, star)| *star);
        let because = open.first().map_or(Because::Nothing, |(n, _)| Because::NotHappened(*n, None));
        let open_ended = open.first().is_some_and(|(n, _)| self.place(*n).ended);
        let lack_open = Lack::Open { because, star, ended: open_ended };
        let closed = by_last || end.ended;
        let mut longest: Option<i64> = None;
        let mut seen = Vec::new();
        for pair in occs.windows(2) {
            if let [a, b] = pair {
                let pause = self.case.diff(b.fact.at, a.fact.at).0;
                if longest.is_none_or(|l| pause > l) {
                    longest = Some(pause);
                    seen = vec![seen_at(a), seen_at(b)];
                }
            }
        }
        let p = occs.iter().map(|o| o.fact.at.precision).min();
        // Where it is too coarse, the first node with an occurrence as coarse as that is named.
        let coarse = |n: &&NodeIx| self.occs(**n).iter().any(|o| Some(o.fact.at.precision) == p);
        let coarse = nodes.iter().find(coarse).copied().unwrap_or(first);
        let facts: Vec<&'a Fact> = counting.iter().map(|o| o.fact).collect();
        let Some(latest) = occs.last().map(|o| o.fact.at) else {
            return Term::lacking(lack_open, Some(first), facts);
        };
        let since = |t: Instant| self.trunc(t, latest.precision) - self.trunc(latest.at, latest.precision);
        if !closed {
            let lo = longest.max(Some(since(self.now)));
            let mut term = Term::lacking(lack_open, Some(coarse), facts);
            term.form = Form::SpanBetween { lo, hi: None, p };
            for leaf in &mut term.leaves {
                leaf.precision = p;
                leaf.seen.clone_from(&seen);
            }
            return term;
        }
        if !by_last
            && let Some(ended_at) = end.ended_at
            && ended_at > latest.at
        {
            let pause = since(ended_at);
            if longest.is_none_or(|l| pause > l) {
                longest = Some(pause);
                seen = occs.last().map(seen_at).into_iter().collect();
            }
        }
        let Some(longest) = longest else {
            return Term::lacking(Lack::NoData(Because::NothingHappened(first)), Some(first), facts);
        };
        let lack = if open.is_empty() { Lack::Nothing } else { lack_open };
        let leaf = Leaf { lack, node: Some(coarse), precision: p, seen, facts };
        Term { form: Form::Span { len: longest, p }, leaves: vec![leaf] }
    }
}

/// One end of a pause.
fn seen_at(occ: &Occ<'_>) -> Seen {
    Seen { node: Some(occ.node), what: RECORDED, value: Value::Moment(occ.fact.at) }
}
